import Files
import NPY
import Sklearn

/// Why a data set cannot be used to train or to measure a network.
@nonexhaustive
public enum DataError: Error, Equatable, Sendable {
  /// Rows that the data does not have.
  case noSuchRows(Range<Int>, count: Int)
  /// No array can be used as the rows.
  case noInputs(found: [String])
  /// The array of rows is not a matrix.
  case wrongInputs(shape: [Int])
  /// The targets are more or fewer than the rows.
  case wrongTargets(shape: [Int], rows: Int)
  /// The targets are missing.
  case noTargets
  /// A value in the rows is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// A line of a text has a cell that is not a number, or more or fewer values than the first.
  case badRow(line: Int, problem: String)
  /// The rows have more or fewer values than the network has inputs.
  case wrongWidth(expected: Int, found: Int)
  /// The networks to compare have different layer sizes.
  case otherLayers(found: [Int], expected: [Int])
  /// The targets of a row are more or fewer than the outputs of the network.
  case wrongTargetWidth(expected: Int, found: Int)
  /// A label that is not one of the network's classes.
  case unknownLabel(ClassLabels.Label, known: [ClassLabels.Label])
  /// Targets for a classifier that are rows of other values than 0 and 1.
  case notLabels
  /// A label for a classifier that is a number with a fraction.
  case notAClass(ClassLabels.Label)
  /// A target for a regressor that is not a number.
  case notANumber(ClassLabels.Label)
}

extension DataError: CategorizedError {
  /// The category of this error: usage if the caller asks for rows that the data does not have, else bad content.
  public var category: ErrorCategory {
    if case .noSuchRows(let rows, _) = self, !rows.isEmpty { .usage } else { .badContent }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noSuchRows(_, count: 0):
      "there are no rows"
    case .noSuchRows(let rows, let count):
      "there are no rows \(rows.lowerBound):\(rows.upperBound) among \(count)"
    case .noInputs(let found):
      "no array 'X' of rows and no single matrix among "
        + (found.isEmpty ? "no arrays" : found.prefix(6).joined(separator: ", "))
    case .wrongInputs(let shape):
      "the rows have shape \(pythonTuple(shape)), which is not a matrix"
    case .wrongTargets(let shape, let rows):
      "'y' has shape \(pythonTuple(shape)), which is not one target for each of \(rows) rows"
    case .noTargets:
      "there are no targets ('y') to compare with"
    case .notFinite(let row, let column):
      "row \(row), column \(column) is not a finite number"
    case .badRow(let line, let problem):
      "line \(line): \(problem)"
    case .wrongWidth(let expected, let found):
      "rows of \(found) values, but the network takes \(expected)"
    case .otherLayers(let found, let expected):
      "layers of sizes \(found.map(String.init).joined(separator: "-")) cannot be compared with "
        + "\(expected.map(String.init).joined(separator: "-"))"
    case .wrongTargetWidth(let expected, let found):
      "\(found) targets per row, but the network has \(expected) outputs"
    case .unknownLabel(let label, let known):
      "the label \(label) is not one of the network's classes "
        + known.prefix(12).map(\.description).joined(separator: ", ")
        + (known.count > 12 ? ", …" : "")
    case .notLabels:
      "the targets are rows of other values than 0 and 1; to predict values, train a regressor"
    case .notAClass(let label):
      "the label \(label) is not a class; to predict values, train a regressor"
    case .notANumber(let label):
      "the target '\(label)' is not a number, as a regressor needs"
    }
  }
}
