import MLP
import Sklearn

/// Rows in memory whose columns are numbers or texts, with or without names.
///
///     let people = Table(columns: ["age", "city"], rows: [[41, "Oslo"], [nil, "Bergen"]])
///     let predictions = try predictor.predict(people)
///
/// A network finds its columns by their names where it knows their names; other columns are left out. Without names,
/// the columns are its inputs in this order.
public struct Table: Sendable {
  /// The value of one column in one row.
  public enum Value: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A text.
    case text(String)
    /// No value.
    case missing
  }

  /// The names of the columns; `nil` where they have none.
  public let columns: [String]?
  /// The rows, each with a value for each column.
  public let rows: [[Value]]

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - columns: The names of the columns; `nil` where they have none.
  ///   - rows: The rows, each with a value for each column.
  public init(columns: [String]? = nil, rows: [[Value]]) {
    self.columns = columns
    self.rows = rows
  }
}

extension Table.Value {
  /// A number; no value for NaN.
  init(_ number: Double) { self = number.isNaN ? .missing : .number(number) }
}

extension Table.Value: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// 1 for true, 0 for false.
  public init(booleanLiteral value: Bool) { self = .number(value ? 1 : 0) }
  /// No value.
  public init(nilLiteral: ()) { self = .missing }
}

extension Table {
  /// The rows as a network takes them.
  ///
  /// - Throws: ``DataError`` where a column is missing or a value is not what its column takes.
  func matrix(for network: NetworkInputs) throws(DataError) -> Matrix<Double> {
    let places = try places(for: network)
    let inputs = InputColumns(network)
    var values = ContiguousArray<Double>()
    values.reserveCapacity(rows.count * network.count)
    for (index, row) in rows.enumerated() {
      if let columns, row.count != columns.count {
        throw .wrongWidth(expected: columns.count, found: row.count)
      }
      for (input, place) in places.enumerated() {
        guard let place else {
          values.append(.nan)
          continue
        }
        guard place < row.count, columns != nil || row.count == network.count else {
          throw .wrongWidth(expected: network.count, found: row.count)
        }
        values.append(
          try inputs.value(row[place], at: input, row: index, name: network.describe(input)))
      }
    }
    return Dataset.matrix(rows: rows.count, columns: network.count, values)
  }

  /// The place of each input in a row; `nil` for one that is not used and not there.
  private func places(for network: NetworkInputs) throws(DataError) -> [Int?] {
    guard let columns, let names = network.names else { return Array(0..<network.count) }
    var missing: [String] = []
    var places: [Int?] = []
    for (input, name) in names.enumerated() {
      let place = columns.firstIndex(of: name)
      if place == nil, network.uses(input) { missing.append(name) }
      places.append(place)
    }
    guard missing.isEmpty else {
      throw .otherNames(missing: missing, found: columns.filter { !names.contains($0) })
    }
    return places
  }
}

extension InputColumns {
  /// The number that stands for a value of a row.
  ///
  /// - Throws: ``DataError/badValue(row:column:problem:)``.
  func value(
    _ value: Table.Value, at input: Int, row: Int, name: String
  ) throws(DataError) -> Double {
    let found: Double?
    let problem: String
    switch value {
    case .number(let number):
      found = isText(input) || !allows(number, at: input) ? nil : number
      problem =
        isText(input)
        ? "\(number) is a number where a text belongs" : "\(number) is not a finite number"
    case .text(let text):
      found = self.value(of: text, at: input)
      problem =
        isText(input)
        ? "'\(text.prefix(40))' is not one of the categories that the column was fitted with"
        : "'\(text.prefix(40))' is not a number"
    case .missing:
      found = self.value(of: nil, at: input)
      problem = "the value is missing, and nothing fills the gap"
    }
    if let found { return found }
    if case .unused = columns[input] { return .nan }
    throw .badValue(row: row, column: name, problem: problem)
  }
}

extension NetworkInputs {
  /// A column as errors name it.
  func describe(_ column: Int) -> String {
    names.map { "column '\($0[column].prefix(60))'" } ?? "column \(column) (from 0)"
  }

  /// What an error of the preprocessing says of the data.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - first: The number of the first row of those that were transformed.
  ///   - lines: The line of each of them; empty where that is not known.
  /// - Returns: `nil` for an error that is not about a value.
  func problem(_ error: MLPError, first: Int, lines: [Int] = []) -> DataError? {
    switch error {
    case .unknownCategory(let row, let column, let value):
      let texts = demands.texts[column]
      // A text that one encoder knows and another does not, or a number.
      let place = Int(exactly: value)
      let text = texts.flatMap { texts in
        place.flatMap { texts.indices.contains($0) ? texts[$0] : nil }
      }
      let shown = text ?? place.map(String.init) ?? "\(value)"
      return lines.isEmpty
        ? .badValue(
          row: first + row, column: describe(column),
          problem: "'\(shown)' is not one of the categories that the column was fitted with")
        : .unknownCategory(line: lines[row], column: describe(column), text: shown)
    case .missingValue(let row, let column):
      return lines.isEmpty
        ? .badValue(
          row: first + row, column: describe(column),
          problem: "the value is missing, and nothing fills the gap")
        : .missingValue(line: lines[row], column: describe(column))
    case .notFinite(let row, let step):
      let problem = "\(step) gives a value that is not finite"
      return lines.isEmpty
        ? .badRow(row: first + row, problem: problem)
        : .badLine(line: lines[row], problem: problem)
    default: return nil
    }
  }
}
