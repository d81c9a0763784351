import MLP
import TestSupport
import Testing

@Suite struct MLPEvaluateTests {
  /// Three activations of a 2-3-2 network, as numpy 2.4.6 computes them by `W @ a + b`.
  struct Expected: Sendable {
    let activation: Activation
    let hidden: [Double]
    let output: [Double]
    let softmax: [Double]
  }

  @Test(arguments: [
    Expected(
      activation: .logistic,
      hidden: [0.6899744811276125, 0.41338242108267, 0.19781611144141825],
      output: [0.6416970151589054, 0.5609157451974944],
      softmax: [0.5836700900197683, 0.4163299099802317]),
    Expected(
      activation: .tanh,
      hidden: [0.6640367702678489, -0.33637554433633227, -0.8853516482022624],
      output: [0.5789531592356993, -0.9931852549138207],
      softmax: [0.9706902427085367, 0.029309757291463356]),
    Expected(
      activation: .relu,
      hidden: [0.8, 0, 0],
      output: [0.85, 0],
      softmax: [0.8320183851339245, 0.1679816148660755]),
    Expected(
      activation: .identity,
      hidden: [0.8, -0.35, -1.4],
      output: [0.675, -3.9875],
      softmax: [0.9906455070437046, 0.009354492956295375]),
  ])
  func `a 2-3-2 network gives numpy's numbers`(expected: Expected) throws {
    let network = try MLP<Double>(layers: [
      DenseLayer(
        inputs: 2, outputs: 3, weights: [0.5, -1, 0.25, 0.75, -1.5, 2], biases: [0.1, -0.2, 0.3],
        activation: expected.activation),
      DenseLayer(
        inputs: 3, outputs: 2, weights: [1, -0.5, 0.25, -0.75, 1.25, 2], biases: [0.05, -0.15],
        activation: expected.activation),
    ])
    let input = [0.6, -0.4]
    let activations = try network.feedforward(input)
    #expect(activations.map(\.count) == network.layerSizes)
    #expect(activations[0] == input)
    #expect(largestDifference(activations[1], expected.hidden) <= 1e-15)
    #expect(largestDifference(activations[2], expected.output) <= 1e-15)
    #expect(try network.evaluate(input) == activations[2])
    let probabilities = try network.replacing(output: .softmax).evaluate(input)
    #expect(largestDifference(probabilities, expected.softmax) <= 1e-15)
  }

  /// What scikit-learn 1.9.1's `predict_proba` gives for ``digitsNetwork(as:)`` and the first
  /// digit divided by 15.
  private let probabilities = [
    0.09812723302586453, 0.21223111173397508, 0.031455583709551864, 0.009891047661536537,
    0.021392512319880926, 0.01176421941491691, 0.018719584791649427, 0.4241143471843166,
    0.1704174598588818, 0.001886900299426309,
  ]

