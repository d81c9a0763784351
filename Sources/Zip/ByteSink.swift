#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Something that takes bytes in order: a file that appears whole, a pipe, memory.
public protocol ByteSink: ~Copyable {
  /// Takes the next bytes.
  mutating func write(_ bytes: Span<UInt8>) throws(ZipError)
}

/// A sink that keeps everything in memory.
public struct MemorySink: ByteSink, Sendable {
  /// All that was written.
  public private(set) var bytes: ContiguousArray<UInt8> = []

  /// Makes an empty sink.
  public init() {}

  /// Appends the bytes.
  public mutating func write(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
  }
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
