public import Files
public import NPY
public import Protobuf

/// Why a file is no ONNX graph that can be read, or a graph no multilayer perceptron.
///
/// Names are those of the graph.
@nonexhaustive
public enum ONNXError: Error, Equatable, Sendable {
  /// The bytes are no Protocol Buffers, or another message.
  case protobuf(ProtobufError)
  /// The model has a part that is not read, or lacks one; the part, and why.
  case badModel(String, problem: String)
  /// A tensor is not what it says it is.
  case badTensor(String, problem: String)
  /// A tensor whose array cannot be made.
  case badArray(String, NPYError)
  /// A model has more of something than is read.
  case limitExceeded(name: String, allowed: Int, found: Int)
  /// The values of a tensor are in another file, which is not read unless the caller asks for it.
  case externalData(String, file: String)
  /// The other file cannot be read for a tensor, or may not be.
  case badExternalData(String, problem: String)
  /// A node that has no place in a multilayer perceptron: its name, its operator, and why.
  case badNode(String, op: String, problem: String)
  /// Several outputs: more than one may be meant.
  case severalOutputs([String])
  /// Nothing in the graph is a network; why.
  case noNetwork(String)
}

extension ONNXError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    switch self {
    case .protobuf(let error): error.category
    case .badArray(_, let error): error.category
    default: .badContent
    }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .protobuf(let error): "the ONNX graph is damaged: \(error)"
    case .badModel(let part, let problem): "\(part) \(problem)"
    case .badTensor(let name, let problem): "tensor '\(name)' \(problem)"
    case .badArray(let name, let error): "tensor '\(name)': \(error)"
    case .limitExceeded(let name, let allowed, let found):
      "the graph has \(found) \(name); at most \(allowed) are read"
    case .externalData(let name, let file):
      "the values of tensor '\(name)' are in another file, '\(file)', which is not read unless asked for"
    case .badExternalData(let name, let problem):
      "the values of tensor '\(name)' are in another file: \(problem)"
    case .badNode(let name, let op, let problem):
      "node '\(name)' (\(op)) \(problem)"
    case .severalOutputs(let names):
      "the graph has \(names.count) outputs that may be meant: "
        + names.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
        + (names.count > 6 ? ", …" : "")
    case .noNetwork(let why): "the graph is no multilayer perceptron: \(why)"
    }
  }
}
