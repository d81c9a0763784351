internal import CZip

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A zip archive that is open for reading.
///
/// The whole archive is audited when it is opened: what could be read in two ways, or could only be
/// the work of an attacker, is refused then. Stored members are read where they lie; deflated ones are
/// unpacked by libzip, which sees one member at a time.
///
/// Nothing that a name says is ever done: names are keys, not paths.
@safe
public struct ZipReader: ~Copyable, Sendable {
  /// The members, in the order of the central directory.
  public let members: [ZipMember]

  let archive: FileBytes
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
    try self.init(
      FileBytes(path: path), maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
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
    try self.init(FileBytes(bytes), maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
  }

  /// Opens the archive that an input is.
  package init(_ archive: FileBytes, maxMembers: Int, maxTotalBytes: Int) throws(ZipError) {
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
      return ZipMemberStream(member: member, source: .stored(archive))
    case ZipFlags.deflated:
      let record = try archive.read(at: member.record.lowerBound, count: member.record.count)
      return try ZipMemberStream(
        member: member,
        of: ArchiveSlice(
          of: archive, holding: member, record: record, directoryOffset: directoryOffset))
    default:
      throw .unsupportedMethod(member)
    }
  }

  /// Opens a member for reading on behind what has been read of it before.
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
    var stream = try open(member)
    let bytes = try stream.read(member.size)
    try stream.finish()
    return bytes
  }
}

/// The bytes of one member, unpacked as they are read.
///
/// They are not to be trusted before `finish()` has returned: only then is the CRC-32 known to hold.
public struct ZipMemberStream: ~Copyable {
  /// The member that is read.
  public let member: ZipMember
  /// The number of bytes not read yet, by the size that the member declares.
  public private(set) var remaining: Int

  /// Where the bytes come from.
  fileprivate enum Source {
    /// The archive, of which a stored member is a part.
    case stored(FileBytes)
    /// libzip, which unpacks a deflated one.
    case deflated(MemberHandle)
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

  /// libzip 1.7.3 leaves holes when it inflates more than 4 GiB at once.
  private static let chunk = 1 << 20

  fileprivate init(member: ZipMember, source: Source) {
    self.member = member
    self.source = source
    remaining = member.size
  }

  /// A member that is stored or deflated.
  init(member: ZipMember, of slice: ArchiveSlice) throws(ZipError) {
    self.init(
      member: member,
      source: member.method == ZipFlags.stored
        ? .stored(slice.archive) : .deflated(try MemberHandle(slice)))
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

  /// Goes on behind what another stream of the member has read; nothing must have been read here.
  fileprivate mutating func pass(_ beginning: Beginning) throws(ZipError) {
    switch source {
    case .stored:
      // As if the very bytes had been read again.
      remaining -= beginning.count
      crc = beginning.crc
    case .deflated:
      _ = try read(beginning.count)
      guard crc == beginning.crc else { throw .changedWhileRead }
    }
  }

  /// Fills a buffer with the next bytes, of which there must be as many.
  private mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ZipError) {
    let start = member.size - remaining
    switch source {
    case .stored(let archive):
      try unsafe archive.read(at: member.dataOffset + start, into: buffer, crc: &crc)
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
  public consuming func finish() throws(ZipError) {
    guard remaining == 0 else { throw .unreadBytes(member, remaining: remaining) }
    // The audit has seen that a stored member takes as many bytes as it has; of a deflated one libzip
    // tells only in a read that finds the end.
    if case .deflated(let handle) = source {
      let more = try unsafe withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
        probe throws(ZipError) in try unsafe handle.read(into: probe)
      }
      guard more == 0 else { throw .sizeMismatch(member, found: member.size + 1) }
    }
    guard crc?.value == member.crc32 else { throw .crcMismatch(member) }
  }
}

/// libzip's two handles for reading a member: an archive, and a file in it.
///
/// Both are closed when the last stream lets go, the file first, as libzip demands.
@safe
private final class MemberHandle {
  private let source: SliceSource
  private let archive: OpaquePointer
  private let file: OpaquePointer

  /// Opens the only member of a slice.
  init(_ slice: ArchiveSlice) throws(ZipError) {
    var error = unsafe zip_error_t()
    unsafe zip_error_init(&error)
    defer { unsafe zip_error_fini(&error) }

    let source = SliceSource(slice)
    // libzip owns a reference to the source, until it frees its own.
    let owned = unsafe Unmanaged.passRetained(source)
    guard
      let zipSource = unsafe zip_source_function_create(serveSource, owned.toOpaque(), &error)
    else {
      unsafe owned.release()
      throw .outOfMemory
    }
    // Not ZIP_CHECKCONS: the audit has compared the headers better, and it would refuse what
    // `zip - FILE` writes to a pipe (the true size, but zeros for the others).
    guard let archive = unsafe zip_open_from_source(zipSource, ZIP_RDONLY, &error) else {
      unsafe zip_source_free(zipSource)
      throw unsafe source.failure(for: error)
    }
    var status = unsafe zip_stat_t()
    guard unsafe zip_get_num_entries(archive, 0) == 1,
      unsafe zip_stat_index(archive, 0, 0, &status) == 0,
      unsafe source.matches(status)
    else {
      unsafe zip_discard(archive)
      throw .changedWhileRead
    }
    guard let file = unsafe zip_fopen_index(archive, 0, 0) else {
      let failure = unsafe source.failure(for: zip_get_error(archive).pointee)
      unsafe zip_discard(archive)
      throw failure
    }
    self.source = source
    unsafe self.archive = archive
    unsafe self.file = file
  }

  deinit {
    unsafe zip_fclose(file)
    unsafe zip_discard(archive)
  }

  /// Reads up to the length of `buffer`; 0 is the end, and the CRC-32 held.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    let got = unsafe zip_fread(file, base, zip_uint64_t(buffer.count))
    guard got >= 0 else { throw unsafe source.failure(for: zip_file_get_error(file).pointee) }
    return Int(got)
  }
}

/// A slice of an archive as libzip reads it, with a position and the last error.
private final class SliceSource {
  private let slice: ArchiveSlice
  private var position = 0
  private var readError: ZipError?

