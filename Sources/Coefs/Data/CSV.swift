/// The values of a text with a row on each line and commas between them.
///
/// A first line without any number is a header, and is skipped, as are empty lines.
///
/// - Parameters:
///   - text: UTF-8, with or without a byte order mark; lines end in LF or CR LF.
///   - labelsLast: Whether the last cell of a line is the target of the row.
/// - Returns: The number of columns, the values row by row, and the targets as texts.
/// - Throws: ``DataError/badRow(line:problem:)``.
func parseCSV(
  _ text: ContiguousArray<UInt8>, labelsLast: Bool = false
) throws(DataError) -> (columns: Int, values: ContiguousArray<Double>, answers: [String]) {
  var values = ContiguousArray<Double>()
  var answers: [String] = []
  var columns: Int?
  var number = 0
  var isFirst = true
  let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
  for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
    number += 1
    var cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0.trimmingBlanks, as: UTF8.self) }
    if cells.count == 1, cells[0].isEmpty { continue }
    let answer = labelsLast ? cells.removeLast() : nil
    let row = cells.map(Double.init)
    defer { isFirst = false }
    if isFirst, row.allSatisfy({ $0 == nil }) { continue }
    if let bad = row.firstIndex(of: nil) {
      throw .badRow(line: number, problem: "'\(cells[bad].prefix(40))' is not a number")
    }
    guard columns == nil || columns == row.count else {
      throw .badRow(line: number, problem: "\(row.count) values, not \(columns ?? 0) as before")
    }
    columns = row.count
    values += row.compactMap(\.self)
    if let answer { answers.append(answer) }
  }
  return (columns ?? 0, values, answers)
}

extension ArraySlice<UInt8> {
  fileprivate var trimmingBlanks: ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let rest = drop(while: isBlank)
    return rest[..<(rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex)]
  }
}
