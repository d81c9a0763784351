import NPY
import NPZ
import TestSupport
import Testing
import Zip

struct NPZWriterTests {
  /// What np.savez wrote, and np.savez_compressed; the second depends on the zlib.
  @Test(
    arguments: ManifestEntry.all.filter { $0.file.hasPrefix("savez-") }
  )
  func `what is written is NumPy's file, byte for byte`(_ archive: ManifestEntry) throws {
    let original = try fixture("npz/\(archive.file)")
    let isCompressed = archive.file.hasSuffix("-deflated.npz")
    let reader = try NPZReader(bytes: original)
    var writer = NPZWriter(to: MemorySink(), isCompressed: isCompressed)
    for entry in reader.entries { try writer.add(entry.name, reader.array(entry)) }
    let written = try writer.finish().bytes
    if isCompressed, written != original {
      // Another zlib than NumPy's deflates to other bytes, and the same arrays.
      let again = try NPZReader(bytes: written)
      #expect(again.entries.map(\.name) == reader.entries.map(\.name))
      for (entry, other) in zip(again.entries, reader.entries) {
        #expect(try again.array(entry) == reader.array(other))
      }
    } else {
      #expect(written == original)
    }
  }

  @Test func `a name twice is refused`() throws {
    var writer = NPZWriter(to: MemorySink())
    let array = try NDArray([1.0])
    try writer.add("a", array)
    do throws(NPZError) {
      try writer.add("a", array)
      Issue.record("written twice")
    } catch {
      #expect(error == .zip(.duplicateMember(name: "a.npy")))
    }
  }

  @Test func `random arrays come back as they were`() throws {
    var random = SystemRandomNumberGenerator()
    for isCompressed in [false, true] {
      var arrays: [NamedArray] = []
      for index in 0..<60 {
        let kinds: [(DType.Kind, [Int])] = [
          (.bool, [1]), (.int, [1, 2, 4, 8]), (.uint, [1, 2, 4, 8]), (.float, [2, 4, 8, 16]),
          (.complex, [8, 16, 32]), (.bytes, [1, 3, 7]), (.unicode, [4, 12]),
        ]
        let (kind, sizes) = try #require(kinds.randomElement(using: &random))
        let dtype = try #require(
          DType(
            kind, itemSize: sizes.randomElement(using: &random) ?? 1,
            byteOrder: Bool.random(using: &random) ? .little : .big))
        let shape = (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Int.random(in: 0...5, using: &random)
        }
        let header = try NPYHeader(
          dtype: dtype, isFortranOrder: Bool.random(using: &random), shape: shape)
        let bytes = ContiguousArray(
          (0..<header.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) })
        arrays.append(NamedArray("größe/\(index)", try NDArray(header: header, bytes: bytes)))
      }
      var writer = NPZWriter(to: MemorySink(), isCompressed: isCompressed)
      for item in arrays { try writer.add(item.name, item.array) }
      let reader = try NPZReader(bytes: writer.finish().bytes)
      #expect(reader.entries.map(\.name) == arrays.map(\.name))
      for (entry, item) in zip(reader.entries, arrays) {
        #expect(try reader.array(entry) == item.array)
      }
    }
  }
}
