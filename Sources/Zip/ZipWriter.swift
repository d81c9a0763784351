internal import CZip

/// Writes a zip archive with the very bytes that numpy's `savez` and `savez_compressed` write.
///
/// Those are the bytes of Python's zipfile for a seekable file: version 4.5 everywhere, a zip64 field
/// in every local header, 1 January 1980 as the time, and mode 0600. So the same members give the same
/// archive, on every machine and at any time; where members are deflated, zlib decides.
public struct ZipWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
  private var sink: Sink
  private var directory: ContiguousArray<UInt8> = []
  private var names: Set<ContiguousArray<UInt8>> = []
  private var offset: UInt64 = 0

  /// Begins an archive.
  ///
  /// - Parameter sink: Where its bytes go.
  public init(to sink: consuming Sink) {
    self.sink = sink
  }

  /// Writes a member.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other member may have.
  ///   - parts: Its bytes, one part after another.
  ///   - compressed: Whether to deflate it; the result is kept in memory until it is whole.
  /// - Throws: `duplicateMember`, `invalidName`, `outOfMemory`, and what the sink throws.
  public mutating func add(
    _ name: String, parts: [ContiguousArray<UInt8>], compressed: Bool
  ) throws(ZipError) {
    let bytes = ContiguousArray(name.utf8)
    guard !bytes.isEmpty else { throw .invalidName(name, reason: "it is empty") }
    guard !bytes.contains(0) else { throw .invalidName(name, reason: "it has a NUL in it") }
    guard bytes.count <= MemberName.maxBytes else {
      throw .invalidName(name, reason: "it has more than \(MemberName.maxBytes) bytes")
    }
    guard names.insert(bytes).inserted else { throw .duplicateMember(name: name) }

    let data = compressed ? try deflated(parts) : parts
    let member = MemberRecord(
      name: bytes, isCompressed: compressed, crc32: crc32(of: parts),
      size: parts.reduce(0) { $0 + UInt64($1.count) },
      compressedSize: data.reduce(0) { $0 + UInt64($1.count) }, offset: offset)
    try write(member.localHeader)
    for part in data { try write(part) }
    directory.append(contentsOf: member.centralRecord)
  }

  /// Ends the archive.
  ///
  /// - Returns: The sink, which has taken every byte, and which is not closed or committed.
  /// - Throws: what the sink throws.
  public consuming func finish() throws(ZipError) -> Sink {
    let directoryOffset = offset
    try write(directory)
    try write(
      Self.endRecords(
        members: UInt64(names.count), offset: directoryOffset, size: UInt64(directory.count)))
    return sink
  }

  private mutating func write(_ bytes: ContiguousArray<UInt8>) throws(ZipError) {
    try sink.write(bytes.span)
    offset += UInt64(bytes.count)
  }

  private static func endRecords(
    members: UInt64, offset: UInt64, size: UInt64
  ) -> ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    if members > UInt16.max || offset > zip64Limit || size > zip64Limit {
      bytes.append(zip64EndOf: members, directorySize: size, offset: offset)
    }
    bytes.append(littleEndian: ZipRecord.end)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: UInt16(clamping: members))
    bytes.append(littleEndian: UInt16(clamping: members))
    bytes.append(littleEndian: UInt32(clamping: size))
    bytes.append(littleEndian: UInt32(clamping: offset))
    bytes.append(littleEndian: UInt16(0))
    return bytes
  }
}

/// Above this, zipfile writes a size or an offset as zip64 (`ZIP64_LIMIT`, not 4 GiB).
private let zip64Limit: UInt64 = (1 << 31) - 1

/// What the two headers of a member to be written say.
private struct MemberRecord {
  let name: ContiguousArray<UInt8>
  let isCompressed: Bool
  let crc32: UInt32
  let size: UInt64
  let compressedSize: UInt64
  let offset: UInt64

