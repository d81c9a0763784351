/// A way to name the arrays of a network.
///
/// `#` stands for the number of the layer, counted from 0 or from 1.
struct Convention: Hashable, Sendable {
  /// What an answer calls it.
  let name: String
  let weights: String
  let biases: String
  /// The layout that the names promise; `nil` where they say nothing.
  let layout: Layout?

  /// Every known way, one a line.
  static let all: [Convention] = [
    Convention("coefs_N", "coefs_#", "intercepts_#", .sklearn),
    Convention("coefs_N_", "coefs_#_", "intercepts_#_", .sklearn),
    Convention("coefs_/N", "coefs_/#", "intercepts_/#", .sklearn),
    Convention("coefN", "coef#", "intercept#", .sklearn),
    Convention("weights_N", "weights_#", "biases_#", .mlp),
    Convention("WN", "W#", "b#", nil),
    positional,
  ]

  /// `np.savez(file, *arrays)`: weights are told from biases by their axes.
  static let positional = Convention("arr_N", "arr_#", "arr_#", nil)

  /// What `convert` writes.
  static func written(in layout: Layout) -> (weights: String, biases: String) {
    layout == .sklearn ? ("coefs_", "intercepts_") : ("weights_", "biases_")
  }

  private init(_ name: String, _ weights: String, _ biases: String, _ layout: Layout?) {
    self.name = name
    self.weights = weights
    self.biases = biases
    self.layout = layout
  }

  /// The layer whose weights or biases a name means, or `nil`.
  static func layer(of name: String, in pattern: String) -> Int? {
    let parts = pattern.split(separator: "#", omittingEmptySubsequences: false)
    guard name.hasPrefix(parts[0]), name.hasSuffix(parts[1]),
      name.utf8.count > parts[0].utf8.count + parts[1].utf8.count
    else { return nil }
    let digits = name.dropFirst(parts[0].count).dropLast(parts[1].count)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      digits == "0" || digits.first != "0"
    else { return nil }
    return Int(digits)
  }
}

extension SklearnWeights {
  /// The name that the biases have beside weights of this name, where a convention says it.
  package static func biasesName(besides weights: String) -> String? {
    for convention in Convention.all where convention != .positional {
      if let layer = Convention.layer(of: weights, in: convention.weights) {
        return convention.biases.replacing("#", with: String(layer))
      }
    }
    return nil
  }
}
