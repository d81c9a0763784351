import MLP
import Pickle

/// The estimators that a file keeps in tuples, lists and dictionaries, and what people save next to a network.
///
///     (clf, scaler)                       a network and a scaler
///     {"model": pipeline, "labels": le}   a network and a label encoder
///     [reg1, reg2]                        two networks, '[0]' and '[1]'
struct EstimatorSearch<Objects: StoredObjects> {
  /// Where an object is.
  struct Place {
    let node: Objects.Node
    /// How to get there from the root: `models.a[0]`; empty for the root.
    let path: String
    /// The path of the tuple, list, dictionary or object that it is in.
    let container: String
  }

  /// Networks, alone or in a pipeline or a search.
  private(set) var networks: [Place] = []
  /// Linear models, which count where there is no network.
  private var linearModels: [Place] = []
  /// Scalers, and pipelines of scalers.
  private(set) var scalers: [Place] = []
  /// Label encoders.
  private(set) var encoders: [Place] = []
  /// Lists of texts, such as the names of columns.
  private var texts: [(place: Place, texts: [String])] = []
  /// Some of the other objects: where they are, and what.
  private(set) var others: [(path: String, kind: String)] = []

  private let objects: Objects
  private let looksThroughUnknown: Bool
  /// Paths that are left out, and whether each is in the file.
  private var ignored: [String: Bool]

  /// Looks through a file's containers.
  ///
  /// - Parameters:
  ///   - objects: The file's objects.
  ///   - looksThroughUnknown: Whether instances of unknown classes are containers too.
  ///   - ignored: Paths of what is not part of the network.
  /// - Throws: ``SklearnError/badObject(_:problem:)`` for more parts than any file of a network has.
  init(
    _ objects: Objects, looksThroughUnknown: Bool, ignored: [String] = []
  ) throws(SklearnError) {
    self.objects = objects
    self.ignored = Dictionary(ignored.map { ($0, false) }, uniquingKeysWith: { one, _ in one })
    self.looksThroughUnknown = looksThroughUnknown
    // What is still to be looked at, the next one last. No recursion: the file may nest as it likes.
    var pending = [(place: Place(node: objects.root, path: "", container: ""), depth: 0)]
    var opened: Set<Objects.Node> = []
    var count = 0
    var unfitted: [Place] = []
    while let (place, depth) = pending.popLast() {
      if let known = ignored.first(where: { place.path.isAt($0) }) {
        self.ignored[known] = true
        continue
      }
      if let found = objects.texts(of: place.node), !found.isEmpty {
        if opened.insert(place.node).inserted { texts.append((place, found)) }
        continue
      }
      let value = objects.value(of: place.node)
      guard let parts = self.parts(of: value, at: place.path) else {
        if !take(place, value) { unfitted.append(place) }
        continue
      }
      guard depth < Self.mostLevels, opened.insert(place.node).inserted else { continue }
      // Weights may be lists of numbers, which are many more than the parts of a file.
      if !parts.isEmpty, parts.allSatisfy({ objects.value(of: $0.node).isNumber }) {
        _ = take(place, value)
        continue
      }
      count += parts.count
      guard count <= Self.mostPlaces else {
        throw .badObject(
          String(place.path.prefix(60)), problem: "is in more parts than a network's file has")
      }
      for (node, path) in parts.reversed() {
        pending.append((Place(node: node, path: path, container: place.path), depth + 1))
      }
    }
    // An object keeps the estimator that it was made with next to the one that it has fitted.
    if networks.isEmpty {
      networks = linearModels.isEmpty ? unfitted : linearModels
    } else {
      for place in linearModels where others.count < Self.mostOthers {
        others.append((place.path, objects.value(of: place.node).kind))
      }
    }
  }

  private static var mostLevels: Int { 6 }
  private static var mostPlaces: Int { 100_000 }
  private static var mostOthers: Int { 6 }

