import MLP
import Testing

@Suite struct LayerTests {
  @Test func `keeps what it is given`() throws {
    let layer = try DenseLayer<Double>(
      inputs: 2, outputs: 3, weights: [1, 2, 3, 4, 5, 6], biases: [7, 8, 9], activation: .tanh)
    #expect(layer.inputs == 2)
    #expect(layer.outputs == 3)
    #expect(layer.weights == [1, 2, 3, 4, 5, 6])
    #expect(layer.biases == [7, 8, 9])
    #expect(layer.activation == .tanh)
  }

  @Test func `weights have a row for each output`() throws {
    let layer = try DenseLayer<Double>(
      inputs: 2, outputs: 3, weights: [1, 2, 3, 4, 5, 6], biases: [0.5, 0, 0],
      activation: .identity)
    // [[1, 2], [3, 4], [5, 6]] @ [10, 100] + [0.5, 0, 0]
    #expect(try MLP(layers: [layer]).evaluate([10, 100]) == [210.5, 430, 650])
  }

  @Test func `takes any collection`() throws {
    let fromSlices = try DenseLayer(
      inputs: 1, outputs: 2, weights: [Float(9), 1, 2][1...],
      biases: ContiguousArray<Float>([3, 4]), activation: .relu)
    let fromArrays = try DenseLayer<Float>(
      inputs: 1, outputs: 2, weights: [1, 2], biases: [3, 4], activation: .relu)
    #expect(fromSlices == fromArrays)
  }

  @Test func `equality sees every part`() throws {
    func layer(
      inputs: Int = 2, outputs: Int = 2, weights: [Double] = [1, 2, 3, 4],
      biases: [Double] = [5, 6], activation: Activation = .relu
    ) throws -> DenseLayer<Double> {
      try DenseLayer(
        inputs: inputs, outputs: outputs, weights: weights, biases: biases, activation: activation)
    }
    let original = try layer()
    #expect(try layer() == original)
    #expect(try layer(weights: [1, 2, 3, 5]) != original)
    #expect(try layer(biases: [5, 7]) != original)
    #expect(try layer(activation: .tanh) != original)
    #expect(try layer(inputs: 1, weights: [1, 2]) != original)
    #expect(try layer(outputs: 1, weights: [1, 2], biases: [5]) != original)
  }

  @Test(arguments: [(0, 1), (1, 0), (0, 0), (-1, -1), (-2, 3)])
  func `refuses a layer without inputs or outputs`(inputs: Int, outputs: Int) {
    #expect(throws: MLPError.emptyLayer(inputs: inputs, outputs: outputs)) {
      try DenseLayer<Double>(
        inputs: inputs, outputs: outputs, weights: [1], biases: [1], activation: .relu)
    }
  }

  @Test(arguments: [0, 5, 7])
  func `refuses another number of weights`(found: Int) {
    #expect(throws: MLPError.weightCount(inputs: 2, outputs: 3, found: found)) {
      try DenseLayer(
        inputs: 2, outputs: 3, weights: Array(repeating: 1.0, count: found), biases: [1, 2, 3],
        activation: .relu)
    }
  }

  @Test func `refuses sizes whose product overflows`() {
    #expect(throws: MLPError.weightCount(inputs: .max, outputs: 3, found: 3)) {
      try DenseLayer<Double>(
        inputs: .max, outputs: 3, weights: [1, 2, 3], biases: [1, 2, 3], activation: .relu)
    }
  }

  @Test(arguments: [0, 2, 4])
  func `refuses another number of biases`(found: Int) {
    #expect(throws: MLPError.biasCount(outputs: 3, found: found)) {
      try DenseLayer(
        inputs: 1, outputs: 3, weights: [1, 2, 3], biases: Array(repeating: 1.0, count: found),
        activation: .relu)
    }
  }
}
