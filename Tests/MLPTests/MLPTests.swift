import MLP
import Testing

@Suite struct MLPTests {
  /// A layer of zeros.
  private func layer(
    _ inputs: Int, _ outputs: Int, _ activation: Activation = .logistic
  ) throws -> DenseLayer<Double> {
    try DenseLayer(
      inputs: inputs, outputs: outputs, weights: Array(repeating: 0, count: inputs * outputs),
      biases: Array(repeating: 0, count: outputs), activation: activation)
  }

  @Test func `tells its sizes`() throws {
    let network = try MLP(layers: [layer(64, 16), layer(16, 10)])
    #expect(network.layerSizes == [64, 16, 10])
    #expect(network.inputs == 64)
    #expect(network.outputs == 10)
    #expect(network.parameterCount == 64 * 16 + 16 + 16 * 10 + 10)
  }

  @Test func `refuses to have no layers`() {
    #expect(throws: MLPError.noLayers) { try MLP<Double>(layers: []) }
  }

  @Test func `refuses layers that do not chain`() {
    #expect(throws: MLPError.unchainedLayer(index: 2, expected: 3, found: 5)) {
      try MLP(layers: [layer(2, 4), layer(4, 3), layer(5, 1)])
    }
  }

  @Test func `refuses softmax before the last layer`() {
    #expect(throws: MLPError.hiddenSoftmax(layer: 1)) {
      try MLP(layers: [layer(2, 4), layer(4, 3, .softmax), layer(3, 2, .softmax)])
    }
  }

  @Test func `takes softmax on the last layer`() throws {
    let network = try MLP(layers: [layer(2, 4), layer(4, 3, .softmax)])
    #expect(try network.evaluate([1, 2]) == [1.0 / 3, 1.0 / 3, 1.0 / 3])
  }

  @Test func `replaces the output activation only`() throws {
    let network = try MLP(layers: [layer(2, 4, .relu), layer(4, 3, .softmax)])
    let replaced = network.replacing(output: .logistic)
    #expect(try replaced == MLP(layers: [layer(2, 4, .relu), layer(4, 3, .logistic)]))
    #expect(network.layers[1].activation == .softmax)
    #expect(try replaced.evaluate([1, 2]) == [0.5, 0.5, 0.5])
  }

  @Test func `replaces the hidden activations only`() throws {
    let network = try MLP(layers: [layer(2, 4), layer(4, 3), layer(3, 3, .softmax)])
    let replaced = try network.replacing(hidden: .tanh)
    #expect(
      try replaced == MLP(layers: [layer(2, 4, .tanh), layer(4, 3, .tanh), layer(3, 3, .softmax)]))
  }

  @Test func `refuses softmax as the hidden activation`() throws {
    let network = try MLP(layers: [layer(2, 4), layer(4, 3)])
    #expect(throws: MLPError.hiddenSoftmax(layer: 0)) { try network.replacing(hidden: .softmax) }
  }

  @Test func `equality sees every layer`() throws {
    let network = try MLP(layers: [layer(2, 4), layer(4, 3)])
    #expect(try network == MLP(layers: [layer(2, 4), layer(4, 3)]))
    #expect(try network != MLP(layers: [layer(2, 4), layer(4, 3, .relu)]))
    #expect(try network != MLP(layers: [layer(2, 4)]))
  }
}
