import Files
import Platform

/// The record that ends a zip archive and tells where its central directory is (APPNOTE.TXT 4.3.14 to
/// 4.3.16).
///
/// libzip 1.7.3 reads the whole directory again for every `PK\5\6` in the last 64 KiB, and takes the
/// first of two archives where Python takes the last. So the one true record is found here, in linear
/// time, and whatever could be read in two ways is refused.
struct EndRecord {
  /// The number of members.
  let members: Int
  let directoryOffset: Int
  let directorySize: Int
  /// Where the record (`PK\5\6`) begins.
  let offset: Int

  /// Finds the end record of an archive.
  ///
  /// It is the last `PK\5\6`, as for Python; junk after it is tolerated. Nothing else among the last
  /// 65,557 bytes (a record with the longest comment) may be a valid end record too.
  init(of archive: InputFile) throws(ZipError) {
    let searched = min(archive.count, ZipRecord.endLength + Int(UInt16.max))
    let before = min(
      archive.count - searched, ZipRecord.zip64EndLength + ZipRecord.zip64LocatorLength)
    let tailOffset = archive.count - searched - before
    let tail = try archive.part(at: tailOffset, count: searched + before)

    var candidates: [Int] = []
    var next = before
    while let position = tail.firstIndex(of: UInt8(ascii: "P"), from: next),
      tail.count - position >= 4
    {
      if tail.u32(position) == ZipRecord.end { candidates.append(position) }
      next = position + 1
    }
    guard let last = candidates.popLast() else {
      let start = try archive.part(at: 0, count: min(4, archive.count))
      guard InputFile.isArchive(start) else { throw .notZip(firstBytes: start) }
      throw .endRecordMissing
    }

    let rivals = candidates.filter { position in
      (try? EndRecord(at: position, of: tail, tailOffset: tailOffset)) != nil
    }
    guard rivals.isEmpty else {
      throw .ambiguousEndRecords(offsets: (rivals + [last]).map { tailOffset + $0 })
    }
    self = try EndRecord(at: last, of: tail, tailOffset: tailOffset)
  }

  /// Parses the record at `position` of the tail, with its zip64 records if there are any.
  private init(
    at position: Int, of tail: ContiguousArray<UInt8>, tailOffset: Int
  ) throws(ZipError) {
    offset = tailOffset + position
    guard tail.count - position >= ZipRecord.endLength,
      tail.count - position - ZipRecord.endLength >= Int(tail.u16(position + 20))
    else { throw .endRecordMissing }

    var fields = EndFields(
      disk: UInt32(tail.u16(position + 4)), directoryDisk: UInt32(tail.u16(position + 6)),
      membersHere: UInt64(tail.u16(position + 8)), members: UInt64(tail.u16(position + 10)),
      size: UInt64(tail.u32(position + 12)), offset: UInt64(tail.u32(position + 16)))
    var directoryEnd = offset
    let locator = position - ZipRecord.zip64LocatorLength
    if locator >= 0, tail.u32(locator) == ZipRecord.zip64Locator {
      let record = locator - ZipRecord.zip64EndLength
      guard record >= 0, tail.u64(locator + 8) == UInt64(tailOffset + record),
        tail.u32(record) == ZipRecord.zip64End, tail.u64(record + 4) == 44
      else {
        throw .badRecord(
          offset: tailOffset + locator,
          what: "no zip64 end record of 56 bytes is before its locator")
      }
      guard tail.u32(locator + 4) == 0, tail.u32(locator + 16) <= 1 else {
        throw Self.severalDisks(tailOffset + locator)
      }
      let wide = EndFields(
        disk: tail.u32(record + 16), directoryDisk: tail.u32(record + 20),
        membersHere: tail.u64(record + 24), members: tail.u64(record + 32),
        size: tail.u64(record + 40), offset: tail.u64(record + 48))
      guard fields.isSaturatedForm(of: wide) else {
        throw .badRecord(offset: offset, what: "it contradicts the zip64 end record before it")
      }
      fields = wide
      directoryEnd = tailOffset + record
    }

    guard fields.disk == 0, fields.directoryDisk == 0, fields.membersHere == fields.members else {
      throw Self.severalDisks(offset)
    }
    let (end, overflow) = fields.offset.addingReportingOverflow(fields.size)
    guard !overflow, end == UInt64(directoryEnd) else {
      throw .badRecord(
        offset: offset,
        what: "the central directory should end at byte \(directoryEnd), and the record says "
          + "\(fields.offset) + \(fields.size); something was put before or into the archive")
    }
    guard let members = Int(exactly: fields.members) else {
      throw .badRecord(offset: offset, what: "it declares \(fields.members) members")
    }
    self.members = members
    // Both are at most `directoryEnd`, by the sum.
    directoryOffset = Int(fields.offset)
    directorySize = Int(fields.size)
  }

  private static func severalDisks(_ offset: Int) -> ZipError {
    .badRecord(offset: offset, what: "the archive is spread over several files; join them first")
  }
}

extension ContiguousArray<UInt8> {
  /// The first place of a byte from `start` on.
  fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    unsafe withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
      guard let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count)
      else { return nil }
      return unsafe start + (UnsafeRawPointer(found) - base)
    }
  }
}

/// What both the classic and the zip64 end record say.
private struct EndFields {
  var disk: UInt32
  var directoryDisk: UInt32
  var membersHere: UInt64
  var members: UInt64
  var size: UInt64
  var offset: UInt64

  /// Whether every classic field equals its wide one, or is all ones, which means "see there".
  func isSaturatedForm(of wide: EndFields) -> Bool {
    (disk == wide.disk || disk == 0xffff)
      && (directoryDisk == wide.directoryDisk || directoryDisk == 0xffff)
      && (membersHere == wide.membersHere || membersHere == 0xffff)
      && (members == wide.members || members == 0xffff)
      && (size == wide.size || size == 0xffff_ffff)
      && (offset == wide.offset || offset == 0xffff_ffff)
  }
}
