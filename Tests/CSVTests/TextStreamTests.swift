import CSV
import Deflate
import Files
import Testing

@Suite struct TextStreamTests {
  private func text(_ bytes: [UInt8], blockSize: Int = 3) throws -> String {
    let stream = try TextStream(
      PlainStream(ByteStream(InputFile(ContiguousArray(bytes)), blockSize: blockSize)))
    var all: ContiguousArray<UInt8> = []
    while let more = try stream.next() { all += more }
    return String(decoding: all, as: UTF8.self)
  }

  private func utf16(_ text: String, highFirst: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
      return highFirst ? [high, low] : [low, high]
    }
  }

  @Test(arguments: ["", "1,2\n", "é€😀 1\r\n", "\u{FFFF}\u{10FFFF}"])
  func `every encoding with a mark gives the text`(sample: String) throws {
    for size in 1...9 {
      #expect(try text(Array(sample.utf8), blockSize: size) == sample)
      #expect(try text([0xEF, 0xBB, 0xBF] + sample.utf8, blockSize: size) == sample)
      #expect(try text(utf16(sample, highFirst: false), blockSize: size) == sample)
      #expect(try text(utf16(sample, highFirst: true), blockSize: size) == sample)
    }
  }

  @Test func `halves of characters and UTF-32 are refused`() {
    #expect(throws: CSVError.badUTF16(offset: 4)) { try text([0xFF, 0xFE, 0x31, 0, 0x32]) }
    #expect(throws: CSVError.self) { try text([0xFF, 0xFE, 0x00, 0xD8, 0x31, 0]) }
    #expect(throws: CSVError.self) { try text([0xFF, 0xFE, 0x00, 0xDC]) }
    #expect(throws: CSVError.self) { try text([0xFF, 0xFE, 0x00, 0xD8]) }
    #expect(throws: CSVError.unsupportedEncoding("UTF-32")) { try text([0xFF, 0xFE, 0, 0, 0x31]) }
  }
}
