import MLP
import NPY
import NPZ
import Sklearn
import Testing

struct AttributeTests {
  @Test(arguments: ["activation", "activation_"])
  func `the activation, with and without an underscore`(_ name: String) throws {
    let found = try SklearnWeights(network([name: NDArray(string: "tanh")]))
    #expect(found.activation == .init(.tanh, .stored))
  }

  @Test(arguments: ["out_activation", "out_activation_"])
  func `the output activation, with and without an underscore`(_ name: String) throws {
    let found = try SklearnWeights(network([name: NDArray(string: "logistic")]))
    #expect(found.outActivation == .init(.logistic, .stored))
  }

  @Test(arguments: ["classes", "classes_"])
  func `the classes, with and without an underscore`(_ name: String) throws {
    let found = try SklearnWeights(network([name: NDArray([Int64(3), 8])]))
    #expect(found.classes?.labels == [.integer(3), .integer(8)])
  }

  @Test(arguments: [
    "n_iter_", "n_iter", "t_", "t", "loss_", "best_loss_", "loss_curve_", "validation_scores_",
    "best_validation_score_", "feature_names_in_", "feature_names_in",
  ])
  func `what says nothing about the network is not looked at`(_ name: String) throws {
    let plain = try SklearnWeights(network())
    let beside = try SklearnWeights(network([name: NDArray(strings: ["any", "thing"])]))
    #expect(beside.arrays(in: .sklearn) == plain.arrays(in: .sklearn))
    // Not even where it cannot be read: `feature_names_in_` is an array of objects.
    let objects = NPYError.unsupportedDType(descr: "'|O'", reason: "objects")
    let arrays = try network()
    let unread = try weights(
      headers: arrays.map { ($0.name, .success($0.array.header)) } + [(name, .failure(objects))]
    ) { arrays[$0].array }
    #expect(unread.arrays(in: .sklearn) == plain.arrays(in: .sklearn))
  }

  @Test(arguments: ["activation", "out_activation", "classes", "n_layers_", "hidden_layer_sizes"])
  func `what says something must be readable`(_ name: String) throws {
    let objects = NPYError.unsupportedDType(descr: "'|O'", reason: "objects")
    let arrays = try network()
    #expect(throws: SklearnError.unreadable(name, objects)) {
      try weights(
        headers: arrays.map { ($0.name, .success($0.array.header)) } + [(name, .failure(objects))]
      ) { arrays[$0].array }
    }
  }

  @Test(arguments: ["my_activation", "_", "Action", "alpha", "classes_0"])
  func `any other name is an array too many`(_ name: String) throws {
    #expect(throws: SklearnError.surplusArray(name)) {
      try SklearnWeights(network([name: ramp(7)]))
    }
    let beside = try SklearnWeights(network([name: NDArray(string: "relu")]))
    #expect(beside.notes == ["left out, not part of the network: '\(name)'"])
  }
}
