import Zip

/// Builds zip archives byte by byte, honest ones unless a field is changed.
struct ArchiveBuilder {
  typealias Bytes = ContiguousArray<UInt8>

  /// The fields that a local header and a central record have in common.
  struct Header {
    var name: Bytes
    var flags: UInt16 = 0
    var method: UInt16 = 0
    var crc: UInt32 = 0
    var compressedSize: UInt32
    var size: UInt32
    var extra: Bytes = []
  }

  struct Member {
    var local: Header
    var central: Header
    var payload: Bytes
    var descriptor: Bytes = []
    var disk: UInt16 = 0
    /// Where the central record says that the local header is, if not where it is.
    var headerOffset: UInt32?

    /// A stored member.
    init(_ name: String, _ data: Bytes) {
      self.init(name: Bytes(name.utf8), data)
    }

    /// A stored member with any bytes for its name.
    init(name: Bytes, _ data: Bytes) {
      local = Header(
        name: name, crc: crc32(data), compressedSize: UInt32(data.count), size: UInt32(data.count))
      central = local
      payload = data
    }

    /// A member whose payload stands for `data`, compressed by a method.
    init(_ name: String, _ data: Bytes, payload: Bytes, method: UInt16) {
      self.init(name, data)
      self.payload = payload
      both { header in
        header.method = method
        header.compressedSize = UInt32(payload.count)
      }
    }

    /// Changes both headers in the same way.
    mutating func both(_ change: (inout Header) -> Void) {
      change(&local)
      change(&central)
    }

    func with(_ change: (inout Member) -> Void) -> Member {
      var member = self
      change(&member)
      return member
    }
  }

  var members: [Member]
  var comment: Bytes = []
  /// Added to what the end record should say.
  var endMembers = 0
  var endSize = 0
  var endOffset = 0
  var disk: UInt16 = 0
  /// Given the directory's offset, size and member count: the zip64 end record and its locator.
  var zip64: ((UInt64, UInt64, UInt64) -> Bytes)?

  init(_ members: [Member]) {
    self.members = members
  }

  func build() -> Bytes {
    var out: Bytes = []
    var directory: Bytes = []
    for member in members {
      let offset = member.headerOffset ?? UInt32(out.count)
      append(0x0403_4b50 as UInt32, to: &out)
      append(20 as UInt16, to: &out)
      appendFields(of: member.local, to: &out)
      out += member.local.name + member.local.extra + member.payload + member.descriptor

      append(0x0201_4b50 as UInt32, to: &directory)
      append(0x0314 as UInt16, to: &directory)
      append(20 as UInt16, to: &directory)
      appendFields(of: member.central, to: &directory)
      append(0 as UInt16, to: &directory)
      append(member.disk, to: &directory)
      append(0 as UInt16, to: &directory)
      append(0 as UInt32, to: &directory)
      append(offset, to: &directory)
      directory += member.central.name + member.central.extra
    }
    let offset = out.count
    out += directory
    if let zip64 {
      out += zip64(UInt64(offset), UInt64(directory.count), UInt64(members.count))
    }
    out += Self.end(
      members: members.count + endMembers, size: directory.count + endSize,
      offset: offset + endOffset, disk: disk, comment: comment)
    return out
  }

  /// An end record.
  static func end(
    members: Int, size: Int, offset: Int, disk: UInt16 = 0, comment: Bytes = [],
    commentLength: Int? = nil
  ) -> Bytes {
    var out: Bytes = []
    append(0x0605_4b50 as UInt32, to: &out)
    append(disk, to: &out)
    append(0 as UInt16, to: &out)
    append(UInt16(clamping: members), to: &out)
    append(UInt16(clamping: members), to: &out)
    append(UInt32(clamping: size), to: &out)
    append(UInt32(clamping: offset), to: &out)
    append(UInt16(commentLength ?? comment.count), to: &out)
    return out + comment
  }

  /// A zip64 end record, and its locator.
  static func zip64End(
    members: UInt64, size: UInt64, offset: UInt64, at position: UInt64, disks: UInt32 = 1
  ) -> Bytes {
    var out: Bytes = []
    append(0x0606_4b50 as UInt32, to: &out)
    append(44 as UInt64, to: &out)
    append(0x002d_002d as UInt32, to: &out)
    append(0 as UInt64, to: &out)
    append(members, to: &out)
    append(members, to: &out)
    append(size, to: &out)
    append(offset, to: &out)
    append(0x0706_4b50 as UInt32, to: &out)
    append(0 as UInt32, to: &out)
    append(position, to: &out)
    append(disks, to: &out)
    return out
  }

  /// An extra field of 64-bit values.
  static func zip64Field(_ values: [UInt64]) -> Bytes {
    var out: Bytes = []
    append(1 as UInt16, to: &out)
    append(UInt16(8 * values.count), to: &out)
    for value in values { append(value, to: &out) }
    return out
  }

  /// The data descriptor of a streamed member.
  static func descriptor(of data: Bytes, signed: Bool, wide: Bool = false) -> Bytes {
    var out: Bytes = []
    if signed { append(0x0807_4b50 as UInt32, to: &out) }
    append(crc32(data), to: &out)
    for _ in 0..<2 {
      if wide { append(UInt64(data.count), to: &out) } else { append(UInt32(data.count), to: &out) }
    }
    return out
  }

