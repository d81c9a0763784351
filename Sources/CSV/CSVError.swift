public import Deflate
public import Files

/// Why a text cannot be read as a table.
@nonexhaustive
public enum CSVError: Error, Equatable, Sendable {
  /// Thrown when the file cannot be read or decompressed.
  case bytes(DeflateError)
  /// Thrown when the bytes are not text: they hold a NUL at this offset.
  case notText(offset: Int)
  /// Thrown when the text has an encoding that is not read.
  case unsupportedEncoding(String)
  /// Thrown when UTF-16 is damaged: half a character at this offset.
  case badUTF16(offset: Int)
  /// Thrown when a text in a cell is not valid UTF-8.
  case notUTF8(line: Int)
  /// Thrown when a quote is opened in this line and not closed.
  case openQuote(line: Int)
  /// Thrown when a text follows a closing quote in this line.
  case textAfterQuote(line: Int)
  /// Thrown when the record that begins in this line has more bytes than `allowed`.
  case longRecord(line: Int, allowed: Int)
}

extension CSVError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .bytes(let error) = self { error.category } else { .badContent }
  }

  /// The error as a sentence, without the path of the file.
  public var description: String {
    switch self {
    case .bytes(let error):
      error.description
    case .notText(let offset):
      "it is not text: there is a zero byte at \(offset) (UTF-16 is read with a byte order mark)"
    case .unsupportedEncoding(let name):
      "its encoding is \(name), which is not read; save it as UTF-8"
    case .badUTF16(let offset):
      "at byte \(offset): half a character of UTF-16; save it as UTF-8"
    case .notUTF8(let line):
      "line \(line): the text is not UTF-8; save the file as UTF-8"
    case .openQuote(let line):
      "line \(line): a quote is opened and not closed"
    case .textAfterQuote(let line):
      "line \(line): text follows a closing quote; a quote in a quoted cell is written twice"
    case .longRecord(let line, let allowed):
      "line \(line): the row has more than \(allowed) bytes, or a quote is not closed"
    }
  }
}
