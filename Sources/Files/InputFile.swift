internal import CBytes
import Platform

/// The bytes of an input, read by position: an open file, or memory.
///
/// `pread` moves no shared position, so that any number of members can be read from one archive, and by
/// any number of threads. A small file is taken in whole, because a call costs more than its bytes.
@safe
package final class InputFile: Sendable {
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
  package convenience init(path: String) throws(FileError) {
    // O_NONBLOCK: a pipe without a writer must be refused, not waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
    try self.init(owning: descriptor)
  }

  /// Opens a regular file that another file names: no symbolic link, and no second name of a file that may be
  /// anywhere.
  package convenience init(unlinkedPath path: String) throws(FileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw errno == ELOOP ? .notAFile(.symbolicLink) : .cannotOpen(errno: errno)
    }
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, FileError.Kind(mode: status.st_mode) == nil,
      status.st_nlink != 1
    {
      close(descriptor)
      throw .notAFile(.hardLink)
    }
    try self.init(owning: descriptor)
  }

  /// The regular file that is open at a descriptor, which is closed at the end, or at once if this
  /// throws.
  ///
  /// - Parameter smallFile: The largest file that is taken in whole.
  package init(owning descriptor: Int32, smallFile: Int = 1 << 20) throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = errno
      close(descriptor)
      throw .cannotOpen(errno: error)
    }
    if let kind = FileError.Kind(mode: status.st_mode) {
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
  package func read(at offset: Int, count: Int) throws(FileError) -> ContiguousArray<UInt8> {
    try unsafe ContiguousArray(filling: count) { buffer throws(FileError) in
      var nothing: CRC32?
      try unsafe read(at: offset, into: buffer, crc: &nothing)
    }
  }

  /// Fills `buffer` with the bytes at `offset`, which must all lie in the input; several threads
  /// share a large one.
  ///
  /// - Parameter crc: Takes in the bytes, if it is there.
  /// - Throws: `readFailed`; `changedWhileRead` if the file has become shorter since it was opened.
  package func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, crc: inout CRC32?
  ) throws(FileError) {
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
    let sums = concurrentMap(parts.count) { index -> Result<CRC32, FileError> in
      var sum = CRC32()
      do throws(FileError) {
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

  /// Fills `buffer` with the bytes at `offset`, which must all lie in the input.
  ///
  /// - Throws: `readFailed`; `changedWhileRead` if the file has become shorter since it was opened.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
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
  ) throws(FileError) -> ContiguousArray<UInt8> {
    try unsafe ContiguousArray(filling: count) { buffer throws(FileError) in
      try unsafe read(descriptor, at: 0, into: buffer)
    }
  }

  static func read(
    _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
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
  /// An array of so many bytes, which `fill` writes; where it throws, there is no array.
  ///
  /// A large one comes in large pages.
  package init<Failure: Error>(
    filling count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    // Making an array of no element as below writes to the storage that all empty arrays share.
    guard count > 0 else {
      self = []
      return
    }
    var failure: Failure?
    let bytes = unsafe ContiguousArray(unsafeUninitializedCapacity: count) { buffer, filled in
      unsafe cbytes_will_fill(buffer.baseAddress, count)
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
