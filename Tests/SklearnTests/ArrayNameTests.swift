import NPY
import NPZ
import Sklearn
import Testing

/// A way to name two layers, and what is to be found.
struct Naming: CustomTestStringConvertible {
  let found: String
  let layout: WeightLayout
  /// Weights and biases of the first layer, then of the second.
  let names: [String]

  var testDescription: String { names.joined(separator: " ") }

  init(_ found: String, _ layout: WeightLayout, _ names: String...) {
    self.found = found
    self.layout = layout
    self.names = names
  }

  /// A network 4-3-2 under these names.
  func arrays() throws -> [NamedArray] {
    let weights = [try ramp(4, 3), try ramp(3, 2)]
    let stored = layout == .sklearn ? weights : weights.map { $0.transposed() }
    return zip(names, [stored[0], try ramp(3), stored[1], try ramp(2)]).map(NamedArray.init)
  }

  static let all = [
    Naming("coefs_N", .sklearn, "coefs_0", "intercepts_0", "coefs_1", "intercepts_1"),
    Naming("coefs_N", .sklearn, "coefs_1", "intercepts_1", "coefs_2", "intercepts_2"),
    Naming("coefs_N_", .sklearn, "coefs_0_", "intercepts_0_", "coefs_1_", "intercepts_1_"),
    Naming("coefs_/N", .sklearn, "coefs_/0", "intercepts_/0", "coefs_/1", "intercepts_/1"),
    Naming("coefN", .sklearn, "coef0", "intercept0", "coef1", "intercept1"),
    Naming("weights_N", .mlp, "weights_0", "biases_0", "weights_1", "biases_1"),
    Naming("WN", .sklearn, "W0", "b0", "W1", "b1"),
    Naming("WN", .mlp, "W1", "b1", "W2", "b2"),
    Naming("arr_N", .sklearn, "arr_0", "arr_2", "arr_1", "arr_3"),
    Naming("arr_N", .mlp, "arr_0", "arr_1", "arr_2", "arr_3"),
    Naming(
      "layerN/kernel", .sklearn, "layer0/kernel", "layer0/bias", "layer1/kernel", "layer1/bias"),
    Naming(
      "dense_N/kernel", .sklearn, "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"),
    Naming(
      "dense_N/kernel:0", .sklearn, "dense_2/kernel:0", "dense_2/bias:0", "dense_10/kernel:0",
      "dense_10/bias:0"),
    Naming(
      "Dense_N/kernel", .sklearn, "Dense_0/kernel", "Dense_0/bias", "Dense_1/kernel", "Dense_1/bias"
    ),
    Naming("fcN.weight", .mlp, "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
    Naming(
      "linearN.weight", .mlp, "linear0.weight", "linear0.bias", "linear1.weight", "linear1.bias"),
    Naming("layerN.weight", .mlp, "layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias"),
    Naming("N.weight", .mlp, "0.weight", "0.bias", "2.weight", "2.bias"),
    Naming("net.N.weight", .mlp, "net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"),
    Naming(
      "params/Dense_N/kernel", .sklearn, "params/Dense_0/kernel", "params/Dense_0/bias",
      "params/Dense_1/kernel", "params/Dense_1/bias"),
    Naming("a/b.c/WN", .sklearn, "a/b.c/W0", "a/b.c/b0", "a/b.c/W1", "a/b.c/b1"),
    // Case, separators and zeros make no difference.
    Naming("coefs_N", .sklearn, "coefs_00", "intercepts_00", "coefs_01", "intercepts_01"),
    Naming("Coefs_N", .sklearn, "Coefs_0", "intercepts_0", "Coefs_1", "Intercepts_1"),
    Naming("coefs.N", .sklearn, "coefs.0", "intercepts.0", "coefs.1", "intercepts.1"),
    Naming("w_N", .mlp, "w_1", "B_1", "w_2", "B_2"),
    Naming("W-N", .sklearn, "W-1", "b1", "W-2", "b2"),
    Naming("thetaN", .mlp, "theta1", "bias1", "theta2", "bias2"),
    Naming("fcNWeight", .sklearn, "fc1Weight", "fc1Bias", "fc2Weight", "fc2Bias"),
    Naming("layer_N_weights", .mlp, "layer_0_weights", "layer_0_b", "layer_1_weights", "layer_1_b"),
    Naming(
      "primary_coefs_N", .sklearn, "primary_coefs_0", "primary_intercepts_0", "primary_coefs_1",
      "primary_intercepts_1"),
    Naming("layers[N]/W", .sklearn, "layers[0]/W", "layers[0]/b", "layers[1]/W", "layers[1]/b"),
    // Names without numbers.
    Naming(
      "hidden.weight, output.weight", .mlp, "hidden.weight", "hidden.bias", "output.weight",
      "output.bias"),
    Naming(
      "W_input_hidden, W_hidden_output", .sklearn, "W_input_hidden", "b_hidden", "W_hidden_output",
      "b_output"),
    Naming("Wih, Who", .mlp, "Wih", "bh", "Who", "bo"),
    Naming("fcN.weight, out.weight", .mlp, "fc1.weight", "fc1.bias", "out.weight", "out.bias"),
    Naming("x, y", .sklearn, "x", "p", "y", "q"),
    Naming("x, y", .mlp, "x", "p", "y", "q"),
  ]
}

struct ArrayNameTests {
  @Test(arguments: Naming.all)
  func `a convention is recognised in any order of the arrays`(_ naming: Naming) throws {
    let expected = try SklearnWeights(network()).arrays(in: .sklearn)
    let arrays = try naming.arrays()
    for order in [arrays, arrays.reversed()] {
      let found = try SklearnWeights(order)
      #expect(found.naming == naming.found)
      #expect(found.layout == naming.layout)
      #expect(found.arrays(in: .sklearn) == expected)
    }
  }

