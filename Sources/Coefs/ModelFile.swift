/// A file that may hold a network, of any kind that is known: told by its content, never by its name.
struct ModelFile {
  /// What is in it.
  enum Content {
    /// Arrays by name.
    case arrays(ArrayFile)
    /// Python objects, one of which may be an estimator.
    case pickle(Pickle)
    /// The same, in a skops archive.
    case skops(SkopsArchive)
  }

  /// The file, as it was named.
  let file: String
  let content: Content
  /// The bytes of the file; `nil` for a folder.
  let byteCount: Int?
  /// What else there is to know.
  let notes: [String]

  /// Opens a file, a folder, or standard input where `file` is `-`.
  ///
  /// - Throws: ``CoefsError``. Names in a pickle that are not known are no error yet.
  init(
    _ file: String, limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) {
    do {
      try self.init(
        FileBytes.open(file, limits: limits), file: file, limits: limits,
        allowsUnknownNames: allowsUnknownNames)
    } catch  where error.cause == .zip(.notAFile(.folder)) {
      self.init(.arrays(try ArrayFile(file, limits: limits)), file: file, byteCount: nil)
    }
  }

  /// Looks at the bytes of a file.
  init(
    _ bytes: FileBytes, file: String, limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) {
    let start: ContiguousArray<UInt8>
    do { start = try bytes.read(at: 0, count: min(64, bytes.count)) } catch {
      throw CoefsError(file, .zip(error))
    }
    guard try !ArrayFile.isArrayFile(bytes, file: file), Pickle.begins(start) else {
      let arrays = try ArrayFile(bytes, file: file, limits: limits)
      if let archive = try Self.skops(arrays, bytes, limits: limits) {
        self.init(.skops(archive), file: file, byteCount: bytes.count)
      } else if let object = try arrays.loneObject(limits: limits) {
        self.init(.pickle(object), file: file, byteCount: bytes.count)
      } else {
        self.init(
          .arrays(
            try arrays.unfoldingObjects(limits: limits, allowsUnknownNames: allowsUnknownNames)),
          file: file, byteCount: bytes.count)
      }
      return
    }
    guard bytes.count <= limits.maxTotalBytes else {
      throw CoefsError(
        file, .zip(.limit(.totalBytes, allowed: limits.maxTotalBytes, found: bytes.count)))
    }
    let whole: ContiguousArray<UInt8>
    do { whole = try bytes.read(at: 0, count: bytes.count) } catch {
      throw CoefsError(file, .zip(error))
    }
    let pickle: Pickle
    do {
      pickle = try Pickle(
        parsing: whole, limits: limits, names: allowsUnknownNames ? .any : .anyIfSound)
    } catch {
      throw CoefsError(file, .pickle(error))
    }
    self.init(.pickle(pickle), file: file, byteCount: bytes.count)
  }

  /// The skops archive that an archive of arrays is, if it has its schema.
  private static func skops(
    _ arrays: ArrayFile, _ bytes: FileBytes, limits: ReadLimits
  ) throws(CoefsError) -> SkopsArchive? {
    guard arrays.others.contains(SkopsArchive.schemaName) else { return nil }
    do throws(SkopsError) {
      return try SkopsArchive(bytes, limits: limits, allowsUnknownNames: true)
    } catch .notSkops {
      return nil
    } catch {
      throw CoefsError(arrays.file, .skops(error))
    }
  }

  private init(_ content: Content, file: String, byteCount: Int?) {
    self.file = file
    self.byteCount = byteCount
    self.content = content
    var notes: [String] = []
    if case .arrays(let arrays) = content { notes = arrays.notes }
    let ending = file.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    if let promised = Self.kinds[ending.map { $0.lowercased() } ?? ""], promised != content.kind {
      notes.append("the name says \(promised), but the content is \(content.kind)")
    }
    self.notes = notes
  }

  /// What the endings of names promise. Pickles and joblib's files are one kind: nobody keeps their
  /// endings apart.
  private static let kinds = [
    "npz": "an archive of arrays", "npy": "an array", "safetensors": "safetensors",
    "skops": "a skops archive", "pkl": "a pickle", "pickle": "a pickle", "joblib": "a pickle",
  ]
}

extension ModelFile.Content {
  /// What the content is, as an answer names it.
  var format: String {
    switch self {
    case .arrays(let arrays): arrays.format.rawValue
    case .pickle: "pickle"
    case .skops: "skops"
    }
  }

  /// What the content is, in words.
  fileprivate var kind: String {
    switch self {
    case .arrays(let arrays):
      switch arrays.format {
      case .npz: "an archive of arrays"
      case .npy: "an array"
      case .folder: "a folder"
      case .safetensors: "safetensors"
      }
    case .pickle: "a pickle"
    case .skops: "a skops archive"
    }
  }
}
