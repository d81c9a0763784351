import Files

/// The extra fields of a local header or a central record (APPNOTE.TXT 4.5): tag, length, bytes.
///
/// Only two of them matter: wide sizes (0x0001), and another name for the member (0x7075).
struct ExtraFields {
  /// The 64-bit values of the zip64 field, and the 32-bit disk number that may follow them.
  private var wide: ArraySlice<UInt8>?

  /// Parses the fields of the record at `offset`.
  ///
  /// - Throws: `badRecord` if a field is cut, if zip64 comes twice, or if the Info-ZIP Unicode path
  ///   says another name than the header: libzip would take that one, and Python the other.
  init(
    _ bytes: ContiguousArray<UInt8>, in range: Range<Int>, offset: Int, name: MemberName
  ) throws(ZipError) {
    var early: ZipError { .badRecord(offset: offset, what: "its extra field ends too early") }
    var position = range.lowerBound
    while range.upperBound - position >= 4 {
      let start = position + 4
      let length = Int(bytes.u16(position + 2))
      guard length <= range.upperBound - start else { throw early }
      let value = bytes[start..<start + length]
      switch bytes.u16(position) {
      case 0x0001:
        guard wide == nil else {
          throw .badRecord(offset: offset, what: "it has two zip64 fields")
        }
        wide = value
      case 0x7075:
        // Version 1, the CRC-32 of the name that is replaced, then the name in UTF-8.
        guard value.dropFirst(5).elementsEqual(name.text.utf8) else {
          throw .badRecord(offset: offset, what: "its Unicode path names another member; repack it")
        }
      default:
        break
      }
      position = start + length
    }
    // Android pads with up to three zeros.
    guard bytes[position..<range.upperBound].allSatisfy({ $0 == 0 }) else { throw early }
  }

  /// The real values of a central record: those that are all ones are in the zip64 field, in order.
  func centralValues(
    size: UInt32, compressedSize: UInt32, headerOffset: UInt32, disk: UInt16, offset: Int
  ) throws(ZipError) -> (size: UInt64, compressedSize: UInt64, headerOffset: UInt64, disk: UInt32) {
    var values = (UInt64(size), UInt64(compressedSize), UInt64(headerOffset), UInt32(disk))
    let wide = wide ?? []
    var position = wide.startIndex
    func next(_ length: Int) throws(ZipError) -> Int {
      guard wide.endIndex - position >= length else {
        throw .badRecord(offset: offset, what: "a size is in a zip64 field that it does not have")
      }
      defer { position += length }
      return position
    }
    if size == .max { values.0 = wide.u64(try next(8)) }
    if compressedSize == .max { values.1 = wide.u64(try next(8)) }
    if headerOffset == .max { values.2 = wide.u64(try next(8)) }
    if disk == .max { values.3 = wide.u32(try next(4)) }

    // Some writers give all the values, whether needed or not: then they must be the same.
    if position < wide.endIndex {
      let start = wide.startIndex
      guard [16, 24, 28].contains(wide.count), wide.u64(start) == values.0,
        wide.u64(start + 8) == values.1, wide.count < 24 || wide.u64(start + 16) == values.2,
        wide.count < 28 || wide.u32(start + 24) == values.3
      else {
        throw .badRecord(offset: offset, what: "its zip64 field contradicts its other values")
      }
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
    guard let wide, wide.count == 16 else {
      throw .badRecord(offset: offset, what: "a size is in a zip64 field that it does not have")
    }
    return (
      size == .max ? wide.u64(wide.startIndex) : UInt64(size),
      compressedSize == .max ? wide.u64(wide.startIndex + 8) : UInt64(compressedSize)
    )
  }
}
