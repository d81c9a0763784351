package import Protobuf

/// An ONNX file to be written: a graph of operators of the default domain, and texts about it.
///
/// Its messages have version 7 of the format (IR) and its operators are those of version 13 (opset), which onnxruntime
/// runs from 1.8 on. Values are raw data, little-endian. The same graph makes the same bytes.
package struct ONNXFile: Sendable {
  /// The version of the format.
  package static let irVersion = 7
  /// The version of the operators.
  package static let operatorSet = 13
  /// What the file says that made it.
  package static let producer = "coefs"

  /// The name of the graph.
  package var name: String
  /// The nodes, each after those that it takes something from.
  package var nodes: [Node] = []
  /// The constants.
  package var constants: [Constant] = []
  /// What goes in.
  package var inputs: [Port] = []
  /// What comes out.
  package var outputs: [Port] = []
  /// Texts by their keys, in the order in which they are written.
  package var metadata: [Text] = []

  /// A file without nodes.
  package init(name: String) { self.name = name }

  /// One operator at work.
  package struct Node: Hashable, Sendable {
    /// The operator: `MatMul`.
    package let op: String
    /// The names of what goes in.
    package let inputs: [String]
    /// The names of what comes out.
    package let outputs: [String]
    /// The settings, in the order in which they are written.
    package let settings: [Setting]

    /// A node.
    package init(_ op: String, _ inputs: [String], _ outputs: [String], _ settings: [Setting] = [])
    {
      self.op = op
      self.inputs = inputs
      self.outputs = outputs
      self.settings = settings
    }
  }

  /// A setting of a node.
  package struct Setting: Hashable, Sendable {
    /// The kinds of values.
    package enum Value: Hashable, Sendable {
      case integer(Int64)
      case integers([Int64])
      case text(String)
      case texts([String])
    }
    /// The name.
    package let name: String
    /// The value.
    package let value: Value

    /// A setting.
    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A tensor that is part of the file.
  package struct Constant: Hashable, Sendable {
    /// The values: bytes in row-major order, little-endian; or texts, which are never raw.
    package enum Content: Hashable, Sendable {
      case raw(ContiguousArray<UInt8>)
      case texts([String])
    }
    /// The name.
    package let name: String
    /// The type of the elements.
    package let type: ONNXElementType
    /// The length of each axis.
    package let shape: [Int]
    /// The values.
    package let content: Content

    /// A tensor.
    package init(_ name: String, _ type: ONNXElementType, shape: [Int], _ content: Content) {
      self.name = name
      self.type = type
      self.shape = shape
      self.content = content
    }
  }

  /// An input or output of the graph.
  package struct Port: Hashable, Sendable {
    /// The name.
    package let name: String
    /// The type of the elements.
    package let type: ONNXElementType
    /// The length of each axis after the first, which has any length.
    package let lengths: [Int]

    /// An input or output.
    package init(_ name: String, _ type: ONNXElementType, _ lengths: [Int]) {
      self.name = name
      self.type = type
      self.lengths = lengths
    }

    /// The name of the length of the first axis, which is the number of rows.
    static let rows = "N"
  }

  /// A text about the file.
  package struct Text: Hashable, Sendable {
    /// The key.
    package let key: String
    /// The text.
    package let text: String

    /// A text.
    package init(_ key: String, _ text: String) {
      self.key = key
      self.text = text
    }
  }

  // MARK: Writing

  /// The bytes of the file; constants are not copied.
  package var message: ProtobufWriter {
    typealias Field = ONNXSchema.Model
    var model = ProtobufWriter()
    model.add(Field.irVersion, Self.irVersion)
    model.add(Field.producerName, Self.producer)
    model.add(Field.graph, graph)
    var operators = ProtobufWriter()
    operators.add(ONNXSchema.OperatorSet.domain, "")
    operators.add(ONNXSchema.OperatorSet.version, Self.operatorSet)
    model.add(Field.opsetImport, operators)
    for entry in metadata {
      var pair = ProtobufWriter()
      pair.add(ONNXSchema.StringPair.key, entry.key)
      pair.add(ONNXSchema.StringPair.value, entry.text)
      model.add(Field.metadataProps, pair)
    }
    return model
  }

  private var graph: ProtobufWriter {
    typealias Field = ONNXSchema.Graph
    var graph = ProtobufWriter()
    for node in nodes { graph.add(Field.node, node.message) }
    graph.add(Field.name, name)
    for constant in constants { graph.add(Field.initializer, constant.message) }
    for port in inputs { graph.add(Field.input, port.message) }
    for port in outputs { graph.add(Field.output, port.message) }
    return graph
  }
}

extension ONNXFile.Node {
  fileprivate var message: ProtobufWriter {
    typealias Field = ONNXSchema.Node
    var node = ProtobufWriter()
    for name in inputs { node.add(Field.input, name) }
    for name in outputs { node.add(Field.output, name) }
    // The first output is a name that no other node has.
    node.add(Field.name, outputs[0])
    node.add(Field.opType, op)
    for setting in settings { node.add(Field.attribute, setting.message) }
    return node
  }
}

extension ONNXFile.Setting {
  fileprivate var message: ProtobufWriter {
    typealias Field = ONNXSchema.Attribute
    var attribute = ProtobufWriter()
    attribute.add(Field.name, name)
    switch value {
    case .integer(let value): attribute.add(Field.i, value)
    case .integers(let values): for value in values { attribute.add(Field.ints, value) }
    case .text(let text): attribute.add(Field.s, text)
    case .texts(let texts): for text in texts { attribute.add(Field.strings, text) }
    }
    attribute.add(Field.type, type.rawValue)
    return attribute
  }

  private var type: ONNXSchema.AttributeType {
    switch value {
    case .integer: .int
    case .integers: .ints
    case .text: .string
    case .texts: .strings
    }
  }
}

extension ONNXFile.Constant {
  fileprivate var message: ProtobufWriter {
    typealias Field = ONNXSchema.Tensor
    var tensor = ProtobufWriter()
    for length in shape { tensor.add(Field.dims, length) }
    tensor.add(Field.dataType, type.rawValue)
    if case .texts(let texts) = content {
      for text in texts { tensor.add(Field.stringData, text) }
    }
    tensor.add(Field.name, name)
    if case .raw(let bytes) = content { tensor.add(Field.rawData, bytes) }
    return tensor
  }
}

extension ONNXFile.Port {
  fileprivate var message: ProtobufWriter {
    var shape = ProtobufWriter()
    var rows = ProtobufWriter()
    rows.add(ONNXSchema.Dimension.dimParam, Self.rows)
    shape.add(ONNXSchema.Shape.dim, rows)
    for length in lengths {
      var dimension = ProtobufWriter()
      dimension.add(ONNXSchema.Dimension.dimValue, length)
      shape.add(ONNXSchema.Shape.dim, dimension)
    }
    var tensor = ProtobufWriter()
    tensor.add(ONNXSchema.TensorType.elemType, type.rawValue)
    tensor.add(ONNXSchema.TensorType.shape, shape)
    var type = ProtobufWriter()
    type.add(ONNXSchema.ValueType.tensorType, tensor)
    var port = ProtobufWriter()
    port.add(ONNXSchema.ValueInfo.name, name)
    port.add(ONNXSchema.ValueInfo.type, type)
    return port
  }
}
