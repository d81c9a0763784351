import MLP
import NPY

/// What people call the activations next to weights, and their values: the one table of both.
enum ActivationName {
  private static let nouns: Set = [
    "activation", "activations", "activ", "act", "acts", "nonlinearity", "nonlinearities",
    "nonlin", "transfer",
  ]
  private static let outputs: Set = ["output", "outputs", "out", "final", "last"]
  /// Words that may stand next to these.
  private static let others: Set = [
    "function", "functions", "func", "funcs", "fun", "fn", "fns", "f", "name", "names", "type",
    "types", "kind", "str", "hidden", "inner", "layer", "layers", "network", "net", "nn", "mlp",
    "model", "dense", "fc", "unit", "units", "config", "params", "parameters", "of", "for", "the",
  ]

  /// Whether a name is that of the output activation, or of another one; `nil` for any other name.
  static func isOutput(_ name: ArrayName) -> Bool? {
    let words = name.otherWords
    guard name.role == nil, words.contains(where: nouns.contains),
      words.allSatisfy({ nouns.contains($0) || outputs.contains($0) || others.contains($0) })
    else { return nil }
    return words.contains(where: outputs.contains) && !words.contains("hidden")
  }

  private static let values: [String: Activation] = [
    "identity": .identity, "linear": .identity, "none": .identity, "purelin": .identity,
    "logistic": .logistic, "sigmoid": .logistic, "sigm": .logistic, "expit": .logistic,
    "logsig": .logistic,
    "tanh": .tanh, "tansig": .tanh, "hyperbolictangent": .tanh,
    "relu": .relu, "rectifier": .relu, "rectifiedlinear": .relu, "rectifiedlinearunit": .relu,
    "exp": .exp, "exponential": .exp,
    "softmax": .softmax,
  ]

  /// The activation that a text means: `ReLU`, `sigmoid`, `torch.nn.Tanh()`; `nil` for any other.
  static func activation(of text: String) -> Activation? {
    let call = text.prefix { $0 != "(" }
    let last = call.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    return values[last.lowercased().filter { $0.isLetter || $0.isNumber }]
  }
}

/// An array of texts that name activations, under another name than scikit-learn's.
struct ActivationPart: Sendable {
  let part: ArrayPart
  /// Whether it is that of the last layer.
  let isOutput: Bool
  /// The number in its name, such as that of the layer.
  let number: Int?

  /// What an array is by its name in a network; `nil` for any other array.
  init?(_ part: ArrayPart, named name: String) {
    let name = ArrayName(name)
    guard case .success(let header) = part.header, header.count > 0,
      [.bytes, .unicode].contains(header.dtype.kind), let isOutput = ActivationName.isOutput(name)
    else { return nil }
    self.part = part
    self.isOutput = isOutput
    number = name.numbers.last
  }
}

/// What a file says about the activations of a network.
struct StoredActivations {
  /// Texts under one name, or under names that are counted.
  private struct Statement {
    let name: String
    let texts: [String]
    /// Whether they are one for each layer.
    let isList: Bool
    let isOutput: Bool
    /// Whether the name is scikit-learn's.
    let isUsual: Bool

    /// The name and the texts, for a sentence.
    var shown: String {
      let some = texts.prefix(6).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
      return "'\(name)' is \(some)\(texts.count > 6 ? ", …" : "")"
    }
  }

  private var statements: [Statement] = []
  /// The number of layers.
  private let layers: Int
  /// What was taken for what.
  private(set) var notes: [String] = []

  /// The activations that a network's arrays state.
  ///
  /// - Parameters:
  ///   - usual: Those under scikit-learn's names.
  ///   - others: Those under other names.
  ///   - layers: The number of layers.
  ///   - options: What the caller says, which wins whatever is stored.
  /// - Throws: ``SklearnError/badAttribute(_:problem:)``, where an array is not texts.
  init(
    _ usual: [Attribute: NamedArray], others: [(kind: ActivationPart, array: NamedArray)],
    layers: Int, options: SklearnWeights.Options
  ) throws(SklearnError) {
    self.layers = layers
    if options.activation == nil, let stored = usual[.activation] {
      try state(stored.name, Self.texts(stored), isOutput: false, isUsual: true)
    }
    if options.outActivation == nil, let stored = usual[.outActivation] {
      try state(stored.name, Self.texts(stored), isOutput: true, isUsual: true)
    }
    var counted: [(number: Int, name: String, text: String)] = []
    for (kind, stored) in others where !kind.isOutput || options.outActivation == nil {
      let texts = try Self.texts(stored)
      if let number = kind.number, texts.count == 1, !kind.isOutput {
        counted.append((number, stored.name, texts[0]))
      } else {
        try state(stored.name, texts, isOutput: kind.isOutput, isUsual: false)
      }
    }
    counted.sort { $0.number < $1.number }
    if let first = counted.first {
      statements.append(
        Statement(
          name: first.name, texts: counted.map(\.text), isList: true, isOutput: false,
          isUsual: false))
    }
  }

