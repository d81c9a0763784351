public import Deflate
public import Files
public import NPY

/// Why some bytes are not a pickle that can be read, or not what they were taken for.
///
/// Offsets count from the first byte of the decompressed pickle; of an NPY file or member,
/// from its own first byte. The path is not part of the error: whoever named the file adds it.
@nonexhaustive
public enum PickleError: Error, Equatable, Sendable {
  /// The bytes do not begin as any pickle does; `looksLike` names what they are instead, if known.
  case notPickle(looksLike: String?)
  /// The file is compressed in a way that is not read: its name, and what to do.
  case unsupportedCompression(name: String)
  /// The file is compressed, and cannot be decompressed.
  case damagedCompression(DeflateError)
  /// An operation needs more bytes than are left.
  case truncated(offset: Int, operation: String, needed: UInt64, available: Int)
  /// The byte at this offset is no operation of any protocol.
  case unknownOperation(offset: Int, byte: UInt8)
  /// An operation does not fit what stands before it, or its argument is no value.
  case badOperation(offset: Int, operation: String, problem: String)
  /// An operation that no model needs, and that is refused for what it could do.
  case refusedOperation(offset: Int, operation: String, reason: String)
  /// A name outside the table of known ones (``PickleNames``).
  case unknownName(offset: Int, PickleGlobal)
  /// Bytes follow the end.
  case trailingBytes(offset: Int, count: Int)
  /// A limit of `ReadLimits` is passed at this offset.
  case limitExceeded(offset: Int, name: String, allowed: Int)
  /// The node whose operation is at this offset is not what was looked for.
  case unexpected(offset: Int, expected: String, found: String)
  /// The array at this offset cannot be one.
  case array(offset: Int, NPYError)
}

extension PickleError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .damagedCompression(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence that says what is wrong and, where it helps, what to do.
  public var description: String {
    switch self {
    case .notPickle(let looksLike?):
      "not a pickle but \(looksLike)"
    case .notPickle(nil):
      "not a pickle: it begins as none does"
    case .unsupportedCompression(let name):
      "compressed by \(name), which is not read; in Python, write it again with "
        + "joblib.dump(model, file, compress=('zlib', 3))"
    case .damagedCompression(let error):
      "\(error)"
    case .truncated(let offset, let operation, let needed, let available):
      "at byte \(offset): cut off: \(operation) needs \(needed) bytes, and \(available) are left"
    case .unknownOperation(let offset, let byte):
      "at byte \(offset): 0x\(String(byte, radix: 16)) is no operation of a pickle"
    case .badOperation(let offset, let operation, let problem):
      "at byte \(offset): \(operation): \(problem)"
    case .refusedOperation(let offset, let operation, let reason):
      "at byte \(offset): \(operation) is refused: \(reason)"
    case .unknownName(let offset, let global):
      "at byte \(offset): it names \(global), which no network needs; nothing was called, and "
        + "nothing else is read of it"
    case .trailingBytes(let offset, let count):
      "at byte \(offset): \(count) bytes follow the end of the pickle"
    case .limitExceeded(let offset, let name, let allowed):
      "at byte \(offset): over the limit \(name) of \(allowed); raise it if you trust the file"
    case .unexpected(let offset, let expected, let found):
      "at byte \(offset): \(found) where \(expected) belongs"
    case .array(let offset, let error):
      "at byte \(offset): \(error)"
    }
  }
}
