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
}
