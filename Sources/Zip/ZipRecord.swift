import Files

/// The signatures that begin the records of a zip archive (APPNOTE.TXT 4.3), and their fixed lengths.
enum ZipRecord {
  static let local: UInt32 = 0x0403_4b50
  static let central: UInt32 = 0x0201_4b50
  static let end: UInt32 = 0x0605_4b50
  static let zip64End: UInt32 = 0x0606_4b50
  static let zip64Locator: UInt32 = 0x0706_4b50

  static let localLength = 30
  static let centralLength = 46
  static let endLength = 22
  static let zip64EndLength = 56
  static let zip64LocatorLength = 20
}

extension ContiguousArray<UInt8> {
  /// Appends the zip64 end record and its locator, which follow a directory (APPNOTE.TXT 4.3.14, 15).
  mutating func append(zip64EndOf members: UInt64, directorySize: UInt64, offset: UInt64) {
    append(littleEndian: ZipRecord.zip64End)
    append(littleEndian: UInt64(ZipRecord.zip64EndLength - 12))
    // Made by and needed: version 4.5, the first that has zip64.
    append(littleEndian: UInt32(0x002d_002d))
    append(littleEndian: UInt64(0))
    append(littleEndian: members)
    append(littleEndian: members)
    append(littleEndian: directorySize)
    append(littleEndian: offset)
    append(littleEndian: ZipRecord.zip64Locator)
    append(littleEndian: UInt32(0))
    append(littleEndian: offset + directorySize)
    append(littleEndian: UInt32(1))
  }
}
