import Testing
import Files
import TestSupport
import Zip

import Platform

private typealias Bytes = ContiguousArray<UInt8>
private typealias Member = ArchiveBuilder.Member

/// All members by name.
private func contents(
  _ bytes: ContiguousArray<UInt8>, maxMembers: Int = 100_000, maxTotalBytes: Int = 1 << 30
) throws(ZipError) -> [(name: String, bytes: ContiguousArray<UInt8>)] {
  let reader = try ZipReader(bytes: bytes, maxMembers: maxMembers, maxTotalBytes: maxTotalBytes)
  var result: [(name: String, bytes: ContiguousArray<UInt8>)] = []
  for member in reader.members { result.append((member.name, try reader.read(member))) }
  return result
}

/// The error of reading an archive with all its members.
private func failure(_ bytes: ContiguousArray<UInt8>) -> ZipError? {
  do throws(ZipError) {
    _ = try contents(bytes)
    return nil
  } catch {
    return error
  }
}

/// Whether reading fails with `badRecord` that says something.
private func isBadRecord(_ bytes: ContiguousArray<UInt8>, _ text: String) -> Bool {
  if case .badRecord(_, let what)? = failure(bytes), what.contains(text) { return true }
  return false
}

private func build(_ members: Member...) -> ContiguousArray<UInt8> {
  ArchiveBuilder(members).build()
}

@Suite struct GoodArchives {
  @Test(arguments: [
    Golden.savez, Golden.savezCompressed, Golden.streamed, Golden.streamedCompressed,
  ])
  func `numpy's archives, seekable and streamed`(_ archive: ContiguousArray<UInt8>) throws {
    let members = try contents(archive)
    #expect(members[0].name == "w.npy")
    #expect(members[0].bytes == Golden.w)
    if members.count > 1 { #expect(members[1].name == "é.npy") }
  }

  @Test func `a member tells all that the directory says`() throws {
    let reader = try ZipReader(bytes: Golden.savezCompressed, maxMembers: 1, maxTotalBytes: 131)
    let member = reader.members[0]
    #expect(member.size == 131)
    #expect(member.compressedSize == 71)
    #expect(member.method == 8)
    #expect(member.crc32 == 0x6e17_91ce)
    #expect(member.headerOffset == 0)
    #expect(!member.isEncrypted && !member.isDirectory)
  }

  @Test func `an empty archive has no members`() throws {
    #expect(try contents(ArchiveBuilder([]).build()).isEmpty)
  }

  @Test func `a comment and junk behind it are tolerated`() throws {
    var builder = ArchiveBuilder([Member("a", [1, 2])])
    builder.comment = Bytes("a comment".utf8)
    #expect(try contents(builder.build())[0].bytes == [1, 2])
    #expect(try contents(builder.build() + Bytes(repeating: 7, count: 5000))[0].bytes == [1, 2])
    builder.comment = Bytes(repeating: 0x50, count: 65_535)
    #expect(try contents(builder.build())[0].bytes == [1, 2])
  }

  @Test func `70,000 members need zip64 and are read`() throws {
    let one = Member("", [9])
    var builder = ArchiveBuilder(
      (0..<70_000).map { index in
        one.with { $0.both { $0.name = Bytes("m\(index)".utf8) } }
      })
    builder.zip64 = { offset, size, count in
      ArchiveBuilder.zip64End(members: count, size: size, offset: offset, at: offset + size)
    }
    let reader = try ZipReader(bytes: builder.build(), maxMembers: 70_000, maxTotalBytes: 70_000)
    #expect(reader.members.count == 70_000)
    #expect(reader.members[69_999].name == "m69999")
    #expect(try reader.read(reader.members[69_999]) == [9])
    #expect(throws: ZipError.limit(.members, allowed: 69_999, found: 70_000)) {
      _ = try ZipReader(bytes: builder.build(), maxMembers: 69_999, maxTotalBytes: 70_000)
    }
  }

