import Coefs
import Foundation
import MLP
import ONNX
import TestSupport
import Testing

/// Networks from ONNX graphs: of the real exporters, and made by hand.
@Suite struct ONNXTests {
  struct Manifest: Decodable {
    let files: [File]
    let refused: [Refused]
  }

  /// A file, what must be read from it, and what onnxruntime makes of rows.
  struct File: Decodable, CustomTestStringConvertible {
    struct Values: Decodable {
      let dtype: String
      let shape: [Int]
      let hex: String
    }
    struct Layer: Decodable {
      let weights: Values
      let biases: Values
    }
    /// The label of a row, or one for each output.
    enum Answer: Decodable, Equatable {
      case label(ClassLabels.Label)
      case labels([ClassLabels.Label])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
          if let labels = try? container.decode([ClassLabels.Label].self) { .labels(labels) } else {
            .label(try container.decode(ClassLabels.Label.self))
          }
      }
    }

    let file: String
    let layers: [Layer]
    let hidden: [String]
    let out: String
    let classes: [ClassLabels.Label]?
    let scalers: [String]
    let folded: Bool
    let external: Bool
    let rows: [[Double]]
    let outputs: [[Double]]?
    let labels: [Answer]?
    let tolerance: Double

    var testDescription: String { file }
    var path: String { fixturePath("onnx/" + file) }

