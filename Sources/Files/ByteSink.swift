import Platform

/// Something that takes bytes in order: a file that appears whole, a pipe, memory.
public protocol ByteSink: ~Copyable {
  /// Takes the next bytes.
  mutating func write(_ bytes: Span<UInt8>) throws(FileError)

  /// Hears that so many bytes will come, so that there can be room for them in one piece.
  mutating func reserve(_ count: Int) throws(FileError)

  /// Takes a head that contains the CRC-32 of the bytes after it, and these bytes.
  ///
  /// - Parameters:
  ///   - parts: The bytes after the head.
  ///   - head: Makes the head, always of the same length, of a CRC-32.
  /// - Returns: The CRC-32 of the parts.
  mutating func write(
    _ parts: [ContiguousArray<UInt8>], behind head: (UInt32) -> ContiguousArray<UInt8>
  ) throws(FileError) -> UInt32
}

extension ByteSink where Self: ~Copyable {
  /// Makes no preparations.
  public mutating func reserve(_ count: Int) throws(FileError) {}

  /// Sums up all the bytes, and then takes them in their order.
  public mutating func write(
    _ parts: [ContiguousArray<UInt8>], behind head: (UInt32) -> ContiguousArray<UInt8>
  ) throws(FileError) -> UInt32 {
    try writeInOrder(parts, behind: head)
  }

  /// Sums up all the bytes, and then takes them in their order.
  mutating func writeInOrder(
    _ parts: [ContiguousArray<UInt8>], behind head: (UInt32) -> ContiguousArray<UInt8>
  ) throws(FileError) -> UInt32 {
    var crc = CRC32()
    for part in parts { crc.append(crc32(of: part), of: part.count) }
    try write(head(crc.value).span)
    for part in parts { try write(part.span) }
    return crc.value
  }
}

/// A sink that can be asked for what it has taken, and where that can be mended.
package protocol ReadableSink: ByteSink, ~Copyable {
  /// Has the next `count` bytes written by `body`, all of them, by several threads and in any order.
  mutating func write(
    _ count: Int, by body: (SinkRoom) throws(FileError) -> Void
  ) throws(FileError)

  /// Puts other bytes in the place of some that were written.
  mutating func overwrite(at offset: Int, _ bytes: Span<UInt8>) throws(FileError)

  /// What has been written so far, read from where it has gone.
  func readBack() throws(FileError) -> InputFile
}

/// Where some bytes go that several threads write.
@safe
package struct SinkRoom: @unchecked Sendable {
  @unsafe enum Place {
    /// In a file from an offset on, unless one of the signals waits.
    case file(descriptor: Int32, offset: Int, held: sigset_t)
    /// In memory, which nobody else uses meanwhile.
    case memory(UnsafeMutableRawBufferPointer)
  }
  private let place: Place

  init(_ place: Place) { unsafe self.place = place }

  /// Writes bytes, where nobody else writes.
  ///
  /// - Throws: `writeFailed` or `interrupted`.
  package func write(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(FileError) {
    switch unsafe place {
    case .memory(let memory):
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyMemory(from: bytes)
    case .file(let descriptor, let offset, let held):
      if let signal = BlockedSignals.pending(of: held) { throw .interrupted(signal: signal) }
      var done = 0
      while done < bytes.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
        let wrote = unsafe pwrite(
          descriptor, rest.baseAddress, rest.count, off_t(offset + start + done))
        if wrote >= 0 {
          done += wrote
        } else if errno != EINTR {
          throw .writeFailed(errno: errno)
        }
      }
    }
  }

  /// Reads what was written.
  ///
  /// - Throws: `readFailed`.
  package func read(at start: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    switch unsafe place {
    case .memory(let memory):
      unsafe buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: memory[start..<start + buffer.count]))
    case .file(let descriptor, let offset, _):
      try unsafe InputFile.read(descriptor, at: offset + start, into: buffer)
    }
  }
}

/// A sink that keeps everything in memory.
public struct MemorySink: ReadableSink, Sendable {
  /// All that was written.
  public private(set) var bytes: ContiguousArray<UInt8> = []

  /// Makes an empty sink.
  public init() {}

  /// Appends the bytes.
  public mutating func write(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
  }

  /// Has the next bytes written in any order.
  package mutating func write(
    _ count: Int, by body: (SinkRoom) throws(FileError) -> Void
  ) throws(FileError) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var failure: FileError?
    unsafe bytes.withUnsafeMutableBytes {
      let memory = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[start...])
      do throws(FileError) { try unsafe body(SinkRoom(.memory(memory))) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Puts other bytes in the place of some that were written.
  package mutating func overwrite(at offset: Int, _ bytes: Span<UInt8>) {
    for index in bytes.indices { self.bytes[offset + index] = bytes[index] }
  }

  /// All that was written.
  package func readBack() -> InputFile { InputFile(bytes) }
}

/// A sink for a descriptor that is open for writing, such as standard output; it does not close it.
public struct DescriptorSink: ByteSink, Sendable {
  /// The descriptor.
  public let descriptor: Int32

  /// The sink that is standard output.
  public static let standardOutput = DescriptorSink(descriptor: STDOUT_FILENO)

  /// Makes a sink for an open descriptor.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes all of the bytes; a signal that is handled meanwhile does no harm.
  ///
  /// - Throws: `writeFailed`.
  public mutating func write(_ bytes: Span<UInt8>) throws(FileError) {
    var done = 0
    while done < bytes.count {
      // macOS refuses more than 2 GiB at a time.
      let block = bytes.extracting(done..<min(done + 1 << 30, bytes.count))
      let descriptor = descriptor
      let wrote = unsafe block.withUnsafeBufferPointer { buffer in
        unsafe writeSome(descriptor, buffer.baseAddress, buffer.count)
      }
      if wrote >= 0 {
        done += wrote
      } else if errno != EINTR {
        throw .writeFailed(errno: errno)
      }
    }
  }
}

/// The system's `write(2)`, which the method of that name would hide.
private func writeSome(
  _ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int
) -> Int {
  unsafe write(descriptor, start, count)
}
