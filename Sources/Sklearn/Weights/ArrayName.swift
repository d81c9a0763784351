/// The meaning of an array's name: whether it holds weights or biases, and the layer.
///
/// A name is read as words and numbers, which separators, digits and capitals keep apart: `Dense_1/kernel` is dense, 1,
/// kernel, and `fc1.weight` is fc, 1, weight. Case makes no difference.
struct ArrayName: Sendable {
  /// What an array of such a name is in a network.
  enum Role: Sendable {
    case weights
    case biases
    /// One of `np.savez(file, *arrays)`: its shape says which.
    case position
  }

  /// The name.
  let text: String
  /// What it is in a network; `nil` where the name does not say.
  let role: Role?
  /// The numbers in the name, first to last.
  let numbers: [Int]
  /// The words and numbers with placeholders for the role and for each number: equal for all arrays of a kind.
  let template: [String]

  private let tokens: [Token]
  /// Which of the tokens says the role.
  private let roleToken: Int?
  /// Which of the tokens are the numbers.
  private let numberTokens: [Int]

  /// A word or a number of the name.
  private struct Token: Sendable {
    /// Where it is, in bytes.
    let range: Range<Int>
    /// In lower case.
    let word: String
    let number: Int?
  }

  /// Reads a name.
  init(_ text: String) {
    self.text = text
    let tokens = Self.tokens(of: text)
    self.tokens = tokens
    let bytes = Array(text.utf8)
    func separator(before index: Int) -> ArraySlice<UInt8> {
      index > 0 ? bytes[tokens[index - 1].range.upperBound..<tokens[index].range.lowerBound] : []
    }
    // What is before the last part with a word in it is where the array is: `w/mean` is a mean.
    let lastPart =
      tokens.indices.last { index in
        separator(before: index).contains { "/.".utf8.contains($0) }
          && tokens[index...].contains { $0.number == nil }
      } ?? 0
    let (roleToken, role, rest) = Self.role(of: tokens.map(\.word), lastPart: lastPart)
    self.roleToken = roleToken
    self.role = role
    // TensorFlow counts the outputs of an operation: `kernel:0`.
    numberTokens = tokens.indices.filter { index in
      tokens[index].number != nil && !separator(before: index).contains(UInt8(ascii: ":"))
    }
    numbers = numberTokens.compactMap { tokens[$0].number }
    var template: [String] = []
    if let first = tokens.first, first.range.lowerBound > 0 {
      template.append(String(decoding: bytes[..<first.range.lowerBound], as: UTF8.self))
    }
    for (index, token) in tokens.enumerated() {
      if index == roleToken {
        template.append(Self.placeholder)
        if !rest.isEmpty { template.append(rest) }
      } else {
        template.append(numberTokens.contains(index) ? "#" : token.word)
      }
    }
    self.template = template
  }

  private static let placeholder = "*"
}

// MARK: The words

extension ArrayName {
  /// Words for weights, the word for the biases that go with them, and the layout that the word promises.
  private static let words: [(weights: String, biases: String, layout: WeightLayout?)] = [
    ("coefs", "intercepts", .sklearn),
    ("coef", "intercept", .sklearn),
    ("weights", "biases", nil),
    ("weight", "bias", nil),
    // Keras and Flax multiply a row of inputs from the left.
    ("kernel", "bias", .sklearn),
    ("kernels", "biases", .sklearn),
    ("theta", "bias", nil),
    ("thetas", "biases", nil),
    ("synapse", "bias", nil),
    ("w", "b", nil),
    ("syn", "b", nil),
  ]

  private static let roles: [String: Role] = {
    var roles: [String: Role] = ["arr": .position]
    for (weights, biases, _) in words {
      roles[weights] = .weights
      roles[biases] = .biases
    }
    return roles
  }()

  /// Words next to which the others mean something else: `class_weight`, `weight_decay`.
  private static let otherMeanings: Set = ["class", "sample", "decay", "init", "norm", "n", "num"]

  /// The token that says the role, and what is left of it: `who` is weights from hidden to output.
  private static func role(
    of words: [String], lastPart: Int
  ) -> (index: Int?, role: Role?, rest: String) {
    guard otherMeanings.isDisjoint(with: words) else { return (nil, nil, "") }
    // A word says more than a letter, which may be there for another reason.
    if let index = words.lastIndex(where: { $0.utf8.count > 1 && roles[$0] != nil }) {
      return (index, roles[words[index]], "")
    }
    // W_b is weights, and so is layer1_W.
    let letters = words.indices.filter {
      $0 >= lastPart && words[$0].utf8.count == 1 && roles[words[$0]] != nil
    }
    if let index = letters.first == lastPart ? letters.first : letters.last {
      return (index, roles[words[index]], "")
    }
    // Both in one word: `wh`, `bout`.
    let named = words.indices.filter { words[$0].utf8.first.map { !$0.isDigit } ?? false }
    guard named.count == 1, let index = named.first,
      let role = roles[String(words[index].prefix(1))]
    else { return (nil, nil, "") }
    let rest = String(words[index].dropFirst())
    return firsts.union(lasts).union(middles).contains(rest) ? (index, role, rest) : (nil, nil, "")
  }

