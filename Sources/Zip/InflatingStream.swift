internal import CZip

/// The wrappings of deflated data that are files of their own.
package enum DeflateWrapping: Sendable {
  /// RFC 1950: an Adler-32 at the end.
  case zlib
  /// RFC 1952: a CRC-32 and the length at the end.
  case gzip

  /// What zlib calls the window's size, 15 bits, and 16 more for gzip.
  fileprivate var windowBits: Int32 { self == .zlib ? 15 : 31 }
}

/// What a compressed file holds, handed out as it is unfolded, so that whoever reads it may stop before a
/// file of a megabyte has become one of a gigabyte.
///
/// No length that the file states is believed.
@safe
package final class InflatingStream {
  private let file: ContiguousArray<UInt8>
  private let maxBytes: Int
  /// zlib's state points back at the stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// The bytes of the file that were taken, and those that were given.
  private var position = 0
  private var produced = 0
  private var hasEnded = false

  /// The bytes that are handed out at a time, at the most.
  package static let blockSize = 1 << 18

  /// Begins a file of one stream.
  ///
  /// - Parameters:
  ///   - file: The whole file; what follows the stream is refused.
  ///   - wrapping: How it begins and ends.
  ///   - maxBytes: The most bytes that it may hold.
  /// - Throws: `outOfMemory`.
  package init(
    _ file: ContiguousArray<UInt8>, as wrapping: DeflateWrapping, maxBytes: Int
  ) throws(ZipError) {
    self.file = file
    self.maxBytes = maxBytes
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czip_inflate_init(stream, wrapping.windowBits) == Z_OK else {
      throw .outOfMemory
    }
  }

  deinit {
    // It takes a state that could not be made as well.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The next bytes.
  ///
  /// - Returns: One byte or more; `nil` behind the last, and then the checksum has been compared.
  /// - Throws: `badStream`, `limit`, `outOfMemory`.
  package func next() throws(ZipError) -> ContiguousArray<UInt8>? {
    while !hasEnded {
      var status = Z_OK
      let block = unsafe ContiguousArray<UInt8>(unsafeUninitializedCapacity: Self.blockSize) {
        unsafe (status, $1) = unfold(into: $0)
      }
      produced += block.count
      guard produced <= maxBytes else {
        throw .limit(.inflatedBytes, allowed: maxBytes, found: produced)
      }
      try check(status)
      if !block.isEmpty { return block }
    }
    return nil
  }

  /// Lets zlib work until the output is full or the input is at its end.
  private func unfold(
    into output: UnsafeMutableBufferPointer<UInt8>
  ) -> (status: Int32, filled: Int) {
    unsafe file.withUnsafeBufferPointer { input in
      // zlib counts in 32 bits.
      let length = min(input.count - position, 1 << 30)
      let rest = unsafe UnsafeBufferPointer(rebasing: input[position..<position + length])
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(length)
      unsafe stream.pointee.next_out = output.baseAddress
      unsafe stream.pointee.avail_out = UInt32(Self.blockSize)
      let status = unsafe inflate(stream, Z_NO_FLUSH)
      position += length - Int(unsafe stream.pointee.avail_in)
      return (status, Self.blockSize - Int(unsafe stream.pointee.avail_out))
    }
  }

  private func check(_ status: Int32) throws(ZipError) {
    switch status {
    case Z_STREAM_END:
      hasEnded = true
      guard position == file.count else {
        throw .badStream(
          offset: position,
          problem: "\(file.count - position) bytes follow the end of the data")
      }
    case Z_OK: break
    case Z_MEM_ERROR: throw .outOfMemory
    case Z_NEED_DICT:
      throw .badStream(
        offset: position, problem: "it needs a dictionary that it does not hold")
    // No progress: all is read, and the end has not come.
    case Z_BUF_ERROR: throw .badStream(offset: position, problem: "it is cut off")
    default:
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw .badStream(offset: position, problem: reason ?? "zlib's error \(status)")
    }
  }
}
