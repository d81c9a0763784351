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

  /// Its name in results.
  let name: String
  let weights: NamePattern
  let biases: NamePattern
  /// The layout of these names; `nil` where the names do not determine it.
  let layout: WeightLayout?
  let numbering: Numbering
  /// How far apart the numbers of two layers are when they are written.
  let step: Int

  /// Every known way, one a line.
  static let all: [Convention] = [
    coefs,
    Convention("coefs_N_", "coefs_#_", "intercepts_#_", .sklearn),
    Convention("coefs_/N", "coefs_/#", "intercepts_/#", .sklearn),
    Convention("coefN", "coef#", "intercept#", .sklearn),
    weights,
    Convention("WN", "W#", "b#", nil),
    // Keras and Flax multiply a row of inputs from the left, PyTorch keeps outputs × inputs.
    Convention("layerN/kernel", "layer#/kernel", "layer#/bias", .sklearn),
    Convention("dense_N/kernel", "dense[_#]/kernel", "dense[_#]/bias", .sklearn, .rising),
    Convention("dense_N/kernel:0", "dense[_#]/kernel:0", "dense[_#]/bias:0", .sklearn, .rising),
    Convention("Dense_N/kernel", "Dense_#/kernel", "Dense_#/bias", .sklearn, .rising),
    Convention("fcN.weight", "fc#.weight", "fc#.bias", .mlp),
    Convention("linearN.weight", "linear#.weight", "linear#.bias", .mlp),
    Convention("layerN.weight", "layer#.weight", "layer#.bias", .mlp),
    sequential,
    // One array for all layers, cut into layers by ArrayPart.
    Convention("coefs[N]", "coefs[#]", "intercepts[#]", .sklearn),
    Convention("weights[N]", "weights[#]", "biases[#]", .mlp),
    positional,
  ]

  /// scikit-learn's own attributes, numbered; written too.
  static let coefs = Convention("coefs_N", "coefs_#", "intercepts_#", .sklearn)

  /// The plain MLP's; written too.
  static let weights = Convention("weights_N", "weights_#", "biases_#", .mlp)

  /// A `torch.nn.Sequential`'s; written too, with an activation after each layer.
  static let sequential = Convention("N.weight", "#.weight", "#.bias", .mlp, .rising, step: 2)

  /// `np.savez(file, *arrays)`: weights are told from biases by their axes.
  static let positional = Convention("arr_N", "arr_#", "arr_#", nil)

  private init(
    _ name: String, _ weights: String, _ biases: String, _ layout: WeightLayout?,
    _ numbering: Numbering = .consecutive, step: Int = 1
  ) {
    self.name = name
    self.weights = NamePattern(weights)
    self.biases = NamePattern(biases)
    self.layout = layout
    self.numbering = numbering
    self.step = step
  }

  /// The convention that a name follows, after the shortest prefix (`model/`, `net.`) that leaves
  /// one.
  static func match(_ name: String) -> (convention: Convention, prefix: Substring)? {
    for start in starts(of: name) {
      let rest = name[start...]
      let convention = all.first { convention in
        convention.weights.layer(of: rest) != nil || convention.biases.layer(of: rest) != nil
      }
      if let convention { return (convention, name[..<start]) }
    }
    return nil
  }
}

extension Convention {
  /// Where the last two parts of a name begin. No pattern has more than one separator in it, so that only
  /// they can match: a name of thousands of letters or parts costs no more than another.
  private static func starts(of name: String) -> [String.Index] {
    let bytes = name.utf8
    var starts: [String.Index] = []
    var index = bytes.endIndex
    for _ in 0..<longestMatch {
      guard index > bytes.startIndex else { return [index] + starts }
      let previous = bytes.index(before: index)
      if bytes[previous] == UInt8(ascii: "/") || bytes[previous] == UInt8(ascii: ".") {
        starts.insert(index, at: 0)
        if starts.count == 2 { return starts }
      }
      index = previous
    }
    return starts
  }

  /// More than the letters of any pattern with the 19 digits of a number.
  private static let longestMatch = 64
}

/// The names of an array of each layer: `coefs_#`, or `dense[_#]/kernel`.
struct NamePattern: Hashable, Sendable {
  private let start: String
  private let end: String
  /// Whether the first layer goes without a number.
  private let isOptional: Bool

  /// Parses a pattern, which has one `#` or one `[_#]`.
  fileprivate init(_ pattern: String) {
    isOptional = pattern.contains("[_#]")
    let parts = pattern.split(
      separator: isOptional ? "[_#]" : "#", omittingEmptySubsequences: false)
    precondition(parts.count == 2, "a pattern has one number")
    (start, end) = (String(parts[0]), String(parts[1]))
  }

  /// The layer whose array a name means, or `nil`.
  func layer(of name: Substring) -> Int? {
    let bytes = name.utf8
    guard bytes.starts(with: start.utf8),
      bytes.count >= start.utf8.count + end.utf8.count,
      bytes.suffix(end.utf8.count).elementsEqual(end.utf8)
    else { return nil }
    var digits = bytes.dropFirst(start.utf8.count).dropLast(end.utf8.count)
    if isOptional {
      if digits.isEmpty { return 0 }
      guard digits.removeFirst() == UInt8(ascii: "_") else { return nil }
    }
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return Int(Substring(digits))
  }

  /// The name that the pattern gives to a layer.
  func name(layer: Int) -> String {
    let number = isOptional ? (layer == 0 ? "" : "_\(layer)") : "\(layer)"
    return start + number + end
  }
}

extension SklearnWeights {
  /// The name of the biases next to weights of this name, where a convention determines it.
  package static func biasesName(besides weights: String) -> String? {
    guard let (convention, prefix) = Convention.match(weights), convention != .positional,
      let layer = convention.weights.layer(of: weights.dropFirst(prefix.count))
    else { return nil }
    return prefix + convention.biases.name(layer: layer)
  }
}