  /// The parts of a container; `nil` for any other object.
  private func parts(
    of value: StoredObject<Objects.Node>, at path: String
  ) -> [(node: Objects.Node, path: String)]? {
    func attributes(_ entries: [String: Objects.Node]) -> [(node: Objects.Node, path: String)] {
      entries.sorted { $0.key < $1.key }.map { key, node in
        (node, path.isEmpty ? String(key.prefix(100)) : "\(path.prefix(200)).\(key.prefix(100))")
      }
    }
    switch value {
    // What numpy makes of an object that is no array.
    case .objects(shape: [], let items): return items.map { ($0, path) }
    case .list(let items), .objects(_, let items):
      return items.enumerated().map { ($1, "\(path.prefix(200))[\($0)]") }
    case .dictionary(let entries): return attributes(entries)
    // A class of scikit-learn's does something to predictions, and is not a container.
    case .object(let kind, let entries)
    where looksThroughUnknown && !kind.module.hasPrefix("sklearn.")
      && Estimator.role(of: kind, entries.keys, looksThroughUnknown: true) == nil:
      return attributes(entries)
    default: return nil
    }
  }

  /// Keeps what is no container, if it is of use.
  ///
  /// - Returns: `false` for a network that is not fitted, which is not kept.
  private mutating func take(_ place: Place, _ value: StoredObject<Objects.Node>) -> Bool {
    switch role(of: value) {
    case .classifier, .regressor, .pipeline, .search, .linear, .ensemble, .frozen:
      if let (isFitted, isLinear) = holdsFittedNetwork(place.node) {
        if isFitted, isLinear { linearModels.append(place) }
        if isFitted, !isLinear { networks.append(place) }
        return isFitted
      }
      if case .pipeline = role(of: value) {
        scalers.append(place)
        return true
      }
    case .step:
      scalers.append(place)
      return true
    case .encoder:
      encoders.append(place)
      return true
    default: break
    }
    if case .none = value { return true }
    if others.count < Self.mostOthers { others.append((place.path, value.kind)) }
    return true
  }

  private func role(of value: StoredObject<Objects.Node>) -> KnownClass.Role? {
    guard case .object(let kind, let attributes) = value else { return nil }
    return Estimator.role(of: kind, attributes.keys, looksThroughUnknown: looksThroughUnknown)
  }

  /// Whether a network, or the one that an estimator ends with, is fitted, and whether it is a linear model; `nil`
  /// where it ends with something else.
  private func holdsFittedNetwork(
    _ node: Objects.Node
  ) -> (isFitted: Bool, isLinear: Bool)? {
    var node = node
    for _ in 0..<20 {
      let value = objects.value(of: node)
      guard case .object(_, let attributes) = value else { return nil }
      switch role(of: value) {
      case .classifier, .regressor: return (attributes["coefs_"] != nil, false)
      case .linear(.constant): return nil
      case .linear: return (attributes["coef_"] != nil, true)
      // What it lacks, its reader says.
      case .ensemble: return (true, false)
      case .search:
        guard let best = attributes["best_estimator_"] else { return (false, false) }
        node = best
      case .frozen:
        guard let frozen = attributes["estimator"] else { return (false, false) }
        node = frozen
      case .pipeline:
        guard let steps = attributes["steps"], case .list(let items) = objects.value(of: steps),
          let last = items.last, case .list(let pair) = objects.value(of: last), pair.count == 2
        else { return (false, false) }
        node = pair[1]
      default: return nil
      }
    }
    // It does not end: the reader of it says so.
    return (true, false)
  }
}

// MARK: What is used of it

extension EstimatorSearch {
  /// Preprocessing that is next to a network.
  struct Neighbour {
    let preprocessing: Preprocessing
    let path: String

    /// What to tell of it.
    var note: String {
      let verb = preprocessing.steps.flatMap(\.operations).allSatisfy(\.isElementwise)
      return "'\(path)' (\(preprocessing.steps.names)) \(verb ? "scales" : "transforms") the inputs"
    }
  }

  /// Where arrays are that are not in an estimator.
  var root: Place { Place(node: objects.root, path: "", container: "") }

  /// The network that is meant.
  ///
  /// - Parameter prefix: Where it is, or how that begins; `nil` for the only one.
  /// - Returns: Its place; `nil` where the file holds no network.
  /// - Throws: ``SklearnError/severalModels(prefixes:)`` or ``SklearnError/noModel(prefix:known:)``.
  func network(prefix: String?) throws(SklearnError) -> Place? {
    guard let prefix else {
      guard networks.count <= 1 else { throw .severalModels(prefixes: networks.map(\.path)) }
      return networks.first
    }
    guard !networks.isEmpty else { return nil }
    if let exact = networks.first(where: { $0.path == prefix }) { return exact }
    let fitting = networks.filter { $0.path.hasPrefix(prefix) }
    guard fitting.count <= 1 else { throw .severalModels(prefixes: fitting.map(\.path)) }
    guard let only = fitting.first else {
      throw .noModel(prefix: prefix, known: networks.map(\.path))
    }
    return only
  }

