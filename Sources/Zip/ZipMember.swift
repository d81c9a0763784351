/// One member of a zip archive, as its central directory describes it.
public struct ZipMember: Hashable, Sendable {
  /// The name: UTF-8 where the member says so, else code page 437, as Python's zipfile reads it.
  ///
  /// It is a key, never a path: `..`, a leading `/` and control characters may occur in it.
  public let name: String
  /// The number of bytes when unpacked.
  public let size: Int
  /// The number of bytes in the archive.
  public let compressedSize: Int
  /// The place in the central directory, from 0.
  public let index: Int
  /// The compression method: 0 is stored, 8 is deflated; no other can be read.
  public let method: UInt16
  /// The CRC-32 that the unpacked bytes must have.
  public let crc32: UInt32
  /// Whether a password is needed; such a member cannot be read.
  public let isEncrypted: Bool
  /// Where the member's local header begins in the archive, in bytes.
  public let headerOffset: Int

  /// Where the member's data begins in the archive, in bytes.
  package internal(set) var dataOffset = 0

  /// Where the member's central record is.
  private(set) var record: Range<Int>

  /// The member, its record so many bytes further on.
  func moved(by count: Int) -> ZipMember {
    var member = self
    member.record = record.lowerBound + count..<record.upperBound + count
    return member
  }

  /// Whether the name ends in `/`, which makes the member a folder.
  public var isDirectory: Bool { name.utf8.last == UInt8(ascii: "/") }
}
