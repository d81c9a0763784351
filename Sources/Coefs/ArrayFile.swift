import Safetensors

/// A source of arrays: an archive, a safetensors file, a lone array, or a folder of lone arrays. Which
/// of them is told by the content.
struct ArrayFile {
  /// What kind of source it is.
  enum Format: String { case npz, npy, folder, safetensors }

  /// One array.
  struct Entry {
    /// `nil` for a lone array.
    let name: String?
    /// What the header says, or why the array cannot be read.
    let header: Result<NPYHeader, NPYError>
    /// Reads the array and checks it.
    let read: () throws(CoefsError) -> NDArray
    /// Reads header and data as they stand, where the array may hold objects.
    var readWhole: (() throws(CoefsError) -> ContiguousArray<UInt8>)?
    /// The format's own name of the element type, and the shape, where NumPy's say less.
    var stored: (type: String, shape: [Int])?
  }

  /// The source, as it was named.
  let file: String
  let format: Format
  var entries: [Entry]
  /// The names of what is there and is no array.
  let others: [String]
  /// What else there is to know.
  let notes: [String]
  /// The names in the pickles of arrays that hold objects.
  var mentions: [Pickle.Mention] = []
  /// Why arrays that hold objects cannot be read.
  var unreadObjects: [(name: String?, error: PickleError)] = []

  /// Opens a file, a folder, or standard input where `file` is `-`.
  init(_ file: String, limits: ReadLimits) throws(CoefsError) {
    do {
      try self.init(FileBytes.open(file, limits: limits), file: file, limits: limits)
    } catch  where error.cause == .zip(.notAFile(.folder)) {
      try self.init(folder: file, limits: limits)
    }
  }

  /// Finds the arrays in the bytes of a file.
  init(_ bytes: FileBytes, file: String, limits: ReadLimits) throws(CoefsError) {
    self.file = file
    let start = try Self.start(of: bytes, file: file)
    if SafetensorsHeader.isClaimed(by: start) {
      format = .safetensors
      (entries, notes) = try Self.safetensors(bytes, file: file, limits: limits)
      others = []
    } else if start.starts(with: "PK".utf8) {
      let archive: OpenArchive
      do { archive = OpenArchive(try NPZReader(bytes, limits: limits)) } catch {
        throw CoefsError(file, .npz(error))
      }
      format = .npz
      entries = archive.reader.entries.enumerated().map { index, entry in
        // Keeps the number and not the entry, of which there may be many.
        Entry(name: entry.name, header: entry.header) { () throws(CoefsError) in
          do throws(NPZError) {
            return try archive.reader.array(archive.reader.entries[index])
          } catch {
            throw CoefsError(file, .npz(error))
          }
        } readWhole: { () throws(CoefsError) in
          do throws(NPZError) {
            return try archive.reader.bytes(of: archive.reader.entries[index])
          } catch {
            throw CoefsError(file, .npz(error))
          }
        }
      }
      others = archive.reader.otherMembers
      notes = []
    } else {
      format = .npy
      entries = [try Self.loneArray(bytes, name: nil, file: file, limits: limits)]
      others = []
      notes = []
    }
  }

  /// Finds the arrays in a folder: its files that end in `.npy`, in the order of their names.
  private init(folder: String, limits: ReadLimits) throws(CoefsError) {
    let names = try Self.reading(folder) { () throws(ZipError) in try folderNames(folder) }
    guard names.contains(where: { $0.hasSuffix(".npy") }) else {
      throw CoefsError(folder, .zip(.notAFile(.folder)))
    }
    guard names.count <= limits.maxMembers else {
      throw CoefsError(
        folder, .zip(.limit(.members, allowed: limits.maxMembers, found: names.count)))
    }
    file = folder
    format = .folder
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var entries: [Entry] = []
    var total = 0
    for name in names where name.hasSuffix(".npy") {
      let path = prefix + name
      let bytes = try FileBytes.open(path, limits: limits)
      total += bytes.count
      guard total <= limits.maxTotalBytes else {
        throw CoefsError(
          folder, .zip(.limit(.totalBytes, allowed: limits.maxTotalBytes, found: total)))
      }
      entries.append(
        try Self.loneArray(bytes, name: String(name.dropLast(4)), file: path, limits: limits))
    }
    self.entries = entries
    others = names.filter { !$0.hasSuffix(".npy") }
    notes = []
  }

  /// Whether the bytes are those of a source of arrays, as far as their beginning tells.
  static func isArrayFile(_ bytes: FileBytes, file: String) throws(CoefsError) -> Bool {
    let start = try start(of: bytes, file: file)
    return start.starts(with: "PK".utf8) || start.starts(with: NPYHeader.magic)
      || SafetensorsHeader.isClaimed(by: start)
  }

  private static func start(
    of bytes: FileBytes, file: String
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    try reading(file) { () throws(ZipError) in
      try bytes.read(at: 0, count: min(10, bytes.count))
    }
  }

  /// An NPY file whose header is read at once, and its data when asked for.
  private static func loneArray(
    _ bytes: FileBytes, name: String?, file: String, limits: ReadLimits
  ) throws(CoefsError) -> Entry {
    /// Hands out the bytes in order, from the first.
    func bytesInOrder() -> (Int) throws(CoefsError) -> ContiguousArray<UInt8> {
      var position = 0
      return { count throws(CoefsError) in
        defer { position += count }
        return try reading(file) { () throws(ZipError) in
          try bytes.read(at: position, count: count)
        }
      }
    }
    let header: Result<NPYHeader, NPYError>
    do throws(CoefsError) {
      header = .success(
        try NPYHeader.read(
          size: bytes.count, limits: limits, failure: { CoefsError(file, .npy($0)) },
          read: bytesInOrder()
        ).header)
    } catch {
      guard case .npy(.unsupportedDType(let descr, let reason)) = error.cause else { throw error }
      header = .failure(.unsupportedDType(descr: descr, reason: reason))
    }
    return Entry(name: name, header: header) { () throws(CoefsError) in
      try NDArray(
        size: bytes.count, limits: limits, failure: { CoefsError(file, .npy($0)) },
        read: bytesInOrder())
    } readWhole: { () throws(CoefsError) in
      try bytesInOrder()(bytes.count)
    }
  }

  static func reading<T>(
    _ file: String, _ body: () throws(ZipError) -> T
  ) throws(CoefsError) -> T {
    do { return try body() } catch { throw CoefsError(file, .zip(error)) }
  }
}

/// An archive that its arrays keep open.
private final class OpenArchive {
  let reader: NPZReader

  init(_ reader: consuming NPZReader) { self.reader = reader }
}

extension FileBytes {
  /// Opens a file, or takes in all of standard input where `file` is `-`.
  static func open(_ file: String, limits: ReadLimits) throws(CoefsError) -> FileBytes {
    do {
      return try file == "-"
        ? FileBytes.standardInput(maxBytes: limits.maxTotalBytes) : FileBytes(path: file)
    } catch {
      throw CoefsError(file, .zip(error))
    }
  }
}
