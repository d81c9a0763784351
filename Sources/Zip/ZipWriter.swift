internal import Deflate
public import Files
import Platform

/// Writes a zip archive with the very bytes that numpy's `savez` and `savez_compressed` write.
///
/// Those are the bytes of Python's zipfile for a seekable file: version 4.5 everywhere, a zip64 field
/// in every local header, 1 January 1980 as the time, and mode 0600. So the same members give the same
/// archive, on every machine and at any time; where members are deflated, zlib decides.
public struct ZipWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
  /// The members that were written, each with the place of its record in ``directory``.
  private var written: [ZipMember] = []
  private var sink: Sink
  /// The central records so far.
  private var directory: ContiguousArray<UInt8> = []
  private var names: Set<ContiguousArray<UInt8>> = []
  private var offset: UInt64 = 0

  /// Begins an archive.
  ///
  /// - Parameter sink: Where its bytes go.
  public init(to sink: consuming Sink) {
    self.sink = sink
  }

  /// Writes a member.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other member may have.
  ///   - parts: Its bytes, one part after another.
  ///   - compressed: Whether to deflate it; the result is kept in memory until it is whole.
  /// - Throws: `duplicateMember`, `invalidName`, `outOfMemory`, and what the sink throws.
  public mutating func add(
    _ name: String, parts: [ContiguousArray<UInt8>], compressed: Bool
  ) throws(ZipError) {
    try add([(name, parts)], compressed: compressed)
  }

  /// Writes several members; they are deflated by several threads, and written in their order.
  ///
  /// - Parameters:
  ///   - members: Their names, which no other member may have, and their bytes, in parts.
  ///   - compressed: Whether to deflate them; the results are kept in memory until all are whole.
  /// - Throws: `duplicateMember`, `invalidName`, `outOfMemory`, and what the sink throws.
  public mutating func add(
    _ members: [(name: String, parts: [ContiguousArray<UInt8>])], compressed: Bool
  ) throws(ZipError) {
    for (name, _) in members { try claim(name) }
    let byteCount = members.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.count } }
    let deflated =
      compressed
      ? concurrentMap(members.count, isLarge: byteCount > 1 << 16) {
        index -> Result<[ContiguousArray<UInt8>], ZipError> in
        Result { () throws(ZipError) in
          var deflater = try Deflater.member()
          for part in members[index].parts {
            unsafe part.withUnsafeBytes { unsafe deflater.append($0) }
          }
          return deflater.finish()
        }
      } : []
    for (index, (name, parts)) in members.enumerated() {
      guard compressed else {
        try store(name, parts)
        continue
      }
      var crc = CRC32()
      for part in parts { crc.append(crc32(of: part), of: part.count) }
      let size = parts.reduce(0) { $0 + UInt64($1.count) }
      try write(name, size: size, crc: crc, data: deflated[index].get())
    }
  }

  /// Writes a member without compression.
  private mutating func store(
    _ name: String, _ parts: [ContiguousArray<UInt8>]
  ) throws(ZipError) {
    let size = parts.reduce(0) { $0 + UInt64($1.count) }
    var record = MemberRecord(
      name: ContiguousArray(name.utf8), isCompressed: false, crc32: 0, size: size,
      compressedSize: size, offset: offset)
    let headerCount = record.localHeader.count
    do {
      try sink.reserve(headerCount + Int(size))
      record.crc32 = try sink.write(parts) { crc in
        var record = record
        record.crc32 = crc
        return record.localHeader
      }
    } catch { throw .file(error) }
    offset += UInt64(headerCount) + size
    note(name, record)
  }

  /// Takes a name, which no other member may have.
  private mutating func claim(_ name: String) throws(ZipError) {
    let bytes = ContiguousArray(name.utf8)
    guard !bytes.isEmpty else { throw .invalidName(name, reason: "it is empty") }
    guard !bytes.contains(0) else { throw .invalidName(name, reason: "it has a NUL in it") }
    guard bytes.count <= MemberName.maxBytes else {
      throw .invalidName(name, reason: "it has more than \(MemberName.maxBytes) bytes")
    }
    guard names.insert(bytes).inserted else { throw .duplicateMember(name: name) }
  }

  /// Writes a member whose data is there, deflated.
  private mutating func write(
    _ name: String, size: UInt64, crc: CRC32, data: [ContiguousArray<UInt8>]
  ) throws(ZipError) {
    let record = MemberRecord(
      name: ContiguousArray(name.utf8), isCompressed: true, crc32: crc.value, size: size,
      compressedSize: data.reduce(0) { $0 + UInt64($1.count) }, offset: offset)
    try begin(record)
    for part in data { try write(part.span) }
    note(name, record)
  }

  /// Writes a member's local header.
  private mutating func begin(_ record: MemberRecord) throws(ZipError) {
    let header = record.localHeader
    do { try sink.reserve(header.count + Int(record.compressedSize)) } catch { throw .file(error) }
    try write(header.span)
  }

  /// Enters a member that was written into the directory.
  private mutating func note(_ name: String, _ record: MemberRecord) {
    let central = record.centralRecord
    var member = ZipMember(
      name: name, size: Int(record.size), compressedSize: Int(record.compressedSize),
      index: written.count, method: record.isCompressed ? ZipFlags.deflated : ZipFlags.stored,
      crc32: record.crc32, isEncrypted: false, headerOffset: Int(record.offset),
      record: directory.count..<directory.count + central.count)
    member.dataOffset = Int(record.offset) + record.localHeader.count
    written.append(member)
    directory.append(contentsOf: central)
  }

  /// The members that were written, as a reader will find them if the archive ends here.
  package var members: [ZipMember] { written.map { $0.moved(by: Int(offset)) } }

  /// Ends the archive.
  ///
  /// - Returns: The sink, which has taken every byte, and which is not closed or committed.
  /// - Throws: what the sink throws.
  public consuming func finish() throws(ZipError) -> Sink {
    let directoryOffset = offset
    let directory = directory
    try write(directory.span)
    let end = Self.endRecords(
      members: UInt64(written.count), offset: directoryOffset, size: UInt64(directory.count))
    try write(end.span)
    return sink
  }

  private mutating func write(_ bytes: Span<UInt8>) throws(ZipError) {
    do { try sink.write(bytes) } catch { throw .file(error) }
    offset += UInt64(bytes.count)
  }

  private static func endRecords(
    members: UInt64, offset: UInt64, size: UInt64
  ) -> ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    if members > UInt16.max || offset > zip64Limit || size > zip64Limit {
      bytes.append(zip64EndOf: members, directorySize: size, offset: offset)
    }
    bytes.append(littleEndian: ZipRecord.end)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: UInt16(clamping: members))
    bytes.append(littleEndian: UInt16(clamping: members))
    bytes.append(littleEndian: UInt32(clamping: size))
    bytes.append(littleEndian: UInt32(clamping: offset))
    bytes.append(littleEndian: UInt16(0))
    return bytes
  }
}

