internal import CKernels
internal import CZip

/// A CRC-32 as ZIP has it (APPNOTE.TXT 4.4.7), of bytes that are known so far.
package struct CRC32: Hashable, Sendable {
  /// The checksum; 0 of no bytes.
  package private(set) var value: UInt32 = 0

  /// The checksum of no bytes.
  package init() {}

  /// The checksum of some bytes.
  init(of bytes: UnsafeRawBufferPointer) { unsafe append(bytes) }

  /// Takes the next bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    // With no address zlib starts again, so no bytes are no call.
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    value =
      if hasFastCRC32 {
        unsafe ckernels_crc32(value, base, bytes.count)
      } else {
        unsafe UInt32(
          truncatingIfNeeded: crc32_z(
            UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
      }
  }

  /// Takes the next bytes, of which the checksum is known.
  package mutating func append(_ next: CRC32, of count: Int) {
    value = UInt32(
      truncatingIfNeeded: crc32_combine(UInt(value), UInt(next.value), count))
  }
}

/// zlib's own loop takes four times as long, and is there for every processor.
private let hasFastCRC32 = ckernels_has_crc32() != 0

/// The CRC-32 of bytes that are there; several threads share many.
func crc32(of bytes: ContiguousArray<UInt8>) -> CRC32 {
  unsafe bytes.withUnsafeBytes { unsafe crc32(of: $0) }
}

/// The CRC-32 of bytes that are there; several threads share many.
func crc32(of bytes: UnsafeRawBufferPointer) -> CRC32 {
  let parts = stride(from: 0, to: bytes.count, by: 1 << 20).map {
    $0..<min($0 + 1 << 20, bytes.count)
  }
  // They are only read.
  nonisolated(unsafe) let shared = unsafe bytes
  let sums = concurrentMap(parts.count) { index in
    var sum = CRC32()
    unsafe sum.append(UnsafeRawBufferPointer(rebasing: shared[parts[index]]))
    return sum
  }
  var whole = CRC32()
  for (part, sum) in zip(parts, sums) { whole.append(sum, of: part.count) }
  return whole
}
