public import Files

/// Why some bytes are not an array that can be read or made.
///
/// `description` is one sentence; offsets count from the first byte of the NPY file or member.
@nonexhaustive
public enum NPYError: Error, Equatable, Sendable {
  /// The file cannot be opened, read or written.
  case file(FileError)
  /// The magic string `\x93NUMPY` is missing; `looksLike` names what the bytes are instead, if known.
  case notNPY(looksLike: String?)
  /// Versions 1.0, 2.0 and 3.0 exist.
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// The file ends before its header does.
  case truncatedHeader(expected: Int, found: Int)
  /// The header is not the dictionary that NumPy writes and reads.
  case badHeader(offset: Int, problem: String)
  /// The element type is known, and cannot be read as an array of plain values.
  case unsupportedDType(descr: String, reason: String)
  /// A shape with a negative axis, over 64 axes, or more bytes than an address can count.
  case badShape([Int], problem: String)
  /// The data is shorter or longer than dtype and shape require.
  case wrongByteCount(dtype: String, shape: [Int], expected: Int, found: Int)
  /// A limit of `ReadLimits` is passed.
  case limitExceeded(name: String, allowed: Int, found: Int)
  /// The values cannot be had as the type asked for.
  case notConvertible(dtype: String, to: String)
  /// Floats of sixteen bytes that x86-64 may have written, or another processor with other numbers.
  case ambiguousLongDoubles(dtype: String)
}

extension NPYError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .file(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence: the problem and, where it helps, the remedy.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .notNPY(let looksLike?):
      "not an NPY array but \(looksLike)"
    case .notNPY(nil):
      "not an NPY array: the first bytes are not \\x93NUMPY"
    case .unsupportedVersion(let major, let minor):
      "at byte 6: NPY version \(major).\(minor) is unknown; 1.0, 2.0 and 3.0 can be read"
    case .truncatedHeader(let expected, let found):
      "cut off: the NPY header needs \(expected) bytes, and \(found) are there"
    case .badHeader(let offset, let problem):
      "at byte \(offset): \(problem)"
    case .unsupportedDType(let descr, let reason):
      "dtype \(descr) cannot be read: \(reason)"
    case .badShape(let shape, let problem):
      "shape \(pythonTuple(shape)): \(problem)"
    case .wrongByteCount(let dtype, let shape, let expected, let found):
      "dtype \(dtype) and shape \(pythonTuple(shape)) take \(expected) bytes of data, "
        + "and \(found) are there"
    case .limitExceeded(let name, let allowed, let found):
      "\(found) is over the limit \(name) of \(allowed); raise it if you trust the file"
    case .notConvertible(let dtype, let target):
      "values of dtype \(dtype) cannot be read as \(target)"
    case .ambiguousLongDoubles(let dtype):
      "values of dtype \(dtype) written on x86-64 and on another processor cannot be told apart "
        + "here; save them as float64"
    }
  }
}

/// A shape as Python prints it: `()`, `(3,)`, `(2, 3)`.
package func pythonTuple(_ shape: [Int]) -> String {
  shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
}
