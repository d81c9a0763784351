import Deflate
import Files
import TestSupport
import Testing

@Suite struct PlainStreamTests {
  private func plain(_ bytes: ContiguousArray<UInt8>, blockSize: Int, maxBytes: Int = .max) throws
    -> ContiguousArray<UInt8>
  {
    let stream = try PlainStream(
      ByteStream(InputFile(bytes), blockSize: blockSize), maxBytes: maxBytes)
    let first = try stream.first(5)
    let all = try stream.rest(maxBytes: .max)
    #expect(all.starts(with: first))
    return all
  }

  private func members() throws -> ContiguousArray<UInt8> {
    try fixture("field-data/two-members.csv.gz")
  }

  @Test(arguments: [1, 2, 3, 10, 50, 1 << 18])
  func `members follow one another, and zeros may follow them`(blockSize: Int) throws {
    let whole = try plain(members(), blockSize: blockSize)
    #expect(whole.count { $0 == UInt8(ascii: "\n") } == 11)
    #expect(try plain(members() + [0, 0, 0], blockSize: blockSize) == whole)
    #expect(try plain(whole, blockSize: blockSize) == whole, "what is not compressed stays")
    #expect(try plain([], blockSize: blockSize) == [])
  }

  @Test(arguments: [1, 7, 1 << 18])
  func `damage is found`(blockSize: Int) throws {
    let whole = try members()
    let end = try firstMember
    for length in 2..<whole.count where length != end {
      #expect(throws: DeflateError.self, "\(length)") {
        try plain(ContiguousArray(whole.prefix(length)), blockSize: blockSize)
      }
    }
    #expect(throws: DeflateError.self) { try plain(whole + [1], blockSize: blockSize) }
    var flipped = whole
    flipped[30] ^= 4
    #expect(throws: DeflateError.self) { try plain(flipped, blockSize: blockSize) }
  }

  /// The length of the first member, after which a file may end.
  private var firstMember: Int {
    get throws {
      let bytes = try members()
      return (2..<bytes.count).first { bytes[$0...].starts(with: [0x1F, 0x8B, 8]) } ?? 0
    }
  }

  @Test func `a limit holds for what is compressed and for what is not`() throws {
    let whole = try plain(members(), blockSize: 64)
    for bytes in [try members(), whole] {
      #expect(try plain(bytes, blockSize: 64, maxBytes: whole.count) == whole)
      #expect(throws: DeflateError.self) {
        try plain(bytes, blockSize: 64, maxBytes: whole.count - 1)
      }
    }
  }
}
