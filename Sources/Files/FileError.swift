import Platform

/// Why a file cannot be read or written.
///
/// The path is not part of the error: whoever named the file adds it.
@nonexhaustive
public enum FileError: Error, Equatable, Sendable {
  /// Thrown when the input cannot be opened; the payload is `errno`.
  case cannotOpen(errno: Int32)
  /// Thrown when the input is a folder, a pipe or the like.
  case notAFile(Kind)
  /// Thrown when the operating system fails to read; the payload is `errno`.
  case readFailed(errno: Int32)
  /// Thrown when the input became shorter or different while it was read.
  case changedWhileRead
  /// Thrown when the input has more bytes than ``ReadLimits/maxTotalBytes``.
  case tooLarge(allowed: Int, found: Int)
  /// Thrown when a folder has more files than ``ReadLimits/maxMembers``.
  case tooManyFiles(allowed: Int, found: Int)
  /// Thrown when the operating system fails to write; the payload is `errno`.
  case writeFailed(errno: Int32)
  /// Thrown when a signal such as SIGINT ended the writing; no partial file is left.
  case interrupted(signal: Int32)
  /// Thrown when the output cannot be created; the payload is `errno`.
  case cannotCreate(errno: Int32)
  /// Thrown when the output exists and was not to be replaced.
  case outputExists
  /// Thrown when the output is a folder, a device or the like.
  case outputNotAFile(Kind)
  /// Thrown when the output is a symbolic link that leads nowhere.
  case danglingLink

  /// The kind of a path that is not a regular file.
  @nonexhaustive
  public enum Kind: String, Sendable {
    case folder = "a folder"
    case pipe = "a pipe"
    case socket = "a socket"
    case device = "a device"
    case symbolicLink = "a symbolic link"
    case hardLink = "a second name of a file (a hard link)"

    /// The kind for a mode of `stat(2)`; `nil` for a regular file.
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
}

extension FileError: CategorizedError {
  /// The category of this error.
  public var category: ErrorCategory {
    switch self {
    case .cannotOpen, .notAFile: .cannotOpen
    case .tooLarge, .tooManyFiles: .badContent
    case .readFailed, .changedWhileRead, .writeFailed, .interrupted: .ioFailed
    case .cannotCreate, .outputExists, .outputNotAFile, .danglingLink: .cannotCreate
    }
  }

  /// The error as a sentence, without the path of the file.
  public var description: String {
    switch self {
    case .cannotOpen(let errno):
      "cannot be opened: \(text(of: errno))"
    case .notAFile(let kind):
      "it is \(kind.rawValue), not a file"
    case .readFailed(let errno):
      "reading failed: \(text(of: errno))"
    case .changedWhileRead:
      "the file changed while it was read; try again when nothing writes to it"
    case .tooLarge(let allowed, let found):
      "it has \(found) bytes or more, and \(allowed) are allowed"
    case .tooManyFiles(let allowed, let found):
      "it has \(found) files, and \(allowed) are allowed"
    case .writeFailed(let errno):
      "writing failed: \(text(of: errno))"
    case .interrupted(let signal):
      "writing was ended by signal \(signal); no partial file is left"
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

private func text(of errno: Int32) -> String {
  // strerror always returns a string; it is copied before anything else can call it.
  unsafe String(cString: strerror(errno))
}
