#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Something that takes bytes in order: a file that appears whole, a pipe, memory.
public protocol ByteSink: ~Copyable {
  /// Takes the next bytes.
  mutating func write(_ bytes: Span<UInt8>) throws(ZipError)

  /// Hears that so many bytes will come, so that there can be room for them in one piece.
  mutating func reserve(_ count: Int) throws(ZipError)
}

extension ByteSink where Self: ~Copyable {
  /// Makes no preparations.
  public mutating func reserve(_ count: Int) throws(ZipError) {}
}

/// A sink that can be asked for what it has taken, and where that can be mended.
package protocol ReadableSink: ByteSink, ~Copyable {
  /// Puts other bytes in the place of some that were written.
  mutating func overwrite(at offset: Int, _ bytes: Span<UInt8>) throws(ZipError)

  /// What has been written so far, read from where it has gone.
  func readBack() throws(ZipError) -> FileBytes
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

  /// Puts other bytes in the place of some that were written.
  package mutating func overwrite(at offset: Int, _ bytes: Span<UInt8>) {
    for index in bytes.indices { self.bytes[offset + index] = bytes[index] }
  }

  /// All that was written.
  package func readBack() -> FileBytes { FileBytes(bytes) }
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
  public mutating func write(_ bytes: Span<UInt8>) throws(ZipError) {
    var done = 0
    while done < bytes.count {
      // A mebibyte at a time: a signal need not wait long, and macOS refuses more than 2 GiB.
      let block = bytes.extracting(done..<min(done + 1 << 20, bytes.count))
      let descriptor = descriptor
      let wrote = unsafe block.withUnsafeBufferPointer { buffer in
        #if canImport(Glibc)
          unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          unsafe Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if wrote >= 0 {
        done += wrote
      } else if errno != EINTR {
        throw .writeFailed(errno: errno)
      }
    }
  }
}
