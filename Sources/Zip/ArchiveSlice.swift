/// An archive cut down to one member, as libzip is shown it.
///
/// Everything before the central directory is the archive's own; behind it come that member's own
/// record, and an end record of ours. So neither a storm of end records, nor a thousand members, nor
/// names made to collide in libzip's hash table, nor junk can reach it. A comment of 65,535 zeros keeps its search for
/// end records away from the members' data.
struct ArchiveSlice {
  let member: ZipMember
  /// The number of bytes, with the zeros of the comment.
  let count: Int

  let archive: FileBytes
  private let directoryOffset: Int
  /// The member's central record and the end records.
  private let tail: ContiguousArray<UInt8>

  /// - Parameters:
  ///   - archive: The archive.
  ///   - member: The member.
  ///   - record: The member's own record in the central directory.
  ///   - directoryOffset: Where that directory begins, or would begin.
  init(
    of archive: FileBytes, holding member: ZipMember, record: ContiguousArray<UInt8>,
    directoryOffset: Int
  ) {
    self.archive = archive
    self.member = member
    self.directoryOffset = directoryOffset
    var tail = record
    // The zip64 form fits an archive of any size.
    tail.append(zip64EndOf: 1, directorySize: UInt64(tail.count), offset: UInt64(directoryOffset))
    tail.append(littleEndian: ZipRecord.end)
    tail.append(littleEndian: UInt32(0))
    tail.append(littleEndian: UInt32.max)
    tail.append(littleEndian: UInt64.max)
    tail.append(littleEndian: UInt16.max)
    self.tail = tail
    count = directoryOffset + tail.count + Int(UInt16.max)
  }

  /// Fills the beginning of `buffer` with the bytes from `position` on, which is in `0...count`.
  ///
  /// - Returns: How many bytes there were: less than asked for at the end only.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
    let wanted = min(buffer.count, count - position)
    let fromArchive = min(wanted, max(directoryOffset - position, 0))
    try unsafe archive.read(
      at: min(position, directoryOffset),
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<fromArchive]))
    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[fromArchive..<wanted])
    if rest.count > 0 {
      unsafe rest.initializeMemory(as: UInt8.self, repeating: 0)
      let start = min(position + fromArchive - directoryOffset, tail.count)
      unsafe rest.copyBytes(from: tail[start..<min(start + rest.count, tail.count)])
    }
    return wanted
  }
}

extension ContiguousArray<UInt8> {
  /// Appends the zip64 end record and its locator, which follow a directory (APPNOTE.TXT 4.3.14, 15).
  mutating func append(zip64EndOf members: UInt64, directorySize: UInt64, offset: UInt64) {
    append(littleEndian: ZipRecord.zip64End)
    append(littleEndian: UInt64(ZipRecord.zip64EndLength - 12))
    // Made by and needed: version 4.5, the first that has zip64.
    append(littleEndian: UInt32(0x002d_002d))
    append(littleEndian: UInt64(0))
    append(littleEndian: members)
    append(littleEndian: members)
    append(littleEndian: directorySize)
    append(littleEndian: offset)
    append(littleEndian: ZipRecord.zip64Locator)
    append(littleEndian: UInt32(0))
    append(littleEndian: offset + directorySize)
    append(littleEndian: UInt32(1))
  }
}
