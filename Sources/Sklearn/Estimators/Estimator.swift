import MLP
import NPY
import Pickle

/// A fitted network as scikit-learn pickles it, alone or at the end of a pipeline, in a search or not:
/// what its attributes say, compared with one another.
///
/// Classes and attributes are those of scikit-learn 0.18 to 1.9 (`sklearn/neural_network/
/// _multilayer_perceptron.py`, `pipeline.py`, `model_selection/_search.py`).
struct Estimator {
  /// The weights, inputs × outputs, and the biases of each layer.
  var layers: [(weights: NDArray, biases: NDArray)] = []

  /// The activation of the hidden layers, by name.
  var activation = ""

  /// The activation of the last layer, by name.
  var outActivation = ""

  /// The labels, where it tells classes apart.
  var classes: ClassLabels?

  /// The estimators that it combines, where it is no network itself.
  var ensemble: Ensemble?

  /// Whether a regressor was fitted on rows of targets, so that it predicts rows.
  var givesRows = false

  /// Whether it is a linear model.
  var isLinearModel = false

  /// Sizes that must agree with the weights.
  private(set) var sizes: [StoredSize] = []

  /// The steps before it, first to last.
  var reading: StepReading

  /// The names of the columns that it was fitted with, where it was fitted with a table that has names.
  private(set) var featureNames: [String]?

  /// Where the network is: `Pipeline.mlpclassifier`.
  var path = ""

  /// The attributes that only its training needs, as far as it has them.
  private(set) var training: [String] = []

  /// The loss of each epoch of its training, `loss_curve_`; empty where it is not a list of finite numbers.
  private(set) var lossCurve: [Double] = []

  /// The version of scikit-learn that pickled it, if it says so.
  private(set) var version: String?

  /// The bytes that arrays may still take.
  var remainingBytes: Int

  /// Whether an instance of an unknown class is a network, or a search for one, if it has the attributes of it.
  let looksThroughUnknown: Bool

  /// How many estimators it is in.
  var level = 0

  /// Whether the network has been read.
  private(set) var isRead = false

  init(byteCount: Int, looksThroughUnknown: Bool) {
    remainingBytes = byteCount
    reading = StepReading(byteCount: byteCount)
    self.looksThroughUnknown = looksThroughUnknown
  }

  /// Reads the network that a file holds in one place.
  ///
  /// - Throws: ``SklearnError``: where the file has no network, where it is not fitted, where a step of a pipeline
  ///   is not one that ``InputTransform`` knows, or where two attributes contradict each other.
  init<Objects: StoredObjects>(
    _ objects: Objects, at node: Objects.Node, path: String, looksThroughUnknown: Bool = false
  ) throws(SklearnError) {
    self.init(byteCount: objects.byteCount, looksThroughUnknown: looksThroughUnknown)
    try read(objects, node, path)
    guard isRead else {
      throw .noEstimator(
        path: "",
        found: reading.steps.isEmpty ? "nothing" : "preprocessing without a network after it")
    }
  }

  /// The preprocessing before the network; `nil` without any.
  var preprocessing: Preprocessing? {
    reading.steps.isEmpty ? nil : reading.preprocessing(names: featureNames)
  }

  /// Reads a transformer, or a pipeline of transformers.
  ///
  /// - Throws: ``SklearnError``, as for a network.
  static func preprocessing<Objects: StoredObjects>(
    _ objects: Objects, at place: EstimatorSearch<Objects>.Place, looksThroughUnknown: Bool
  ) throws(SklearnError) -> Preprocessing {
    var estimator = Estimator(
      byteCount: objects.byteCount, looksThroughUnknown: looksThroughUnknown)
    try estimator.read(objects, place.node, place.path)
    guard !estimator.isRead, let preprocessing = estimator.preprocessing else {
      throw .noEstimator(path: place.path, found: "no scaler")
    }
    return preprocessing
  }

  /// What an instance of a class is to a reader of networks; `nil` for what no reader needs.
  ///
  /// An unknown class may be a subclass of scikit-learn's, or do the same: it is known by its attributes then.
  static func role(
    of kind: PickleGlobal, _ attributes: some Collection<String>, looksThroughUnknown: Bool
  ) -> KnownClass.Role? {
    if let role = KnownClass.role(of: kind) { return role }
    guard looksThroughUnknown else { return nil }
    if attributes.contains("coefs_"), attributes.contains("intercepts_") {
      return attributes.contains("_label_binarizer") || attributes.contains("classes_")
        ? .classifier : .regressor
    }
    return attributes.contains("best_estimator_") ? .search : nil
  }

