#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why an archive could not be read or written.
///
/// The path is not part of the error: whoever named the file adds it.
@nonexhaustive
public enum ZipError: Error, Equatable, Sendable {
  // MARK: Opening

  /// Thrown when the input cannot be opened; the payload is `errno`.
  case cannotOpen(errno: Int32)
  /// Thrown when the input is a folder, a pipe or the like.
  case notAFile(FileKind)

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
  /// Thrown when a member's bytes do not have its CRC-32.
  case crcMismatch(ZipMember)
  /// Thrown when a member holds fewer or more bytes than it declares.
  ///
  /// `found` is where reading stopped: one more than declared if there are more.
  case sizeMismatch(ZipMember, found: Int)
  /// Thrown when a member's compressed bytes cannot be expanded; `code` is libzip's.
  case damagedData(ZipMember, code: Int)
  /// Thrown when a compressed file cannot be expanded, from this byte on.
  case badStream(offset: Int, problem: String)
  /// Thrown when more bytes are asked for than a member has left.
  case pastEnd(ZipMember, wanted: Int, remaining: Int)
  /// Thrown when a member was to be at its end, and is not.
  case unreadBytes(ZipMember, remaining: Int)
  /// Thrown when a member to be written has a name that no archive can hold.
  case invalidName(String, reason: String)

  // MARK: Input and output failing midway

  /// Thrown when the operating system fails to read; the payload is `errno`.
  case readFailed(errno: Int32)
  /// Thrown when the input became shorter or different while it was read.
  case changedWhileRead
  /// Thrown when the operating system fails to write; the payload is `errno`.
  case writeFailed(errno: Int32)
  /// Thrown when a signal such as SIGINT ended the writing; nothing was left behind.
  case interrupted(signal: Int32)
  /// Thrown when zlib or libzip cannot get memory.
  case outOfMemory

  // MARK: Creating

  /// Thrown when the output cannot be created; the payload is `errno`.
  case cannotCreate(errno: Int32)
  /// Thrown when the output exists and was not to be replaced.
  case outputExists
  /// Thrown when the output is a folder, a device or the like.
  case outputNotAFile(FileKind)
  /// Thrown when the output is a symbolic link that leads nowhere.
  case danglingLink
}

extension ZipError {
  /// What a path names when it is no regular file.
  public enum FileKind: String, Sendable {
    case folder = "a folder"
    case pipe = "a pipe"
    case socket = "a socket"
    case device = "a device"

    init?(mode: mode_t) {
      switch mode & S_IFMT {
      case S_IFREG: return nil
      case S_IFDIR: self = .folder
      case S_IFIFO: self = .pipe
      case S_IFSOCK: self = .socket
      default: self = .device
      }
    }
  }

  /// What an archive may have only so much of.
  public enum Limit: String, Sendable {
    case members = "members"
    case totalBytes = "bytes of unpacked members"
    case nameBytes = "bytes in a member's name"
    case directoryBytes = "bytes in the central directory"
    case inflatedBytes = "bytes or more when unpacked"
  }

  /// The families of errors, as a command line tells them apart.
  public enum Category: Sendable {
    /// The input cannot be opened.
    case cannotOpen
    /// The input is not what it claims to be, or is not supported.
    case badContent
    /// Reading or writing failed midway.
    case ioFailed
    /// The output cannot be created, or exists.
    case cannotCreate
  }

  /// The family that this error belongs to.
  public var category: Category {
    switch self {
    case .cannotOpen, .notAFile: .cannotOpen
    case .readFailed, .changedWhileRead, .writeFailed, .interrupted, .outOfMemory: .ioFailed
    case .cannotCreate, .outputExists, .outputNotAFile, .danglingLink: .cannotCreate
    case .notZip, .endRecordMissing, .ambiguousEndRecords, .badRecord, .duplicateMember,
      .membersOverlap, .limit, .encrypted, .unsupportedMethod, .crcMismatch, .sizeMismatch,
      .damagedData, .badStream, .pastEnd, .unreadBytes, .invalidName:
      .badContent
    }
  }
}

extension ZipError: CustomStringConvertible {
  /// The error as a sentence, without the path of the file.
  public var description: String {
    switch self {
    case .cannotOpen(let errno):
      "cannot be opened: \(text(of: errno))"
    case .notAFile(let kind):
      "it is \(kind.rawValue), not a file"
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
    case .crcMismatch(let member):
      "the member \(place(member)) is damaged: its bytes do not have the CRC-32 that it declares"
    case .sizeMismatch(let member, let found):
      "the member \(place(member)) declares \(member.size) bytes and holds "
        + (found > member.size ? "more" : "\(found)")
    case .damagedData(let member, let code):
      "the member \(place(member)) is damaged: libzip cannot unpack it (error \(code))"
    case .badStream(let offset, let problem):
      "its compressed data is damaged at byte \(offset): \(problem)"
    case .pastEnd(let member, let wanted, let remaining):
      "the member \(place(member)) is too short: \(wanted) bytes are needed where \(remaining) "
        + "are left of its \(member.size)"
    case .unreadBytes(let member, let remaining):
      "the member \(place(member)) is too long: \(remaining) of its \(member.size) bytes are left over"
    case .invalidName(let name, let reason):
      "\(name.debugDescription) cannot be the name of a member: \(reason)"
    case .readFailed(let errno):
      "reading failed: \(text(of: errno))"
    case .changedWhileRead:
      "the file changed while it was read; try again when nothing writes to it"
    case .writeFailed(let errno):
      "writing failed: \(text(of: errno))"
    case .interrupted(let signal):
      "writing was ended by signal \(signal); nothing was left behind"
    case .outOfMemory:
      "there is not enough memory"
    case .cannotCreate(let errno):
      "cannot be created: \(text(of: errno))"
    case .outputExists:
      "it exists already, and is replaced only when that is asked for"
    case .outputNotAFile(let kind):
      "cannot be written: it is \(kind.rawValue), not a file"
    case .danglingLink:
      "cannot be written: it is a symbolic link to a file that does not exist; remove the link"
    }
  }
}

private func place(_ member: ZipMember) -> String {
  "\(member.name.debugDescription) (at byte \(member.headerOffset))"
}

private func text(of errno: Int32) -> String {
  // strerror always returns a string; it is copied before anything else can call it.
  unsafe String(cString: strerror(errno))
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