  init(_ slice: ArchiveSlice) {
    self.slice = slice
  }

  /// What an error of libzip means, which may only follow from one of our own.
  func failure(for error: zip_error_t) -> ZipError {
    if let readError { return readError }
    switch unsafe error.zip_err {
    case ZIP_ER_CRC: return .crcMismatch(slice.member)
    case ZIP_ER_MEMORY: return .outOfMemory
    default: return .damagedData(slice.member, code: Int(unsafe error.zip_err))
    }
  }

  /// Whether libzip found what the audit found, so that the file has not changed since.
  func matches(_ status: zip_stat_t) -> Bool {
    unsafe status.size == zip_uint64_t(slice.member.size)
      && status.comp_size == zip_uint64_t(slice.member.compressedSize)
      && status.comp_method == slice.member.method && status.crc == slice.member.crc32
      && status.encryption_method == UInt16(ZIP_EM_NONE)
  }

  /// Answers one of libzip's requests (see zip_source_function(3)).
  fileprivate func serve(
    _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
  ) -> zip_int64_t {
    switch command {
    case ZIP_SOURCE_SUPPORTS:
      let commands = [
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
        ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
      ]
      return commands.reduce(0) { $0 | 1 << zip_int64_t($1.rawValue) }
    case ZIP_SOURCE_OPEN:
      position = 0
      return 0
    case ZIP_SOURCE_CLOSE:
      return 0
    case ZIP_SOURCE_TELL:
      return zip_int64_t(position)
    case ZIP_SOURCE_READ:
      do throws(ZipError) {
        let got = try unsafe slice.read(
          at: position, into: UnsafeMutableRawBufferPointer(start: data, count: length))
        position += got
        return zip_int64_t(got)
      } catch {
        readError = error
        return -1
      }
    case ZIP_SOURCE_SEEK:
      return unsafe seek(data, length)
    case ZIP_SOURCE_STAT:
      let needed = unsafe MemoryLayout<zip_stat_t>.size
      guard let data = unsafe data, length >= needed else { return -1 }
      let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
      unsafe zip_stat_init(status)
      unsafe status.pointee.size = zip_uint64_t(slice.count)
      unsafe status.pointee.valid = zip_uint64_t(ZIP_STAT_SIZE)
      return zip_int64_t(needed)
    case ZIP_SOURCE_ERROR:
      // Two numbers: libzip's code, and errno, which `readError` holds already.
      guard let data = unsafe data, length >= 2 * MemoryLayout<Int32>.size else { return -1 }
      unsafe data.storeBytes(of: Int32(ZIP_ER_READ), as: Int32.self)
      unsafe data.storeBytes(of: 0, toByteOffset: 4, as: Int32.self)
      return zip_int64_t(2 * MemoryLayout<Int32>.size)
    default:
      return -1
    }
  }

  private func seek(_ data: UnsafeMutableRawPointer?, _ length: Int) -> zip_int64_t {
    guard let data = unsafe data, length >= MemoryLayout<zip_source_args_seek_t>.size else {
      return -1
    }
    let request = unsafe data.load(as: zip_source_args_seek_t.self)
    let base =
      switch request.whence {
      case SEEK_SET: 0
      case SEEK_CUR: position
      default: slice.count
      }
    let (target, overflow) = base.addingReportingOverflow(Int(request.offset))
    guard !overflow, (0...slice.count).contains(target) else { return -1 }
    position = target
    return 0
  }
}

/// The function that libzip calls for its requests; `user` is an unmanaged `SliceSource`.
private let serveSource: zip_source_callback = { user, data, length, command in
  guard let user = unsafe user else { return -1 }
  let source = unsafe Unmanaged<SliceSource>.fromOpaque(user)
  guard command != ZIP_SOURCE_FREE else {
    unsafe source.release()
    return 0
  }
  return unsafe source.takeUnretainedValue().serve(command, data, Int(clamping: length))
}
