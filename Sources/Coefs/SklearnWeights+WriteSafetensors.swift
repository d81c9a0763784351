import Safetensors

extension SklearnWeights {
  /// Writes these arrays of the network and what is known beside them into a safetensors file, reads it
  /// back, and compares.
  ///
  /// - Returns: The number of bytes.
  func writeSafetensors(
    _ arrays: [NamedArray], to file: String, replacing: Bool
  ) throws(CoefsError) -> Int {
    let metadata: [(key: String, text: String)]
    do { metadata = try self.metadata() } catch { throw CoefsError(file, .sklearn(error)) }
    let layout: SafetensorsFile
    do {
      layout = try SafetensorsFile(
        arrays, metadata: metadata.map { SafetensorsHeader.Note(key: $0.key, text: $0.text) })
    } catch {
      throw CoefsError(file, .safetensors(error))
    }
    do {
      guard file == "-" else {
        var output = try AtomicFile(path: file, replacing: replacing)
        try output.write(layout.header.span)
        for item in layout.arrays { try output.write(item.array.bytes.span) }
        let bytes = try output.readBack()
        try layout.compare(with: bytes, file: file)
        try output.commit()
        return bytes.count
      }
      let bytes = layout.fileBytes
      try layout.compare(with: FileBytes(bytes), file: file)
      var output = DescriptorSink.standardOutput
      try output.write(bytes.span)
      return bytes.count
    } catch let error as CoefsError {
      throw error
    } catch let error as ZipError {
      throw CoefsError(file, .zip(error))
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
  }
}

extension SafetensorsFile {
  /// Reads a file that was just written.
  fileprivate func compare(with bytes: FileBytes, file: String) throws(CoefsError) {
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
