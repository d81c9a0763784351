/// One layer of a network: weights, biases and an activation.
///
///     a' = σ(W a + b)
///
/// `W` has a row for each output and a column for each input: the transpose of an entry of
/// scikit-learn's `coefs_`.
public struct DenseLayer<Scalar: MLPScalar>: Sendable {
  /// The length of the vector a; at least 1.
  public let inputs: Int

  /// The length of the vectors b and a'; at least 1.
  public let outputs: Int

  /// The matrix W: outputs × inputs, row-major.
  ///
  /// The weight from input `i` to output `o` is at `o * inputs + i`.
  public let weights: ContiguousArray<Scalar>

  /// The vector b, one for each output.
  public let biases: ContiguousArray<Scalar>

  /// The function σ.
  public internal(set) var activation: Activation

  /// Weights and biases again, in the order in which the kernels read them.
  let packed: PackedLayer

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - inputs: The number of inputs, at least 1.
  ///   - outputs: The number of outputs, at least 1.
  ///   - weights: The weights as outputs × inputs, row-major.
  ///   - biases: The biases, one for each output.
  ///   - activation: The activation function.
  /// - Throws: ``MLPError/emptyLayer(inputs:outputs:)`` when a size is below 1,
  ///   ``MLPError/weightCount(inputs:outputs:found:)`` or ``MLPError/biasCount(outputs:found:)``
  ///   when there are more or fewer values than the sizes require.
  public init(
    inputs: Int,
    outputs: Int,
    weights: some Collection<Scalar>,
    biases: some Collection<Scalar>,
    activation: Activation
  ) throws(MLPError) {
    guard inputs >= 1, outputs >= 1 else {
      throw .emptyLayer(inputs: inputs, outputs: outputs)
    }
    let (weightCount, overflow) = outputs.multipliedReportingOverflow(by: inputs)
    guard !overflow, weights.count == weightCount else {
      throw .weightCount(inputs: inputs, outputs: outputs, found: weights.count)
    }
    guard biases.count == outputs else {
      throw .biasCount(outputs: outputs, found: biases.count)
    }
    self.inputs = inputs
    self.outputs = outputs
    self.weights = ContiguousArray(weights)
    self.biases = ContiguousArray(biases)
    self.activation = activation
    self.packed = PackedLayer(
      inputs: inputs, outputs: outputs, weights: self.weights, biases: self.biases)
  }

  /// The weights as inputs × outputs: an entry of scikit-learn's `coefs_`.
  package var weightsByInput: ContiguousArray<Scalar> {
    transposed(weights, rows: outputs, columns: inputs)
  }
}

extension DenseLayer: Equatable {
  /// Whether two layers have equal sizes, weights, biases and activations.
  ///
  /// Numbers are compared as numbers, not as bits: 0 equals −0.
  public static func == (one: DenseLayer, other: DenseLayer) -> Bool {
    one.inputs == other.inputs && one.outputs == other.outputs
      && one.activation == other.activation
      && one.biases == other.biases && one.weights == other.weights
  }
}

/// Returns a row-major matrix of `rows` × `columns` as `columns` × `rows`.
private func transposed<Scalar>(
  _ values: ContiguousArray<Scalar>, rows: Int, columns: Int
) -> ContiguousArray<Scalar> {
  var result: ContiguousArray<Scalar> = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
