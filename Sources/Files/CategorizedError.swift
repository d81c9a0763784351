/// An error of one of this package's modules: a sentence without the name of the file, and the family of
/// failures that it belongs to.
public protocol CategorizedError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The family that this error belongs to.
  var category: ErrorCategory { get }
}

extension CategorizedError {
  /// Most errors say that the content of a file is wrong.
  public var category: ErrorCategory { .badContent }

  /// Whether another error is the same one.
  package func isEqual(to other: any CategorizedError) -> Bool { (other as? Self) == self }
}

/// The families of errors; a command line gives each an exit code of its own.
@nonexhaustive
public enum ErrorCategory: Sendable {
  /// The call cannot be meant.
  case usage
  /// The input is not what it claims to be, or is not supported.
  case badContent
  /// The input cannot be opened.
  case cannotOpen
  /// The output cannot be created, or exists.
  case cannotCreate
  /// Reading or writing failed midway.
  case ioFailed
}
