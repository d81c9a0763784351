import MLP
import TestSupport
import Testing

struct InputTransformTests {
  private func layer(_ inputs: Int) throws -> DenseLayer<Double> {
    try DenseLayer(
      inputs: inputs, outputs: 1, weights: (0..<inputs).map { Double($0 + 1) }, biases: [0.5],
      activation: .identity)
  }

  @Test func `operations are carried out one after another, for each input`() throws {
    let transform = try InputTransform(
      steps: [
        .init("StandardScaler", [.subtract([1, 2]), .divide([2, 4])]),
        .init("MinMaxScaler", [.multiply([10, 10]), .add([1, -1]), .clip(0...5)]),
      ], inputs: 2)
    var rows: ContiguousArray<Double> = [1, 2, 1.5, 4, -9, 2.5]
    try transform.apply(to: &rows)
    #expect(rows == [1, 0, 3.5, 4, 0, 0.25])
  }

  @Test func `a subtraction and a division are rounded as two, as scikit-learn does`() throws {
    let transform = try InputTransform(
      steps: [.init("StandardScaler", [.subtract([0.1]), .divide([0.3])])], inputs: 1)
    var rows: ContiguousArray<Double> = [0.9]
    try transform.apply(to: &rows)
    #expect(rows == [(0.9 - 0.1) / 0.3])
    #expect(rows != [0.9 * (1 / 0.3) - 0.1 / 0.3])
  }

  @Test func `a network applies its transform, whichever way it is asked`() throws {
    let transform = try InputTransform(
      steps: [.init("MaxAbsScaler", [.divide([2, 4])])], inputs: 2)
    let network = try MLP(layers: [layer(2)], inputTransform: transform)
    #expect(try network.evaluate([2, 8]) == [1 + 2 * 2 + 0.5])
    #expect(try network.feedforward([2, 8]) == [[1, 2], [5.5]])
    #expect(
      try network.evaluate(Matrix(rows: 2, columns: 2, values: [2, 8, 0, 0])).values == [5.5, 0.5])
    let single = try MLP<Float>(
      layers: [DenseLayer(inputs: 1, outputs: 1, weights: [1], biases: [0], activation: .identity)],
      inputTransform: InputTransform(steps: [.init("s", [.subtract([0.1])])], inputs: 1))
    #expect(try single.evaluate([0.3]) == [0.3 - Float(0.1)])
  }

  @Test func `other activations leave the transform in place`() throws {
    let transform = try InputTransform(steps: [.init("s", [.add([1, 1])])], inputs: 2)
    let network = try MLP(layers: [layer(2)], inputTransform: transform)
    #expect(network.replacing(output: .logistic).inputTransform == transform)
    #expect(try network.replacing(hidden: .tanh).inputTransform == transform)
    #expect(try network != MLP(layers: [layer(2)]))
  }

  @Test func `numbers that are not one for each input, finite, and no divisor 0 are refused`() {
    func make(_ operation: InputTransform.Operation) throws(MLPError) -> InputTransform {
      try InputTransform(steps: [.init("RobustScaler", [operation])], inputs: 2)
    }
    #expect(
      throws: MLPError.badTransform(
        step: "RobustScaler", problem: "has numbers for 3 inputs instead of 2")
    ) { try make(.add([1, 2, 3])) }
    #expect(
      throws: MLPError.badTransform(
        step: "RobustScaler", problem: "holds a number that is not finite")
    ) { try make(.multiply([1, .nan])) }
    #expect(throws: MLPError.badTransform(step: "RobustScaler", problem: "divides by 0")) {
      try make(.divide([1, 0]))
    }
    #expect(throws: MLPError.emptyLayer(inputs: 0, outputs: 0)) {
      try InputTransform(steps: [], inputs: 0)
    }
  }

  @Test func `a transform of other rows than the first layer's is refused`() throws {
    let transform = try InputTransform(steps: [.init("s", [.add([1])])], inputs: 1)
    #expect(throws: MLPError.inputWidth(expected: 2, found: 1)) {
      try MLP(layers: [layer(2)], inputTransform: transform)
    }
  }
}