  @Test(arguments: [(true, false), (false, false), (true, true), (false, true)])
  func `a data descriptor with and without signature, narrow and wide`(
    signed: Bool, wide: Bool
  ) throws {
    let data: Bytes = [1, 2, 3]
    let streamed = Member("a", data).with { member in
      member.both { $0.flags = 8 }
      member.local.crc = 0
      member.local.size = 0
      member.local.compressedSize = 0
      member.descriptor = ArchiveBuilder.descriptor(of: data, signed: signed, wide: wide)
    }
    #expect(try contents(build(streamed, Member("b", [4]))).map(\.bytes) == [data, [4]])
  }

  @Test func `zip64 fields in a central record, needed or whole`() throws {
    for values: [UInt64] in [[3, 3], [3, 3, 0]] {
      let member = Member("a", [1, 2, 3]).with {
        $0.central.size = .max
        $0.central.compressedSize = .max
        $0.central.extra = ArchiveBuilder.zip64Field(values)
      }
      #expect(try contents(build(member))[0].bytes == [1, 2, 3])
    }
  }

  @Test func `8 MB of zeros deflate a thousandfold and are read`() throws {
    let zeros = Bytes(repeating: 0, count: 8_000_000)
    var writer = ZipWriter(to: MemorySink())
    try writer.add("zeros", parts: [zeros], compressed: true)
    let archive = try writer.finish().bytes
    #expect(archive.count < 9000)
    #expect(try contents(archive)[0].bytes == zeros)
  }

  @Test func `an archive in a stored member is just bytes`() throws {
    let inner = Golden.savez
    #expect(try contents(build(Member("pad", [0]), Member("inner.npz", inner)))[1].bytes == inner)
  }

  @Test func `names are keys: folders, dots, controls and look-alikes stay as they are`() throws {
    let names = ["d/", "../x", "/abs", "a\u{1b}[31m", "e\u{301}", "é"]
    let members = names.map { name in
      Member(name, []).with { $0.both { $0.flags = 0x800 } }
    }
    let reader = try ZipReader(
      bytes: ArchiveBuilder(members).build(), maxMembers: 9, maxTotalBytes: 0)
    #expect(reader.members.map { Array($0.name.utf8) } == names.map { Array($0.utf8) })
    #expect(reader.members[0].isDirectory)
  }

  @Test func `names without the UTF-8 flag are code page 437`() throws {
    let archive = build(Member(name: [0x82, 0xc3, 0xa9, 0xff, 0x01], [1]))
    #expect(try contents(archive)[0].name == "é├⌐\u{a0}\u{1}")
  }
}

