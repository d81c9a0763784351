import Platform

/// The bytes of an input in their order, a block at a time: a file of any length, or standard input, in the memory
/// of one block.
package final class ByteStream {
  /// The number of bytes of the input; `nil` where only its end will tell.
  package let count: Int?
  /// The number of bytes that were handed out.
  package private(set) var position = 0

  private let file: InputFile?
  private let blockSize: Int

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - blockSize: The most bytes of a block, at least 1.
  package init(_ file: InputFile, blockSize: Int = 1 << 18) {
    self.file = file
    self.blockSize = blockSize
    count = file.count
  }

  /// The bytes of standard input.
  package init() {
    file = nil
    blockSize = 1 << 18
    count = nil
  }

  /// The next bytes.
  ///
  /// - Returns: One byte or more; `nil` at the end.
  /// - Throws: `readFailed`, `changedWhileRead`.
  package func next() throws(FileError) -> ContiguousArray<UInt8>? {
    let block =
      if let file {
        try file.read(at: position, count: min(blockSize, file.count - position))
      } else {
        try nextOfStandardInput(atMost: blockSize)
      }
    position += block.count
    return block.isEmpty ? nil : block
  }
}
