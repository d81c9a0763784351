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
  /// Several arrays that the rows could be.
  case severalInputs(found: [String])
  /// No array of this name.
  case noSuchArray(String, found: [String])
  /// The array of rows is not a matrix.
  case wrongInputs(shape: [Int])
  /// The file holds a table of records, one field for each column.
  case records(fields: [String])
  /// The file is of a kind that holds no rows, or none that are read.
  case notRows(String)
  /// A value of an array of objects is not a number, or not a label.
  case badObject(String, problem: String)
  /// The targets are more or fewer than the rows.
  case wrongTargets(shape: [Int], rows: Int)
  /// The targets are missing.
  case noTargets
  /// A value in the rows is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// A cell of a table is not a finite number.
  case badCell(line: Int, column: String, text: String)
  /// A cell of a table says that the value is missing.
  case missingValue(line: Int, column: String)
  /// A cell of a table is not one of the categories that its column was fitted with.
  case unknownCategory(line: Int, column: String, text: String)
  /// A value of a row is not one of the categories that its column was fitted with, or is missing.
  case badValue(row: Int, column: String, problem: String)
  /// The preprocessing makes a value that is not finite from a row of a table.
  case badLine(line: Int, problem: String)
  /// The preprocessing makes a value that is not finite from a row.
  case badRow(row: Int, problem: String)
  /// A row of a table has other cells than the others.
  case otherCellCount(line: Int, found: Int, expected: Int)
  /// The first row of a table may be names, or values.
  case ambiguousHeader(line: Int, problem: String)
  /// A comma in a number may stand before decimals, or between thousands.
  case ambiguousDecimal(line: Int, text: String, pointLine: Int?)
  /// No column of this name; `found` is `nil` for a table without names.
  case noSuchColumn(String, found: [String]?, count: Int)
  /// A column that is named twice, or that two columns are called.
  case columnTwice(String)
  /// The columns have other names than those that the network was fitted with.
  case otherNames(missing: [String], found: [String])
  /// One column more than the network takes.
  case extraColumn(expected: Int, found: Int)
  /// The first column, which has no name, numbers the rows.
  case countingColumn
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
        + (found.isEmpty ? "no arrays" : Self.list(found))
    case .severalInputs(let found):
      "the rows may be any of \(Self.list(found))"
    case .noSuchArray(let name, let found):
      "there is no array '\(name)' among \(Self.list(found))"
    case .wrongInputs(let shape) where shape.count == 1:
      "the rows have shape \(pythonTuple(shape)); for one row save X.reshape(1, -1), for one column "
        + "X.reshape(-1, 1)"
    case .wrongInputs(let shape):
      "the rows have shape \(pythonTuple(shape)), which is not a matrix"
    case .records(let fields):
      "the rows are records of the fields \(Self.list(fields)); save a matrix: "
        + "numpy.save(file, df.to_numpy())"
    case .notRows(let what):
      "it is \(what), and rows are read from CSV, NPY and NPZ; save them with "
        + "df.to_csv(file, index=False) or numpy.save(file, df.to_numpy())"
    case .badObject(let name, let problem):
      "\(name) holds objects, and one of them \(problem); save it as numbers or texts: "
        + "y.astype(str), X.astype(float)"
    case .wrongTargets(let shape, let rows):
      "'y' has shape \(pythonTuple(shape)), which is not one target for each of \(rows) rows"
    case .noTargets:
      "there are no targets ('y') to compare with"
    case .notFinite(let row, let column):
      "row \(row), column \(column) is not a finite number"
    case .badCell(let line, let column, let text):
      "line \(line), \(column): '\(text)' is not a finite number"
    case .missingValue(let line, let column):
      "line \(line), \(column): the value is missing, and nothing fills the gap"
    case .unknownCategory(let line, let column, let text):
      "line \(line), \(column): '\(text)' is not one of the categories that the column was fitted with"
    case .badValue(let row, let column, let problem):
      "row \(row), \(column): \(problem)"
    case .badRow(let row, let problem): "row \(row): \(problem)"
    case .badLine(let line, let problem): "line \(line): \(problem)"
    case .otherCellCount(let line, let found, let expected):
      "line \(line): \(found) cell\(found == 1 ? "" : "s"), not \(expected) as before"
    case .ambiguousHeader(let line, let problem):
      "line \(line) may be a row of values or the names of the columns: \(problem)"
    case .ambiguousDecimal(let line, let text, nil):
      "line \(line): the comma in '\(text)' may stand before decimals or between thousands"
    case .ambiguousDecimal(let line, let text, let pointLine?):
      "line \(line): '\(text)' has a comma where a number in line \(pointLine) has a point"
    case .noSuchColumn(let name, let found?, _):
      "there is no column '\(name)' among \(Self.list(found))"
    case .noSuchColumn(let name, nil, let count):
      "there is no column '\(name)': the table has no names, and columns 0 to \(count - 1)"
    case .columnTwice(let name):
      "\(name) is there twice"
    case .otherNames(let missing, let found):
      "the network was fitted with other columns: \(Self.list(missing)) "
        + "\(missing.count == 1 ? "is" : "are") missing"
        + (found.isEmpty ? "" : " next to \(Self.list(found))")
    case .extraColumn(let expected, let found):
      "\(found) columns, one more than the network takes (\(expected)): an index or the labels?"
    case .countingColumn:
      "the first column numbers the rows: an index, or an input?"
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

  /// Some names, for a sentence.
  private static func list(_ names: [String]) -> String {
    names.prefix(8).map { String($0.prefix(40)) }.joined(separator: ", ")
      + (names.count > 8 ? ", …" : "")
  }
}
