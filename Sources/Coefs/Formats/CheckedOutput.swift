import Files
import NPY
import Sklearn

/// An output to a file or to standard output, read back and compared before anybody sees it.
protocol CheckedOutput {
  /// The layout of the weights that are written.
  var layout: WeightLayout { get }

  /// The arrays that were written, in their order; known when ``write(to:file:)`` has ended.
  var written: [(name: String, header: NPYHeader)] { get }

  /// A text that belongs next to a file, under the same name with another ending; `nil` for most.
  var companion: (ending: String, text: String)? { get }

  /// What is lost by weights of 8 bits; `nil` without them.
  var quantizationLoss: Model.QuantizationLoss? { get }

  /// Writes all of it.
  ///
  /// - Parameters:
  ///   - sink: Where the bytes go.
  ///   - file: The path of the output, for errors.
  /// - Throws: ``CoefsError``, or the error of a module.
  mutating func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file: String
  ) throws -> Sink

  /// Compares what was written with what was meant.
  ///
  /// - Parameters:
  ///   - bytes: All that was written, as a reader will find it.
  ///   - file: The path of the output, for errors.
  /// - Throws: ``CoefsError`` where it is not the same.
  func compare(with bytes: InputFile, file: String) throws(CoefsError)
}

extension CheckedOutput {
  var companion: (ending: String, text: String)? { nil }
  var quantizationLoss: Model.QuantizationLoss? { nil }

  /// Writes and compares; a file appears whole, or not at all.
  ///
  /// - Parameters:
  ///   - file: The file, or standard output.
  ///   - replacing: Whether an existing file may be replaced.
  ///   - isFlushed: Whether to wait for the disk.
  /// - Returns: The number of bytes.
  mutating func write(
    to file: FileReference, replacing: Bool, isFlushed: Bool = true
  ) throws(CoefsError) -> Int {
    guard case .path(let path) = file else {
      let bytes = try bytes(named: file.name)
      var output = DescriptorSink.standardOutput
      do { try output.write(bytes.span) } catch { throw CoefsError(file.name, error) }
      return bytes.count
    }
    do {
      let output = try write(to: try AtomicFile(path: path, replacing: replacing), file: path)
      let bytes = try output.readBack()
      try compare(with: bytes, file: path)
      // Both are whole before one of them appears.
      if let companion {
        let name = Self.name(ofCompanion: companion.ending, of: path)
        do {
          var second = try AtomicFile(path: name, replacing: replacing)
          try second.write(ContiguousArray(companion.text.utf8).span)
          try second.commit(isFlushed: isFlushed)
        } catch {
          throw Self.located(error, in: name)
        }
      }
      try output.commit(isFlushed: isFlushed)
      return bytes.count
    } catch {
      throw Self.located(error, in: path)
    }
  }

  /// The path of a companion.
  static func name(ofCompanion ending: String, of path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let dot = path[folder...].lastIndex(of: ".") ?? path.endIndex
    return "\(path[..<dot]).\(ending)"
  }

  /// Writes to memory, and compares.
  ///
  /// - Parameter name: The name of the output in errors.
  mutating func bytes(named name: String) throws(CoefsError) -> ContiguousArray<UInt8> {
    do {
      let memory = try write(to: MemorySink(), file: name)
      try compare(with: memory.readBack(), file: name)
      return memory.bytes
    } catch {
      throw Self.located(error, in: name)
    }
  }

  /// An error of writing, with the file that it concerns.
  private static func located(_ error: any Error, in file: String) -> CoefsError {
    switch error {
    case let error as CoefsError: return error
    case let error as any CategorizedError: return CoefsError(file, error)
    default: preconditionFailure("no other error is thrown: \(error)")
    }
  }
}
