import Files
import NPY
import Sklearn

/// The content of a file in which a network may be: arrays by name, objects, or a network of its own kind.
struct ModelSource {
  /// The content of the file.
  enum Content {
    /// Arrays by name.
    case arrays(ArrayList)
    /// Python objects; one may be an estimator.
    case objects(any StoredObjects)
    /// A network that the file describes in full.
    case network(StoredNetwork)
  }

  /// The file, as the caller named it.
  let file: String
  /// The format, found from the content and never from the name.
  let format: FileFormat
  let content: Content
  /// The bytes of the file; `nil` for a folder.
  let byteCount: Int?
  /// Warnings about the file.
  let notes: [String]

  /// Opens a file, a folder, or standard input.
  ///
  /// - Throws: ``CoefsError``. Disallowed globals in a file of objects are no error yet.
  init(
    _ file: FileReference, limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) {
    try self.init(
      FormatInput(file, limits: limits, allowsUnknownNames: allowsUnknownNames))
  }

  /// Finds the format of a file, and reads it.
  init(_ input: FormatInput) throws(CoefsError) {
    for format in FileFormat.all where format.begins(input) {
      switch format.reader {
      case .arrays(let read)?:
        guard let arrays = try read(input) else { continue }
        switch try arrays.openingObjects(
          limits: input.limits, allowsUnknownNames: input.allowsUnknownNames)
        {
        case .estimators(let objects):
          // What numpy.save makes of an object is a pickle.
          self.init(.objects(objects), arrays.isLoneArray ? .pickle : format, input)
        case .arrays(let list): self.init(.arrays(list), format, input)
        }
        return
      case .objects(let read)?:
        guard let objects = try read(input) else { continue }
        self.init(.objects(objects), format, input)
        return
      case .network(let read)?:
        guard let network = try read(input) else { continue }
        self.init(.network(network), format, input)
        return
      case nil: continue
      }
    }
    throw try Self.unknown(input)
  }

  /// The error for a file of an unknown format.
  private static func unknown(_ input: FormatInput) throws(CoefsError) -> CoefsError {
    let bytes = try input.contents()
    if let foreign = ForeignFile(beginning: input.start) {
      return CoefsError(input.file, ModelError(foreign))
    }
    do { _ = try NPYFile.header(of: bytes, limits: input.limits) } catch {
      return CoefsError(input.file, error)
    }
    preconditionFailure("a file with the magic of NPY is of that format")
  }

  private init(_ content: Content, _ format: FileFormat, _ input: FormatInput) {
    file = input.file
    self.format = format
    self.content = content
    byteCount = input.bytes?.count
    var notes: [String] = []
    if case .arrays(let arrays) = content { notes = arrays.notes }
    if let promised = FileFormat(fileName: input.file), promised != format {
      notes.append("the name says \(promised.summary), but the content is \(format.summary)")
    }
    self.notes = notes
  }
}
