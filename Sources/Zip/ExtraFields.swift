import Files

/// The extra fields of a local header or a central record (APPNOTE.TXT 4.5): tag, length, bytes.
///
/// Only two of them matter: wide sizes (0x0001), and another name for the member (0x7075).
struct ExtraFields {
  /// The 64-bit values of the zip64 field, and the 32-bit disk number that may follow them.
  private var wide: ByteCursor?

  /// Parses the fields of the record at `offset`.
  ///
  /// - Throws: `badRecord` if a field is cut, if zip64 comes twice, or if the Info-ZIP Unicode path
  ///   says another name than the header: libzip would take that one, and Python the other.
  init(
    _ bytes: ContiguousArray<UInt8>, in range: Range<Int>, offset: Int, name: MemberName
  ) throws(ZipError) {
    var fields = ByteCursor(bytes, in: range)
    while fields.remaining >= 4 {
      guard let tag = fields.number(bytes: 2), let length = fields.number(bytes: 2),
        let value = fields.take(length)
      else { throw .badRecord(offset: offset, what: "its extra field ends too early") }
      switch tag {
      case 0x0001:
        guard wide == nil else {
          throw .badRecord(offset: offset, what: "it has two zip64 fields")
        }
        wide = ByteCursor(bytes, in: value)
      case 0x7075:
        // Version 1, the CRC-32 of the name that is replaced, then the name in UTF-8.
        guard bytes[value].dropFirst(5).elementsEqual(name.text.utf8) else {
          throw .badRecord(offset: offset, what: "its Unicode path names another member; repack it")
        }
      default:
        break
      }
    }
    // Android pads with up to three zeros.
    guard bytes[fields.position..<range.upperBound].allSatisfy({ $0 == 0 }) else {
      throw .badRecord(offset: offset, what: "its extra field ends too early")
    }
  }

  /// The real values of a central record: those that are all ones are in the zip64 field, in order.
  func centralValues(
    size: UInt32, compressedSize: UInt32, headerOffset: UInt32, disk: UInt16, offset: Int
  ) throws(ZipError) -> (size: UInt64, compressedSize: UInt64, headerOffset: UInt64, disk: UInt32) {
    var wide = wide
    /// The next number of the zip64 field, in place of one that is all ones.
    func next(_ width: Int) throws(ZipError) -> UInt64 {
      guard let value = wide?.number(bytes: width) else {
        throw .badRecord(offset: offset, what: Self.missing)
      }
      return value
    }
    let values = (
      size: size == .max ? try next(8) : UInt64(size),
      compressedSize: compressedSize == .max ? try next(8) : UInt64(compressedSize),
      headerOffset: headerOffset == .max ? try next(8) : UInt64(headerOffset),
      disk: UInt32(disk == .max ? try next(4) : UInt64(disk))
    )
    guard var all = self.wide, let left = wide?.remaining, left > 0 else { return values }

    // Some writers give all the values, whether needed or not: then they must be the same.
    let count = all.remaining
    guard [16, 24, 28].contains(count), all.number(bytes: 8) == values.size,
      all.number(bytes: 8) == values.compressedSize,
      count < 24 || all.number(bytes: 8) == values.headerOffset,
      count < 28 || all.number(bytes: 4) == UInt64(values.disk)
    else {
      throw .badRecord(offset: offset, what: "its zip64 field contradicts its other values")
    }
    return values
  }

  /// The real sizes of a local header: if either is all ones, both are in the zip64 field.
  func localSizes(
    size: UInt32, compressedSize: UInt32, offset: Int
  ) throws(ZipError) -> (size: UInt64, compressedSize: UInt64) {
    guard size == .max || compressedSize == .max else {
      return (UInt64(size), UInt64(compressedSize))
    }
    guard var wide, wide.remaining == 16, let wideSize = wide.number(bytes: 8),
      let wideCompressedSize = wide.number(bytes: 8)
    else { throw .badRecord(offset: offset, what: Self.missing) }
    return (
      size == .max ? wideSize : UInt64(size),
      compressedSize == .max ? wideCompressedSize : UInt64(compressedSize)
    )
  }

  private static let missing = "a size is in a zip64 field that it does not have"
}
