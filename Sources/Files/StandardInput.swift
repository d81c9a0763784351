import Platform

extension InputFile {
  /// Takes in all of standard input.
  ///
  /// - Parameter maxBytes: How much to take at the most.
  /// - Throws: `readFailed`; `tooLarge` for more bytes than that.
  package static func standardInput(maxBytes: Int) throws(FileError) -> InputFile {
    var all = ContiguousArray<UInt8>()
    while true {
      let block = try nextOfStandardInput(atMost: 1 << 16)
      if block.isEmpty { return InputFile(all) }
      guard block.count <= maxBytes - all.count else {
        throw .tooLarge(allowed: maxBytes, found: all.count + block.count)
      }
      all += block
    }
  }
}

/// The next bytes of standard input.
///
/// - Parameter most: The most bytes to take.
/// - Returns: One byte or more; nothing at the end.
/// - Throws: `readFailed`.
func nextOfStandardInput(atMost most: Int) throws(FileError) -> ContiguousArray<UInt8> {
  var block = ContiguousArray<UInt8>(repeating: 0, count: most)
  while true {
    let got = readStandardInput(into: &block)
    if got < 0 {
      if errno == EINTR { continue }
      throw .readFailed(errno: errno)
    }
    block.removeLast(most - got)
    return block
  }
}

/// What read(2) returns for standard input and a buffer as long as `block`.
private func readStandardInput(into block: inout ContiguousArray<UInt8>) -> Int {
  unsafe block.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
}
