import NPY
import NPZ
import TestSupport
import Testing
import Zip

/// One archive of fixtures/npz, and what NumPy found in it (tools/golden.py).
struct ManifestEntry: Decodable, CustomTestStringConvertible {
  struct Array: Decodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let fortranOrder: Bool
  }

  let file: String
  let members: [String]
  let arrays: [Array]
  let others: [String: String]

  var testDescription: String { file }

  static let all: [ManifestEntry] =
    (try? jsonFixture("npz/manifest.json", as: [ManifestEntry].self)) ?? []

  /// NumPy takes one of two members for a name, or a text for an array's bytes; these are refused.
  static let refused = [
    "zipfile-duplicate.npz", "zipfile-a-and-a-npy.npz", "zipfile-text-as-npy.npz",
    "zipfile-empty-member.npz",
  ]
}

struct NPZReaderTests {
  @Test func `the manifest is there`() {
    #expect(ManifestEntry.all.count == 21)
  }

  @Test(arguments: ManifestEntry.all.filter { !ManifestEntry.refused.contains($0.file) })
  func `names, headers and others are what NumPy finds`(_ archive: ManifestEntry) throws {
    let path = fixturePath("npz/\(archive.file)")
    let reader = try NPZReader(path: path)
    #expect(reader.entries.map(\.name) == archive.arrays.map(\.name))
    #expect(reader.otherMembers.sorted() == archive.others.keys.sorted())
    for (entry, truth) in zip(reader.entries, archive.arrays) {
      let header = try entry.header.get()
      #expect(header.dtype.description == truth.dtype)
      #expect(header.shape == truth.shape)
      #expect(header.isFortranOrder == truth.fortranOrder)
      #expect(try reader.array(entry).header == header)
    }
    // The same from memory as from the file.
    let inMemory = try NPZReader(bytes: fixture("npz/\(archive.file)"))
    for (entry, other) in zip(reader.entries, inMemory.entries) {
      #expect(try reader.array(entry) == inMemory.array(other))
    }
  }

  @Test func `a name that occurs twice is refused`() {
    #expect(throws: NPZError.zip(.duplicateMember(name: "a.npy"))) {
      _ = try NPZReader(path: fixturePath("npz/zipfile-duplicate.npz"))
    }
  }

  @Test func `names that are the same without npy are refused`() {
    let error = NPZError.ambiguousName("a", first: "a.npy", second: "a")
    #expect(throws: error) { _ = try NPZReader(path: fixturePath("npz/zipfile-a-and-a-npy.npz")) }
    #expect(error.description.contains("'a.npy' and 'a'"))
  }

  @Test(arguments: ["zipfile-text-as-npy.npz", "zipfile-empty-member.npz"])
  func `a member named npy that is no array is refused`(_ file: String) throws {
    let error = try #require(throws: NPZError.self) {
      _ = try NPZReader(path: fixturePath("npz/\(file)"))
    }
    guard case .array(member: "a.npy", .notNPY) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.hasPrefix("member 'a.npy': not an NPY array but "))
  }

  @Test func `an array by name, or nil`() throws {
    let reader = try NPZReader(path: fixturePath("npz/savez-mixed.npz"))
    #expect(try reader.array(named: "w")?.shape == [3, 4])
    #expect(try reader.array(named: "absent") == nil)
  }

  @Test func `the CRC is checked to the end of the data`() throws {
    var bytes = try fixture("npz/savez-long.npz")
    // The last byte of the last member's data stands before the central directory.
    let directory = try #require(bytes.lastRange(of: [0x50, 0x4B, 1, 2, 45, 3, 45, 0]))
    var first = directory.lowerBound
    while let earlier = bytes[..<first].lastRange(of: [0x50, 0x4B, 1, 2, 45, 3, 45, 0]) {
      first = earlier.lowerBound
    }
    bytes[first - 1] ^= 1
    let reader = try NPZReader(bytes: bytes)
    #expect(throws: NPZError.self) { _ = try reader.array(reader.entries[1]) }
    #expect(try reader.array(reader.entries[0]).count > 0)
  }

  @Test func `a member longer or shorter than its header says is refused`() throws {
    for extra in [-1, 1] {
      let array = try NDArray([1.0, 2, 3])
      var data = array.bytes
      if extra > 0 { data.append(0) } else { data.removeLast() }
      let archive = try Self.archive([("a.npy", [array.header.bytes, data])])
      let reader = try NPZReader(bytes: archive)
      #expect(
        throws: NPZError.array(
          member: "a.npy",
          .wrongByteCount(dtype: "<f8", shape: [3], expected: 24, found: 24 + extra))
      ) { _ = try reader.array(reader.entries[0]) }
    }
  }

  @Test func `a header that claims more than the member holds allocates nothing`() throws {
    let header = try NPYHeader(dtype: Double.dtype, shape: [1_000_000_000_000])
    let reader = try NPZReader(bytes: Self.archive([("a.npy", [header.bytes, [0, 0]])]))
    #expect(
      throws: NPZError.array(
        member: "a.npy",
        .wrongByteCount(
          dtype: "<f8", shape: [1_000_000_000_000], expected: 8_000_000_000_000, found: 2))
    ) { _ = try reader.array(reader.entries[0]) }
  }

  @Test func `limits hold`() throws {
    let bytes = try fixture("npz/savez-mixed.npz")
    var limits = ReadLimits()
    limits.maxMembers = 3
    #expect(throws: NPZError.zip(.limit(.members, allowed: 3, found: 4))) {
      _ = try NPZReader(bytes: bytes, limits: limits)
    }
    limits = ReadLimits()
    limits.maxTotalBytes = 600
    let error = try #require(throws: NPZError.self) {
      _ = try NPZReader(bytes: bytes, limits: limits)
    }
    guard case .zip(.limit(.totalBytes, allowed: 600, _)) = error else {
      Issue.record("\(error)")
      return
    }
  }

  /// An archive of these members.
  static func archive(
    _ members: [(name: String, parts: [ContiguousArray<UInt8>])]
  ) throws(ZipError) -> ContiguousArray<UInt8> {
    var writer = ZipWriter(to: MemorySink())
    for member in members { try writer.add(member.name, parts: member.parts, compressed: false) }
    return try writer.finish().bytes
  }
}

extension ContiguousArray<UInt8> {
  fileprivate func lastRange(of pattern: [UInt8]) -> Range<Int>? {
    self[...].lastRange(of: pattern)
  }
}

extension ArraySlice<UInt8> {
  /// Where the pattern begins for the last time.
  fileprivate func lastRange(of pattern: [UInt8]) -> Range<Int>? {
    var start = endIndex - pattern.count
    while start >= startIndex {
      if self[start..<start + pattern.count].elementsEqual(pattern) {
        return start..<start + pattern.count
      }
      start -= 1
    }
    return nil
  }
}
