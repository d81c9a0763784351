import Platform

extension InputFile {
  /// Takes in all of standard input.
  ///
  /// - Parameter maxBytes: How much to take at the most.
  /// - Throws: `readFailed`; `tooLarge` for more bytes than that.
  package static func standardInput(maxBytes: Int) throws(FileError) -> InputFile {
    var all = ContiguousArray<UInt8>()
    var block = ContiguousArray<UInt8>(repeating: 0, count: 1 << 16)
    while true {
      let got = readStandardInput(into: &block)
      if got < 0 {
        if errno == EINTR { continue }
        throw .readFailed(errno: errno)
      }
      if got == 0 { return InputFile(all) }
      guard got <= maxBytes - all.count else {
        throw .tooLarge(allowed: maxBytes, found: all.count + got)
      }
      all += block[..<got]
    }
  }
}

/// What read(2) returns for standard input and a buffer as long as `block`.
private func readStandardInput(into block: inout ContiguousArray<UInt8>) -> Int {
  unsafe block.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
}
