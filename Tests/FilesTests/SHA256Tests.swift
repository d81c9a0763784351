import Files
import Foundation
import TestSupport
import Testing

/// The examples of FIPS 180-4 and of NIST's test vectors.
struct SHA256Tests {
  static let vectors: [(text: String, count: Int, hash: String)] = [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu", 1,
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    ("a", 100_000, "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"),
  ]

  @Test(arguments: vectors)
  func `the hashes are those of the standard`(text: String, count: Int, hash: String) throws {
    let bytes = ContiguousArray(String(repeating: text, count: count).utf8)
    #expect(try InputFile(bytes).sha256() == hash)
    // In pieces of every length, which fill no block.
    for length in [1, 3, 63, 64, 65, 200] where bytes.count < 1_000 {
      var sum = SHA256()
      for start in stride(from: 0, to: bytes.count, by: length) {
        let piece = ContiguousArray(bytes[start..<min(start + length, bytes.count)])
        sum.append(piece.span)
      }
      #expect(sum.finish() == hash)
    }
  }

  @Test func `lengths around a block have the hashes of Python's hashlib`() throws {
    let expected = [
      55: "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
      56: "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a",
      63: "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34",
      64: "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
    ]
    for (count, hash) in expected {
      #expect(try InputFile(ContiguousArray(repeating: 97, count: count)).sha256() == hash)
    }
  }
}
