public import Files
public import NPY
package import Zip

/// The arrays of an NPZ archive: names and headers at once, the data when asked for.
///
/// An NPZ is a ZIP archive whose members are NPY files (`numpy/lib/_npyio_impl.py`). A member's name
/// is the array's with `.npy` after it; as in NumPy, a member without that ending is an array too
/// if its content is one. Two members for one name are refused, because readers differ on which of
/// them counts. Members that are no arrays are listed and otherwise left alone, unless their names
/// mark them as arrays.
public struct NPZReader: Sendable {
  /// One array of the archive.
  public struct Entry: Sendable {
    /// The array's name: the member's, without `.npy`.
    public let name: String

    /// The member's name.
    public var memberName: String { member.name }

    /// Element type, order and shape; or why the array cannot be read, where it is sound but of a
    /// type that is refused. Arrays of Python objects have a header, and can still not be read.
    public let header: Result<NPYHeader, NPYError>

    let member: ZipMember
    /// The bytes of the header, which are known and not read again.
    let beginning: ZipMemberStream.Beginning
  }

  /// The arrays, in the order of the archive.
  public let entries: [Entry]

  /// The names of members that are no arrays.
  public let otherMembers: [String]

  /// The archive itself.
  package let archive: ZipReader
  private let limits: ReadLimits

  /// Opens an archive file and reads the header of each array.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``NPZError``.
  public init(path: String, limits: ReadLimits = ReadLimits()) throws(NPZError) {
    let file: InputFile
    do { file = try InputFile(path: path) } catch { throw .zip(.file(error)) }
    try self.init(file, limits: limits)
  }

  /// Opens an archive in memory and reads the header of each array.
  ///
  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - limits: Bounds on what the archive may ask for.
  /// - Throws: ``NPZError``.
  public init(
    bytes: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits()
  ) throws(NPZError) {
    try self.init(InputFile(bytes), limits: limits)
  }

  /// Opens an archive and reads the header of each array.
  package init(_ bytes: InputFile, limits: ReadLimits = ReadLimits()) throws(NPZError) {
    let archive: ZipReader
    do {
      archive = try ZipReader(
        bytes, maxMembers: limits.maxMembers, maxTotalBytes: limits.maxTotalBytes)
    } catch { throw .zip(error) }
    try self.init(archive, limits: limits)
  }

  /// Reads the header of each array of an open archive.
  package init(_ archive: ZipReader, limits: ReadLimits = ReadLimits()) throws(NPZError) {
    var entries: [Entry] = []
    entries.reserveCapacity(archive.members.count)
    var others: [String] = []
    for member in archive.members {
      guard let (header, beginning) = try Self.header(of: member, in: archive, limits: limits)
      else {
        others.append(member.name)
        continue
      }
      let name =
        member.isNamedNPY
        ? String(decoding: member.name.utf8.dropLast(4), as: UTF8.self) : member.name
      entries.append(Entry(name: name, header: header, member: member, beginning: beginning))
    }
    try Self.checkNames(of: entries)
    self.entries = entries
    self.otherMembers = others
    self.archive = archive
    self.limits = limits
  }

  /// Demands that no two entries have one name. Since their members have not, these are `w` and `w.npy`.
  private static func checkNames(of entries: [Entry]) throws(NPZError) {
    guard entries.contains(where: { !$0.member.isNamedNPY }) else { return }
    // Keyed by bytes: Swift's strings are equal where only their normal forms are.
    var seen = [[UInt8]: String](minimumCapacity: entries.count)
    for entry in entries {
      if let first = seen.updateValue(entry.memberName, forKey: Array(entry.name.utf8)) {
        throw .ambiguousName(entry.name, first: first, second: entry.memberName)
      }
    }
  }

  /// The header of a member that is an array, `nil` for one that neither is nor claims to be.
  private static func header(
    of member: ZipMember, in archive: ZipReader, limits: ReadLimits
  ) throws(NPZError) -> (Result<NPYHeader, NPYError>, ZipMemberStream.Beginning)? {
    let mustBeArray = member.isNamedNPY && !member.isOfFinder
    do throws(NPZError) {
      var stream = try open(member, in: archive)
      let prefix = try read(min(NPYHeader.prefixLength, member.size), from: &stream)
      let length = try array(member) { () throws(NPYError) in
        try NPYHeader.dataOffset(prefix: prefix[...], size: member.size, limits: limits)
      }
      let rest = try read(length - prefix.count, from: &stream)
      let header = try array(member) { () throws(NPYError) in
        try NPYHeader(parsing: prefix + rest, limits: limits)
      }
      return (.success(header), stream.beginning)
    } catch .array(_, .unsupportedDType(let descr, let reason)) {
      try check(member, in: archive)
      return (.failure(.unsupportedDType(descr: descr, reason: reason)), .nothing)
    } catch .array(_, .notNPY) where !mustBeArray {
      try check(member, in: archive)
      return nil
    } catch .zip(.encrypted) where !mustBeArray {
      return nil
    } catch .zip(.unsupportedMethod) where !mustBeArray {
      return nil
    }
  }

