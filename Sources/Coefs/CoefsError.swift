/// What went wrong, and with which file.
public struct CoefsError: Error, Equatable, Sendable {
  /// What went wrong, in the words of the stratum that found it.
  public enum Cause: Equatable, Sendable {
    /// The file or the archive.
    case zip(ZipError)
    /// The arrays of an archive.
    case npz(NPZError)
    /// A lone array.
    case npy(NPYError)
    /// A pickle or joblib file, or an array of objects.
    case pickle(PickleError)
    /// A safetensors file.
    case safetensors(SafetensorsError)
    /// A skops archive.
    case skops(SkopsError)
    /// The network that the arrays should make.
    case sklearn(SklearnError)
    /// The network and its input.
    case mlp(MLPError)
    /// Training a network.
    case training(TrainingError)
    /// Rows and labels to measure a network with.
    case data(DataError)
    /// An array to be written holds a number that rounds to infinity.
    case outOfRange(String, SklearnWeights.Precision)
    /// What was read back is not what was written.
    case notAsWritten(String)
    /// The name of an output says no format.
    case unknownFormat
    /// What was asked of an output does not go with its format or with something else; why.
    case unfitOption(String)
  }

  /// The families of failures; a command line gives each an exit code of its own.
  public enum Category: Sendable {
    /// The call cannot be meant.
    case usage
    /// The input is not what it claims to be, or cannot be a model.
    case badContent
    /// The input cannot be opened.
    case cannotOpen
    /// The output cannot be created.
    case cannotCreate
    /// Reading or writing failed midway.
    case ioFailed
  }

  /// The file, as it was named.
  public let file: String

  /// What went wrong.
  public let cause: Cause

  /// An error that concerns a file.
  public init(_ file: String, _ cause: Cause) {
    self.file = file
    self.cause = cause
  }

  /// The family of this failure.
  public var category: Category {
    switch cause {
    case .zip(let error), .npz(.zip(let error)), .skops(.npz(.zip(let error))):
      switch error.category {
      case .cannotOpen: .cannotOpen
      case .badContent: .badContent
      case .ioFailed: .ioFailed
      case .cannotCreate: .cannotCreate
      }
    // Rows are asked for by the caller; that there are none at all is the file's fault.
    case .data(.noSuchRows(let rows, _)) where !rows.isEmpty: .usage
    case .training(.badParameter): .usage
    case .npz, .npy, .pickle, .safetensors, .skops, .sklearn, .mlp, .training, .data, .outOfRange:
      .badContent
    case .notAsWritten: .ioFailed
    case .unknownFormat, .unfitOption: .usage
    }
  }
}

extension CoefsError: CustomStringConvertible {
  /// One line: the file, what is wrong, and what to do about it.
  public var description: String {
    "\(file == "-" ? "standard input or output" : file): \(cause)".escapedForTerminal
  }
}

extension CoefsError.Cause: CustomStringConvertible {
  /// What is wrong, and what to do about it, without the file.
  public var description: String {
    switch self {
    case .zip(let error): error.description
    case .npz(let error): error.description
    case .npy(let error): error.description
    case .pickle(let error): error.description
    case .safetensors(let error): error.description
    case .skops(let error): error.description
    case .sklearn(let error): error.description
    case .mlp(let error): error.description
    case .training(let error): error.description
    case .data(let error): error.description
    case .outOfRange(let name, let precision):
      "array '\(name)' holds a number that is too large for \(precision.rawValue)"
    case .notAsWritten(let what): "reads back differently from what was written: \(what)"
    case .unknownFormat:
      "the name says no format that can be written; end it in \(Model.Format.endings)"
    case .unfitOption(let why): why
    }
  }
}

extension String {
  /// The text with every character that could steer a terminal shown as an escape.
  ///
  /// Names and texts come from files; control characters and marks that reverse the direction of
  /// writing would let a file write over what is on the screen.
  public var escapedForTerminal: String {
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
