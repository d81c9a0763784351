import MLModelFile
import Files
import MLP
import NPY
import Sklearn

/// Makes the Core ML model of a network.
struct CoreMLBuilder {
  /// The model.
  private(set) var model: CoreMLModel
  /// The arrays of the layers, in the order of the file.
  private(set) var arrays: [(name: String, header: NPYHeader)] = []

  /// The names that Xcode's users know from coremltools.
  private enum Name {
    static let input = "input"
    static let label = "classLabel"
    static let probabilities = "classProbability"
    static let prediction = "prediction"
  }

  /// Makes the model of a network and the scalers before it.
  ///
  /// - Parameters:
  ///   - weights: A network for which ``refusal(of:)`` has nothing to say.
  ///   - values: Its arrays of single precision, weights as outputs × inputs, in C order and little-endian.
  /// - Throws: `ModelError/notInFormat(_:format:problem:)` for scalers that Core ML does not have.
  init(_ weights: SklearnWeights, _ values: [NamedArray]) throws(ModelError) {
    let input = CoreMLModel.Feature.vector(Name.input, weights.outline.rowLength)
    let scalers = try Self.scalers(before: weights)
    // The network has the input of the file, or what the last scaler makes of it.
    let inner =
      scalers.isEmpty
      ? input : CoreMLModel.Feature.vector("scaled_\(scalers.count - 1)", weights.layers[0].inputs)
    var network = CoreMLModel.Network(layers: [])
    let outputs = Self.add(weights, values, to: &network, after: inner.name, &arrays)
    let kind = Kind(weights)
    switch kind {
    case .classes(let labels):
      network.labels = labels
      network.probabilities = network.layers[network.layers.count - 1].outputs[0]
      let isText = if case .texts = labels { true } else { false }
      model = CoreMLModel(
        inputs: [inner],
        outputs: [
          .init(Name.label, isText ? .text : .integer),
          .init(Name.probabilities, .dictionary(textKeys: isText)),
        ],
        predictedFeature: Name.label, predictedProbabilities: Name.probabilities,
        content: .network(network, .classifier))
    case .value:
      model = CoreMLModel(
        inputs: [inner], outputs: [.init(Name.prediction, .double)],
        predictedFeature: Name.prediction, content: .network(network, .regressor))
    case .values, .labels:
      let name = kind == .values ? Name.prediction : Name.probabilities
      model = CoreMLModel(
        inputs: [inner], outputs: [.vector(name, outputs)], content: .network(network, .plain))
    }
    guard !scalers.isEmpty, case .network(_, let task) = model.content else { return }
    var parts: [CoreMLModel] = []
    var last = input
    for (index, scaler) in scalers.enumerated() {
      let next = CoreMLModel.Feature.vector("scaled_\(index)", scaler.shift.count)
      parts.append(
        CoreMLModel(
          inputs: [last], outputs: [next],
          content: .scaler(shift: scaler.shift, scale: scaler.scale)))
      last = next
    }
    parts.append(model)
    model = CoreMLModel(
      inputs: [input], outputs: model.outputs, predictedFeature: model.predictedFeature,
      predictedProbabilities: model.predictedProbabilities, content: .pipeline(parts, task))
  }

