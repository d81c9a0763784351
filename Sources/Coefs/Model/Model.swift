/// A network read from a file, in the form that the file has it.
///
///     let model = try Model(contentsOf: "weights.npz")
///     let network = model.weights.mlp()              // outputs × inputs, in Double
///     let output = try network.evaluate(vector)
///     let answer = model.label(of: output)
///
/// A model is a value: it can be used from many tasks at once.
public struct Model: Sendable {
  /// The file, as it was named.
  public let file: String

  /// What the file says; with its `inputTransform` where the network stands behind scalers.
  public let weights: SklearnWeights

  /// What else there is to know: that the name of the file promises another kind of content.
  public let notes: [String]

  /// The bytes of the file; `nil` for a folder, and for what came from no file.
  public let byteCount: Int?

  /// Whether Python runs a file of this kind when it loads it; here it was data.
  public let isProgram: Bool

  /// Reads a network from a file or folder of any kind that is known, told by its content.
  ///
  /// - Parameters:
  ///   - file: The path of a pickle or joblib file, a skops archive, an NPZ, a safetensors file, a folder of NPY files,
  ///     or a lone NPY; `-` is standard input.
  ///   - intercepts: The path of the biases, where `file` holds the weights alone.
  ///   - options: What the caller says about the file.
  ///   - limits: Bounds on what a file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf file: String, intercepts: String? = nil,
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      NetworkFile(
        ModelSource(file, limits: limits, allowsUnknownNames: options.allowsUnknownNames),
        intercepts: NetworkFile.openIntercepts(intercepts, limits: limits), options: options))
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: A file of any kind that ``init(contentsOf:intercepts:options:limits:)`` reads.
  ///   - name: What errors call it.
  ///   - options: What the caller says about it.
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
  /// The labels that the network tells apart: as stored, else 0, 1, 2, …; none for a regressor.
  public var labels: [ClassLabels.Label] {
    guard weights.task == .classifier else { return [] }
    return weights.classes?.labels ?? ClassLabels.counted(max(2, outputs))
  }

  /// The number of outputs.
  public var outputs: Int { weights.layerSizes[weights.layerSizes.count - 1] }

  /// Whether each output answers a question of its own, as scikit-learn has it where several
  /// outputs are logistic.
  public var isMultilabel: Bool {
    weights.outActivation.activation == .logistic && outputs > 1
  }

  /// The label that an output of the network stands for: that of the greatest number, the first of
  /// equal ones; with one output, the second label above one half.
  ///
  /// - Parameter output: As many numbers as the network has outputs.
  /// - Returns: The label; `nil` for a regressor.
  public func label(of output: some Collection<some BinaryFloatingPoint>) -> ClassLabels.Label? {
    let labels = labels
    return labels.isEmpty ? nil : labels[min(answer(in: output), labels.count - 1)]
  }
}

/// The index of the class that an output stands for, as scikit-learn decides.
func answer(in output: some Collection<some BinaryFloatingPoint>) -> Int {
  if output.count == 1, let only = output.first { return only > 0.5 ? 1 : 0 }
  var answer = 0
  var greatest = output.first
  for (index, value) in output.enumerated() {
    if let known = greatest, value > known {
      answer = index
      greatest = value
    }
  }
  return answer
}
