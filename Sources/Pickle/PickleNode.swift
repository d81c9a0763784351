/// One value of a pickle: its kind, and its place in the file.
///
/// Two nodes are equal if they are the same one, not if they hold the same. A pickle may share its
/// values and may run in circles (a list in itself): whoever follows it further than a known shape
/// must keep the nodes seen.
public struct PickleNode: Sendable {
  /// What a node is.
  public enum Value: Sendable {
    /// Python's `None`.
    case none
    /// True or false.
    case bool(Bool)
    /// An integer that fits 64 bits.
    case integer(Int64)
    /// Any other integer: two's complement, little endian, more than eight bytes.
    case bigInteger(ArraySlice<UInt8>)
    /// A floating-point number.
    case float(Double)
    /// A `str`: UTF-8, but that lone surrogates are allowed in it, in three bytes each.
    case text(ArraySlice<UInt8>)
    /// `bytes` or a `bytearray`.
    case bytes(ArraySlice<UInt8>)
    /// A `str` of Python 2, which may be meant as text or as bytes.
    case legacyString(ArraySlice<UInt8>)
    /// A tuple.
    case tuple(PickleItems)
    /// A list.
    case list(PickleItems)
    /// A set or frozen set, in the order of the file.
    case set(PickleItems)
    /// A dictionary: keys and values in the order of the file. Of a key that occurs twice, the last
    /// counts.
    case dict(PicklePairs)
    /// The name of a class or function.
    case global(PickleGlobal)
    /// An object of a class, or what a call would give.
    case object(PickleObject)
    /// An array whose bytes stand in a joblib file; see ``PickleNode/numpy()``.
    case array
    /// What refers to something outside of the pickle, such as the bytes of a tensor of PyTorch's: what it says.
    case persistent(PickleNode)
  }

  let pickle: Pickle
  let index: Arena.Index

  init(_ pickle: Pickle, _ index: Arena.Index) {
    self.pickle = pickle
    self.index = index
  }

  /// What it is.
  public var value: Value {
    let arena = pickle.arena
    return switch arena.content(index) {
    case .none: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .bigInteger(let range): .bigInteger(arena.slice(range))
    case .float(let value): .float(value)
    case .text(let range): .text(arena.slice(range))
    case .bytes(let range): .bytes(arena.slice(range))
    case .legacyString(let range): .legacyString(arena.slice(range))
    case .tuple(let places): .tuple(PickleItems(pickle, places))
    case .list(let places): .list(PickleItems(pickle, places))
    case .set(let places), .frozenset(let places): .set(PickleItems(pickle, places))
    case .dict(let places): .dict(PicklePairs(pickle, places))
    case .global(let number): .global(arena.globals[Int(number)].name)
    case .object(let object): .object(PickleObject(pickle, object))
    case .array: .array
    case .persistent(let id): .persistent(PickleNode(pickle, id))
    }
  }

  /// The offset, in the decompressed bytes, of the operation that created it.
  public var offset: Int { pickle.arena.nodes[Int(index)].offset }

  /// What it is in a few words, for the sentence of an error: `a list of 3`,
  /// `an object of sklearn.pipeline.Pipeline`.
  public var summary: String { pickle.arena.kind(of: index) }

  /// The text, where it is a `str` of either Python and valid Unicode.
  public var string: String? { pickle.arena.string(index) }

  /// The text, where it is no longer than the name of a thing is: a key may be the same text of a megabyte
  /// each time.
  package var shortString: String? { pickle.arena.string(index, atMost: 1_000) }

  /// The parts of a tuple or list.
  public var items: PickleItems? {
    switch pickle.arena.content(index) {
    case .tuple(let places), .list(let places): PickleItems(pickle, places)
    default: nil
    }
  }

  /// The object, where it is one.
  public var object: PickleObject? {
    guard case .object(let object) = pickle.arena.content(index) else { return nil }
    return PickleObject(pickle, object)
  }

  /// The error that says that something else was looked for here.
  ///
  /// - Parameter expected: What: `a list of arrays`.
  public func unexpected(_ expected: String) -> PickleError {
    pickle.arena.unexpected(index, expected)
  }
}

extension PickleNode: Hashable {
  /// Whether both are the same node of the same pickle.
  public static func == (one: PickleNode, other: PickleNode) -> Bool {
    one.pickle === other.pickle && one.index == other.index
  }

  /// Hashes which node it is.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(pickle))
    hasher.combine(index)
  }
}

/// The parts of a tuple, list or set.
public struct PickleItems: RandomAccessCollection, Sendable {
  private let pickle: Pickle
  private let places: Arena.Places

  init(_ pickle: Pickle, _ places: Arena.Places) {
    self.pickle = pickle
    self.places = places
  }

  /// Counts from 0.
  public var startIndex: Int { 0 }
  /// The number of parts.
  public var endIndex: Int { Int(places.count) }

  /// The part at a place.
  public subscript(position: Int) -> PickleNode {
    precondition(indices.contains(position))
    return PickleNode(pickle, pickle.arena.items[places.range.lowerBound + position])
  }
}

/// The keys and values of a dictionary, in the order of the file.
public struct PicklePairs: RandomAccessCollection, Sendable {
  private let items: PickleItems

  init(_ pickle: Pickle, _ places: Arena.Places) { items = PickleItems(pickle, places) }

  /// Counts from 0.
  public var startIndex: Int { 0 }
  /// The number of pairs.
  public var endIndex: Int { items.count / 2 }

  /// The pair at a place.
  public subscript(position: Int) -> (key: PickleNode, value: PickleNode) {
    (items[2 * position], items[2 * position + 1])
  }
}
