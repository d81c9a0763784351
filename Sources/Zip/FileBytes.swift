internal import CKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of an input, read by position: an open file, or memory.
///
/// `pread` moves no shared position, so that any number of members can be read from one archive, and by
/// any number of threads. A small file is taken in whole, because a call costs more than its bytes.
@safe
package final class FileBytes: Sendable {
  /// The number of bytes when the input was opened.
  package let count: Int

  enum Storage {
    case file(descriptor: Int32)
    case memory(ContiguousArray<UInt8>)
  }
  let storage: Storage

  /// What a thread takes at a time of a large input: the waking of one takes the time of some 0.5 MiB.
  private static let part = 8 << 20
  /// What is read and summed up at a time, which the cache still has when it is summed up.
  private static let block = 1 << 18

  /// Opens a regular file.
  package convenience init(path: String) throws(ZipError) {
    // O_NONBLOCK: a pipe without a writer must be refused, not waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
    try self.init(owning: descriptor)
  }

  /// The regular file that is open at a descriptor, which is closed at the end, or at once if this
  /// throws.
  ///
  /// - Parameter smallFile: The largest file that is taken in whole.
  init(owning descriptor: Int32, smallFile: Int = 1 << 20) throws(ZipError) {
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
    let count = Int(status.st_size)
    if count <= smallFile {
      defer { close(descriptor) }
      storage = .memory(try Self.read(descriptor, count: count))
    } else {
      storage = .file(descriptor: descriptor)
    }
    self.count = count
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
    try unsafe ContiguousArray(filling: count) { buffer throws(ZipError) in
      var nothing: CRC32?
      try unsafe read(at: offset, into: buffer, crc: &nothing)
    }
  }

  /// Fills `buffer` with the bytes at `offset`, all of which must lie in the input; several threads
  /// share a large one.
  ///
  /// - Parameter crc: Takes in the bytes, if it is there.
  /// - Throws: `readFailed`; `changedWhileRead` if the file has become shorter since it was opened.
  func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, crc: inout CRC32?
  ) throws(ZipError) {
    guard buffer.count > Self.block else {
      try unsafe read(at: offset, into: buffer)
      unsafe crc?.append(UnsafeRawBufferPointer(buffer))
      return
    }
    // Each part is filled by one thread.
    nonisolated(unsafe) let whole = unsafe buffer
    let isSummed = crc != nil
    let parts = stride(from: 0, to: buffer.count, by: Self.part).map {
      $0..<min($0 + Self.part, buffer.count)
    }
    let sums = concurrentMap(parts.count) { index -> Result<CRC32, ZipError> in
      var sum = CRC32()
      do throws(ZipError) {
        for start in stride(
          from: parts[index].lowerBound, to: parts[index].upperBound, by: Self.block)
        {
          let end = min(start + Self.block, parts[index].upperBound)
          let block = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[start..<end])
          try unsafe read(at: offset + start, into: block)
          if isSummed { unsafe sum.append(UnsafeRawBufferPointer(block)) }
        }
      } catch {
        return .failure(error)
      }
      return .success(sum)
    }
    for (part, sum) in zip(parts, sums) { crc?.append(try sum.get(), of: part.count) }
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
      try unsafe Self.read(descriptor, at: offset, into: buffer)
    }
  }

  /// The first bytes of a file.
  private static func read(
    _ descriptor: Int32, count: Int
  ) throws(ZipError) -> ContiguousArray<UInt8> {
    try unsafe ContiguousArray(filling: count) { buffer throws(ZipError) in
      try unsafe read(descriptor, at: 0, into: buffer)
    }
  }

  static func read(
    _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ZipError) {
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

extension ContiguousArray<UInt8> {
  /// An array of so many bytes, all of which `fill` writes; where it throws, there is no array.
  ///
  /// A large one comes in large pages.
  init<Failure: Error>(
    filling count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    // Making an array of no element as below writes to the storage that all empty arrays share.
    guard count > 0 else {
      self = []
      return
    }
    var failure: Failure?
    let bytes = unsafe ContiguousArray(unsafeUninitializedCapacity: count) { buffer, filled in
      unsafe ckernels_will_fill(buffer.baseAddress, count)
      do throws(Failure) {
        try unsafe fill(UnsafeMutableRawBufferPointer(buffer))
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self = bytes
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
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
}

extension ContiguousArray<UInt8> {
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
