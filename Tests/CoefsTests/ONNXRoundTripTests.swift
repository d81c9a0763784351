import Coefs
import MLP
import NPY
import Sklearn
import TestSupport
import Testing

/// Networks to ONNX and back.
@Suite struct ONNXRoundTripTests {
  /// Estimators of every kind that a graph holds, and arrays.
  static let files =
    fixtureNames(in: "estimators/1.9.1", suffix: ".joblib")
    .filter { !$0.hasPrefix("compressed.") }.map { "estimators/1.9.1/" + $0 }
    + [
      "chapter-float32.npz", "chapter-float16.npz", "multilabel-two.npz", "strings.npz", "tanh.npz",
    ]

  /// A fixture that can be written as a graph and is no more than a network and its scalers.
  private func plain(_ file: String) throws -> Model? {
    let model = try model(file)
    guard model.ensemble == nil, model.weights.inputTransform?.isElementwise ?? true else {
      return nil
    }
    return model
  }

  @Test func `there are networks of every kind`() throws {
    let models = try Self.files.compactMap { try plain($0) }
    #expect(models.count > 25)
    for activation in SklearnWeights.outActivations {
      #expect(models.contains { $0.weights.outActivation.activation == activation })
    }
    #expect(models.contains { $0.isMultilabel })
    #expect(models.contains { $0.outputs > 1 && $0.task == .regressor })
  }

  @Test(arguments: files)
  func `a network comes back bit for bit`(file: String) throws {
    guard let model = try plain(file) else { return }
    guard model.weights.outActivation.origin != .assumed else { return }
    let back = try Model(model.bytes(as: .onnx), name: "back.onnx")
    let weights = model.weights
    let meant = try weights.computableArrays(precision: nil)
    let isDouble = back.weights.dtypeName == "float64"
    for (found, meant) in zip(back.weights.layerArrays(in: .sklearn), meant) {
      let meant = isDouble ? try meant.array.converted(to: Double.self) : meant.array
      #expect(found.array.bytes == meant.bytes)
      #expect(found.array.shape == meant.shape)
    }
    #expect(back.weights.layerSizes == weights.layerSizes)
    #expect(back.weights.hiddenActivations == weights.hiddenActivations)
    #expect(back.weights.outActivation == .init(weights.outActivation.activation, .stored))
    #expect(back.labels == model.labels)
    #expect(back.weights.inputTransform == weights.inputTransform)
    #expect(back.weights.outline.featureNames == weights.outline.featureNames)
    #expect(back.isMultilabel == model.isMultilabel)
  }

  @Test func `different activations come back`() throws {
    let model = try model("onnx/torch-script-mixed.onnx")
    let back = try Model(model.bytes(as: .onnx), name: "back.onnx")
    #expect(back.weights.hiddenActivations == [.relu, .tanh, .logistic])
    #expect(back.weights.mlp() == model.weights.mlp())
  }

  @Test(arguments: ["hand-casts", "sklearn-words-double", "torch-script-batchnorm", "hand-pair"])
  func `a graph of another exporter is written again`(name: String) throws {
    let model = try model("onnx/\(name).onnx")
    let back = try Model(model.bytes(as: .onnx), name: "back.onnx")
    #expect(back.labels == model.labels)
    #expect(back.weights.inputTransform?.operations == model.weights.inputTransform?.operations)
    let row = Array(repeating: 0.25, count: model.inputs)
    let (one, other) = (model.weights.mlp(), back.weights.mlp())
    #expect(try one.evaluate(row) == other.evaluate(row))
  }
}