  /// The layout that the name promises; `nil` where it says nothing.
  var layout: WeightLayout? {
    guard role == .weights, let roleToken else { return nil }
    let word = tokens[roleToken].word
    if let layout = Self.words.first(where: { $0.weights == word })?.layout { return layout }
    let bytes = Array(text.utf8)
    let range = tokens[roleToken].range
    // PyTorch keeps outputs × inputs, as this package does.
    if word == "weight", range.lowerBound > 0, bytes[range.lowerBound - 1] == UInt8(ascii: ".") {
      return .mlp
    }
    if word == "weights", range.upperBound < bytes.count, numberTokens.contains(roleToken + 1),
      [UInt8(ascii: "_"), UInt8(ascii: "[")].contains(bytes[range.upperBound])
    {
      return .mlp
    }
    return nil
  }

  /// The words of the name, without its numbers, and without the role.
  var otherWords: [String] {
    tokens.indices.filter { $0 != roleToken && tokens[$0].number == nil }.map { tokens[$0].word }
  }

  /// Words for the first layer of a network, for its last, and for others.
  private static let firsts: Set = ["input", "in", "ih", "xh", "i", "x", "first"]
  private static let lasts: Set = [
    "output", "out", "o", "ho", "hy", "y", "final", "last", "head", "classifier",
  ]
  private static let middles: Set = ["h", "hh", "hid", "hidden"]

  /// 0 for the first layer of a network, 2 for the last, 1 for any other, as far as words tell.
  var rank: Int {
    let isFirst = !Self.firsts.isDisjoint(with: template)
    let isLast = !Self.lasts.isDisjoint(with: template)
    return isFirst == isLast ? 1 : isFirst ? 0 : 2
  }

  /// The word of the role with the case of the name: `W`.
  var word: String {
    roleToken.map { String(decoding: Array(text.utf8)[tokens[$0].range], as: UTF8.self) } ?? ""
  }
}

// MARK: Numbers and prefixes

