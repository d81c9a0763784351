import MLP
import NPY
import NPZ
import Sklearn
import Testing

struct LayerSearchTests {
  @Test func `two orders that fit are an error that names both`() throws {
    #expect(
      throws: SklearnError.severalChains([["W_b", "W_a"], ["W_a", "W_b"]])
    ) { try SklearnWeights(named(["W_a": ramp(3, 4), "W_b": ramp(2, 3)])) }
    // Words decide.
    let found = try SklearnWeights(named(["W_out": ramp(3, 2), "W_in": ramp(4, 3)]))
    #expect(found.layerSizes == [4, 3, 2])
    #expect(try found.layers[0].weights == ramp(4, 3))
  }

  @Test func `layers of one size are told apart by words and numbers`() throws {
    let arrays = named([
      "fc1.weight": try ramp(3, 3), "fc2.weight": try ramp(3, 3), "out.weight": try ramp(2, 3),
      "out.bias": try ramp(2), "fc2.bias": try NDArray([7.0, 8, 9]), "fc1.bias": try ramp(3),
    ])
    let found = try SklearnWeights(arrays)
    #expect(found.layerSizes == [3, 3, 3, 2])
    #expect(try found.layers[1].biases == NDArray([7.0, 8, 9]))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a file made to confuse the search is refused soon`() throws {
    for (matrices, vectors, length) in [(60, 60, 4), (60, 60, 3), (64, 0, 0), (5_000, 0, 0)] {
      func letters(_ number: Int) -> String {
        String(
          "\(number + 10_000)".unicodeScalars.map {
            Character(Unicode.Scalar(UInt8($0.value + 49)))
          })
      }
      let arrays =
        try (0..<matrices).map { NamedArray("W_\(letters($0))q", try ramp(3, 3)) }
        + (0..<vectors).map { NamedArray("b_\(letters($0))r", try ramp(length)) }
      #expect(throws: SklearnError.self) { try SklearnWeights(arrays) }
    }
  }

  @Test func `rows and targets are a data set, and a layer if the caller says so`() throws {
    let rows = try NDArray((0..<24).map { Double($0) / 7 }, shape: [8, 3])
    let labels = try NDArray([0, 1, 2, 0, 1, 2, 0, 1] as [Int64])
    let data = SklearnError.dataSet(rows: "arr_0", shape: [8, 3], targets: "arr_1")
    let arrays = named(["arr_0": rows, "arr_1": labels])
    #expect(throws: data) { try SklearnWeights(arrays) }
    let layer = try SklearnWeights(arrays, options: .init(outActivation: .softmax))
    #expect(layer.layerSizes == [3, 8])
    #expect(throws: SklearnError.dataSet(rows: "images", shape: [8, 3], targets: "labels")) {
      try SklearnWeights(named(["images": rows, "labels": labels]))
    }
  }
}
