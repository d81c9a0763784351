import Files

/// The members of an archive, with every check that can be made without unpacking one.
///
/// libzip's own check (`ZIP_CHECKCONS`) sees no overlap, no wrong size and no hidden second
/// archive; this audit does, and libzip is only shown members that have passed it.
struct CentralDirectory {
  /// The members in the order of the directory.
  let members: [ZipMember]
  /// Where the directory begins, which is where the members' data has ended.
  let offset: Int

  /// The largest directory that is read: some 800,000 members with names of usual length.
  static let maxBytes = 64 << 20
  /// Deflate makes no more of a byte: a match of 258 bytes takes two bits.
  static let maxDeflateRatio = 1032

  /// Reads and audits the directory of an archive.
  ///
  /// - Throws: any error of the family `badContent`, and those of reading.
  init(of archive: InputFile, maxMembers: Int, maxTotalBytes: Int) throws(ZipError) {
    let end = try EndRecord(of: archive)
    guard end.members <= maxMembers else {
      throw .limit(.members, allowed: maxMembers, found: end.members)
    }
    guard end.directorySize <= Self.maxBytes else {
      throw .limit(.directoryBytes, allowed: Self.maxBytes, found: end.directorySize)
    }
    guard end.directorySize / ZipRecord.centralLength >= end.members else {
      throw .badRecord(
        offset: end.offset,
        what: "\(end.members) members cannot have a directory of \(end.directorySize) bytes")
    }
    guard end.members > 0 || end.offset == 0 else {
      throw .badRecord(
        offset: end.offset, what: "it declares no members, and \(end.offset) bytes are before it")
    }
    let bytes = try archive.part(at: end.directoryOffset, count: end.directorySize)
    offset = end.directoryOffset

    var members: [ZipMember] = []
    members.reserveCapacity(end.members)
    var extents: [Extent] = []
    extents.reserveCapacity(end.members)
    var names = UniqueNames(capacity: end.members)
    var total = 0
    var position = 0
    for index in 0..<end.members {
      let record = try CentralRecord(
        at: position, of: bytes, base: end.directoryOffset, index: index)
      position += record.length
      try names.insert(record.name)
      var member = record.member
      let (sum, overflow) = total.addingReportingOverflow(member.size)
      guard !overflow, sum <= maxTotalBytes else {
        throw .limit(
          .totalBytes, allowed: maxTotalBytes, found: overflow ? Int.max : sum)
      }
      total = sum
      member.dataOffset = try record.auditLocalHeader(in: archive, directory: end.directoryOffset)
      extents.append(
        Extent(
          member: index, start: member.headerOffset,
          end: member.dataOffset + member.compressedSize))
      members.append(member)
    }
    guard position == bytes.count else {
      throw .badRecord(
        offset: end.directoryOffset + position,
        what: "the directory is longer than its \(end.members) members")
    }

    extents.sort { ($0.start, $0.member) < ($1.start, $1.member) }
    if let first = extents.first, first.start != 0 {
      throw .badRecord(
        offset: 0, what: "\(first.start) bytes are before the first member; remove them")
    }
    for (one, next) in zip(extents, extents.dropFirst()) where next.start < one.end {
      throw .membersOverlap(members[one.member], members[next.member])
    }
    self.members = members
  }
}

/// The bytes of a member: its local header and its data.
private struct Extent {
  let member: Int
  let start: Int
  let end: Int
}

/// The names seen so far, compared by their bytes: `"é" == "e\u{301}"` as strings.
private struct UniqueNames {
  private var seen: Set<ContiguousArray<UInt8>>

  init(capacity: Int) { seen = Set(minimumCapacity: capacity) }

  /// Adds a name, which no other may have in text or in its bytes.
  mutating func insert(_ name: MemberName) throws(ZipError) {
    guard seen.insert(name.raw).inserted,
      name.text.utf8.elementsEqual(name.raw)
        || seen.insert(ContiguousArray(name.text.utf8)).inserted
    else {
      throw .duplicateMember(name: name.text)
    }
  }
}

/// A parsed record of the central directory (APPNOTE.TXT 4.3.12).
private struct CentralRecord {
  let name: MemberName
  let member: ZipMember
  let flags: UInt16

  var length: Int { member.record.count }

