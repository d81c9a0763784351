import Coefs
import TestSupport
import Testing

/// The law of ``DamageTests`` for networks as JSON texts, which have no checksum.
@Suite struct JSONDamageTests {
  @Test(
    .workLimit(minutes: 60),
    arguments: [
      "sklearn-json-text.json", "porter-regressor.json", "layers.json", "flat.json", "scaler.json",
      "camel.json",
    ])
  func `a damaged text is refused or is a network that computes`(file: String) throws {
    try Damage.demandLaw("json-models/" + file, numbers: [], every: 2) { damaged, damage in
      guard let weights = try? Model(damaged, name: "damaged").weights else { return nil }
      // What is cut off of a text is more than blanks.
      if case .cut = damage { return "it is read although it is cut" }
      let network = weights.mlp()
      guard
        let output = try? network.evaluate(Array(repeating: 0.5, count: network.inputs)),
        output.count == weights.layerSizes.last
      else { return "it does not compute" }
      return nil
    }
  }

  @Test func `texts that are large for nothing are refused at once`() {
    let deep = ContiguousArray(String(repeating: "[", count: 1_000_000).utf8)
    #expect((try? Model(deep, name: "deep")) == nil)
    let wide = ContiguousArray(("[" + String(repeating: "{},", count: 3_000_000) + "{}]").utf8)
    #expect((try? Model(wide, name: "wide")) == nil)
    let rows = ContiguousArray(("[" + String(repeating: "[1],", count: 1_000_000) + "[1]]").utf8)
    #expect((try? Model(rows, name: "rows")) == nil)
    let key = String(repeating: "k", count: 900)
    let named = (0..<30_000).map { "\"\($0)\": [1]" }.joined(separator: ", ")
    let long = ContiguousArray("{\"\(key)\": {\"\(key)\": {\(named)}}}".utf8)
    #expect((try? Model(long, name: "long")) == nil)
  }
}
