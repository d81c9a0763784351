internal import Deflate

// A compressed file is unfolded as far as it is read, and no further: most bombs are refused within their
// first blocks.

extension PickleReader {
  /// Makes so many bytes available, if the file has as many.
  ///
  /// - Returns: The number of bytes available from ``position`` on; less than asked for only at the
  ///   end of the file.
  @inline(__always)
  mutating func unfold(_ needed: UInt64) throws(PickleError) -> Int {
    while UInt64(arena.bytes.count - position) < needed, try unfoldBlock() {}
    return arena.bytes.count - position
  }

  /// Decompresses the next block.
  ///
  /// - Returns: Whether there was more.
  mutating func unfoldBlock() throws(PickleError) -> Bool {
    guard let stream = source else { return false }
    do throws(DeflateError) {
      if let block = try stream.next() {
        arena.append(block)
        return true
      }
    } catch {
      throw .damagedCompression(error)
    }
    source = nil
    return false
  }

  /// Demands that the file ends here, and that its checksum is right.
  mutating func checkEnd() throws(PickleError) {
    // One byte more is enough to refuse it; there may be a billion.
    let count = try unfold(1)
    guard count == 0 else { throw .trailingBytes(offset: position, count: count) }
  }
}
