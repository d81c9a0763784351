/// What is written to a file or to standard output, and read back and compared before anybody sees it.
protocol CheckedOutput {
  /// The layout of the weights that are written.
  var layout: Layout { get }

  /// The arrays that were written, in their order; known when ``write(to:file:)`` has ended.
  var written: [(name: String, header: NPYHeader)] { get }

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
  /// Writes and compares; a file appears whole, or not at all.
  ///
  /// - Parameters:
  ///   - file: The path; `-` is standard output.
  ///   - replacing: Whether a file that is there already may be replaced.
  ///   - isFlushed: Whether to wait for the disk.
  /// - Returns: The number of bytes.
  mutating func write(
    to file: String, replacing: Bool, isFlushed: Bool = true
  ) throws(CoefsError) -> Int {
    do {
      guard file == "-" else {
        let output = try write(
          to: try AtomicFile(path: file, replacing: replacing), file: file)
        let bytes = try output.readBack()
        try compare(with: bytes, file: file)
        try output.commit(isFlushed: isFlushed)
        return bytes.count
      }
      let memory = try write(to: MemorySink(), file: file)
      try compare(with: memory.readBack(), file: file)
      var output = DescriptorSink.standardOutput
      try output.write(memory.bytes.span)
      return memory.bytes.count
    } catch let error as CoefsError {
      throw error
    } catch let error as any CategorizedError {
      throw CoefsError(file, error)
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
  }
}
