internal import CBytes

/// A CRC-32 as ZIP has it (APPNOTE.TXT 4.4.7), of bytes that are known so far.
package struct CRC32: Hashable, Sendable {
  /// The checksum; 0 of no bytes.
  package private(set) var value: UInt32 = 0

  /// The checksum of no bytes.
  package init() {}

  /// The checksum of some bytes.
  package init(of bytes: UnsafeRawBufferPointer) { unsafe append(bytes) }

  /// Takes the next bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    value = unsafe cbytes_crc32(value, base, bytes.count)
  }

  /// Takes the next bytes, whose checksum is known.
  package mutating func append(_ next: CRC32, of count: Int) {
    value = cbytes_crc32_combine(value, next.value, UInt64(count))
  }
}

/// The CRC-32 of bytes in memory; several threads share the work for many bytes.
package func crc32(of bytes: ContiguousArray<UInt8>) -> CRC32 {
  unsafe bytes.withUnsafeBytes { unsafe crc32(of: $0) }
}

/// The CRC-32 of bytes in memory; several threads share the work for many bytes.
package func crc32(of bytes: UnsafeRawBufferPointer) -> CRC32 {
  let parts = stride(from: 0, to: bytes.count, by: 1 << 20).map {
    $0..<min($0 + 1 << 20, bytes.count)
  }
  // They are only read.
  nonisolated(unsafe) let shared = unsafe bytes
  let sums = concurrentMap(parts.count) { index in
    unsafe CRC32(of: UnsafeRawBufferPointer(rebasing: shared[parts[index]]))
  }
  var whole = CRC32()
  for (part, sum) in zip(parts, sums) { whole.append(sum, of: part.count) }
  return whole
}
