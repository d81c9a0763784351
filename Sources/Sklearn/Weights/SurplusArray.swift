import NPY

/// Why an array next to a network can be left out without a loss, as its name and its axes tell.
enum SurplusArray {
  /// A kind of arrays that are no part of a network.
  enum Excuse {
    /// A moment or a gradient of an array of the network, which must have its shape.
    case moment
    /// A history of training, or a score.
    case history
  }

  private static let moments: Set = [
    "m", "v", "d", "s", "adam", "moment", "moments", "momentum", "momentums", "velocity",
    "velocities", "grad", "grads", "gradient", "gradients", "delta", "deltas", "exp", "avg", "sq",
    "cache", "rms", "rmsprop", "optimizer", "optimiser", "optim", "opt", "mw", "mb", "vw", "vb",
    "dw", "db", "sw", "sb", "vdw", "vdb", "sdw", "sdb",
    "vd", "sd",
  ]

  private static let histories: Set = [
    "loss", "losses", "cost", "costs", "error", "errors", "accuracy", "accuracies", "acc", "score",
    "scores", "history", "curve", "epoch", "epochs", "iter", "iters", "iteration", "iterations",
    "step", "steps", "val", "validation", "lr", "lrs", "eta", "time", "times", "metric", "metrics",
    "mse", "rmse", "mae", "auc", "f1", "precision", "recall", "confusion", "seed", "batch",
    "samples", "seen", "criterion",
  ]

  private static let sizes: Set = [
    "sizes", "size", "dims", "dim", "layers", "layer", "topology", "neurons", "units", "nodes",
    "shape", "shapes", "architecture", "arch", "structure", "hidden",
  ]

  /// What a name says; `nil` where it is no reason to leave the array out.
  static func excuse(_ name: ArrayName) -> Excuse? {
    let words = name.otherWords
    if words.contains(where: histories.contains) { return .history }
    return words.contains(where: moments.contains) ? .moment : nil
  }

  /// Whether a name says that the array holds the sizes of layers.
  static func areSizes(_ name: ArrayName) -> Bool {
    name.otherWords.contains(where: sizes.contains)
  }

  static func isMoment(_ word: String) -> Bool { moments.contains(word) }
}

extension ArrayName {
  /// Whether the name is that of another array with a word such as momentum in it.
  ///
  /// - Parameter templates: Those of all arrays.
  func isMoment(besides templates: Set<[String]>) -> Bool {
    let rest = template.filter { !SurplusArray.isMoment($0) }
    return rest.count < template.count && templates.contains(rest)
  }
}

/// The labels of a network's classes under other names than scikit-learn's: what people call the lists of them.
enum ClassNames {
  private static let words: Set = ["labels", "classes", "names"]
  /// Words that may stand next to these.
  private static let others: Set = ["class", "target", "label", "output"]

  /// Whether a list is called so that it holds the labels: `labels`, `class_names`, `targetNames`.
  static func areMeant(by name: ArrayName) -> Bool {
    let parts = name.otherWords
    guard parts.contains(where: words.contains),
      parts.allSatisfy({ words.contains($0) || others.contains($0) })
    else { return false }
    return parts != ["names"]
  }
}

/// The arrays next to a network, each with what it is.
struct NeighbourArrays {
  /// What is stored of the network under scikit-learn's names.
  private(set) var attributes: [Attribute: ArrayPart] = [:]
  /// Texts that name activations, under other names than scikit-learn's.
  private(set) var activations: [ActivationPart] = []
  /// The names of the inputs.
  private(set) var featureNames: ArrayPart?
  /// A scaler's, and its mean and scale.
  private(set) var scaler: (arrays: ScalerArrays, mean: ArrayPart, scale: ArrayPart)?
  /// Sizes that must agree with those of the layers.
  private(set) var sizes: [ArrayPart] = []
  /// What is read in another way than as weights, and what is left out.
  private(set) var notes: [String] = []

