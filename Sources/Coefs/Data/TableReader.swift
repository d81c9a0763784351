import CSV
import Files
import MLP
import Sklearn

/// The rows of a table as text, some at a time: the one reader of CSV, for predicting, measuring and training.
final class TableReader {
  /// What was found out, in one line.
  let detected: String

  private let columns: TableColumns
  private let keepsTexts: Bool
  /// What the inputs are; `nil` for numbers without gaps.
  let inputColumns: InputColumns?
  private var reader: CSVReader
  /// The rows that are still to be read, and how many were read or passed over.
  private let rows: Range<Int>?
  private var count = 0
  private var firstLine = 0

  /// Finds out how a table is written and which column is which.
  ///
  /// - Parameters:
  ///   - stream: The text.
  ///   - options: What the caller says about it.
  ///   - rows: Which rows; `nil` for all.
  ///   - network: What the network demands, if there is one.
  ///   - purpose: What the rows are for.
  /// - Throws: ``DataError`` or `CSVError`.
  init(
    _ stream: TextStream, options: TableOptions, rows: Range<Int>?, network: NetworkInputs?,
    purpose: DataPurpose
  ) throws {
    reader = try CSVReader(stream, separator: options.separator)
    self.rows = rows
    keepsTexts = network?.hasTextLabels ?? false
    let inputColumns = network.map { InputColumns($0) }
    self.inputColumns = inputColumns?.areNumbers == false ? inputColumns : nil
    var sample = reader.sample(1_000)[...]
    var findings: [String] = []
    if stream.encoding != .utf8 { findings.append(stream.encoding.rawValue) }
    if sample.contains(where: { $0.cells.count > 1 }) {
      findings.append("separated by \(reader.separator)")
    }
    let names: [String]?
    switch options.header {
    case .no: names = nil
    case .yes: names = sample.isEmpty ? nil : sample[0].cells.map(\.text)
    case .auto where sample.isEmpty: names = nil
    case .auto:
      let isHeader = try TableHeader.isFirst(of: Array(sample), expected: network?.usedNames)
      names = isHeader ? sample[0].cells.map(\.text) : nil
    }
    if names != nil {
      findings.append("names in line \(sample[0].line)")
      sample = sample.dropFirst()
      _ = try reader.next()
    }
    guard let first = sample.first else {
      // Where there is a row that is not well formed, reading it says so.
      _ = try reader.next()
      throw DataError.noSuchRows(0..<0, count: 0)
    }
    let noted =
      names == nil && options.header != .no
      ? reader.namesInComment(count: first.cells.count) : nil
    if let comments = reader.comments {
      findings.append(
        noted == nil
          ? "comments passed over up to line \(comments.line)" : "names in line \(comments.line)")
    } else if names == nil {
      findings.append("no names")
    }
    reader.point = try Self.point(options.decimal, sample, findings: &findings)
    columns = try TableColumns(
      count: names?.count ?? first.cells.count, names: names ?? noted, rows: sample,
      options: options, network: network, purpose: purpose)
    detected = (findings + columns.findings).joined(separator: ", ")
  }

  /// The number of inputs of a row.
  var inputs: Int { columns.inputs.count }

  /// Whether labels are read.
  var hasLabels: Bool { columns.label != nil }

  /// The number of target values of a row, where several columns hold them.
  var targets: Int { columns.targets.count }

  /// The share of the input that was read, from 0 to 1; `nil` where only its end will tell.
  var fraction: Double? { reader.fraction }