    func model() throws -> Model {
      try Model(contentsOf: path, options: .init(readsExternalData: external))
    }
  }

  struct Refused: Decodable, CustomTestStringConvertible {
    let file: String
    let reason: String

    var testDescription: String { file }
  }

  static let manifest: Manifest? = try? jsonFixture("onnx/manifest.json", as: Manifest.self)
  static let files = manifest?.files ?? []
  static let refused = manifest?.refused ?? []

  @Test func `there are files of every exporter`() {
    for exporter in ["torch-script", "torch-dynamo", "keras", "sklearn", "hand"] {
      #expect(Self.files.contains { $0.file.hasPrefix(exporter) })
    }
    #expect(Self.refused.count > 80)
  }

  @Test(arguments: files)
  func `a graph is read to the bit`(file: File) throws {
    let weights = try file.model().weights
    #expect(weights.hiddenActivations.map(\.rawValue) == file.hidden)
    #expect(weights.outActivation.activation.rawValue == file.out)
    #expect(weights.classes?.labels == file.classes)
    #expect(weights.inputTransform?.steps.map(\.name) ?? [] == file.scalers)
    #expect(weights.naming == "onnx")
    let arrays = weights.layerArrays(in: .sklearn)
    #expect(arrays.count == 2 * file.layers.count)
    for (index, layer) in file.layers.enumerated() where !file.folded {
      for (array, values) in [
        (arrays[2 * index].array, layer.weights), (arrays[2 * index + 1].array, layer.biases),
      ] {
        #expect(array.dtype.description == values.dtype)
        #expect(array.shape == values.shape)
        #expect(array.bytes == ContiguousArray(hex: values.hex))
      }
    }
  }

  @Test(arguments: files)
  func `it predicts as onnxruntime does`(file: File) throws {
    let model = try file.model()
    let network = model.weights.mlp()
    for (index, row) in file.rows.enumerated() {
      let outputs = try network.evaluate(row)
      if let expected = file.outputs?[index] {
        // Of two classes the graph may give both probabilities.
        let values = expected.count == outputs.count + 1 ? Array(expected.dropFirst()) : expected
        #expect(values.count == outputs.count)
        for (found, value) in zip(outputs, values) {
          #expect(abs(found - value) <= file.tolerance * max(1, abs(value)))
        }
      }
      switch file.labels?[index] {
      case .label(let label)?:
        #expect(model.label(of: outputs)?.canonical == label.canonical)
      case .labels(let labels)?:
        #expect(model.isMultilabel)
        #expect(labels == outputs.map { .integer($0 > 0.5 ? 1 : 0) })
      case nil: break
      }
    }
  }

  @Test(arguments: refused)
  func `what is no multilayer perceptron is refused by name`(file: Refused) throws {
    let error = coefsError {
      _ = try Model(
        contentsOf: fixturePath("onnx/" + file.file), options: .init(readsExternalData: true))
    }
    #expect(error?.category == .badContent)
    #expect(error.map { "\($0)" }?.contains(file.reason) ?? false, "\(error.map { "\($0)" } ?? "")")
  }

  // MARK: What the graph does not say

  @Test func `a graph without its last activation has values, and an option makes classes of them`()
    throws
  {
    let path = fixturePath("onnx/torch-script-logits.onnx")
    let values = try Model(contentsOf: path)
    #expect(values.task == .regressor)
    #expect(values.weights.outActivation == .init(.identity, .stored))
    #expect(values.notes.contains { $0.contains("the graph ends without an activation") })
    let classes = try Model(contentsOf: path, options: .init(outActivation: .softmax))
    #expect(classes.task == .classifier)
    #expect(classes.labels == [0, 1, 2])
    #expect(classes.notes.allSatisfy { !$0.contains("without an activation") })
  }

  @Test func `the maximum of sums is a class, whichever output activation is meant`() throws {
    let model = try model("onnx/hand-chosen-sums.onnx")
    #expect(model.weights.outActivation == .init(.softmax, .assumed))
    #expect(model.weights.outline.unsupportedAssumptions.isEmpty)
    #expect(model.labels == ["left", "right"])
  }

  @Test func `several outputs are named, and one can be left out`() throws {
    let path = fixturePath("onnx/refused/two-outputs.onnx")
    let cause = coefsError { _ = try Model(contentsOf: path) }?.cause
    #expect(cause == SklearnError.graph(.severalOutputs(["r", "y"])))
    let model = try Model(contentsOf: path, options: .init(ignored: ["r"]))
    #expect(model.weights.layerSizes == [3, 3, 2])
    let none = coefsError { _ = try Model(contentsOf: path, options: .init(ignored: ["z"])) }
    #expect(none?.cause == SklearnError.nothingToIgnore("z", found: ["r", "y"]))
  }

  @Test func `what is said of arrays is not said of a graph`() throws {
    let path = fixturePath("onnx/hand-gemm.onnx")
    for options in [
      SklearnWeights.Options(layout: .mlp), .init(prefix: "a"), .init(layerSizes: [3, 4, 2]),
      .init(biasPlace: .firstRow),
    ] {
      #expect(coefsError { _ = try Model(contentsOf: path, options: options) }?.category == .usage)
    }
  }

  @Test func `inspecting shows the initializers and the network`() throws {
    let found = try Inspection(contentsOf: fixturePath("onnx/torch-script-bfloat16.onnx"))
    #expect(found.format == "onnx")
    #expect(found.arrays.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
    #expect(found.arrays.map(\.dtype) == Array(repeating: "bfloat16", count: 4))
    #expect(found.model?.layers == [6, 4, 2])
    let refused = try Inspection(contentsOf: fixturePath("onnx/refused/residual.onnx"))
    #expect(refused.model == nil)
    #expect(refused.arrays.count == 3)
    #expect(refused.notes.contains { $0.contains("joins two paths") })
  }

  @Test func `different activations are named, and held by arrays that can say them`() throws {
    let model = try model("onnx/torch-script-mixed.onnx")
    let summary = try Inspection(contentsOf: fixturePath("onnx/torch-script-mixed.onnx")).model
    #expect(summary?.activation.name == "relu, tanh, logistic")
    for format in [FileFormat.npz, .safetensors] {
      let bytes = try model.bytes(as: format)
      let back = try Model(bytes, name: "back")
      #expect(back.weights.hiddenActivations == [.relu, .tanh, .logistic])
      #expect(back.weights.activation == .init(.relu, .stored))
      #expect(back.weights.layerArrays(in: .mlp) == model.weights.layerArrays(in: .mlp))
      #expect(back.weights.mlp() == model.weights.mlp())
      #expect(try model.difference(from: back).identical)
      let error = coefsError {
        _ = try model.bytes(as: format, options: .init(layout: .sklearn))
      }
      #expect(
        error?.cause == SklearnError.severalActivations(["relu", "tanh", "logistic"]))
    }
    let error = coefsError { _ = try model.bytes(as: .skops) }
    #expect(error?.cause == SklearnError.severalActivations(["relu", "tanh", "logistic"]))
  }

  // MARK: External data

  @Test func `values in another file are read only when asked for`() throws {
    let path = fixturePath("onnx/torch-external.onnx")
    let error = coefsError { _ = try Model(contentsOf: path) }
    #expect(
      error?.cause
        == SklearnError.graph(.externalData("0.weight", file: "torch-external.onnx.data")))
    let inspection = try Inspection(contentsOf: path)
    #expect(inspection.model == nil)
    #expect(
      inspection.notes.contains { $0.contains("in another file, 'torch-external.onnx.data'") })
    // Bytes have no folder.
    let bytes = try fixture("onnx/torch-external.onnx")
    let inMemory = coefsError {
      _ = try Model(bytes, name: path, options: .init(readsExternalData: true))
    }
    #expect(inMemory == error)
  }

  @Test func `another file is no link, no second name and no folder`() throws {
    try withTemporaryFolder { folder throws in
      let files = FileManager.default
      let model = folder + "/model.onnx"
      let data = folder + "/torch-external.onnx.data"
      try write(fixture("onnx/torch-external.onnx"), to: model)
      let options = SklearnWeights.Options(readsExternalData: true)
      func problem() -> String {
        coefsError { _ = try Model(contentsOf: model, options: options) }.map { "\($0)" } ?? ""
      }
      #expect(problem().contains("cannot be opened"))
      let real = fixturePath("onnx/torch-external.onnx.data")
      try files.createSymbolicLink(atPath: data, withDestinationPath: real)
      #expect(problem().contains("it is a symbolic link, not a file"))
      try files.removeItem(atPath: data)
      try write(fixture("onnx/torch-external.onnx.data"), to: folder + "/other")
      try files.linkItem(atPath: folder + "/other", toPath: data)
      #expect(problem().contains("a second name of a file"))
      try files.removeItem(atPath: data)
      try files.createDirectory(atPath: data, withIntermediateDirectories: false)
      #expect(problem().contains("it is a folder, not a file"))
      try files.removeItem(atPath: data)
      try files.moveItem(atPath: folder + "/other", toPath: data)
      #expect(problem() == "")
      try write(fixture("onnx/torch-external.onnx.data").dropLast(8), to: data)
      #expect(problem().contains("are stated from byte"))
    }
  }

  /// Writes bytes to a file.
  private func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }
}
