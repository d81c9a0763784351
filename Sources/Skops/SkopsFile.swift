package import Files
internal import JSON
public import NPY
package import Zip

/// A skops archive to be written: the members that hold an object.
///
/// They are what `skops.io.dump` writes in protocol 2, but for blanks, and for the numbers of the
/// objects: it takes their addresses in memory, here they are counted, so that the same object gives the
/// same bytes.
public struct SkopsFile: Sendable {
  /// The arrays, each in a member `N.npy`, in the order of their numbers.
  public private(set) var arrays: [NamedArray] = []

  /// The text of `schema.json`.
  public private(set) var schema = ""

  /// The number of objects so far.
  private var count = 0
  /// The numbers of the types `str` and `int`, which the keys of a dictionary have.
  private var stringType = 0
  private var integerType = 0
  /// The names and numbers of the objects that others refer to, by the caller's numbers.
  private var shared: [Int: (name: SkopsName, number: Int)] = [:]

  /// The version of skops whose protocol this is.
  private static let skopsVersion = "0.16.0"

  /// Lays out the archive of an object.
  ///
  /// - Parameter value: The object.
  public init(_ value: SkopsValue) {
    stringType = nextNumber()
    // The root is a node as any other, with two more entries behind its own.
    schema =
      node(value).dropLast()
      + ",\"protocol\":2,\"_skops_version\":\(Self.skopsVersion.jsonQuoted)}"
  }

  /// Writes the archive.
  ///
  /// - Parameters:
  ///   - sink: Where the bytes go.
  ///   - isCompressed: Whether members are deflated.
  /// - Returns: Where the bytes went.
  package func write<Sink: ByteSink & ~Copyable>(
    to sink: consuming Sink, isCompressed: Bool
  ) throws(ZipError) -> Sink {
    var archive = ZipWriter(to: sink)
    for item in arrays {
      try archive.add(
        item.name + ".npy", parts: [item.array.header.bytes, item.array.bytes],
        compressed: isCompressed)
    }
    try archive.add(
      SkopsArchive.schemaName, parts: [ContiguousArray(schema.utf8)], compressed: isCompressed)
    return try archive.finish()
  }

  // MARK: Nodes

  /// The text of a node. An object written here is never deeper than the nesting of its value.
  private mutating func node(_ value: SkopsValue, sharedAs key: Int? = nil) -> String {
    switch value {
    case .none: return literal("null")
    case .boolean(let value): return literal("\(value)")
    case .integer(let value): return literal("\(value)")
    case .number(let value): return literal(Self.text(value))
    case .text(let value): return literal(value.jsonQuoted)
    case .list(let items): return list(items.map { node($0) }, "list", .list, key)
    case .tuple(let items): return list(items.map { node($0) }, "tuple", .tuple, key)
    case .array(let array):
      let number = nextNumber()
      arrays.append(NamedArray("\(number)", array))
      return text(
        SkopsName("numpy", "ndarray"), .array, "\"type\":\"numpy\",\"file\":\"\(number).npy\"",
        number, key)
    case .objects(let items):
      let content = items.map { node($0) }.joined(separator: ",")
      let shape = node(.tuple([.integer(items.count)]))
      return text(
        SkopsName("numpy", "ndarray"), .array,
        "\"content\":[\(content)],\"type\":\"json\",\"shape\":\(shape)", nextNumber(), key)
    case .object(let name, let attributes):
      let content = dictionary(
        SkopsName("builtins", "dict"), attributes.map { (.text($0.0), $0.1) }, nil)
      return text(name, .object, "\"content\":\(content)", nextNumber(), key)
    case .dictionary(let name, let entries): return dictionary(name, entries, key)
    case .slice(let parts):
      let content = zip(["start", "stop", "step"], parts).map { name, part in
        let text =
          switch part {
          case .text(let text)?: text.jsonQuoted
          case .integer(let integer)?: "\(integer)"
          case nil: "null"
          }
        return "\(name.jsonQuoted):\(text)"
      }
      return text(
        SkopsName("builtins", "slice"), .slice, "\"content\":{\(content.joined(separator: ","))}",
        nextNumber(), key)
    case .type(let name): return text(name, .type, nil, nextNumber(), key)
    case .function(let name): return text(name, .function, nil, nextNumber(), key)
    case .elementType(let dtype):
      return text(
        SkopsName("numpy", "dtype"), .dtype, "\"content\":\(node(Self.empty(dtype)))",
        nextNumber(), key)
    case .shared(let key, let value): return node(value, sharedAs: key)
    case .again(let key):
      guard let known = shared[key] else { preconditionFailure("it comes before") }
      return text(known.name, .cached, nil, known.number)
    }
  }

  /// An array without elements, which is what a dtype is written as.
  private static func empty(_ dtype: DType) -> SkopsValue {
    guard dtype.kind != .object else { return .objects([]) }
    do {
      return .array(try NDArray(header: NPYHeader(dtype: dtype, shape: [0]), bytes: []))
    } catch {
      preconditionFailure("no elements are no bytes: \(error)")
    }
  }

  private mutating func literal(_ json: String) -> String {
    text(
      SkopsName("builtins", "str"), .json, "\"content\":\(json.jsonQuoted),\"is_json\":true",
      nextNumber())
  }

  private mutating func list(
    _ nodes: [String], _ name: String, _ loader: SkopsLoader, _ key: Int? = nil
  ) -> String {
    text(
      SkopsName("builtins", name), loader, "\"content\":[\(nodes.joined(separator: ","))]",
      nextNumber(), key)
  }

  private mutating func dictionary(
    _ name: SkopsName, _ entries: [(key: SkopsValue.Key, value: SkopsValue)], _ key: Int?
  ) -> String {
    var content: [String] = []
    var types: [String] = []
    for (key, value) in entries {
      switch key {
      case .text(let text):
        content.append("\(text.jsonQuoted):\(node(value))")
        types.append(
          self.text(SkopsName("builtins", "str"), .type, nil, stringType))
      case .integer(let integer):
        content.append("\"\(integer)\":\(node(value))")
        if integerType == 0 { integerType = nextNumber() }
        types.append(text(SkopsName("builtins", "int"), .type, nil, integerType))
      }
    }
    return text(
      name, .dictionary,
      "\"content\":{\(content.joined(separator: ","))},\"key_types\":\(list(types, "list", .list))",
      nextNumber(), key)
  }

  private mutating func text(
    _ name: SkopsName, _ loader: SkopsLoader, _ payload: String?, _ number: Int, _ key: Int? = nil
  ) -> String {
    if let key { shared[key] = (name, number) }
    return "{\"__class__\":\(name.name.jsonQuoted),\"__module__\":\(name.module.jsonQuoted),"
      + "\"__loader__\":\(loader.rawValue.jsonQuoted),"
      + "\(payload.map { $0 + "," } ?? "")\"__id__\":\(number)}"
  }

  private mutating func nextNumber() -> Int {
    count += 1
    return count
  }

  /// A float as Python's json writes and reads it.
  private static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    return value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
  }
}
