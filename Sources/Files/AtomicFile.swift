internal import CBytes

import Platform

/// A file that appears whole, or not at all.
///
/// The bytes go to a private file next to the output, which takes the output's name only when all of it
/// is on the disk. Whatever ends the work before that, even Ctrl-C, leaves the folder as it was.
///
/// A file that is replaced keeps its mode; a new one gets 0666 less the umask. A symbolic link stays,
/// and the file that it leads to is replaced. Other hard links keep the old content.
///
/// Use it on one thread only: SIGINT, SIGTERM and SIGHUP are held back from that thread until it ends.
@safe
public struct AtomicFile: ~Copyable, ReadableSink {
  private let target: String
  private let temporary: String
  private let folder: String
  private let replacing: Bool
  private var descriptor: Int32
  private var isCommitted = false
  private var failure: FileError?
  private var signals: BlockedSignals

  /// Begins a file that will be at `path`.
  ///
  /// - Parameters:
  ///   - path: The output.
  ///   - replacing: Whether the output may replace an existing file, now or when it is committed.
  /// - Throws: `cannotCreate`, `outputExists`, `outputNotAFile`, `danglingLink`.
  public init(path: String, replacing: Bool) throws(FileError) {
    let (target, mode) = try Self.resolve(path, replacing: replacing)
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(target[...$0]) } ?? "./"
    let name = slash.map { target[target.utf8.index(after: $0)...] } ?? target[...]
    guard !name.isEmpty else { throw .outputNotAFile(.folder) }

