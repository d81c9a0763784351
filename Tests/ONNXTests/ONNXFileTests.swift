import Files
import ONNX
import Protobuf
import Testing

@Suite struct ONNXFileTests {
  /// A file that has each kind of part.
  static let file = {
    var file = ONNXFile(name: "g")
    file.inputs = [.init("X", .float, [2])]
    file.outputs = [.init("Y", .float, [1]), .init("label", .string, [])]
    file.constants = [
      .init("w", .float, shape: [2, 1], .raw([1, 2, 3, 4, 5, 6, 7, 8])),
      .init("classes", .string, shape: [2], .texts(["é", ""])),
    ]
    file.nodes = [
      .init("MatMul", ["X", "w"], ["Y"]),
      .init("ArgMax", ["Y"], ["p"], [.init("axis", .integer(-1))]),
      .init(
        "Fake", ["p", "classes"], ["label"],
        [
          .init("ints", .integers([1, 2])), .init("mode", .text("TF")),
          .init("pool", .texts(["a", "b"])),
        ]),
    ]
    file.metadata = [.init("coefs.activation", "relu")]
    return file
  }()

  @Test func `the bytes are those of the messages, field by field`() {
    var small = ONNXFile(name: "g")
    small.inputs = [.init("X", .double, [3])]
    small.outputs = [.init("Y", .double, [3])]
    small.nodes = [.init("Relu", ["X"], ["Y"])]
    let port = { (name: String) -> [UInt8] in
      [0x0A, 1] + Array(name.utf8)
        // type: tensor of doubles, N × 3
        + [0x12, 15, 0x0A, 13, 0x08, 11, 0x12, 9, 0x0A, 3, 0x12, 1, 0x4E, 0x0A, 2, 0x08, 3]
    }
    let node: [UInt8] =
      [0x0A, 1, 0x58, 0x12, 1, 0x59, 0x1A, 1, 0x59, 0x22, 4] + Array("Relu".utf8)
    let graph: [UInt8] =
      [0x0A, UInt8(node.count)] + node + [0x12, 1, 0x67, 0x5A, 20] + port("X") + [0x62, 20]
      + port("Y")
    let expected: [UInt8] =
      [0x08, 7, 0x12, 5] + Array("coefs".utf8) + [0x3A, UInt8(graph.count)] + graph
      + [0x42, 4, 0x0A, 0, 0x10, 13]
    #expect(Array(small.message.bytes) == expected)
  }

  @Test func `the same file has the same bytes, and reads back without a difference`() throws {
    let bytes = Self.file.message.bytes
    #expect(Self.file.message.bytes == bytes)
    #expect(try Self.file.difference(from: InputFile(bytes)) == nil)
  }

  @Test func `each changed byte is a difference or damage`() throws {
    let bytes = Self.file.message.bytes
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      let found = Result { () throws(ProtobufError) in
        try Self.file.difference(from: InputFile(changed))
      }
      if case .success(nil) = found { Issue.record("byte \(index) is not compared") }
    }
  }

  @Test func `each cut is a difference or damage`() throws {
    let bytes = Self.file.message.bytes
    for count in bytes.indices {
      let found = Result { () throws(ProtobufError) in
        try Self.file.difference(from: InputFile(ContiguousArray(bytes[..<count])))
      }
      if case .success(nil) = found { Issue.record("\(count) bytes are taken for all") }
    }
  }

  @Test func `the part that differs is named`() throws {
    func difference(_ change: (inout ONNXFile) -> Void) throws -> String? {
      var other = Self.file
      change(&other)
      return try Self.file.difference(from: InputFile(other.message.bytes))
    }
    #expect(try difference { $0.name = "h" } == "the name of the graph")
    #expect(try difference { $0.metadata = [] } == "the metadata")
    #expect(try difference { $0.nodes.removeLast() } == "a part that is missing")
    #expect(try difference { $0.constants.swapAt(0, 1) }?.hasPrefix("a constant at") == true)
    #expect(
      try difference { $0.inputs[0] = .init("X", .float, [3]) }?.hasPrefix("an input") == true)
    #expect(try difference { $0.outputs.swapAt(0, 1) }?.hasPrefix("an output at") == true)
    #expect(
      try difference { $0.nodes[0] = .init("MatMul", ["w", "X"], ["Y"]) }?.hasPrefix("a node at")
        == true)
  }
}