  /// A 64-16-10 network, logistic and softmax, of numbers that are exact in any format.
  private func digitsNetwork<Scalar: MLPScalar>(
    as type: Scalar.Type
  ) throws -> MLP<Scalar> {
    func layer(
      _ inputs: Int, _ outputs: Int, _ seeds: (weights: Int, biases: Int), scale: Scalar,
      _ activation: Activation
    ) throws -> DenseLayer<Scalar> {
      let weights = (0..<outputs * inputs).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: inputs)
        return Scalar((row * 31 + column * 17 + seeds.weights) % 101 - 50) / 128 * scale
      }
      let biases = (0..<outputs).map { Scalar(($0 * 13 + seeds.biases) % 11 - 5) / 16 }
      return try DenseLayer(
        inputs: inputs, outputs: outputs, weights: weights, biases: biases, activation: activation)
    }
    return try MLP(layers: [
      layer(64, 16, (7, 3), scale: 1, .logistic), layer(16, 10, (29, 5), scale: 4, .softmax),
    ])
  }

  @Test func `a digits network gives scikit-learn's probabilities as Double`() throws {
    let output = try digitsNetwork(as: Double.self).evaluate(firstDigit.map { Double($0) / 15 })
    #expect(largestDifference(output, probabilities) <= 2e-15)
  }

  @Test func `a digits network gives scikit-learn's probabilities as Float`() throws {
    let output = try digitsNetwork(as: Float.self).evaluate(firstDigit.map { Float($0) / 15 })
    #expect(largestDifference(output.map(Double.init), probabilities) <= 2e-6)
  }

  @Test func `a weighted sum is that of a plain dot product`() throws {
    var generator = SeededGenerator(seed: 5)
    let network: MLP<Double> = try randomNetwork(
      layerSizes: [97, 13], hidden: .identity, output: .identity, using: &generator)
    let input: [Double] = randomValues(97, within: 1, using: &generator)
    let layer = network.layers[0]
    let expected = (0..<13).map { output in
      var sum = 0.0
      for index in 0..<97 { sum += layer.weights[output * 97 + index] * input[index] }
      return sum + layer.biases[output]
    }
    // 1e-15 of the sum of the products' sizes, which is about 24.
    #expect(try largestDifference(network.evaluate(input), expected) <= 2.4e-14)
  }

  @Test(arguments: Activation.allCases)
  func `a row has the same bits alone and in any batch`(output: Activation) throws {
    try expectRowsIndependent(of: Float.self, output: output)
    try expectRowsIndependent(of: Double.self, output: output)
  }

  private func expectRowsIndependent<Scalar: MLPScalar>(
    of type: Scalar.Type, output: Activation
  ) throws {
    var generator = SeededGenerator(seed: 6)
    for hidden in Activation.allCases where hidden != .softmax {
      for layerSizes in [[1, 1], [5, 3], [7, 19, 4], [3, 2, 17, 1, 6], [64, 16, 10]] {
        let network: MLP<Scalar> = try randomNetwork(
          layerSizes: layerSizes, hidden: hidden, output: output, using: &generator)
        let rows: [[Scalar]] = (0..<9).map { _ in
          randomValues(network.inputs, within: 2, using: &generator)
        }
        let alone = try rows.map { try bits(network.evaluate($0)) }
        #expect(try alone == rows.map { try bits(network.feedforward($0).last ?? []) })
        for order in [Array(0..<9), (0..<9).reversed(), [4], [8, 8, 0, 8], [2, 7, 1]] {
          let batch = try Matrix(
            rows: order.count, columns: network.inputs, values: order.flatMap { rows[$0] })
          let results = try network.evaluate(batch)
          #expect(results.rows == order.count)
          #expect(results.columns == network.outputs)
          #expect((0..<results.rows).map { bits(results.row($0)) } == order.map { alone[$0] })
        }
      }
    }
  }

  @Test func `a large batch has the bits of its rows, on any number of threads`() throws {
    var generator = SeededGenerator(seed: 8)
    let network: MLP<Double> = try randomNetwork(
      layerSizes: [20, 30, 5], hidden: .tanh, output: .softmax, using: &generator)
    let rows = (0..<3000).map { _ in randomValues(20, within: 1.0, using: &generator) }
    let batch = try Matrix<Double>(rows: 3000, columns: 20, values: rows.flatMap { $0 })
    let alone = try rows.flatMap { try network.evaluate($0) }
    #expect(try bits(Array(network.evaluate(batch).values)) == bits(alone))
    for threads in 1...3 {
      var workspace = MLPWorkspace(maxThreads: threads)
      #expect(
        try bits(Array(evaluateInto(network, batch.values, using: &workspace))) == bits(alone))
    }
  }

  @Test func `many tasks get the same results`() async throws {
    var generator = SeededGenerator(seed: 7)
    let network: MLP<Float> = try randomNetwork(
      layerSizes: [64, 16, 10], hidden: .logistic, output: .softmax, using: &generator)
    let batch = try Matrix<Float>(
      rows: 20, columns: 64, values: randomValues(20 * 64, within: 1, using: &generator))
    let expected = try network.evaluate(batch)
    let results = try await withThrowingTaskGroup(of: Matrix<Float>.self) { group in
      for _ in 0..<32 { group.addTask { try network.evaluate(batch) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results == Array(repeating: expected, count: 32))
  }

  @Test func `an empty batch gives an empty batch`() throws {
    let network = try MLP<Double>(layerSizes: [4, 3])
    let result = try network.evaluate(Matrix(rows: 0, columns: 4, values: []))
    #expect(result.rows == 0)
    #expect(result.columns == 3)
  }

  @Test(arguments: [0, 63, 65])
  func `refuses rows of another width`(found: Int) throws {
    let network = try MLP<Double>(layerSizes: [64, 3])
    let row = Array(repeating: 0.0, count: found)
    let error = MLPError.inputWidth(expected: 64, found: found)
    #expect(throws: error) { try network.evaluate(row) }
    #expect(throws: error) { try network.feedforward(row) }
    #expect(throws: error) {
      try network.evaluate(Matrix(rows: 2, columns: found, values: row + row))
    }
  }
}
