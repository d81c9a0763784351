import MLP
import TestSupport

/// Returns `count` numbers in −range...range.
func randomValues<Scalar: MLPScalar>(
  _ count: Int, within range: Scalar, using generator: inout SeededGenerator
) -> [Scalar] {
  (0..<count).map { _ in .random(in: -range...range, using: &generator) }
}

/// Returns a network with weights and biases of both signs.
func randomNetwork<Scalar: MLPScalar>(
  layerSizes: [Int], hidden: Activation, output: Activation, using generator: inout SeededGenerator
) throws -> MLP<Scalar> {
  let layers = try zip(layerSizes, layerSizes.dropFirst()).map { inputs, outputs in
    try DenseLayer<Scalar>(
      inputs: inputs, outputs: outputs,
      weights: randomValues(inputs * outputs, within: 1, using: &generator),
      biases: randomValues(outputs, within: 1, using: &generator), activation: hidden)
  }
  return try MLP(layers: layers).replacing(output: output)
}

/// Returns sign, exponent and significand of each value: equal for the same bits only, where `==`
/// would let −0 pass for 0.
func bits<Scalar: MLPScalar>(_ values: [Scalar]) -> [[UInt64]] {
  values.map {
    [
      $0.sign == .minus ? 1 : 0, UInt64($0.exponentBitPattern), UInt64($0.significandBitPattern),
    ]
  }
}

/// Returns the largest difference between two rows, infinite when one is longer or holds NaN.
func largestDifference<Scalar: MLPScalar>(_ one: [Scalar], _ other: [Scalar]) -> Scalar {
  guard one.count == other.count else { return .infinity }
  let differences = zip(one, other).map { abs($0 - $1) }
  return differences.contains(where: \.isNaN) ? .infinity : differences.max() ?? 0
}

/// The first image of scikit-learn's digits, a zero: 8 × 8 pixels of 0...16, row-major.
let firstDigit: [Int] = [
  0, 0, 5, 13, 9, 1, 0, 0,
  0, 0, 13, 15, 10, 15, 5, 0,
  0, 3, 15, 2, 0, 11, 8, 0,
  0, 4, 12, 0, 0, 8, 8, 0,
  0, 5, 8, 0, 0, 9, 8, 0,
  0, 4, 11, 0, 1, 12, 7, 0,
  0, 2, 14, 5, 10, 12, 0, 0,
  0, 0, 6, 13, 10, 0, 0, 0,
]
