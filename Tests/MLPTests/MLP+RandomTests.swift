import MLP
import TestSupport
import Testing

@Suite struct MLPRandomTests {
  @Test func `2 inputs and 3 outputs make one layer of 3 × 2 weights and 3 biases`() throws {
    let network = try MLP<Double>(layerSizes: [2, 3])
    #expect(network.layers.count == 1)
    #expect(network.layers[0].inputs == 2)
    #expect(network.layers[0].outputs == 3)
    #expect(network.layers[0].weights.count == 6)
    #expect(network.layers[0].biases.count == 3)
  }

  @Test func `numbers are uniform in 0..<1 and activations logistic`() throws {
    var generator = SeededGenerator(seed: 2)
    let network = try MLP<Float>(layerSizes: [64, 16, 10], using: &generator)
    #expect(network.layerSizes == [64, 16, 10])
    for layer in network.layers {
      let numbers = layer.weights + layer.biases
      #expect(numbers.allSatisfy { (0..<1).contains($0) })
      // The mean of n uniform numbers has the standard deviation 1/√(12n): 5 of them are allowed.
      let mean = numbers.reduce(0, +) / Float(numbers.count)
      #expect(abs(mean - 0.5) < 5 / (12 * Float(numbers.count)).squareRoot())
      #expect(layer.activation == .logistic)
    }
  }

  @Test func `the generator decides every number`() throws {
    func network(seed: UInt64) throws -> MLP<Double> {
      var generator = SeededGenerator(seed: seed)
      return try MLP(layerSizes: [3, 4, 2], using: &generator)
    }
    #expect(try network(seed: 3) == network(seed: 3))
    #expect(try network(seed: 3) != network(seed: 4))
  }

  @Test(arguments: 1...5)
  func `answers nearly 1 everywhere`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let network = try MLP<Double>(layerSizes: [64, 16, 10], using: &generator)
    let output = try network.evaluate(firstDigit.map { Double($0) / 15 })
    #expect(output.count == 10)
    #expect(output.allSatisfy { 0.99 < $0 && $0 < 1 })
  }

  @Test(arguments: [[], [64]])
  func `refuses fewer than two sizes`(layerSizes: [Int]) {
    #expect(throws: MLPError.noLayers) { try MLP<Double>(layerSizes: layerSizes) }
  }

  @Test(arguments: [0, -16])
  func `refuses a size below 1`(size: Int) {
    #expect(throws: MLPError.emptyLayer(inputs: 64, outputs: size)) {
      try MLP<Double>(layerSizes: [64, size, 10])
    }
  }

  @Test func `refuses sizes whose product overflows`() {
    #expect(throws: MLPError.layerTooLarge(inputs: .max, outputs: 2)) {
      try MLP<Double>(layerSizes: [.max, 2])
    }
  }
}