  /// Parses the record at `position` of the directory, which begins at byte `base` of the archive.
  init(
    at position: Int, of bytes: ContiguousArray<UInt8>, base: Int, index: Int
  ) throws(ZipError) {
    let offset = base + position
    guard bytes.count - position >= ZipRecord.centralLength else {
      throw .badRecord(offset: offset, what: "the directory ends within member \(index)")
    }
    guard bytes.u32(position) == ZipRecord.central else {
      throw .badRecord(offset: offset, what: "it does not begin with PK 01 02")
    }
    let nameStart = position + ZipRecord.centralLength
    let extraStart = nameStart + Int(bytes.u16(position + 28))
    let extraEnd = extraStart + Int(bytes.u16(position + 30))
    let end = extraEnd + Int(bytes.u16(position + 32))
    guard end <= bytes.count else {
      throw .badRecord(offset: offset, what: "the directory ends within member \(index)")
    }

    flags = bytes.u16(position + 8)
    let method = bytes.u16(position + 10)
    name = try MemberName(
      ContiguousArray(bytes[nameStart..<extraStart]), isUTF8: flags & ZipFlags.utf8 != 0,
      offset: offset)
    let extra = try ExtraFields(bytes, in: extraStart..<extraEnd, offset: offset, name: name)
    let (size, compressed, header, disk) = try extra.centralValues(
      size: bytes.u32(position + 24), compressedSize: bytes.u32(position + 20),
      headerOffset: bytes.u32(position + 42), disk: bytes.u16(position + 34), offset: offset)
    guard disk == 0 else {
      throw .badRecord(offset: offset, what: "the member is in another file of a split archive")
    }
    guard flags & ZipFlags.patch == 0 else {
      throw .badRecord(offset: offset, what: "the member is a patch, not data")
    }
    guard let size = Int(exactly: size), let compressed = Int(exactly: compressed),
      let header = Int(exactly: header), header < base, compressed < base - header
    else {
      throw .badRecord(
        offset: offset,
        what: "the member declares \(compressed) bytes at byte \(header), beyond the directory")
    }
    let isEncrypted = flags & ZipFlags.encrypted != 0
    try Self.check(
      size: size, compressed: compressed, method: method, isEncrypted: isEncrypted, offset: offset)
    member = ZipMember(
      name: name.text, size: size, compressedSize: compressed, index: index, method: method,
      crc32: bytes.u32(position + 16), isEncrypted: isEncrypted, headerOffset: header,
      record: offset..<(base + end))
  }

  /// Refuses sizes that no honest member has.
  private static func check(
    size: Int, compressed: Int, method: UInt16, isEncrypted: Bool, offset: Int
  ) throws(ZipError) {
    if method == ZipFlags.stored, !isEncrypted, size != compressed {
      throw .badRecord(
        offset: offset,
        what: "a stored member of \(size) bytes cannot take \(compressed) in the archive")
    }
    // libzip reads such a member as empty, without an error.
    guard compressed > 0 || size == 0 else {
      throw .badRecord(offset: offset, what: "a member of \(size) bytes cannot take none")
    }
    if method == ZipFlags.deflated {
      let (most, overflow) = compressed.multipliedReportingOverflow(
        by: CentralDirectory.maxDeflateRatio)
      guard overflow || size <= most else {
        throw .badRecord(
          offset: offset, what: "\(compressed) bytes cannot be inflated to \(size), as it declares")
      }
    }
  }

  /// Checks that the member's local header (APPNOTE.TXT 4.3.7) says the same; returns where the
  /// member's data begins.
  func auditLocalHeader(in archive: InputFile, directory: Int) throws(ZipError) -> Int {
    let offset = member.headerOffset
    // One read gets the whole header as numpy writes it.
    let usual = ZipRecord.localLength + name.raw.count + 20
    var header = try archive.part(at: offset, count: min(usual, directory - offset))
    guard header.count >= ZipRecord.localLength, header.u32(0) == ZipRecord.local else {
      throw .badRecord(offset: offset, what: "no local header (PK 03 04) of a member is there")
    }
    let extraStart = ZipRecord.localLength + Int(header.u16(26))
    let dataStart = extraStart + Int(header.u16(28))
    guard dataStart <= directory - offset,
      member.compressedSize <= directory - offset - dataStart
    else {
      throw .badRecord(offset: offset, what: "the member's data runs into the central directory")
    }
    if dataStart > header.count {
      header = try archive.part(at: offset, count: dataStart)
    }

    func demand(_ isSame: Bool, _ field: String) throws(ZipError) {
      guard isSame else {
        throw .badRecord(
          offset: offset,
          what: "the local header's \(field) differs from the central directory's; repack it")
      }
    }
    try demand(header[ZipRecord.localLength..<extraStart].elementsEqual(name.raw), "name")
    let localFlags = header.u16(6)
    let compared = ZipFlags.encrypted | ZipFlags.utf8
    try demand(localFlags & compared == flags & compared, "flags")
    try demand(header.u16(8) == member.method, "compression method")

    let extra = try ExtraFields(header, in: extraStart..<dataStart, offset: offset, name: name)
    let (size, compressed) = try extra.localSizes(
      size: header.u32(22), compressedSize: header.u32(18), offset: offset)
    let crc = header.u32(14)
    // What is not known yet when a member is streamed is zero here, and in a descriptor behind its data.
    let isStreamed = localFlags & ZipFlags.descriptor != 0
    try demand(isStreamed && size == 0 || size == UInt64(member.size), "size")
    try demand(
      isStreamed && compressed == 0 || compressed == UInt64(member.compressedSize),
      "compressed size")
    try demand(isStreamed && crc == 0 || crc == member.crc32, "CRC-32")
    return offset + dataStart
  }
}

/// The general purpose flags (APPNOTE.TXT 4.4.4) and methods (4.4.5) that matter here.
enum ZipFlags {
  /// Bits 0 (encrypted) and 6 (strongly so).
  static let encrypted: UInt16 = 0x0041
  static let descriptor: UInt16 = 0x0008
  static let patch: UInt16 = 0x0020
  static let utf8: UInt16 = 0x0800

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8
}
