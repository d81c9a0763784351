public import Files

/// Why bytes are no protobuf message, or not the one that is expected.
///
/// Offsets count from the beginning of the file.
@nonexhaustive
public enum ProtobufError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case file(FileError)
  /// A field is longer than what is left of its message.
  case truncated(offset: Int, expected: UInt64, found: Int)
  /// A number of variable length does not end, or has more than 64 bits.
  case badVarint(offset: Int)
  /// A field has a number or a wire type that does not exist, or is a group.
  case badTag(offset: Int, problem: String)
  /// A field of a known number has another wire type than its schema says.
  case wrongType(offset: Int, field: Int, expected: String, found: String)
  /// Packed numbers end within a number.
  case partialNumber(offset: Int, field: Int, width: Int, found: Int)
  /// A text is not UTF-8.
  case notText(offset: Int, field: Int)
  /// Messages are nested more deeply than a limit allows.
  case tooDeep(offset: Int, allowed: Int)
}

extension ProtobufError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .file(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .truncated(let offset, let expected, let found):
      "at byte \(offset): cut off: \(expected) bytes are stated, and \(found) are left"
    case .badVarint(let offset):
      "at byte \(offset): a number of more than 64 bits"
    case .badTag(let offset, let problem):
      "at byte \(offset): \(problem)"
    case .wrongType(let offset, let field, let expected, let found):
      "at byte \(offset): field \(field) is \(found), expected \(expected)"
    case .partialNumber(let offset, let field, let width, let found):
      "at byte \(offset): field \(field) packs numbers of \(width) bytes in \(found) bytes"
    case .notText(let offset, let field):
      "at byte \(offset): the text of field \(field) is not UTF-8"
    case .tooDeep(let offset, let allowed):
      "at byte \(offset): messages nested more than \(allowed) deep (maxNesting)"
    }
  }
}
