import MLModelFile
import Files
import Protobuf
import Testing

/// A small model of each kind comes back from its bytes, and what Apple's validator lets pass is refused.
struct CoreMLModelTests {
  private static func bytes(_ values: [Float]) -> ContiguousArray<UInt8> {
    var bytes = ContiguousArray<UInt8>()
    for value in values {
      for shift in [0, 8, 16, 24] {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    return bytes
  }

  private static func network(_ outputs: Int) -> CoreMLModel.Network {
    CoreMLModel.Network(layers: [
      .init(
        "layer_0", "input", "layer_0",
        .product(
          .init(
            inputs: 2, outputs: outputs, weights: bytes(Array(repeating: 0.5, count: 2 * outputs)),
            biases: bytes(Array(repeating: 0.25, count: outputs))))),
      .init("layer_0_softmax", "layer_0", "layer_0_softmax", .softmax),
    ])
  }

  private static var classifier: CoreMLModel {
    var network = network(3)
    network.labels = .integers([0, 1, 7])
    network.probabilities = "layer_0_softmax"
    var model = CoreMLModel(
      inputs: [.vector("input", 2)],
      outputs: [
        .init("classLabel", .integer), .init("classProbability", .dictionary(textKeys: false)),
      ],
      predictedFeature: "classLabel", predictedProbabilities: "classProbability",
      content: .network(network, .classifier))
    model.shortDescription = "a network"
    model.metadata = [.init("coefs.a", "1"), .init("coefs.b", "")]
    return model
  }

  private func written(_ model: CoreMLModel) throws -> InputFile {
    var sink = MemorySink()
    try model.message.write(to: &sink)
    return InputFile(sink.bytes)
  }

  @Test func `a model comes back from its bytes, which are always the same`() throws {
    let file = try written(Self.classifier)
    #expect(try CoreMLModel(checking: file) == Self.classifier)
    let (one, two) = (try written(Self.classifier), try written(Self.classifier))
    #expect(try one.read(at: 0, count: one.count) == two.read(at: 0, count: two.count))
  }

  /// What would be a model that computes something else, or nothing.
  private static let damages: [(String, @Sendable (inout CoreMLModel) -> Void)] = [
    ("version", { $0.version = 4 }),
    ("no inputs", { $0.inputs = [] }),
    ("a longer input", { $0.inputs = [.vector("input", 3)] }),
    ("another input", { $0.inputs = [.vector("other", 2)] }),
    ("an input that is a number", { $0.inputs = [.init("input", .double)] }),
    ("no label", { $0.outputs.removeFirst() }),
    ("a label of another type", { $0.outputs[0].kind = .text }),
    ("keys of another type", { $0.outputs[1].kind = .dictionary(textKeys: true) }),
    ("no predicted feature", { $0.predictedFeature = "" }),
    ("another predicted feature", { $0.predictedFeature = "other" }),
    ("no probabilities", { $0.predictedProbabilities = "" }),
    ("other probabilities", { $0.predictedProbabilities = "classLabel" }),
    ("too few labels", { change(&$0) { $0.labels = .integers([0, 1]) } }),
    ("too many labels", { change(&$0) { $0.labels = .integers([0, 1, 2, 3]) } }),
    ("a label twice", { change(&$0) { $0.labels = .integers([0, 1, 1]) } }),
    ("labels of another type", { change(&$0) { $0.labels = .texts(["a", "b", "c"]) } }),
    ("no labels", { change(&$0) { $0.labels = nil } }),
    ("no layer of probabilities", { change(&$0) { $0.probabilities = "" } }),
    ("an unknown layer of probabilities", { change(&$0) { $0.probabilities = "layer_9" } }),
    ("a layer whose input nobody makes", { change(&$0) { $0.layers[1].inputs = ["x"] } }),
    ("a layer of two inputs", { change(&$0) { $0.layers[1].inputs.append("input") } }),
    ("a layer without an output", { change(&$0) { $0.layers[1].outputs = [] } }),
    ("two layers of one output", { change(&$0) { $0.layers[1].outputs = ["layer_0"] } }),
    ("no layers", { change(&$0) { $0.layers = [] } }),
    ("fewer weights", { product(&$0) { $0.weights.removeLast(4) } }),
    ("fewer biases", { product(&$0) { $0.biases.removeLast(4) } }),
    ("more inputs of a layer", { product(&$0) { $0.inputs = 4 } }),
    ("more outputs of a layer", { product(&$0) { $0.outputs = 4 } }),
    ("weights of broken numbers", { product(&$0) { $0.weights.removeLast(1) } }),
    ("an unknown function", { change(&$0) { $0.layers[1].kind = .unary(type: 77, scale: 1) } }),
  ]

  private static func change(
    _ model: inout CoreMLModel, _ body: (inout CoreMLModel.Network) -> Void
  ) {
    guard case .network(var network, let task) = model.content else { return }
    body(&network)
    model.content = .network(network, task)
  }

  private static func product(
    _ model: inout CoreMLModel, _ body: (inout CoreMLModel.Product) -> Void
  ) {
    change(&model) { network in
      guard case .product(var product) = network.layers[0].kind else { return }
      body(&product)
      network.layers[0].kind = .product(product)
    }
  }

  @Test(arguments: damages.indices)
  func `whatever does not fit is refused`(index: Int) throws {
    var model = Self.classifier
    Self.damages[index].1(&model)
    #expect(model != Self.classifier)
    let file = try written(model)
    #expect(throws: CoreMLError.self, "\(Self.damages[index].0)") {
      _ = try CoreMLModel(checking: file)
    }
  }

  @Test func `every byte that is cut or changed is refused, or is read as another model`() throws {
    let file = try written(Self.classifier)
    let bytes = try file.read(at: 0, count: file.count)
    for count in 0..<bytes.count {
      #expect(
        (try? CoreMLModel(checking: InputFile(ContiguousArray(bytes[..<count])))) != Self.classifier
      )
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x41
      #expect((try? CoreMLModel(checking: InputFile(changed))) != Self.classifier)
    }
  }
}
