import Files
import Foundation
import NPY
import NPZ
import TestSupport
import Testing
import Zip

struct NPZReaderTests {
  @Test func `several threads read what one does`() throws {
    let arrays = try (0..<9).map { index in
      NamedArray(
        "a\(index)", try NDArray((0..<60_000).map { Double($0 * index) }, shape: [300, 200]))
    }
    for isCompressed in [false, true] {
      var writer = NPZWriter(to: MemorySink(), isCompressed: isCompressed)
      try writer.add(arrays)
      var bytes = try writer.finish().bytes
      #expect(bytes == (try npz(arrays, isCompressed: isCompressed)))
      let reader = try NPZReader(bytes: bytes)
      #expect(try reader.arrays(reader.entries) == arrays.map(\.array))
      let some = [reader.entries[7], reader.entries[2]]
      #expect(try reader.arrays(some) == [arrays[7].array, arrays[2].array])

      // The first that is damaged is the one that is named.
      for index in [6, 3] {
        let member = reader.archive.members[index]
        bytes[member.dataOffset + member.compressedSize / 2] ^= 0x10
      }
      let damaged = try NPZReader(bytes: bytes)
      #expect(throws: NPZError.self) { try damaged.array(damaged.entries[3]) }
      do throws(NPZError) {
        _ = try damaged.arrays(damaged.entries)
        Issue.record("a damaged member was read")
      } catch {
        #expect("\(error)".contains("a3.npy"))
      }
    }
  }

