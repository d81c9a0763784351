/// An archive whose lengths and checksums agree again with what a fuzzer has made of it, as far as
/// its central directory can still be followed; what is compressed keeps its checksum.
///
/// Without this, nearly every change would end at the first check.
func repairedArchive(_ input: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
  var bytes = input
  guard let end = bytes.lastIndex(of: [0x50, 0x4B, 5, 6]), end + 22 <= bytes.count,
    let directory = bytes.firstIndex(of: [0x50, 0x4B, 1, 2]), directory < end
  else { return input }

  // Local headers in the order of the file, and central records in theirs.
  var position = 0
  var record = directory
  var count = 0
  while position + 30 <= directory, record + 46 <= end,
    bytes[position..<position + 4].elementsEqual([0x50, 0x4B, 3, 4]),
    bytes[record..<record + 4].elementsEqual([0x50, 0x4B, 1, 2])
  {
    let nameStart = position + 30
    let nameEnd = nameStart + bytes.number(at: position + 26, bytes: 2)
    let start = nameEnd + bytes.number(at: position + 28, bytes: 2)
    let next = bytes.firstIndex(of: [0x50, 0x4B, 3, 4], from: start + 1) ?? directory
    guard start <= next, next <= directory else { break }
    let isStored = bytes.number(at: record + 10, bytes: 2) == 0
    bytes.set(bytes.number(at: record + 8, bytes: 2), at: position + 6, bytes: 2)
    bytes.set(bytes.number(at: record + 10, bytes: 2), at: position + 8, bytes: 2)
    if isStored {
      bytes.set(Int(crc32(bytes[start..<next])), at: record + 16, bytes: 4)
      bytes.set(next - start, at: record + 24, bytes: 4)
    }
    bytes.set(next - start, at: record + 20, bytes: 4)
    for offset in stride(from: 0, to: 12, by: 4) {
      bytes.set(
        bytes.number(at: record + 16 + offset, bytes: 4), at: position + 14 + offset, bytes: 4)
    }
    bytes.set(position, at: record + 42, bytes: 4)
    // The names too, where they are as long as each other.
    let centralName = bytes.number(at: record + 28, bytes: 2)
    if centralName == nameEnd - nameStart, record + 46 + centralName <= end {
      for index in 0..<centralName { bytes[record + 46 + index] = bytes[nameStart + index] }
    }
    count += 1
    position = next
    record +=
      46 + centralName + bytes.number(at: record + 30, bytes: 2)
      + bytes.number(at: record + 32, bytes: 2)
  }
  bytes.set(0, at: end + 4, bytes: 4)
  bytes.set(count, at: end + 8, bytes: 2)
  bytes.set(count, at: end + 10, bytes: 2)
  bytes.set(end - directory, at: end + 12, bytes: 4)
  bytes.set(directory, at: end + 16, bytes: 4)
  return bytes
}

extension ContiguousArray<UInt8> {
  fileprivate func firstIndex(of signature: [UInt8], from start: Int = 0) -> Int? {
    guard start <= count - signature.count else { return nil }
    return (start...(count - signature.count)).first {
      self[$0..<$0 + signature.count].elementsEqual(signature)
    }
  }

  fileprivate func lastIndex(of signature: [UInt8]) -> Int? {
    guard signature.count <= count else { return nil }
    return (0...(count - signature.count)).last {
      self[$0..<$0 + signature.count].elementsEqual(signature)
    }
  }

  fileprivate func number(at offset: Int, bytes count: Int) -> Int {
    self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  fileprivate mutating func set(_ number: Int, at offset: Int, bytes count: Int) {
    for index in 0..<count {
      self[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }
}

/// The checksum of a zip member (ISO 3309).
private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    let index = UInt8(truncatingIfNeeded: crc) ^ byte
    crc = crc >> 8 ^ crcTable[Int(index)]
  }
  return ~crc
}

private let crcTable = ContiguousArray((0..<256).map(crcOfByte))

private func crcOfByte(_ byte: UInt32) -> UInt32 {
  var crc = byte
  for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  return crc
}
