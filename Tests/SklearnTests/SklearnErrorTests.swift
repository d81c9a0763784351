import NPY
import NPZ
import Sklearn
import Testing

/// One test for each way in which arrays are not a network.
struct SklearnErrorTests {
  private func expect(
    _ error: SklearnError, _ text: String, from arrays: [NamedArray],
    _ options: SklearnWeights.Options = .init(), _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: location) {
      _ = try SklearnWeights(arrays, options: options)
    }
    #expect(error.description.contains(text), sourceLocation: location)
  }

  @Test func `no weights`() throws {
    expect(
      .noWeights(found: ["x", "y"]), "(x, y)",
      from: [NamedArray("x", try zeros(2, 2)), NamedArray("y", try zeros(2))])
    expect(.noWeights(found: []), "there are none", from: [])
  }

  @Test func `an array too many`() throws {
    expect(.surplusArray("extra"), "'extra'", from: try network(["extra": zeros(1)]))
  }

  @Test func `an array too few`() throws {
    expect(
      .missingArray("intercepts_1", besides: "coefs_1"), "'intercepts_1' is missing",
      from: try network(["intercepts_1": nil]))
    expect(
      .missingArray("coefs_0", besides: "intercepts_0"), "'coefs_0' is missing",
      from: try network(["coefs_0": nil]))
    expect(
      .missingArray("coefs_2", besides: "coefs_0"), "'coefs_2'",
      from: try network(["coefs_3": zeros(2, 2), "intercepts_3": zeros(2)]))
  }

  @Test func `two names for one layer`() throws {
    expect(
      .doubledArray("W0", "coefs_0"), "'W0' and 'coefs_0'", from: try network(["W0": zeros(4, 3)]))
    expect(
      .doubledArray("activation", "activation_"), "'activation' and 'activation_'",
      from: try network([
        "activation": NDArray(string: "relu"), "activation_": NDArray(string: "relu"),
      ]))
  }

  @Test func `layers that do not chain`() throws {
    expect(
      .layersDoNotChain(
        first: "coefs_0", firstShape: [4, 3], outputs: 3, second: "coefs_1", secondShape: [5, 2],
        inputs: 5, layout: .sklearn),
      "'coefs_0' (4, 3) has 3 outputs, but 'coefs_1' (5, 2) takes 5 inputs",
      from: try network(["coefs_1": zeros(5, 2)]))
  }

  @Test func `biases that do not fit`() throws {
    expect(
      .biasesDoNotFit(
        weights: "coefs_0", shape: [4, 3], outputs: 3, biases: "intercepts_0", found: 4,
        layout: .sklearn),
      "has 3 outputs, but 'intercepts_0' holds 4 biases",
      from: try network(["intercepts_0": zeros(4)]))
  }

  @Test func `square layers under neutral names`() throws {
    let error = SklearnError.ambiguousLayout(shapes: [[2, 2]])
    expect(
      error, "--layout sklearn",
      from: [
        NamedArray("W0", try zeros(2, 2)), NamedArray("b0", try zeros(2)),
      ])
  }

  @Test func `arrays in no known order`() throws {
    expect(
      .unknownOrder(found: ["arr_0", "arr_1", "arr_2"]), "np.savez(file, *coefs, *intercepts)",
      from: [
        NamedArray("arr_0", try zeros(2, 3)), NamedArray("arr_1", try zeros(3)),
        NamedArray("arr_2", try zeros(3)),
      ])
    expect(
      .missingArray("arr_1", besides: "arr_2"), "'arr_1'",
      from: [NamedArray("arr_0", try zeros(2, 3)), NamedArray("arr_2", try zeros(3))])
  }

  @Test func `weights that are no matrix, biases that are no vector`() throws {
    expect(
      .wrongAxes("coefs_0", shape: [12], expected: "a matrix"), "(12,)",
      from: try network(["coefs_0": zeros(12)]))
    expect(
      .wrongAxes("intercepts_0", shape: [3, 3], expected: "a vector"), "(3, 3)",
      from: try network(["intercepts_0": zeros(3, 3)]))
  }

  @Test func `a layer without inputs`() throws {
    expect(
      .emptyLayer("coefs_0", shape: [0, 3]), "(0, 3)", from: try network(["coefs_0": zeros(0, 3)]))
  }

  @Test func `weights that are no real numbers`() throws {
    expect(
      .notReal("intercepts_1", dtype: "<U1"), "<U1",
      from: try network(["intercepts_1": NDArray(strings: ["a", "b"])]))
    expect(
      .notReal("intercepts_1", dtype: "|b1"), "|b1",
      from: try network(["intercepts_1": NDArray([true, false])]))
    let complex = try NPYHeader(dtype: DType("<c16"), shape: [2])
    expect(
      .notReal("intercepts_1", dtype: "<c16"), "<c16",
      from: try network([
        "intercepts_1": NDArray(header: complex, bytes: ContiguousArray(repeating: 0, count: 32))
      ]))
  }

  @Test func `NaN and infinities, with their place`() throws {
    var values = [Double](repeating: 0, count: 12)
    values[7] = .nan
    expect(
      .notFinite("coefs_0", value: "nan", index: [2, 1]), "nan at (2, 1)",
      from: try network(["coefs_0": NDArray(values, shape: [4, 3])]))
    expect(
      .notFinite("intercepts_1", value: "-inf", index: [1]), "-inf at (1,)",
      from: try network(["intercepts_1": NDArray([0, -Double.infinity])]))
  }

  @Test func `an activation nobody knows`() throws {
    expect(
      .unknownActivation(
        "activation", value: "swish", known: ["identity", "logistic", "tanh", "relu"]),
      "'swish', which is not one of identity, logistic, tanh, relu",
      from: try network(["activation": NDArray(string: "swish")]))
    let hidden = try #require(throws: SklearnError.self) {
      _ = try SklearnWeights(network(["activation": NDArray(string: "softmax")]))
    }
    #expect(hidden.description.contains("'softmax'"))
    let outer = try #require(throws: SklearnError.self) {
      _ = try SklearnWeights(network(["out_activation": NDArray(string: "relu")]))
    }
    #expect(outer.description.contains("'out_activation' is 'relu'"))
  }

  @Test func `an activation that is no name`() throws {
    let error = try #require(throws: SklearnError.self) {
      _ = try SklearnWeights(network(["activation": zeros(1)]))
    }
    #expect(error.description == "array 'activation' of dtype <f8 and shape (1,) is not one name")
  }

  @Test func `classes that do not fit the outputs`() throws {
    expect(
      .contradiction("classes", value: "a list of 3 classes", with: "the last layer has 2 outputs"),
      "3 classes, but the last layer has 2 outputs", from: try network(["classes": zeros(3).ramp]))
    let regressor = try #require(throws: SklearnError.self) {
      _ = try SklearnWeights(
        network(["classes": zeros(2).ramp, "out_activation": NDArray(string: "identity")]))
    }
    #expect(regressor.description.contains("regressor"))
  }

  @Test func `a class twice`() throws {
    expect(
      .badAttribute("classes", problem: "holds the class 0.0 twice"), "0.0 twice",
      from: try network(["classes": zeros(2)]))
  }

  @Test(
    arguments: [
      ("n_layers_", 4, "the weights make 3 layers"),
      ("n_outputs_", 3, "the last layer has 2 outputs"),
      ("n_features_in_", 5, "the first layer takes 4 inputs"),
      ("hidden_layer_sizes", 9, "the hidden layers have sizes (3,)"),
    ] as [(String, Int64, String)])
  func `what contradicts the weights`(_ name: String, _ value: Int64, _ fact: String) throws {
    expect(
      .contradiction(name, value: "\(value)", with: fact), "is \(value), but \(fact)",
      from: try network([name: NDArray([value])]))
  }

  @Test func `several networks in one file`() throws {
    let arrays = try network().flatMap { item in
      ["a/", "b/"].map { NamedArray($0 + item.name, item.array) }
    }
    expect(.severalModels(prefixes: ["a/", "b/"]), "--prefix", from: arrays)
    let one = try SklearnWeights(arrays, options: .init(prefix: "b/"))
    #expect(one.naming == "b/coefs_N")
  }

  @Test func `a vector of the wrong length`() throws {
    expect(
      .wrongVector("params", shape: [10], sizes: [4, 3, 2], expected: 23), "a vector of 23 numbers",
      from: [NamedArray("params", try zeros(10))], .init(layerSizes: [4, 3, 2]))
    expect(
      .noVector(found: ["a", "b"]), "2 arrays",
      from: [NamedArray("a", try zeros(23)), NamedArray("b", try zeros(1))],
      .init(layerSizes: [4, 3, 2]))
    expect(
      .wrongVector("params", shape: [10], sizes: [Int.max, 3], expected: nil),
      "more numbers than can be counted", from: [NamedArray("params", try zeros(10))],
      .init(layerSizes: [Int.max, 3]))
  }
}

extension NDArray {
  /// 0, 1, 2, … as many as the array has elements.
  fileprivate var ramp: NDArray {
    get throws { try NDArray((0..<count).map { Double($0) }) }
  }
}