  @Test func `a stored array is viewed where it lies`() throws {
    let numbers = (0..<300_000).map { Double($0) / 7 }
    let arrays = [
      NamedArray("x", try NDArray(numbers)),
      NamedArray("big", try NDArray(numbers.map { Float($0) })),
    ]
    try withTemporaryFolder { folder throws in
      let path = folder + "/a.npz"
      var writer = NPZWriter(to: try AtomicFile(path: path, replacing: false))
      try writer.add(arrays)
      try writer.finish().commit()
      let reader = try NPZReader(path: path)
      let view = try reader.map(reader.entries[0])
      #expect(view.array == arrays[0].array)
      // 30 + 5 + 20 + 128 bytes stand before it: not aligned, and read all the same.
      #expect(Array(try view.elements(as: Double.self)) == numbers)
      #expect(
        unsafe try view.elements(as: Double.self).withContiguousStorageIfAvailable { _ in 0 } == nil
      )
      #expect(throws: NPYError.self) { try view.elements(as: Float.self) }

      let member = reader.archive.members[0]
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      try file.seek(toOffset: UInt64(member.dataOffset + 1_000))
      try file.write(contentsOf: [0xFF, 0xFF])
      try file.close()
      #expect(throws: NPZError.zip(.crcMismatch(member))) { try reader.map(reader.entries[0]) }
      #expect(try reader.map(reader.entries[0], isChecked: false).count == numbers.count)
      #expect(try reader.map(reader.entries[1]).array == arrays[1].array)
    }
  }

  @Test func `a deflated array cannot be viewed`() throws {
    let bytes = try npz([NamedArray("x", try NDArray([1.0, 2]))], isCompressed: true)
    let reader = try NPZReader(bytes: bytes)
    #expect(throws: NPZError.zip(.notStored(reader.archive.members[0]))) {
      try reader.map(reader.entries[0])
    }
    let stored = try NPZReader(bytes: try npz([NamedArray("x", try NDArray([1.0, 2]))]))
    #expect(Array(try stored.map(stored.entries[0]).elements(as: Double.self)) == [1, 2])
  }

  @Test func `the manifest is there`() {
    #expect(ManifestEntry.all.count == 21)
    #expect(Set(ManifestEntry.refused).isSubset(of: ManifestEntry.all.map(\.file)))
  }

  // MARK: What is there

  @Test(arguments: ManifestEntry.readable)
  func `names, headers, values and others are what NumPy finds`(_ truth: ManifestEntry) throws {
    let reader = try NPZReader(path: truth.path)
    #expect(reader.entries.map(\.name) == truth.arrays.map(\.name))
    #expect(
      reader.entries.map(\.memberName) + reader.otherMembers.sorted()
        == truth.members.filter { truth.others[$0] == nil } + truth.others.keys.sorted())
    for (entry, expected) in zip(reader.entries, truth.arrays) {
      let header = try entry.header.get()
      #expect(header.dtype.description == expected.dtype)
      #expect(header.shape == expected.shape)
      #expect(header.isFortranOrder == expected.fortranOrder)
      let array = try reader.array(entry)
      #expect(array.header == header)
      #expect(try array.holds(expected.values))
      #expect(try reader.array(named: expected.name) == array)
    }
  }

  @Test(arguments: ManifestEntry.readable)
  func `an archive in memory is read as one in a file`(_ truth: ManifestEntry) throws {
    let bytes = try fixture("npz/\(truth.file)")
    let inFile = try NPZReader(path: truth.path)
    let inMemory = try NPZReader(bytes: bytes)
    #expect(try arrays(inMemory) == arrays(inFile))
    #expect(inMemory.otherMembers == inFile.otherMembers)
  }

  @Test(arguments: ManifestEntry.readable)
  func `an array is the bytes of its member`(_ truth: ManifestEntry) throws {
    let zip = try ZipReader(path: truth.path, maxMembers: 100, maxTotalBytes: 1 << 20)
    let reader = try NPZReader(path: truth.path)
    for (entry, expected) in Swift.zip(reader.entries, truth.arrays) {
      let member = try #require(zip.members.first { $0.name == entry.memberName })
      let bytes = try zip.read(member)
      #expect(Int(bytes[6]) == expected.version)
      #expect(try reader.array(entry).bytes[...] == bytes[expected.dataOffset...])
      #expect(try reader.array(entry).fileBytes == bytes)
    }
  }

  @Test(arguments: fixtureNames(in: "", suffix: ".npz"))
  func `every array of every fixture is read`(_ file: String) throws {
    let reader = try NPZReader(path: fixturePath(file))
    #expect(!reader.entries.isEmpty)
    #expect(reader.otherMembers.isEmpty)
    for entry in reader.entries {
      #expect(try reader.array(entry).header == entry.header.get())
    }
  }

  @Test func `entries are in the order of the archive`() throws {
    let array = try NDArray([1.0])
    let names = ["z", "a", "arr_10", "arr_2", "B", "größe"]
    let reader = try NPZReader(bytes: npz(names.map { NamedArray($0, array) }))
    #expect(reader.entries.map(\.name) == names)
    #expect(reader.entries.map(\.memberName) == names.map { $0 + ".npy" })
  }

  @Test func `an archive of no arrays is one`() throws {
    let reader = try NPZReader(path: fixturePath("npz/savez-empty.npz"))
    #expect(reader.entries.isEmpty)
    #expect(reader.otherMembers.isEmpty)
    #expect(try reader.array(named: "a") == nil)
  }

  @Test func `an array by name, or nil`() throws {
    let reader = try NPZReader(path: fixturePath("npz/savez-mixed.npz"))
    #expect(try reader.array(named: "w")?.shape == [3, 4])
    #expect(try reader.array(named: "w.npy") == nil)
    #expect(try reader.array(named: "") == nil)
  }

  // MARK: Names

  @Test func `a name that occurs twice is refused`() throws {
    let error = NPZError.zip(.duplicateMember(name: "a.npy"))
    #expect(throws: error) { _ = try NPZReader(path: fixturePath("npz/zipfile-duplicate.npz")) }
    #expect(error.description.contains("\"a.npy\""))
  }

  @Test func `names that are the same without npy are refused`() throws {
    #expect(throws: NPZError.ambiguousName("a", first: "a.npy", second: "a")) {
      _ = try NPZReader(path: fixturePath("npz/zipfile-a-and-a-npy.npz"))
    }
    let file = try NDArray([1.0]).fileBytes
    let bytes = try archive([("b", file), ("b.npy", file)])
    #expect(throws: NPZError.ambiguousName("b", first: "b", second: "b.npy")) {
      _ = try NPZReader(bytes: bytes)
    }
  }

  @Test func `one npy is dropped, and names are told apart by their bytes`() throws {
    let file = try NDArray([1.0]).fileBytes
    let names = ["a.npy.npy", "a.npy", "\u{E9}.npy", "e\u{301}.npy", ".npy", "A.NPY", "../x.npy"]
    let reader = try NPZReader(bytes: archive(names.map { ($0, file) }))
    let expected = ["a.npy", "a", "\u{E9}", "e\u{301}", "", "A.NPY", "../x"]
    #expect(reader.entries.map { Array($0.name.utf8) } == expected.map { Array($0.utf8) })
    #expect(try reader.array(named: "e\u{301}") != nil)
    #expect(try reader.array(named: "A") == nil)
  }

  @Test func `a combining mark does not hide the ending`() throws {
    // As a `Character` the mark and the point before it are one.
    let reader = try NPZReader(bytes: archive([("\u{301}.npy", NDArray([1.0]).fileBytes)]))
    #expect(reader.entries.map { Array($0.name.utf8) } == [[0xCC, 0x81]])
  }

  // MARK: Members that are no arrays

  @Test(arguments: ["zipfile-text-as-npy.npz", "zipfile-empty-member.npz"])
  func `a member named npy that is no array is refused`(_ file: String) throws {
    let error = try #require(throws: NPZError.self) {
      _ = try NPZReader(path: fixturePath("npz/\(file)"))
    }
    guard case .array(member: "a.npy", .notNPY(looksLike: _?)) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.hasPrefix("member 'a.npy': not an NPY array but "))
  }

  @Test func `a member without the ending is an array where its content is one`() throws {
    let array = try NDArray([1.0, 2])
    let bytes = try archive([
      ("folder/", []), ("a", array.fileBytes), ("short", [0x93, 0x4E]), ("notes", [0x68, 0x69]),
      ("b.npy", array.fileBytes),
    ])
    let reader = try NPZReader(bytes: bytes)
    #expect(reader.entries.map(\.name) == ["a", "b"])
    #expect(reader.otherMembers == ["folder/", "short", "notes"])
    #expect(try reader.array(named: "a") == array)
  }

  @Test func `an array of objects is listed, not read, and no obstacle to the others`() throws {
    let header = "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"
    let reader = try NPZReader(
      bytes: archive([
        ("coefs.npy", npyFile(header, data: [0x80, 4])), ("b.npy", NDArray([1.0]).fileBytes),
      ]))
    #expect(reader.entries.map(\.name) == ["coefs", "b"])
    #expect(try reader.entries[0].header.get().dtype.holdsObjects)
    #expect(try reader.entries[0].header.get().shape == [2])
    let error = try #require(throws: NPZError.self) { _ = try reader.array(reader.entries[0]) }
    guard case .array(member: "coefs.npy", .unsupportedDType("'|O'", _)) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(try reader.array(named: "b")?.count == 1)
  }

  @Test func `an array of an unknown type is listed with the reason`() throws {
    let header = "{'descr': '<f3', 'fortran_order': False, 'shape': (2,), }"
    let reader = try NPZReader(
      bytes: archive([
        ("odd.npy", npyFile(header, data: [0, 0, 0, 0, 0, 0])),
        ("b.npy", NDArray([1.0]).fileBytes),
      ]))
    #expect(reader.entries.map(\.name) == ["odd", "b"])
    guard case .failure(.unsupportedDType("'<f3'", let reason)) = reader.entries[0].header else {
      Issue.record("\(reader.entries[0].header)")
      return
    }
    #expect(
      throws: NPZError.array(
        member: "odd.npy", .unsupportedDType(descr: "'<f3'", reason: reason))
    ) { _ = try reader.array(reader.entries[0]) }
    #expect(try reader.array(named: "b")?.count == 1)
  }

  /// Sets a field of a member's two headers: both have the same fields, two bytes apart.
  private func patch(
    _ archive: ContiguousArray<UInt8>, member index: Int, at offset: Int, to value: UInt8
  ) throws -> ContiguousArray<UInt8> {
    var bytes = archive
    bytes[try members(of: archive)[index].headerOffset + offset] = value
    let records = archive.indices.dropLast(3).filter {
      archive[$0..<$0 + 4].elementsEqual([0x50, 0x4B, 1, 2])
    }
    bytes[records[index] + offset + 2] = value
    return bytes
  }

  @Test func `an encrypted member is an error only where it must be an array`() throws {
    let array = try NDArray([1.0])
    let plain = try archive([("secret.txt", array.bytes), ("a.npy", array.fileBytes)])
    let text = try NPZReader(bytes: patch(plain, member: 0, at: 6, to: 1))
    #expect(text.otherMembers == ["secret.txt"])
    #expect(try text.array(named: "a") == array)
    let error = try #require(throws: NPZError.self) {
      _ = try NPZReader(bytes: patch(plain, member: 1, at: 6, to: 1))
    }
    guard case .zip(.encrypted(let member)) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(member.name == "a.npy")
  }

  @Test func `an unknown compression is an error only where there must be an array`() throws {
    let array = try NDArray([1.0])
    let plain = try archive([("packed.txt", array.bytes), ("a.npy", array.fileBytes)])
    let text = try NPZReader(bytes: patch(plain, member: 0, at: 8, to: 93))
    #expect(text.otherMembers == ["packed.txt"])
    #expect(try text.array(named: "a") == array)
    let error = try #require(throws: NPZError.self) {
      _ = try NPZReader(bytes: patch(plain, member: 1, at: 8, to: 93))
    }
    #expect(error.description.contains("zstd (93)"))
  }

  // MARK: Damage

  @Test(arguments: [("savez-mixed.npz", 0), ("savez-mixed-deflated.npz", 8)])
  func `a changed byte of a member is found`(_ file: String, _ mayBeHarmless: Int) throws {
    let original = try fixture("npz/\(file)")
    let expected = try arrays(NPZReader(bytes: original))
    var harmless = 0
    for (index, member) in try members(of: original).enumerated() {
      for position in dataRange(of: member, in: original) {
        var bytes = original
        bytes[position] ^= 4
        do throws(NPZError) {
          let reader = try NPZReader(bytes: bytes)
          let array = try reader.array(reader.entries[index])
          #expect(array == expected[index].array, "byte \(position)")
          harmless += 1
        } catch {
          #expect(error.description.contains(member.name), "byte \(position)")
        }
      }
    }
    // A run of blanks can be copied from more than one place, in a deflated header.
    #expect(harmless <= mayBeHarmless)
  }

  @Test func `a changed byte of the data is found by the checksum`() throws {
    let original = try fixture("npz/savez-mixed.npz")
    let first = try members(of: original)[0]
    var bytes = original
    bytes[dataRange(of: first, in: original).upperBound - 1] ^= 1
    let reader = try NPZReader(bytes: bytes)
    #expect(try reader.entries[0].header.get().shape == [3, 4])
    #expect(throws: NPZError.zip(.crcMismatch(first))) { try reader.array(reader.entries[0]) }
    #expect(try reader.array(named: "arr_1")?.integers() == [0, 1, 2, 3, 4])
  }

  @Test func `a changed header that is still one is found by the checksum`() throws {
    let array = try NDArray([1.0, 2], shape: [1, 2])
    let original = try npz([NamedArray("a", array)])
    let member = try members(of: original)[0]
    var bytes = original
    let start = dataRange(of: member, in: original).lowerBound
    let range = try #require(
      (start..<start + 128).first { bytes[$0..<$0 + 6].elementsEqual("(1, 2)".utf8) })
    bytes[range + 1] = UInt8(ascii: "2")
    bytes[range + 4] = UInt8(ascii: "1")
    let reader = try NPZReader(bytes: bytes)
    #expect(try reader.entries[0].header.get().shape == [2, 1])
    #expect(throws: NPZError.zip(.crcMismatch(member))) { try reader.array(reader.entries[0]) }
  }

  @Test func `an archive with any byte changed is refused or holds the same arrays`() throws {
    let original = try fixture("npz/savez-mixed.npz")
    let expected = try arrays(NPZReader(bytes: original))
    var accepted = 0
    for position in original.indices {
      var bytes = original
      bytes[position] ^= 0xFF
      do {
        #expect(try arrays(NPZReader(bytes: bytes)) == expected, "byte \(position)")
        accepted += 1
      } catch {
        #expect(error is NPZError)
      }
    }
    // Dates and permissions say nothing about the arrays.
    #expect(accepted > 0)
  }

  @Test(arguments: ["savez-mixed.npz", "savez-dtypes-deflated.npz", "streamed-mixed.npz"])
  func `an archive cut off anywhere is refused`(_ file: String) throws {
    let original = try fixture("npz/\(file)")
    for length in 0..<original.count {
      #expect(throws: NPZError.self, "length \(length)") {
        _ = try NPZReader(bytes: ContiguousArray(original.prefix(length)))
      }
    }
  }

  @Test(arguments: [(-24, 0), (-1, 23), (1, 25), (8, 32)], [false, true])
  func `a member longer or shorter than its header says is refused`(
    _ change: (difference: Int, found: Int), _ isCompressed: Bool
  ) throws {
    var file = try NDArray([1.0, 2, 3]).fileBytes
    if change.difference < 0 {
      file.removeLast(-change.difference)
    } else {
      file += repeatElement(0, count: change.difference)
    }
    let reader = try NPZReader(bytes: archive([("a.npy", file)], isCompressed: isCompressed))
    let error = NPZError.array(
      member: "a.npy",
      .wrongByteCount(dtype: "<f8", shape: [3], expected: 24, found: change.found))
    #expect(throws: error) { try reader.array(reader.entries[0]) }
    #expect(error.description.hasPrefix("member 'a.npy': dtype <f8 and shape (3,) take 24 bytes"))
  }

  @Test func `a claim that the member does not bear out is refused at once`() throws {
    let header = try NPYHeader(dtype: Double.dtype, shape: [1_000_000_000_000])
    let reader = try NPZReader(bytes: archive([("a.npy", header.bytes + [0, 0])]))
    // A peek takes the header at its word; no byte is read for it.
    #expect(try reader.entries[0].header.get().count == 1_000_000_000_000)
    #expect(
      throws: NPZError.array(
        member: "a.npy",
        .wrongByteCount(
          dtype: "<f8", shape: [1_000_000_000_000], expected: 8_000_000_000_000, found: 2))
    ) { try reader.array(reader.entries[0]) }
  }

  @Test func `a claim that cannot be counted is refused when the archive is opened`() throws {
    let shape = "(4294967296, 4294967296)"
    let file = npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }")
    let bytes = try archive([("a.npy", file)])
    let error = try #require(throws: NPZError.self) { _ = try NPZReader(bytes: bytes) }
    #expect(error.description.hasPrefix("member 'a.npy': shape \(shape): more bytes than"))
  }

  // MARK: Limits

  @Test func `only so many members may there be`() throws {
    let bytes = try fixture("npz/savez-mixed.npz")
    var limits = ReadLimits()
    limits.maxMembers = 3
    #expect(throws: NPZError.zip(.limit(.members, allowed: 3, found: 4))) {
      _ = try NPZReader(bytes: bytes, limits: limits)
    }
    limits.maxMembers = 4
    #expect(try NPZReader(bytes: bytes, limits: limits).entries.count == 4)
  }

  @Test(arguments: ["savez-mixed.npz", "savez-mixed-deflated.npz"])
  func `all members together may have only so many bytes`(_ file: String) throws {
    let bytes = try fixture("npz/\(file)")
    let total = try members(of: bytes).reduce(0) { $0 + $1.size }
    var limits = ReadLimits()
    limits.maxTotalBytes = total - 1
    #expect(throws: NPZError.zip(.limit(.totalBytes, allowed: total - 1, found: total))) {
      _ = try NPZReader(bytes: bytes, limits: limits)
    }
    limits.maxTotalBytes = total
    let reader = try NPZReader(bytes: bytes, limits: limits)
    #expect(try arrays(reader).count == 4)
  }

  @Test func `a header may have only so many characters`() throws {
    var limits = ReadLimits()
    limits.maxHeaderLength = 117
    let bytes = try fixture("npz/savez-mixed.npz")
    #expect(
      throws: NPZError.array(
        member: "w.npy", .limitExceeded(name: "maxHeaderLength", allowed: 117, found: 118))
    ) { _ = try NPZReader(bytes: bytes, limits: limits) }
    limits.maxHeaderLength = 118
    #expect(try NPZReader(bytes: bytes, limits: limits).entries.count == 4)
  }

  // MARK: Files

  @Test func `what cannot be opened is an error of the archive`() throws {
    try withTemporaryFolder { folder throws in
      #expect(throws: NPZError.zip(.file(.notAFile(.folder)))) { _ = try NPZReader(path: folder) }
      let missing = try #require(throws: NPZError.self) {
        _ = try NPZReader(path: folder + "/a.npz")
      }
      guard case .zip(.file(.cannotOpen)) = missing else {
        Issue.record("\(missing)")
        return
      }
      let empty = try write([], to: folder + "/empty.npz")
      #expect(throws: NPZError.zip(.notZip(firstBytes: []))) { _ = try NPZReader(path: empty) }
      let text = try write("weights".utf8, to: folder + "/text.npz")
      #expect(throws: NPZError.zip(.notZip(firstBytes: ContiguousArray("weig".utf8)))) {
        _ = try NPZReader(path: text)
      }
    }
  }
}
