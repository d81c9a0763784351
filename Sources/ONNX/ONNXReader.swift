package import Files
import Protobuf

/// Reads the graph of an ONNX file, and none of its values.
///
/// Names, settings and places are read; documentation and types of inner values are passed over. Graphs in nodes,
/// which are what loops and conditions are made of, are never entered.
struct ONNXReader {
  private var model: ONNXModel
  private let limits: ReadLimits
  /// The names, numbers and lengths that the file may still have.
  private var left = mostValues
  private var hasGraph = false

  /// The most names, lengths of axes and numbers of settings of a graph; of a network a few hundred.
  static let mostValues = 1 << 20

  init(_ file: InputFile, limits: ReadLimits) {
    model = ONNXModel(file)
    self.limits = limits
  }
}

extension ONNXModel {
  /// Whether the first bytes of a file are those of a model, as far as they tell: any of its fields, with the type
  /// that it has.
  package static func mayBegin(_ start: some Collection<UInt8>) -> Bool {
    guard let first = start.first else { return false }
    let second = start.dropFirst().first
    let (field, type) =
      first < 0x80
      ? (Int(first >> 3), first & 7)
      : (Int(first >> 3 & 0xF) | Int(second ?? 0) << 4, first & 7)
    return ONNXSchema.Model(rawValue: field).map { $0.isNumber ? type == 0 : type == 2 } ?? false
  }

  /// Whether a file begins as exporters begin it: with a version of the format, and a field after it.
  package static func isClaimed(by start: some Collection<UInt8>) -> Bool {
    let bytes = Array(start.prefix(3))
    return bytes.count == 3 && bytes[0] == 0x08 && (1...40).contains(bytes[1])
      && bytes[2] & 0x80 == 0 && bytes[2] > 8 && mayBegin(bytes[2...])
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The bytes.
  ///   - limits: `maxTensors` limits the number of nodes, of initializers, and of entries of the metadata.
  /// - Returns: The model; `nil` where the bytes are fields, but not those of a model with a graph.
  /// - Throws: ``ONNXError``.
  package static func read(_ file: InputFile, limits: ReadLimits) throws(ONNXError) -> ONNXModel? {
    var reader = ONNXReader(file, limits: limits)
    return try reader.read()
  }
}

extension ONNXSchema.Model {
  fileprivate var isNumber: Bool { self == .irVersion || self == .modelVersion }
}

extension ONNXReader {
  fileprivate mutating func read() throws(ONNXError) -> ONNXModel? {
    do throws(ProtobufError) {
      // What the file is shows at its top level alone.
      var top = ProtobufReader(model.file, limits: limits)
      var graphs = 0
      while let field = try top.next() {
        guard let known = ONNXSchema.Model(rawValue: field.number) else { continue }
        if known.isNumber { _ = try field.integer } else { _ = try field.range }
        if known == .graph { graphs += 1 }
      }
      if graphs == 0 { return nil }
    } catch {
      throw .protobuf(error)
    }
    try readModel()
    return model
  }

  // MARK: Messages

  private mutating func readModel() throws(ONNXError) {
    try fields(ProtobufReader(model.file, limits: limits)) {
      reader, message, field throws(ONNXError) in
      switch ONNXSchema.Model(rawValue: field.number) {
      case .irVersion: reader.model.irVersion = Int(try reader.integer(field))
      case .producerName: reader.model.producer = try reader.text(field, in: message)
      case .opsetImport:
        var domain = ""
        var version = 0
        try reader.fields(reader.message(field, in: message)) {
          reader, message, field throws(ONNXError) in
          switch ONNXSchema.OperatorSet(rawValue: field.number) {
          case .domain: domain = try reader.text(field, in: message)
          case .version: version = Int(try reader.integer(field))
          case nil: break
          }
        }
        try reader.spend(1)
        reader.model.operatorSets[domain == "ai.onnx" ? "" : domain] = version
      case .metadataProps:
        reader.model.metadata.append(try reader.pair(field, in: message))
        try reader.demand(reader.model.metadata.count, "entries of metadata")
      case .graph:
        // Protocol Buffers would merge them.
        guard !reader.hasGraph else {
          throw .badModel("the model", problem: "has a second graph")
        }
        reader.hasGraph = true
        try reader.readGraph(reader.message(field, in: message))
      case .trainingInfo:
        throw .badModel(
          "the model", problem: "has steps of training (training_info), which are not read")
      case .functions:
        throw .badModel(
          "the model", problem: "has operators of its own (functions), which are not read")
      default: break
      }
    }
  }

