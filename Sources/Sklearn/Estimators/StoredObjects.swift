package import Files
package import NPY
package import Pickle

/// A tree of Python objects that a file holds, as data: nothing in it is ever called.
///
/// Pickles, joblib files and skops archives give one each, and ``SklearnWeights`` is found in any.
/// Nodes are numbers, keys or indices and not values, so that a file's depth or a cycle in it costs a
/// reader nothing; a node is looked at only when an estimator needs it.
package protocol StoredObjects {
  /// What stands for an object: cheap to copy, the same for every reference to one object.
  associatedtype Node: Hashable

  /// The object that the file is about.
  var root: Node { get }

  /// The decompressed size of all of it, in bytes: no network in it has more values than these bytes can hold,
  /// however often it refers to one of its arrays.
  var byteCount: Int { get }

  /// The names of classes and functions in the file, in the order in which they are first mentioned.
  var names: [StoredName] { get }

  /// The error that refuses a file for a name that no network needs.
  func refusal(of name: StoredName) -> any CategorizedError

  /// What a node is. It looks at this node alone and never follows those in it.
  func value(of node: Node) -> StoredObject<Node>

  /// What ``value(of:)`` does not say of a node, because no network depends on it.
  func detail(of node: Node) -> StoredDetail<Node>
}

/// What a copy of an object needs and ``StoredObject`` does not say.
package enum StoredDetail<Node: Hashable> {
  /// A list that is a tuple.
  case tuple
  /// A dictionary: its class, and all of its entries in order.
  case entries(PickleGlobal, [(key: StoredObject<Node>, value: Node)])
  /// A `numpy.dtype`.
  case dtype(DType)
  /// Nothing else.
  case nothing
}

/// The name of a class or function in a file. It is two texts, and never looked up.
package struct StoredName: Sendable {
  /// The name.
  package let name: PickleGlobal
  /// Where it is mentioned first: in the decompressed pickle, or in the schema of a skops archive.
  package let offset: Int
  /// Whether a network needs it.
  package let isKnown: Bool

  /// A name, where it is mentioned first, and whether a network needs it.
  package init(name: PickleGlobal, offset: Int, isKnown: Bool) {
    self.name = name
    self.offset = offset
    self.isKnown = isKnown
  }
}

/// One object of a file.
package enum StoredObject<Node: Hashable> {
  /// `None`.
  case none
  /// `True`, `False` and NumPy's `bool_`.
  case boolean(Bool)
  /// An integer, Python's or NumPy's; one beyond `Int64` is ``other(_:)``.
  case integer(Int64)
  /// A float, Python's or NumPy's.
  case number(Double)
  /// A `str`, and the bytes of an ASCII `str` of Python 2.
  case text(String)
  /// A list or a tuple.
  case list([Node])
  /// A dictionary: its entries with a `str` for a key. Of a key twice the last entry counts.
  case dictionary([String: Node])
  /// A NumPy array: numeric, boolean or of texts.
  case array(NDArray)
  /// A NumPy array of objects, in C order.
  case objects(shape: [Int], [Node])
  /// An instance of a class, with its attributes; empty where it has no state.
  case object(PickleGlobal, attributes: [String: Node])
  /// A slice: its start, end and step, numbers or texts or `None`.
  case slice([StoredObject])
  /// The name of a class or function.
  case name(PickleGlobal)
  /// An object that no estimator needs; what to call it in an error: `a set`.
  case other(String)
  /// An object that should be one of the others and is not sound; why.
  case unreadable(String)
}

extension StoredDetail {
  /// The same with other nodes for the objects in it.
  package func map<Other>(_ node: (Node) -> Other) -> StoredDetail<Other> {
    switch self {
    case .tuple: .tuple
    case .entries(let name, let entries):
      .entries(name, entries.map { (key: $0.key.map(node), value: node($0.value)) })
    case .dtype(let dtype): .dtype(dtype)
    case .nothing: .nothing
    }
  }
}

extension StoredObject {
  /// The same object with other nodes for the objects in it.
  package func map<Other>(_ node: (Node) -> Other) -> StoredObject<Other> {
    switch self {
    case .none: .none
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .text(value)
    case .list(let items): .list(items.map(node))
    case .dictionary(let entries): .dictionary(entries.mapValues(node))
    case .array(let array): .array(array)
    case .objects(let shape, let items): .objects(shape: shape, items.map(node))
    case .object(let kind, let attributes): .object(kind, attributes: attributes.mapValues(node))
    case .slice(let parts): .slice(parts.map { $0.map(node) })
    case .name(let name): .name(name)
    case .other(let what): .other(what)
    case .unreadable(let reason): .unreadable(reason)
    }
  }
}
