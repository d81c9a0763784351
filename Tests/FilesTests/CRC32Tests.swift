import Files
import Testing

@Suite struct CRC32Tests {
  /// Bytes of which no two neighbours are alike.
  private let bytes = ContiguousArray<UInt8>(
    (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })

  private func sum(_ range: Range<Int>, after before: CRC32 = CRC32()) -> CRC32 {
    var sum = before
    unsafe bytes.withUnsafeBytes {
      unsafe sum.append(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
    return sum
  }

  @Test func `any number of bytes from any place sums up as bit by bit`() {
    for count in Array(0..<300) + [4_095, 65_537, 99_999] {
      for start in [0, 1] where start + count <= bytes.count {
        let range = start..<start + count
        #expect(sum(range).value == bitByBit(bytes[range]), "\(range)")
      }
    }
  }

  @Test func `parts sum up to the whole, in turn and one by one`() {
    let whole = sum(0..<bytes.count)
    for cut in [0, 1, 63, 64, 1_000, 99_999, 100_000] {
      #expect(sum(cut..<bytes.count, after: sum(0..<cut)) == whole)
      var joined = sum(0..<cut)
      joined.append(sum(cut..<bytes.count), of: bytes.count - cut)
      #expect(joined == whole)
    }
  }
}

/// The CRC-32 by its definition.
private func bitByBit(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var state = UInt32.max
  for byte in bytes {
    state ^= UInt32(byte)
    for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xEDB8_8320 : state >> 1 }
  }
  return ~state
}
