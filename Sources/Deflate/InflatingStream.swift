/// What a compressed file holds, handed out as it is decompressed, so that a reader can stop before a file of a
/// megabyte has become one of a gigabyte.
///
/// No length that the file states is believed.
package final class InflatingStream {
  private let file: ContiguousArray<UInt8>
  private let maxBytes: Int
  private var inflater: Inflater
  private var produced = 0

  /// The most bytes that are handed out at a time.
  package static let blockSize = 1 << 18

  /// Begins a file of one stream.
  ///
  /// - Parameters:
  ///   - file: The whole file; what follows the stream is refused.
  ///   - wrapping: How it begins and ends.
  ///   - maxBytes: The most bytes that it may hold.
  /// - Throws: `outOfMemory`.
  package init(
    _ file: ContiguousArray<UInt8>, as wrapping: DeflateWrapping, maxBytes: Int
  ) throws(DeflateError) {
    self.file = file
    self.maxBytes = maxBytes
    inflater = try Inflater(wrapping)
  }

  /// The next bytes.
  ///
  /// - Returns: One byte or more; `nil` after the last, when the checksum has been compared.
  /// - Throws: ``DeflateError``.
  package func next() throws(DeflateError) -> ContiguousArray<UInt8>? {
    guard !inflater.isFinished else { return nil }
    var block = ContiguousArray<UInt8>(repeating: 0, count: Self.blockSize)
    let filled = try unsafe block.withUnsafeMutableBufferPointer { output throws(DeflateError) in
      try unsafe fill(UnsafeMutableRawBufferPointer(output))
    }
    produced += filled
    guard produced <= maxBytes else { throw .limit(allowed: maxBytes, found: produced) }
    guard !inflater.isFinished || inflater.taken == file.count else {
      throw .badStream(
        offset: inflater.taken,
        problem: "\(file.count - inflater.taken) bytes follow the end of the data")
    }
    if filled < Self.blockSize { block.removeLast(Self.blockSize - filled) }
    return filled == 0 ? nil : block
  }

  /// Decompresses until the room is full or the stream ends.
  ///
  /// - Returns: The number of bytes that were put.
  private func fill(_ output: UnsafeMutableRawBufferPointer) throws(DeflateError) -> Int {
    var filled = 0
    try unsafe file.withUnsafeBufferPointer { file throws(DeflateError) in
      let file = UnsafeRawBufferPointer(file)
      while filled < output.count, !inflater.isFinished {
        let (taken, put) = try unsafe inflater.inflate(
          UnsafeRawBufferPointer(rebasing: file[inflater.taken...]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[filled...]))
        filled += put
        guard taken > 0 || put > 0 || inflater.isFinished else {
          throw .badStream(offset: inflater.taken, problem: "it is cut off")
        }
      }
    }
    return filled
  }
}
