import NPY
import Pickle

/// An instance of a class in a file: its attributes by name, each of the kind that it has to be.
struct StoredInstance<Objects: StoredObjects> {
  /// Where it is, for errors: `Pipeline.mlpclassifier`.
  let path: String
  /// What it is an instance of.
  let kind: PickleGlobal

  let objects: Objects
  private let attributes: [String: Objects.Node]

  /// The instance that a node's value is.
  ///
  /// - Throws: ``SklearnError/noEstimator(path:found:)`` where it is another kind of object.
  init(
    _ objects: Objects, _ value: StoredObject<Objects.Node>, path: String
  ) throws(SklearnError) {
    guard case .object(let kind, let attributes) = value else {
      throw .noEstimator(path: path, found: value.kind)
    }
    self.path = path.isEmpty ? kind.name : path
    self.kind = kind
    self.objects = objects
    self.attributes = attributes
  }

  /// The names of its attributes.
  var names: some Collection<String> { attributes.keys }

  /// The node of an attribute; `nil` where it is missing, or `None`.
  func node(_ name: String) -> Objects.Node? {
    guard let node = attributes[name] else { return nil }
    if case .none = objects.value(of: node) { return nil }
    return node
  }

  /// Whether an attribute is something else than `None` or an empty list.
  func hasContent(_ name: String) -> Bool {
    guard let node = node(name) else { return false }
    if case .list(let items) = objects.value(of: node) { return !items.isEmpty }
    return true
  }

  func boolean(_ name: String, default value: Bool) throws(SklearnError) -> Bool {
    guard let node = node(name) else { return value }
    switch objects.value(of: node) {
    case .boolean(let value): return value
    // Python 2's way to write them in protocols 0 and 1, and what people pass for them.
    case .integer(0): return false
    case .integer(1): return true
    case let other: throw wrong(name, other, "True or False")
    }
  }

  func integer(_ name: String) throws(SklearnError) -> Int64? {
    guard let node = node(name) else { return nil }
    guard case .integer(let value) = objects.value(of: node) else {
      throw wrong(name, objects.value(of: node), "an integer")
    }
    return value
  }

  /// An integer, or a list, a tuple or an array of some: scikit-learn takes any for a parameter.
  func integers(_ name: String, atMost most: Int) throws(SklearnError) -> [Int64]? {
    guard let node = node(name) else { return nil }
    let value = objects.value(of: node)
    switch value {
    case .integer(let value): return [value]
    case .array(let array) where array.shape.count <= 1 && array.count <= most:
      if let integers = array.count == 0 ? [] : try? array.integers() { return Array(integers) }
    case .list(let items), .objects(_, let items):
      guard items.count <= most else {
        throw .badObject("\(path).\(name)", problem: "has \(items.count) items, more than layers")
      }
      return try items.map { item throws(SklearnError) in
        guard case .integer(let value) = objects.value(of: item) else {
          throw wrong(name, objects.value(of: item), "an integer")
        }
        return value
      }
    default: break
    }
    throw wrong(name, value, "an integer or some of them")
  }

  func text(_ name: String) throws(SklearnError) -> String? {
    guard let node = node(name) else { return nil }
    guard case .text(let value) = objects.value(of: node) else {
      throw wrong(name, objects.value(of: node), "a text")
    }
    return value
  }

  func array(_ name: String) throws(SklearnError) -> NDArray? {
    guard let node = node(name) else { return nil }
    guard case .array(let array) = objects.value(of: node) else {
      throw wrong(name, objects.value(of: node), "an array")
    }
    return array
  }

  /// The items of a list, a tuple or an array of objects.
  func items(_ name: String) throws(SklearnError) -> [Objects.Node]? {
    guard let node = node(name) else { return nil }
    switch objects.value(of: node) {
    case .list(let items): return items
    case .objects(let shape, let items) where shape.count == 1: return items
    case let other: throw wrong(name, other, "a list")
    }
  }

  /// scikit-learn's `feature_names_in_`, where all of them are texts.
  var featureNames: [String]? {
    node(Attribute.featureNames.rawValue).flatMap { objects.texts(of: $0) }
  }

  /// What a node is.
  func value(of node: Objects.Node) -> StoredObject<Objects.Node> { objects.value(of: node) }

  /// The number that a node is, if it is one.
  func number(_ node: Objects.Node) -> Double? {
    switch objects.value(of: node) {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The error of an attribute that has to be something else.
  func wrong(
    _ name: String, _ found: StoredObject<Objects.Node>, _ expected: String
  ) -> SklearnError {
    .badObject("\(path).\(name)", problem: "is \(found.kind) where \(expected) belongs")
  }
}

extension StoredObject {
  /// What to call an object in an error.
  package var kind: String {
    switch self {
    case .none: "None"
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .text(let value): "the text '\(value.prefix(60))'"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .array(let array): "an array of \(array.dtype) and shape \(pythonTuple(array.shape))"
    case .objects(let shape, _): "an array of objects and shape \(pythonTuple(shape))"
    case .object(let kind, _): "an instance of \(kind)"
    case .slice: "a slice"
    case .name(let name): "the name \(name)"
    case .other(let what): what
    case .unreadable(let reason): "not readable (\(reason))"
    }
  }
}

extension StoredObjects {
  /// The texts of a list, a tuple or an array with one axis; `nil` where a part of it is not a text.
  func texts(of node: Node) -> [String]? {
    let items: [Node]
    switch value(of: node) {
    case .array(let array) where array.shape.count == 1: return try? array.strings()
    case .objects(let shape, let parts) where shape.count == 1: items = parts
    case .list(let parts): items = parts
    default: return nil
    }
    var texts: [String] = []
    // A file can name one long text a million times.
    var room = byteCount
    for item in items {
      guard case .text(let text) = value(of: item) else { return nil }
      room -= text.utf8.count
      guard room >= 0 else { return nil }
      texts.append(text)
    }
    return texts
  }
}
