import NPY
import Pickle
import Skops

/// Copies an estimator of a file as `skops.io.dump` writes it: with all of its attributes, and each object once.
///
/// What only training needs is left out where skops would ask to trust it: the optimizer, the loss and the state of
/// random numbers.
struct SkopsCopy<Objects: StoredObjects> {
  private let objects: Objects
  /// The number of each object that was copied; `nil` while it is being copied.
  private var numbers: [Objects.Node: Int?] = [:]
  private var count = 0
  /// The objects that may still be copied, and the bytes of their arrays.
  private var remainingObjects = 1 << 20
  private var remainingBytes: Int

  /// Copies an estimator; in place of a search, the best one.
  ///
  /// - Parameters:
  ///   - objects: The objects of a file.
  ///   - node: The estimator.
  ///   - path: Where it is.
  /// - Throws: ``SklearnError/badObject(_:problem:)``, where an object in it is not one of those that skops holds.
  static func value(
    of objects: Objects, at node: Objects.Node, path: String
  ) throws(SklearnError) -> SkopsValue {
    var copy = SkopsCopy(objects)
    return try copy.value(of: node, path, depth: 0)
  }

  private init(_ objects: Objects) {
    self.objects = objects
    remainingBytes = objects.byteCount
  }

  /// Deeper than any estimator. The writer follows a value by recursion.
  private static var maxDepth: Int { 60 }

  private mutating func value(
    of node: Objects.Node, _ path: String, depth: Int
  ) throws(SklearnError) -> SkopsValue {
    remainingObjects -= 1
    guard remainingObjects > 0, depth < Self.maxDepth else {
      throw .badObject(path, problem: "is nested too deep, or in too many parts, to be copied")
    }
    var (node, object) = (node, objects.value(of: node))
    // A search predicts what its best estimator does, and how that was found is no part of it.
    for _ in 0..<Self.maxDepth {
      guard case .object(let kind, let attributes) = object,
        case .search? = KnownClass.role(of: kind), let best = attributes["best_estimator_"]
      else { break }
      (node, object) = (best, objects.value(of: best))
    }
    switch object {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(Int(value))
    case .number(let value): return .number(value)
    case .text(let value): return .text(value)
    case .slice(let parts):
      return .slice(
        try parts.map { part throws(SklearnError) in
          if case .none = part { return nil }
          return try key(part, path)
        })
    case .name(let name): return Self.named(name)
    default: break
    }
    switch numbers[node] {
    case .some(let number?): return .again(number)
    case .some(nil): throw .badObject(path, problem: "contains itself")
    case nil: break
    }
    numbers[node] = .some(nil)
    let value = try container(object, node, path, depth: depth)
    count += 1
    numbers[node] = count
    return .shared(count, value)
  }

  /// A value that others may refer to.
  private mutating func container(
    _ object: StoredObject<Objects.Node>, _ node: Objects.Node, _ path: String, depth: Int
  ) throws(SklearnError) -> SkopsValue {
    func values(_ nodes: [Objects.Node]) throws(SklearnError) -> [SkopsValue] {
      var values: [SkopsValue] = []
      for (index, node) in nodes.enumerated() {
        values.append(try value(of: node, Self.place(path, "[\(index)]"), depth: depth + 1))
      }
      return values
    }
    switch (object, objects.detail(of: node)) {
    case (.list(let items), .tuple): return .tuple(try values(items))
    case (.list(let items), _): return .list(try values(items))
    case (.dictionary, .entries(let name, let entries)):
      guard let name = Self.dictionary(name) else {
        throw .badObject(path, problem: "is a \(name), which is not copied")
      }
      var copies: [(key: SkopsValue.Key, value: SkopsValue)] = []
      for (key, node) in entries {
        copies.append(
          (
            try self.key(key, path),
            try value(of: node, Self.place(path, ".\(key.shown)"), depth: depth + 1)
          ))
      }
      return .dictionary(name, copies)
    case (.array(let array), _):
      remainingBytes -= array.bytes.count
      guard remainingBytes >= 0 else {
        throw .badObject(path, problem: "brings more numbers than the file has room for")
      }
      return .array(array)
    case (.objects(let shape, let items), _) where shape.count == 1:
      return .objects(try values(items))
    case (.object(let kind, let attributes), _):
      guard let role = KnownClass.role(of: kind), kind.module.hasPrefix("sklearn.") else {
        throw .badObject(
          path.isEmpty ? kind.name : path, problem: "is an object of \(kind), which is not copied")
      }
      var copies: [(String, SkopsValue)] = []
      for (name, node) in attributes.sorted(by: { $0.key < $1.key }) {
        if Self.isOfTraining(name, of: role) { continue }
        let place = Self.place(path.isEmpty ? kind.name : path, ".\(name)")
        // The state of random numbers; an integer is a parameter.
        if name == "random_state", !objects.value(of: node).isPlain {
          copies.append((name, .none))
        } else {
          copies.append((name, try value(of: node, place, depth: depth + 1)))
        }
      }
      return .object(SkopsName(kind.module, kind.name), copies)
    case (_, .dtype(let dtype)): return .elementType(dtype)
    default: throw .badObject(path, problem: "is \(object.kind), which is not copied")
    }
  }

  /// Where a part of an object is, for errors. A long one grows no more: a file can name a million parts of an
  /// object that has a long path.
  private static func place(_ path: String, _ part: String) -> String {
    path.utf8.count > 300 ? path : path + part
  }

  /// Whether predicting does without an attribute that skops does not hold.
  private static func isOfTraining(_ name: String, of role: KnownClass.Role) -> Bool {
    switch role {
    case .classifier, .regressor: ["_optimizer", "_random_state"].contains(name)
    case .linear: ["loss_function_", "_loss_function_", "_base_loss"].contains(name)
    default: false
    }
  }

  /// A key of a dictionary, or an end of a slice.
  private func key(
    _ key: StoredObject<Objects.Node>, _ path: String
  ) throws(SklearnError) -> SkopsValue.Key {
    switch key {
    case .text(let text): return .text(text)
    case .integer(let integer): return .integer(Int(integer))
    default:
      throw .badObject(path, problem: "has \(key.kind) for a key; texts and integers are copied")
    }
  }

  /// A class or a function, by its name.
  private static func named(_ name: PickleGlobal) -> SkopsValue {
    if KnownClass.functions[name.name] != nil, KnownClass.functionModules.contains(name.module) {
      return .function(SkopsName("numpy", name.name))
    }
    let module = name.module == "__builtin__" ? "builtins" : name.module
    let isClass =
      module == "builtins" || module == "numpy" || name.name.first?.isUppercase == true
    return isClass ? .type(SkopsName(module, name.name)) : .function(SkopsName(module, name.name))
  }

  /// The class under which a dictionary is written.
  private static func dictionary(_ name: PickleGlobal) -> SkopsName? {
    switch name.name {
    case "dict", "defaultdict": SkopsName("builtins", "dict")
    case "OrderedDict", "Bunch": SkopsName(name.module, name.name)
    default: nil
    }
  }
}

extension StoredObject {
  /// Whether it is `None`, a number, a truth value or a text.
  fileprivate var isPlain: Bool {
    switch self {
    case .none, .boolean, .integer, .number, .text: true
    default: false
    }
  }

  /// A key, for a path.
  fileprivate var shown: String {
    switch self {
    case .text(let text): String(text.prefix(60))
    case .integer(let integer): "\(integer)"
    default: kind
    }
  }
}
