import Files
import MLP
import NPY
import Sklearn

/// A network, with its weights in the form in which a file stores them.
///
///     let model = try Model(contentsOf: url)
///     let predictor = try model.predictor(as: Float.self)
///     let prediction = try predictor.predict(row)
///     print(prediction.label, prediction.probabilities)
///
/// A model is a value: it can be used from many tasks at once.
public struct Model: Sendable {
  /// The file, as the caller named it.
  public let file: String

  /// The weights and attributes in the file; its preprocessing is the `inputTransform`. Of an ``ensemble`` they are
  /// those of the first network.
  public let weights: SklearnWeights

  /// Warnings: for example, that the ending of the file is that of another format.
  public let notes: [String]

  /// The number of bytes of the file; `nil` for a folder, and for a model that was not read from a file.
  public let byteCount: Int?

  /// Whether Python runs code from a file of this format when it loads the file; this package reads it as data.
  public let isProgram: Bool

  /// Reads a network from a file or folder of any format in ``FileFormat/all``, recognized by its content.
  ///
  /// - Parameters:
  ///   - path: The path of a file, or of a folder of NPY files.
  ///   - intercepts: The path of the biases, where the file holds the weights alone.
  ///   - options: Options such as the layout and the activations.
  ///   - limits: Bounds on what a file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf path: String, intercepts: String? = nil,
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      .path(path), intercepts: intercepts.map { .path($0) }, options: options, limits: limits)
  }

  /// Reads a network from a file, a folder or standard input.
  package init(
    _ file: FileReference, intercepts: FileReference?, options: SklearnWeights.Options,
    limits: ReadLimits
  ) throws(CoefsError) {
    try self.init(
      NetworkFile(
        ModelSource(file, limits: limits, allowsUnknownNames: options.allowsUnknownNames),
        intercepts: NetworkFile.openIntercepts(intercepts, limits: limits), options: options))
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: A file of any format that ``init(contentsOf:intercepts:options:limits:)`` reads.
  ///   - name: The name of the file in errors.
  ///   - options: Options such as the layout and the activations.
  ///   - limits: Bounds on what it may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    _ bytes: ContiguousArray<UInt8>, name: String,
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      NetworkFile(
        ModelSource(
          FormatInput(
            InputFile(bytes), file: name, limits: limits,
            allowsUnknownNames: options.allowsUnknownNames)),
        intercepts: nil, options: options))
  }

  /// A model of these weights.
  ///
  /// - Parameters:
  ///   - weights: The weights, with their attributes.
  ///   - name: The name of the model in results and errors.
  public init(weights: SklearnWeights, name: String = "model") {
    self.init(name: name, weights: weights)
  }

  /// A model of these layers.
  ///
  /// - Parameters:
  ///   - layers: At least one layer, each with as many inputs as the one before it has outputs.
  ///   - classes: The labels in the order of the outputs; for one output, the label of 0 and the label of 1.
  ///   - name: The name of the model in results and errors.
  /// - Throws: ``CoefsError``, where the layers are no network or the classes do not fit the outputs.
  public init<Scalar: MLPScalar & NPYScalar>(
    layers: [DenseLayer<Scalar>], classes: [ClassLabels.Label]? = nil, name: String = "model"
  ) throws(CoefsError) {
    let network: MLP<Scalar>
    do { network = try MLP(layers: layers) } catch { throw CoefsError(name, error) }
    try self.init(network, classes: classes, name: name)
  }

  /// A model of a network in memory.
  ///
  /// - Parameters:
  ///   - network: The network, with its preprocessing if it has some; each layer with its activation.
  ///   - classes: The labels in the order of the outputs; for one output, the label of 0 and the label of 1.
  ///   - name: The name of the model in results and errors.
  /// - Throws: ``CoefsError``, where a value is not finite or the classes do not fit the outputs.
  public init<Scalar: MLPScalar & NPYScalar>(
    _ network: MLP<Scalar>, classes: [ClassLabels.Label]? = nil, name: String = "model"
  ) throws(CoefsError) {
    let labels: NDArray? =
      if let classes { try ClassLabels.array(of: classes, in: name) } else { nil }
    do {
      self.init(name: name, weights: try SklearnWeights(network, classes: labels))
    } catch {
      throw CoefsError(name, error)
    }
  }

  /// A network that is known.
  init(
    name: String, weights: SklearnWeights, notes: [String] = [], byteCount: Int? = nil,
    isProgram: Bool = false
  ) {
    self.file = name
    self.weights = weights
    self.notes = notes
    self.byteCount = byteCount
    self.isProgram = isProgram
  }

  /// Reads a network that was found in a file.
  init(_ network: NetworkFile) throws(CoefsError) {
    self.init(
      name: network.file,
      weights: SklearnWeights(
        network.outline, layers: try network.layers(0..<network.outline.layerCount)),
      notes: network.notes, byteCount: network.byteCount, isProgram: network.isProgram)
  }
}

// MARK: Answers

extension Model {
  /// The labels that the network can predict: as stored, else 0, 1, 2, …; none for a regressor.
  public var labels: [ClassLabels.Label] {
    if let ensemble { return ensemble.classes.flatMap(\.self) }
    guard weights.task == .classifier else { return [] }
    return weights.classes?.labels ?? ClassLabels.counted(max(2, outputs))
  }

  /// The number of outputs.
  public var outputs: Int {
    ensemble?.outputs ?? weights.layerSizes[weights.layerSizes.count - 1]
  }

  /// Classifier or regressor.
  public var task: SklearnWeights.Task { ensemble?.task ?? weights.task }

  /// Whether each output decides about a label of its own, as in scikit-learn where several
  /// outputs are logistic.
  public var isMultilabel: Bool {
    ensemble?.isMultilabel ?? (weights.outActivation.activation == .logistic && outputs > 1)
  }

  /// The label of an output: that of the maximum, the first of equal ones; with one output, the second label
  /// above one half.
  ///
  /// - Parameter output: As many values as the network has outputs.
  /// - Returns: The label; `nil` for a regressor.
  /// - Precondition: There are as many values as the network has outputs.
  public func label(of output: some Collection<some BinaryFloatingPoint>) -> ClassLabels.Label? {
    precondition(output.count == outputs, "an output has \(outputs) values, not \(output.count)")
    let labels = labels
    return labels.isEmpty ? nil : labels[labelIndex(in: output, of: labels.count)]
  }
}

/// The index of the class that an output stands for, as scikit-learn decides: the argmax, or for one output
/// whether it is above one half.
///
/// - Parameter classes: The number of classes. A network that has seen a single one predicts that one.
func labelIndex(in output: some Collection<some BinaryFloatingPoint>, of classes: Int) -> Int {
  classes == 1 ? 0 : argmax(output)
}

/// The index of the maximum, the first of equal ones; of one value, whether it is above one half.
func argmax(_ output: some Collection<some BinaryFloatingPoint>) -> Int {
  if output.count == 1, let only = output.first { return only > 0.5 ? 1 : 0 }
  var best = 0
  var maximum = output.first
  for (index, value) in output.enumerated() {
    if let known = maximum, value > known {
      best = index
      maximum = value
    }
  }
  return best
}
