import MLP
import NPY
import NPZ
import Sklearn
import Testing

struct ArrayPartTests {
  // MARK: Stacks

  @Test(arguments: [
    ("coefs", "intercepts", "coefs[N]", WeightLayout.sklearn),
    ("weights", "biases", "weights[N]", .mlp),
    ("model/coefs", "model/intercepts", "model/coefs[N]", .sklearn),
  ])
  func `a stack is cut along its first axis`(
    _ weights: String, _ biases: String, _ naming: String, _ layout: WeightLayout
  ) throws {
    let found = try SklearnWeights(named([weights: ramp(2, 3, 3), biases: ramp(2, 3)]))
    #expect(found.naming == naming)
    #expect(found.layout == layout)
    #expect(found.layerSizes == [3, 3, 3])
    #expect(try found.layers[0].weights == ramp(3, 3))
    #expect(
      try found.layers[1].weights == NDArray((9..<18).map(Double.init), shape: [3, 3]))
    #expect(try found.layers[1].biases == NDArray((3..<6).map(Double.init)))
  }

  @Test func `a stack keeps its dtype, whatever its order`() throws {
    // Element (l, i, o) of shape (2, 1, 2) is at l + 2 * o in Fortran order.
    let stack = try array(">i2", [2, 1, 2], fortran: true, [0, 1, 0, 3, 0, 2, 0, 4])
    let found = try SklearnWeights(
      named(["coefs": stack.slice(0..<2, shape: [1, 1, 2]), "intercepts": ramp(1, 2)]))
    #expect(try found.layers[0].weights == array(">i2", [1, 2], [0, 1, 0, 2]))
    let wide = try array(
      ">i2", [2, 2, 2], fortran: true, (1...8).flatMap { [0, UInt8($0)] })
    let cut = try SklearnWeights(named(["coefs": wide, "intercepts": ramp(2, 2)]))
    #expect(try cut.layers[0].weights.integers() == [1, 5, 3, 7])
    #expect(try cut.layers[1].weights.integers() == [2, 6, 4, 8])
    #expect(cut.layers[1].weights.dtype.description == ">i2")
  }

  @Test func `an array of other axes is no stack`() throws {
    let found = try SklearnWeights(named(["coefs": ramp(4, 3), "intercepts": ramp(3)]))
    #expect(found.naming == "coefs")
    #expect(found.layerSizes == [4, 3])
    #expect(throws: SklearnError.missingArray("intercepts", besides: "coefs")) {
      try SklearnWeights(named(["coefs": ramp(0, 3, 3)]))
    }
  }

  @Test func `stacks have at most 10,000 layers in all`() throws {
    #expect(throws: SklearnError.missingArray("intercepts", besides: "coefs")) {
      try SklearnWeights(named(["coefs": ramp(10_001, 1, 1)]))
    }
    #expect(throws: SklearnError.missingArray("intercepts[0]", besides: "coefs[0]")) {
      try SklearnWeights(named(["coefs": ramp(5_001, 1, 1), "intercepts": ramp(5_000, 1)]))
    }
    let deepest = try SklearnWeights(
      named(["coefs": ramp(500, 1, 1), "intercepts": ramp(500, 1)]), options: .init(layout: .mlp))
    #expect(deepest.layers.count == 500)
  }

  @Test func `a stack and a layer of its name claim the same place`() throws {
    #expect(throws: SklearnError.doubledArray("coefs[0]", "coefs[0]")) {
      try SklearnWeights(
        named(["coefs": ramp(1, 3, 3), "intercepts": ramp(1, 3), "coefs[0]": ramp(3, 3)]))
    }
  }

  @Test func `an error names the layer of the stack`() throws {
    #expect(throws: SklearnError.missingArray("intercepts[1]", besides: "coefs[1]")) {
      try SklearnWeights(named(["coefs": ramp(2, 3, 3), "intercepts": ramp(1, 3)]))
    }
    var numbers = [Double](repeating: 0, count: 18)
    numbers[14] = .nan
    #expect(throws: SklearnError.notFinite("coefs[1]", value: "nan", index: [1, 2])) {
      try SklearnWeights(
        named(["coefs": NDArray(numbers, shape: [2, 3, 3]), "intercepts": ramp(2, 3)]))
    }
  }

  // MARK: A vector

  @Test func `a vector is all weights and then all biases`() throws {
    let found = try SklearnWeights(
      named(["packed": ramp(23)]), options: .init(layerSizes: [4, 3, 2]))
    #expect(found.layerSizes == [4, 3, 2])
    #expect(found.layout == .sklearn)
    #expect(try found.layers[0].weights == ramp(4, 3))
    #expect(
      try found.layers[1].weights == NDArray((12..<18).map(Double.init), shape: [3, 2]))
    #expect(try found.layers[0].biases == NDArray([18.0, 19, 20]))
    #expect(try found.layers[1].biases == NDArray([21.0, 22]))
  }

  @Test func `a vector may be laid out as outputs and inputs`() throws {
    let found = try SklearnWeights(
      named(["packed": ramp(23)]), options: .init(layout: .mlp, layerSizes: [4, 3, 2]))
    #expect(found.layout == .mlp)
    #expect(try found.layers[0].weights == ramp(3, 4))
    #expect(found.layerSizes == [4, 3, 2])
  }

  @Test func `attributes may stand beside a vector`() throws {
    let found = try SklearnWeights(
      named(["packed": ramp(23), "activation": NDArray(string: "relu"), "classes_": ramp(2)]),
      options: .init(layerSizes: [4, 3, 2]))
    #expect(found.activation == .init(.relu, .stored))
    #expect(found.classes?.labels.count == 2)
  }

  @Test(arguments: [[23], [22], [24], [1, 23], [23, 1], []])
  func `a vector has one axis of just so many numbers`(_ shape: [Int]) throws {
    let stored = try NDArray((0..<shape.reduce(1, *)).map(Double.init), shape: shape)
    let options = SklearnWeights.Options(layerSizes: [4, 3, 2])
    if shape == [23] {
      #expect(try SklearnWeights(named(["v": stored]), options: options).layers.count == 2)
    } else {
      #expect(
        throws: SklearnError.wrongVector("v", shape: shape, sizes: [4, 3, 2], expected: 23)
      ) { try SklearnWeights(named(["v": stored]), options: options) }
    }
  }

  @Test(
    arguments: [
      ([], 0), ([4], 0), ([0, 3], 3), ([4, 0], 0), ([-1, 1], 0), ([Int.max, 2], nil),
      ([1, Int.max], nil), ([.min, .min], nil),
    ] as [([Int], Int?)])
  func `sizes that make no layers are refused`(_ sizes: [Int], _ expected: Int?) throws {
    #expect(
      throws: SklearnError.wrongVector("v", shape: [1], sizes: sizes, expected: expected)
    ) { try SklearnWeights(named(["v": ramp(1)]), options: .init(layerSizes: sizes)) }
  }
}
