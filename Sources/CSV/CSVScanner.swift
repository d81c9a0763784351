/// Where a cell of a row lies in a text.
package struct CSVCell: Sendable {
  /// The first byte, without blanks and without an opening quote.
  package let start: Int
  /// The byte after the last.
  package let end: Int
  /// Whether the cell holds quotes, which are written twice.
  package let hasQuotes: Bool

  /// The same cell with the blanks around it, unless it is in quotes. To pandas they are part of a text.
  func withBlanks(in text: Span<UInt8>, _ separator: CSVSeparator) -> CSVCell {
    func isPart(_ index: Int) -> Bool {
      0..<text.count ~= index && isBlank(text[index]) && separator != .byte(text[index])
    }
    var (first, last) = (start, end)
    while isPart(first - 1) { first -= 1 }
    while isPart(last) { last += 1 }
    return CSVCell(start: first, end: last, hasQuotes: hasQuotes)
  }
}

/// Finds the cells of a row, as Python's csv module does (RFC 4180), but for blanks around a cell, which are not part
/// of it.
struct CSVScanner {
  let separator: CSVSeparator

  /// What was found.
  enum Outcome {
    /// A row, and where the next one begins.
    case row(next: Int, lines: Int)
    /// The text ends before the row does, and more may follow.
    case needsMore
    /// A quote is not closed.
    case openQuote
    /// A text follows a closing quote.
    case textAfterQuote
  }

  /// Finds the cells of the row that begins at `start`; at least one, empty in an empty line.
  ///
  /// - Parameters:
  ///   - text: A part of a text.
  ///   - start: Where the row begins; there is a byte.
  ///   - isEnd: Whether the text ends with this part.
  ///   - cells: Is filled with the cells.
  func scan(
    _ text: Span<UInt8>, from start: Int, isEnd: Bool, into cells: inout ContiguousArray<CSVCell>
  ) -> Outcome {
    cells.removeAll(keepingCapacity: true)
    return switch separator {
    case .byte(let byte): cellsBetween(byte, in: text, from: start, isEnd: isEnd, into: &cells)
    case .blanks: cellsBetweenBlanks(in: text, from: start, isEnd: isEnd, into: &cells)
    }
  }

  private func cellsBetween(
    _ separator: UInt8, in text: Span<UInt8>, from start: Int, isEnd: Bool,
    into cells: inout ContiguousArray<CSVCell>
  ) -> Outcome {
    // A tab that separates is no blank.
    let tab = separator == Byte.tab ? Byte.space : Byte.tab
    let count = text.count
    var index = start
    var lines = 0
    while true {
      while index < count, text[index] == Byte.space || text[index] == tab { index += 1 }
      if index < count, text[index] == Byte.quote {
        switch quotedCell(in: text, from: index + 1, isEnd: isEnd) {
        case .cell(let cell, let more):
          cells.append(cell)
          index = cell.end + 1
          lines += more
        case .needsMore: return .needsMore
        case .open: return .openQuote
        }
        while index < count, text[index] == Byte.space || text[index] == tab { index += 1 }
        if index < count, text[index] != separator, !isLineEnd(text[index]) {
          return .textAfterQuote
        }
      } else {
        let first = index
        while index < count, text[index] != separator, !isLineEnd(text[index]) { index += 1 }
        var end = index
        while end > first, text[end - 1] == Byte.space || text[end - 1] == tab { end -= 1 }
        cells.append(CSVCell(start: first, end: end, hasQuotes: false))
      }
      guard index < count, text[index] == separator else {
        return endOfRow(in: text, at: index, isEnd: isEnd, lines: lines)
      }
      index += 1
    }
  }

  private func cellsBetweenBlanks(
    in text: Span<UInt8>, from start: Int, isEnd: Bool,
    into cells: inout ContiguousArray<CSVCell>
  ) -> Outcome {
    let count = text.count
    var index = start
    var lines = 0
    while true {
      while index < count, isBlank(text[index]) { index += 1 }
      if index == count || isLineEnd(text[index]) {
        if cells.isEmpty { cells.append(CSVCell(start: index, end: index, hasQuotes: false)) }
        return endOfRow(in: text, at: index, isEnd: isEnd, lines: lines)
      }
      if text[index] == Byte.quote {
        switch quotedCell(in: text, from: index + 1, isEnd: isEnd) {
        case .cell(let cell, let more):
          cells.append(cell)
          index = cell.end + 1
          lines += more
        case .needsMore: return .needsMore
        case .open: return .openQuote
        }
        if index < count, !isBlank(text[index]), !isLineEnd(text[index]) { return .textAfterQuote }
      } else {
        let first = index
        while index < count, !isBlank(text[index]), !isLineEnd(text[index]) { index += 1 }
        cells.append(CSVCell(start: first, end: index, hasQuotes: false))
      }
    }
  }

  private enum Quoted {
    case cell(CSVCell, lines: Int)
    case needsMore
    case open
  }

  /// The cell after an opening quote.
  private func quotedCell(in text: Span<UInt8>, from start: Int, isEnd: Bool) -> Quoted {
    var index = start
    var lines = 0
    var hasQuotes = false
    while index < text.count {
      if text[index] == Byte.quote {
        // The next byte says whether this quote is one of two.
        guard index + 1 < text.count || isEnd else { return .needsMore }
        guard index + 1 < text.count, text[index + 1] == Byte.quote else {
          return .cell(CSVCell(start: start, end: index, hasQuotes: hasQuotes), lines: lines)
        }
        hasQuotes = true
        index += 1
      } else if text[index] == Byte.lineFeed {
        lines += 1
      }
      index += 1
    }
    return isEnd ? .open : .needsMore
  }

  /// LF, CR LF, CR, or the end of the text.
  private func endOfRow(
    in text: Span<UInt8>, at index: Int, isEnd: Bool, lines: Int
  ) -> Outcome {
    guard index < text.count else {
      return isEnd ? .row(next: index, lines: lines + 1) : .needsMore
    }
    guard text[index] == Byte.carriageReturn else {
      return .row(next: index + 1, lines: lines + 1)
    }
    guard index + 1 < text.count || isEnd else { return .needsMore }
    let isPair = index + 1 < text.count && text[index + 1] == Byte.lineFeed
    return .row(next: index + (isPair ? 2 : 1), lines: lines + 1)
  }
}

/// The bytes that a table is made of.
enum Byte {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
}

@inline(__always)
private func isBlank(_ byte: UInt8) -> Bool { byte == Byte.space || byte == Byte.tab }

@inline(__always)
private func isLineEnd(_ byte: UInt8) -> Bool {
  byte == Byte.lineFeed || byte == Byte.carriageReturn
}
