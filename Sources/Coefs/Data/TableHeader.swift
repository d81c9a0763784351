import CSV

/// Whether the first row of a table holds the names of its columns.
///
/// A wrong guess gains or loses a row without a word, so that what can be either is an error that asks.
enum TableHeader {
  /// Looks at the first rows.
  ///
  /// - Parameters:
  ///   - rows: The first rows; at least one.
  ///   - expected: Names that the columns may have.
  /// - Returns: Whether the first of them are names.
  /// - Throws: ``DataError/ambiguousHeader(line:problem:)``.
  static func isFirst(of rows: [CSVSampleRow], expected: [String]?) throws(DataError) -> Bool {
    let first = rows[0]
    let rest = rows.dropFirst()
    if let expected, Set(expected).isSubset(of: first.cells.map(\.text)) { return true }
    let texts = first.cells.indices.filter { first.cells[$0].kind == .text }
    guard !texts.isEmpty else { return try areNames(first, before: rest) }
    guard !rest.isEmpty else { return texts.count == first.cells.count }
    guard texts.count < first.cells.count else { return true }
    // A text above texts is one of them, such as the label of a row.
    let overNumbers = texts.filter { column in
      !rest.contains { column < $0.cells.count && $0.cells[column].kind == .text }
    }
    guard let name = overNumbers.first else { return false }
    let numbers = first.cells.indices.filter { ![.text, .gap].contains(first.cells[$0].kind) }
    guard let start = numbers.first, let end = numbers.last else { return true }
    // pandas numbers the columns that have no names, and one that was added has one: 0,1,2,3,target.
    let areNumbered =
      numbers.count > 1 && end - start == numbers.count - 1
      && numbers.allSatisfy { first.cells[$0].text == "\($0 - start)" }
    guard areNumbered else {
      throw .ambiguousHeader(
        line: first.line,
        problem: "'\(first.cells[name].text.prefix(40))' is not a number, and "
          + "'\(first.cells[start].text.prefix(40))' is one")
    }
    return true
  }

  /// Whether a row without a text, such as `0,1,2,3`, holds names, as pandas makes them up.
  private static func areNames(
    _ first: CSVSampleRow, before rest: ArraySlice<CSVSampleRow>
  ) throws(DataError) -> Bool {
    let hasIndex = first.cells[0].text.isEmpty
    let cells = first.cells.dropFirst(hasIndex ? 1 : 0)
    guard !cells.isEmpty, !rest.isEmpty else { return false }
    let integers = cells.compactMap { $0.kind == .integer ? Int($0.text) : nil }
    guard integers.count == cells.count else { return false }
    let below = rest.flatMap(\.cells)
    let areDecimals = below.allSatisfy { $0.kind == .decimal || $0.kind == .decimalComma }
    if cells.enumerated().allSatisfy({ $0.element.text == "\($0.offset)" }) {
      // With an empty cell before them they are no row. Three and more hardly ever are, unless they are counted on.
      let countsOn = rest.first.map { next in
        next.cells.enumerated().allSatisfy { $0.element.text == "\($0.offset + cells.count)" }
      }
      if hasIndex || areDecimals || cells.count > 2 && countsOn != true { return true }
    } else {
      // Wavelengths, years: integers in equal steps above numbers that all have decimals.
      let steps = Set(zip(integers, integers.dropFirst()).map { $1 &- $0 })
      guard integers.count > 3, steps.count == 1, steps.first != 0, areDecimals else {
        return false
      }
    }
    let shown = first.cells.prefix(6).map { $0.text.prefix(20) }.joined(separator: ",")
    throw .ambiguousHeader(
      line: first.line,
      problem: "'\(shown)\(first.cells.count > 6 ? ",…" : "")' is a row of numbers")
  }
}
