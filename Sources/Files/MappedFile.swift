import Platform

/// A part of a file that is mapped into memory as long as this lives; or a copy, of what is in memory
/// already.
///
/// A file that is cut short meanwhile kills the process that looks at what is gone.
@safe
package final class MappedFile: Sendable {
  /// The bytes; not to be used when this is gone.
  @unsafe package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// What was mapped: whole pages.
  private nonisolated(unsafe) let pages: UnsafeMutableRawBufferPointer
  private let isMapped: Bool

  /// Maps a part of an open file.
  fileprivate init(
    _ descriptor: Int32, at offset: Int, count: Int
  ) throws(FileError) {
    let before = offset % Int(getpagesize())
    guard count > 0,
      let start = unsafe mmap(
        nil, before + count, PROT_READ, MAP_PRIVATE, descriptor, off_t(offset - before)),
      unsafe start != MAP_FAILED
    else { throw .readFailed(errno: errno) }
    unsafe pages = UnsafeMutableRawBufferPointer(start: start, count: before + count)
    unsafe bytes = UnsafeRawBufferPointer(rebasing: pages[before...])
    isMapped = true
  }

  /// Copies what is in memory.
  fileprivate init(copying part: UnsafeRawBufferPointer) {
    unsafe pages = .allocate(byteCount: part.count, alignment: 64)
    unsafe pages.copyMemory(from: part)
    unsafe bytes = UnsafeRawBufferPointer(pages)
    isMapped = false
  }

  deinit {
    if isMapped {
      unsafe munmap(pages.baseAddress, pages.count)
    } else {
      unsafe pages.deallocate()
    }
  }

  /// The CRC-32 of all of it; several threads share much.
  package var sum: CRC32 { unsafe crc32(of: bytes) }
}

extension InputFile {
  /// Maps the bytes in `offset..<offset + count`, which must lie in the input.
  ///
  /// - Throws: `readFailed`.
  package func map(at offset: Int, count: Int) throws(FileError) -> MappedFile {
    precondition(offset >= 0 && count >= 0 && offset <= self.count && count <= self.count - offset)
    switch storage {
    case .file(let descriptor) where count > 0:
      return try MappedFile(descriptor, at: offset, count: count)
    case .file:
      return unsafe MappedFile(copying: UnsafeRawBufferPointer(start: nil, count: 0))
    case .memory(let bytes):
      return unsafe bytes.withUnsafeBytes {
        unsafe MappedFile(copying: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
    }
  }
}
