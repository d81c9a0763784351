import Skops

extension SklearnWeights {
  /// Writes the estimator of these weights into a skops archive, reads it back, and compares.
  ///
  /// - Parameter arrays: The weights and biases as they must come back.
  /// - Returns: The number of bytes.
  func writeSkops(
    _ arrays: [NamedArray], to file: String, precision: Precision?, isCompressed: Bool,
    replacing: Bool
  ) throws(CoefsError) -> Int {
    let archive: SkopsFile
    do { archive = SkopsFile(try estimator(precision: precision)) } catch {
      throw CoefsError(file, .sklearn(error))
    }
    do {
      guard file == "-" else {
        var output = try AtomicFile(path: file, replacing: replacing)
        output = try archive.write(to: output, isCompressed: isCompressed)
        let bytes = try output.readBack()
        try compare(arrays, with: bytes, file: file)
        try output.commit()
        return bytes.count
      }
      let bytes = try archive.write(to: MemorySink(), isCompressed: isCompressed).bytes
      try compare(arrays, with: FileBytes(bytes), file: file)
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

  /// Reads an archive that was just written.
  private func compare(
    _ arrays: [NamedArray], with bytes: FileBytes, file: String
  ) throws(CoefsError) {
    let found: SklearnWeights
    let archive: SkopsArchive
    do { archive = try SkopsArchive(bytes, limits: .ownFiles) } catch {
      throw CoefsError(file, .skops(error))
    }
    do { found = try SklearnWeights(SkopsObjects(archive)) } catch {
      throw CoefsError(file, .sklearn(error))
    }
    for (one, item) in zip(found.layerArrays(in: .sklearn), arrays) where one != item {
      throw CoefsError(file, .notAsWritten("array '\(item.name)' differs"))
    }
    // Classes that no file stored are written as those that they stand for.
    let sameLabels = classes == nil || found.classes?.labels == classes?.labels
    guard found.layers.count == layers.count, sameLabels,
      found.outActivation.activation == outActivation.activation,
      found.activation.activation == activation.activation,
      found.inputTransform == inputTransform
    else {
      throw CoefsError(file, .notAsWritten("what stands beside the weights differs"))
    }
  }
}
