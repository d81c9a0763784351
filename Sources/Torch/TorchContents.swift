package import NPY
package import Pickle

/// What a file of `torch.save` holds: its tensors by name, in the order of the file, and what stands next to them.
///
///     {"0.weight": …, "0.bias": …}                           0.weight, 0.bias
///     {"epoch": 3, "model_state_dict": {"0.weight": …}, …}   model_state_dict/0.weight, …
///     Sequential(Linear(…), ReLU(), Linear(…))               0.weight, 0.bias, 2.weight, …, and the activations
///     [W, b], (W, b)                                         [0], [1]
///
/// Dictionaries and lists are looked through; the state of an optimizer is not. Of modules the parameters are read, and
/// their order; their code is not in the file.
package struct TorchContents: Sendable {
  /// One value under a name.
  package struct Entry: Sendable {
    /// Its place: the keys of the dictionaries, and the path of the modules.
    package let name: String
    package let value: Value
  }

  /// What has a name.
  package enum Value: Sendable {
    case tensor(TorchTensor)
    /// A tensor that is not read, and why.
    case unread(TorchError)
    /// An array of NumPy's.
    case array(NDArray)
    /// A text.
    case text(String)
    /// A list of texts.
    case texts([String])
    /// A list of integers.
    case integers([Int64])
  }

  /// The values, in the order of the file.
  package private(set) var entries: [Entry] = []
  /// The networks of modules that are in the file, by their places.
  package private(set) var modules: [TorchModule] = []
  /// Where the states of optimizers are.
  package private(set) var optimizers: [String] = []
  /// Where objects of classes are that are not looked into, and what they are.
  package private(set) var objects: [(place: String, kind: String)] = []

  /// No file of a network has more places than these, or deeper ones.
  private static let mostPlaces = 400_000
  private static let mostLetters = 8 << 20
  private static let deepest = 16

  /// What has been looked at so far.
  private var places = 0
  private var letters = 0

  /// Looks through the object of a file.
  ///
  /// - Throws: ``TorchError``, where it is nested without an end.
  package init(_ pickle: Pickle) throws(TorchError) {
    try look(at: pickle.root, place: "", depth: 0)
  }

  /// Counts a place before it is looked at: a file can name one dictionary in every place of another.
  mutating func enter(_ place: String, depth: Int) throws(TorchError) {
    letters += place.utf8.count
    try spend(1, at: place)
    guard letters <= Self.mostLetters, depth <= Self.deepest,
      place.utf8.count <= 1_000
    else {
      throw .badTensor(
        String(place.prefix(60)), problem: "is nested too deep, or in too many parts, for a network"
      )
    }
  }

  /// Counts what is looked at for a place.
  mutating func spend(_ count: Int, at place: String) throws(TorchError) {
    places += count
    guard places <= Self.mostPlaces else {
      throw .badTensor(
        String(place.prefix(60)), problem: "is nested too deep, or in too many parts, for a network"
      )
    }
  }

  private mutating func look(
    at node: PickleNode, place: String, depth: Int
  ) throws(TorchError) {
    // Deeper values are not those of a network: a list may be in itself.
    guard depth < Self.deepest else { return }
    try enter(place, depth: depth)
    do throws(TorchError) {
      if let tensor = try TorchTensor(node, named: place) {
        add(place, .tensor(tensor))
        return
      }
    } catch {
      add(place, .unread(error))
      return
    }
    switch node.value {
    case .text, .legacyString:
      if let text = node.shortString { add(place, .text(text)) }
    case .dict(let pairs):
      try look(at: Array(pairs.prefix(Self.mostPlaces)), place: place, depth: depth)
    case .list(let items), .tuple(let items):
      try look(at: items, place: place, depth: depth)
    case .object(let object):
      if let array = try? node.numpy() {
        if case .array(let array) = array { add(place, .array(array)) }
      } else if let module = try TorchModule(node, place: place, entering: &self) {
        modules.append(module)
        for parameter in module.parameters { add(parameter.name, parameter.value) }
      } else if let pairs = node.entries(atMost: Self.mostPlaces),
        !pairs.isEmpty || Self.isDictionary(object)
      {
        try look(at: pairs, place: place, depth: depth)
      } else if let name = object.className {
        objects.append((place, name.description))
      }
    default: break
    }
  }

  private static func isDictionary(_ object: PickleObject) -> Bool {
    ["OrderedDict", "defaultdict", "SimpleNamespace"].contains(
      (object.className ?? object.callee)?.name)
  }

  private mutating func look(
    at pairs: [(key: PickleNode, value: PickleNode)], place: String, depth: Int
  ) throws(TorchError) {
    try spend(pairs.count, at: place)
    // Of a key that occurs twice the last value counts, at the place of the first.
    var values: [String: PickleNode] = [:]
    var keys: [String] = []
    for (key, value) in pairs {
      guard let name = Self.key(key) else { continue }
      if values.updateValue(value, forKey: name) == nil { keys.append(name) }
    }
    if values["param_groups"] != nil, values["state"] != nil {
      optimizers.append(place)
      return
    }
    for key in keys {
      guard let value = values[key] else { continue }
      let inner = place.isEmpty ? key : "\(place)/\(key)"
      if key.lowercased().hasPrefix("optim") {
        optimizers.append(inner)
        continue
      }
      try look(at: value, place: inner, depth: depth + 1)
    }
  }

  private static func key(_ node: PickleNode) -> String? {
    if case .integer(let number) = node.value { return "\(number)" }
    return node.shortString
  }

  private mutating func look(
    at items: PickleItems, place: String, depth: Int
  ) throws(TorchError) {
    // No list that is a part of a network has more: these are histories, indices of rows, replays.
    guard let first = items.first, items.count <= 10_000 else { return }
    try spend(items.count, at: place)
    switch first.value {
    case .text, .legacyString:
      let texts = items.compactMap(\.shortString)
      if texts.count == items.count { add(place, .texts(texts)) }
    case .integer:
      let integers = items.compactMap { item -> Int64? in
        if case .integer(let value) = item.value { value } else { nil }
      }
      if integers.count == items.count { add(place, .integers(integers)) }
    case .float, .bool, .none: break
    default:
      for (index, item) in items.enumerated() {
        try look(at: item, place: "\(place)[\(index)]", depth: depth + 1)
      }
    }
  }

  private mutating func add(_ name: String, _ value: Value) {
    entries.append(Entry(name: name, value: value))
  }
}
