package import Files

/// A zip archive that is open for reading.
///
/// The whole archive is audited when it is opened: what could be read in two ways, or could only be
/// the work of an attacker, is refused then. Stored members are read in place; deflated ones are
/// decompressed one at a time.
///
/// Nothing that a name says is ever done: names are keys, not paths.
public struct ZipReader: Sendable {
  /// The members, in the order of the central directory.
  public let members: [ZipMember]

  let archive: InputFile
  private let directoryOffset: Int

  /// Opens the archive in a regular file, which stays open as long as this value or one of its streams.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - maxMembers: The most members that the archive may have.
  ///   - maxTotalBytes: The most bytes that all members together may have when unpacked.
  /// - Throws: `cannotOpen` and `notAFile`; errors of reading; any error about bad content, except
  ///   those that only unpacking finds.
  public init(path: String, maxMembers: Int, maxTotalBytes: Int) throws(ZipError) {
    let file: InputFile
    do { file = try InputFile(path: path) } catch { throw .file(error) }
    try self.init(file, maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
  }

  /// Opens the archive that `bytes` are.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - maxMembers: The most members that the archive may have.
  ///   - maxTotalBytes: The most bytes that all members together may have when unpacked.
  /// - Throws: any error about bad content, except those that only unpacking finds.
  public init(
    bytes: ContiguousArray<UInt8>, maxMembers: Int, maxTotalBytes: Int
  ) throws(ZipError) {
    try self.init(InputFile(bytes), maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
  }

  /// Opens the archive that an input is.
  package init(_ archive: InputFile, maxMembers: Int, maxTotalBytes: Int) throws(ZipError) {
    let directory = try CentralDirectory(
      of: archive, maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
    self.archive = archive
    members = directory.members
    directoryOffset = directory.offset
  }

  /// Opens a member for reading from its beginning; any number may be open at once.
  ///
  /// - Parameter member: One of this archive's `members`.
  /// - Throws: `encrypted` or `unsupportedMethod` if the member cannot be unpacked; errors of reading.
  public func open(_ member: ZipMember) throws(ZipError) -> ZipMemberStream {
    precondition(
      members.indices.contains(member.index) && members[member.index] == member,
      "the member belongs to another archive")
    if member.isEncrypted { throw .encrypted(member) }
    switch member.method {
    case ZipFlags.stored:
      return ZipMemberStream(member, source: .stored(archive))
    case ZipFlags.deflated:
      return try ZipMemberStream(member, in: archive, directoryOffset: directoryOffset) {
        () throws(ZipError) in
        try archive.part(at: member.record.lowerBound, count: member.record.count)
      }
    default:
      throw .unsupportedMethod(member)
    }
  }

  /// Opens a member to read on after the part of it that has been read before.
  ///
  /// - Parameters:
  ///   - member: One of this archive's `members`.
  ///   - beginning: What has been read; it is not read again, where it can be passed over.
  /// - Throws: what opening throws; `changedWhileRead` if the member begins differently now.
  package func open(
    _ member: ZipMember, behind beginning: ZipMemberStream.Beginning
  ) throws(ZipError) -> ZipMemberStream {
    var stream = try open(member)
    try stream.pass(beginning)
    return stream
  }

  /// Reads a whole member and checks its size and its CRC-32.
  ///
  /// - Parameter member: One of this archive's `members`.
  /// - Throws: what opening, reading and finishing throw.
  public func read(_ member: ZipMember) throws(ZipError) -> ContiguousArray<UInt8> {
    try read(member, isChecked: true)
  }

  /// Reads a whole member.
  ///
  /// - Parameter isChecked: Whether to compare the CRC-32; some writers leave it out, and say 0.
  package func read(
    _ member: ZipMember, isChecked: Bool
  ) throws(ZipError) -> ContiguousArray<UInt8> {
    var stream = try open(member)
    let bytes = try stream.read(member.size)
    try stream.finish(isChecked: isChecked)
    return bytes
  }

  /// Reads a whole member for nothing but its CRC-32, some of it at a time.
  package func check(_ member: ZipMember) throws(ZipError) {
    var stream = try open(member)
    while stream.remaining > 0 { _ = try stream.read(min(stream.remaining, 1 << 20)) }
    try stream.finish()
  }

  /// Where the bytes of a stored member begin in the archive.
  ///
  /// - Throws: `notStored`; `encrypted`.
  package func offset(ofStored member: ZipMember) throws(ZipError) -> Int {
    // Opening makes all the checks that reading makes.
    _ = try open(member)
    guard member.method == ZipFlags.stored else { throw .notStored(member) }
    return member.dataOffset
  }
}

/// The bytes of one member, decompressed while they are read.
///
/// They are not to be trusted before `finish()` has returned: only then is the CRC-32 known to hold.
public struct ZipMemberStream: ~Copyable {
  /// The member that is read.
  public let member: ZipMember
  /// The number of bytes not read yet, by the size that the member declares.
  public private(set) var remaining: Int

  /// Where the bytes come from.
  fileprivate enum Source {
    /// The archive that a stored member is a part of.
    case stored(InputFile)
    /// What decompresses a deflated one.
    case deflated(MemberInflater)
  }
  private let source: Source
  /// What has been read so far sums up to; always there.
  private var crc: CRC32? = CRC32()

  /// The bytes of a member from its first on that have been read.
  package struct Beginning: Sendable {
    package let count: Int
    fileprivate let crc: CRC32?

    /// Nothing has been read.
    package static var nothing: Beginning { Beginning(count: 0, crc: CRC32()) }
  }

  /// What has been read so far.
  package var beginning: Beginning { Beginning(count: member.size - remaining, crc: crc) }

  /// libzip 1.7.3 leaves holes when it decompresses more than 4 GiB at once.
  private static let chunk = 1 << 20

  fileprivate init(_ member: ZipMember, source: Source) {
    self.member = member
    self.source = source
    remaining = member.size
  }

  /// A member that is stored or deflated.
  ///
  /// - Parameters:
  ///   - member: The member.
  ///   - archive: The archive.
  ///   - directoryOffset: Where the central directory begins, or would begin.
  ///   - record: The member's own record in the directory.
  init(
    _ member: ZipMember, in archive: InputFile, directoryOffset: Int,
    record: () throws(ZipError) -> ContiguousArray<UInt8>
  ) throws(ZipError) {
    self.init(
      member,
      source: member.method == ZipFlags.stored
        ? .stored(archive)
        : .deflated(
          try MemberInflater(
            member, in: archive, directoryOffset: directoryOffset, record: record)))
  }

  /// The number of bytes of the whole member.
  public var size: Int { member.size }

  /// Reads the next `count` bytes.
  ///
  /// - Parameter count: How many bytes to read, not negative.
  /// - Returns: Exactly `count` bytes, not yet covered by a check of the CRC-32.
  /// - Throws: `pastEnd` if fewer remain; `sizeMismatch`, `crcMismatch` or `damagedData` if the member
  ///   does not hold what it declares; errors of reading.
  public mutating func read(_ count: Int) throws(ZipError) -> ContiguousArray<UInt8> {
    guard count <= remaining else {
      throw .pastEnd(member, wanted: count, remaining: remaining)
    }
    let bytes = try unsafe ContiguousArray(filling: count) { buffer throws(ZipError) in
      try unsafe fill(buffer)
    }
    remaining -= count
    return bytes
  }

  /// Goes on after the part of the member that another stream has read; nothing must have been read here.
  fileprivate mutating func pass(_ beginning: Beginning) throws(ZipError) {
    switch source {
    case .stored:
      // As if the very bytes had been read again.
      remaining -= beginning.count
      crc = beginning.crc
    case .deflated:
      _ = try read(beginning.count)
      guard crc == beginning.crc else { throw .file(.changedWhileRead) }
    }
  }

  /// Fills a buffer with the next bytes; the member must have as many.
  private mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ZipError) {
    let start = member.size - remaining
    switch source {
    case .stored(let archive):
      do {
        try unsafe archive.read(at: member.dataOffset + start, into: buffer, crc: &crc)
      } catch { throw .file(error) }
    case .deflated(let handle):
      var filled = 0
      while filled < buffer.count {
        let length = min(buffer.count - filled, Self.chunk)
        let got = try unsafe handle.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + length]))
        guard got > 0 else { throw .sizeMismatch(member, found: start + filled) }
        unsafe crc?.append(UnsafeRawBufferPointer(rebasing: buffer[filled..<filled + got]))
        filled += got
      }
    }
  }

  /// Demands that all of the member was read, that no byte more comes, and that the CRC-32 holds.
  ///
  /// - Throws: `unreadBytes`, `sizeMismatch`, `crcMismatch` or `damagedData`; errors of reading.
  public consuming func finish() throws(ZipError) { try finish(isChecked: true) }

  /// The same; without the CRC-32 where it is known not to be there.
  fileprivate consuming func finish(isChecked: Bool) throws(ZipError) {
    guard remaining == 0 else { throw .unreadBytes(member, remaining: remaining) }
    // The audit has seen that a stored member takes as many bytes as it has; of a deflated one only a read
    // that finds the end tells.
    if case .deflated(let handle) = source {
      let more = try unsafe withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
        probe throws(ZipError) in try unsafe handle.read(into: probe)
      }
      guard more == 0 else { throw .sizeMismatch(member, found: member.size + 1) }
    }
    guard !isChecked || crc?.value == member.crc32 else { throw .crcMismatch(member) }
  }
}
