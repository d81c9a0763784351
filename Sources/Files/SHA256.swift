internal import CBytes

/// A SHA-256 hash (FIPS 180-4) of bytes that are known so far.
package struct SHA256: Sendable {
  private var state: ContiguousArray<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// Bytes that do not fill a block yet.
  private var pending: ContiguousArray<UInt8> = []
  private var count: UInt64 = 0

  private static let blockSize = 64

  /// The hash of no bytes.
  package init() {}

  /// Takes the next bytes.
  package mutating func append(_ bytes: Span<UInt8>) {
    count &+= UInt64(bytes.count)
    var place = 0
    if !pending.isEmpty {
      while place < bytes.count, pending.count < Self.blockSize {
        pending.append(bytes[place])
        place += 1
      }
      guard pending.count == Self.blockSize else { return }
      let block = pending
      pending = []
      take(block.span)
    }
    let rest = bytes.extracting(place...)
    take(rest)
    let whole = rest.count - rest.count % Self.blockSize
    for index in whole..<rest.count { pending.append(rest[index]) }
  }

  /// The hash in 64 hexadecimal digits.
  package func finish() -> String {
    let bits = count &* 8
    var end = pending
    end.append(0x80)
    while end.count % Self.blockSize != 56 { end.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      end.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    var last = self
    last.take(end.span)
    return last.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Takes all whole blocks.
  private mutating func take(_ bytes: Span<UInt8>) {
    // The state has eight words, and of the bytes no more blocks are read than are there.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe state.withUnsafeMutableBufferPointer { state in
        guard let words = state.baseAddress, let start = bytes.baseAddress else { return }
        unsafe cbytes_sha256(words, start, bytes.count / Self.blockSize)
      }
    }
  }
}

extension InputFile {
  /// The SHA-256 of all bytes, in hexadecimal digits.
  ///
  /// - Throws: `readFailed`; `changedWhileRead` if the file has become shorter since it was opened.
  package func sha256() throws(FileError) -> String {
    var hash = SHA256()
    for start in stride(from: 0, to: count, by: 1 << 18) {
      let block = try read(at: start, count: min(1 << 18, count - start))
      hash.append(block.span)
    }
    return hash.finish()
  }
}