  /// Those of some objects that are next to another one; all of them where none is.
  private func nearest(_ places: [Place], to network: Place) -> [Place] {
    let near = places.filter { $0.container == network.container }
    return near.isEmpty ? places : near
  }

  /// The scalers that are next to a network and belong in front of it.
  ///
  /// - Parameters:
  ///   - network: The network, which has no scaler of its own.
  ///   - inputs: The length of its rows.
  /// - Returns: The only one that makes rows of this length, and its path; `nil` without such a scaler.
  /// - Throws: ``SklearnError/severalScalers(paths:)``, or what is wrong with one.
  func scaler(
    for network: Place, inputs: Int
  ) throws(SklearnError) -> Neighbour? {
    var fitting: [Neighbour] = []
    for place in nearest(scalers, to: network) {
      let found = try Estimator.preprocessing(
        objects, at: place, looksThroughUnknown: looksThroughUnknown)
      if found.inputs != nil, let transform = try? found.transform(before: inputs),
        transform.outputs == inputs
      {
        fitting.append(Neighbour(preprocessing: found, path: place.path))
      }
    }
    guard fitting.count <= 1 else { throw .severalScalers(paths: fitting.map(\.path)) }
    return fitting.first
  }

  /// The names of the inputs that a list next to a network has.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - inputs: The length of its rows.
  ///   - classes: The number of its classes, whose names may be in such a list too.
  /// - Returns: The names in the only list of this length, and its path; `nil` without such a list.
  func columns(
    for network: Place, inputs: Int, classes: Int?
  ) -> (names: [String], path: String)? {
    let near = nearest(texts.map(\.place), to: network).map(\.path)
    let fitting = texts.filter {
      near.contains($0.place.path) && $0.texts.count == inputs && Set($0.texts).count == inputs
    }
    let named = fitting.filter { list in
      FeatureNames.areMeant(by: String(list.place.path.dropFirst(list.place.container.count)))
    }
    let only =
      named.count == 1
      ? named[0] : named.isEmpty && fitting.count == 1 && classes != inputs ? fitting[0] : nil
    return only.map { ($0.texts, $0.place.path) }
  }

  /// The labels that a label encoder next to a network has for its classes 0, 1, 2, …
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - classes: Its classes.
  /// - Returns: The labels and the path of the only encoder; `nil` where none fits.
  func labels(
    for network: Place, classes: ClassLabels?
  ) throws(SklearnError) -> (labels: ClassLabels, path: String)? {
    let near = nearest(encoders, to: network)
    guard near.count == 1, let classes else { return nil }
    let encoder = try StoredInstance(objects, objects.value(of: near[0].node), path: near[0].path)
    guard let labels = try encoder.labels("classes_", in: objects),
      classes.labels == ClassLabels.counted(labels.labels.count)
    else { return nil }
    return (labels, near[0].path)
  }

  /// The paths of the objects that were found.
  var paths: [String] {
    let places =
      networks.map(\.path) + scalers.map(\.path) + encoders.map(\.path)
      + texts.map(\.place.path)
    return places + others.map(\.path).filter { !$0.isEmpty }
  }

  /// The paths of what is in the file and not used.
  func unused(_ used: [String]) -> [String] { paths.filter { !used.contains($0) } }

  /// A path to leave out that is not in the file.
  var missing: String? { ignored.filter { !$0.value }.keys.min() }

  /// What the file holds, for an error: `a list with an instance of sklearn.linear_model.Ridge`.
  var summary: String {
    let root = objects.value(of: objects.root).kind
    let found = others.filter { !$0.path.isEmpty }.prefix(3).map(\.kind)
    return found.isEmpty ? root : "\(root) with \(found.joined(separator: ", "))"
  }
}

extension StoredObject {
  /// Whether it is a number.
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}
