package import Files
package import Pickle
package import Zip

/// Why a file is not one of `torch.save` that can be read.
///
/// The path is not part of the error: whoever named the file adds it.
package enum TorchError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case file(FileError)
  /// The archive is damaged.
  case zip(ZipError)
  /// The pickle in it is damaged.
  case pickle(PickleError)
  /// An archive of `torch.jit.save`, whose modules are code.
  case torchScript
  /// A stream of torch before 1.6 that is not as it should be at this offset.
  case badStream(offset: Int, problem: String)
  /// The bytes of a storage are not there, or are not as many as the pickle says.
  case badStorage(String, problem: String)
  /// A tensor is not what it should be.
  case badTensor(String, problem: String)
  /// All tensors together have far more values than the file, or need far more of it to be read.
  case tooManyValues(allowed: Int)
  /// More tensors than a file may have.
  case limitExceeded(name: String, allowed: Int)
}

extension TorchError: CategorizedError {
  /// The family that this error belongs to.
  package var category: ErrorCategory {
    switch self {
    case .file(let error): error.category
    case .zip(let error): error.category
    case .pickle(let error): error.category
    default: .badContent
    }
  }

  /// The error as one sentence that says what is wrong and, where it helps, what to do.
  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .zip(let error): "\(error)"
    case .pickle(let error): "\(error)"
    case .torchScript:
      "it is a TorchScript archive, whose modules are code, which is not read; in Python, save "
        + "torch.jit.load(file).state_dict() with torch.save"
    case .badStream(let offset, let problem): "at byte \(offset): \(problem)"
    case .badStorage(let key, let problem):
      "the storage '\(key.prefix(60))' \(problem)"
    case .badTensor(let name, let problem): "tensor '\(name)' \(problem)"
    case .tooManyValues(let allowed):
      "its tensors name the same bytes again and again: together they may take \(allowed) bytes"
    case .limitExceeded(let name, let allowed):
      "over the limit \(name) of \(allowed); raise it if you trust the file"
    }
  }
}
