/// Numbers and runs of bytes, read one after another from bytes that are in memory.
///
/// Each call gives `nil`, and stays where it is, where fewer bytes are left than it needs. So a length that a
/// file states is compared with what the file holds before anything is made of it.
package struct ByteCursor: Sendable {
  /// All the bytes.
  package let bytes: ContiguousArray<UInt8>
  /// The next byte to read.
  package private(set) var position: Int
  /// The byte after the last that is read.
  package let end: Int

  /// Reads a part of some bytes, or all of them.
  package init(_ bytes: ContiguousArray<UInt8>, in range: Range<Int>? = nil) {
    self.bytes = bytes
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
    precondition(position >= 0 && end <= bytes.count)
  }

  /// The number of bytes that are left.
  package var remaining: Int { end - position }

  /// The next byte.
  package mutating func byte() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next little-endian number of up to eight bytes.
  package mutating func number(bytes width: Int) -> UInt64? {
    guard remaining >= width else { return nil }
    defer { position += width }
    return bytes.number(at: position, bytes: width)
  }

  /// Where the next `count` bytes lie.
  package mutating func take(_ count: UInt64) -> Range<Int>? {
    guard count <= UInt64(remaining) else { return nil }
    defer { position += Int(count) }
    return position..<position + Int(count)
  }

  /// Where the bytes before the next line break lie; the line break is passed over.
  package mutating func line() -> Range<Int>? {
    guard let lineEnd = bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { position = lineEnd + 1 }
    return position..<lineEnd
  }
}

// For records of fixed length, whose fields are known by their places.
extension RandomAccessCollection<UInt8> where Index == Int {
  /// The little-endian number of up to eight bytes at `offset`.
  @inlinable
  package func number(at offset: Int, bytes width: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
    return value
  }

  /// The little-endian 16-bit number at `offset`.
  @inlinable
  package func u16(_ offset: Int) -> UInt16 { UInt16(number(at: offset, bytes: 2)) }

  /// The little-endian 32-bit number at `offset`.
  @inlinable
  package func u32(_ offset: Int) -> UInt32 { UInt32(number(at: offset, bytes: 4)) }

  /// The little-endian 64-bit number at `offset`.
  @inlinable
  package func u64(_ offset: Int) -> UInt64 { number(at: offset, bytes: 8) }
}

extension ContiguousArray<UInt8> {
  /// Appends the bytes of a number, the lowest first.
  package mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
