import Skops

extension SklearnWeights {
  /// Writes the estimator of these weights into a skops archive, reads it back, and compares.
  ///
  /// - Parameter arrays: The weights and biases as they must come back.
  /// - Returns: The number of bytes.
  func writeSkops(
    _ arrays: [NamedArray], to file: String, precision: Precision?, isCompressed: Bool,
    replacing: Bool, isFlushed: Bool
  ) throws(CoefsError) -> Int {
    let archive: SkopsFile
    do { archive = SkopsFile(try estimator(precision: precision)) } catch {
      throw CoefsError(file, .sklearn(error))
    }
    var output = SkopsOutput(
      weights: self, arrays: arrays, archive: archive, isCompressed: isCompressed)
    return try output.write(to: file, replacing: replacing, isFlushed: isFlushed)
  }
}

private struct SkopsOutput: CheckedOutput {
  let weights: SklearnWeights
  /// The weights and biases as they must come back.
  let arrays: [NamedArray]
  let archive: SkopsFile
  let isCompressed: Bool

  func write<Sink: ReadableSink & ~Copyable>(to sink: consuming Sink) throws -> Sink {
    try archive.write(to: sink, isCompressed: isCompressed)
  }

  func compare(with bytes: FileBytes, file: String) throws(CoefsError) {
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
    let sameLabels = weights.classes == nil || found.classes?.labels == weights.classes?.labels
    guard found.layers.count == weights.layers.count, sameLabels,
      found.outActivation.activation == weights.outActivation.activation,
      found.activation.activation == weights.activation.activation,
      found.inputTransform == weights.inputTransform
    else {
      throw CoefsError(file, .notAsWritten("what stands beside the weights differs"))
    }
  }
}
