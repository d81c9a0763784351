public import Files
public import NPY
public import Zip

/// Why an archive of arrays cannot be read or written.
@nonexhaustive
public enum NPZError: Error, Equatable, Sendable {
  /// The archive itself, or the file that it lies in.
  case zip(ZipError)
  /// One member is not an array, or not one that can be read.
  case array(member: String, NPYError)
  /// Two members stand for one name, and readers differ on which of them they take.
  case ambiguousName(String, first: String, second: String)
}

extension NPZError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .zip(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence that names the member.
  public var description: String {
    switch self {
    case .zip(let error):
      error.description
    case .array(let member, let error):
      "member '\(member)': \(error)"
    case .ambiguousName(let name, let first, let second):
      "members '\(first)' and '\(second)' both stand for the array '\(name)', and readers differ "
        + "on which one wins; remove one"
    }
  }
}
