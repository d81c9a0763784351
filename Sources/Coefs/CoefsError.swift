import Files
import MLP
import Sklearn
import Training

/// What went wrong, and with which file.
public struct CoefsError: Error, Sendable {
  /// The file, as it was named.
  public let file: String

  /// What went wrong: an error of the module that found it, such as `ZipError`, `NPYError`, `PickleError`,
  /// `SklearnError` or ``DataError``.
  public let cause: any CategorizedError

  /// An error that concerns a file.
  public init(_ file: String, _ cause: any CategorizedError) {
    self.file = file
    self.cause = cause
  }

  /// The family of this failure.
  public var category: ErrorCategory { cause.category }
}

extension CoefsError: Equatable {
  /// Whether both say the same of the same file.
  public static func == (one: CoefsError, other: CoefsError) -> Bool {
    one.file == other.file && one.cause.isEqual(to: other.cause)
  }
}

extension CoefsError: CustomStringConvertible {
  /// One line: the file, what is wrong, and what to do about it.
  public var description: String {
    "\(file == "-" ? "standard input or output" : file): \(cause)".escapedForTerminal
  }
}

/// Why a network cannot be read or written as asked.
@nonexhaustive
public enum ModelError: Error, Equatable, Sendable {
  /// An array to be written holds a number that rounds to infinity.
  case outOfRange(String, SklearnWeights.Precision)
  /// What was read back is not what was written.
  case notAsWritten(String)
  /// The name of an output says no format.
  case unknownFormat
  /// What was asked does not go with a format or with something else; why.
  case unfitOption(String)
}

extension ModelError: CategorizedError {
  /// The family of this failure.
  public var category: ErrorCategory {
    switch self {
    case .outOfRange: .badContent
    case .notAsWritten: .ioFailed
    case .unknownFormat, .unfitOption: .usage
    }
  }

  /// What is wrong, and what to do about it, without the file.
  public var description: String {
    switch self {
    case .outOfRange(let name, let precision):
      "array '\(name)' holds a number that is too large for \(precision.rawValue)"
    case .notAsWritten(let what): "reads back differently from what was written: \(what)"
    case .unknownFormat:
      "the name says no format that can be written; end it in \(FileFormat.writableEndings)"
    case .unfitOption(let why): why
    }
  }
}

extension MLPError: CategorizedError {}

extension TrainingError: CategorizedError {
  /// The family of this failure.
  public var category: ErrorCategory {
    if case .badParameter = self { .usage } else { .badContent }
  }
}

extension String {
  /// The text with every character that could steer a terminal shown as an escape.
  ///
  /// Names and texts come from files; control characters and marks that reverse the direction of
  /// writing would let a file write over what is on the screen.
  package var escapedForTerminal: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
