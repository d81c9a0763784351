/// Why a network cannot be trained.
@nonexhaustive
public enum TrainingError: Error, Equatable, Sendable {
  /// A parameter outside of scikit-learn's range for it.
  case badParameter(String, value: String, allowed: String)
  /// No rows, or rows without values.
  case noRows
  /// The targets, or the weights of the rows, are more or fewer than the rows.
  case countMismatch(String, rows: Int, found: Int)
  /// A value that is NaN or infinite.
  case notFinite(String, row: Int, column: Int)
  /// A class index outside of the classes.
  case badClass(row: Int, found: Int, classes: Int)
  /// A label that is neither 0 nor 1.
  case badLabel(row: Int, column: Int)
  /// Poisson loss with a negative target.
  case negativeTarget(row: Int, column: Int)
  /// Weights that are negative or add up to nothing.
  case badSampleWeights
  /// The rows kept for early stopping are too few.
  case validationTooSmall(found: Int)
  /// A class that has too few rows to be in both parts of a split.
  case classTooSmall(index: Int, found: Int)
  /// The network to start from does not fit rows, targets or parameters.
  case wrongStart(expected: [Int], found: [Int])
  /// The weights are no longer finite.
  case diverged(iteration: Int)
}

extension TrainingError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .badParameter(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)"
    case .noRows:
      "there are no rows to train on"
    case .countMismatch(let what, let rows, let found):
      "\(found) \(what) for \(rows) rows"
    case .notFinite(let what, let row, let column):
      "\(what) holds a value that is not finite, in row \(row), column \(column)"
    case .badClass(let row, let found, let classes):
      "row \(row) has class \(found), which is not in 0..<\(classes)"
    case .badLabel(let row, let column):
      "labels are 0 or 1; that in row \(row), column \(column) is neither"
    case .negativeTarget(let row, let column):
      "Poisson loss takes targets of 0 or more; row \(row), column \(column) is negative"
    case .badSampleWeights:
      "the weights of the rows must be finite, not negative, and not all 0"
    case .validationTooSmall(let found):
      "early stopping would keep \(found) rows, and needs 2; raise validation_fraction or add rows"
    case .classTooSmall(let index, let found):
      "class \(index) has \(found) row\(found == 1 ? "" : "s"), too few for early stopping to keep "
        + "some of each class"
    case .wrongStart(let expected, let found):
      "the network to start from has layers of sizes \(found); rows, targets and parameters ask for "
        + "\(expected)"
    case .diverged(let iteration):
      "the weights were no longer finite after iteration \(iteration); lower learning_rate_init or "
        + "divide the inputs by their largest value"
    }
  }
}
