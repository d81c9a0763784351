import Deflate
import Testing

@Suite struct InflaterTests {
  /// `zlib.compress(b"abcabcabcabc")` and `gzip.compress(b"abcabcabcabc", mtime=0)` of Python.
  private let zlib: ContiguousArray<UInt8> = [
    0x78, 0x9C, 0x4B, 0x4C, 0x4A, 0x4E, 0x84, 0x21, 0x00, 0x1D, 0xE0, 0x04, 0x99,
  ]
  private let gzip: ContiguousArray<UInt8> = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x4C, 0x4A, 0x4E, 0x84, 0x21,
    0x00, 0x34, 0x2A, 0x6E, 0x5A, 0x0C, 0x00, 0x00, 0x00,
  ]
  private let content = ContiguousArray("abcabcabcabc".utf8)

  @Test func `both wrappings give what they hold`() throws {
    #expect(try inflated(zlib, as: .zlib, maxBytes: 12) == content)
    #expect(try inflated(gzip, as: .gzip, maxBytes: 12) == content)
  }

  @Test func `a changed byte, a byte less and a byte more are refused`() {
    for (file, wrapping) in [(zlib, DeflateWrapping.zlib), (gzip, .gzip)] {
      for length in file.indices {
        #expect(throws: DeflateError.self) {
          try inflated(ContiguousArray(file.prefix(length)), as: wrapping, maxBytes: 100)
        }
      }
      #expect(
        throws: DeflateError.badStream(
          offset: file.count, problem: "1 bytes follow the end of the data")
      ) {
        try inflated(file + [0], as: wrapping, maxBytes: 100)
      }
      #expect(throws: DeflateError.self) { try inflated(file + file, as: wrapping, maxBytes: 100) }
      var changed = file
      changed[changed.count - 5] ^= 1
      #expect(throws: DeflateError.self) { try inflated(changed, as: wrapping, maxBytes: 100) }
    }
    #expect(throws: DeflateError.self) { try inflated(zlib, as: .gzip, maxBytes: 100) }
    #expect(throws: DeflateError.self) { try inflated(gzip, as: .zlib, maxBytes: 100) }
  }

  @Test func `no more comes out than is allowed`() {
    #expect(throws: DeflateError.limit(allowed: 11, found: 12)) {
      try inflated(zlib, as: .zlib, maxBytes: 11)
    }
  }

  @Test func `what is large comes in blocks, and the checksum last`() throws {
    let stream = try InflatingStream(zeros, as: .zlib, maxBytes: 1 << 20)
    for _ in 0..<4 {
      #expect(try stream.next() == ContiguousArray(repeating: 0, count: InflatingStream.blockSize))
    }
    #expect(try stream.next() == nil)
    #expect(try stream.next() == nil)
    var changed = zeros
    changed[changed.count - 1] ^= 1
    let wrong = try InflatingStream(changed, as: .zlib, maxBytes: 1 << 20)
    // The first blocks are handed out: who reads a file has to read to its end.
    for _ in 0..<3 { #expect(try wrong.next() != nil) }
    #expect(throws: DeflateError.self) {
      while try wrong.next() != nil {}
    }
  }

  /// `zlib.compress(bytes(1 << 20), 9)`
  private let zeros: ContiguousArray<UInt8> =
    [
      0x78, 0xDA, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x08,
      0x5F, 0xA0,
    ]
    + ContiguousArray(repeating: 0, count: 1016) + [0x3E, 0x03, 0x00, 0xF0, 0x00, 0x01]

  /// All that a file holds.
  private func inflated(
    _ file: ContiguousArray<UInt8>, as wrapping: DeflateWrapping, maxBytes: Int
  ) throws(DeflateError) -> ContiguousArray<UInt8> {
    let stream = try InflatingStream(file, as: wrapping, maxBytes: maxBytes)
    var output: ContiguousArray<UInt8> = []
    while let block = try stream.next() { output += block }
    return output
  }
}
