extension SklearnWeights {
  /// Something that predictions depend on, and that neither the file nor the caller says.
  public enum Assumption: String, CaseIterable, Codable, Hashable, Sendable {
    /// The activation of the hidden layers.
    case activation
    /// The activation of the last layer.
    case outActivation
  }

  /// What had to be assumed for predictions, because the file does not store it and the caller did not say it.
  ///
  /// ``activation`` and ``outActivation`` have the assumed values. A network without hidden layers does not
  /// depend on the former.
  public var assumptions: [Assumption] { outline.assumptions }
}

extension SklearnOutline {
  /// What had to be assumed for predictions.
  package var assumptions: [SklearnWeights.Assumption] {
    var assumptions: [SklearnWeights.Assumption] = []
    if activation.origin == .assumed, layerCount > 1 { assumptions.append(.activation) }
    if outActivation.origin == .assumed { assumptions.append(.outActivation) }
    return assumptions
  }

  /// Those assumptions that nothing supports.
  ///
  /// Of several outputs the maximum is a class, whichever output activation is meant. One output may be a class
  /// or a value, unless there are classes.
  package var unsupportedAssumptions: [SklearnWeights.Assumption] {
    assumptions.filter { assumption in
      switch assumption {
      case .activation: true
      case .outActivation: layerSizes[layerSizes.count - 1] == 1 && classes == nil
      }
    }
  }
}
