/// An error of one of this package's modules: a sentence without the name of the file, and a
/// category.
public protocol CategorizedError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The category of this error.
  var category: ErrorCategory { get }
}

extension CategorizedError {
  /// The category of most errors: the content of a file is wrong.
  public var category: ErrorCategory { .badContent }

  /// Whether another error is the same one.
  package func isEqual(to other: any CategorizedError) -> Bool { (other as? Self) == self }
}

/// The categories of errors; a command line gives each an exit code of its own.
@nonexhaustive
public enum ErrorCategory: Sendable {
  /// The call is wrong.
  case usage
  /// The input is damaged, has another format, or is not supported.
  case badContent
  /// The input cannot be opened.
  case cannotOpen
  /// The output cannot be created, or exists.
  case cannotCreate
  /// Reading or writing failed midway.
  case ioFailed
}
