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

/// What a compressed file holds, read to its end, its checksum compared.
///
/// No length that the file states is believed: the output grows as it comes.
///
/// - Parameters:
///   - file: The whole file, of one stream; what follows it is refused.
///   - wrapping: How it begins and ends.
///   - maxBytes: The most bytes that it may hold.
/// - Returns: The bytes.
/// - Throws: `badStream`, `limit`, `outOfMemory`.
package func inflated(
  _ file: ContiguousArray<UInt8>, as wrapping: DeflateWrapping, maxBytes: Int
) throws(ZipError) -> ContiguousArray<UInt8> {
  let block = 1 << 18
  // zlib's state points back at the stream, which therefore must not move.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  unsafe stream.initialize(to: z_stream())
  defer { unsafe stream.deallocate() }
  guard unsafe czip_inflate_init(stream, wrapping.windowBits) == Z_OK else { throw .outOfMemory }
  defer { unsafe inflateEnd(stream) }

  let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: block)
  defer { unsafe scratch.deallocate() }

  var output: ContiguousArray<UInt8> = []
  return try unsafe file.withUnsafeBufferPointer { input throws(ZipError) in
    var start = 0
    while true {
      // zlib counts in 32 bits.
      let length = min(input.count - start, 1 << 30)
      let rest = unsafe UnsafeBufferPointer(rebasing: input[start..<start + length])
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(length)
      unsafe stream.pointee.next_out = scratch.baseAddress
      unsafe stream.pointee.avail_out = UInt32(block)
      let status = unsafe inflate(stream, Z_NO_FLUSH)
      start += length - Int(unsafe stream.pointee.avail_in)
      let filled = block - Int(unsafe stream.pointee.avail_out)
      guard filled <= maxBytes - output.count else {
        throw .limit(.inflatedBytes, allowed: maxBytes, found: output.count + filled)
      }
      unsafe output.append(contentsOf: scratch[..<filled])
      switch status {
      case Z_STREAM_END:
        guard start == input.count else {
          throw .badStream(
            offset: start, problem: "\(input.count - start) bytes follow the end of the data")
        }
        return output
      case Z_OK: continue
      case Z_MEM_ERROR: throw .outOfMemory
      case Z_NEED_DICT:
        throw .badStream(offset: start, problem: "it needs a dictionary that it does not hold")
      // No progress: all is read, and the end has not come.
      case Z_BUF_ERROR: throw .badStream(offset: start, problem: "it is cut off")
      default:
        let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
        throw .badStream(offset: start, problem: reason ?? "zlib's error \(status)")
      }
    }
  }
}
