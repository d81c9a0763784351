import NPY
import NPZ
import Sklearn
import Testing

struct LayoutTests {
  @Test func `the other layout is the other one`() {
    #expect(WeightLayout.sklearn.transposed == .mlp)
    #expect(WeightLayout.mlp.transposed == .sklearn)
    #expect(WeightLayout.allCases.map(\.rawValue) == ["sklearn", "mlp"])
  }

  @Test func `a layout says which axis is the inputs`() throws {
    let arrays = named(["W0": try ramp(4, 3), "b0": try ramp(3)])
    let sklearn = try SklearnWeights(arrays)
    #expect(sklearn.layout == .sklearn)
    #expect(sklearn.layerSizes == [4, 3])
    let mlp = try SklearnWeights(named(["W0": try ramp(4, 3), "b0": try ramp(4)]))
    #expect(mlp.layout == .mlp)
    #expect(mlp.layerSizes == [3, 4])
  }
}
