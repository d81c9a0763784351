import MLP
import NPY
import NPZ
import Sklearn
import Testing

struct WeightsPlanTests {
  // MARK: Numbered arrays

  @Test func `one layer of numbered arrays`() throws {
    let found = try SklearnWeights(named(["arr_0": ramp(4, 3), "arr_1": ramp(3)]))
    #expect(found.layerSizes == [4, 3])
    #expect(found.naming == "arr_N")
  }

  @Test func `numbered arrays are taken in the order of their numbers`() throws {
    // Seven layers, so that arr_10 comes after arr_9 and not after arr_1.
    let weights = try (0..<7).map { try ramp($0 + 1, $0 + 2) }
    let biases = try (0..<7).map { try ramp($0 + 2) }
    let blocks = weights + biases
    let turns = zip(weights, biases).flatMap { [$0, $1] }
    for order in [blocks, turns] {
      let arrays = order.enumerated().map { NamedArray("arr_\($0)", $1) }
      let found = try SklearnWeights(arrays.sorted { $0.name < $1.name })
      #expect(found.layers.map(\.weights) == weights)
      #expect(found.layers.map(\.biases) == biases)
    }
  }

  @Test(arguments: [
    ["arr_1", "arr_2", "arr_3", "arr_4"], ["arr_0", "arr_1", "arr_3", "arr_4"],
  ])
  func `a gap in the numbers is an array that is missing`(_ names: [String]) throws {
    let arrays = zip(names, [try ramp(4, 3), try ramp(3), try ramp(3, 2), try ramp(2)])
    let (gap, next) = names[0] == "arr_1" ? ("arr_0", "arr_1") : ("arr_2", "arr_3")
    #expect(throws: SklearnError.missingArray(gap, besides: next)) {
      try SklearnWeights(arrays.map(NamedArray.init))
    }
  }

  @Test func `numbered arrays in no known order are refused`() throws {
    let (w0, b0, w1, b1) = (try ramp(4, 3), try ramp(3), try ramp(3, 2), try ramp(2))
    for order in [
      [w0, b0, b1, w1], [w0, w1, b0], [w0], [b0], [w0, w1, w1],
    ] {
      let arrays = order.enumerated().map { NamedArray("arr_\($0)", $1) }
      #expect(throws: SklearnError.unknownOrder(found: arrays.map(\.name))) {
        try SklearnWeights(arrays)
      }
    }
  }

  @Test func `numbered arrays are in the one order that their shapes allow`() throws {
    let (w0, b0, w1, b1) = (try ramp(4, 3), try ramp(3), try ramp(3, 2), try ramp(2))
    for order in [
      [b0, w0, b1, w1], [b0, b1, w0, w1], [w0, w1, try ramp(1, 3), try ramp(1, 2)],
      [try ramp(3, 1), w0, try ramp(2, 1), w1],
      [try NDArray([Int64(4), 3, 2]), w0, b0, w1, b1, try NDArray([60], shape: [])],
    ] {
      let found = try SklearnWeights(order.enumerated().map { NamedArray("arr_\($0)", $1) })
      #expect(found.layers.map(\.weights) == [w0, w1])
      #expect(found.layers.map(\.biases) == [b0, b1])
      #expect(found.naming == "arr_N")
    }
    let bare = try SklearnWeights(named(["arr_0": w0, "arr_1": w1]))
    #expect(bare.layers.map(\.biases) == [try zeros(3), try zeros(2)])
    #expect(bare.notes == ["no biases are stored: all of them are 0"])
  }

  @Test func `biases before weights in rising order do not chain`() throws {
    // Blocks, but of the layers from last to first.
    #expect(throws: SklearnError.self) {
      try SklearnWeights(
        named(["arr_0": ramp(3, 2), "arr_1": ramp(4, 3), "arr_2": ramp(2), "arr_3": ramp(3)]))
    }
  }

  // MARK: Missing, surplus and doubled arrays

  @Test(arguments: ["coefs_0", "coefs_1", "intercepts_0", "intercepts_1"])
  func `a missing array is named, and one beside it`(_ name: String) throws {
    let other = name.hasPrefix("coefs") ? "intercepts_" : "coefs_"
    #expect(
      throws: SklearnError.missingArray(name, besides: other + name.suffix(1))
    ) { try SklearnWeights(network([name: nil])) }
  }

  @Test func `a gap in the layers is an array that is missing`() throws {
    #expect(throws: SklearnError.missingArray("coefs_2", besides: "coefs_0")) {
      try SklearnWeights(network(["coefs_3": ramp(2, 2), "intercepts_3": ramp(2)]))
    }
    #expect(throws: SklearnError.missingArray("m/coefs_1", besides: "m/coefs_2")) {
      try SklearnWeights(named(["m/coefs_2": ramp(4, 3), "m/intercepts_2": ramp(3)]))
    }
    #expect(throws: SklearnError.missingArray("intercepts_0", besides: "coefs_0")) {
      try SklearnWeights(named(["coefs_0": ramp(4, 3), "intercepts_1": ramp(3)]))
    }
  }

  @Test func `layers that are counted with gaps need both their arrays`() throws {
    #expect(throws: SklearnError.missingArray("2.bias", besides: "2.weight")) {
      try SklearnWeights(
        named(["0.weight": ramp(3, 4), "0.bias": ramp(3), "2.weight": ramp(2, 3)]))
    }
    #expect(throws: SklearnError.missingArray("dense/kernel", besides: "dense/bias")) {
      try SklearnWeights(
        named(["dense/bias": ramp(3), "dense_1/kernel": ramp(3, 2), "dense_1/bias": ramp(2)]))
    }
  }

  @Test func `two arrays for one place are refused`() throws {
    for (first, name, array) in [
      ("coefs_0", "W0", try ramp(4, 3)), ("coefs_0", "weights_0", try ramp(3, 4)),
      ("intercepts_0", "intercepts_0_", try ramp(3)), ("coefs_0", "coefs_00", try ramp(4, 3)),
      ("coefs_0", "Coefs0", try ramp(4, 3)),
    ] {
      #expect(throws: SklearnError.doubledArray(first, name)) {
        try SklearnWeights(network([name: array]))
      }
    }
    #expect(throws: SklearnError.surplusArray("arr_0")) {
      try SklearnWeights(network(["arr_0": ramp(4, 3)]))
    }
  }

  @Test func `two names for one layer are refused`() throws {
    #expect(throws: SklearnError.doubledArray("dense/kernel", "dense_0/kernel")) {
      try SklearnWeights(
        named([
          "dense/kernel": ramp(4, 3), "dense/bias": ramp(3), "dense_0/kernel": ramp(4, 3),
        ]))
    }
    #expect(throws: SklearnError.missingArray("dense_0/weight", besides: "dense_0/bias")) {
      try SklearnWeights(
        named(["dense/bias": ramp(3), "dense_0/bias": ramp(3), "dense/kernel": ramp(4, 3)]))
    }
  }

  @Test(arguments: ["coefs_0", "intercepts_1"])
  func `one name for two arrays is refused`(_ name: String) throws {
    let arrays = try network() + named([name: ramp(4, 3)])
    #expect(throws: SklearnError.doubledArray(name, name)) { try SklearnWeights(arrays) }
  }

  @Test func `one number for two arrays is refused`() throws {
    #expect(throws: SklearnError.doubledArray("arr_0", "arr_0")) {
      try SklearnWeights(named(["arr_0": ramp(4, 3), "arr_1": ramp(3), "arr_0": ramp(4, 3)]))
    }
  }

  @Test func `an attribute under two names is refused`() throws {
    for (one, other) in [
      ("activation", "activation_"), ("classes_", "classes"), ("n_layers_", "n_layers"),
      ("loss_", "loss"),
    ] {
      #expect(throws: SklearnError.doubledArray(one, other)) {
        try SklearnWeights(network([one: ramp(1), other: ramp(1)]))
      }
    }
  }

  @Test(arguments: [
    ("coefs", "biases"), ("coefs_", "intercepts_"), ("intercepts", "x"), ("arr_0", "arr_1"),
    ("coefs_0", "intercepts_0"),
  ])
  func `arrays of objects that hold the layers say why they cannot be read`(
    _ name: String, _ beside: String
  ) throws {
    let objects = try NPYHeader(
      dtype: #require(DType(.object, itemSize: 8)), shape: name == "coefs_0" ? [4, 3] : [2])
    let error = try #require(throws: SklearnError.self) {
      try weights(
        headers: [(name, .success(objects)), (beside, .success(ramp(3).header))]) { _ in try ramp(3)
        }
    }
    guard case .unreadable(name, .unsupportedDType("'|O'", _)) = error else {
      Issue.record("\(error)")
      return
    }
  }

  // MARK: Prefixes

  @Test func `a prefix chooses one network of several`() throws {
    let first = try network().map { NamedArray("a/" + $0.name, $0.array) }
    let second = named(["b.W0": try ramp(2, 1), "b.b0": try ramp(1), "b.classes": try ramp(2)])
    #expect(throws: SklearnError.severalModels(prefixes: ["a/", "b."])) {
      try SklearnWeights(first + second)
    }
    #expect(throws: SklearnError.severalModels(prefixes: ["", "a/"])) {
      try SklearnWeights(network() + first)
    }
    let one = try SklearnWeights(first + second, options: .init(prefix: "a/"))
    #expect(one.naming == "a/coefs_N")
    let other = try SklearnWeights(first + second, options: .init(prefix: "b"))
    #expect(other.naming == "b.WN")
    #expect(other.layerSizes == [2, 1])
    #expect(other.classes?.labels.count == 2)
    #expect(throws: SklearnError.self) {
      try SklearnWeights(first + second, options: .init(prefix: "c"))
    }
  }

  @Test func `attributes may stand under the prefix or beside it`() throws {
    let prefixed = try network().map { NamedArray("model/" + $0.name, $0.array) }
    for name in ["activation", "model/activation", "model/activation_"] {
      let found = try SklearnWeights(prefixed + named([name: NDArray(string: "tanh")]))
      #expect(found.activation == .init(.tanh, .stored))
    }
    #expect(throws: SklearnError.doubledArray("activation", "model/activation")) {
      try SklearnWeights(
        prefixed
          + named([
            "activation": NDArray(string: "tanh"), "model/activation": NDArray(string: "tanh"),
          ]))
    }
  }

  // MARK: WeightLayout

  @Test func `square layers under a neutral name need an option`() throws {
    let arrays = named([
      "W0": try ramp(3, 3), "b0": try ramp(3), "W1": try ramp(3, 3), "b1": try ramp(3),
    ])
    #expect(throws: SklearnError.ambiguousLayout(shapes: [[3, 3], [3, 3]])) {
      try SklearnWeights(arrays)
    }
    let sklearn = try SklearnWeights(arrays, options: .init(layout: .sklearn))
    let mlp = try SklearnWeights(arrays, options: .init(layout: .mlp))
    #expect(sklearn.layers[0].weights == mlp.layers[0].weights)
    #expect(sklearn.mlp().layers[0].weights == [0, 3, 6, 1, 4, 7, 2, 5, 8] as ContiguousArray)
    #expect(mlp.mlp().layers[0].weights == [0, 1, 2, 3, 4, 5, 6, 7, 8] as ContiguousArray)
  }

  @Test func `one layer that is not square decides for all`() throws {
    let found = try SklearnWeights(
      named(["W0": ramp(3, 3), "b0": ramp(3), "W1": ramp(2, 3), "b1": ramp(2)]))
    #expect(found.layout == .mlp)
  }

  @Test func `the biases decide where the chain fits both ways`() throws {
    // 4-3-4 and 3-4-3 chain alike.
    for (first, second, layout) in [(3, 4, WeightLayout.sklearn), (4, 3, .mlp)] {
      let found = try SklearnWeights(
        named(["W0": ramp(4, 3), "b0": ramp(first), "W1": ramp(3, 4), "b1": ramp(second)]))
      #expect(found.layout == layout)
    }
  }

  @Test func `a name decides against the shapes, and an option against the name`() throws {
    let transposed = try network().map { item in
      NamedArray(item.name, item.array.shape.count == 2 ? item.array.transposed() : item.array)
    }
    #expect(
      throws: SklearnError.layersDoNotChain(
        first: "coefs_0", firstShape: [3, 4], outputs: 4, second: "coefs_1", secondShape: [2, 3],
        inputs: 2, layout: .sklearn)
    ) {
      // The first layer's biases are looked at first: give it those that fit.
      var arrays = transposed
      arrays[1] = NamedArray("intercepts_0", try ramp(4))
      _ = try SklearnWeights(arrays)
    }
    let found = try SklearnWeights(transposed, options: .init(layout: .mlp))
    #expect(found.layout == .mlp)
    #expect(found.notes == [])
    // Where only one of the layouts fits, no option is needed.
    let noted = try SklearnWeights(transposed)
    #expect(noted.layout == .mlp)
    #expect(noted.notes.count == 1)
    #expect(try found.arrays(in: .sklearn) == SklearnWeights(network()).arrays(in: .sklearn))
    #expect(throws: SklearnError.self) {
      try SklearnWeights(network(), options: .init(layout: .mlp))
    }
  }

  @Test func `layers that fit neither way are refused`() throws {
    #expect(
      throws: SklearnError.biasesDoNotFit(
        weights: "W0", shape: [4, 3], outputs: 3, biases: "b0", found: 5, layout: .sklearn)
    ) { try SklearnWeights(named(["W0": ramp(4, 3), "b0": ramp(5)])) }
  }

  // MARK: Shapes and dtypes

  @Test(arguments: [[], [12], [2, 2, 3], [1, 4, 3]])
  func `weights are a matrix`(_ shape: [Int]) throws {
    let stored = try NDArray((0..<shape.reduce(1, *)).map(Double.init), shape: shape)
    #expect(throws: SklearnError.wrongAxes("coefs_0", shape: shape, expected: "a matrix")) {
      try SklearnWeights(network(["coefs_0": stored]))
    }
  }

  @Test(arguments: [[], [3, 3], [1, 1, 3], [3, 1, 1]])
  func `biases are a vector`(_ shape: [Int]) throws {
    let stored = try NDArray((0..<shape.reduce(1, *)).map(Double.init), shape: shape)
    #expect(throws: SklearnError.wrongAxes("intercepts_0", shape: shape, expected: "a vector")) {
      try SklearnWeights(network(["intercepts_0": stored]))
    }
  }

  @Test(arguments: [[3], [1, 3], [3, 1]])
  func `biases as a row or a column are a vector`(_ shape: [Int]) throws {
    for stored in [
      try NDArray([5.0, 6, 7], shape: shape),
      try array("<f8", shape, fortran: true, NDArray([5.0, 6, 7]).bytes),
    ] {
      let found = try SklearnWeights(network(["intercepts_0": stored]))
      #expect(try found.layers[0].biases == NDArray([5.0, 6, 7]))
    }
  }

  @Test(arguments: [[1], [1, 1]])
  func `one bias as a matrix is a vector`(_ shape: [Int]) throws {
    let found = try SklearnWeights(
      named(["coefs_0": ramp(4, 1), "intercepts_0": NDArray([5.0], shape: shape)]))
    #expect(try found.layers[0].biases == NDArray([5.0]))
  }

  @Test(arguments: [[0, 3], [4, 0], [0, 0], [0, 1_000_000_000_000]])
  func `a layer of no inputs or no outputs is refused`(_ shape: [Int]) throws {
    #expect(throws: SklearnError.emptyLayer("coefs_0", shape: shape)) {
      try SklearnWeights(network(["coefs_0": NDArray([Double](), shape: shape)]))
    }
  }

  @Test(arguments: ["|b1", "<c8", ">c16", "|S3", "<U2", "<M8[ns]", "|V4"])
  func `weights and biases are real numbers`(_ code: String) throws {
    let dtype = try DType(code)
    let weights = try array(code, [4, 3], repeatElement(0, count: 12 * dtype.itemSize))
    #expect(throws: SklearnError.notReal("coefs_0", dtype: code)) {
      try SklearnWeights(network(["coefs_0": weights]))
    }
    let biases = try array(code, [2], repeatElement(0, count: 2 * dtype.itemSize))
    #expect(throws: SklearnError.notReal("intercepts_1", dtype: code)) {
      try SklearnWeights(network(["intercepts_1": biases]))
    }
  }

  @Test func `no data is read of arrays that are no network`() throws {
    let huge = try NPYHeader(dtype: Double.dtype, shape: [1_000_000_000_000, 7])
    var read: [Int] = []
    #expect(throws: SklearnError.self) {
      try weights(
        headers: [("coefs_0", .success(huge)), ("intercepts_0", .success(ramp(3).header))]) {
          index in
          read.append(index)
          return try ramp(3)
        }
    }
    #expect(read == [])
  }

  @Test func `each array of the network is read once, and no other`() throws {
    let arrays = try network([
      "loss_curve_": ramp(60), "activation": NDArray(string: "relu"),
      "n_layers_": NDArray([Int64(3)]),
    ])
    var read: [Int] = []
    _ = try weights(
      headers: arrays.map { ($0.name, .success($0.array.header)) }
    ) { index in
      read.append(index)
      return arrays[index].array
    }
    #expect(read.sorted() == [0, 1, 2, 3, 5, 6])
  }
}
