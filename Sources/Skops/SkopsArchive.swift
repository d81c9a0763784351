internal import JSON
public import NPY
internal import NPZ
package import Zip

/// A skops archive (`skops.io.dump`): a ZIP with `schema.json`, which describes objects, and an NPY file
/// for each of their arrays.
///
/// Nothing but data is read: the names of classes and functions in the schema are texts here. All of the
/// schema is checked when the archive is opened; its nodes are looked at when they are asked for.
///
/// A node is described by a JSON object of `__class__`, `__module__`, `__loader__`, `__id__` and what
/// its loader needs (`skops/io/_general.py`, `_numpy.py`, `_sklearn.py`). Where two nodes have one
/// `__id__`, the first counts, as it does for skops; so objects may contain themselves.
public struct SkopsArchive: Sendable {
  /// The names in the schema, in the order in which they first occur.
  public let mentions: [SkopsName.Mention]

  /// The bytes of the schema and of all arrays, unfolded.
  public let byteCount: Int

  let schema: JSONDocument

  /// The arrays by the names of their members.
  let arrays: [String: NDArray]

  /// For each node whose `__id__` was there before, the node that counts.
  private let aliases: [Int: Int]

  /// The name of the member that describes the objects.
  package static let schemaName = "schema.json"

  /// Opens the archive in an input.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - limits: Bounds on what it may ask for.
  ///   - allowsUnknownNames: Whether classes and functions that no network needs are let pass. They
  ///     are as inert as the others.
  /// - Throws: ``SkopsError``.
  package init(
    _ bytes: FileBytes, limits: ReadLimits, allowsUnknownNames: Bool = false
  ) throws(SkopsError) {
    let text = try Self.schemaText(bytes, limits: limits)
    let schema: JSONDocument
    do {
      schema = try JSONDocument(
        parsing: text, maxDepth: limits.maxNesting, maxValues: limits.maxJSONValues)
    } catch {
      throw .badJSON(error)
    }
    try Self.checkProtocol(schema.root)
    let reader: NPZReader
    do { reader = try NPZReader(bytes, limits: limits) } catch { throw .npz(error) }
    var audit = SkopsAudit(schema, members: reader.entries.map(\.memberName))
    try audit.run()
    if !allowsUnknownNames, let mention = audit.mentions.first(where: { !$0.name.isKnown }) {
      throw .unknownName(offset: mention.offset, mention.name)
    }
    var arrays: [String: NDArray] = [:]
    for entry in reader.entries where audit.usedMembers.contains(entry.memberName) {
      do { arrays[entry.memberName] = try reader.array(entry) } catch { throw .npz(error) }
    }
    mentions = audit.mentions
    byteCount = arrays.values.reduce(text.count) { $0 + $1.bytes.count }
    self.schema = schema
    self.arrays = arrays
    aliases = audit.aliases
    // What a dictionary's keys are can only be said when it is known which nodes count.
    for node in audit.dictionaries { _ = try entries(ofDictionary: schema[node]) }
  }

  /// Opens the archive that `bytes` are.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - limits: Bounds on what it may ask for.
  ///   - allowsUnknownNames: Whether classes and functions that no network needs are let pass.
  /// - Throws: ``SkopsError``.
  public init(
    bytes: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits(),
    allowsUnknownNames: Bool = false
  ) throws(SkopsError) {
    try self.init(FileBytes(bytes), limits: limits, allowsUnknownNames: allowsUnknownNames)
  }

  /// The node that counts for one of its `__id__`.
  func canonical(_ node: Int) -> Int { aliases[node] ?? node }

  /// The text of the schema, checked by its CRC.
  private static func schemaText(
    _ bytes: FileBytes, limits: ReadLimits
  ) throws(SkopsError) -> ContiguousArray<UInt8> {
    let archive: ZipReader
    do {
      archive = try ZipReader(
        bytes, maxMembers: limits.maxMembers, maxTotalBytes: limits.maxTotalBytes)
    } catch { throw .npz(.zip(error)) }
    // Names that are there twice have been refused.
    let member = archive.members.first { $0.name.utf8.elementsEqual(schemaName.utf8) }
    guard let member else { throw .noSchema }
    guard member.size <= limits.maxJSONLength else {
      throw .limitExceeded(
        name: "maxJSONLength", allowed: limits.maxJSONLength, found: member.size)
    }
    do { return try archive.read(member) } catch { throw .npz(.zip(error)) }
  }

  private static func checkProtocol(_ root: JSONValue) throws(SkopsError) {
    guard root["__loader__"] != nil || root["protocol"] != nil else { throw .notSkops }
    guard let found = root["protocol"] else { throw .unsupportedProtocol(nil) }
    // Of a network, 0 and 1 wrote what 2 writes.
    guard let number = found.integer, (0...2).contains(number) else {
      throw .unsupportedProtocol(
        found.boolean.map { "\($0)" } ?? found.numberText ?? "of no number")
    }
  }
}
