import Testing
import Files
import TestSupport
import Zip

private typealias Bytes = ContiguousArray<UInt8>

@Suite struct ZipWriterTests {
  private func write(
    _ members: [(String, [ContiguousArray<UInt8>])], compressed: Bool = false
  ) throws -> ContiguousArray<UInt8> {
    var writer = ZipWriter(to: MemorySink())
    for (name, parts) in members { try writer.add(name, parts: parts, compressed: compressed) }
    return try writer.finish().bytes
  }

  @Test func `the bytes of np.savez, with an ASCII and another name`() throws {
    let reader = try ZipReader(bytes: Golden.savez, maxMembers: 2, maxTotalBytes: 1000)
    let other = try reader.read(reader.members[1])
    let split = [Bytes(Golden.w.prefix(128)), Bytes(Golden.w.dropFirst(128))]
    #expect(try write([("w.npy", split), ("é.npy", [other])]) == Golden.savez)
  }

  @Test func `the bytes of np.savez without arrays`() throws {
    #expect(try write([]) == Bytes([0x50, 0x4b, 5, 6]) + Bytes(repeating: 0, count: 18))
  }

  @Test func `the envelope of np.savez_compressed`() throws {
    let archive = try write([("w.npy", [Golden.w])], compressed: true)
    // How well the bytes are deflated depends on the zlib, the records do not.
    let dataStart = 30 + 5 + 20
    let size = archive.count - dataStart - (46 + 5 + 22)
    #expect(archive.prefix(dataStart - 8) == Golden.savezCompressed.prefix(dataStart - 8))
    let reader = try ZipReader(bytes: archive, maxMembers: 1, maxTotalBytes: 131)
    #expect(reader.members[0].compressedSize == size)
    #expect(reader.members[0].method == 8)
    #expect(try reader.read(reader.members[0]) == Golden.w)
  }

  @Test(arguments: [false, true])
  func `how the parts are cut does not matter`(compressed: Bool) throws {
    let data = Bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 3 &* 7 >> 4) })
    let whole = try write([("a", [data])], compressed: compressed)
    let parts = [[], Bytes(data[..<1]), Bytes(data[1..<1_048_577]), [], Bytes(data[1_048_577...])]
    #expect(try write([("a", parts)], compressed: compressed) == whole)
    let reader = try ZipReader(bytes: whole, maxMembers: 1, maxTotalBytes: data.count)
    #expect(try reader.read(reader.members[0]) == data)
  }

  @Test func `an empty member, stored and deflated`() throws {
    for compressed in [false, true] {
      let archive = try write([("a", []), ("b", [[]])], compressed: compressed)
      let reader = try ZipReader(bytes: archive, maxMembers: 2, maxTotalBytes: 0)
      for member in reader.members { #expect(try reader.read(member) == []) }
    }
  }

  @Test func `members are written in the order given`() throws {
    let archive = try write([("b", [[1]]), ("a", [[2]]), ("e\u{301}", [[3]]), ("é", [[4]])])
    let reader = try ZipReader(bytes: archive, maxMembers: 4, maxTotalBytes: 4)
    #expect(
      reader.members.map { Array($0.name.utf8) } == [
        [0x62], [0x61], [0x65, 0xcc, 0x81], [0xc3, 0xa9],
      ])
  }

  /// The expected numbers are those of Python's zipfile, writing 70,000 members in the same way; whole
  /// archives were equal.
  @Test func `more than 65,535 members end in zip64`() throws {
    let archive = try write((0..<65_536).map { ("\($0)", []) })
    let end = Bytes(archive.suffix(22 + 20 + 56))
    #expect(end[..<4].elementsEqual([0x50, 0x4b, 6, 6]))
    #expect(end[24..<40].elementsEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]))
    #expect(end[76 + 8..<76 + 12].elementsEqual([0xff, 0xff, 0xff, 0xff]))
    let reader = try ZipReader(bytes: archive, maxMembers: 65_536, maxTotalBytes: 0)
    #expect(reader.members.count == 65_536)
    let fewer = try write((0..<65_535).map { ("\($0)", []) })
    #expect(!fewer.suffix(98).starts(with: [0x50, 0x4b, 6, 6]))
    #expect(
      try ZipReader(bytes: fewer, maxMembers: 65_535, maxTotalBytes: 0).members.count == 65_535)
  }

  @Test func `several threads write the bytes that one writes`() throws {
    // More than one of their blocks, and ends within blocks.
    let parts = [128, 5 << 20 + 77, 3 << 20].map { count in
      Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7 ^ $0 >> 13) })
    }
    let members = [("a.npy", parts), ("b.npy", [parts[0]]), ("c.npy", Array(parts.reversed()))]
    let expected = try write(members)
    try withTemporaryFolder { folder in
      let path = folder + "/large.zip"
      var writer = ZipWriter(to: try AtomicFile(path: path, replacing: false))
      for (name, parts) in members { try writer.add(name, parts: parts, compressed: false) }
      try writer.finish().commit()
      let written = try InputFile(path: path)
      #expect(try written.read(at: 0, count: written.count) == expected)
      let reader = try ZipReader(path: path, maxMembers: 3, maxTotalBytes: 1 << 30)
      for (member, (_, parts)) in zip(reader.members, members) {
        #expect(try reader.read(member) == Bytes(parts.joined()))
      }
    }
  }

  @Test func `an archive written to a file is the archive written to memory`() throws {
    try withTemporaryFolder { folder in
      var toFile = ZipWriter(to: try AtomicFile(path: "\(folder)/a.npz", replacing: false))
      var toMemory = ZipWriter(to: MemorySink())
      try toFile.add("w.npy", parts: [Golden.w], compressed: true)
      try toMemory.add("w.npy", parts: [Golden.w], compressed: true)
      let file = try toFile.finish()
      #expect(try fileNames(in: folder) != ["a.npz"])
      try file.commit()
      #expect(readFile("\(folder)/a.npz") == (try toMemory.finish().bytes))
    }
  }

  @Test func `names that no archive can hold, or has already`() throws {
    var writer = ZipWriter(to: MemorySink())
    try writer.add("a", parts: [], compressed: false)
    #expect(throws: ZipError.duplicateMember(name: "a")) {
      try writer.add("a", parts: [], compressed: true)
    }
    for name in ["", "a\0", String(repeating: "a", count: 4097)] {
      let error = #expect(throws: ZipError.self) {
        try writer.add(name, parts: [], compressed: false)
      }
      guard case .invalidName? = error else {
        Issue.record("found \(String(describing: error))")
        continue
      }
    }
    let reader = try ZipReader(bytes: try writer.finish().bytes, maxMembers: 1, maxTotalBytes: 0)
    #expect(reader.members.map(\.name) == ["a"])
  }
}