    let signals = BlockedSignals()
    // The name is cut, so that what is added cannot make it too long.
    let stem = "\(folder).\(String(decoding: name.utf8.prefix(100), as: UTF8.self)).\(getpid())-"
    var temporary: String
    var descriptor: Int32
    repeat {
      temporary = stem + String(UInt32.random(in: .min ... .max), radix: 16) + ".tmp"
      // Never open to more than the file that it replaces, not even before fchmod.
      descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode ?? 0o666)
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else { throw .cannotCreate(errno: errno) }
    if let mode, fchmod(descriptor, mode) != 0 {
      let error = errno
      close(descriptor)
      unsafe unlink(temporary)
      throw .cannotCreate(errno: error)
    }
    self.target = target
    self.folder = folder
    self.replacing = replacing
    self.temporary = temporary
    self.descriptor = descriptor
    self.signals = signals
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unsafe unlink(temporary) }
    // The signals are let through after this, when nothing is left behind.
  }

  /// Writes the next bytes.
  ///
  /// - Throws: `writeFailed`, or `interrupted` if a signal waits to end the process; either way the
  ///   output will not appear.
  public mutating func write(_ bytes: Span<UInt8>) throws(FileError) {
    // The larger, the quicker, up to here; and a signal need not wait long, some milliseconds.
    let block = 16 << 20
    var done = 0
    var sink = DescriptorSink(descriptor: descriptor)
    repeat {
      if let signal = signals.pending() { throw .interrupted(signal: signal) }
      let end = min(done + block, bytes.count)
      do throws(FileError) {
        try sink.write(bytes.extracting(done..<end))
      } catch {
        failure = error
        throw error
      }
      done = end
    } while done < bytes.count
  }

  /// Asks for room on the disk, all at once, which is quicker than block by block; where a file system
  /// cannot do that, nothing happens.
  ///
  /// - Throws: `writeFailed` if the disk has not enough room.
  public mutating func reserve(_ count: Int) throws(FileError) {
    // What is small comes in one block anyway.
    guard count >= 1 << 20, cbytes_will_write(descriptor, count) == ENOSPC else { return }
    failure = .writeFailed(errno: ENOSPC)
    throw .writeFailed(errno: ENOSPC)
  }

  /// Has the next bytes written by several threads, in any order.
  ///
  /// - Throws: `writeFailed`, or `interrupted` if a signal waits to end the process; either way the
  ///   output will not appear.
  package mutating func write(
    _ count: Int, by body: (SinkRoom) throws(FileError) -> Void
  ) throws(FileError) {
    let start = lseek(descriptor, 0, SEEK_CUR)
    do throws(FileError) {
      guard start >= 0 else { throw .writeFailed(errno: errno) }
      try body(room(at: Int(start)))
      guard lseek(descriptor, off_t(count), SEEK_CUR) >= 0 else {
        throw .writeFailed(errno: errno)
      }
    } catch {
      failure = error
      throw error
    }
  }

  /// Writes a head that contains the CRC-32 of the bytes after it, and these bytes; of many, one thread
  /// sums up some bytes while another writes others, and the head gets its number at the end.
  ///
  /// - Throws: `writeFailed`, or `interrupted` if a signal waits to end the process; either way the
  ///   output will not appear.
  public mutating func write(
    _ parts: [ContiguousArray<UInt8>], behind head: (UInt32) -> ContiguousArray<UInt8>
  ) throws(FileError) -> UInt32 {
    let count = parts.reduce(0) { $0 + $1.count }
    guard count > 4 << 20 else { return try writeInOrder(parts, behind: head) }
    let start = Int(lseek(descriptor, 0, SEEK_CUR))
    try write(head(0).span)
    var blocks: [(part: Int, range: Range<Int>, place: Int)] = []
    var place = 0
    for (index, part) in parts.enumerated() {
      for first in stride(from: 0, to: part.count, by: 2 << 20) {
        let range = first..<min(first + 2 << 20, part.count)
        blocks.append((index, range, place))
        place += range.count
      }
    }
    var crc = CRC32()
    try write(count) { room throws(FileError) in
      let shared = blocks
      let sums = concurrentMap(blocks.count) { index -> Result<CRC32, FileError> in
        let (part, range, place) = shared[index]
        return unsafe parts[part].withUnsafeBytes { bytes in
          let block = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
          let sum = unsafe CRC32(of: block)
          return Result { () throws(FileError) in
            try unsafe room.write(block, at: place)
            return sum
          }
        }
      }
      for (block, sum) in zip(blocks, sums) { crc.append(try sum.get(), of: block.range.count) }
    }
    try overwrite(at: start, head(crc.value).span)
    return crc.value
  }

  /// Puts other bytes in the place of some that were written.
  ///
  /// - Throws: `writeFailed` or `interrupted`; the output will not appear.
  package mutating func overwrite(at offset: Int, _ bytes: Span<UInt8>) throws(FileError) {
    do throws(FileError) {
      try unsafe bytes.withUnsafeBytes { bytes throws(FileError) in
        try unsafe room(at: offset).write(bytes, at: 0)
      }
    } catch {
      failure = error
      throw error
    }
  }

  private func room(at offset: Int) -> SinkRoom {
    unsafe SinkRoom(.file(descriptor: descriptor, offset: offset, held: signals.held))
  }

  /// What has been written so far, read from the file itself, so that it can be checked before it
  /// takes the place of another.
  ///
  /// - Throws: `readFailed`; `writeFailed` or `interrupted` if writing threw that before.
  package func readBack() throws(FileError) -> InputFile {
    if let failure { throw failure }
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { throw .readFailed(errno: errno) }
    return try InputFile(owning: duplicate, smallFile: 0)
  }

  /// Puts the file on the disk and gives it its name.
  ///
  /// - Parameter isFlushed: Whether to wait for the disk. Without that a power cut may leave an empty
  ///   file under the name; a process that ends never does.
  /// - Throws: `writeFailed`; `interrupted`; `outputExists` if a file is there by now that was not to
  ///   be replaced; `cannotCreate`. The output is as it was then.
  public consuming func commit(isFlushed: Bool = true) throws(FileError) {
    if let failure { throw failure }
    guard !isFlushed || fsync(descriptor) == 0 else { throw .writeFailed(errno: errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw .writeFailed(errno: errno) }
    if let signal = signals.pending() { throw .interrupted(signal: signal) }

    if replacing {
      guard unsafe rename(temporary, target) == 0 else { throw .cannotCreate(errno: errno) }
    } else {
      try Self.renameToNew(temporary, target)
    }
    isCommitted = true
    guard isFlushed else { return }
    // The file is whole and in place. That its name survives a power cut is as much as can be asked
    // of the folder; not every file system lets one ask.
    let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if opened >= 0 {
      fsync(opened)
      close(opened)
    }
  }

  /// The path without a symbolic link at its end, and the mode of the existing file.
  private static func resolve(
    _ path: String, replacing: Bool
  ) throws(FileError) -> (path: String, mode: mode_t?) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .cannotCreate(errno: errno) }
      return (path, nil)
    }
    var target = path
    if status.st_mode & S_IFMT == S_IFLNK {
      guard let resolved = unsafe realpath(path, nil) else {
        throw errno == ENOENT ? .danglingLink : .cannotCreate(errno: errno)
      }
      defer { unsafe free(resolved) }
      target = unsafe String(cString: resolved)
      guard unsafe lstat(target, &status) == 0 else { throw .cannotCreate(errno: errno) }
    }
    if let kind = FileError.Kind(mode: status.st_mode) { throw .outputNotAFile(kind) }
    guard replacing else { throw .outputExists }
    return (target, status.st_mode & 0o777)
  }

  /// Renames a file to a name that no file has; not even a race can make it replace one.
  private static func renameToNew(_ old: String, _ new: String) throws(FileError) {
    if unsafe link(old, new) == 0 {
      unsafe unlink(old)
      return
    }
    guard errno != EEXIST else { throw .outputExists }
    // A file system without hard links, such as FAT: an empty file claims the name first.
    let claim = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard claim >= 0 else { throw errno == EEXIST ? .outputExists : .cannotCreate(errno: errno) }
    close(claim)
    guard unsafe rename(old, new) == 0 else {
      let error = errno
      unsafe unlink(new)
      throw .cannotCreate(errno: error)
    }
  }
}
