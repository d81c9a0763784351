/// A file of arrays, open: an archive, or a lone array. Which of them is told by the content.
struct ArrayFile: ~Copyable {
  /// What kind of file it is.
  enum Format: String { case npz, npy }

  /// One array: its name, and what its header says or why it cannot be read.
  struct Entry {
    /// `nil` for a lone array.
    let name: String?
    let header: Result<NPYHeader, NPYError>
  }

  let file: String
  let format: Format
  let entries: [Entry]
  /// The members of an archive that are no arrays.
  let otherMembers: [String]

  private let archive: NPZReader?
  private let loneArray: NDArray?

  /// Finds the arrays in the bytes of a file.
  init(_ bytes: FileBytes, file: String, limits: ReadLimits) throws(CoefsError) {
    if try Self.start(of: bytes, file: file).starts(with: "PK".utf8) {
      do { self.init(try NPZReader(bytes, limits: limits), file: file) } catch {
        throw CoefsError(file, .npz(error))
      }
      return
    }
    var position = 0
    let array = try NDArray(
      size: bytes.count, limits: limits, failure: { CoefsError(file, .npy($0)) }
    ) { count throws(CoefsError) in
      defer { position += count }
      do throws(ZipError) {
        return try bytes.read(at: position, count: count)
      } catch {
        throw CoefsError(file, .zip(error))
      }
    }
    self.init(array, file: file)
  }

  /// Whether the bytes are those of an archive or an array, as far as their beginning tells.
  static func isArrayFile(_ bytes: FileBytes, file: String) throws(CoefsError) -> Bool {
    let start = try start(of: bytes, file: file)
    return start.starts(with: "PK".utf8) || start.starts(with: NPYHeader.magic)
  }

  private static func start(
    of bytes: FileBytes, file: String
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    do { return try bytes.read(at: 0, count: min(NPYHeader.magic.count, bytes.count)) } catch {
      throw CoefsError(file, .zip(error))
    }
  }

  private init(_ archive: consuming NPZReader, file: String) {
    self.file = file
    format = .npz
    entries = archive.entries.map { Entry(name: $0.name, header: $0.header) }
    otherMembers = archive.otherMembers
    self.archive = consume archive
    loneArray = nil
  }

  private init(_ array: NDArray, file: String) {
    self.file = file
    format = .npy
    entries = [Entry(name: nil, header: .success(array.header))]
    otherMembers = []
    archive = nil
    loneArray = array
  }

  /// Reads the array of an entry.
  func array(_ index: Int) throws(CoefsError) -> NDArray {
    if let loneArray { return loneArray }
    switch archive {
    case .some(let archive):
      do { return try archive.array(archive.entries[index]) } catch {
        throw CoefsError(file, .npz(error))
      }
    case nil:
      preconditionFailure("a file is an archive or a lone array")
    }
  }
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
