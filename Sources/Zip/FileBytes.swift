#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of an input, read by position: an open file, or memory.
///
/// `pread` moves no shared position, so that any number of members can be read from one archive.
@safe
package final class FileBytes: Sendable {
  /// The number of bytes when the input was opened.
  package let count: Int

  private enum Storage {
    case file(descriptor: Int32)
    case memory(ContiguousArray<UInt8>)
  }
  private let storage: Storage

  /// Opens a regular file.
  package convenience init(path: String) throws(ZipError) {
    // O_NONBLOCK: a pipe without a writer must be refused, not waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
    try self.init(owning: descriptor)
  }

  /// The regular file that is open at a descriptor, which is closed at the end, or at once if this
  /// throws.
  init(owning descriptor: Int32) throws(ZipError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = errno
      close(descriptor)
      throw .cannotOpen(errno: error)
    }
    if let kind = ZipError.FileKind(mode: status.st_mode) {
      close(descriptor)
      throw .notAFile(kind)
    }
    count = Int(status.st_size)
    storage = .file(descriptor: descriptor)
  }

  /// Bytes that are in memory.
  package init(_ bytes: ContiguousArray<UInt8>) {
    count = bytes.count
    storage = .memory(bytes)
  }

  deinit {
    if case .file(let descriptor) = storage { close(descriptor) }
  }

  /// The bytes in `offset..<offset + count`, which must lie in the input.
  package func read(at offset: Int, count: Int) throws(ZipError) -> ContiguousArray<UInt8> {
    // Making an array of no element this way writes to the storage that all empty arrays share.
    guard count > 0 else { return [] }
    var failure: ZipError?
    let bytes = unsafe ContiguousArray<UInt8>(unsafeUninitializedCapacity: count) {
      buffer, filled in
      do throws(ZipError) {
        try unsafe read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills `buffer` with the bytes at `offset`, all of which must lie in the input.
  ///
  /// - Throws: `readFailed`; `changedWhileRead` if the file has become shorter since it was opened.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) {
    precondition(offset >= 0 && offset <= count && buffer.count <= count - offset)
    switch storage {
    case .memory(let bytes):
      unsafe bytes.withUnsafeBytes { all in
        unsafe buffer.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: all[offset..<offset + buffer.count]))
      }
    case .file(let descriptor):
      var done = 0
      while done < buffer.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let got = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if got < 0 {
          if errno == EINTR { continue }
          throw .readFailed(errno: errno)
        }
        if got == 0 { throw .changedWhileRead }
        done += got
      }
    }
  }
}

extension ContiguousArray<UInt8> {
  /// The little-endian 16-bit number at `offset`.
  func u16(_ offset: Int) -> UInt16 {
    UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
  }

  /// The little-endian 32-bit number at `offset`.
  func u32(_ offset: Int) -> UInt32 {
    UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16
  }

  /// The little-endian 64-bit number at `offset`.
  func u64(_ offset: Int) -> UInt64 {
    UInt64(u32(offset)) | UInt64(u32(offset + 4)) << 32
  }

  /// Appends the bytes of a number, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

/// The signatures that begin the records of a zip archive (APPNOTE.TXT 4.3), and their fixed lengths.
enum ZipRecord {
  static let local: UInt32 = 0x0403_4b50
  static let central: UInt32 = 0x0201_4b50
  static let end: UInt32 = 0x0605_4b50
  static let zip64End: UInt32 = 0x0606_4b50
  static let zip64Locator: UInt32 = 0x0706_4b50

  static let localLength = 30
  static let centralLength = 46
  static let endLength = 22
  static let zip64EndLength = 56
  static let zip64LocatorLength = 20
}
