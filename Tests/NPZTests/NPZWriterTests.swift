import Files
import NPY
import NPZ
import TestSupport
import Testing
import Zip

struct NPZWriterTests {
  @Test(arguments: ManifestEntry.all.filter { $0.file.hasPrefix("savez-") })
  func `an archive is NumPy's, byte for byte`(_ truth: ManifestEntry) throws {
    let original = try fixture("npz/\(truth.file)")
    let reader = try NPZReader(bytes: original)
    // In the manifest's order, which is that of the call of `np.savez`.
    var sources: [NamedArray] = []
    for expected in truth.arrays {
      sources.append(
        NamedArray(expected.name, try #require(try reader.array(named: expected.name))))
    }
    let isCompressed = truth.file.hasSuffix("-deflated.npz")
    try expectSame(npz(sources, isCompressed: isCompressed), as: original)
  }

  @Test(arguments: fixtureNames(in: "", suffix: ".npz"))
  func `every fixture is written as it was`(_ file: String) throws {
    let original = try fixture(file)
    let isCompressed = try members(of: original)[0].method != 0
    let reader = try NPZReader(bytes: original)
    try expectSame(npz(arrays(reader), isCompressed: isCompressed), as: original)
  }

  /// Stored members leave nothing open; the bytes of deflated ones are zlib's.
  private func expectSame(
    _ written: ContiguousArray<UInt8>, as original: ContiguousArray<UInt8>,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try members(of: written)
    let expected = try members(of: original)
    #expect(found.map(\.name) == expected.map(\.name), sourceLocation: location)
    #expect(found.map(\.method) == expected.map(\.method), sourceLocation: location)
    #expect(found.map(\.crc32) == expected.map(\.crc32), sourceLocation: location)
    #expect(
      try arrays(NPZReader(bytes: written)) == arrays(NPZReader(bytes: original)),
      sourceLocation: location)
    if try expected.allSatisfy({ $0.method == 0 }) || Zlib.running == Zlib.ofFixtures {
      #expect(written == original, sourceLocation: location)
    }
  }

  @Test func `an archive of no arrays is an end record`() throws {
    #expect(try npz([]) == [0x50, 0x4B, 5, 6] + ContiguousArray(repeating: 0, count: 18))
    #expect(try NPZReader(bytes: npz([], isCompressed: true)).entries.isEmpty)
  }

  @Test func `a name that is not ASCII is marked as UTF-8`() throws {
    let bytes = try npz([NamedArray("größe/重み", try NDArray([1.0]))])
    // General purpose flag 11, in the local header.
    #expect(bytes[6...7] == [0, 8])
    #expect(try npz([NamedArray("a", try NDArray([1.0]))])[6...7] == [0, 0])
    #expect(try NPZReader(bytes: bytes).entries.map(\.memberName) == ["größe/重み.npy"])
  }

  @Test func `a name twice is refused`() throws {
    let array = try NDArray([1.0])
    let error = NPZError.zip(.duplicateMember(name: "a.npy"))
    #expect(throws: error) { try npz([NamedArray("a", array), NamedArray("a", array)]) }
    // Other bytes make another name, even where the text looks the same.
    let names = ["\u{E9}", "e\u{301}", "a", "a.npy"]
    #expect(try NPZReader(bytes: npz(names.map { NamedArray($0, array) })).entries.count == 4)
  }

  @Test(arguments: ["a\0b", String(repeating: "a", count: 4093)])
  func `a name that no archive can hold is refused`(_ name: String) throws {
    let error = try #require(throws: NPZError.self) {
      try npz([NamedArray(name, NDArray([1.0]))])
    }
    guard case .zip(.invalidName(name + ".npy", _)) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: ["", " ", "..", "/", "a\\b", String(repeating: "a", count: 4092)])
  func `any other name comes back`(_ name: String) throws {
    let bytes = try npz([NamedArray(name, try NDArray([1.0]))])
    #expect(try NPZReader(bytes: bytes).entries.map(\.name) == [name])
  }

  /// A disk that has no room beyond some bytes.
  private struct FullDisk: ByteSink {
    var room: Int

    mutating func write(_ bytes: Span<UInt8>) throws(FileError) {
      room -= bytes.count
      guard room >= 0 else { throw .writeFailed(errno: 28) }
    }
  }

  @Test(arguments: [0, 100, 200, 250])
  func `a failure to write is an error of the archive`(_ room: Int) throws {
    let array = try NDArray([1.0])
    #expect(throws: NPZError.zip(.file(.writeFailed(errno: 28)))) {
      var writer = NPZWriter(to: FullDisk(room: room))
      try writer.add("a", array)
      _ = try writer.finish()
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `random arrays come back as they were`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let dtypes = try [
      "|b1", "|i1", "i2", "i4", "i8", "|u1", "u2", "u4", "u8", "f2", "f4", "f8", "f16", "c8",
      "c16", "c32", "|S1", "|S7", "U1", "U3",
    ].flatMap { code in
      code.hasPrefix("|") ? [try DType(code)] : [try DType("<" + code), try DType(">" + code)]
    }
    var sources: [NamedArray] = []
    for (index, dtype) in dtypes.enumerated() {
      let shape = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Int.random(in: 0...5, using: &random)
      }
      let header = try NPYHeader(
        dtype: dtype, isFortranOrder: Bool.random(using: &random), shape: shape)
      let bytes = ContiguousArray(
        (0..<header.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) })
      sources.append(NamedArray("\(index)", try NDArray(header: header, bytes: bytes)))
    }
    for isCompressed in [false, true] {
      let reader = try NPZReader(bytes: npz(sources, isCompressed: isCompressed))
      #expect(try arrays(reader) == sources)
    }
  }
}
