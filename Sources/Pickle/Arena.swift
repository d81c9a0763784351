internal import NPY

/// The nodes of a pickle in one flat array, and the places of its containers in another.
///
/// Nodes refer to one another by number. So what is shared costs nothing, a cycle is no leak, and a
/// tree of any depth is freed without following it.
struct Arena: Sendable {
  /// The number of a node.
  typealias Index = UInt32

  /// Some places of ``items``, one after another.
  struct Places: Hashable, Sendable {
    var start: UInt32 = 0
    var count: UInt32 = 0

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  /// A call that was asked for and never made.
  struct Object: Hashable, Sendable {
    /// What was to be called.
    let callee: Index
    /// The tuple of its arguments.
    let arguments: Index
    /// REDUCE asks for a call of anything, NEWOBJ for an object of a class.
    let isCall: Bool
    /// What BUILD adds.
    var state: Index?
  }

  /// What a node is. Ranges are those of ``bytes``, and from ``decodedStart`` on of ``decoded``.
  enum Content: Hashable, Sendable {
    case none
    case bool(Bool)
    case integer(Int64)
    case bigInteger(Range<Int>)
    case float(Double)
    case text(Range<Int>)
    case bytes(Range<Int>)
    case legacyString(Range<Int>)
    case tuple(Places)
    case list(Places)
    case set(Places)
    case frozenset(Places)
    /// Keys and values in turn.
    case dict(Places)
    case global(UInt32)
    case object(Object)
    case array(UInt32)
    /// What refers to something outside of the pickle: the node that says what.
    case persistent(Index)
  }

  struct Node: Sendable {
    var content: Content
    /// Where the operation that made it stands.
    let offset: Int
  }

  /// An array whose bytes stand in the file, or whose objects are a pickle of their own there.
  struct Array: Sendable {
    let header: NPYHeader
    let data: Data

    enum Data: Sendable {
      case bytes(Range<Int>)
      case objects(Index)
      /// Elements that no network has, such as records: passed over, and why they are not read.
      case unread(PickleError)
    }
  }

  /// The pickle, as far as it is decompressed.
  private(set) var bytes: ContiguousArray<UInt8>
  private(set) var nodes: ContiguousArray<Node> = []
  private(set) var items: ContiguousArray<Index> = []
  /// Texts and bytes that stand in the file in another form. Their ranges begin beyond those of any file.
  private(set) var decoded: ContiguousArray<UInt8> = []
  private(set) var arrays: ContiguousArray<Array> = []
  /// Keys and values in turn of objects that are dictionaries.
  private(set) var entries: [Index: Places] = [:]
  /// Every name once, with the offset of its first mention.
  private(set) var globals: ContiguousArray<(name: PickleGlobal, offset: Int)> = []

  private var globalNumbers: [PickleGlobal: UInt32] = [:]

  private static let decodedStart = 1 << 62

  private let maxNodes: Int
  private let maxItems: Int

  init(_ bytes: ContiguousArray<UInt8>, maxNodes: Int) {
    self.bytes = bytes
    // Indices have 32 bits.
    self.maxNodes = min(max(maxNodes, 0), Int(Index.max) / 8)
    // A list that grows one by one takes up to four places for each that it uses.
    maxItems = 4 * self.maxNodes
  }

  /// The bytes of a range that a content names.
  func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
    guard range.lowerBound >= Self.decodedStart else { return bytes[range] }
    return decoded[range.lowerBound - Self.decodedStart..<range.upperBound - Self.decodedStart]
  }

  mutating func add(_ content: Content, offset: Int) throws(PickleError) -> Index {
    guard nodes.count < maxNodes else { throw tooMany(at: offset) }
    nodes.append(Node(content: content, offset: offset))
    return Index(nodes.count - 1)
  }

  /// Puts another content in place of a node's.
  mutating func set(_ index: Index, _ content: Content) { nodes[Int(index)].content = content }

  /// Adds keys and values in turn to an object that is a dictionary.
  mutating func extend(
    entriesOf index: Index, by values: ArraySlice<Index>, offset: Int
  ) throws(PickleError) {
    entries[index] = try extend(entries[index] ?? Places(), by: values, offset: offset)
  }

  /// Adds a decompressed block of the pickle.
  mutating func append(_ block: ContiguousArray<UInt8>) { bytes += block }

  /// Keeps bytes that do not stand in the file so.
  mutating func keep(_ other: ContiguousArray<UInt8>) -> Range<Int> {
    guard !other.isEmpty else { return 0..<0 }
    let start = Self.decodedStart + decoded.count
    decoded += other
    return start..<start + other.count
  }

  /// The number of a name; `nil` where it was not mentioned yet.
  func number(of global: PickleGlobal) -> UInt32? { globalNumbers[global] }

  /// Adds a name that was not mentioned yet.
  mutating func add(_ global: PickleGlobal, offset: Int) -> UInt32 {
    let number = UInt32(globals.count)
    globals.append((global, offset))
    globalNumbers[global] = number
    return number
  }

  mutating func add(_ array: Array) -> UInt32 {
    arrays.append(array)
    return UInt32(arrays.count - 1)
  }

  /// New places that hold these nodes.
  mutating func places(
    of values: ArraySlice<Index>, offset: Int
  ) throws(PickleError) -> Places {
    guard values.count <= maxItems - items.count else { throw tooMany(at: offset) }
    let start = UInt32(items.count)
    items += values
    return Places(start: start, count: UInt32(values.count))
  }

  /// Adds nodes after those of a container that may grow.
  ///
  /// Such places have room for the next power of two, so that they move seldom: in all, a list that
  /// grows one by one costs a constant for each.
  mutating func extend(
    _ places: Places, by values: ArraySlice<Index>, offset: Int
  ) throws(PickleError) -> Places {
    let count = Int(places.count) + values.count
    guard count > places.count else { return places }
    guard count <= maxItems else { throw tooMany(at: offset) }
    let room = Self.room(count)
    var start = Int(places.start)
    if places.count == 0 || room > Self.room(Int(places.count)) {
      guard room <= maxItems - items.count else { throw tooMany(at: offset) }
      start = items.count
      for index in places.range { items.append(items[index]) }
      items += values
      items += repeatElement(0, count: room - count)
    } else {
      items.replaceSubrange(start + Int(places.count)..<start + count, with: values)
    }
    return Places(start: UInt32(start), count: UInt32(count))
  }

  private static func room(_ count: Int) -> Int {
    count <= 1 ? count : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  private func tooMany(at offset: Int) -> PickleError {
    .limitExceeded(offset: offset, name: "maxPickleNodes", allowed: maxNodes)
  }
}
