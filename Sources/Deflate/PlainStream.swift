package import Files

/// The bytes of an input in their order, decompressed where it is gzip, in the memory of some blocks.
///
/// A gzip file may have several members, one after another, as `cat a.gz b.gz` makes it, and zeros at its end
/// (RFC 1952, and Python's gzip module).
package final class PlainStream {
  /// Whether the input is compressed.
  package let isCompressed: Bool

  private let input: ByteStream
  private var inflater: Inflater
  /// Compressed bytes that were read, the place of the next one, and how many came before them.
  private var block: ContiguousArray<UInt8> = []
  private var start = 0
  private var taken = 0
  /// Bytes that were looked at, and are still to be handed out.
  private var ahead: ContiguousArray<UInt8> = []
  /// How many bytes may still be handed out.
  private let maxBytes: Int
  private var produced = 0

  private static let blockSize = 1 << 18

  /// Looks at the first bytes of an input.
  ///
  /// - Parameters:
  ///   - input: The input.
  ///   - maxBytes: How many bytes it may have when decompressed.
  /// - Throws: ``DeflateError``.
  package init(_ input: ByteStream, maxBytes: Int = .max) throws(DeflateError) {
    self.input = input
    self.maxBytes = maxBytes
    inflater = try Inflater(.gzip)
    var first: ContiguousArray<UInt8> = []
    while first.count < 2, let more = try Self.next(of: input) { first += more }
    isCompressed = first.starts(with: [0x1F, 0x8B])
    if isCompressed {
      block = first
      return
    }
    ahead = first
    produced = first.count
    guard produced <= maxBytes else { throw .limit(allowed: maxBytes, found: produced) }
  }

  /// The share of the input that was read, from 0 to 1; `nil` where only its end will tell.
  package var fraction: Double? {
    input.count.map { $0 == 0 ? 1 : Double(input.position) / Double($0) }
  }

  /// The first bytes, which will be handed out all the same: so many, unless the input is shorter.
  ///
  /// - Throws: ``DeflateError``.
  package func first(_ count: Int) throws(DeflateError) -> ContiguousArray<UInt8> {
    while ahead.count < count, let more = try counted() { ahead += more }
    return ContiguousArray(ahead.prefix(count))
  }

  /// The next bytes.
  ///
  /// - Returns: One byte or more; `nil` at the end, when all checksums have been compared.
  /// - Throws: ``DeflateError``.
  package func next() throws(DeflateError) -> ContiguousArray<UInt8>? {
    guard ahead.isEmpty else {
      defer { ahead = [] }
      return ahead
    }
    return try counted()
  }

  private func counted() throws(DeflateError) -> ContiguousArray<UInt8>? {
    guard let block = try decompressed() else { return nil }
    produced += block.count
    guard produced <= maxBytes else { throw .limit(allowed: maxBytes, found: produced) }
    return block
  }

  /// All bytes that are still to come.
  ///
  /// - Parameter maxBytes: How many there may be.
  /// - Throws: ``DeflateError``.
  package func rest(maxBytes: Int) throws(DeflateError) -> ContiguousArray<UInt8> {
    var all: ContiguousArray<UInt8> = []
    while let more = try next() {
      guard more.count <= maxBytes - all.count else {
        throw .limit(allowed: maxBytes, found: all.count + more.count)
      }
      all += more
    }
    return all
  }

  private static func next(
    of input: ByteStream
  ) throws(DeflateError) -> ContiguousArray<UInt8>? {
    do { return try input.next() } catch { throw .file(error) }
  }

  private func decompressed() throws(DeflateError) -> ContiguousArray<UInt8>? {
    guard isCompressed else { return try Self.next(of: input) }
    while try beginMember() {
      var output = ContiguousArray<UInt8>(repeating: 0, count: Self.blockSize)
      let filled = try fill(&output)
      guard filled > 0 else { continue }
      output.removeLast(output.count - filled)
      return output
    }
    return nil
  }

  /// Begins the next member, where the one before has ended.
  ///
  /// - Returns: Whether there is more to decompress.
  private func beginMember() throws(DeflateError) -> Bool {
    guard inflater.isFinished else { return true }
    while true {
      while start < block.count, block[start] == 0 { start += 1 }
      if start < block.count { break }
      guard try readMore() else { return false }
    }
    guard block[start] == 0x1F else {
      throw .badStream(offset: taken + start, problem: "other bytes follow the end of the data")
    }
    inflater = try Inflater(.gzip)
    return true
  }

  /// Decompresses until the room is full or the member ends.
  ///
  /// - Returns: The number of bytes that were put.
  private func fill(_ output: inout ContiguousArray<UInt8>) throws(DeflateError) -> Int {
    var filled = 0
    while filled < output.count, !inflater.isFinished {
      let room = filled
      let (took, put) = try unsafe block.withUnsafeBufferPointer { input throws(DeflateError) in
        try unsafe output.withUnsafeMutableBufferPointer { output throws(DeflateError) in
          // What is read and written lies in the two arrays.
          try unsafe inflater.inflate(
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[start...]),
            into: UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(output)[room...]))
        }
      }
      start += took
      filled += put
      guard start == block.count, filled < output.count, !inflater.isFinished else { continue }
      guard try readMore() else {
        throw .badStream(offset: taken + start, problem: "it is cut off")
      }
    }
    return filled
  }

  /// Reads the next compressed bytes, when all before them were taken.
  private func readMore() throws(DeflateError) -> Bool {
    taken += block.count
    block = try Self.next(of: input) ?? []
    start = 0
    return !block.isEmpty
  }
}