@Suite struct Streams {
  @Test func `a member is read piece by piece, across the chunks of a mebibyte`() throws {
    let data = Bytes((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
    var writer = ZipWriter(to: MemorySink())
    try writer.add("s", parts: [data], compressed: false)
    try writer.add("d", parts: [data], compressed: true)
    let reader = try ZipReader(
      bytes: try writer.finish().bytes, maxMembers: 2, maxTotalBytes: 5_000_000)
    for member in reader.members {
      var stream = try reader.open(member)
      var read: Bytes = []
      for count in [0, 1, 2_000_000, 499_999] { read += try stream.read(count) }
      #expect(stream.size == 2_500_000)
      #expect(stream.remaining == 0)
      #expect(read == data)
      try stream.finish()
    }
  }

  @Test func `streams outlive their reader and do not disturb each other`() throws {
    func open() throws -> ZipMemberStream {
      let reader = try ZipReader(bytes: Golden.savez, maxMembers: 2, maxTotalBytes: 1000)
      return try reader.open(reader.members[0])
    }
    var one = try open()
    var two = try open()
    let first = try one.read(100)
    #expect(try two.read(131) == Golden.w)
    #expect(try first + one.read(31) == Golden.w)
    try one.finish()
    try two.finish()
  }

  @Test func `more than is left is refused, and the stream goes on`() throws {
    let reader = try ZipReader(bytes: Golden.savez, maxMembers: 2, maxTotalBytes: 1000)
    let member = reader.members[0]
    var stream = try reader.open(member)
    _ = try stream.read(130)
    let error = #expect(throws: ZipError.self) { _ = try stream.read(2) }
    #expect(error == .pastEnd(member, wanted: 2, remaining: 1))
    #expect(try stream.read(1) == [3])
  }

  @Test func `finishing too early is refused`() throws {
    let reader = try ZipReader(bytes: Golden.savez, maxMembers: 2, maxTotalBytes: 1000)
    var stream = try reader.open(reader.members[0])
    _ = try stream.read(1)
    var error: ZipError?
    do throws(ZipError) { try stream.finish() } catch let caught { error = caught }
    #expect(error == .unreadBytes(reader.members[0], remaining: 130))
  }
}

@Suite struct BadEndRecords {
  @Test func `what is no zip is told from what was cut off`() {
    #expect(failure([]) == .notZip(firstBytes: []))
    #expect(failure(Bytes("<html>".utf8)) == .notZip(firstBytes: [0x3c, 0x68, 0x74, 0x6d]))
    #expect(failure(Bytes(Golden.savez.dropLast(30))) == .endRecordMissing)
    #expect(failure(Bytes(Golden.savez.dropLast(1))) == .endRecordMissing)
  }

  @Test func `two concatenated archives`() {
    let error = failure(build(Member("a", [1])) + build(Member("a", [2])))
    guard case .ambiguousEndRecords(let offsets)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(offsets.count == 2)
  }

  @Test(arguments: [false, true])
  func `an archive in the comment, with its own or with shifted offsets`(isShifted: Bool) {
    var builder = ArchiveBuilder([Member("a", [1])])
    let start = builder.build().count
    var inner = ArchiveBuilder([Member("a", [2])])
    if isShifted {
      inner.members[0].headerOffset = UInt32(start)
      inner.endOffset = start
    }
    builder.comment = inner.build()
    guard case .ambiguousEndRecords? = failure(builder.build()) else {
      Issue.record("read as one archive")
      return
    }
  }

  @Test(arguments: [false, true])
  func `a storm of end records is refused, whether or not their comments reach the end`(
    commentsReachEnd: Bool
  ) {
    let directory = ArchiveBuilder((0..<4500).map { Member("m\($0)", []) })
    let honest = directory.build()
    let offset =
      Int(honest[honest.count - 6]) | Int(honest[honest.count - 5]) << 8
      | Int(honest[honest.count - 4]) << 16
    let size = honest.count - 22 - offset
    var storm = Bytes(honest.dropLast(22))
    let records = 2978
    for index in 0..<records {
      storm += ArchiveBuilder.end(
        members: 4500, size: size, offset: offset,
        commentLength: commentsReachEnd ? (records - 1 - index) * 22 : 0)
    }
    guard case .ambiguousEndRecords(let offsets)? = failure(storm) else {
      Issue.record("not refused as ambiguous")
      return
    }
    // Only the first of them is where the directory ends; the last is the one that would be read.
    #expect(offsets == [offset + size, storm.count - 22])
  }

  @Test func `a storm hidden in a stored member changes nothing`() throws {
    // libzip would read the made-up directory for every one of these.
    let fake = ArchiveBuilder((0..<2000).map { Member("m\($0)", []) }).build()
    var data = fake
    let offset =
      Int(fake[fake.count - 6]) | Int(fake[fake.count - 5]) << 8
      | Int(fake[fake.count - 4]) << 16
    let records = 2900
    for index in 0..<records {
      data += ArchiveBuilder.end(
        members: 2000, size: fake.count - 22 - offset, offset: offset + 31,
        commentLength: (records - index) * 22 + 47)
    }
    #expect(try contents(build(Member("a", data)))[0].bytes == data)
  }

  @Test func `bytes before the first member`() {
    #expect(isBadRecord([0] + Golden.savez, "something was put before"))
    var builder = ArchiveBuilder([Member("a", [1])])
    builder.members[0].headerOffset = 3
    builder.endOffset = 3
    #expect(isBadRecord([1, 2, 3] + builder.build(), "before the first member"))
  }

  @Test func `bytes before the end of an archive without members`() {
    var builder = ArchiveBuilder([])
    builder.endOffset = 4
    #expect(isBadRecord([0x50, 0x4b, 3, 4] + builder.build(), "declares no members"))
  }

  @Test func `the end record's values must fit the directory`() {
    let good = ArchiveBuilder([Member("a", [1]), Member("b", [2])])
    var builder = good
    builder.endSize = 1
    #expect(isBadRecord(builder.build(), "should end at byte"))
    builder = good
    builder.endSize = -1
    builder.endOffset = 1
    #expect(isBadRecord(builder.build(), "does not begin with PK 01 02"))
    builder = good
    builder.endMembers = 1
    #expect(isBadRecord(builder.build(), "cannot have a directory"))
    builder = good
    builder.endMembers = -1
    #expect(isBadRecord(builder.build(), "longer than its 1 members"))
    builder = good
    builder.disk = 1
    #expect(isBadRecord(builder.build(), "several files"))
  }

  @Test func `a zip64 end record that contradicts`() {
    var builder = ArchiveBuilder([Member("a", [1])])
    typealias Change = (inout UInt64, inout UInt64, inout UInt64, inout UInt64) -> Void
    func archive(disks: UInt32 = 1, _ change: @escaping Change) -> ContiguousArray<UInt8> {
      builder.zip64 = { offset, size, count in
        var (count, size, offset, position) = (count, size, offset, offset + size)
        change(&count, &size, &offset, &position)
        return ArchiveBuilder.zip64End(
          members: count, size: size, offset: offset, at: position, disks: disks)
      }
      return builder.build()
    }
    #expect(failure(archive { _, _, _, _ in }) == nil)
    #expect(isBadRecord(archive { count, _, _, _ in count = 2 }, "contradicts"))
    #expect(isBadRecord(archive { _, size, _, _ in size += 1 }, "contradicts"))
    #expect(isBadRecord(archive { _, _, offset, _ in offset -= 1 }, "contradicts"))
    #expect(isBadRecord(archive { _, _, _, position in position += 1 }, "before its locator"))
    #expect(isBadRecord(archive { _, _, _, position in position = .max }, "before its locator"))
    #expect(isBadRecord(archive(disks: 2) { _, _, _, _ in }, "several files"))
    builder.endOffset = Int(UInt32.max)
    #expect(isBadRecord(archive { _, _, offset, _ in offset = .max }, "should end at byte"))
  }

  @Test func `more members than 64 bits of a count can be`() {
    var builder = ArchiveBuilder([Member("a", [1])])
    builder.endMembers = Int(UInt16.max)
    builder.zip64 = { offset, size, _ in
      ArchiveBuilder.zip64End(members: .max, size: size, offset: offset, at: offset + size)
    }
    #expect(isBadRecord(builder.build(), "declares 18446744073709551615 members"))
  }
}

@Suite struct BadMembers {
  @Test func `two members of one name`() {
    #expect(failure(build(Member("a", [1]), Member("a", [2]))) == .duplicateMember(name: "a"))
  }

  @Test func `two members of one name in two encodings`() {
    let utf8 = Member("é", [1]).with { $0.both { $0.flags = 0x800 } }
    let cp437 = Member(name: [0x82], [2])
    let bytes = Member(name: [0xc3, 0xa9], [3])
    #expect(failure(build(utf8, cp437)) == .duplicateMember(name: "é"))
    #expect(failure(build(utf8, bytes)) == .duplicateMember(name: "├⌐"))
  }

  @Test func `names that cannot be`() {
    #expect(isBadRecord(build(Member("", [1])), "no name"))
    #expect(isBadRecord(build(Member("a\0b", [1])), "NUL"))
    let invalid = Member(name: [0xc3], [1]).with { $0.both { $0.flags = 0x800 } }
    #expect(isBadRecord(build(invalid), "not the UTF-8"))
    let surrogate = Member(name: [0xed, 0xa0, 0x80], [1]).with { $0.both { $0.flags = 0x800 } }
    #expect(isBadRecord(build(surrogate), "not the UTF-8"))
    let long = build(Member(name: Bytes(repeating: 0x61, count: 4097), [1]))
    #expect(failure(long) == .limit(.nameBytes, allowed: 4096, found: 4097))
  }

  @Test func `a Unicode path that names another member`() throws {
    func archive(_ name: String) -> ContiguousArray<UInt8> {
      var field: Bytes = [0x75, 0x70, UInt8(5 + name.utf8.count), 0, 1]
      append(crc32([0x61]), to: &field)
      field += Bytes(name.utf8)
      return build(Member("a", [1]).with { $0.central.extra = field })
    }
    #expect(isBadRecord(archive("b"), "names another member"))
    #expect(try contents(archive("a"))[0].name == "a")
  }

  @Test func `a local header that disagrees`() {
    let changes: [(field: String, change: (inout ArchiveBuilder.Header) -> Void)] = [
      ("name", { $0.name = [0x62] }),
      ("name", { $0.name = [0x61, 0x61] }),
      ("flags", { $0.flags = 1 }),
      ("flags", { $0.flags = 0x800 }),
      ("compression method", { $0.method = 8 }),
      ("CRC-32", { $0.crc ^= 1 }),
      ("CRC-32", { $0.crc = 0 }),
      ("compressed size", { $0.compressedSize += 1 }),
      ("size", { $0.size += 1 }),
      ("size", { $0.size = 0 }),
    ]
    for (field, change) in changes {
      let member = Member("a", [1, 2, 3]).with { change(&$0.local) }
      #expect(isBadRecord(build(member), "local header's \(field) differs"))
    }
  }

  @Test func `a local header that is not there`() {
    let member = Member("a", [1, 2, 3]).with { $0.headerOffset = 1 }
    #expect(isBadRecord(build(member), "no local header"))
    let far = Member("a", [1, 2, 3]).with { $0.headerOffset = 5000 }
    #expect(isBadRecord(build(far), "beyond the directory"))
  }

  @Test func `a streamed member's local values are zero or true, each for itself`() throws {
    // `zip - FILE | cat` knows the size beforehand, and nothing else.
    let member = Member("a", [1, 2, 3]).with { member in
      member.both { $0.flags = 8 }
      member.local.crc = 0
      member.local.compressedSize = 0
    }
    #expect(try contents(build(member))[0].bytes == [1, 2, 3])
    let wrong = member.with { $0.local.crc = 1 }
    #expect(isBadRecord(build(wrong), "CRC-32 differs"))
  }

  @Test func `zip64 sizes in a local header must agree or be there`() {
    let member = Member("a", [1, 2, 3]).with {
      $0.local.size = .max
      $0.local.compressedSize = .max
      $0.local.extra = ArchiveBuilder.zip64Field([3, 3])
    }
    #expect(failure(build(member)) == nil)
    let other = member.with { $0.local.extra = ArchiveBuilder.zip64Field([4, 3]) }
    #expect(isBadRecord(build(other), "local header's size differs"))
    #expect(isBadRecord(build(member.with { $0.local.extra = [] }), "does not have"))
  }

  @Test func `a zip64 marker without its field`() {
    for change: (inout ArchiveBuilder.Member) -> Void in [
      { $0.central.size = .max }, { $0.central.compressedSize = .max }, { $0.headerOffset = .max },
      { $0.disk = .max },
    ] {
      #expect(isBadRecord(build(Member("a", [1]).with(change)), "does not have"))
    }
  }

  @Test func `a zip64 field that contradicts`() {
    let member = Member("a", [1]).with { $0.central.extra = ArchiveBuilder.zip64Field([1, 2]) }
    #expect(isBadRecord(build(member), "contradicts"))
    let twice = Member("a", [1]).with {
      $0.central.extra = ArchiveBuilder.zip64Field([1, 1]) + ArchiveBuilder.zip64Field([1, 1])
    }
    #expect(isBadRecord(build(twice), "two zip64 fields"))
    let short = Member("a", [1]).with {
      $0.central.size = .max
      $0.central.extra = [1, 0, 4, 0, 1, 0, 0, 0]
    }
    #expect(isBadRecord(build(short), "does not have"))
  }

  @Test func `an extra field that is cut`() throws {
    let cut = Member("a", [1]).with { $0.central.extra = [9, 9, 5, 0, 1] }
    #expect(isBadRecord(build(cut), "ends too early"))
    let trailing = Member("a", [1]).with { $0.local.extra = [0, 0, 1] }
    #expect(isBadRecord(build(trailing), "ends too early"))
    let padded = Member("a", [1]).with { $0.both { $0.extra = [0, 0, 0] } }
    #expect(try contents(build(padded))[0].bytes == [1])
  }

  @Test func `members that overlap: the quoted bomb`() {
    // The first member's data is the second with its header, both deflated by stored blocks.
    let kernel = Member("b", [1], payload: ArchiveBuilder.deflateStored([1]), method: 8)
    let quoted = build(kernel).prefix(30 + 1 + 6)
    let data = Bytes(quoted)
    let outer = Member("a", data, payload: ArchiveBuilder.deflateStored(data), method: 8)
    var builder = ArchiveBuilder([outer])
    #expect(failure(builder.build()) == nil)
    let start = UInt32(30 + 1 + 5)
    builder.members.append(kernel.with { $0.headerOffset = start })
    guard case .membersOverlap(let first, let second)? = failure(builder.build()) else {
      Issue.record("not refused")
      return
    }
    #expect(first.name == "a" && second.name == "b" && second.headerOffset == 36)
  }

  @Test func `a member that runs into the directory`() {
    let member = Member("a", [1, 2, 3]).with { member in
      member.both { header in
        header.size = 4
        header.compressedSize = 4
      }
    }
    #expect(isBadRecord(build(member), "runs into the central directory"))
  }

  @Test func `a member of a split archive, and a patch`() {
    #expect(isBadRecord(build(Member("a", [1]).with { $0.disk = 1 }), "split archive"))
    let patch = Member("a", [1]).with { $0.both { $0.flags = 0x20 } }
    #expect(isBadRecord(build(patch), "patch"))
  }

  @Test func `sizes that no honest member has`() {
    let stored = Member("a", [1, 2]).with { $0.both { $0.size = 3 } }
    #expect(isBadRecord(build(stored), "a stored member of 3 bytes cannot take 2"))
    let nothing = Member("a", [1], payload: [], method: 8)
    #expect(isBadRecord(build(nothing), "a member of 1 bytes cannot take none"))
    let huge = Member("a", [1], payload: ArchiveBuilder.deflateStored([1]), method: 8).with {
      $0.both { $0.size = .max }
      $0.both { $0.extra = ArchiveBuilder.zip64Field([1 << 40, 6]) }
    }
    #expect(isBadRecord(build(huge), "6 bytes cannot be inflated to 1099511627776"))
  }

  @Test func `more bytes in all than are allowed, without overflow`() {
    let archive = build(Member("a", [1, 2]), Member("b", [3]))
    #expect(throws: ZipError.limit(.totalBytes, allowed: 2, found: 3)) {
      _ = try ZipReader(bytes: archive, maxMembers: 2, maxTotalBytes: 2)
    }
    let huge = Member("a", [1]).with { member in
      member.both { header in
        header.method = 12
        header.size = .max
        header.extra = ArchiveBuilder.zip64Field([UInt64(Int.max), 1])
      }
      member.local.compressedSize = .max
      member.central.compressedSize = .max
    }
    let other = huge.with { $0.both { $0.name = [0x62] } }
    #expect(throws: ZipError.limit(.totalBytes, allowed: .max, found: .max)) {
      _ = try ZipReader(bytes: build(huge, other), maxMembers: 2, maxTotalBytes: .max)
    }
  }