  /// Checks that a member which nobody will read is sound: otherwise a damaged byte in its header
  /// would make an array vanish without a message.
  private static func check(
    _ member: ZipMember, in archive: ZipReader
  ) throws(NPZError) {
    do { try archive.check(member) } catch { throw .zip(error) }
  }

  /// Reads one array, and checks it to the last byte.
  ///
  /// The data goes straight from the file (or from the inflater) into the array's memory.
  ///
  /// - Parameter entry: One of ``entries``.
  /// - Returns: The array.
  /// - Throws: ``NPZError``, also where the checksum of the member fails.
  public func array(_ entry: Entry) throws(NPZError) -> NDArray {
    let header = try Self.array(entry.member) { () throws(NPYError) in try entry.header.get() }
    var stream: ZipMemberStream
    do { stream = try archive.open(entry.member, behind: entry.beginning) } catch {
      throw .zip(error)
    }
    try Self.array(entry.member) { () throws(NPYError) in
      try NDArray.check(header, found: stream.remaining, limits: limits)
    }
    let bytes = try Self.read(header.byteCount, from: &stream)
    do { try stream.finish() } catch { throw .zip(error) }
    return try Self.array(entry.member) { () throws(NPYError) in
      try NDArray(header: header, bytes: bytes)
    }
  }

  /// Reads several arrays, as ``array(_:)`` does; several threads share much of it.
  ///
  /// - Parameter entries: Some of ``entries``.
  /// - Returns: Their arrays, in the same order.
  /// - Throws: ``NPZError``: that of the first entry that cannot be read.
  public func arrays(_ entries: [Entry]) throws(NPZError) -> [NDArray] {
    let byteCount = entries.reduce(0) { $0 + $1.member.size }
    guard byteCount > Self.smallArrays else {
      return try entries.map { entry throws(NPZError) in try array(entry) }
    }
    let read = concurrentMap(entries.count) { index in
      Result { () throws(NPZError) in try array(entries[index]) }
    }
    return try read.map { array throws(NPZError) in try array.get() }
  }

  /// So few bytes are read before other threads have woken up.
  private static let smallArrays = 1 << 20

  /// Returns a view of one array in the file, without a copy; see `MappedArray` for what must not
  /// happen to the file meanwhile.
  ///
  /// - Parameters:
  ///   - entry: One of ``entries``; it must be stored, not deflated.
  ///   - isChecked: Whether to compare the member's CRC-32, for which all of it is read once.
  /// - Returns: The view.
  /// - Throws: ``NPZError``, also where the checksum of the member fails.
  public func map(_ entry: Entry, isChecked: Bool = true) throws(NPZError) -> MappedArray {
    let header = try Self.array(entry.member) { () throws(NPYError) in try entry.header.get() }
    let mapped: MappedFile
    do { mapped = try archive.map(entry.member, isChecked: isChecked) } catch { throw .zip(error) }
    return try Self.array(entry.member) { () throws(NPYError) in
      try unsafe MappedArray(
        header: header,
        bytes: UnsafeRawBufferPointer(rebasing: mapped.bytes[entry.beginning.count...]),
        owner: mapped)
    }
  }

  /// Reads the whole member of an array, header and all: for arrays that hold objects.
  ///
  /// - Parameter entry: One of ``entries``.
  /// - Throws: ``NPZError``, also where the checksum of the member fails.
  package func bytes(of entry: Entry) throws(NPZError) -> ContiguousArray<UInt8> {
    do { return try archive.read(entry.member) } catch { throw .zip(error) }
  }

  /// Reads the array of this name; `nil` where the archive has none.
  ///
  /// - Parameter name: The array's name, without `.npy`.
  /// - Returns: The array, or `nil`.
  /// - Throws: ``NPZError``, where there is one and it cannot be read.
  public func array(named name: String) throws(NPZError) -> NDArray? {
    for entry in entries where entry.name.utf8.elementsEqual(name.utf8) { return try array(entry) }
    return nil
  }

  private static func open(
    _ member: ZipMember, in archive: ZipReader
  ) throws(NPZError) -> ZipMemberStream {
    do { return try archive.open(member) } catch { throw .zip(error) }
  }

  /// Gives an error about an array the name of its member.
  private static func array<T>(
    _ member: ZipMember, _ body: () throws(NPYError) -> T
  ) throws(NPZError) -> T {
    do { return try body() } catch { throw .array(member: member.name, error) }
  }

  private static func read(
    _ count: Int, from stream: inout ZipMemberStream
  ) throws(NPZError) -> ContiguousArray<UInt8> {
    do { return try stream.read(count) } catch { throw .zip(error) }
  }
}

extension ZipMember {
  /// Whether the member's name marks it as an array.
  fileprivate var isNamedNPY: Bool { name.utf8.suffix(4).elementsEqual(".npy".utf8) }

  /// Whether the name is one that the Finder of macOS gives to what it keeps about another member.
  fileprivate var isOfFinder: Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"))
    return parts.first?.elementsEqual("__MACOSX".utf8) ?? false
      || parts.last?.starts(with: "._".utf8) ?? false
  }
}
