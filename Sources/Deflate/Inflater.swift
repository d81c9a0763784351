internal import CZlib
internal import Files

/// The wrappings that deflated data has.
package enum DeflateWrapping: Sendable {
  /// RFC 1951: none, as in a ZIP archive.
  case raw
  /// RFC 1950: an Adler-32 at the end.
  case zlib
  /// RFC 1952: a CRC-32 and the length at the end.
  case gzip

  /// What zlib calls the window's size, 15 bits: negative for no wrapping, and 16 more for gzip.
  fileprivate var windowBits: Int32 {
    switch self {
    case .raw: -15
    case .zlib: 15
    case .gzip: 31
    }
  }
}

/// Decompresses one stream of deflated data, as its bytes come in.
@safe
package struct Inflater: ~Copyable {
  /// Whether the end of the stream has been read, and its checksum compared if it has one.
  package private(set) var isFinished = false
  /// The number of compressed bytes that were taken.
  package private(set) var taken = 0

  // zlib's state points back at the stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Begins a stream.
  ///
  /// - Throws: `outOfMemory`.
  package init(_ wrapping: DeflateWrapping) throws(DeflateError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_inflate_init(stream, wrapping.windowBits) == Z_OK else {
      unsafe stream.deallocate()
      throw .outOfMemory
    }
    unsafe self.stream = stream
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Decompresses the next bytes.
  ///
  /// - Parameters:
  ///   - input: The next compressed bytes; those that are not taken must come again.
  ///   - output: Where to put what they become.
  /// - Returns: How many bytes were taken, and how many were put. Both are 0 only where the input is empty and
  ///   more is needed, or at the end.
  /// - Throws: `badStream`, `outOfMemory`.
  package mutating func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(DeflateError) -> (taken: Int, put: Int) {
    guard !isFinished, output.count > 0 else { return (0, 0) }
    // zlib counts in 32 bits.
    let (given, room) = (min(input.count, 1 << 30), min(output.count, 1 << 30))
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    unsafe stream.pointee.avail_in = UInt32(given)
    unsafe stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_out = UInt32(room)
    let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    let took = given - Int(unsafe stream.pointee.avail_in)
    taken += took
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isFinished = true
    case Z_MEM_ERROR: throw .outOfMemory
    case Z_NEED_DICT:
      throw .badStream(offset: taken, problem: "it needs a dictionary that it does not hold")
    default:
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw .badStream(offset: taken, problem: reason ?? "zlib's error \(status)")
    }
    return (took, room - Int(unsafe stream.pointee.avail_out))
  }
}
