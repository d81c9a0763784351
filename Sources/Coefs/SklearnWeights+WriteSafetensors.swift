import Safetensors

extension SklearnWeights {
  /// Writes these arrays of the network and what is known beside them into a safetensors file, reads it
  /// back, and compares.
  ///
  /// - Returns: The number of bytes.
  func writeSafetensors(
    _ arrays: [NamedArray], to file: String, replacing: Bool, isFlushed: Bool
  ) throws(CoefsError) -> Int {
    let metadata: [(key: String, text: String)]
    do { metadata = try self.metadata() } catch { throw CoefsError(file, .sklearn(error)) }
    var layout: SafetensorsFile
    do {
      layout = try SafetensorsFile(
        arrays, metadata: metadata.map { SafetensorsHeader.Note(key: $0.key, text: $0.text) })
    } catch {
      throw CoefsError(file, .safetensors(error))
    }
    return try layout.write(to: file, replacing: replacing, isFlushed: isFlushed)
  }
}

extension SafetensorsFile: CheckedOutput {
  func write<Sink: ReadableSink & ~Copyable>(to sink: consuming Sink) throws -> Sink {
    try sink.write(header.span)
    for item in arrays { try sink.write(item.array.bytes.span) }
    return sink
  }

  func compare(with bytes: FileBytes, file: String) throws(CoefsError) {
    let source = try ArrayFile.safetensorsHeader(bytes, file: file, limits: .ownFiles)
    guard source.metadata == metadata, source.tensors.map(\.name) == arrays.map(\.name) else {
      throw CoefsError(file, .notAsWritten("the names or the metadata differ"))
    }
    for (tensor, item) in zip(source.tensors, arrays) {
      guard try ArrayFile.array(tensor, in: bytes, file: file) == item.array else {
        throw CoefsError(file, .notAsWritten("array '\(item.name)' differs"))
      }
    }
  }
}
