/// How a file stores the weights of a layer.
public enum WeightLayout: String, CaseIterable, Sendable, Codable {
  /// Inputs × outputs, as scikit-learn's `coefs_`: a row of inputs is multiplied from the left.
  case sklearn
  /// Outputs × inputs, as the matrix W in `a = σ(W a + b)`.
  case mlp

  /// The other one.
  public var transposed: WeightLayout { self == .sklearn ? .mlp : .sklearn }

  /// The inputs and outputs of a layer whose weights have this shape.
  func sizes(_ shape: [Int]) -> (inputs: Int, outputs: Int) {
    self == .sklearn ? (shape[0], shape[1]) : (shape[1], shape[0])
  }
}
