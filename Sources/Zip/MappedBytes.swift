#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A part of a file that is mapped into memory as long as this lives; or a copy, of what is in memory
/// already.
///
/// A file that is cut short meanwhile kills the process that looks at what is gone.
@safe
package final class MappedBytes: Sendable {
  /// The bytes; not to be used when this is gone.
  @unsafe package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// What was mapped: whole pages.
  private nonisolated(unsafe) let pages: UnsafeMutableRawBufferPointer
  private let isMapped: Bool

  /// Maps a part of an open file.
  fileprivate init(
    _ descriptor: Int32, at offset: Int, count: Int
  ) throws(ZipError) {
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
  fileprivate var sum: CRC32 { unsafe crc32(of: bytes) }
}

extension ZipReader {
  /// Maps a stored member where it lies.
  ///
  /// - Parameters:
  ///   - member: One of this archive's `members`.
  ///   - isChecked: Whether to compare the CRC-32, for which all of it is read.
  /// - Throws: `notStored`; `encrypted`; `crcMismatch`; `readFailed`.
  package func map(_ member: ZipMember, isChecked: Bool) throws(ZipError) -> MappedBytes {
    // Opening makes all the checks that reading makes.
    _ = try open(member)
    guard member.method == ZipFlags.stored else { throw .notStored(member) }
    let mapped = try archive.map(at: member.dataOffset, count: member.size)
    guard !isChecked || mapped.sum.value == member.crc32 else { throw .crcMismatch(member) }
    return mapped
  }
}

extension FileBytes {
  /// Maps the bytes in `offset..<offset + count`, which must lie in the input.
  ///
  /// - Throws: `readFailed`.
  package func map(at offset: Int, count: Int) throws(ZipError) -> MappedBytes {
    precondition(offset >= 0 && count >= 0 && offset <= self.count && count <= self.count - offset)
    switch storage {
    case .file(let descriptor) where count > 0:
      return try MappedBytes(descriptor, at: offset, count: count)
    case .file:
      return unsafe MappedBytes(copying: UnsafeRawBufferPointer(start: nil, count: 0))
    case .memory(let bytes):
      return unsafe bytes.withUnsafeBytes {
        unsafe MappedBytes(copying: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
    }
  }
}
