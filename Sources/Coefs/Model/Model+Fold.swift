import Digits
import MLP
import Sklearn
import Training

extension Model {
  /// The result of folding scalers into the first layer.
  public struct Folding: Codable, Hashable, Sendable {
    /// The scalers, first to last.
    public let scalers: [String]
    /// The rows that were compared: `digits`, divided by 15, or `random rows`, which scalers turn into values between
    /// −3 and 3.
    public let rows: String
    /// The number of these rows.
    public let count: Int
    /// The maximum absolute difference between two outputs, before and after.
    public let largestDifference: Double
  }

  /// The weights of the network without scalers before it: it has none, or they are folded into the first layer.
  ///
  /// - Parameter folds: Whether scalers may be folded into the first layer.
  /// - Returns: The weights, and the result of folding if the network has scalers.
  /// - Throws: ``CoefsError``, where there are scalers and they may not or cannot be folded.
  public func weightsAlone(
    folding folds: Bool
  ) throws(CoefsError) -> (weights: SklearnWeights, folding: Folding?) {
    try demandNetwork()
    guard let transform = weights.inputTransform else { return (weights, nil) }
    let folded: SklearnWeights
    do throws(SklearnError) {
      guard folds else { throw .transformNotFolded(transform.names) }
      folded = try weights.foldingInputTransform()
    } catch {
      throw CoefsError(file, error)
    }
    let isDigits = transform.inputs == Digits.pixelCount
    let rows =
      try isDigits
      ? Dataset.digits(.all).inputs
      : Self.randomRows(
        max(1, min(1_000, 4_000_000 / transform.inputs)), columns: transform.inputs,
        before: transform)
    let before: Matrix<Double>
    let after: Matrix<Double>
    do {
      before = try weights.mlp().evaluate(rows)
      after = try folded.mlp().evaluate(rows)
    } catch {
      throw CoefsError(file, error)
    }
    var largest = 0.0
    // Written so that NaN, which no comparison finds greater, is kept.
    for (a, b) in zip(before.values, after.values) where !(abs(a - b) <= largest) {
      largest = abs(a - b)
    }
    return (
      folded,
      Folding(
        scalers: transform.steps.map(\.name), rows: isDigits ? "digits" : "random rows",
        count: rows.rows, largestDifference: largest)
    )
  }

  /// Rows that scalers turn into values between −3 and 3, the same on every run; for other preprocessing, and for
  /// none, such values themselves.
  static func randomRows(
    _ count: Int, columns: Int, before transform: InputTransform?
  ) -> Matrix<Double> {
    var random = RandomState(seed: 0)
    var values = ContiguousArray<Double>()
    values.reserveCapacity(count * columns)
    for _ in 0..<count * columns { values.append(random.uniform(-3, 3)) }
    if let transform, transform.isElementwise {
      for operation in transform.operations.reversed() { operation.inverse?.apply(to: &values) }
    }
    return Dataset.matrix(rows: count, columns: columns, values)
  }
}
