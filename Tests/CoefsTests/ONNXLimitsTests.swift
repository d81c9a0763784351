import Coefs
import Files
import ONNX
import Protobuf
import TestSupport
import Testing

/// Graphs that ask for more than they hold.
@Suite(.workLimit(minutes: 10)) struct ONNXLimitsTests {
  /// A tensor of a graph.
  private func tensor(
    _ name: String, _ shape: [Int64], type: ONNXElementType = .float,
    _ fill: (inout ProtobufWriter) -> Void
  ) -> ProtobufWriter {
    var tensor = ProtobufWriter()
    tensor.add(ONNXSchema.Tensor.dims, packed: shape)
    tensor.add(ONNXSchema.Tensor.dataType, type.rawValue)
    tensor.add(ONNXSchema.Tensor.name, name)
    fill(&tensor)
    return tensor
  }

  private func node(_ op: String, _ inputs: [String], _ output: String) -> ProtobufWriter {
    var node = ProtobufWriter()
    for input in inputs { node.add(ONNXSchema.Node.input, input) }
    node.add(ONNXSchema.Node.output, output)
    node.add(ONNXSchema.Node.opType, op)
    return node
  }

  /// A model whose graph has an input `x` and an output `y`.
  private func model(_ fill: (inout ProtobufWriter) -> Void) -> ContiguousArray<UInt8> {
    var graph = ProtobufWriter()
    fill(&graph)
    for (field, name) in [(ONNXSchema.Graph.input, "x"), (.output, "y")] {
      var value = ProtobufWriter()
      value.add(ONNXSchema.ValueInfo.name, name)
      graph.add(field, value)
    }
    var operators = ProtobufWriter()
    operators.add(ONNXSchema.OperatorSet.version, 13)
    var model = ProtobufWriter()
    model.add(ONNXSchema.Model.irVersion, 7)
    model.add(ONNXSchema.Model.graph, graph)
    model.add(ONNXSchema.Model.opsetImport, operators)
    return model.bytes
  }

  private func error(
    _ bytes: ContiguousArray<UInt8>, maxTotalBytes: Int = 64 << 20
  ) -> String {
    coefsError {
      _ = try Model(bytes, name: "model", limits: .init(maxTotalBytes: maxTotalBytes))
    }.map { "\($0)" } ?? ""
  }

  @Test func `every use of a tensor counts`() {
    let bytes = model { graph in
      for index in 0..<1_000 {
        graph.add(
          ONNXSchema.Graph.node,
          node(
            "MatMul", [index == 0 ? "x" : "v\(index)", "w"], index == 999 ? "y" : "v\(index + 1)"))
      }
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("w", [512, 512]) {
          $0.add(ONNXSchema.Tensor.rawData, ContiguousArray(repeating: 0, count: 4 * 512 * 512))
        })
    }
    #expect(error(bytes).contains("maxTotalBytes"))
  }

  @Test(arguments: [ONNXElementType.float16, .bfloat16])
  func `numbers of one byte each are not more than the tensor has`(type: ONNXElementType) {
    let bytes = model { graph in
      graph.add(ONNXSchema.Graph.node, node("MatMul", ["x", "w"], "y"))
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("w", [2, 2], type: type) {
          $0.add(ONNXSchema.Tensor.int32Data, ContiguousArray(repeating: 0, count: 32 << 20))
        })
    }
    #expect(error(bytes).contains("expected 4 numbers"))
  }

  @Test func `a shape that is not there is not allocated`() {
    for shape: [Int64] in [[1 << 31, 1 << 10], [1 << 20, 1 << 20], [1 << 10, 1 << 10]] {
      let bytes = model { graph in
        graph.add(ONNXSchema.Graph.node, node("MatMul", ["x", "w"], "y"))
        graph.add(
          ONNXSchema.Graph.initializer,
          tensor("w", shape) { $0.add(ONNXSchema.Tensor.rawData, [1, 2, 3, 4]) })
      }
      #expect(error(bytes).contains(shape[0] == 1 << 10 ? "is damaged" : "maxTotalBytes"))
    }
  }

  @Test func `one bias for many outputs counts for each`() {
    let bytes = model { graph in
      graph.add(ONNXSchema.Graph.node, node("Gemm", ["x", "w", "b"], "y"))
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("w", [1, 1 << 20]) {
          $0.add(ONNXSchema.Tensor.rawData, ContiguousArray(repeating: 0, count: 4 << 20))
        })
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("b", []) { $0.add(ONNXSchema.Tensor.rawData, [0, 0, 0, 0]) })
    }
    #expect(error(bytes, maxTotalBytes: 5 << 20).contains("maxTotalBytes"))
    #expect(error(bytes) == "")
  }

  @Test func `nodes and names of two bytes are counted`() {
    let nodes = model { graph in
      for _ in 0..<1 << 20 { graph.add(ONNXSchema.Graph.node, ProtobufWriter()) }
    }
    #expect(error(nodes).contains("32769 nodes; at most 32768 are read"))
    let names = model { graph in
      var node = ProtobufWriter()
      for _ in 0..<2 << 20 { node.add(ONNXSchema.Node.input, "") }
      graph.add(ONNXSchema.Graph.node, node)
    }
    #expect(error(names).contains("names and numbers"))
    let axes = model { graph in
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("w", Array(repeating: 1, count: 2 << 20)) { _ in })
    }
    #expect(error(axes).contains("names and numbers"))
  }

  @Test func `graphs in nodes are not entered`() {
    var inner = ProtobufWriter()
    for _ in 0..<5_000 {
      var attribute = ProtobufWriter()
      attribute.add(ONNXSchema.Attribute.g, inner)
      var node = ProtobufWriter()
      node.add(ONNXSchema.Node.attribute, attribute)
      inner = ProtobufWriter()
      inner.add(ONNXSchema.Graph.node, node)
    }
    let bytes = model { graph in
      var node = node("If", ["x"], "y")
      var attribute = ProtobufWriter()
      attribute.add(ONNXSchema.Attribute.name, "then_branch")
      attribute.add(ONNXSchema.Attribute.g, inner)
      node.add(ONNXSchema.Node.attribute, attribute)
      graph.add(ONNXSchema.Graph.node, node)
    }
    #expect(error(bytes).contains("is control flow"))
  }

  @Test func `a long chain of nodes is followed in time`() {
    let bytes = model { graph in
      for index in 0..<20_000 {
        graph.add(
          ONNXSchema.Graph.node,
          node("Identity", [index == 0 ? "x" : "v\(index)"], "v\(index + 1)"))
      }
      graph.add(ONNXSchema.Graph.node, node("MatMul", ["v20000", "w"], "y"))
      graph.add(
        ONNXSchema.Graph.initializer,
        tensor("w", [1, 1]) { $0.add(ONNXSchema.Tensor.floatData, packed: []) })
    }
    #expect(error(bytes).contains("takes 4 bytes, and has 0"))
  }
}