  @Test(arguments: [0, 1, 4, 6, 9, 100] as [UInt32])
  func `a deflated member that declares another size than it has`(size: UInt32) throws {
    let data: Bytes = [1, 2, 3, 4, 5]
    let member = Member("a", data, payload: ArchiveBuilder.deflateStored(data), method: 8).with {
      $0.both { $0.size = size }
    }
    guard case .sizeMismatch(let found, let count)? = failure(build(member)) else {
      Issue.record("not refused")
      return
    }
    #expect(found.name == "a")
    #expect(count == min(5, Int(size) + 1))
  }

  @Test func `a wrong CRC-32 in data and in the headers`() {
    for method: UInt16 in [0, 8] {
      let data: Bytes = [1, 2, 3]
      let payload = method == 0 ? data : ArchiveBuilder.deflateStored(data)
      let good = Member("a", data, payload: payload, method: method)
      let inData = good.with { $0.payload[$0.payload.count - 1] ^= 1 }
      let inHeaders = good.with { $0.both { $0.crc ^= 0x8000_0000 } }
      for archive in [build(inData), build(inHeaders)] {
        guard case .crcMismatch(let member)? = failure(archive) else {
          Issue.record("not refused")
          continue
        }
        #expect(member.name == "a")
      }
    }
  }

