/// What is written to a file or to standard output, and read back and compared before anybody sees it.
protocol CheckedOutput {
  /// Writes all of it.
  ///
  /// - Throws: ``CoefsError``, `NPZError` or `ZipError`.
  mutating func write<Sink: ReadableSink & ~Copyable>(to sink: consuming Sink) throws -> Sink

  /// Compares what was written with what was meant.
  ///
  /// - Parameters:
  ///   - bytes: All that was written, as a reader will find it.
  ///   - file: The path of the output, for errors.
  /// - Throws: ``CoefsError`` where it is not the same.
  func compare(with bytes: FileBytes, file: String) throws(CoefsError)
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
        let output = try write(to: try AtomicFile(path: file, replacing: replacing))
        let bytes = try output.readBack()
        try compare(with: bytes, file: file)
        try output.commit(isFlushed: isFlushed)
        return bytes.count
      }
      let memory = try write(to: MemorySink())
      try compare(with: memory.readBack(), file: file)
      var output = DescriptorSink.standardOutput
      try output.write(memory.bytes.span)
      return memory.bytes.count
    } catch let error as CoefsError {
      throw error
    } catch let error as NPZError {
      throw CoefsError(file, .npz(error))
    } catch let error as ZipError {
      throw CoefsError(file, .zip(error))
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
  }
}