  /// The local header: zipfile marks both sizes as zip64, whatever they are.
  var localHeader: ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    bytes.append(littleEndian: ZipRecord.local)
    appendCommonFields(size: .max, compressedSize: .max, extraLength: 20, to: &bytes)
    bytes.append(contentsOf: name)
    bytes.append(littleEndian: UInt16(1))
    bytes.append(littleEndian: UInt16(16))
    bytes.append(littleEndian: size)
    bytes.append(littleEndian: compressedSize)
    return bytes
  }

  /// The record in the central directory: zip64 holds only what must be there.
  var centralRecord: ContiguousArray<UInt8> {
    let isWide = size > zip64Limit || compressedSize > zip64Limit
    let isFar = offset > zip64Limit
    let wide = (isWide ? [size, compressedSize] : []) + (isFar ? [offset] : [])
    let extraLength = wide.isEmpty ? 0 : 4 + 8 * wide.count

    var bytes: ContiguousArray<UInt8> = []
    bytes.append(littleEndian: ZipRecord.central)
    // Made by version 4.5 on Unix.
    bytes.append(littleEndian: UInt16(0x032d))
    appendCommonFields(
      size: isWide ? .max : UInt32(size), compressedSize: isWide ? .max : UInt32(compressedSize),
      extraLength: UInt16(extraLength), to: &bytes)
    // No comment, disk 0, no internal attributes.
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0))
    // The mode 0600, where Unix has it.
    bytes.append(littleEndian: UInt32(0o600 << 16))
    bytes.append(littleEndian: isFar ? .max : UInt32(offset))
    bytes.append(contentsOf: name)
    if !wide.isEmpty {
      bytes.append(littleEndian: UInt16(1))
      bytes.append(littleEndian: UInt16(8 * wide.count))
      for value in wide { bytes.append(littleEndian: value) }
    }
    return bytes
  }

  /// The fields from "version needed" to "extra field length", which both headers have.
  private func appendCommonFields(
    size: UInt32, compressedSize: UInt32, extraLength: UInt16,
    to bytes: inout ContiguousArray<UInt8>
  ) {
    bytes.append(littleEndian: UInt16(45))
    bytes.append(littleEndian: name.allSatisfy { $0 < 0x80 } ? 0 : ZipFlags.utf8)
    bytes.append(littleEndian: isCompressed ? ZipFlags.deflated : ZipFlags.stored)
    // 1980-01-01, 00:00, the earliest that the format knows.
    bytes.append(littleEndian: UInt32(0x0021_0000))
    bytes.append(littleEndian: crc32)
    bytes.append(littleEndian: compressedSize)
    bytes.append(littleEndian: size)
    bytes.append(littleEndian: UInt16(name.count))
    bytes.append(littleEndian: extraLength)
  }
}

/// The CRC-32 of all the parts together.
private func crc32(of parts: [ContiguousArray<UInt8>]) -> UInt32 {
  var crc: UInt = 0
  for part in parts {
    unsafe part.withUnsafeBufferPointer { buffer in
      // With no address crc32_z starts again, so an empty part is left out.
      if let base = buffer.baseAddress, !buffer.isEmpty {
        crc = unsafe crc32_z(crc, base, buffer.count)
      }
    }
  }
  return UInt32(truncatingIfNeeded: crc)
}

/// The raw deflate stream of all the parts together, in blocks of a mebibyte.
private func deflated(
  _ parts: [ContiguousArray<UInt8>]
) throws(ZipError) -> [ContiguousArray<UInt8>] {
  let block = 1 << 20
  // zlib's state points back at the stream, which therefore must not move.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  unsafe stream.initialize(to: z_stream())
  defer { unsafe stream.deallocate() }
  guard unsafe czip_deflate_init(stream) == Z_OK else { throw .outOfMemory }
  defer { unsafe deflateEnd(stream) }

  let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: block)
  defer { unsafe scratch.deallocate() }

  var output: [ContiguousArray<UInt8>] = []
  /// Runs zlib until it has taken all its input, or given all its output.
  func run(_ flush: Int32) {
    repeat {
      unsafe stream.pointee.next_out = scratch.baseAddress
      unsafe stream.pointee.avail_out = UInt32(block)
      unsafe deflate(stream, flush)
      let filled = block - Int(unsafe stream.pointee.avail_out)
      if filled > 0 { unsafe output.append(ContiguousArray(scratch[..<filled])) }
    } while unsafe stream.pointee.avail_out == 0
  }
  for part in parts {
    unsafe part.withUnsafeBufferPointer { buffer in
      var start = 0
      while start < buffer.count {
        let length = min(buffer.count - start, block)
        let rest = unsafe UnsafeBufferPointer(rebasing: buffer[start..<start + length])
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(length)
        run(Z_NO_FLUSH)
        start += length
      }
    }
  }
  run(Z_FINISH)
  return output
}

/// The version of the zlib that deflates; another one may deflate to other bytes.
package var zlibVersionInUse: String {
  // A constant string that zlib holds.
  unsafe String(cString: zlibVersion())
}
