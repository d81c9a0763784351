/// A way to name the arrays of a network that is written.
struct Convention: Hashable, Sendable {
  /// What stands before the number of the layer in the name of its weights and in that of its biases.
  private let starts: (weights: String, biases: String)
  /// What stands after it.
  private let ends: (weights: String, biases: String)
  /// The layout that the names promise.
  let layout: WeightLayout
  /// How far apart the numbers of two layers are.
  private let step: Int

  /// scikit-learn's own attributes, numbered.
  static let coefs = Convention("coefs_#", "intercepts_#", .sklearn)

  /// The plain MLP's.
  static let weights = Convention("weights_#", "biases_#", .mlp)

  /// A `torch.nn.Sequential`'s, with an activation after each layer.
  static let sequential = Convention("#.weight", "#.bias", .mlp, step: 2)

  /// A convention of patterns in which `#` stands for the number of the layer.
  private init(_ weights: String, _ biases: String, _ layout: WeightLayout, step: Int = 1) {
    let parts = [weights, biases].map { $0.split(separator: "#", omittingEmptySubsequences: false) }
    precondition(parts.allSatisfy { $0.count == 2 }, "a pattern has one number")
    starts = (String(parts[0][0]), String(parts[1][0]))
    ends = (String(parts[0][1]), String(parts[1][1]))
    self.layout = layout
    self.step = step
  }

  /// Its name in results: `coefs_N`.
  var name: String { starts.weights + "N" + ends.weights }

  /// The names of the arrays of a layer, counted from 0.
  func names(layer: Int) -> (weights: String, biases: String) {
    let number = step * layer
    return ("\(starts.weights)\(number)\(ends.weights)", "\(starts.biases)\(number)\(ends.biases)")
  }

  static func == (one: Convention, other: Convention) -> Bool { one.name == other.name }

  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
