import Files

/// A table as text, read row by row in the memory of one row and some blocks.
///
/// Empty lines are passed over, and so are lines that begin with `#` and a space at the top, as
/// `numpy.savetxt(header=…)` writes them, and Excel's `sep=;`.
package struct CSVReader: ~Copyable {
  /// What stands between the cells.
  package private(set) var separator: CSVSeparator
  /// The byte before decimals.
  package var point: UInt8 = UInt8(ascii: ".")
  /// The cells of the row that ``next()`` read.
  package private(set) var cells: ContiguousArray<CSVCell> = []
  /// The line in which that row begins, from 1.
  package private(set) var line = 0
  /// The number of lines at the top that begin with `#`, and the text of the last one after that sign.
  package private(set) var comments: (count: Int, last: String, line: Int)?

  private let stream: TextStream
  private var text: ContiguousArray<UInt8> = []
  /// Where the next row begins in `text`, and in which line.
  private var start = 0
  private var nextLine = 1
  private var isEnd = false

  /// The most bytes that a row may have. A million numbers have less.
  package static let maxRowBytes = 16 << 20
  /// The bytes at the start of a table that are looked at before it is read.
  private static let sampleBytes = 1 << 20

  /// Reads the first rows of a table, and finds out what separates its cells where that is not given.
  ///
  /// - Parameters:
  ///   - stream: The text.
  ///   - separator: What separates the cells; `nil` to find out.
  /// - Throws: ``CSVError``.
  package init(_ stream: TextStream, separator: CSVSeparator? = nil) throws(CSVError) {
    self.stream = stream
    self.separator = separator ?? .comma
    while !isEnd, text.count < Self.sampleBytes { try fill() }
    if let zero = text.firstIndex(of: 0) { throw .notText(offset: zero) }
    let stated = skipTop()
    if separator == nil { self.separator = stated ?? bestSeparator() }
  }

  /// The share of the input that was read, from 0 to 1; `nil` where only its end will tell.
  package var fraction: Double? { stream.fraction }

  /// Reads the next row that is not empty into ``cells``.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: ``CSVError``.
  package mutating func next() throws(CSVError) -> Bool {
    let scanner = CSVScanner(separator: separator)
    while true {
      guard start < text.count || !isEnd else { return false }
      if start < text.count {
        // Taken out, because a span of `text` borrows all of this.
        var found: ContiguousArray<CSVCell> = []
        swap(&found, &cells)
        let outcome = scanner.scan(text.span, from: start, isEnd: isEnd, into: &found)
        swap(&found, &cells)
        switch outcome {
        case .row(let next, let lines):
          let isEmpty =
            cells.count == 1 && cells[0].end == cells[0].start
            && text[cells[0].start == 0 ? 0 : cells[0].start - 1] != Byte.quote
          line = nextLine
          nextLine += lines
          start = next
          if isEmpty { continue }
          return true
        case .openQuote: throw .openQuote(line: nextLine)
        case .textAfterQuote: throw .textAfterQuote(line: nextLine)
        case .needsMore: break
        }
      }
      guard text.count - start <= Self.maxRowBytes else {
        throw .longRecord(line: nextLine, allowed: Self.maxRowBytes)
      }
      // Twice as much each time, so that a long row is not looked at again for each block.
      let wanted = min(2 * (text.count - start), Self.maxRowBytes + 1)
      text.removeSubrange(..<start)
      start = 0
      repeat { try fill() } while !isEnd && text.count < wanted
    }
  }

  /// Appends the next block.
  private mutating func fill() throws(CSVError) {
    if let block = try stream.next() { text += block } else { isEnd = true }
  }

  // MARK: Cells

  /// The text of a cell of the last row; bytes that are not UTF-8 are replaced.
  package func string(_ cell: CSVCell) -> String {
    String(decoding: bytes(of: cell), as: UTF8.self)
  }

  /// The text of a cell of the last row.
  ///
  /// - Throws: ``CSVError/notUTF8(line:)``.
  package func validString(_ cell: CSVCell) throws(CSVError) -> String {
    guard let string = String(validating: bytes(of: cell), as: UTF8.self) else {
      throw .notUTF8(line: line)
    }
    return string
  }

  private func bytes(of cell: CSVCell) -> ContiguousArray<UInt8> {
    let bytes = text[cell.start..<cell.end]
    guard cell.hasQuotes else { return ContiguousArray(bytes) }
    var result = ContiguousArray<UInt8>()
    var isSecond = false
    for byte in bytes {
      isSecond = byte == Byte.quote && !isSecond
      if !isSecond { result.append(byte) }
    }
    return result
  }

  /// The number that a text is; `nil` for any other text.
  package func number(_ text: String) -> Double? {
    let bytes = ContiguousArray(text.utf8)
    return CSV.number(in: bytes.span, from: 0, to: bytes.count, point: point)
  }

  /// Appends the numbers of some cells of the last row.
  ///
  /// - Parameters:
  ///   - places: Which cells; all of them are there.
  ///   - values: Takes the numbers.
  /// - Returns: The place of the first cell that is not a finite number; `nil` where all are.
  package func appendNumbers(
    at places: ContiguousArray<Int>, to values: inout ContiguousArray<Double>
  ) -> Int? {
    let bytes = text.span
    for place in places {
      let cell = cells[place]
      guard let value = CSV.number(in: bytes, from: cell.start, to: cell.end, point: point),
        value.isFinite
      else {
        guard let truth = truth(in: bytes, cell) else { return place }
        values.append(truth)
        continue
      }
      values.append(value)
    }
    return nil
  }

  /// Appends the values of some cells of the last row; NaN for a missing one.
  ///
  /// - Parameters:
  ///   - places: Which cells; −1 for a column that the table lacks.
  ///   - columns: What each of them is.
  ///   - values: Takes the values.
  /// - Returns: The first of the columns, by its index, whose cell is not what it has to be; `nil` where all are.
  package func append(
    at places: ContiguousArray<Int>, as columns: [CSVColumn],
    to values: inout ContiguousArray<Double>
  ) -> Int? {
    let bytes = text.span
    for (index, column) in columns.enumerated() {
      guard places[index] >= 0 else {
        values.append(.nan)
        continue
      }
      let cell = cells[places[index]]
      switch column {
      case .unused: values.append(.nan)
      case .number(let allowsGaps):
        if let value = CSV.number(in: bytes, from: cell.start, to: cell.end, point: point),
          value.isFinite
        {
          values.append(value)
        } else if let truth = truth(in: bytes, cell) {
          values.append(truth)
        } else if allowsGaps, isGapWord(in: bytes, cell) {
          values.append(.nan)
        } else {
          return index
        }
      case .text(let texts, let allowsGaps, let allowsUnknown):
        let whole = separator == .blanks ? cell : cell.withBlanks(in: bytes, separator)
        let place =
          cell.hasQuotes
          ? texts.place(of: string(cell)) : texts.place(in: bytes, from: whole.start, to: whole.end)
        if let place {
          values.append(Double(place))
        } else if isMissingText(in: bytes, whole) {
          guard allowsGaps else { return index }
          values.append(.nan)
        } else if allowsUnknown {
          values.append(-1)
        } else {
          return index
        }
      }
    }
    return nil
  }

  /// The text of a cell of the last row with the blanks around it; bytes that are not UTF-8 are replaced.
  package func stringWithBlanks(_ cell: CSVCell) -> String {
    separator == .blanks ? string(cell) : string(cell.withBlanks(in: text.span, separator))
  }

  // MARK: The first rows

  /// The first rows, which ``next()`` reads too, if they are well formed.
  ///
  /// - Parameters:
  ///   - most: How many rows to look at.
  ///   - separator: What separates the cells; ``separator`` where it is `nil`.
  package func sample(_ most: Int, separator: CSVSeparator? = nil) -> [CSVSampleRow] {
    let scanner = CSVScanner(separator: separator ?? self.separator)
    var rows: [CSVSampleRow] = []
    var cells: ContiguousArray<CSVCell> = []
    var (start, line) = (start, nextLine)
    while rows.count < most, start < text.count {
      guard
        case .row(let next, let lines) = scanner.scan(
          text.span, from: start, isEnd: isEnd, into: &cells)
      else { break }
      if cells.count > 1 || cells[0].end > cells[0].start {
        rows.append(
          CSVSampleRow(
            line: line,
            cells: cells.map {
              CSVSampleCell(text: string($0), kind: CSVKind(of: text.span, $0))
            }))
      }
      start = next
      line += lines
    }
    return rows
  }

  /// The names that the last comment holds, where it has so many cells and one of them is no number.
  package func namesInComment(count: Int) -> [String]? {
    guard let comments, let names = csvCells(of: comments.last, separator: separator),
      names.count == count, names.contains(where: { number($0) == nil })
    else { return nil }
    return names
  }

  /// The separator by which most of the first rows have the same number of cells, and most cells are numbers.
  private func bestSeparator() -> CSVSeparator {
    var best: (separator: CSVSeparator, score: Double) = (.comma, 0)
    for separator in CSVSeparator.usual {
      let rows = sample(50, separator: separator)
      var counts: [Int: Int] = [:]
      for row in rows { counts[row.cells.count, default: 0] += 1 }
      // Of two that are as frequent, the larger, so that the order of a dictionary decides nothing.
      let usual = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
      guard let usual, usual.key > 1 else { continue }
      // The first row may be names.
      let cells = (rows.count > 1 ? rows.dropFirst() : rows[...]).flatMap(\.cells)
      let numbers = Double(cells.count { $0.kind != .text }) / Double(cells.count)
      // Texts alone are a table too.
      let score = Double(usual.value) / Double(rows.count) * (0.01 + numbers)
      if score > best.score { best = (separator, score) }
    }
    return best.separator
  }

  // MARK: The top

  /// Passes over empty lines, comments and `sep=;` before the first row.
  ///
  /// - Returns: The separator that is stated.
  private mutating func skipTop() -> CSVSeparator? {
    var stated: CSVSeparator?
    while start < text.count {
      let end = text[start...].firstIndex { $0 == Byte.lineFeed || $0 == Byte.carriageReturn }
      guard let end = end ?? (isEnd ? text.count : nil) else { break }
      let bytes = text[start..<end]
      if bytes.first == UInt8(ascii: "#"), bytes.dropFirst().first ?? Byte.space == Byte.space {
        comments = (
          (comments?.count ?? 0) + 1, String(decoding: bytes.dropFirst(), as: UTF8.self), nextLine
        )
      } else if bytes.count == 5, nextLine == 1, bytes.starts(with: "sep=".utf8) {
        stated = .byte(bytes[end - 1])
      } else if !bytes.isEmpty {
        break
      }
      let isPair =
        end + 1 < text.count && text[end] == Byte.carriageReturn
        && text[end + 1] == Byte.lineFeed
      start = min(text.count, end + (isPair ? 2 : 1))
      nextLine += 1
    }
    return stated
  }
}

/// The cells of a line; `nil` where a quote in it is not closed.
package func csvCells(of line: String, separator: CSVSeparator = .comma) -> [String]? {
  let bytes = ContiguousArray(line.utf8)
  guard !bytes.isEmpty else { return [] }
  var cells: ContiguousArray<CSVCell> = []
  guard
    case .row(bytes.count, _) = CSVScanner(separator: separator).scan(
      bytes.span, from: 0, isEnd: true, into: &cells)
  else { return nil }
  return cells.map { cell in
    let text = String(decoding: bytes[cell.start..<cell.end], as: UTF8.self)
    return cell.hasQuotes ? text.replacing("\"\"", with: "\"") : text
  }
}
