import Coefs
import TestSupport
import Testing

/// Networks through each pair of formats, and back in both.
@Suite struct FormatPairsTests {
  private static let formats = FileFormat.writable.filter(\.isReadable)

  private static let names = [
    "multiclass", "binary", "multilabel", "multilabel-two", "regressor", "regressor-multi",
    "poisson", "float32", "deep", "strings", "boolean", "big-integers",
  ]

  /// The options for a format: with a self-check, where it carries one.
  private static func options(_ format: FileFormat) -> Model.WriteOptions {
    Model.WriteOptions(selfCheck: format == .skops ? nil : .count(2))
  }

  @Test func `there are pairs`() {
    #expect(Self.formats.count >= 5)
  }

  @Test(arguments: formats, formats)
  func `a network is the same after two formats, and its self-check is replayed in each`(
    first: FileFormat, second: FileFormat
  ) throws {
    for name in Self.names {
      let model = try model("estimators/1.9.1/\(name).joblib")
      let once = try Model(model.bytes(as: first, options: Self.options(first)), name: name)
      let twice = try Model(once.bytes(as: second, options: Self.options(second)), name: name)
      for (found, format) in [(once, first), (twice, second)] {
        #expect(
          found.weights.layerArrays(in: .mlp).map(\.array)
            == model.weights.layerArrays(in: .mlp).map(\.array), "\(name)")
        #expect(found.weights.activation.activation == model.weights.activation.activation)
        #expect(found.weights.outActivation.activation == model.weights.outActivation.activation)
        #expect(found.labels == model.labels, "\(name)")
        #expect(
          found.weights.inputTransform?.operations == model.weights.inputTransform?.operations)
        if format != .skops {
          let result = try found.replaySelfCheck()
          #expect(result.bitEqual == result.outputs, "\(name)")
        }
      }
    }
  }
}
