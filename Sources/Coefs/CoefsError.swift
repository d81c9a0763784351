import Files
import MLP
import Sklearn
import Training

/// An error of this package, with the file that it concerns.
public struct CoefsError: Error, Sendable {
  /// The file, as the caller named it.
  public let file: String

  /// The cause: an error of the module that found it, such as `ZipError`, `NPYError`, `PickleError`,
  /// `SklearnError` or ``DataError``.
  public let cause: any CategorizedError

  /// An error that concerns a file.
  public init(_ file: String, _ cause: any CategorizedError) {
    self.file = file
    self.cause = cause
  }

  /// The category of this error.
  public var category: ErrorCategory { cause.category }
}

extension CoefsError: Equatable {
  /// Whether both are the same error with the same file.
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
  /// An array to write holds a value that rounds to infinity.
  case outOfRange(String, SklearnWeights.Precision)
  /// The output reads back differently from what was written.
  case notAsWritten(String)
  /// The ending of an output's name is not that of a format.
  case unknownFormat
  /// An option does not fit the format or another option; the reason.
  case unfitOption(String)
  /// A file of a kind that is not read: what it is, and the way out.
  case foreignFile(String, advice: String)
  /// A text that is not JSON, or that can mean two things; where it goes wrong, in bytes.
  case badJSON(offset: Int, problem: String)
  /// A file of objects is refused for a name that no network needs, but a network can be found in it; where.
  case unknownName(String, network: String)
  /// A part of a model that a format cannot express; the part, the format, and why, where there is more to say.
  case notInFormat(String, format: String, problem: String?)
  /// A file carries no self-check, or cannot; why.
  case noSelfCheck(String)
  /// The file holds an ensemble of several networks, where one is needed.
  case ensemble(String, networks: Int)
  /// An ensemble that gives labels without probabilities.
  case noProbabilities(String)
  /// An ensemble with a label for each of several outputs, for which there is no one accuracy.
  case severalOutputs(String)
}

extension ModelError: CategorizedError {
  /// The category of this error.
  public var category: ErrorCategory {
    switch self {
    case .outOfRange, .foreignFile, .badJSON, .unknownName, .ensemble, .noProbabilities,
      .severalOutputs, .notInFormat, .noSelfCheck:
      .badContent
    case .notAsWritten: .ioFailed
    case .unknownFormat, .unfitOption: .usage
    }
  }

  /// The error as one sentence, without the file.
  public var description: String {
    switch self {
    case .outOfRange(let name, let precision):
      "array '\(name)' holds a value that is too large for \(precision.rawValue)"
    case .notAsWritten(let what): "reads back differently from what was written: \(what)"
    case .unknownFormat:
      "the name has no ending of a writable format; end it in \(FileFormat.writableEndings)"
    case .unfitOption(let why): why
    case .foreignFile(let what, let advice): "it is \(what), which is not read; \(advice)"
    case .badJSON(let offset, let problem): "at byte \(offset) of the JSON text: \(problem)"
    case .unknownName(let reason, let network): "\(reason); a network is in it: '\(network)'"
    case .notInFormat(let part, let format, let problem):
      "\(part) cannot be written to \(format)" + (problem.map { ": \($0)" } ?? "")
    case .noSelfCheck(let why): "no self-check: \(why)"
    case .ensemble(let name, networks: 1):
      "\(name) changes the outputs of its network, which a file of weights cannot store; it can be used to predict, and be written to a skops archive"
    case .ensemble(let name, let networks):
      "\(name) combines \(networks) networks, and this is for one; an ensemble can be used to predict, and be written to a skops archive"
    case .noProbabilities(let name): "\(name) gives labels without probabilities"
    case .severalOutputs(let name):
      "\(name) gives a label for each of several outputs, which have no common accuracy"
    }
  }
}

extension MLPError: CategorizedError {}

extension TrainingError: CategorizedError {
  /// The category of this error.
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

extension ModelError {
  /// A file that is not read.
  init(_ file: ForeignFile) { self = .foreignFile(file.summary, advice: file.advice) }
}
