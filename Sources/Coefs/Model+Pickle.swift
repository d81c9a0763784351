extension Model {
  /// Finds the network in a pickle: an estimator, or else arrays in lists and dictionaries.
  static func weights(
    _ pickle: Pickle, file: String, options: SklearnWeights.Options
  ) throws(CoefsError) -> SklearnWeights {
    let unknown = options.allowsUnknownNames ? [] : pickle.mentions.filter { !$0.isKnown }
    // A class of scikit-learn's that cannot be run is told by what it is there for, further down.
    for name in unknown where !name.global.module.hasPrefix("sklearn.") {
      throw CoefsError(file, .pickle(.unknownName(offset: name.offset, name.global)))
    }
    let weights: SklearnWeights
    do throws(SklearnError) {
      weights = try SklearnWeights(PickleObjects(pickle), options: options)
    } catch {
      throw CoefsError(file, .sklearn(error))
    }
    if let name = unknown.first {
      throw CoefsError(file, .pickle(.unknownName(offset: name.offset, name.global)))
    }
    return weights
  }
}