extension ArrayName {
  /// Whether what has no weights, such as an activation, is counted too, so that there are gaps: the numbers of a
  /// `torch.nn.Sequential`, and those that Keras counts on from one network to the next.
  var isCountedWithGaps: Bool {
    guard let last = numberTokens.last, let roleToken, last < roleToken else { return false }
    if last > 0, tokens[last - 1].word == "dense" { return true }
    let bytes = Array(text.utf8)
    let range = tokens[last].range
    let ends: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: ".")]
    return (range.lowerBound == 0 || ends.contains(bytes[range.lowerBound - 1]))
      && range.upperBound < bytes.count && ends.contains(bytes[range.upperBound])
  }

  /// The template of the arrays of the further layers, where this is the first layer's and goes without a number:
  /// `dense` before `dense_1`.
  var numberedTemplate: [String]? {
    guard numbers.isEmpty, let roleToken, roleToken > 0,
      let index = template.lastIndex(of: Self.placeholder)
    else { return nil }
    var numbered = template
    numbered.insert("#", at: index)
    return numbered
  }

  /// Whether the number of the layer is set apart by `_`, as that of `dense_1`.
  var isNumberAfterUnderscore: Bool {
    guard let last = numberTokens.last, last > 0 else { return false }
    let range = tokens[last - 1].range.upperBound..<tokens[last].range.lowerBound
    return Array(text.utf8)[range] == [UInt8(ascii: "_")]
  }

  /// Whether the name has one number again and again: `dense_4/dense_4/kernel`.
  var repeatsNumber: Bool { numbers.count > 1 && Set(numbers).count == 1 }

  /// What stands before the part of the name that means a layer and a role: `net.` of `net.fc1.weight`.
  var prefix: String { prefix(isNumberRepeated: false) }

  /// The prefix; if all numbers of the names are that of the layer, it ends before the first of them.
  func prefix(isNumberRepeated: Bool) -> String {
    guard let roleToken else { return "" }
    var start = roleToken
    let last = isNumberRepeated ? numberTokens.first : numberTokens.last
    if let number = last, number < roleToken {
      // fc1, layer_0: the word belongs to the number.
      start = number > 0 && isJoined(number) ? number - 1 : number
    } else if numberTokens.isEmpty, roleToken > 0 {
      start = roleToken - 1
    }
    return String(decoding: Array(text.utf8)[..<tokens[start].range.lowerBound], as: UTF8.self)
  }

  /// Whether nothing or `_` is between a token and the one before it.
  private func isJoined(_ token: Int) -> Bool {
    let bytes = Array(text.utf8)[
      tokens[token - 1].range.upperBound..<tokens[token].range.lowerBound]
    return bytes.isEmpty || bytes == [UInt8(ascii: "_")]
  }

  /// The name up to one of its numbers, with it: `net1/` of `net1/W0`.
  func prefix(throughNumber position: Int) -> String {
    let bytes = Array(text.utf8)
    let token = numberTokens[position]
    let end = token + 1 < tokens.count ? tokens[token + 1].range.lowerBound : bytes.count
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// The name with another text for one of its numbers.
  private func replacing(number position: Int, with other: String) -> String {
    replacing(tokens[numberTokens[position]].range, with: other)
  }

  private func replacing(_ range: Range<Int>, with other: String) -> String {
    let bytes = Array(text.utf8)
    return String(
      decoding: bytes[..<range.lowerBound] + Array(other.utf8) + bytes[range.upperBound...],
      as: UTF8.self)
  }

  /// The name of the kind, as results show it: `coefs_N` of `coefs_0`.
  func naming(number position: Int?) -> String {
    position.map { replacing(number: $0, with: "N") } ?? text
  }

  /// The name that the same array of another layer has.
  func renamed(number position: Int, to number: Int) -> String {
    let old = tokens[numberTokens[position]].word.utf8
    let digits = "\(number)"
    let zeros = old.first == UInt8(ascii: "0") ? max(0, old.count - digits.utf8.count) : 0
    return replacing(number: position, with: String(repeating: "0", count: zeros) + digits)
  }

  /// The name of the layer's other array: its biases next to weights, its weights next to biases.
  ///
  /// - Parameter word: The word for the other role; `nil` for the usual one.
  func counterpart(_ word: String? = nil) -> String? {
    guard let roleToken else { return nil }
    let own = tokens[roleToken].word
    let other =
      role == .weights
      ? Self.words.first { $0.weights == own }?.biases
      : Self.words.first { $0.biases == own }?.weights
    return (word ?? other).map { replacing(tokens[roleToken].range, with: $0) }
  }
}

// MARK: Words and numbers

extension ArrayName {
  /// Of a longer name only the last parts are read: it costs no more than another.
  private static let longestName = 256

  private static func tokens(of text: String) -> [Token] {
    var bytes = Array(text.utf8.suffix(longestName))[...]
    if text.utf8.count > longestName {
      let separators = bytes.indices.filter { "/.".utf8.contains(bytes[$0]) }
      if let first = separators.suffix(4).first { bytes = bytes[(first + 1)...] }
    }
    let offset = text.utf8.count - bytes.endIndex
    var tokens: [Token] = []
    var start: Int?
    func end(at index: Int) {
      guard let first = start else { return }
      start = nil
      let word = String(decoding: bytes[first..<index], as: UTF8.self)
      tokens.append(
        Token(
          range: offset + first..<offset + index, word: word.lowercased(),
          number: bytes[first].isDigit ? Int(word) : nil))
    }
    for (index, byte) in zip(bytes.indices, bytes) {
      guard byte.isInWord else {
        end(at: index)
        continue
      }
      if start != nil {
        let previous = bytes[index - 1]
        let isHump =
          byte.isCapital
          && (previous.isSmall
            || index + 1 < bytes.endIndex && previous.isCapital && bytes[index + 1].isSmall)
        if previous.isDigit != byte.isDigit || isHump { end(at: index) }
      }
      if start == nil { start = index }
    }
    end(at: bytes.endIndex)
    return tokens
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isCapital: Bool { (0x41...0x5A).contains(self) }
  fileprivate var isSmall: Bool { (0x61...0x7A).contains(self) }
  /// A letter or a digit, or a part of a letter beyond ASCII.
  fileprivate var isInWord: Bool { isDigit || isCapital || isSmall || self >= 0x80 }
}

extension SklearnWeights {
  /// The name that the biases have next to weights of this name, where a word says it.
  package static func biasesName(besides weights: String) -> String? {
    let name = ArrayName(weights)
    return name.role == .weights ? name.counterpart() : nil
  }
}
