public import Files

/// Why an archive could not be read or written.
@nonexhaustive
public enum ZipError: Error, Equatable, Sendable {
  /// Thrown when the file that holds the archive cannot be opened, read or written.
  case file(FileError)
  /// Thrown when zlib or libzip cannot get memory.
  case outOfMemory

  // MARK: Content

  /// Thrown when the input has no end record and does not begin like a zip; up to four first bytes.
  case notZip(firstBytes: ContiguousArray<UInt8>)
  /// Thrown when the input begins like a zip, but its end record is missing or incomplete.
  case endRecordMissing
  /// Thrown when several records claim to be the end of the archive; their byte offsets.
  case ambiguousEndRecords(offsets: [Int])
  /// Thrown when the record at a byte offset breaks a rule of the format, or contradicts another.
  case badRecord(offset: Int, what: String)
  /// Thrown when two members have the same name.
  case duplicateMember(name: String)
  /// Thrown when the second member begins before the first has ended.
  case membersOverlap(ZipMember, ZipMember)
  /// Thrown when the archive is larger than it may be.
  case limit(Limit, allowed: Int, found: Int)
  /// Thrown when a member that is to be read is encrypted.
  case encrypted(ZipMember)
  /// Thrown when a member that is to be read is neither stored nor deflated.
  case unsupportedMethod(ZipMember)
  /// Thrown when a member to view in its file is compressed.
  case notStored(ZipMember)
  /// Thrown when a member's bytes do not have its CRC-32.
  case crcMismatch(ZipMember)
  /// Thrown when a member holds fewer or more bytes than it declares.
  ///
  /// `found` is where reading stopped: one more than declared if there are more.
  case sizeMismatch(ZipMember, found: Int)
  /// Thrown when a member's compressed bytes cannot be decompressed.
  case damagedData(ZipMember)
  /// Thrown when more bytes are asked for than a member has left.
  case pastEnd(ZipMember, wanted: Int, remaining: Int)
  /// Thrown when a member was to be at its end, and is not.
  case unreadBytes(ZipMember, remaining: Int)
  /// Thrown when a member to be written has a name that no archive can hold.
  case invalidName(String, reason: String)
}

extension ZipError {
  /// What an archive may have only so much of.
  @nonexhaustive
  public enum Limit: String, Sendable {
    case members = "members"
    case totalBytes = "bytes of unpacked members"
    case nameBytes = "bytes in a member's name"
    case directoryBytes = "bytes in the central directory"
  }
}

extension ZipError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    switch self {
    case .file(let error): error.category
    case .outOfMemory: .ioFailed
    default: .badContent
    }
  }

  /// The error as a sentence, without the path of the file.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .outOfMemory:
      "there is not enough memory"
    case .notZip(let bytes) where bytes.isEmpty:
      "it is empty, not a zip archive"
    case .notZip(let bytes):
      "it is not a zip archive: it begins with the bytes \(hex(bytes)), not with 50 4b (\"PK\")"
    case .endRecordMissing:
      "the zip archive is cut off: its end record is missing or incomplete; fetch the file again"
    case .ambiguousEndRecords(let offsets):
      "it can be read as more than one zip archive (end records at the bytes "
        + "\(offsets.map(String.init).joined(separator: ", "))); unpack and repack it"
    case .badRecord(let offset, let what):
      "the zip record at byte \(offset) is wrong: \(what)"
    case .duplicateMember(let name):
      "two members have the name \(name.debugDescription); remove or rename one"
    case .membersOverlap(let first, let second):
      "the members \(place(first)) and \(place(second)) overlap, as in a zip bomb"
    case .limit(let limit, let allowed, let found):
      "it has \(found) \(limit.rawValue), and \(allowed) are allowed"
    case .encrypted(let member):
      "the member \(place(member)) is encrypted; unpack it and repack it without a password"
    case .unsupportedMethod(let member):
      "the member \(place(member)) is compressed by \(methodName(member.method)), and only stored "
        + "and deflated members can be read; unpack it and repack it with zip -0"
    case .notStored(let member):
      "the member \(place(member)) is compressed, and only an uncompressed one can be viewed; "
        + "read it instead"
    case .crcMismatch(let member):
      "the member \(place(member)) is damaged: its bytes do not have the CRC-32 that it declares"
    case .sizeMismatch(let member, let found):
      "the member \(place(member)) declares \(member.size) bytes and holds "
        + (found > member.size ? "more" : "\(found)")
    case .damagedData(let member):
      "the member \(place(member)) is damaged: it cannot be decompressed"
    case .pastEnd(let member, let wanted, let remaining):
      "the member \(place(member)) is too short: \(wanted) bytes are needed where \(remaining) "
        + "are left of its \(member.size)"
    case .unreadBytes(let member, let remaining):
      "the member \(place(member)) is too long: \(remaining) of its \(member.size) bytes are left over"
    case .invalidName(let name, let reason):
      "\(name.debugDescription) cannot be the name of a member: \(reason)"
    }
  }
}

private func place(_ member: ZipMember) -> String {
  "\(member.name.debugDescription) (at byte \(member.headerOffset))"
}

private func hex(_ bytes: ContiguousArray<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// The name of a compression method (APPNOTE.TXT 4.4.5).
private func methodName(_ method: UInt16) -> String {
  switch method {
  case 1: "shrink (1)"
  case 6: "implode (6)"
  case 9: "deflate64 (9)"
  case 12: "bzip2 (12)"
  case 14: "lzma (14)"
  case 93: "zstd (93)"
  case 95: "xz (95)"
  case 98: "ppmd (98)"
  default: "method \(method)"
  }
}
