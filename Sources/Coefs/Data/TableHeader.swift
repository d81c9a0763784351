import CSV

/// Whether the first row of a table holds the names of its columns.
///
/// A wrong guess gains or loses a row without a message, so that what can be either is an error that asks.
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
    if let expected {
      // With a name missing, the error that says so needs the others to be names.
      let known = Set(expected).intersection(first.cells.map(\.text))
      if known.count == Set(expected).count || known.count > 1 && 2 * known.count > expected.count {
        return true
      }
    }
    let texts = first.cells.indices.filter { first.cells[$0].kind == .text }
    guard !rest.isEmpty else { return !texts.isEmpty && texts.count == first.cells.count }
    // A text above numbers is a name; a text above texts may be one of them, such as the label of a row.
    let overNumbers = texts.first { column in
      !rest.contains { column < $0.cells.count && $0.cells[column].kind == .text }
    }
    let isRepeated = texts.contains { column in
      rest.contains { $0.cells.count > column && $0.cells[column].text == first.cells[column].text }
    }
    guard texts.count < first.cells.count else { return true }
    guard let overNumbers else {
      return isRepeated ? false : try areNames(first, before: rest, besides: Set(texts))
    }
    let numbers = first.cells.indices.filter { ![.text, .gap].contains(first.cells[$0].kind) }
    guard let start = numbers.first, let end = numbers.last else { return true }
    // pandas numbers the columns that have no names, and one that was added has one: 0,1,2,3,target.
    let areNumbered =
      numbers.count > 1 && end - start == numbers.count - 1
      && numbers.allSatisfy { first.cells[$0].text == "\($0 - start)" }
    guard areNumbered else {
      throw .ambiguousHeader(
        line: first.line,
        problem: "'\(first.cells[overNumbers].text.prefix(40))' is not a number, and "
          + "'\(first.cells[start].text.prefix(40))' is one")
    }
    return true
  }

  /// Whether numbers in the first row, such as `0,1,2,3`, are names, as pandas makes them up.
  ///
  /// - Parameter texts: The columns of texts, which may be names.
  private static func areNames(
    _ first: CSVSampleRow, before rest: ArraySlice<CSVSampleRow>, besides texts: Set<Int>
  ) throws(DataError) -> Bool {
    let hasIndex = first.cells[0].text.isEmpty
    let columns = first.cells.indices.dropFirst(hasIndex ? 1 : 0).filter { !texts.contains($0) }
    let integers = columns.compactMap { column in
      first.cells[column].kind == .integer ? Int(first.cells[column].text) : nil
    }
    guard !columns.isEmpty, integers.count == columns.count else { return false }
    let areDecimals = rest.allSatisfy { row in
      columns.allSatisfy { column in
        column < row.cells.count && [.decimal, .decimalComma].contains(row.cells[column].kind)
      }
    }
    if columns.enumerated().allSatisfy({ first.cells[$0.element].text == "\($0.offset)" }) {
      // With an empty cell before them they are not a row. Three and more hardly ever are, unless they are counted on;
      // two may be a row that somebody typed.
      let countsOn = rest.first.map { next in
        columns.enumerated().allSatisfy { offset, column in
          column < next.cells.count && next.cells[column].text == "\(offset + columns.count)"
        }
      }
      if hasIndex || columns.count > 2 && countsOn != true || areDecimals && rest.count > 2 {
        return true
      }
    } else {
      // Wavelengths, years: integers in equal steps above numbers that all have decimals.
      let steps = Set(zip(integers, integers.dropFirst()).map { $1 &- $0 })
      let areEnough = integers.count > 3 || integers.count > 1 && !texts.isEmpty
      guard areEnough, steps.count == 1, steps.first != 0, areDecimals else { return false }
    }
    let shown = first.cells.prefix(6).map { $0.text.prefix(20) }.joined(separator: ",")
    throw .ambiguousHeader(
      line: first.line,
      problem: "'\(shown)\(first.cells.count > 6 ? ",…" : "")' is a row of numbers")
  }
}
