public import Files

/// Why compressed bytes cannot be decompressed.
@nonexhaustive
public enum DeflateError: Error, Equatable, Sendable {
  /// Thrown when the compressed bytes are damaged or end too early; the offset is that in the compressed file.
  case badStream(offset: Int, problem: String)
  /// Thrown when the decompressed bytes are more than allowed; `found` is where reading stopped.
  case limit(allowed: Int, found: Int)
  /// Thrown when the compressed file cannot be read.
  case file(FileError)
  /// Thrown when zlib cannot get memory.
  case outOfMemory
}

extension DeflateError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    switch self {
    case .file(let error): error.category
    case .outOfMemory: .ioFailed
    case .badStream, .limit: .badContent
    }
  }

  /// The error as a sentence, without the path of the file.
  public var description: String {
    switch self {
    case .badStream(let offset, let problem):
      "its compressed data is damaged at byte \(offset): \(problem)"
    case .limit(let allowed, let found):
      "it has \(found) bytes or more when decompressed, and \(allowed) are allowed"
    case .file(let error):
      error.description
    case .outOfMemory:
      "there is not enough memory"
    }
  }
}