  @Test func `an empty member has an empty CRC-32`() throws {
    #expect(try contents(build(Member("a", [])))[0].bytes == [])
    guard case .crcMismatch? = failure(build(Member("a", []).with { $0.both { $0.crc = 1 } }))
    else {
      Issue.record("not refused")
      return
    }
  }

  @Test func `deflated data that is no deflate stream`() {
    let member = Member("a", [1, 2, 3], payload: [7, 7, 7], method: 8)
    guard case .damagedData(let found)? = failure(build(member)) else {
      Issue.record("not refused")
      return
    }
    #expect(found.name == "a")
  }

  @Test func `an encrypted member fails, and only that one`() throws {
    let secret = Member("secret", Bytes(repeating: 0, count: 13)).with { member in
      member.both { header in
        header.flags = 1
        header.size = 1
      }
    }
    let reader = try ZipReader(
      bytes: build(secret, Member("plain", [1])), maxMembers: 2, maxTotalBytes: 9)
    #expect(reader.members[0].isEncrypted)
    var error: ZipError?
    do throws(ZipError) { _ = try reader.read(reader.members[0]) } catch let caught {
      error = caught
    }
    #expect(error == .encrypted(reader.members[0]))
    #expect(try reader.read(reader.members[1]) == [1])
  }

  @Test(arguments: [(9, "deflate64 (9)"), (12, "bzip2 (12)"), (14, "lzma (14)"), (93, "zstd (93)")])
  func `a member of another method fails, and only that one`(method: UInt16, name: String) throws {
    let other = Member("other", [1, 2], payload: [3, 4, 5], method: method)
    let reader = try ZipReader(
      bytes: build(other, Member("plain", [1])), maxMembers: 2, maxTotalBytes: 9)
    var error: ZipError?
    do throws(ZipError) { _ = try reader.read(reader.members[0]) } catch let caught {
      error = caught
    }
    #expect(error == .unsupportedMethod(reader.members[0]))
    #expect(error?.description.contains(name) == true)
    #expect(try reader.read(reader.members[1]) == [1])
  }
}

