public import Files
internal import JSON
internal import NPY
package import NPZ
import Zip

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

  /// The decompressed size of the schema and of all arrays, in bytes.
  public let byteCount: Int

  let schema: JSONDocument

  /// The arrays by the names of their members.
  let arrays: [String: NDArray]

  /// For each node whose `__id__` was there before, the node that counts.
  private let aliases: [Int: Int]

  /// The name of the member that describes the objects.
  package static let schemaName = "schema.json"

  /// Whether an archive has the member that describes objects.
  package static func isClaimed(by archive: NPZReader) -> Bool {
    archive.otherMembers.contains(schemaName)
  }

  /// Reads an archive that is open.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - limits: Bounds on what it may ask for.
  ///   - known: The names of classes and functions that it may hold.
  ///   - allowsUnknownNames: Whether others are accepted. They are as inert as the known ones.
  /// - Throws: ``SkopsError``.
  package init(
    _ archive: NPZReader, limits: ReadLimits, known: Set<SkopsName>,
    allowsUnknownNames: Bool = false
  ) throws(SkopsError) {
    let text = try Self.schemaText(archive, limits: limits)
    let schema: JSONDocument
    do {
      schema = try JSONDocument(
        parsing: text, maxDepth: limits.maxNesting, maxValues: limits.maxJSONValues)
    } catch {
      throw .badJSON(error)
    }
    try Self.checkProtocol(schema.root)
    var audit = SkopsAudit(schema, members: archive.entries.map(\.memberName), known: known)
    try audit.run()
    if !allowsUnknownNames, let mention = audit.mentions.first(where: { !$0.isKnown }) {
      throw .unknownName(offset: mention.offset, mention.name)
    }
    var arrays: [String: NDArray] = [:]
    for entry in archive.entries where audit.usedMembers.contains(entry.memberName) {
      do { arrays[entry.memberName] = try archive.array(entry) } catch { throw .npz(error) }
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
  ///   - known: The names of classes and functions that it may hold.
  ///   - allowsUnknownNames: Whether others are accepted.
  /// - Throws: ``SkopsError``.
  public init(
    bytes: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits(),
    known: Set<SkopsName> = SkopsName.values, allowsUnknownNames: Bool = false
  ) throws(SkopsError) {
    let archive: NPZReader
    do { archive = try NPZReader(bytes: bytes, limits: limits) } catch { throw .npz(error) }
    try self.init(
      archive, limits: limits, known: known, allowsUnknownNames: allowsUnknownNames)
  }

  /// The node that counts for one of its `__id__`.
  func canonical(_ node: Int) -> Int { aliases[node] ?? node }

  /// The text of the schema, checked by its CRC.
  private static func schemaText(
    _ archive: NPZReader, limits: ReadLimits
  ) throws(SkopsError) -> ContiguousArray<UInt8> {
    // Names that are there twice have been refused.
    let member = archive.archive.members.first {
      $0.name.utf8.elementsEqual(schemaName.utf8)
    }
    guard let member else { throw .noSchema }
    guard member.size <= limits.maxJSONLength else {
      throw .limitExceeded(
        name: "maxJSONLength", allowed: limits.maxJSONLength, found: member.size)
    }
    do { return try archive.archive.read(member) } catch { throw .npz(.zip(error)) }
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
