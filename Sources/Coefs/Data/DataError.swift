import Files
import NPY
import Sklearn

/// Why rows of data cannot be used to measure or feed a network.
@nonexhaustive
public enum DataError: Error, Equatable, Sendable {
  /// Rows outside of what is there.
  case noSuchRows(Range<Int>, count: Int)
  /// No array that the rows could be.
  case noInputs(found: [String])
  /// The array of rows is no matrix.
  case wrongInputs(shape: [Int])
  /// The answers are not one for each row.
  case wrongTargets(shape: [Int], rows: Int)
  /// The answers are missing.
  case noTargets
  /// A number among the rows is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// A row of a text is not numbers, or not as many as the first.
  case badRow(line: Int, problem: String)
  /// The rows are not as long as the network's input.
  case wrongWidth(expected: Int, found: Int)
  /// A network that is to be compared with one of other layer sizes.
  case otherLayers(found: [Int], expected: [Int])
  /// The answers are not as many a row as the network's outputs.
  case wrongTargetWidth(expected: Int, found: Int)
  /// A right answer that the network cannot give.
  case unknownLabel(ClassLabels.Label, known: [ClassLabels.Label])
  /// Answers that are rows of other numbers than 0 and 1, for a classifier.
  case notLabels
  /// An answer that is no class but a number between the integers.
  case notAClass(ClassLabels.Label)
  /// A right answer that is no number, for a network that gives numbers.
  case notANumber(ClassLabels.Label)
}

extension DataError: CategorizedError {
  /// The family of this failure: rows are asked for by the caller; that there are none at all is the file's fault.
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
      "the rows have shape \(pythonTuple(shape)), which is no matrix"
    case .wrongTargets(let shape, let rows):
      "'y' has shape \(pythonTuple(shape)), which is not one answer for each of \(rows) rows"
    case .noTargets:
      "there are no right answers ('y') to compare with"
    case .notFinite(let row, let column):
      "row \(row), column \(column) is no finite number"
    case .badRow(let line, let problem):
      "line \(line): \(problem)"
    case .wrongWidth(let expected, let found):
      "rows of \(found) numbers, but the network takes \(expected)"
    case .otherLayers(let found, let expected):
      "layers of sizes \(found.map(String.init).joined(separator: "-")) cannot be compared with "
        + "\(expected.map(String.init).joined(separator: "-"))"
    case .wrongTargetWidth(let expected, let found):
      "\(found) answers a row, but the network has \(expected) outputs"
    case .unknownLabel(let label, let known):
      "the answer \(label) is none of the network's classes "
        + known.prefix(12).map(\.description).joined(separator: ", ")
        + (known.count > 12 ? ", …" : "")
    case .notLabels:
      "the answers are rows of other numbers than 0 and 1; to estimate numbers, train a regressor"
    case .notAClass(let label):
      "the answer \(label) is no class; to estimate numbers, train a regressor"
    case .notANumber(let label):
      "the answer '\(label)' is no number, which a regressor would give"
    }
  }
}