  /// Reads the next rows.
  ///
  /// - Parameters:
  ///   - most: How many rows to read at the most.
  ///   - maxBytes: How many bytes their values may take.
  /// - Returns: The number of the first row, the line of each, the values row by row, the texts of the labels, and the
  ///   target values row by row; no values at the end.
  /// - Throws: ``DataError`` or `CSVError`.
  func next(
    _ most: Int, maxBytes: Int
  ) throws -> (
    first: Int, lines: [Int], values: ContiguousArray<Double>, labels: [String],
    targets: ContiguousArray<Double>
  ) {
    var values = ContiguousArray<Double>()
    var targets = ContiguousArray<Double>()
    var lines: [Int] = []
    // All at once where only some rows are asked for, and not where all are.
    if most <= 1 << 14 {
      values.reserveCapacity(most * columns.inputs.count)
      lines.reserveCapacity(most)
    }
    var labels: [String] = []
    while let rows, count < rows.lowerBound, try nextRow() { count += 1 }
    let first = count
    while count - first < most, rows.map({ count < $0.upperBound }) ?? true, try nextRow() {
      if let inputColumns {
        if let bad = reader.append(at: columns.inputs, as: inputColumns.columns, to: &values) {
          throw problem(of: columns.inputs[bad], isText: inputColumns.isText(bad))
        }
      } else if let bad = reader.appendNumbers(at: columns.inputs, to: &values) {
        throw problem(of: bad)
      }
      if let bad = reader.appendNumbers(at: columns.targets, to: &targets) {
        throw problem(of: bad)
      }
      if let label = columns.label {
        let text = try reader.validString(reader.cells[label])
        guard !isGap(text) else {
          throw DataError.missingValue(line: reader.line, column: columns.describe(label))
        }
        labels.append(text)
      }
      lines.append(reader.line)
      count += 1
      guard values.count <= maxBytes / MemoryLayout<Double>.size else {
        throw FileError.tooLarge(
          allowed: maxBytes, found: values.count * MemoryLayout<Double>.size)
      }
    }
    if count == first, let rows, count < rows.upperBound {
      throw DataError.noSuchRows(rows, count: count)
    }
    if count == 0, count == first { throw DataError.noSuchRows(0..<0, count: 0) }
    return (first, lines, values, labels, targets)
  }

  /// Reads the next row, which must have as many cells as all others.
  private func nextRow() throws -> Bool {
    guard try reader.next() else { return false }
    if firstLine == 0 { firstLine = reader.line }
    guard reader.cells.count == columns.count else {
      throw DataError.otherCellCount(
        line: reader.line, found: reader.cells.count, expected: columns.count)
    }
    return true
  }

  /// Why a cell is not a number, or a text, that a network takes.
  private func problem(of column: Int, isText: Bool = false) -> DataError {
    let text = reader.string(reader.cells[column])
    let name = columns.describe(column)
    if isText {
      let text = reader.stringWithBlanks(reader.cells[column])
      if !isMissingText(text) {
        return .unknownCategory(line: reader.line, column: name, text: String(text.prefix(40)))
      }
    }
    if isGap(text) { return .missingValue(line: reader.line, column: name) }
    return .badCell(line: reader.line, column: name, text: String(text.prefix(40)))
  }

  /// The labels of texts: integers if all are, else numbers if all are, else booleans, else texts.
  func labels(of texts: [String]) -> [ClassLabels.Label] {
    if keepsTexts { return texts.map { .text($0) } }
    let integers = texts.compactMap { Int64($0) }
    if integers.count == texts.count { return integers.map { .integer($0) } }
    let numbers = texts.compactMap { reader.number($0) }
    if numbers.count == texts.count { return numbers.map { .number($0) } }
    let booleans = texts.compactMap { Self.booleans[$0] }
    if booleans.count == texts.count { return booleans.map { .boolean($0) } }
    return texts.map { .text($0) }
  }

  private static let booleans = [
    "True": true, "False": false, "TRUE": true, "FALSE": false, "true": true, "false": false,
  ]

  /// The byte before decimals.
  ///
  /// - Throws: ``DataError`` where a comma may be one before decimals or one between thousands.
  private static func point(
    _ decimal: TableOptions.Decimal?, _ sample: ArraySlice<CSVSampleRow>,
    findings: inout [String]
  ) throws(DataError) -> UInt8 {
    switch decimal {
    case .point?: return UInt8(ascii: ".")
    case .comma?: return UInt8(ascii: ",")
    case nil: break
    }
    var (thousands, comma, point): (Place?, Place?, Place?)
    for row in sample {
      for cell in row.cells {
        switch cell.kind {
        case .decimal: point = point ?? (row.line, cell.text)
        case .decimalComma where isThousands(cell.text):
          thousands = thousands ?? (row.line, cell.text)
        case .decimalComma: comma = comma ?? (row.line, cell.text)
        default: break
        }
      }
    }
    guard let some = comma ?? thousands else { return UInt8(ascii: ".") }
    guard comma != nil, point == nil else {
      throw .ambiguousDecimal(line: some.line, text: some.text, pointLine: point?.line)
    }
    findings.append("decimal commas")
    return UInt8(ascii: ",")
  }

  /// The line and the text of a cell.
  private typealias Place = (line: Int, text: String)

  /// Whether a comma may stand between thousands: one to three digits before it, three after it.
  private static func isThousands(_ text: String) -> Bool {
    let parts = text.drop { $0 == "-" || $0 == "+" }
      .split(separator: ",", omittingEmptySubsequences: false)
    return parts.count == 2 && 1...3 ~= parts[0].count && parts[1].count == 3 && parts[0] != "0"
  }
}
