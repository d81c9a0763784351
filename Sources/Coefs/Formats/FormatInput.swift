import Files
import NPY
import NPZ
import Zip

/// A file whose format is not known yet: its first bytes, and what several readers look into, opened once for all
/// of them.
final class FormatInput {
  /// The file, as the caller named it.
  let file: String
  /// The path, where it is a file that has one.
  let path: String?
  /// The bytes of the file; `nil` for a folder.
  let bytes: InputFile?
  /// The first bytes, up to 64.
  let start: ContiguousArray<UInt8>
  /// Bounds on what the file may ask for.
  let limits: ReadLimits
  /// Whether a file of objects may hold disallowed globals.
  let allowsUnknownNames: Bool

  private var openDirectory: ZipReader?
  private var openArchive: NPZReader?

  /// Looks at the bytes of a file.
  init(
    _ bytes: InputFile, file: String, path: String? = nil, limits: ReadLimits,
    allowsUnknownNames: Bool = false
  ) throws(CoefsError) {
    self.file = file
    self.path = path
    self.allowsUnknownNames = allowsUnknownNames
    self.bytes = bytes
    self.limits = limits
    do { start = try bytes.read(at: 0, count: min(64, bytes.count)) } catch {
      throw CoefsError(file, error)
    }
  }

  /// Opens a file or a folder, or takes in all of standard input.
  convenience init(
    _ file: FileReference, limits: ReadLimits, allowsUnknownNames: Bool = false
  ) throws(CoefsError) {
    let bytes: InputFile
    var path: String?
    do throws(FileError) {
      switch file {
      case .path(let name):
        path = name
        bytes = try InputFile(path: name)
      case .standardStream:
        bytes = try InputFile.standardInput(maxBytes: limits.maxTotalBytes)
      }
    } catch .notAFile(.folder) {
      self.init(folder: file.name, limits: limits, allowsUnknownNames: allowsUnknownNames)
      return
    } catch {
      throw CoefsError(file.name, error)
    }
    try self.init(
      bytes, file: file.name, path: path, limits: limits, allowsUnknownNames: allowsUnknownNames)
  }

  private init(folder: String, limits: ReadLimits, allowsUnknownNames: Bool) {
    self.allowsUnknownNames = allowsUnknownNames
    file = folder
    path = nil
    bytes = nil
    start = []
    self.limits = limits
  }

  /// Whether the file begins with these bytes.
  func begins(with magic: some Sequence<UInt8>) -> Bool { start.starts(with: magic) }

  /// The bytes of the file, which is not a folder.
  ///
  /// - Throws: ``CoefsError``.
  func contents() throws(CoefsError) -> InputFile {
    guard let bytes else { throw CoefsError(file, FileError.notAFile(.folder)) }
    return bytes
  }

  /// The archive that the file is, opened and audited once.
  ///
  /// - Throws: ``CoefsError``.
  func archive() throws(CoefsError) -> NPZReader {
    if let openArchive { return openArchive }
    let directory = try directory()
    do {
      let archive = try NPZReader(directory, limits: limits)
      openArchive = archive
      return archive
    } catch {
      throw CoefsError(file, error)
    }
  }

  /// The members of the archive that the file is, audited once, whatever they are.
  ///
  /// - Throws: ``CoefsError``.
  func directory() throws(CoefsError) -> ZipReader {
    if let openDirectory { return openDirectory }
    let bytes = try contents()
    do {
      let directory = try ZipReader(
        bytes, maxMembers: limits.maxMembers, maxTotalBytes: limits.maxTotalBytes)
      openDirectory = directory
      return directory
    } catch {
      // As every reader of archives says it.
      throw CoefsError(file, NPZError.zip(error))
    }
  }

  /// The whole file in memory.
  ///
  /// - Throws: ``CoefsError``.
  func whole() throws(CoefsError) -> ContiguousArray<UInt8> {
    let bytes = try contents()
    do throws(FileError) {
      guard bytes.count <= limits.maxTotalBytes else {
        throw .tooLarge(allowed: limits.maxTotalBytes, found: bytes.count)
      }
      return try bytes.read(at: 0, count: bytes.count)
    } catch {
      throw CoefsError(file, error)
    }
  }
}
