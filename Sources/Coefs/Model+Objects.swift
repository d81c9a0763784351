extension Model {
  /// Finds the network in a pickle: an estimator, or else arrays in lists and dictionaries.
  static func weights(
    _ pickle: Pickle, file: String, options: SklearnWeights.Options
  ) throws(CoefsError) -> SklearnWeights {
    let unknown = pickle.mentions.filter { !$0.isKnown }.map { mention in
      (
        module: mention.global.module,
        error: CoefsError.Cause.pickle(
          .unknownName(offset: mention.offset, mention.global))
      )
    }
    return try weights(PickleObjects(pickle), unknown: unknown, file: file, options: options)
  }

  /// Finds the network in a skops archive.
  static func weights(
    _ archive: SkopsArchive, file: String, options: SklearnWeights.Options
  ) throws(CoefsError) -> SklearnWeights {
    let unknown = archive.mentions.filter { !$0.name.isKnown }.map { mention in
      (
        module: mention.name.module,
        error: CoefsError.Cause.skops(.unknownName(offset: mention.offset, mention.name))
      )
    }
    return try weights(SkopsObjects(archive), unknown: unknown, file: file, options: options)
  }

  /// Finds the network among objects.
  ///
  /// - Parameter unknown: The names that no network needs, each with the error that refuses it.
  private static func weights(
    _ objects: some StoredObjects, unknown: [(module: String, error: CoefsError.Cause)],
    file: String, options: SklearnWeights.Options
  ) throws(CoefsError) -> SklearnWeights {
    let unknown = options.allowsUnknownNames ? [] : unknown
    // A class of scikit-learn's that cannot be run is told by what it is there for, further down.
    for name in unknown where !name.module.hasPrefix("sklearn.") {
      throw CoefsError(file, name.error)
    }
    let weights: SklearnWeights
    do throws(SklearnError) { weights = try SklearnWeights(objects, options: options) } catch {
      throw CoefsError(file, .sklearn(error))
    }
    if let name = unknown.first { throw CoefsError(file, name.error) }
    return weights
  }
}
