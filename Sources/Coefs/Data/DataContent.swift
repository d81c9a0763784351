import Deflate
import Files
import NPY

/// What is in a file of rows, told by its content.
enum DataContent {
  /// Arrays by name.
  case arrays(ArrayList)
  /// A text.
  case text(PlainStream)

  /// Looks into a file or standard input.
  ///
  /// - Parameters:
  ///   - reference: The file.
  ///   - limits: Bounds on what is in memory at once.
  ///   - maxTextBytes: The most bytes of a text when it is decompressed.
  /// - Throws: ``CoefsError``, also for files of other kinds.
  init(
    _ reference: FileReference, limits: ReadLimits, maxTextBytes: Int
  ) throws(CoefsError) {
    switch reference {
    case .path:
      try self.init(
        FormatInput(reference, limits: limits), limits: limits, maxTextBytes: maxTextBytes)
    case .standardStream:
      try self.init(
        ByteStream(), file: reference.name, limits: limits, maxTextBytes: maxTextBytes)
    }
  }

  /// Looks into a file that is open, or bytes in memory.
  ///
  /// - Throws: ``CoefsError``, also for files of other kinds.
  init(_ input: FormatInput, limits: ReadLimits, maxTextBytes: Int) throws(CoefsError) {
    if let arrays = try Self.arrays(in: input) {
      self = .arrays(arrays)
      return
    }
    try self.init(
      ByteStream(input.contents()), file: input.file, limits: limits, maxTextBytes: maxTextBytes)
  }

  /// Looks into bytes that are not arrays as they come: a text, or a compressed file.
  private init(
    _ bytes: ByteStream, file: String, limits: ReadLimits, maxTextBytes: Int
  ) throws(CoefsError) {
    self = try located(in: file) {
      let plain = try PlainStream(bytes, maxBytes: maxTextBytes)
      let start = try plain.first(64)
      let head = try FormatInput(InputFile(start), file: file, limits: limits)
      guard Self.arrayFormats.contains(where: { $0.begins(head) }) else {
        if let kind = Self.kind(of: start) { throw DataError.notRows(kind) }
        return .text(plain)
      }
      let whole = InputFile(try plain.rest(maxBytes: limits.maxTotalBytes))
      return try Self.arrays(in: FormatInput(whole, file: file, limits: limits))
        .map { .arrays($0) } ?? .text(PlainStream(ByteStream(whole)))
    }
  }

  /// The formats that hold arrays.
  private static var arrayFormats: [FileFormat] {
    // A text of JSON is a text here.
    FileFormat.all.filter { if case .arrays? = $0.reader { $0 != .json } else { false } }
  }

  /// The arrays of a file; `nil` for one of a format that gives none, such as a text.
  private static func arrays(in input: FormatInput) throws(CoefsError) -> ArrayList? {
    for format in arrayFormats where format.begins(input) {
      guard case .arrays(let read)? = format.reader, let arrays = try read(input) else { continue }
      if arrays.entries.isEmpty, arrays.others.contains(where: { $0.hasPrefix("xl/") }) {
        throw CoefsError(input.file, DataError.notRows("an Excel workbook"))
      }
      return arrays
    }
    return nil
  }

  /// The kind of a file that is no text, by its first bytes.
  private static func kind(of start: ContiguousArray<UInt8>) -> String? {
    kinds.first { kind in kind.starts.contains { start.starts(with: $0) } }?.name
  }

  private static let kinds: [(starts: [[UInt8]], name: String)] = [
    // Protocols 2 to 5; a pickle of protocol 0 or 1 is text, and has no sign of its own.
    ((2...5).map { [0x80, $0] }, "a pickle"),
    ([[0x78, 0x01], [0x78, 0x9C], [0x78, 0xDA]], "compressed by zlib, as joblib does"),
    ([Array("PAR1".utf8)], "a Parquet file"),
    ([Array("ARROW1".utf8)], "a Feather file"),
    ([[0x89] + Array("HDF".utf8)], "an HDF5 file"),
    ([[0xD0, 0xCF, 0x11, 0xE0]], "an Excel workbook"),
    ([Array("SQLite format 3".utf8)], "an SQLite database"),
    ([[0x89] + Array("PNG".utf8), [0xFF, 0xD8, 0xFF]], "an image"),
    ([Array("%PDF".utf8)], "a PDF document"),
    ([Array("BZh".utf8)], "compressed by bzip2"),
    ([[0xFD] + Array("7zXZ".utf8)], "compressed by xz"),
    ([[0x28, 0xB5, 0x2F, 0xFD]], "compressed by zstd"),
  ]
}

/// Does something, and adds the file to an error.
func located<Result>(
  in file: String, _ body: () throws -> Result
) throws(CoefsError) -> Result {
  do { return try body() } catch let error as CoefsError {
    throw error
  } catch let error as any CategorizedError {
    throw CoefsError(file, error)
  } catch {
    preconditionFailure("no other error is thrown: \(error)")
  }
}