  /// Adds texts about the model, a sentence and pairs of a key and a text.
  mutating func describe(_ sentence: String, _ texts: [(key: String, text: String)]) {
    model.shortDescription = sentence
    // As Protocol Buffers order a map, byte by byte.
    model.metadata = texts.map { .init("coefs.\($0.key)", $0.text) }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  // MARK: Outputs

  /// What a network predicts.
  private enum Kind: Hashable {
    case classes(CoreMLModel.Labels)
    /// Any number of labels for a row.
    case labels
    case value
    case values

    init(_ weights: SklearnWeights) {
      let outputs = weights.layers[weights.layers.count - 1].outputs
      if weights.task == .regressor {
        self = outputs == 1 ? .value : .values
      } else if weights.outline.isMultilabel {
        self = .labels
      } else {
        let labels = weights.classes?.labels ?? ClassLabels.counted(max(2, outputs))
        self = .classes(CoreMLBuilder.labels(labels) ?? .texts(labels.map(\.description)))
      }
    }
  }

  /// Labels as Core ML has them: all of them integers, or all of them texts; `nil` for others.
  private static func labels(_ labels: [ClassLabels.Label]) -> CoreMLModel.Labels? {
    let integers = labels.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    if integers.count == labels.count { return .integers(integers) }
    let texts = labels.compactMap { if case .text(let value) = $0 { value } else { nil } }
    return texts.count == labels.count ? .texts(texts) : nil
  }

  /// Why labels cannot be those of a Core ML classifier; `nil` where they can.
  static func refusal(ofLabels labels: [ClassLabels.Label]) -> ModelError? {
    if labels.count == 1 {
      return .notInFormat(
        "a classifier of the single class \(labels[0])", format: "Core ML",
        problem: "its labels differ, and there is one for each of two outputs")
    }
    guard Self.labels(labels) == nil else { return nil }
    return .notInFormat(
      "labels that are neither all integers nor all texts", format: "Core ML", problem: nil)
  }

  /// Why a network cannot be a Core ML model; `nil` where it can.
  static func refusal(of weights: SklearnWeights) -> ModelError? {
    let activation = weights.outActivation.activation
    let outputs = weights.layers[weights.layers.count - 1].outputs
    switch activation {
    case .identity, .exp, .logistic: return nil
    case .softmax where outputs > 1: return nil
    default:
      return .notInFormat(
        "the output activation \(activation.rawValue) of \(outputs == 1 ? "one output" : "a classifier")",
        format: "Core ML", problem: "probabilities are those of softmax or logistic")
    }
  }

  // MARK: Layers

  /// Adds the layers of a network.
  ///
  /// - Returns: The number of outputs.
  private static func add(
    _ weights: SklearnWeights, _ values: [NamedArray], to network: inout CoreMLModel.Network,
    after input: String, _ arrays: inout [(name: String, header: NPYHeader)]
  ) -> Int {
    let kind = Kind(weights)
    var (current, width) = (input, weights.layers[0].inputs)
    func add(_ name: String, _ layer: CoreMLModel.Layer.Kind) {
      network.layers.append(.init(name, current, name, layer))
      current = name
    }
    let last = weights.layers.count - 1
    for (index, layer) in weights.layers.enumerated() {
      var (matrix, biases) = (values[2 * index].array.bytes, values[2 * index + 1].array.bytes)
      var (outputs, activation) = (layer.outputs, weights.outActivation.activation)
      if index < last { activation = weights.hiddenActivations[index] }
      if index == last, outputs == 1, case .classes = kind {
        // σ(z) is the second part of the softmax of 0 and z.
        matrix = ContiguousArray(repeating: 0, count: matrix.count) + matrix
        biases = ContiguousArray(repeating: 0, count: biases.count) + biases
        (outputs, activation) = (2, .softmax)
      }
      add(
        "layer_\(index)",
        .product(.init(inputs: width, outputs: outputs, weights: matrix, biases: biases)))
      if let function = activation.layerOfCoreML { add("layer_\(index)_\(activation)", function) }
      for (item, shape) in zip(values[(2 * index)...], [[outputs, width], [outputs]]) {
        do {
          arrays.append((item.name, try NPYHeader(dtype: item.array.dtype, shape: shape)))
        } catch {
          preconditionFailure("the shape of an array that is in memory: \(error)")
        }
      }
      width = outputs
    }
    // The output of a plain network, or of a regressor, is what its last layer gives.
    switch kind {
    case .classes: break
    case .labels: network.layers[network.layers.count - 1].outputs = [Name.probabilities]
    case .value, .values: network.layers[network.layers.count - 1].outputs = [Name.prediction]
    }
    return width
  }

  // MARK: Scalers

  /// What Core ML's scaler does: y = (x + shift) · scale.
  private struct Scaler {
    var shift: [Double]
    var scale: [Double]
    var isScaled = false
  }

  /// The steps before a network, in as few scalers as their order allows.
  private static func scalers(before weights: SklearnWeights) throws(ModelError) -> [Scaler] {
    var scalers: [Scaler] = []
    for step in weights.inputTransform?.steps ?? [] {
      for operation in step.operations {
        guard let part = self.part(operation), (part.shift + part.scale).allSatisfy(\.isFinite)
        else {
          throw .notInFormat(
            "\(step.name) (\(operation.name))", format: "Core ML",
            problem: part(operation) == nil ? nil : "a scale is too small to divide by")
        }
        if part.isScaled, let open = scalers.last, !open.isScaled {
          scalers[scalers.count - 1] = Scaler(
            shift: open.shift, scale: part.scale, isScaled: true)
        } else {
          scalers.append(part)
        }
      }
    }
    return scalers
  }

  /// One operation as a scaler; `nil` for any other.
  private static func part(_ operation: InputTransform.Operation) -> Scaler? {
    func shift(_ values: [Double]) -> Scaler {
      Scaler(shift: values, scale: values.map { _ in 1 })
    }
    func scale(_ values: [Double]) -> Scaler {
      Scaler(shift: values.map { _ in 0 }, scale: values, isScaled: true)
    }
    return switch operation {
    case .subtract(let values): shift(values.map { 0 - $0 })
    case .add(let values): shift(values)
    case .divide(let values): scale(values.map { 1 / $0 })
    case .multiply(let values): scale(values)
    default: nil
    }
  }

  /// Whether Core ML's scalers do all of a step.
  static func holds(_ step: InputTransform.Step) -> Bool {
    step.operations.allSatisfy { part($0) != nil }
  }
}

extension Activation {
  /// The layer of the function; `nil` where nothing is to be done.
  fileprivate var layerOfCoreML: CoreMLModel.Layer.Kind? {
    switch self {
    case .identity: nil
    case .logistic: .sigmoid
    case .tanh: .tanh
    case .relu: .relu
    case .exp: .exp
    case .softmax: .softmax
    }
  }
}

extension SklearnOutline {
  /// Whether each output decides about a label of its own.
  var isMultilabel: Bool {
    task == .classifier && outActivation.activation == .logistic && layerSizes.last ?? 1 > 1
  }
}
