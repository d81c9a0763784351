/// What a cell may be.
package enum CSVKind: Sendable {
  /// Digits, perhaps with a sign.
  case integer
  /// A number with a point or an exponent; infinity.
  case decimal
  /// A number with a comma where another has a point.
  case decimalComma
  /// True or False.
  case boolean
  /// Empty, or one of the words that stand for a missing value.
  case gap
  /// Anything else.
  case text

  /// The kind of a cell.
  init(of bytes: Span<UInt8>, _ cell: CSVCell) {
    guard cell.end > cell.start else {
      self = .gap
      return
    }
    if let value = number(in: bytes, from: cell.start, to: cell.end) {
      let isInteger = (cell.start..<cell.end).allSatisfy { index in
        let byte = bytes[index]
        return byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      }
      self = value.isNaN ? .gap : isInteger ? .integer : .decimal
    } else if number(in: bytes, from: cell.start, to: cell.end, point: UInt8(ascii: ",")) != nil {
      self = .decimalComma
    } else if truth(in: bytes, cell) != nil {
      self = .boolean
    } else {
      self = isGapWord(in: bytes, cell) ? .gap : .text
    }
  }
}

/// A cell of one of the first rows.
package struct CSVSampleCell: Sendable {
  /// The text.
  package let text: String
  /// What it may be.
  package let kind: CSVKind
}

/// One of the first rows.
package struct CSVSampleRow: Sendable {
  /// The line in which it begins, from 1.
  package let line: Int
  /// The cells; at least one.
  package let cells: [CSVSampleCell]
}

/// 1 or 0 for True or False as Python, R and others write them.
func truth(in bytes: Span<UInt8>, _ cell: CSVCell) -> Double? {
  guard 4...5 ~= cell.end - cell.start, let word = packedWord(bytes, cell) else { return nil }
  return trueWords.contains(word) ? 1 : falseWords.contains(word) ? 0 : nil
}

/// Whether a cell is empty or says that a value is missing: pandas' words (`pandas._libs.parsers.STR_NA_VALUES`), and
/// the question mark of many data sets.
package func isGap(_ text: String) -> Bool { text.isEmpty || gapWords.contains(text) }

/// Whether a text says that a value is missing. A question mark is a text like any other, as pandas has it.
package func isMissingText(_ text: String) -> Bool { isGap(text) && text != "?" }

func isMissingText(in bytes: Span<UInt8>, _ cell: CSVCell) -> Bool {
  cell.end == cell.start
    || isGapWord(in: bytes, cell) && bytes[cell.start] != UInt8(ascii: "?")
}

func isGapWord(in bytes: Span<UInt8>, _ cell: CSVCell) -> Bool {
  cell.end == cell.start || packedWord(bytes, cell).map(packedGapWords.contains) ?? false
}

/// The bytes of a cell in one number; `nil` for more than eight. Every cell that is no number is looked up, so that no
/// text is made of it.
private func packedWord(_ bytes: Span<UInt8>, _ cell: CSVCell) -> UInt64? {
  guard cell.end - cell.start <= 8 else { return nil }
  var word: UInt64 = 0
  for index in cell.start..<cell.end { word = word << 8 | UInt64(bytes[index]) }
  return word
}

private func packed(_ words: some Sequence<String>) -> Set<UInt64> {
  Set(words.map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } })
}

private let trueWords = packed(["True", "TRUE", "true"])
private let falseWords = packed(["False", "FALSE", "false"])
private let packedGapWords = packed(gapWords)

/// Each of at most eight bytes.
private let gapWords: Set<String> = [
  "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
  "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "?",
]
