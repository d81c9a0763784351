extension ArraySlice<UInt8> {
  /// How many bytes of Latin-1 this UTF-8 stands for; `nil` where it is neither.
  var latin1Count: Int? {
    var count = 0
    var index = startIndex
    while index < endIndex {
      switch self[index] {
      case 0..<0x80: index += 1
      case 0xC2, 0xC3:
        guard index + 1 < endIndex, self[index + 1] & 0xC0 == 0x80 else { return nil }
        index += 2
      default: return nil
      }
      count += 1
    }
    return count
  }

  /// The bytes of Latin-1 that this UTF-8, which is known to be such, stands for.
  func latin1(count: Int) -> ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    bytes.reserveCapacity(count)
    var lead: UInt8 = 0
    for byte in self {
      switch byte {
      case 0xC2, 0xC3: lead = (byte & 3) << 6
      case 0x80..<0xC0: bytes.append(lead | byte & 0x3F)
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