  /// Sorts what a network leaves over.
  ///
  /// - Parameters:
  ///   - parts: All arrays of the file.
  ///   - network: The layers.
  /// - Throws: ``SklearnError/surplusArray(_:)`` for an array that may mean something.
  init(_ parts: [ArrayPart], besides network: LayerSearch.Found) throws(SklearnError) {
    var used: Set<String> = []
    var shapes: Set<[Int]> = []
    for (weights, biases) in network.layers {
      for part in [weights, biases].compactMap(\.self) {
        used.insert(part.name)
        if let header = try? part.header.get() { shapes.insert(header.shape) }
      }
    }
    var rest: [(part: ArrayPart, name: ArrayName)] = []
    for part in parts where !used.contains(part.name) {
      let name = Self.name(of: part.name, in: network.prefix)
      guard let attribute = Attribute(name: name) else {
        if let activation = ActivationPart(part, named: name) {
          activations.append(activation)
        } else {
          rest.append((part, ArrayName(part.name)))
        }
        continue
      }
      if let first = attributes.updateValue(part, forKey: attribute) {
        throw .doubledArray(first.name, part.name)
      }
    }
    let inputs = network.layout.sizes(try WeightsPlan.header(network.layers[0].weights).shape)
      .inputs
    scaler = Self.scaler(in: rest, inputs: inputs)
    featureNames = findFeatureNames(in: rest.map(\.part), inputs: inputs)
    let outputs = network.layout.sizes(
      try WeightsPlan.header(network.layers[network.layers.count - 1].weights).shape
    ).outputs
    if attributes[.classes] == nil, let classes = findClasses(in: rest, outputs: outputs) {
      attributes[.classes] = classes
      rest.removeAll { $0.part.name == classes.name }
    }
    let known = [scaler?.mean.name, scaler?.scale.name, featureNames?.name]
    var omitted: [String] = []
    for (part, name) in rest where !known.contains(part.name) {
      if ScalerArrays.isOfTargets(name) {
        throw .badAttribute(
          part.name,
          problem:
            "belongs to a scaling of the targets, which is not undone: the outputs would be scaled values"
        )
      }
      switch Self.kind(of: part, name, layers: network.layers.count, shapes: shapes) {
      case .sizes: sizes.append(part)
      case .omitted: omitted.append(part.name)
      case .unknown:
        guard scaler != nil, ScalerArrays.isVariance(name) else {
          throw .surplusArray(part.name)
        }
        omitted.append(part.name)
      }
    }
    if let scaler {
      notes.append(
        scaler.arrays.text(mean: scaler.mean.name, scale: scaler.scale.name)
          + " are used as a StandardScaler before the first layer")
    }
    let single = omitted.filter { ScalerArrays.isPart(ArrayName($0)) }
    if single.count > 1 {
      notes.append(
        "\(single.prefix(2).map { "'\($0)'" }.joined(separator: " and ")) look like a scaler of one value "
          + "for all inputs, and are not used")
    }
    let all = sizes.map(\.name) + omitted
    if !all.isEmpty {
      let shown = all.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
      notes.append("left out, not part of the network: \(shown)\(all.count > 6 ? ", …" : "")")
    }
  }

  private enum Kind {
    case sizes, omitted, unknown
  }

  private static func kind(
    of part: ArrayPart, _ name: ArrayName, layers: Int, shapes: Set<[Int]>
  ) -> Kind {
    guard case .success(let header) = part.header else { return .unknown }
    let excuse = SurplusArray.excuse(name)
    switch header.dtype.kind {
    case .bytes, .unicode: return .omitted
    case _ where header.shape.isEmpty || header.count == 0: return .omitted
    case _ where excuse == .history && header.shape.count <= 2: return .omitted
    case _ where excuse == .moment && shapes.contains(header.shape): return .omitted
    case .int, .uint:
      // Of a network of so many layers nobody stores more sizes.
      return header.shape.count == 1 && header.count <= layers + 1 ? .sizes : .unknown
    default: return .unknown
    }
  }

  /// The list of texts that has a name for each input: under scikit-learn's name, or the only one that is called so.
  private mutating func findFeatureNames(in rest: [ArrayPart], inputs: Int) -> ArrayPart? {
    func isList(_ part: ArrayPart) -> Bool {
      guard case .success(let header) = part.header else { return false }
      return header.shape == [inputs] && [.bytes, .unicode].contains(header.dtype.kind)
    }
    if let usual = attributes[.featureNames] {
      if isList(usual) { return usual }
      notes.append("'\(usual.name)' is not a name for each of the \(inputs) inputs, and not used")
      return nil
    }
    let found = rest.filter { isList($0) && FeatureNames.areMeant(by: $0.name) }
    guard found.count == 1 else { return nil }
    notes.append("'\(found[0].name)' has the names of the inputs")
    return found[0]
  }

  /// The name of an array as the network has it: without what its names begin with, or the places around it.
  private static func name(of name: String, in prefix: String) -> String {
    if name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    guard let end = name.utf8.lastIndex(of: UInt8(ascii: "/")), prefix.hasPrefix(name[...end])
    else { return name }
    return String(name[name.utf8.index(after: end)...])
  }

  /// The only list that is called the labels of the classes, with one for each output; of one output two.
  private mutating func findClasses(
    in rest: [(part: ArrayPart, name: ArrayName)], outputs: Int
  ) -> ArrayPart? {
    let found = rest.filter { part, name in
      guard ClassNames.areMeant(by: name), case .success(let header) = part.header else {
        return false
      }
      return header.shape == [outputs == 1 ? 2 : outputs]
        && [.int, .uint, .bool, .bytes, .unicode].contains(header.dtype.kind)
    }
    guard found.count == 1 else { return nil }
    notes.append("'\(found[0].part.name)' are the classes")
    return found[0].part
  }

  /// A mean and a scale of each input.
  private static func scaler(
    in rest: [(part: ArrayPart, name: ArrayName)], inputs: Int
  ) -> (arrays: ScalerArrays, mean: ArrayPart, scale: ArrayPart)? {
    let known = rest.compactMap { part, _ in
      (try? part.header.get()).map { (part: part, header: $0) }
    }
    let arrays = try? ScalerArrays(known.map { ($0.part.name, $0.header) }, inputs: inputs)
    return arrays.map { ($0, known[$0.mean].part, known[$0.scale].part) }
  }
}