  private mutating func state(
    _ name: String, _ texts: [String], isOutput: Bool, isUsual: Bool
  ) throws(SklearnError) {
    guard !isOutput || texts.count == 1 else {
      throw .badAttribute(name, problem: "has \(texts.count) activations for the last layer")
    }
    statements.append(
      Statement(
        name: name, texts: texts, isList: texts.count > 1, isOutput: isOutput, isUsual: isUsual))
  }

  private static func texts(_ stored: NamedArray) throws(SklearnError) -> [String] {
    guard let texts = try? stored.array.strings(), !texts.isEmpty else {
      throw .badAttribute(
        stored.name,
        problem: "of dtype \(stored.array.dtype) and shape \(pythonTuple(stored.array.shape)) "
          + "is not one name")
    }
    return Array(texts)
  }

  /// The activation of each hidden layer, and one for no hidden layer; `nil` where nothing says it.
  ///
  /// - Throws: ``SklearnError`` where one is unknown, or said twice and differently.
  mutating func hidden() throws(SklearnError) -> [Activation]? {
    var found: (activations: [Activation], statement: Statement)?
    for statement in statements where !statement.isOutput {
      var texts = statement.texts
      if statement.isList {
        guard texts.count == layers || texts.count == layers - 1 else {
          throw .badAttribute(
            statement.name, problem: "has \(texts.count) activations for \(layers) layers")
        }
        texts = Array(texts.prefix(layers - 1))
      } else if layers == 1, !statement.isUsual {
        continue
      }
      let activations = try texts.map { text throws(SklearnError) in
        try Activation(stated: text, in: statement.name, known: SklearnWeights.hiddenActivations)
      }
      guard let first = activations.first else { continue }
      let each =
        statement.isList ? activations : Array(repeating: first, count: Swift.max(1, layers - 1))
      try agree(found, statement, each)
      found = found ?? (each, statement)
    }
    let isOne = Set(found?.activations ?? []).count <= 1
    return note(found, "activation\(isOne ? "" : "s") of the hidden layers")
  }

  /// The activation of the last layer; `nil` where nothing says it.
  ///
  /// - Throws: ``SklearnError`` where it is unknown, or said twice and differently.
  mutating func output() throws(SklearnError) -> Activation? {
    var found: (activations: [Activation], statement: Statement)?
    for statement in statements {
      let text: String
      if statement.isOutput {
        text = statement.texts[0]
      } else if statement.isList, statement.texts.count == layers {
        text = statement.texts[layers - 1]
      } else if layers == 1, !statement.isUsual, !statement.isList,
        let only = ActivationName.activation(of: statement.texts[0]),
        SklearnWeights.outActivations.contains(only)
      {
        // Of a single layer there is no other.
        text = statement.texts[0]
      } else {
        continue
      }
      let activation = try Activation(
        stated: text, in: statement.name, known: SklearnWeights.outActivations)
      try agree(found, statement, [activation])
      found = found ?? ([activation], statement)
    }
    return note(found, "output activation")?.first
  }

  private func agree(
    _ known: (activations: [Activation], statement: Statement)?, _ statement: Statement,
    _ activations: [Activation]
  ) throws(SklearnError) {
    guard let known, known.activations != activations else { return }
    throw .contradiction(
      statement.name, value: statement.texts.prefix(6).map { "'\($0)'" }.joined(separator: ", "),
      with: known.statement.shown)
  }

  private mutating func note(
    _ found: (activations: [Activation], statement: Statement)?, _ what: String
  ) -> [Activation]? {
    guard let (activations, statement) = found else { return nil }
    let names = activations.map(\.rawValue)
    let isOne = Set(names).count == 1
    if !statement.isUsual || statement.texts != (isOne ? [names[0]] : names) {
      notes.append(
        "\(statement.shown): the \(what) \(isOne ? "is" : "are") "
          + (isOne
            ? names[0] : names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")))
    }
    return activations
  }
}

extension Activation {
  /// The activation that a text next to weights means.
  ///
  /// - Throws: ``SklearnError/unknownActivation(_:value:known:)``.
  fileprivate init(
    stated text: String, in name: String, known: [Activation]
  ) throws(SklearnError) {
    guard let activation = ActivationName.activation(of: text), known.contains(activation) else {
      throw .unknownActivation(name, value: text, known: known.map(\.rawValue))
    }
    self = activation
  }
}