  private mutating func readGraph(_ graph: ProtobufReader) throws(ONNXError) {
    try fields(graph) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.Graph(rawValue: field.number) {
      case .name: reader.model.graph.name = try reader.text(field, in: message)
      case .node:
        reader.model.graph.nodes.append(try reader.node(reader.message(field, in: message)))
        try reader.demand(reader.model.graph.nodes.count, "nodes")
      case .initializer:
        reader.model.graph.initializers.append(
          try reader.tensor(reader.message(field, in: message)))
        try reader.demand(reader.model.graph.initializers.count, "initializers")
      case .input:
        reader.model.graph.inputs.append(try reader.input(reader.message(field, in: message)))
        try reader.demand(reader.model.graph.inputs.count, "inputs")
      case .output:
        reader.model.graph.outputs.append(try reader.input(reader.message(field, in: message)).name)
        try reader.demand(reader.model.graph.outputs.count, "outputs")
      case .sparseInitializer:
        throw .badModel("the graph", problem: "has sparse initializers, which are not read")
      default: break
      }
    }
  }

  private mutating func node(_ message: ProtobufReader) throws(ONNXError) -> ONNXNode {
    var node = ONNXNode()
    try fields(message) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.Node(rawValue: field.number) {
      case .input: node.inputs.append(try reader.text(field, in: message))
      case .output: node.outputs.append(try reader.text(field, in: message))
      case .name: node.name = try reader.text(field, in: message)
      case .opType: node.op = try reader.text(field, in: message)
      case .domain: node.domain = try reader.text(field, in: message)
      case .attribute:
        let (name, value) = try reader.attribute(reader.message(field, in: message))
        guard node.attributes.updateValue(value, forKey: name) == nil else {
          throw .badNode(node.name, op: node.op, problem: "has the attribute '\(name)' twice")
        }
      default: break
      }
    }
    if node.domain == "ai.onnx" { node.domain = "" }
    return node
  }

  private mutating func attribute(
    _ message: ProtobufReader
  ) throws(ONNXError) -> (name: String, value: ONNXAttribute) {
    var name = ""
    var type: Int?
    // What is left out is 0 or empty: some writers leave out what is.
    var values: [ONNXSchema.AttributeType: ONNXAttribute] = [:]
    var (floats, integers, texts): ([Float], [Int64], [String]) = ([], [], [])
    var found: ONNXAttribute?
    try fields(message) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.Attribute(rawValue: field.number) {
      case .name: name = try reader.text(field, in: message)
      case .type: type = Int(truncatingIfNeeded: try reader.integer(field))
      case .f:
        values[.float] = .float(try reader.wrapped { () throws(ProtobufError) in try field.float })
      case .i: values[.int] = .integer(try reader.integer(field))
      case .s:
        // Bytes, which need not be a text.
        try reader.spend(1)
        values[.string] = (try? message.text(field)).map { .text($0) } ?? .other("bytes")
      case .t: values[.tensor] = .tensor(try reader.tensor(reader.message(field, in: message)))
      case .floats:
        var bytes = ContiguousArray<UInt8>()
        try reader.spend(field.lengthIfPacked / 4 + 1)
        try reader.wrapped { () throws(ProtobufError) in
          try message.appendFixed(of: field, width: 4, to: &bytes)
        }
        for offset in stride(from: 0, to: bytes.count, by: 4) {
          floats.append(Float(bitPattern: bytes.u32(offset)))
        }
        values[.floats] = .floats([])
      case .ints:
        var list = ContiguousArray<Int64>()
        try reader.spend(field.lengthIfPacked + 1)
        try reader.wrapped { () throws(ProtobufError) in
          try message.appendIntegers(of: field, to: &list)
        }
        integers += list
        values[.ints] = .integers([])
      case .strings:
        texts.append(try reader.text(field, in: message))
        values[.strings] = .texts([])
      case .g, .graphs: found = .other("a graph")
      case .tensors: found = .other("several tensors")
      case .sparseTensor, .sparseTensors: found = .other("a sparse tensor")
      case .tp, .typeProtos: found = .other("a type")
      case .refAttrName: found = .other("an attribute of a function")
      default: break
      }
    }
    if values[.floats] != nil { values[.floats] = .floats(floats) }
    if values[.ints] != nil { values[.ints] = .integers(integers) }
    if values[.strings] != nil { values[.strings] = .texts(texts) }
    if let found { return (name, found) }
    switch type.flatMap({ ONNXSchema.AttributeType(rawValue: $0) }) {
    case .float: return (name, values[.float] ?? .float(0))
    case .int: return (name, values[.int] ?? .integer(0))
    case .string: return (name, values[.string] ?? .text(""))
    case .floats: return (name, values[.floats] ?? .floats([]))
    case .ints: return (name, values[.ints] ?? .integers([]))
    case .strings: return (name, values[.strings] ?? .texts([]))
    default:
      // The type is missing before version 2 of the format.
      return (
        name, values.count == 1 ? values.first?.value ?? .other("nothing") : .other("nothing")
      )
    }
  }

  private mutating func input(_ message: ProtobufReader) throws(ONNXError) -> ONNXInput {
    var input = ONNXInput()
    try fields(message) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.ValueInfo(rawValue: field.number) {
      case .name: input.name = try reader.text(field, in: message)
      case .type:
        try reader.fields(reader.message(field, in: message)) {
          reader, message, field throws(ONNXError) in
          guard ONNXSchema.ValueType(rawValue: field.number) == .tensorType else { return }
          try reader.fields(reader.message(field, in: message)) {
            reader, message, field throws(ONNXError) in
            switch ONNXSchema.TensorType(rawValue: field.number) {
            case .elemType:
              input.type = ONNXElementType(
                rawValue: Int(truncatingIfNeeded: try reader.integer(field)))
            case .shape: input.shape = try reader.shape(reader.message(field, in: message))
            case nil: break
            }
          }
        }
      default: break
      }
    }
    return input
  }

  private mutating func shape(_ message: ProtobufReader) throws(ONNXError) -> [Int?] {
    var axes: [Int?] = []
    try fields(message) { reader, message, field throws(ONNXError) in
      guard ONNXSchema.Shape(rawValue: field.number) == .dim else { return }
      try reader.spend(1)
      var length: Int?
      try reader.fields(reader.message(field, in: message)) {
        reader, _, field throws(ONNXError) in
        guard ONNXSchema.Dimension(rawValue: field.number) == .dimValue else { return }
        // 0 and -1 are what some writers say of an axis that is not fixed.
        length = Int(try reader.integer(field))
        if length.map({ $0 <= 0 }) ?? false { length = nil }
      }
      axes.append(length)
    }
    return axes
  }

  private mutating func tensor(_ message: ProtobufReader) throws(ONNXError) -> ONNXTensor {
    var tensor = ONNXTensor(range: message.range)
    var axes = ContiguousArray<Int64>()
    var external: [(key: String, text: String)] = []
    var isExternal = false
    try fields(message) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.Tensor(rawValue: field.number) {
      case .name: tensor.name = try reader.text(field, in: message)
      case .dataType: tensor.typeNumber = Int(truncatingIfNeeded: try reader.integer(field))
      case .dims:
        try reader.spend(field.lengthIfPacked + 1)
        try reader.wrapped { () throws(ProtobufError) in
          try message.appendIntegers(of: field, to: &axes)
        }
      case .segment: throw .badTensor(tensor.name, problem: "is one of several segments")
      case .externalData: external.append(try reader.pair(field, in: message))
      case .dataLocation:
        isExternal =
          try reader.integer(field) == Int64(ONNXSchema.DataLocation.external.rawValue)
      default: break
      }
    }
    for length in axes {
      guard length >= 0 else {
        throw .badTensor(tensor.name, problem: "has an axis of length \(length)")
      }
      let (product, overflow) = tensor.count.multipliedReportingOverflow(by: Int(length))
      guard !overflow else {
        throw .badTensor(tensor.name, problem: "has more elements than can be counted")
      }
      tensor.count = product
    }
    tensor.shape = axes.map { Int($0) }
    if isExternal { tensor.external = ONNXTensor.ExternalData(external) }
    return tensor
  }

  private mutating func pair(
    _ field: ProtobufField, in message: ProtobufReader
  ) throws(ONNXError) -> (key: String, text: String) {
    var pair = (key: "", text: "")
    try fields(self.message(field, in: message)) { reader, message, field throws(ONNXError) in
      switch ONNXSchema.StringPair(rawValue: field.number) {
      case .key: pair.key = try reader.text(field, in: message)
      case .value: pair.text = try reader.text(field, in: message)
      case nil: break
      }
    }
    return pair
  }

  // MARK: Fields

  /// Walks the fields of a message.
  private mutating func fields(
    _ message: ProtobufReader,
    _ body: (inout ONNXReader, ProtobufReader, ProtobufField) throws(ONNXError) -> Void
  ) throws(ONNXError) {
    var message = message
    while true {
      let next: ProtobufField?
      do { next = try message.next() } catch { throw .protobuf(error) }
      guard let field = next else { return }
      try body(&self, message, field)
    }
  }

  private func wrapped<T>(_ body: () throws(ProtobufError) -> T) throws(ONNXError) -> T {
    do { return try body() } catch { throw .protobuf(error) }
  }

  private func message(
    _ field: ProtobufField, in reader: ProtobufReader
  ) throws(ONNXError) -> ProtobufReader {
    try wrapped { () throws(ProtobufError) in try reader.message(field) }
  }

  private func integer(_ field: ProtobufField) throws(ONNXError) -> Int64 {
    try wrapped { () throws(ProtobufError) in try field.integer }
  }

  private mutating func text(
    _ field: ProtobufField, in reader: ProtobufReader
  ) throws(ONNXError) -> String {
    try spend(1)
    return try wrapped { () throws(ProtobufError) in try reader.text(field) }
  }

  /// Counts names and numbers, which take more memory than in the file.
  private mutating func spend(_ count: Int) throws(ONNXError) {
    left -= count
    guard left >= 0 else {
      throw .limitExceeded(
        name: "names and numbers", allowed: Self.mostValues, found: Self.mostValues - left)
    }
  }

  private func demand(_ count: Int, _ what: String) throws(ONNXError) {
    guard count <= limits.maxTensors else {
      throw .limitExceeded(name: what, allowed: limits.maxTensors, found: count)
    }
  }
}

extension ProtobufField {
  /// The bytes of packed numbers; 0 for one number.
  fileprivate var lengthIfPacked: Int {
    if case .bytes(let range) = value { range.count } else { 0 }
  }
}

extension ONNXTensor.ExternalData {
  /// What the entries of a tensor say.
  fileprivate init(_ entries: [(key: String, text: String)]) {
    for (key, text) in entries {
      switch key {
      case "location": location = text
      case "offset": offset = number(text, of: key)
      case "length": length = number(text, of: key)
      case "checksum": break
      default: problem = problem ?? "its entry '\(key)' is unknown"
      }
    }
  }

  private mutating func number(_ text: String, of key: String) -> Int? {
    guard let number = Int(text), number >= 0, text.utf8.first != UInt8(ascii: "+") else {
      problem = problem ?? "its \(key) '\(text)' is no number of bytes"
      return nil
    }
    return number
  }
}
