internal import CZlib

/// Makes the raw deflate stream of a member, in blocks of a mebibyte.
@safe
package struct Deflater: ~Copyable {
  /// What has come out so far, except for what zlib holds back.
  private var output: [ContiguousArray<UInt8>] = []

  // zlib's state points back at the stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let scratch: UnsafeMutableBufferPointer<UInt8>

  private static let block = 1 << 20

  /// - Throws: `outOfMemory`.
  package init() throws(DeflateError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_deflate_init(stream) == Z_OK else {
      unsafe stream.deallocate()
      throw .outOfMemory
    }
    unsafe self.stream = stream
    unsafe scratch = UnsafeMutableBufferPointer.allocate(capacity: Self.block)
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
    unsafe scratch.deallocate()
  }

  /// Deflates the next bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var start = 0
    while start < bytes.count {
      let length = min(bytes.count - start, Self.block)
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: rest.bindMemory(to: UInt8.self).baseAddress)
      unsafe stream.pointee.avail_in = UInt32(length)
      run(Z_NO_FLUSH)
      start += length
    }
  }

  /// Ends the stream; returns all of it.
  package consuming func finish() -> [ContiguousArray<UInt8>] {
    run(Z_FINISH)
    return output
  }

  /// Runs zlib until it has taken all its input, or given all its output.
  private mutating func run(_ flush: Int32) {
    repeat {
      unsafe stream.pointee.next_out = scratch.baseAddress
      unsafe stream.pointee.avail_out = UInt32(Self.block)
      unsafe deflate(stream, flush)
      let filled = Self.block - Int(unsafe stream.pointee.avail_out)
      if filled > 0 { unsafe output.append(ContiguousArray(scratch[..<filled])) }
    } while unsafe stream.pointee.avail_out == 0
  }
}

/// The version of the zlib that deflates; another one may deflate to other bytes.
package var zlibVersionInUse: String {
  // A constant string that zlib holds.
  unsafe String(cString: zlibVersion())
}