  // MARK: What stands around a network

  mutating func read<Objects: StoredObjects>(
    _ objects: Objects, _ root: Objects.Node, _ path: String
  ) throws(SklearnError) {
    // What is still to be looked at, the next one last. No recursion: the file may nest as it likes.
    var pending = [(node: root, path: path)]
    var opened: Set<Objects.Node> = []
    while let (node, place) = pending.popLast() {
      let value = objects.value(of: node)
      // A step that does nothing.
      switch value {
      case .none where !place.isEmpty: continue
      case .text("passthrough") where !place.isEmpty: continue
      // What numpy.save makes of an object that is no array.
      case .objects(shape: [], let items) where place.isEmpty && items.count == 1 && opened.isEmpty:
        opened.insert(node)
        pending.append((items[0], ""))
        continue
      default: break
      }
      let instance = try StoredInstance(objects, value, path: place)
      if version == nil { version = try instance.text("_sklearn_version") }
      // What comes first sees the columns as they are; what follows may see an array without names.
      if featureNames == nil { featureNames = instance.featureNames }
      let role = Self.role(
        of: instance.kind, instance.names, looksThroughUnknown: looksThroughUnknown)
      switch role {
      case .pipeline, .search:
        guard opened.insert(node).inserted else {
          throw .badObject(instance.path, problem: "contains itself")
        }
        guard opened.count <= Self.maxNesting else {
          throw .badObject(instance.path, problem: "is in more than \(Self.maxNesting) others")
        }
        if case .pipeline = role {
          pending += try Self.steps(of: instance, in: objects).reversed()
        } else {
          guard let best = instance.node("best_estimator_") else {
            throw .notFitted(instance.path, missing: "best_estimator_")
          }
          pending.append((best, "\(instance.path).best_estimator_"))
        }
      // It adds or drops rows when it is fitted, and none when it predicts.
      case .sampler where !isRead: continue
      case .step(let step) where !isRead: try reading.add(step, instance)
      case .frozen:
        guard opened.insert(node).inserted, let frozen = instance.node("estimator") else {
          throw .notFitted(instance.path, missing: "estimator")
        }
        pending.append((frozen, "\(instance.path).estimator"))
      case .linear(let kind) where !isRead:
        try read(instance, in: objects, linear: kind)
        isRead = true
      case .ensemble(let kind) where !isRead:
        try read(instance, in: objects, ensemble: kind)
        isRead = true
      case .classifier where !isRead:
        try read(instance, in: objects, isClassifier: true)
        isRead = true
      case .regressor where !isRead:
        try read(instance, in: objects, isClassifier: false)
        isRead = true
      default:
        throw .unknownStep(
          instance.path, kind: instance.kind.description,
          problem: isRead ? "nothing can follow a network" : nil)
      }
    }
  }

  /// The names and estimators of a pipeline: a list of pairs.
  private static func steps<Objects: StoredObjects>(
    of pipeline: StoredInstance<Objects>, in objects: Objects
  ) throws(SklearnError) -> [(node: Objects.Node, path: String)] {
    guard let items = try pipeline.items("steps") else {
      throw .badObject(pipeline.path, problem: "has no steps")
    }
    guard items.count <= maxSteps else {
      throw .badObject(pipeline.path, problem: "has \(items.count) steps; \(maxSteps) are read")
    }
    var steps: [(Objects.Node, String)] = []
    for item in items {
      guard case .list(let pair) = objects.value(of: item), pair.count == 2,
        case .text(let name) = objects.value(of: pair[0])
      else {
        throw .badObject(
          "\(pipeline.path).steps[\(steps.count)]", problem: "is no pair of a name and an estimator"
        )
      }
      steps.append((pair[1], "\(pipeline.path).\(name.prefix(100))"))
    }
    return steps
  }

  /// What `fit` keeps of its way, and to go on.
  private static let trainingAttributes = ["_optimizer", "loss_curve_", "validation_scores_"]

  /// Counts the bytes of an array. An honest file holds each of them once.
  mutating func take(_ bytes: Int, for name: String) throws(SklearnError) {
    remainingBytes -= bytes
    guard remainingBytes >= 0 else {
      throw .badObject(name, problem: "brings more numbers than the file has room for")
    }
  }

  // More than anyone has. A file can name one object a million times, and each time it is looked at.
  private static let maxNesting = 10
  private static let maxSteps = 100
  private static let maxLayers = 10_000

  // MARK: The network

