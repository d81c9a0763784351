import NPY
import NPZ
import Sklearn
import Testing

/// One test for each case: what makes it, and the sentence it is.
struct SklearnErrorTests {
  private func expect(
    _ error: SklearnError, _ sentence: String, from arrays: [NamedArray],
    _ options: SklearnWeights.Options = .init(), _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: location) {
      try SklearnWeights(arrays, options: options)
    }
    #expect(error.description == sentence, sourceLocation: location)
  }

  @Test func noWeights() throws {
    expect(
      .noWeights(found: ["x", "y"]),
      "no weights: none of the arrays (x, y) has a name like coefs_0, weights_0, W0 or arr_0",
      from: named(["x": try ramp(2, 2), "y": try ramp(2)]))
    expect(
      .noWeights(found: []),
      "no weights: none of the arrays (none found) has a name like coefs_0, weights_0, W0 or "
        + "arr_0",
      from: [])
    // A file of many arrays does not make a sentence of many pages.
    let many = (0..<1_000).map { "x\($0)" }
    #expect(
      SklearnError.noWeights(found: many).description.contains("(x0, x1, x2, x3, x4, x5, …)"))
    #expect(!SklearnError.noWeights(found: Array(many[..<6])).description.contains("…"))
  }

  @Test func surplusArray() throws {
    expect(
      .surplusArray("extra"), "array 'extra' belongs to no layer",
      from: try network(["extra": ramp(1)]))
  }

  @Test func missingArray() throws {
    expect(
      .missingArray("intercepts_1", besides: "coefs_1"),
      "array 'intercepts_1' is missing next to 'coefs_1'",
      from: try network(["intercepts_1": nil]))
  }

  @Test func loneArray() {
    #expect(
      SklearnError.loneArray.description
        == "one array alone is no network: the biases are missing, or the sizes of the layers in it"
    )
  }

  @Test func noVector() throws {
    expect(
      .noVector(found: ["a", "b"]),
      "sizes of layers cut one vector into layers, but there are 2 arrays (a, b)",
      from: named(["a": try ramp(23), "b": try ramp(1)]), .init(layerSizes: [4, 3, 2]))
    expect(
      .noVector(found: []),
      "sizes of layers cut one vector into layers, but there are 0 arrays (none found)",
      from: named(["classes": try ramp(2)]), .init(layerSizes: [4, 3, 2]))
  }

  @Test func wrongVector() throws {
    expect(
      .wrongVector("v", shape: [10], sizes: [4, 3, 2], expected: 23),
      "array 'v' has shape (10,); layers of sizes 4, 3, 2 take a vector of 23 values",
      from: named(["v": try ramp(10)]), .init(layerSizes: [4, 3, 2]))
    expect(
      .wrongVector("v", shape: [10], sizes: [.max, 3], expected: nil),
      "array 'v' has shape (10,); layers of sizes 9223372036854775807, 3 take more values than "
        + "can be counted",
      from: named(["v": try ramp(10)]), .init(layerSizes: [.max, 3]))
  }

  @Test func severalModels() throws {
    let one = try network()
    let other = one.map { NamedArray("best/" + $0.name, $0.array) }
    expect(
      .severalModels(prefixes: ["", "best/"]),
      "several networks, under no prefix and 'best/'", from: one + other)
  }

  @Test func doubledArray() throws {
    expect(
      .doubledArray("coefs_0", "W0"),
      "arrays 'coefs_0' and 'W0' claim the same place",
      from: try network(["W0": ramp(4, 3)]))
  }

  @Test func unknownOrder() throws {
    expect(
      .unknownOrder(found: ["arr_0", "arr_1", "arr_2"]),
      "the arrays arr_0, arr_1, arr_2 are neither np.savez(file, *coefs, *intercepts) nor weights "
        + "and biases in turn",
      from: named(["arr_0": try ramp(2, 3), "arr_1": try ramp(3), "arr_2": try ramp(3)]))
  }

  @Test func wrongAxes() throws {
    expect(
      .wrongAxes("coefs_0", shape: [12], expected: "a matrix"),
      "array 'coefs_0' has shape (12,), not a matrix", from: try network(["coefs_0": ramp(12)]))
    expect(
      .wrongAxes("intercepts_0", shape: [3, 3], expected: "a vector"),
      "array 'intercepts_0' has shape (3, 3), not a vector",
      from: try network(["intercepts_0": ramp(3, 3)]))
  }

  @Test func emptyLayer() throws {
    expect(
      .emptyLayer("coefs_0", shape: [0, 3]),
      "array 'coefs_0' has shape (0, 3): a layer needs inputs and outputs",
      from: try network(["coefs_0": ramp(0, 3)]))
  }

  @Test func notReal() throws {
    expect(
      .notReal("coefs_1", dtype: "<c16"),
      "array 'coefs_1' has dtype <c16; weights are integers or floating-point numbers",
      from: try network(["coefs_1": array("<c16", [3, 2], repeatElement(0, count: 96))]))
    expect(
      .notReal("coefs_1", dtype: "|V2"),
      "array 'coefs_1' has dtype |V2; weights are integers or floating-point numbers; perhaps a "
        + "bfloat16 of ml_dtypes, saved without its name: save it as float32",
      from: try network(["coefs_1": array("|V2", [3, 2], repeatElement(0, count: 12))]))
  }

  @Test func unreadable() throws {
    let cause = NPYError.unsupportedDType(descr: "'|O'", reason: "it holds Python objects")
    let error = SklearnError.unreadable("coefs_0", cause)
    #expect(throws: error) {
      try weights(
        headers: [("coefs_0", .failure(cause)), ("intercepts_0", .success(ramp(3).header))]) { _ in
          try ramp(3)
        }
    }
    #expect(
      error.description
        == "array 'coefs_0': dtype '|O' cannot be read: it holds Python objects")
  }

  @Test func notFinite() throws {
    var values = [Double](repeating: 0, count: 12)
    values[7] = .nan
    expect(
      .notFinite("coefs_0", value: "nan", index: [2, 1]),
      "array 'coefs_0' holds nan at (2, 1); the training has diverged or the file is damaged",
      from: try network(["coefs_0": NDArray(values, shape: [4, 3])]))
    expect(
      .notFinite("intercepts_1", value: "-inf", index: [1]),
      "array 'intercepts_1' holds -inf at (1,); the training has diverged or the file is damaged",
      from: try network(["intercepts_1": NDArray([0, -Double.infinity])]))
  }

  @Test func biasesDoNotFit() throws {
    expect(
      .biasesDoNotFit(
        weights: "coefs_0", shape: [4, 3], outputs: 3, biases: "intercepts_0", found: 4,
        layout: .sklearn),
      "'coefs_0' (4, 3) has 3 outputs, but 'intercepts_0' holds 4 biases (read as inputs × "
        + "outputs)",
      from: try network(["intercepts_0": ramp(4)]))
  }

  @Test func layersDoNotChain() throws {
    expect(
      .layersDoNotChain(
        first: "coefs_0", firstShape: [4, 3], outputs: 3, second: "coefs_1", secondShape: [5, 2],
        inputs: 5, layout: .sklearn),
      "'coefs_0' (4, 3) has 3 outputs, but 'coefs_1' (5, 2) takes 5 inputs (read as inputs × "
        + "outputs)",
      from: try network(["coefs_1": ramp(5, 2)]))
    expect(
      .layersDoNotChain(
        first: "weights_0", firstShape: [3, 4], outputs: 3, second: "weights_1",
        secondShape: [2, 5], inputs: 5, layout: .mlp),
      "'weights_0' (3, 4) has 3 outputs, but 'weights_1' (2, 5) takes 5 inputs (read as outputs × "
        + "inputs)",
      from: named([
        "weights_0": try ramp(3, 4), "biases_0": try ramp(3), "weights_1": try ramp(2, 5),
        "biases_1": try ramp(2),
      ]))
  }

  @Test func ambiguousLayout() throws {
    expect(
      .ambiguousLayout(shapes: [[2, 2], [2, 2]]),
      "the weights (2, 2), (2, 2) fit both layouts, inputs × outputs and outputs × inputs",
      from: named([
        "W0": try ramp(2, 2), "b0": try ramp(2), "W1": try ramp(2, 2), "b1": try ramp(2),
      ]))
  }

  @Test func unknownActivation() throws {
    expect(
      .unknownActivation(
        "activation", value: "swish", known: ["identity", "logistic", "tanh", "relu"]),
      "'activation' is 'swish', which is not one of identity, logistic, tanh, relu",
      from: try network(["activation": NDArray(string: "swish")]))
  }

  @Test func badAttribute() throws {
    expect(
      .badAttribute("activation", problem: "of dtype <f8 and shape (1,) is not one name"),
      "array 'activation' of dtype <f8 and shape (1,) is not one name",
      from: try network(["activation": ramp(1)]))
  }

  @Test func contradiction() throws {
    expect(
      .contradiction("classes", value: "a list of 3 classes", with: "the last layer has 2 outputs"),
      "'classes' is a list of 3 classes, but the last layer has 2 outputs",
      from: try network(["classes": ramp(3)]))
  }
}