extension ZipWriter where Sink: ReadableSink & ~Copyable {
  /// Writes a member that is made block by block, and is never in memory as a whole; reads it back from
  /// where it has gone, and compares.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other member may have.
  ///   - content: Its bytes.
  ///   - compressed: Whether to deflate it; the result is kept in memory until it is whole.
  /// - Returns: Whether what was read is the same, byte for byte.
  /// - Throws: `duplicateMember`, `invalidName`, `outOfMemory`, and what the sink and reading throw.
  package mutating func addAndCompare(
    _ name: String, _ content: MemberContent, compressed: Bool
  ) throws(ZipError) -> Bool {
    try claim(name)
    return compressed ? try deflate(name, content) : try store(name, content)
  }

  private mutating func deflate(
    _ name: String, _ content: MemberContent
  ) throws(ZipError) -> Bool {
    var crc = CRC32()
    var deflater = try Deflater.member()
    unsafe content.forEachBlock { made in
      unsafe CRC32(of: made)
    } take: { made, sum in
      crc.append(sum, of: made.count)
      unsafe deflater.append(made)
    }
    try write(
      name, size: UInt64(content.count), crc: crc, data: deflater.finish())
    return try readsBack(written.count - 1, as: content)
  }

  private mutating func store(
    _ name: String, _ content: MemberContent
  ) throws(ZipError) -> Bool {
    var record = MemberRecord(
      name: ContiguousArray(name.utf8), isCompressed: false, crc32: 0,
      size: UInt64(content.count), compressedSize: UInt64(content.count), offset: offset)
    try begin(record)
    var crc = CRC32()
    var equals = true
    do throws(FileError) {
      try sink.write(content.count) { room throws(FileError) in
        let findings = unsafe content.mapBlocks {
          block, made, spare -> Result<(sum: CRC32, isSame: Bool), FileError> in
          let sum = unsafe CRC32(of: made)
          do throws(FileError) {
            try unsafe room.write(made, at: block.lowerBound)
            try unsafe room.read(at: block.lowerBound, into: spare)
          } catch {
            return .failure(error)
          }
          return .success((sum, unsafe isSame(made, UnsafeRawBufferPointer(spare))))
        }
        for (block, finding) in zip(content.blocks, findings) {
          let found = try finding.get()
          crc.append(found.sum, of: block.count)
          equals = equals && found.isSame
        }
      }
    } catch { throw .file(error) }
    offset += record.size
    // The checksum stands before the bytes that it is of, which would have to be made twice otherwise.
    record.crc32 = crc.value
    let header = record.localHeader
    do { try sink.overwrite(at: Int(record.offset), header.span) } catch { throw .file(error) }
    note(name, record)
    return equals
  }