  private mutating func read<Objects: StoredObjects>(
    _ network: StoredInstance<Objects>, in objects: Objects, isClassifier: Bool
  ) throws(SklearnError) {
    path = network.path
    training = Self.trainingAttributes.filter { network.hasContent($0) }
    lossCurve = takeNumbers("loss_curve_", of: network)
    guard let coefs = try network.items("coefs_") else {
      throw .notFitted(path, missing: "coefs_")
    }
    guard let intercepts = try network.items("intercepts_") else {
      throw .notFitted(path, missing: "intercepts_")
    }
    guard coefs.count <= Self.maxLayers else {
      throw .badObject(
        "\(path).coefs_", problem: "has \(coefs.count) layers; \(Self.maxLayers) are read")
    }
    guard coefs.count == intercepts.count, !coefs.isEmpty else {
      throw .contradiction(
        "\(path).coefs_", value: "a list of \(coefs.count) arrays",
        with: "intercepts_ is one of \(intercepts.count)")
    }
    let weights = try arrays(coefs, named: "coefs_", of: network, in: objects)
    let biases = try arrays(intercepts, named: "intercepts_", of: network, in: objects)
    layers = Array(zip(weights, biases))
    for attribute in [Attribute.layerCount, .outputCount, .featureCount] {
      if let value = try network.integer(attribute.rawValue) {
        sizes.append(StoredSize(attribute: attribute, name: attribute.rawValue, values: [value]))
      }
    }
    let hidden = Attribute.hiddenLayerSizes
    if let values = try network.integers(hidden.rawValue, atMost: coefs.count) {
      sizes.append(StoredSize(attribute: hidden, name: hidden.rawValue, values: values))
    }
    guard let activation = try network.text("activation") else {
      throw .badObject("\(path).activation", problem: "is missing")
    }
    self.activation = activation
    // The last layer's biases are as many as it has outputs, or the weights are refused later.
    let outputs = biases[biases.count - 1].count
    outActivation =
      if isClassifier {
        try readClasses(of: network, in: objects, outputs: outputs)
      } else {
        try Self.outActivation(ofRegressor: network)
      }
  }

  /// The numbers of a list that no prediction depends on: empty where one is not finite, or where the file has no room
  /// for so many.
  private mutating func takeNumbers<Objects: StoredObjects>(
    _ name: String, of network: StoredInstance<Objects>
  ) -> [Double] {
    guard let items = try? network.items(name), items.count <= remainingBytes / 8 else { return [] }
    let numbers = items.compactMap { network.number($0) }
    guard numbers.count == items.count, numbers.allSatisfy(\.isFinite) else { return [] }
    remainingBytes -= 8 * items.count
    return numbers
  }

  /// The arrays of a list.
  private mutating func arrays<Objects: StoredObjects>(
    _ nodes: [Objects.Node], named name: String, of network: StoredInstance<Objects>,
    in objects: Objects
  ) throws(SklearnError) -> [NDArray] {
    var arrays: [NDArray] = []
    for (index, node) in nodes.enumerated() {
      guard case .array(let array) = objects.value(of: node) else {
        throw network.wrong("\(name)[\(index)]", objects.value(of: node), "an array")
      }
      try take(array.bytes.count, for: "\(path).\(name)[\(index)]")
      arrays.append(array)
    }
    return arrays
  }

