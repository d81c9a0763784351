/// What the name of an array says of it, for formats in which other values are next to those of a network.
package enum ArrayMeaning: Sendable {
  /// The weights of a layer.
  case weights
  /// The biases of a layer.
  case biases
  /// An activation.
  case activation
  /// Another fact about a network: the classes, a scaler, the names of the inputs.
  case fact
  /// Nothing of these.
  case other

  /// The meaning of a name, of whose path the last part counts.
  package init(of path: String) {
    let last =
      path.utf8.lastIndex(of: UInt8(ascii: "/"))
      .map { String(path[path.utf8.index(after: $0)...]) } ?? path
    if ActivationName.isOutput(ArrayName(last)) != nil
      || [.activation, .outActivation].contains(Attribute(name: last))
    {
      self = .activation
      return
    }
    if Attribute(name: last).map(\.isRead) ?? false || FeatureNames.areMeant(by: last)
      || ClassNames.areMeant(by: ArrayName(last))
      || ScalerArrays.isPart(ArrayName(path)) || ScalerArrays.isVariance(ArrayName(path))
    {
      self = .fact
      return
    }
    switch ArrayName(path).role {
    case .weights: self = .weights
    case .biases: self = .biases
    case .position, nil: self = .other
    }
  }

  /// What the names of a network begin with that has an array of this name.
  package static func prefix(of name: String) -> String { ArrayName(name).prefix }
}
