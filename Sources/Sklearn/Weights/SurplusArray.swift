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
    "samples", "seen",
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

/// The arrays next to a network, each with what it is.
struct NeighbourArrays {
  /// What is stored of the network under scikit-learn's names.
  private(set) var attributes: [Attribute: ArrayPart] = [:]
  /// A scaler's.
  private(set) var scaler: (mean: ArrayPart, scale: ArrayPart)?
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
      let name =
        part.name.hasPrefix(network.prefix)
        ? String(part.name.dropFirst(network.prefix.count)) : part.name
      guard let attribute = Attribute(name: name) else {
        rest.append((part, ArrayName(part.name)))
        continue
      }
      if let first = attributes.updateValue(part, forKey: attribute) {
        throw .doubledArray(first.name, part.name)
      }
    }
    let inputs = network.layout.sizes(try WeightsPlan.header(network.layers[0].weights).shape)
      .inputs
    scaler = Self.scaler(in: rest, inputs: inputs)
    var omitted: [String] = []
    for (part, name) in rest where part.name != scaler?.mean.name && part.name != scaler?.scale.name
    {
      switch Self.kind(of: part, name, layers: network.layers.count, shapes: shapes) {
      case .sizes: sizes.append(part)
      case .omitted: omitted.append(part.name)
      case .unknown:
        guard scaler != nil, Self.isVariance(name) else { throw .surplusArray(part.name) }
        omitted.append(part.name)
      }
    }
    if let scaler {
      notes.append(
        "'\(scaler.mean.name)' and '\(scaler.scale.name)' are used as a StandardScaler before the "
          + "first layer")
    }
    let single = omitted.filter { Self.isOfScaler(ArrayName($0)) }
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

  // MARK: Scalers

  private static let means: Set = ["mean", "means", "mu"]
  private static let scales: Set = ["scale", "scales", "std", "stds", "sigma", "stdev"]
  private static let variances: Set = ["var", "variance", "variances"]
  /// Words that may stand next to these.
  private static let inputs: Set = [
    "scaler", "standard", "x", "input", "inputs", "feature", "features", "data", "train",
    "training", "norm", "normalization", "preprocessing", "pixel", "sc", "ss",
  ]

  private static func isVariance(_ name: ArrayName) -> Bool {
    name.otherWords.contains(where: variances.contains)
  }

  /// A mean and a scale of each input.
  private static func scaler(
    in rest: [(part: ArrayPart, name: ArrayName)], inputs: Int
  ) -> (mean: ArrayPart, scale: ArrayPart)? {
    func only(_ words: Set<String>) -> ArrayPart? {
      let found = rest.filter { part, name in
        let (mine, others) = (
          name.otherWords.filter(words.contains), name.otherWords.filter { !words.contains($0) }
        )
        guard mine.count == 1, others.allSatisfy(Self.inputs.contains),
          case .success(let header) = part.header
        else { return false }
        return header.dtype.isReal && header.count == inputs
          && ([1, 2].contains(header.shape.count) && header.shape.last == inputs)
      }
      return found.count == 1 ? found[0].part : nil
    }
    guard let mean = only(means), let scale = only(scales) else { return nil }
    return (mean, scale)
  }

  /// Whether a name is that of a mean or a scale of inputs.
  private static func isOfScaler(_ name: ArrayName) -> Bool {
    let words = name.otherWords.filter { means.contains($0) || scales.contains($0) }
    return words.count == 1
      && name.otherWords.allSatisfy { words.contains($0) || inputs.contains($0) }
  }
}
