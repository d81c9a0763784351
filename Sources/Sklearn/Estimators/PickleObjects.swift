package import Files
import NPY
package import Pickle

/// The objects of a pickle or joblib file, as ``SklearnWeights`` looks for a network in them.
package struct PickleObjects: StoredObjects {
  private let pickle: Pickle

  /// The objects of this file.
  package init(_ pickle: Pickle) { self.pickle = pickle }

  /// What the pickle is of.
  package var root: PickleNode { pickle.root }

  /// The decompressed size of the file, in bytes.
  package var byteCount: Int { pickle.byteCount }

  /// The names in the pickle.
  package var names: [StoredName] {
    pickle.mentions.map { StoredName(name: $0.global, offset: $0.offset, isKnown: $0.isKnown) }
  }

  /// The error that refuses a pickle for a name that no network needs.
  package func refusal(of name: StoredName) -> any CategorizedError {
    PickleError.unknownName(offset: name.offset, name.name)
  }

  /// What a node is.
  package func value(of node: PickleNode) -> StoredObject<PickleNode> {
    switch node.value {
    case .none: .none
    case .bool(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .float(let value): .number(value)
    case .text, .legacyString:
      node.string.map { .text($0) } ?? .unreadable("\(node.summary) that is not Unicode")
    case .tuple(let items), .list(let items):
      items.count <= Self.mostParts ? .list(Array(items)) : .other(node.summary)
    case .dict(let pairs):
      pairs.count <= Self.mostParts ? .dictionary(Self.entries(pairs)) : .other(node.summary)
    case .object, .array: Self.object(node)
    case .global(let name): .name(name)
    case .bigInteger, .bytes, .set, .persistent: .other(node.summary)
    }
  }

  /// What a copy of a node needs and its value does not say.
  package func detail(of node: PickleNode) -> StoredDetail<PickleNode> {
    func entries(
      _ name: PickleGlobal, _ pairs: some Sequence<(key: PickleNode, value: PickleNode)>
    ) -> StoredDetail<PickleNode> {
      .entries(name, pairs.map { (value(of: $0.key), $0.value) })
    }
    switch node.value {
    case .tuple: return .tuple
    case .dict(let pairs) where pairs.count <= Self.mostParts:
      return entries(PickleGlobal("builtins", "dict"), pairs)
    case .object(let object):
      if let pairs = node.entries(atMost: Self.mostParts) {
        return entries(object.className ?? object.callee ?? Self.madeInFile, pairs)
      }
      return (try? node.dtype()).flatMap { $0.map { .dtype($0) } } ?? .nothing
    default: return .nothing
    }
  }

  /// No network has a list or a dictionary of more, and whoever looks at one makes room for all of it.
  private static let mostParts = 1 << 17

  private static func entries(
    _ pairs: some Sequence<(key: PickleNode, value: PickleNode)>
  ) -> [String: PickleNode] {
    var entries: [String: PickleNode] = [:]
    for (key, value) in pairs {
      if let name = key.shortString { entries[name] = value }
    }
    return entries
  }

  /// An array or a scalar of NumPy's, an object that is used as a dictionary, or an instance of a class.
  private static func object(_ node: PickleNode) -> StoredObject<PickleNode> {
    if let entries = node.entries(atMost: mostParts) { return .dictionary(Self.entries(entries)) }
    do throws(PickleError) {
      switch try node.numpy() {
      case .array(let array): return array.shape.isEmpty ? scalar(array) : .array(array)
      case .objects(let shape, let items):
        return items.count <= mostParts
          ? .objects(shape: shape, Array(items)) : .other(node.summary)
      case nil: break
      }
      if let parts = slice(node) { return .slice(parts) }
      if let data = indexData(node) { return object(data) }
      guard let object = node.object, object.isInstance else { return .other(node.summary) }
      return .object(object.className ?? madeInFile, attributes: try node.attributes())
    } catch {
      return .unreadable("\(error)")
    }
  }

  /// The values of an index of pandas, which is a call of `_new_Index(Index, {"data": …})`; `nil` for any other object.
  private static func indexData(_ node: PickleNode) -> PickleNode? {
    guard let object = node.object, let callee = object.callee, callee.name == "_new_Index",
      callee.module.hasPrefix("pandas."), object.arguments.count == 2,
      case .dict(let pairs) = object.arguments[1].value, pairs.count <= 10
    else { return nil }
    guard let data = pairs.first(where: { $0.key.shortString == "data" })?.value else { return nil }
    // An array, or pandas' own that is around one; not another index: no recursion.
    if (try? data.numpy()) != nil { return data }
    guard let wrapped = data.object, wrapped.callee?.name == "__pyx_unpickle_NDArrayBacked",
      let parts = wrapped.state?.items, parts.count <= 4
    else { return nil }
    return parts.first { (try? $0.numpy()) != nil }
  }

  /// The start, end and step of a slice; `nil` for any other object.
  private static func slice(_ node: PickleNode) -> [StoredObject<PickleNode>]? {
    guard let object = node.object, let callee = object.callee, callee.name == "slice",
      ["builtins", "__builtin__"].contains(callee.module), object.arguments.count == 3
    else { return nil }
    return object.arguments.map { part in
      switch part.value {
      case .none: .none
      case .integer(let value): .integer(value)
      case .text, .legacyString: part.shortString.map { .text($0) } ?? .other(part.summary)
      default: .other(part.summary)
      }
    }
  }

  /// What a class is called that the file makes.
  private static let madeInFile = PickleGlobal("__main__", "a class that is made in the file")

  /// The value of an array without axes.
  private static func scalar(_ array: NDArray) -> StoredObject<PickleNode> {
    do throws(NPYError) {
      switch array.dtype.kind {
      case .bool: return .boolean(try array.integers()[0] != 0)
      case .int: return .integer(try array.integers()[0])
      case .uint:
        return Int64(exactly: try array.unsignedIntegers()[0]).map { .integer($0) }
          ?? .other("an integer of more than 63 bits")
      case .float: return .number(try array.reals(as: Double.self)[0])
      case .bytes, .unicode: return .text(try array.strings()[0])
      default: return .array(array)
      }
    } catch {
      return .unreadable("\(error)")
    }
  }
}