@Suite struct Damage {
  /// A stored and a deflated member.
  private static let archive = build(
    Member("a", [1, 2, 3]),
    Member(
      "b", [4, 5, 6, 7], payload: ArchiveBuilder.deflateStored([4, 5, 6, 7]), method: 8))

  @Test func `cut at every length, it is refused`() {
    for length in 0..<Self.archive.count {
      #expect(failure(Bytes(Self.archive.prefix(length))) != nil, "\(length) bytes")
    }
  }

  @Test(arguments: [archive, Golden.savez, Golden.savezCompressed, Golden.streamed])
  func `with any byte changed, it is refused or gives the right bytes`(
    _ archive: ContiguousArray<UInt8>
  ) throws {
    let right = try contents(archive)
    for index in archive.indices {
      for bits: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = archive
        damaged[index] ^= bits
        guard let found = try? contents(damaged) else { continue }
        #expect(found.map(\.bytes) == right.map(\.bytes), "byte \(index) ^ \(bits)")
        #expect(found.map(\.name) == right.map(\.name), "byte \(index) ^ \(bits)")
      }
    }
  }
}

@Suite struct Files {
  private func error(_ path: String) -> ZipError? {
    do throws(ZipError) {
      _ = try ZipReader(path: path, maxMembers: 9, maxTotalBytes: 9999)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a file is read as its bytes are`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/a.npz", Golden.savez)
      let reader = try ZipReader(path: "\(folder)/a.npz", maxMembers: 9, maxTotalBytes: 9999)
      #expect(try reader.read(reader.members[0]) == Golden.w)
    }
  }

  @Test func `what is no file is refused by its kind`() throws {
    try withTemporaryFolder { folder in
      #expect(error("\(folder)/missing") == .file(.cannotOpen(errno: ENOENT)))
      #expect(error(folder) == .file(.notAFile(.folder)))
      #expect(error("/dev/zero") == .file(.notAFile(.device)))
      #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(error("\(folder)/pipe") == .file(.notAFile(.pipe)))
      writeFile("\(folder)/empty", [])
      #expect(error("\(folder)/empty") == .notZip(firstBytes: []))
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func `a file that may not be read`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/a", Golden.savez)
      #expect(unsafe chmod("\(folder)/a", 0) == 0)
      #expect(error("\(folder)/a") == .file(.cannotOpen(errno: EACCES)))
    }
  }

  @Test func `a file that is cut or changed while it is read`() throws {
    try withTemporaryFolder { folder in
      // Beyond 1 MiB a file is not taken in whole when it is opened; beyond 8 several threads read it.
      for size in [2 << 20, 20 << 20] {
        let path = "\(folder)/a"
        var writer = ZipWriter(to: MemorySink())
        let content = ContiguousArray<UInt8>((0..<size).map { UInt8(truncatingIfNeeded: $0 >> 8) })
        try writer.add("a", parts: [content], compressed: false)
        writeFile(path, try writer.finish().bytes)
        let reader = try ZipReader(path: path, maxMembers: 9, maxTotalBytes: .max)
        #expect(try reader.read(reader.members[0]) == content)

        writeFile(path, [1], at: size / 2)
        #expect(throws: ZipError.crcMismatch(reader.members[0])) {
          try reader.read(reader.members[0])
        }

        #expect(unsafe truncate(path, 100) == 0)
        var found: ZipError?
        do throws(ZipError) { _ = try reader.read(reader.members[0]) } catch { found = error }
        #expect(found == .file(.changedWhileRead))
        #expect(found?.category == .ioFailed)
      }
    }
  }

  @Test func `a small file is taken in whole, so that later changes do not matter`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/a", Golden.savez)
      let reader = try ZipReader(path: "\(folder)/a", maxMembers: 9, maxTotalBytes: 9999)
      #expect(unsafe truncate("\(folder)/a", 100) == 0)
      #expect(try reader.read(reader.members[0]) == Golden.w)
    }
  }

  @Test func `errors are sentences, and tell their family`() {
    #expect(
      FileError.notAFile(.folder).description == "it is a folder, not a file")
    #expect(FileError.cannotOpen(errno: ENOENT).description.contains("No such file"))
    #expect(ZipError.notZip(firstBytes: [0x1f, 0x8b]).description.contains("1f 8b"))
    #expect(ZipError.duplicateMember(name: "a\nb").description.contains(#""a\nb""#))
    #expect(FileError.cannotOpen(errno: ENOENT).category == .cannotOpen)
    #expect(ZipError.endRecordMissing.category == .badContent)
    #expect(FileError.outputExists.category == .cannotCreate)
    #expect(FileError.writeFailed(errno: ENOSPC).category == .ioFailed)
  }
}
