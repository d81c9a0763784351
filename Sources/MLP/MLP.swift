/// A multilayer perceptron: layers, each fed with the activations of the one before.
///
///     let network = try MLP<Double>(layerSizes: [64, 16, 10])
///     let output = try network.evaluate(image)  // 64 numbers in, 10 out
///
/// An MLP is a value: evaluating changes nothing, and many threads may do so at once.
public struct MLP<Scalar: MLPScalar>: Sendable, Equatable {
  /// The layers, first to last: at least one, as the input itself is not a layer.
  public let layers: [DenseLayer<Scalar>]

  /// The layers as the kernels take them.
  let forward: ForwardPass

  /// The preprocessing of inputs before the first layer, if the network has some. Evaluating applies it:
  /// the inputs of the network are samples that are not scaled yet.
  public let inputTransform: InputTransform?

  /// Creates a network from its layers.
  ///
  /// - Parameters:
  ///   - layers: At least one layer, each with as many inputs as the one before it has outputs; only
  ///     the last may be ``Activation/softmax``.
  ///   - inputTransform: The preprocessing of inputs.
  /// - Throws: ``MLPError/noLayers``, ``MLPError/unchainedLayer(index:expected:found:)``,
  ///   ``MLPError/hiddenSoftmax(layer:)``, or ``MLPError/inputWidth(expected:found:)`` where the
  ///   transform is one of other rows.
  public init(
    layers: [DenseLayer<Scalar>], inputTransform: InputTransform? = nil
  ) throws(MLPError) {
    guard !layers.isEmpty else { throw .noLayers }
    for index in layers.indices.dropFirst() {
      let previous = layers[index - 1]
      guard layers[index].inputs == previous.outputs else {
        throw .unchainedLayer(
          index: index, expected: previous.outputs, found: layers[index].inputs)
      }
      guard previous.activation != .softmax else { throw .hiddenSoftmax(layer: index - 1) }
    }
    if let inputTransform, inputTransform.outputs != layers[0].inputs {
      throw .inputWidth(expected: layers[0].inputs, found: inputTransform.outputs)
    }
    self.init(checkedLayers: layers, inputTransform)
  }

  /// Creates a network of layers that fit together.
  private init(checkedLayers layers: [DenseLayer<Scalar>], _ inputTransform: InputTransform?) {
    self.layers = layers
    self.inputTransform = inputTransform
    self.forward = ForwardPass(layers)
  }

  /// Whether two networks have equal layers and equal preprocessing.
  public static func == (one: MLP, other: MLP) -> Bool {
    one.layers == other.layers && one.inputTransform == other.inputTransform
  }

  /// The number of inputs of the first layer, then of each layer's outputs: `[64, 16, 10]` for two layers.
  public var layerSizes: [Int] { [layers[0].inputs] + layers.map(\.outputs) }

  /// The length of an input row, before any preprocessing.
  public var inputs: Int { inputTransform?.inputs ?? layers[0].inputs }

  /// The length of an output row.
  public var outputs: Int { layers[layers.count - 1].outputs }

  /// The number of weights and biases in all layers.
  public var parameterCount: Int {
    layers.reduce(0) { $0 + $1.weights.count + $1.biases.count }
  }

  /// Returns this network with another activation on its last layer.
  ///
  /// - Parameter activation: Any activation.
  /// - Returns: A network of the same weights and biases.
  public func replacing(output activation: Activation) -> MLP {
    var replaced = layers
    replaced[layers.count - 1].activation = activation
    return MLP(checkedLayers: replaced, inputTransform)
  }

  /// Returns this network with another activation on every layer but the last.
  ///
  /// - Parameter activation: Any activation but ``Activation/softmax``.
  /// - Returns: A network of the same weights and biases.
  /// - Throws: ``MLPError/hiddenSoftmax(layer:)`` when the activation is softmax and there is a
  ///   hidden layer.
  public func replacing(hidden activation: Activation) throws(MLPError) -> MLP {
    var replaced = layers
    for index in replaced.indices.dropLast() {
      replaced[index].activation = activation
    }
    return try MLP(layers: replaced, inputTransform: inputTransform)
  }
}
