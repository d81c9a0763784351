public import Files

/// A pickle or joblib file, read as data.
///
/// Nothing in it is ever called, imported or looked up: a name is a node of two words, and what Python
/// would call is a node that says so. What a file means is for the reader of the tree to tell.
///
/// Protocols 0 to 5 are read (PEP 3154, PEP 574, CPython's `Lib/pickletools.py`), joblib's arrays in
/// the midst of them, and the whole compressed by zlib or gzip.
public final class Pickle: Sendable {
  /// A name, and the offset of its first mention.
  public struct Mention: Hashable, Sendable {
    /// The name.
    public let global: PickleGlobal
    /// The offset of the operation that names it.
    public let offset: Int
    /// Whether it is in the table of known names.
    public let isKnown: Bool
  }

  /// The protocol that the pickle announces; 0 where it announces none (0 and 1 do not).
  public let version: Int

  /// How the file was compressed: `zlib`, `gzip`, or `nil` where it was not.
  public let compression: PickleCompression?

  /// The decompressed size of the pickle and of the arrays in it, in bytes.
  public let byteCount: Int

  /// Every name in the pickle, in the order in which they are first mentioned.
  public let mentions: [Mention]

  let arena: Arena
  private let rootIndex: Arena.Index

  /// Reads a pickle or a joblib file, recognized with its compression by its content.
  ///
  /// - Parameters:
  ///   - file: The whole file. Bytes after the end are refused.
  ///   - limits: Bounds on what the file may ask for.
  ///   - names: Which names it may hold.
  /// - Throws: ``PickleError``.
  public convenience init(
    parsing file: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits(),
    names: PickleNames = .arrays
  ) throws(PickleError) {
    let compression = try PickleCompression(recognizing: file)
    guard compression != nil || file.count <= limits.maxTotalBytes else {
      throw .limitExceeded(offset: 0, name: "maxTotalBytes", allowed: limits.maxTotalBytes)
    }
    var reader = PickleReader(
      compression == nil ? file : [], unfolding: try compression?.stream(of: file, limits: limits),
      limits: limits, names: names)
    guard try reader.unfold(1) > 0 else { throw .notPickle(looksLike: "an empty file") }
    guard Operation(rawValue: reader.arena.bytes[0]) != nil else {
      throw .notPickle(looksLike: nil)
    }
    try self.init(reader, compression: compression)
  }

  /// Reads the pickle that begins at an offset and ends with the bytes.
  convenience init(
    _ bytes: ContiguousArray<UInt8>, from start: Int, limits: ReadLimits, names: PickleNames
  ) throws(PickleError) {
    try self.init(
      PickleReader(bytes, from: start, limits: limits, names: names), compression: nil)
  }

  /// Reads the pickle that begins at an offset, after which other bytes may come; it has ``byteCount`` bytes.
  package convenience init(
    beginningAt start: Int, of bytes: ContiguousArray<UInt8>, limits: ReadLimits, names: PickleNames
  ) throws(PickleError) {
    try self.init(
      PickleReader(bytes, from: start, limits: limits, names: names), compression: nil,
      endsFile: false)
  }

  private init(
    _ reader: consuming PickleReader, compression: PickleCompression?, endsFile: Bool = true
  ) throws(PickleError) {
    var reader = reader
    let start = reader.position
    let known: Set<PickleGlobal>
    do throws(PickleError) {
      rootIndex = try reader.pickle(nesting: 0)
      if endsFile { try reader.checkEnd() }
      known = reader.knownNames(root: rootIndex)
      if reader.names.others == .refused,
        let unknown = reader.arena.globals.first(where: { !known.contains($0.name) })
      {
        throw .unknownName(offset: unknown.offset, unknown.name)
      }
    } catch {
      throw reader.names.reason(for: error, among: reader.arena.globals)
    }
    version = reader.version
    byteCount = reader.position - start
    arena = reader.arena
    self.compression = compression
    mentions = arena.globals.map {
      Mention(global: $0.name, offset: $0.offset, isKnown: known.contains($0.name))
    }
  }

  /// The value that the pickle is of.
  public var root: PickleNode { PickleNode(self, rootIndex) }
}
