/// The function a layer applies to its weighted sums z, under scikit-learn's names.
///
/// The raw value is the name scikit-learn uses: `Activation(rawValue: "relu")`.
@nonexhaustive
public enum Activation: String, CaseIterable, Sendable, Hashable {
  /// The weighted sum, unchanged.
  ///
  ///     σ(z) = z
  case identity

  /// The sigmoid function, in 0...1.
  ///
  ///     σ(z) = 1 / (1 + exp(−z))
  ///
  /// Nothing overflows: σ(−∞) = 0, σ(+∞) = 1, and a very negative z gives a subnormal rather than
  /// zero as long as there is one.
  case logistic

  /// The hyperbolic tangent, in −1...1.
  ///
  ///     σ(z) = (exp(z) − exp(−z)) / (exp(z) + exp(−z))
  case tanh

  /// The rectified linear unit.
  ///
  ///     σ(z) = max(z, 0)
  ///
  /// NaN stays NaN, as with numpy's `maximum`.
  case relu

  /// The exponential function, which a regressor with Poisson loss applies in its last layer.
  ///
  ///     σ(z) = exp(z)
  case exp

  /// A row's values turned into positive ones that sum to 1; for the last layer only.
  ///
  ///     σ(z)ⱼ = exp(zⱼ − max z) / Σₖ exp(zₖ − max z)
  ///
  /// Without its maximum a row's exponentials could overflow; with it they are at most 1. A row
  /// that holds NaN or +∞, or nothing but −∞, has no softmax: all its results are NaN, as with
  /// numpy.
  case softmax

  /// Returns the activations of one row of weighted sums.
  ///
  ///     Activation.softmax([0, 0])  // [0.5, 0.5]
  ///
  /// - Parameter row: The weighted sums of one layer for one input.
  /// - Returns: As many activations.
  public func callAsFunction<Scalar: MLPScalar>(_ row: [Scalar]) -> [Scalar] {
    var result = ContiguousArray(row)
    apply(to: &result, rows: 1, columns: row.count)
    return Array(result)
  }
}
