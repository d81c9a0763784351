package import Files
package import NPY

/// An ONNX file: a graph of operators on tensors. The values of tensors stay in the file.
package struct ONNXModel: Sendable {
  /// The version of the format.
  package internal(set) var irVersion = 0
  /// The program that wrote the file: `pytorch`, `skl2onnx`.
  package internal(set) var producer = ""
  /// The version of each set of operators, by its domain; the default domain is empty.
  package internal(set) var operatorSets: [String: Int] = [:]
  /// Texts about the model, in the order of the file.
  package internal(set) var metadata: [(key: String, text: String)] = []
  /// The graph.
  package internal(set) var graph = ONNXGraph()

  /// The file.
  package let file: InputFile

  init(_ file: InputFile) { self.file = file }
}

/// Nodes in an order in which each comes after those that it takes something from, with the tensors that are known.
package struct ONNXGraph: Sendable {
  /// The name.
  package internal(set) var name = ""
  /// The nodes.
  package internal(set) var nodes: [ONNXNode] = []
  /// The tensors in the file.
  package internal(set) var initializers: [ONNXTensor] = []
  /// The inputs; before version 4 of the format with the initializers among them.
  package internal(set) var inputs: [ONNXInput] = []
  /// The names of the outputs.
  package internal(set) var outputs: [String] = []
}

/// One operator at work.
package struct ONNXNode: Sendable {
  /// The name; may be empty.
  package internal(set) var name = ""
  /// The operator: `Gemm`.
  package internal(set) var op = ""
  /// The set of operators that it belongs to; the default domain is empty.
  package internal(set) var domain = ""
  /// The names of what goes in; empty for an optional input that is left out.
  package internal(set) var inputs: [String] = []
  /// The names of what comes out.
  package internal(set) var outputs: [String] = []
  /// The settings, by name.
  package internal(set) var attributes: [String: ONNXAttribute] = [:]
}

/// A setting of a node.
package enum ONNXAttribute: Sendable {
  /// A number.
  case float(Float)
  /// An integer.
  case integer(Int64)
  /// A text.
  case text(String)
  /// A tensor.
  case tensor(ONNXTensor)
  /// Numbers.
  case floats([Float])
  /// Integers.
  case integers([Int64])
  /// Texts.
  case texts([String])
  /// What no network needs; in words: `a graph`.
  case other(String)
}

/// What goes into a graph.
package struct ONNXInput: Sendable {
  /// The name.
  package internal(set) var name = ""
  /// The type of the elements; `nil` where the input is no tensor, or has an unknown type.
  package internal(set) var type: ONNXElementType?
  /// The length of each axis, `nil` for one that is not fixed; `nil` where not even their number is known.
  package internal(set) var shape: [Int?]?
}

/// A tensor of a file: its type and shape, and where it is.
package struct ONNXTensor: Sendable {
  /// The name; empty for a tensor in a node.
  package internal(set) var name = ""
  /// ONNX's number of the type of its elements.
  package internal(set) var typeNumber = 0
  /// The length of each axis; empty for a single value.
  package internal(set) var shape: [Int] = []
  /// The number of elements.
  package internal(set) var count = 1
  /// The file of its values, where they are not in the graph's.
  package internal(set) var external: ExternalData?
  /// Where the message is in the file.
  let range: Range<Int>

  /// Where values are in another file.
  package struct ExternalData: Hashable, Sendable {
    /// The name of the file.
    package internal(set) var location = ""
    /// The first byte.
    package internal(set) var offset: Int?
    /// The number of bytes.
    package internal(set) var length: Int?
    /// Why the entries cannot be followed.
    package internal(set) var problem: String?
  }

  /// The type of its elements; `nil` for an unknown one.
  package var type: ONNXElementType? { ONNXElementType(rawValue: typeNumber) }

  /// The name of the type, for a sentence.
  package var typeName: String { type.map { "\($0)" } ?? "type \(typeNumber)" }

  /// The array that it is read as; bfloat16 is widened to float32, and texts are as wide as the longest.
  ///
  /// - Throws: ``ONNXError``, for types that NumPy does not have, and for more than 64 axes.
  package var header: NPYHeader {
    get throws(ONNXError) {
      guard let dtype = type?.dtype else {
        throw .badTensor(name, problem: "has elements of \(typeName), which are not read")
      }
      do { return try NPYHeader(dtype: dtype, shape: shape) } catch {
        throw .badArray(name, error)
      }
    }
  }
}

extension ONNXElementType {
  /// The type of the elements of an array.
  var dtype: DType? {
    switch self {
    case .float, .bfloat16: DType(.float, itemSize: 4, byteOrder: .little)
    case .double: DType(.float, itemSize: 8, byteOrder: .little)
    case .float16: DType(.float, itemSize: 2, byteOrder: .little)
    case .uint8: DType(.uint, itemSize: 1)
    case .int8: DType(.int, itemSize: 1)
    case .uint16: DType(.uint, itemSize: 2, byteOrder: .little)
    case .int16: DType(.int, itemSize: 2, byteOrder: .little)
    case .int32: DType(.int, itemSize: 4, byteOrder: .little)
    case .int64: DType(.int, itemSize: 8, byteOrder: .little)
    case .uint32: DType(.uint, itemSize: 4, byteOrder: .little)
    case .uint64: DType(.uint, itemSize: 8, byteOrder: .little)
    case .bool: DType(.bool, itemSize: 1)
    case .string: DType(.unicode, itemSize: 4, byteOrder: .little)
    default: nil
    }
  }

  /// The bytes of an element in the file.
  var width: Int { self == .bfloat16 ? 2 : dtype?.itemSize ?? 1 }

  /// Whether it is one of the floating-point types that networks are computed in.
  package var isReal: Bool { [.float, .double, .float16, .bfloat16].contains(self) }

  /// The bits of the fraction of a floating-point type that is read.
  package var precision: Int {
    switch self {
    case .double: 53
    case .float: 24
    case .float16: 11
    case .bfloat16: 8
    default: 0
    }
  }
}
