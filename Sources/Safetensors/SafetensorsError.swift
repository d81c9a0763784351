public import Files
public import JSON

/// Why bytes are no safetensors file, or arrays cannot be one.
///
/// Offsets count from the beginning of the file.
@nonexhaustive
public enum SafetensorsError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case file(FileError)
  /// The file is shorter than its header.
  case truncatedHeader(expected: Int, found: Int)
  /// The header is longer than the format allows any to be.
  case headerTooLong(UInt64)
  /// The header does not begin with `{`.
  case notAnObject
  /// The header is no JSON; the offset is that in the header, which begins at byte 8.
  case badJSON(JSONError)
  /// The header says something that the format does not know.
  case badHeader(offset: Int, problem: String)
  /// A limit of `ReadLimits` is passed.
  case limitExceeded(name: String, allowed: Int, found: Int)
  /// A tensor of a type that the format does not have.
  case unknownType(tensor: String, type: String)
  /// A tensor with more elements than can be counted, or with part of a byte.
  case badShape(tensor: String, type: TensorType, shape: [Int], problem: String)
  /// A tensor's offsets are not as far apart as its type and shape say.
  case wrongByteCount(tensor: String, type: TensorType, shape: [Int], expected: Int, found: Int)
  /// A tensor's data begins before or after the end of the one before it.
  case notContiguous(tensor: String, begin: Int, expected: Int)
  /// The data does not end where the file does.
  case wrongFileLength(expected: Int, found: Int)
  /// A tensor of a type that is known and has no equivalent in NumPy.
  case unreadableType(tensor: String, type: TensorType)
  /// An array of a type that the format does not have.
  case unwritableType(array: String, dtype: String)
  /// Two arrays of one name, or one that has the name of the metadata.
  case unusableName(String)
}

extension SafetensorsError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .file(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .truncatedHeader(let expected, let found):
      "cut off: the safetensors header needs \(expected) bytes, and \(found) are there"
    case .headerTooLong(let length):
      "at byte 0: a safetensors header of \(length) bytes; the format allows 100000000"
    case .notAnObject:
      "at byte 8: a safetensors header begins with {"
    case .badJSON(let error):
      "at byte \(8 + error.offset): \(error.problem)"
    case .badHeader(let offset, let problem):
      "at byte \(offset): \(problem)"
    case .limitExceeded(let name, let allowed, let found):
      "\(found) is over the limit \(name) of \(allowed); raise it if you trust the file"
    case .unknownType(let tensor, let type):
      "tensor '\(tensor)' is of type '\(type)', which the format does not have"
    case .badShape(let tensor, let type, let shape, let problem):
      "tensor '\(tensor)' of type \(type.rawValue) and shape \(shape): \(problem)"
    case .wrongByteCount(let tensor, let type, let shape, let expected, let found):
      "tensor '\(tensor)' of type \(type.rawValue) and shape \(shape) takes \(expected) bytes, and "
        + "its offsets span \(found)"
    case .notContiguous(let tensor, let begin, let expected):
      "the data of tensor '\(tensor)' begins at \(begin) and not at \(expected), so that bytes "
        + (begin < expected ? "belong to two tensors" : "belong to none")
    case .wrongFileLength(let expected, let found):
      "the tensors end at byte \(expected), and the file at byte \(found)"
    case .unreadableType(let tensor, let type):
      "tensor '\(tensor)' is of type \(type.rawValue), which has no equivalent in NumPy; save it as "
        + "F32"
    case .unwritableType(let array, let dtype):
      "array '\(array)' of dtype \(dtype) has no equivalent in safetensors"
    case .unusableName(let name):
      "the array '\(name)' cannot be written: its name is taken"
    }
  }
}