  /// A deflate stream that only stores (RFC 1951 3.2.4), so that no zlib is needed to make it.
  static func deflateStored(_ data: Bytes) -> Bytes {
    var out: Bytes = [1]
    append(UInt16(data.count), to: &out)
    append(~UInt16(data.count), to: &out)
    return out + data
  }
}

private func appendFields(of header: ArchiveBuilder.Header, to out: inout ContiguousArray<UInt8>) {
  append(header.flags, to: &out)
  append(header.method, to: &out)
  append(0x0021_0000 as UInt32, to: &out)
  append(header.crc, to: &out)
  append(header.compressedSize, to: &out)
  append(header.size, to: &out)
  append(UInt16(header.name.count), to: &out)
  append(UInt16(header.extra.count), to: &out)
}

/// Appends a number, the lowest byte first.
func append<Number: FixedWidthInteger>(_ value: Number, to out: inout ContiguousArray<UInt8>) {
  for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
    out.append(UInt8(truncatingIfNeeded: value >> shift))
  }
}

/// The CRC-32 of ISO 3309, bit by bit: not the implementation that is tested.
func crc32(_ bytes: ContiguousArray<UInt8>) -> UInt32 {
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
  }
  return ~crc
}

/// The bytes of a base64 text (RFC 4648), without Foundation.
func base64(_ text: String) -> ContiguousArray<UInt8> {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: ContiguousArray<UInt8> = []
  var bits: UInt32 = 0
  var count = 0
  for character in text.utf8 {
    guard let value = alphabet.firstIndex(of: character) else { break }
    bits = bits << 6 | UInt32(value)
    count += 6
    if count >= 8 {
      count -= 8
      out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return out
}

/// Archives made with numpy 2.4.6 and Python 3.11.7's zipfile.
enum Golden {
  /// `np.savez(f, w=np.array([1, 2, 3], 'i1'), **{'é': np.array(True)})`
  static let savez = base64(
    "UEsDBC0AAAAAAAAAIQDOkRdu//////////8FABQAdy5ucHkBABAAgwAAAAAAAACDAAAAAAAAAJNOVU1QWQEA"
      + "dgB7J2Rlc2NyJzogJ3xpMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQIDUEsD"
      + "BC0AAAgAAAAAIQCCLfjT//////////8GABQAw6kubnB5AQAQAIEAAAAAAAAAgQAAAAAAAACTTlVNUFkBAHYA"
      + "eydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgFQSwECLQMt"
      + "AAAAAAAAACEAzpEXboMAAACDAAAABQAAAAAAAAAAAAAAgAEAAAAAdy5ucHlQSwECLQMtAAAIAAAAACEAgi34"
      + "04EAAACBAAAABgAAAAAAAAAAAAAAgAG6AAAAw6kubnB5UEsFBgAAAAACAAIAZwAAAHMBAAAAAA==")
  /// `np.savez_compressed(f, w=np.array([1, 2, 3], 'i1'))`
  static let savezCompressed = base64(
    "UEsDBC0AAAAIAAAAIQDOkRdu//////////8FABQAdy5ucHkBABAAgwAAAAAAAABHAAAAAAAAAJvsF+obEMnI"
      + "UMZQrZ6SWpxcpG6loF6Taaiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC5GJmYA"
      + "UEsBAi0DLQAAAAgAAAAhAM6RF25HAAAAgwAAAAUAAAAAAAAAAAAAAIABAAAAAHcubnB5UEsFBgAAAAABAAEA"
      + "MwAAAH4AAAAAAA==")
  /// `np.savez(f, w=np.array([1, 2, 3], 'i1'))` to a pipe, with data descriptors.
  static let streamed = base64(
    "UEsDBC0ACAAAAAAAIQAAAAAA//////////8FABQAdy5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJNOVU1QWQEA"
      + "dgB7J2Rlc2NyJzogJ3xpMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQIDUEsH"
      + "CM6RF26DAAAAAAAAAIMAAAAAAAAAUEsBAi0DLQAIAAAAAAAhAM6RF26DAAAAgwAAAAUAAAAAAAAAAAAAAIAB"
      + "AAAAAHcubnB5UEsFBgAAAAABAAEAMwAAANIAAAAAAA==")
  /// `np.savez_compressed(f, w=np.array([1, 2, 3], 'i1'))` to a pipe.
  static let streamedCompressed = base64(
    "UEsDBC0ACAAIAAAAIQAAAAAA//////////8FABQAdy5ucHkBABAAAAAAAAAAAAAAAAAAAAAAAJvsF+obEMnI"
      + "UMZQrZ6SWpxcpG6loF6Taaiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC5GJmYA"
      + "UEsHCM6RF25HAAAAAAAAAIMAAAAAAAAAUEsBAi0DLQAIAAgAAAAhAM6RF25HAAAAgwAAAAUAAAAAAAAAAAAA"
      + "AIABAAAAAHcubnB5UEsFBgAAAAABAAEAMwAAAJYAAAAAAA==")
  /// The npy file of `np.array([1, 2, 3], 'i1')`, which is the member `w.npy` of all of these.
  static let w: ContiguousArray<UInt8> = {
    let header = "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }"
    var bytes: ContiguousArray<UInt8> = [0x93]
    bytes += ContiguousArray("NUMPY".utf8) + [1, 0, 118, 0]
    bytes += ContiguousArray(header.utf8)
    bytes += ContiguousArray(repeating: 0x20, count: 117 - header.utf8.count)
    return bytes + [0x0a, 1, 2, 3]
  }()
}
