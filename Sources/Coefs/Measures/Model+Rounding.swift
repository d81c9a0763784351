import Digits
import MLP
import Sklearn

extension Model {
  /// The result of rounding every value of a network to another type, and of computing in it.
  public struct Rounding: Codable, Hashable, Sendable {
    /// The type.
    public let precision: String
    /// The rows that were compared: `digits`, divided by 15, or `rows of the self-check`; `nil` without rows.
    public let rows: String?
    /// The number of these rows.
    public let count: Int
    /// The maximum absolute difference between two outputs, before and after; `nil` without rows.
    public let largestDifference: Double?
    /// The number of rows whose label differs; `nil` without rows, and for a regressor.
    public let labelsDiffer: Int?
  }

  /// Compares the outputs in double precision with those in another type.
  ///
  /// - Parameters:
  ///   - precision: The type.
  ///   - given: The rows of a self-check, if there is one; without, digits for a network of 64 inputs.
  func rounding(
    to precision: SklearnWeights.Precision, _ given: SelfCheckRows?
  ) throws(CoefsError) -> Rounding {
    let rows: Matrix<Double>
    if let given {
      rows = try matrix(of: given)
    } else if inputs == Digits.pixelCount {
      rows = try Dataset.digits(.all).inputs
    } else {
      return Rounding(
        precision: precision.rawValue, rows: nil, count: 0, largestDifference: nil,
        labelsDiffer: nil)
    }
    let before = try checkedOutputs(rows, .float64)
    let after = try checkedOutputs(rows, precision)
    var largest = 0.0
    // Written so that NaN, which no comparison finds greater, is kept.
    for (a, b) in zip(before.values, after.values) where !(abs(a - b) <= largest) {
      largest = abs(a - b)
    }
    let isMultilabel = weights.outline.isMultilabel
    let labels = { (outputs: Matrix<Double>, row: Int) -> [Int] in
      let values = outputs.row(row)
      return isMultilabel ? values.map { $0 > 0.5 ? 1 : 0 } : [argmax(values)]
    }
    let differ = (0..<rows.rows).count { labels(before, $0) != labels(after, $0) }
    return Rounding(
      precision: precision.rawValue, rows: given == nil ? "digits" : "rows of the self-check",
      count: rows.rows, largestDifference: largest,
      labelsDiffer: task == .classifier ? differ : nil)
  }
}
