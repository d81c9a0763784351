/// A way to name the arrays of a network.
///
/// In a pattern `#` stands for the number of the layer, and `[_#]` for one that the first layer goes
/// without (`dense`, `dense_1`, `dense_2`).
struct Convention: Hashable, Sendable {
  /// How the layers are numbered.
  enum Numbering {
    /// One after another, from 0 or from 1.
    case consecutive
    /// In rising order: what has no weights, such as an activation, is counted too.
    case rising
  }

  /// What an answer calls it.
  let name: String
  let weights: String
  let biases: String
  /// The layout that the names promise; `nil` where they say nothing.
  let layout: Layout?
  let numbering: Numbering

  /// Every known way, one a line.
  static let all: [Convention] = [
    Convention("coefs_N", "coefs_#", "intercepts_#", .sklearn),
    Convention("coefs_N_", "coefs_#_", "intercepts_#_", .sklearn),
    Convention("coefs_/N", "coefs_/#", "intercepts_/#", .sklearn),
    Convention("coefN", "coef#", "intercept#", .sklearn),
    Convention("weights_N", "weights_#", "biases_#", .mlp),
    Convention("WN", "W#", "b#", nil),
    // Keras and Flax multiply a row of inputs from the left, PyTorch keeps outputs × inputs.
    Convention("layerN/kernel", "layer#/kernel", "layer#/bias", .sklearn),
    Convention("dense_N/kernel", "dense[_#]/kernel", "dense[_#]/bias", .sklearn, .rising),
    Convention("dense_N/kernel:0", "dense[_#]/kernel:0", "dense[_#]/bias:0", .sklearn, .rising),
    Convention("Dense_N/kernel", "Dense_#/kernel", "Dense_#/bias", .sklearn, .rising),
    Convention("fcN.weight", "fc#.weight", "fc#.bias", .mlp),
    Convention("linearN.weight", "linear#.weight", "linear#.bias", .mlp),
    Convention("layerN.weight", "layer#.weight", "layer#.bias", .mlp),
    Convention("N.weight", "#.weight", "#.bias", .mlp, .rising),
    // One array for all layers, cut into layers by ArrayPart.
    Convention("coefs[N]", "coefs[#]", "intercepts[#]", .sklearn),
    Convention("weights[N]", "weights[#]", "biases[#]", .mlp),
    positional,
  ]

  /// `np.savez(file, *arrays)`: weights are told from biases by their axes.
  static let positional = Convention("arr_N", "arr_#", "arr_#", nil)

  /// What `convert` writes.
  static func written(in layout: Layout) -> (weights: String, biases: String) {
    layout == .sklearn ? ("coefs_", "intercepts_") : ("weights_", "biases_")
  }

  private init(
    _ name: String, _ weights: String, _ biases: String, _ layout: Layout?,
    _ numbering: Numbering = .consecutive
  ) {
    self.name = name
    self.weights = weights
    self.biases = biases
    self.layout = layout
    self.numbering = numbering
  }

  /// The layer whose weights or biases a name means, or `nil`.
  static func layer(of name: some StringProtocol, in pattern: String) -> Int? {
    let optional = pattern.contains("[_#]")
    let mark = optional ? "[_#]" : "#"
    guard let range = pattern.firstRange(of: mark) else { return nil }
    let (start, end) = (pattern[..<range.lowerBound], pattern[range.upperBound...])
    guard name.hasPrefix(start), name.hasSuffix(end),
      name.utf8.count >= start.utf8.count + end.utf8.count
    else { return nil }
    var digits = name.utf8.dropFirst(start.utf8.count).dropLast(end.utf8.count)
    if optional {
      if digits.isEmpty { return 0 }
      guard digits.removeFirst() == UInt8(ascii: "_") else { return nil }
    }
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The name that a pattern gives to a layer.
  static func name(_ pattern: String, layer: Int) -> String {
    layer == 0 && pattern.contains("[_#]")
      ? pattern.replacing("[_#]", with: "")
      : pattern.replacing("[_#]", with: "_\(layer)").replacing("#", with: "\(layer)")
  }

  /// The convention that a name follows, behind the shortest prefix (`model/`, `net.`) that leaves
  /// one.
  static func match(_ name: String) -> (convention: Convention, prefix: Substring)? {
    var rest = name[...]
    while true {
      let convention = all.first { convention in
        layer(of: rest, in: convention.weights) != nil
          || layer(of: rest, in: convention.biases) != nil
      }
      if let convention { return (convention, name[..<rest.startIndex]) }
      guard let separator = rest.firstIndex(where: { $0 == "/" || $0 == "." }) else { return nil }
      rest = rest[rest.index(after: separator)...]
    }
  }
}

extension SklearnWeights {
  /// The name that the biases have beside weights of this name, where a convention says it.
  package static func biasesName(besides weights: String) -> String? {
    guard let (convention, prefix) = Convention.match(weights), convention != .positional,
      let layer = Convention.layer(of: weights.dropFirst(prefix.count), in: convention.weights)
    else { return nil }
    return prefix + Convention.name(convention.biases, layer: layer)
  }
}