  /// The classes, and the output activation, which must be the one that goes with them.
  private mutating func readClasses<Objects: StoredObjects>(
    of network: StoredInstance<Objects>, in objects: Objects, outputs: Int
  ) throws(SklearnError) -> String {
    if let loss = try network.text("loss"), loss != "log_loss" {
      throw .contradiction("\(path).loss", value: "'\(loss)'", with: "a classifier's is 'log_loss'")
    }
    var classes = try network.labels("classes_", in: objects)
    var type: String?
    if let node = network.node("_label_binarizer") {
      let binarizer = try StoredInstance(
        objects, objects.value(of: node), path: "\(path)._label_binarizer")
      guard case .labels? = KnownClass.role(of: binarizer.kind) else {
        throw .unknownStep(binarizer.path, kind: binarizer.kind.description, problem: nil)
      }
      type = try binarizer.text("y_type_")
      // scikit-learn answers with the binarizer's.
      if let known = try binarizer.labels("classes_", in: objects) {
        if let classes, classes.labels != known.labels {
          throw .contradiction(
            "\(path).classes_", value: classes.shown,
            with: "_label_binarizer.classes_ is \(known.shown)")
        }
        classes = known
      }
      for (name, expected) in [("neg_label", Int64(0)), ("pos_label", 1)] {
        if let value = try binarizer.integer(name), value != expected {
          throw .contradiction(
            "\(binarizer.path).\(name)", value: "\(value)", with: "a network's is \(expected)")
        }
      }
    }
    if let classes {
      try take(classes.array.bytes.count, for: "\(path).classes_")
      self.classes = classes
    }
    let expected = try type.map { (type: String) throws(SklearnError) -> String in
      guard let (activation, count) = Self.outputs[type] else {
        throw .badObject(
          "\(path)._label_binarizer.y_type_", problem: "is '\(type)', which no network has")
      }
      guard (outputs == 1) == (count == 1) else {
        throw .contradiction(
          "\(path)._label_binarizer.y_type_", value: "'\(type)'",
          with: "the last layer has \(outputs) output\(outputs == 1 ? "" : "s")")
      }
      return activation
    }
    let stored = try network.text("out_activation_")
    if let stored, let expected, stored != expected {
      throw .contradiction(
        "\(path).out_activation_", value: "'\(stored)'",
        with: "_label_binarizer.y_type_ is '\(type ?? "")', which goes with '\(expected)'")
    }
    // Several outputs may be one question or one each; only the two attributes can tell.
    if let activation = stored ?? expected ?? (outputs == 1 ? "logistic" : nil) {
      return activation
    }
    throw .badObject(
      "\(path).out_activation_", problem: "is missing, and so is _label_binarizer.y_type_")
  }

  /// The output activation of each kind of targets, and whether there is one output.
  private static let outputs = [
    "binary": ("logistic", 1), "multiclass": ("softmax", 2),
    "multilabel-indicator": ("logistic", 2),
  ]

  /// The identity, or after Poisson loss the exponential.
  private static func outActivation<Objects: StoredObjects>(
    ofRegressor network: StoredInstance<Objects>
  ) throws(SklearnError) -> String {
    let loss = try network.text("loss") ?? "squared_error"
    guard let expected = losses[loss] else {
      throw .badObject("\(network.path).loss", problem: "is '\(loss)', which no regressor has")
    }
    if let stored = try network.text("out_activation_"), stored != expected {
      throw .contradiction(
        "\(network.path).out_activation_", value: "'\(stored)'",
        with: "a regressor of loss '\(loss)' has '\(expected)'")
    }
    return expected
  }

  /// squared_loss is the name that scikit-learn had until 1.2.
  private static let losses = [
    "squared_error": "identity", "squared_loss": "identity", "poisson": "exp",
  ]
}

extension StoredInstance {
  /// Class labels: an array, or an array of objects that are all of one kind.
  ///
  /// - Parameter orList: Whether a list is no error; it has no labels, then.
  func labels(
    _ name: String, in objects: Objects, orList: Bool = false
  ) throws(SklearnError) -> ClassLabels? {
    guard let node = node(name) else { return nil }
    let array: NDArray
    switch objects.value(of: node) {
    case .list where orList: return nil
    case .array(let found): array = found
    case .objects(let shape, let items) where shape.count == 1:
      var texts: [String] = []
      var integers: [Int64] = []
      // A file can name one long text a million times, and an array makes room for each.
      var room = 4 * objects.byteCount
      var longest = 0
      for item in items {
        switch objects.value(of: item) {
        case .text(let text):
          longest = max(longest, text.utf8.count)
          room -= text.utf8.count
          guard room >= 0, longest <= (1 << 20) / items.count || longest * items.count <= room
          else {
            throw .badObject(
              "\(path).\(name)", problem: "brings more text than the file has room for")
          }
          texts.append(text)
        case .integer(let integer): integers.append(integer)
        case let other: throw wrong("\(name)[\(texts.count + integers.count)]", other, "a label")
        }
      }
      guard texts.isEmpty || integers.isEmpty else {
        throw .badObject("\(path).\(name)", problem: "mixes texts and integers")
      }
      do {
        array = try texts.isEmpty ? NDArray(integers) : NDArray(strings: texts)
      } catch {
        throw .unreadable("\(path).\(name)", error)
      }
    case let other: throw wrong(name, other, "an array")
    }
    return try ClassLabels(array, name: "\(path).\(name)")
  }
}

extension ClassLabels {
  /// The labels as an error shows them.
  fileprivate var shown: String {
    let some = labels.prefix(6).map(\.description).joined(separator: ", ")
    return "[\(some)\(labels.count > 6 ? ", …" : "")]"
  }
}
