import MLP
import NPY
import NPZ
import Sklearn
import Testing

struct StoredAttributesTests {
  // MARK: Activations

  @Test(arguments: SklearnWeights.hiddenActivations)
  func `a hidden activation is known by scikit-learn's name`(_ activation: Activation) throws {
    let found = try SklearnWeights(
      network(["activation": NDArray(string: activation.rawValue)]))
    #expect(found.activation == .init(activation, .stored))
  }

  @Test(arguments: SklearnWeights.outActivations)
  func `an output activation is known by scikit-learn's name`(_ activation: Activation) throws {
    let found = try SklearnWeights(
      network(["out_activation": NDArray(string: activation.rawValue)]))
    #expect(found.outActivation == .init(activation, .stored))
  }

  @Test func `a name may be bytes, padded, or the only element of a list`() throws {
    for stored in [
      try array("|S6", [], "relu\0\0".utf8), try NDArray(strings: ["relu"]),
      try NDArray(strings: ["relu"], shape: [1, 1]),
    ] {
      #expect(try SklearnWeights(network(["activation": stored])).activation.activation == .relu)
    }
  }

  @Test func `an activation nobody knows is refused`() throws {
    let known = ["identity", "logistic", "tanh", "relu"]
    for name in ["swish", "relu6", "LeakyReLU()", "", "softmax"] {
      #expect(throws: SklearnError.unknownActivation("activation_", value: name, known: known)) {
        try SklearnWeights(network(["activation_": NDArray(string: name)]))
      }
    }
    let last = ["softmax", "logistic", "identity", "exp"]
    for name in ["relu", "tanh", "log_softmax"] {
      #expect(throws: SklearnError.unknownActivation("out_activation", value: name, known: last)) {
        try SklearnWeights(network(["out_activation": NDArray(string: name)]))
      }
    }
  }

  @Test func `an activation that is no name is refused`() throws {
    for stored in [
      try ramp(1), try NDArray(strings: []),
      try array("|S1", [1], [0xFF]), try array("<U1", [], [0, 0xD8, 0, 0]),
    ] {
      let error = SklearnError.badAttribute(
        "activation",
        problem: "of dtype \(stored.dtype) and shape \(pythonTuple(stored.shape)) is not one name")
      #expect(throws: error) { try SklearnWeights(network(["activation": stored])) }
    }
  }

  @Test func `other words for an activation are known, and told`() throws {
    for (name, activation) in [
      ("ReLU", Activation.relu), (" relu", .relu), ("sigmoid", .logistic), ("Linear", .identity),
      ("nn.Tanh()", .tanh), ("none", .identity),
    ] {
      let found = try SklearnWeights(network(["activation": NDArray(string: name)]))
      #expect(found.activation == .init(activation, .stored))
      #expect(
        found.notes == [
          "'activation' is '\(name)': the activation of the hidden layers is \(activation.rawValue)"
        ])
    }
  }

  @Test func `a list has one activation for each layer, or for each hidden layer`() throws {
    let both = try SklearnWeights(
      network(["activations": NDArray(strings: ["tanh", "sigmoid"])]))
    #expect(both.activation == .init(.tanh, .stored))
    #expect(both.outActivation == .init(.logistic, .stored))
    let hidden = try SklearnWeights(network(["activations": NDArray(strings: ["tanh"])]))
    #expect(hidden.activation == .init(.tanh, .stored))
    #expect(hidden.outActivation.origin == .assumed)
    #expect(
      throws: SklearnError.badAttribute(
        "activations", problem: "has 3 activations for 2 layers")
    ) { try SklearnWeights(network(["activations": NDArray(strings: ["relu", "relu", "tanh"])])) }
    #expect(
      throws: SklearnError.badAttribute(
        "out_activation", problem: "has 2 activations for the last layer")
    ) { try SklearnWeights(network(["out_activation": NDArray(strings: ["relu", "tanh"])])) }
  }

  @Test func `names that say the same must agree`() throws {
    let stored = try network([
      "act": NDArray(string: "relu"), "activation": NDArray(string: "tanh"),
    ])
    #expect(
      throws: SklearnError.contradiction("act", value: "'relu'", with: "'activation' is 'tanh'")
    ) { try SklearnWeights(stored) }
    #expect(
      try SklearnWeights(stored, options: .init(activation: .identity)).activation.origin
        == .option)
  }

  // MARK: Classes

  @Test(arguments: [1, 3, 10])
  func `classes must be as many as the outputs`(_ count: Int) throws {
    let error = SklearnError.contradiction(
      "classes_", value: "a list of \(count) classes", with: "the last layer has 2 outputs")
    #expect(throws: error) { try SklearnWeights(network(["classes_": ramp(count)])) }
  }

  @Test func `one output tells two classes apart`() throws {
    func classes(_ count: Int) throws -> Int? {
      try SklearnWeights(
        named(["coefs_0": ramp(4, 1), "intercepts_0": ramp(1), "classes": ramp(count)])
      ).classes?.labels.count
    }
    #expect(try classes(2) == 2)
    #expect(try classes(1) == 1)
    #expect(
      throws: SklearnError.contradiction(
        "classes", value: "a list of 3 classes", with: "the last layer has 1 output")
    ) { try classes(3) }
  }

  @Test(arguments: [Activation.identity, .exp])
  func `a regressor has no classes`(_ output: Activation) throws {
    let error = SklearnError.contradiction(
      "classes", value: "a list of 2 classes",
      with: "the output activation is \(output.rawValue), which is a regressor's")
    let stored = NDArray(string: output.rawValue)
    #expect(try SklearnWeights(network(["out_activation": stored])).task == .regressor)
    #expect(throws: error) {
      try SklearnWeights(network(["classes": ramp(2), "out_activation": stored]))
    }
    #expect(throws: error) {
      try SklearnWeights(network(["classes": ramp(2)]), options: .init(outActivation: output))
    }
  }

  // MARK: Sizes

  @Test(
    arguments: [
      ("n_layers_", [3]), ("n_outputs_", [2]), ("n_features_in_", [4]), ("hidden_layer_sizes", [3]),
      ("n_layers", [3]), ("hidden_layer_sizes_", [3]),
    ] as [(String, [Int64])])
  func `sizes that agree are let pass`(_ name: String, _ values: [Int64]) throws {
    for shape in [[], [1]] {
      let found = try SklearnWeights(network([name: NDArray(values, shape: shape)]))
      #expect(found.layerSizes == [4, 3, 2])
    }
    // Only the weights, the activations and the classes are written again.
    #expect(try SklearnWeights(network([name: NDArray(values)])).arrays(in: .mlp).count == 4)
  }

  @Test(
    arguments: [
      ("n_layers_", [4], "4", "the weights make 3 layers"),
      ("n_outputs_", [3], "3", "the last layer has 2 outputs"),
      ("n_features_in_", [-4], "-4", "the first layer takes 4 inputs"),
      ("hidden_layer_sizes", [9], "9", "the hidden layers have sizes (3,)"),
      ("hidden_layer_sizes", [3, 3], "[3, 3]", "the hidden layers have sizes (3,)"),
      ("hidden_layer_sizes", [], "[]", "the hidden layers have sizes (3,)"),
      ("n_layers_", [3, 3], "[3, 3]", "the weights make 3 layers"),
    ] as [(String, [Int64], String, String)])
  func `sizes that contradict the weights are refused`(
    _ name: String, _ values: [Int64], _ value: String, _ fact: String
  ) throws {
    let error = SklearnError.contradiction(name, value: value, with: fact)
    #expect(throws: error) { try SklearnWeights(network([name: NDArray(values)])) }
    #expect(error.description == "'\(name)' is \(value), but \(fact)")
  }

  @Test(arguments: ["n_layers_", "n_outputs_", "n_features_in_", "hidden_layer_sizes"])
  func `a size that is no integer is refused`(_ name: String) throws {
    #expect(
      throws: SklearnError.badAttribute(name, problem: "of dtype <f8 is no integer")
    ) { try SklearnWeights(network([name: ramp(1)])) }
    #expect(
      throws: SklearnError.badAttribute(name, problem: "of dtype <U1 is no integer")
    ) { try SklearnWeights(network([name: NDArray(strings: ["3"])])) }
  }

  @Test func `no hidden layers may be an empty list of any type`() throws {
    // np.array(()) is of float64.
    let found = try SklearnWeights(
      named([
        "coefs_0": ramp(4, 2), "intercepts_0": ramp(2), "hidden_layer_sizes": NDArray([Double]()),
      ]))
    #expect(found.layerSizes == [4, 2])
  }
}