  /// Reads a deflated member that was written back from where it has gone, as a reader will, and
  /// compares.
  ///
  /// - Parameters:
  ///   - index: Which of ``members``.
  ///   - content: What was meant.
  /// - Returns: Whether it is the same, byte for byte.
  /// - Throws: what reading a member throws.
  package func readsBack(_ index: Int, as content: MemberContent) throws(ZipError) -> Bool {
    let member = written[index]
    let archive: InputFile
    do { archive = try sink.readBack() } catch { throw .file(error) }
    let record = ContiguousArray(directory[member.record])
    var stream = try ZipMemberStream(member, in: archive, directoryOffset: Int(offset)) {
      () throws(ZipError) in record
    }
    guard content.count == member.size else { return false }
    var equals = true
    try unsafe content.forEachBlock { _ in
    } take: { made, _ throws(ZipError) in
      let bytes = try stream.read(made.count)
      equals = unsafe bytes.withUnsafeBytes { unsafe isSame($0, made) } && equals
    }
    try stream.finish()
    return equals
  }
}

extension Deflater {
  /// A stream for a member.
  fileprivate static func member() throws(ZipError) -> Deflater {
    do { return try Deflater() } catch { throw .outOfMemory }
  }
}

/// Whether two buffers of one length hold the same.
private func isSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
  guard let first = one.baseAddress, let second = other.baseAddress else { return true }
  return unsafe memcmp(first, second, min(one.count, other.count)) == 0
}

/// Above this, zipfile writes a size or an offset as zip64 (`ZIP64_LIMIT`, not 4 GiB).
private let zip64Limit: UInt64 = (1 << 31) - 1

/// What the two headers of a member to be written say.
private struct MemberRecord {
  let name: ContiguousArray<UInt8>
  let isCompressed: Bool
  var crc32: UInt32
  let size: UInt64
  let compressedSize: UInt64
  let offset: UInt64

  /// The local header: zipfile marks both sizes as zip64, whatever they are.
  var localHeader: ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    bytes.append(littleEndian: ZipRecord.local)
    appendCommonFields(size: .max, compressedSize: .max, extraLength: 20, to: &bytes)
    bytes.append(contentsOf: name)
    bytes.append(littleEndian: UInt16(1))
    bytes.append(littleEndian: UInt16(16))
    bytes.append(littleEndian: size)
    bytes.append(littleEndian: compressedSize)
    return bytes
  }

  /// The record in the central directory: zip64 holds only what must be there.
  var centralRecord: ContiguousArray<UInt8> {
    let isWide = size > zip64Limit || compressedSize > zip64Limit
    let isFar = offset > zip64Limit
    let wide = (isWide ? [size, compressedSize] : []) + (isFar ? [offset] : [])
    let extraLength = wide.isEmpty ? 0 : 4 + 8 * wide.count

    var bytes: ContiguousArray<UInt8> = []
    bytes.append(littleEndian: ZipRecord.central)
    // Made by version 4.5 on Unix.
    bytes.append(littleEndian: UInt16(0x032d))
    appendCommonFields(
      size: isWide ? .max : UInt32(size), compressedSize: isWide ? .max : UInt32(compressedSize),
      extraLength: UInt16(extraLength), to: &bytes)
    // No comment, disk 0, no internal attributes.
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0))
    // The mode 0600, where Unix has it.
    bytes.append(littleEndian: UInt32(0o600 << 16))
    bytes.append(littleEndian: isFar ? .max : UInt32(offset))
    bytes.append(contentsOf: name)
    if !wide.isEmpty {
      bytes.append(littleEndian: UInt16(1))
      bytes.append(littleEndian: UInt16(8 * wide.count))
      for value in wide { bytes.append(littleEndian: value) }
    }
    return bytes
  }

  /// The fields from "version needed" to "extra field length", which both headers have.
  private func appendCommonFields(
    size: UInt32, compressedSize: UInt32, extraLength: UInt16,
    to bytes: inout ContiguousArray<UInt8>
  ) {
    bytes.append(littleEndian: UInt16(45))
    bytes.append(littleEndian: name.allSatisfy { $0 < 0x80 } ? 0 : ZipFlags.utf8)
    bytes.append(littleEndian: isCompressed ? ZipFlags.deflated : ZipFlags.stored)
    // 1980-01-01, 00:00, the earliest that the format knows.
    bytes.append(littleEndian: UInt32(0x0021_0000))
    bytes.append(littleEndian: crc32)
    bytes.append(littleEndian: compressedSize)
    bytes.append(littleEndian: size)
    bytes.append(littleEndian: UInt16(name.count))
    bytes.append(littleEndian: extraLength)
  }
}
