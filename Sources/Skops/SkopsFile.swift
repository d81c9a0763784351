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
  /// The number of the type `str`, which every key of a dictionary has.
  private var stringType = 0

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

  /// The text of a node. An object written here is never deeper than a pipeline of networks.
  private mutating func node(_ value: SkopsValue) -> String {
    switch value {
    case .none: return literal("null")
    case .boolean(let value): return literal("\(value)")
    case .integer(let value): return literal("\(value)")
    case .number(let value): return literal(Self.text(value))
    case .text(let value): return literal(value.jsonQuoted)
    case .list(let items): return list(items, "list", .list)
    case .tuple(let items): return list(items, "tuple", .tuple)
    case .array(let array):
      let number = nextNumber()
      arrays.append(NamedArray("\(number)", array))
      return text(
        SkopsName("numpy", "ndarray"), .array, "\"type\":\"numpy\",\"file\":\"\(number).npy\"",
        number)
    case .objects(let items):
      let content = items.map { node($0) }.joined(separator: ",")
      let shape = node(.tuple([.integer(items.count)]))
      return text(
        SkopsName("numpy", "ndarray"), .array,
        "\"content\":[\(content)],\"type\":\"json\",\"shape\":\(shape)", nextNumber())
    case .object(let name, let attributes):
      return text(name, .object, "\"content\":\(dictionary(attributes))", nextNumber())
    }
  }

  private mutating func literal(_ json: String) -> String {
    text(
      SkopsName("builtins", "str"), .json, "\"content\":\(json.jsonQuoted),\"is_json\":true",
      nextNumber())
  }

  private mutating func list(
    _ items: [SkopsValue], _ name: String, _ loader: SkopsLoader
  ) -> String {
    list(of: items.map { node($0) }, name, loader)
  }

  private mutating func list(of nodes: [String], _ name: String, _ loader: SkopsLoader) -> String {
    text(
      SkopsName("builtins", name), loader, "\"content\":[\(nodes.joined(separator: ","))]",
      nextNumber())
  }

  private mutating func dictionary(_ entries: [(String, SkopsValue)]) -> String {
    let content = entries.map { "\($0.0.jsonQuoted):\(node($0.1))" }
    let type = text(SkopsName("builtins", "str"), .type, nil, stringType)
    let types = list(of: entries.map { _ in type }, "list", .list)
    return text(
      SkopsName("builtins", "dict"), .dictionary,
      "\"content\":{\(content.joined(separator: ","))},\"key_types\":\(types)", nextNumber())
  }

  private func text(
    _ name: SkopsName, _ loader: SkopsLoader, _ payload: String?, _ number: Int
  ) -> String {
    "{\"__class__\":\(name.name.jsonQuoted),\"__module__\":\(name.module.jsonQuoted),"
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