  @Test func `layers are sorted by number, not by name`() throws {
    let arrays = try (0..<12).reversed().flatMap { layer in
      named(["W\(layer)": try ramp(layer + 1, layer + 2), "b\(layer)": try ramp(layer + 2)])
    }
    #expect(try SklearnWeights(arrays).layerSizes == Array(1...13))
  }

  @Test(arguments: [
    "x", "layer_0", "hidden", "arrows_0", "class_weight", "coefs٠", "grouped_by", "/", "",
  ])
  func `other names are no weights`(_ name: String) throws {
    #expect(throws: SklearnError.noWeights(found: [name])) {
      try SklearnWeights(named([name: ramp(3, 4)]))
    }
    #expect(throws: SklearnError.surplusArray(name)) {
      try SklearnWeights(network([name: ramp(4, 3)]))
    }
  }

  @Test func `a number as great as can be is one`() throws {
    #expect(
      throws: SklearnError.missingArray("coefs_1", besides: "coefs_\(Int.max)")
    ) {
      try SklearnWeights(
        named(["coefs_\(Int.max)": ramp(4, 3), "intercepts_\(Int.max)": ramp(3)]))
    }
    let last = try SklearnWeights(
      named(["\(Int.max).weight": ramp(3, 4), "\(Int.max).bias": ramp(3)]))
    #expect(last.layerSizes == [4, 3])
  }

  @Test func `a name of very many parts is looked at in its last ones only`() throws {
    let prefix = String(repeating: "/", count: 4_000)
    let arrays = try network().map { NamedArray(prefix + $0.name, $0.array) }
    #expect(try SklearnWeights(arrays).naming == prefix + "coefs_N")
    #expect(throws: SklearnError.noWeights(found: [prefix])) {
      try SklearnWeights(named([prefix: ramp(3, 4)]))
    }
  }

  @Test func `of a long name the end tells what it is`() throws {
    // Up to the greatest number in the longest pattern, and not a letter before it.
    let long = String(repeating: "k", count: 100_000)
    for separator in ["/", "."] {
      let arrays = try network().map { NamedArray(long + separator + $0.name, $0.array) }
      #expect(try SklearnWeights(arrays).naming == long + separator + "coefs_N")
    }
    let greatest = "a/layer\(Int.max)/kernel"
    #expect(throws: SklearnError.missingArray("a/layer1/kernel", besides: greatest)) {
      try SklearnWeights(
        named([greatest: ramp(4, 3), "a/layer\(Int.max)/bias": ramp(3)]))
    }
    #expect(throws: SklearnError.noWeights(found: [long])) {
      try SklearnWeights(named([long: ramp(3, 4)]))
    }
  }

  @Test func `the biases' name beside that of the weights`() {
    let names = [
      "coefs_0": "intercepts_0", "coefs_7_": "intercepts_7_", "coefs_/0": "intercepts_/0",
      "coef0": "intercept0", "weights_3": "biases_3", "W2": "b2", "net.0.weight": "net.0.bias",
      "dense/kernel:0": "dense/bias:0", "dense_1/kernel:0": "dense_1/bias:0",
      "w": "b", "Theta1": "bias1",
    ]
    for (weights, biases) in names {
      #expect(SklearnWeights.biasesName(besides: weights) == biases)
    }
    for name in ["arr_0", "intercepts_0", "b0", "x", ""] {
      #expect(SklearnWeights.biasesName(besides: name) == nil)
    }
  }
}
