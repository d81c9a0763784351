import Coefs
import Files
import ONNX
import Protobuf
import Sklearn
import TestSupport
import Testing

@Suite struct ONNXFormatTests {
  /// The operators and the names of inputs and outputs of a file.
  private struct Outline: Equatable {
    var operators: [String] = []
    var inputs: [String] = []
    var outputs: [String] = []
    var metadata: [String: String] = [:]

    init(_ bytes: ContiguousArray<UInt8>) throws {
      var model = ProtobufReader(InputFile(bytes))
      while let field = try model.next() {
        switch ONNXSchema.Model(rawValue: field.number) {
        case .graph:
          var graph = try model.message(field)
          while let field = try graph.next() { try read(field, in: graph) }
        case .metadataProps:
          var pair = try model.message(field)
          var texts: [String] = []
          while let field = try pair.next() { texts.append(try pair.text(field)) }
          metadata[texts[0]] = texts[1]
        default: break
        }
      }
    }

    private mutating func read(_ field: ProtobufField, in graph: ProtobufReader) throws {
      let part = ONNXSchema.Graph(rawValue: field.number)
      guard part == .node || part == .input || part == .output else { return }
      var message = try graph.message(field)
      while let field = try message.next() {
        switch (part, field.number) {
        case (.node, ONNXSchema.Node.opType.rawValue): operators.append(try message.text(field))
        case (.input, ONNXSchema.ValueInfo.name.rawValue): inputs.append(try message.text(field))
        case (.output, ONNXSchema.ValueInfo.name.rawValue): outputs.append(try message.text(field))
        default: break
        }
      }
    }
  }

  private func outline(
    _ name: String, _ options: Model.WriteOptions = Model.WriteOptions()
  ) throws -> Outline {
    try Outline(model(name).bytes(as: .onnx, options: options))
  }

  @Test(arguments: [
    ("multiclass", ["Softmax", "ArgMax", "Gather"], ["label", "probabilities"]),
    ("binary", ["Sigmoid", "Sub", "Concat", "ArgMax", "Gather"], ["label", "probabilities"]),
    ("multilabel", ["Sigmoid", "Greater", "Cast"], ["label", "probabilities"]),
    ("regressor", [], ["variable"]),
    ("poisson", ["Exp"], ["variable"]),
  ])
  func `a network is products, sums and activations, and its outputs`(
    name: String, end: [String], outputs: [String]
  ) throws {
    let weights = try model("estimators/1.9.1/\(name).joblib").weights
    let outline = try outline("estimators/1.9.1/\(name).joblib")
    let hidden = ["relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid"][
      weights.activation.activation.rawValue]
    var expected: [String] = []
    for index in weights.layers.indices {
      expected += ["MatMul", "Add"]
      if index < weights.layers.count - 1, let hidden { expected.append(hidden) }
    }
    #expect(outline.operators == expected + end)
    #expect(outline.inputs == ["X"])
    #expect(outline.outputs == outputs)
    #expect(outline.metadata["coefs.activation"] == weights.activation.activation.rawValue)
    #expect(outline.metadata["coefs.classes"] == weights.classes?.jsonText)
    #expect(outline.metadata["coefs.source"] == "\(name).joblib")
    #expect(outline.metadata["coefs.self_check"] == nil)
  }

  @Test func `scalers are in scikit-learn's order of operations`() throws {
    let standard = try outline("estimators/1.9.1/digits-standard.joblib")
    #expect(standard.operators.prefix(3) == ["Sub", "Div", "MatMul"])
    #expect(standard.metadata["coefs.preprocessing"] == "StandardScaler")
    let clipped = try outline("estimators/1.9.1/digits-minmax-clip.joblib")
    #expect(clipped.operators.prefix(5) == ["Mul", "Add", "Max", "Min", "MatMul"])
  }

  @Test func `a table has an input for each column that is used`() throws {
    let outline = try outline("whole/table.joblib")
    #expect(outline.inputs.count > 1 && !outline.inputs.contains("X"))
    #expect(outline.operators.contains("TfIdfVectorizer"))
  }

  @Test func `the same bytes twice, with the self-check that is asked for`() throws {
    let model = try model("estimators/1.9.1/multiclass.joblib")
    let options = Model.WriteOptions(selfCheck: .count(2))
    let bytes = try model.bytes(as: .onnx, options: options)
    #expect(try model.bytes(as: .onnx, options: options) == bytes)
    let text = try #require(try Outline(bytes).metadata["coefs.self_check"])
    #expect(try SelfCheck(json: text).inputs.rows == 2)
    let single = Model.WriteOptions(precision: .float32, selfCheck: .count(1))
    let other = try Outline(model.bytes(as: .onnx, options: single))
    #expect(other.metadata["coefs.self_check"]?.contains("float32") == true)
  }

  @Test func `what the operators cannot do is refused by name`() throws {
    #expect(
      coefsError { _ = try outline("whole/quantile-normal-10.pkl") }?.cause
        == ModelError.notInFormat(
          "QuantileTransformer (normalQuantile)", format: "ONNX",
          problem: "no operator of the default domain computes it in float64"))
    // What nobody said is not written as a fact.
    let arrays = try model("chapter-arr.npz")
    let error = coefsError { _ = try arrays.bytes(as: .onnx) }
    #expect(error?.cause == SklearnError.assumedActivation("out_activation"))
  }

  @Test func `arctan has an operator in single precision alone`() throws {
    let name = "whole/function-arctan.joblib"
    #expect(coefsError { _ = try outline(name) } != nil)
    #expect(
      try outline(name, Model.WriteOptions(precision: .float32)).operators.contains("Atan"))
  }
}
