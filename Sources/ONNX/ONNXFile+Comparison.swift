package import Files
package import Protobuf

// What was written is read with the reader of messages, and compared part by part with what was meant.

extension ONNXFile {
  /// The first part in which a file differs from this one, in words; `nil` where they are the same.
  ///
  /// The values of constants are read one constant at a time, and compared bit for bit.
  ///
  /// - Throws: `ProtobufError` where the bytes are no messages.
  package func difference(from file: InputFile) throws(ProtobufError) -> String? {
    typealias Field = ONNXSchema.Model
    var reader = ProtobufReader(file)
    var versions: [Int64] = []
    var texts: [Text] = []
    var graphs: [ProtobufField] = []
    while let field = try reader.next() {
      switch Field(rawValue: field.number) {
      case .irVersion: versions.append(try field.integer)
      case .producerName:
        if try reader.text(field) != Self.producer { return "the producer" }
      case .graph: graphs.append(field)
      case .opsetImport:
        var message = try reader.message(field)
        while let field = try message.next() {
          switch ONNXSchema.OperatorSet(rawValue: field.number) {
          case .domain: if try message.text(field) != "" { return "the domain" }
          case .version: versions.append(try field.integer)
          case nil: return "an unknown field at byte \(field.offset)"
          }
        }
      case .metadataProps:
        let pair = try Self.texts(of: field, in: reader)
        guard pair.count == 2 else { return "the metadata" }
        texts.append(Text(pair[0], pair[1]))
      default: return "an unknown field at byte \(field.offset)"
      }
    }
    guard versions == [Int64(Self.irVersion), Int64(Self.operatorSet)] else {
      return "the versions"
    }
    guard texts == metadata else { return "the metadata" }
    guard graphs.count == 1 else { return "the graph" }
    return try difference(fromGraph: reader.message(graphs[0]))
  }

  private func difference(
    fromGraph message: ProtobufReader
  ) throws(ProtobufError) -> String? {
    var graph = message
    var (nodes, constants) = (nodes[...], constants[...])
    var (inputs, outputs) = (inputs[...], outputs[...])
    while let field = try graph.next() {
      switch ONNXSchema.Graph(rawValue: field.number) {
      case .name: if try graph.text(field) != name { return "the name of the graph" }
      case .node:
        guard let node = nodes.popFirst(), try Node(field, in: graph) == node else {
          return "a node at byte \(field.offset)"
        }
      case .initializer:
        guard let constant = constants.popFirst(), try Constant(field, in: graph) == constant
        else { return "a constant at byte \(field.offset)" }
      case .input:
        guard let port = inputs.popFirst(), try Port(field, in: graph) == port else {
          return "an input at byte \(field.offset)"
        }
      case .output:
        guard let port = outputs.popFirst(), try Port(field, in: graph) == port else {
          return "an output at byte \(field.offset)"
        }
      default: return "an unknown field at byte \(field.offset)"
      }
    }
    guard nodes.isEmpty, constants.isEmpty, inputs.isEmpty, outputs.isEmpty else {
      return "a part that is missing"
    }
    return nil
  }

  /// All fields of a message of texts.
  fileprivate static func texts(
    of field: ProtobufField, in parent: ProtobufReader
  ) throws(ProtobufError) -> [String] {
    var message = try parent.message(field)
    var texts: [String] = []
    while let field = try message.next() { texts.append(try message.text(field)) }
    return texts
  }
}

extension ONNXFile.Node {
  /// The node in a field; `nil` where it has what is never written.
  fileprivate init?(_ field: ProtobufField, in parent: ProtobufReader) throws(ProtobufError) {
    var message = try parent.message(field)
    var (inputs, outputs, settings): ([String], [String], [ONNXFile.Setting]) = ([], [], [])
    var (op, name) = ("", "")
    while let field = try message.next() {
      switch ONNXSchema.Node(rawValue: field.number) {
      case .input: inputs.append(try message.text(field))
      case .output: outputs.append(try message.text(field))
      case .name: name = try message.text(field)
      case .opType: op = try message.text(field)
      case .attribute:
        guard let setting = try ONNXFile.Setting(field, in: message) else { return nil }
        settings.append(setting)
      default: return nil
      }
    }
    guard outputs.first == name else { return nil }
    self.init(op, inputs, outputs, settings)
  }
}

extension ONNXFile.Setting {
  fileprivate init?(_ field: ProtobufField, in parent: ProtobufReader) throws(ProtobufError) {
    var message = try parent.message(field)
    var (name, type): (String, Int64) = ("", 0)
    var (integers, texts): ([Int64], [String]) = ([], [])
    while let field = try message.next() {
      switch ONNXSchema.Attribute(rawValue: field.number) {
      case .name: name = try message.text(field)
      case .i, .ints: integers.append(try field.integer)
      case .s, .strings: texts.append(try message.text(field))
      case .type: type = try field.integer
      default: return nil
      }
    }
    switch ONNXSchema.AttributeType(rawValue: Int(truncatingIfNeeded: type)) {
    case .int where integers.count == 1: self.init(name, .integer(integers[0]))
    case .ints: self.init(name, .integers(integers))
    case .string where texts.count == 1: self.init(name, .text(texts[0]))
    case .strings: self.init(name, .texts(texts))
    default: return nil
    }
  }
}

extension ONNXFile.Constant {
  fileprivate init?(_ field: ProtobufField, in parent: ProtobufReader) throws(ProtobufError) {
    var message = try parent.message(field)
    var (name, type): (String, Int64) = ("", 0)
    var (shape, texts): ([Int], [String]) = ([], [])
    var bytes: ContiguousArray<UInt8>?
    while let field = try message.next() {
      switch ONNXSchema.Tensor(rawValue: field.number) {
      case .dims: shape.append(Int(try field.integer))
      case .dataType: type = try field.integer
      case .name: name = try message.text(field)
      case .rawData: bytes = try message.bytes(field)
      case .stringData: texts.append(try message.text(field))
      default: return nil
      }
    }
    guard let type = ONNXElementType(rawValue: Int(truncatingIfNeeded: type)) else { return nil }
    self.init(name, type, shape: shape, bytes.map { .raw($0) } ?? .texts(texts))
  }
}

extension ONNXFile.Port {
  fileprivate init?(_ field: ProtobufField, in parent: ProtobufReader) throws(ProtobufError) {
    var message = try parent.message(field)
    var (name, type): (String, Int64) = ("", 0)
    var lengths: [Int] = []
    while let field = try message.next() {
      guard ONNXSchema.ValueInfo(rawValue: field.number) == .type else {
        name = try message.text(field)
        continue
      }
      var outer = try message.message(field)
      guard let tensorField = try outer.next() else { return nil }
      var tensor = try outer.message(tensorField)
      while let field = try tensor.next() {
        guard ONNXSchema.TensorType(rawValue: field.number) == .shape else {
          type = try field.integer
          continue
        }
        var shape = try tensor.message(field)
        guard let rows = try shape.next(), try ONNXFile.texts(of: rows, in: shape) == [Self.rows]
        else { return nil }
        while let axis = try shape.next() {
          var dimension = try shape.message(axis)
          guard let length = try dimension.next() else { return nil }
          lengths.append(Int(try length.integer))
        }
      }
    }
    guard let type = ONNXElementType(rawValue: Int(truncatingIfNeeded: type)) else { return nil }
    self.init(name, type, lengths)
  }
}
