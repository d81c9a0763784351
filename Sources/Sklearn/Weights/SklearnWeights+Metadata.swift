import JSON
import MLP
package import NPY

extension SklearnOutline {
  /// The known attributes of a network, without assumed ones, as texts: for files that keep texts
  /// next to their arrays.
  ///
  /// `activation` and `out_activation` are names, the former a JSON array where the hidden layers differ; `classes` and
  /// `feature_names_in_` are JSON arrays, `self_check` is a JSON object.
  ///
  /// - Throws: ``SklearnError/badAttribute(_:problem:)`` for classes that JSON cannot express.
  package func metadata() throws(SklearnError) -> [(key: String, text: String)] {
    var texts: [(key: String, text: String)] = []
    for (attribute, choice) in [
      (Attribute.activation, activation), (.outActivation, outActivation),
    ]
    where choice.origin != .assumed {
      texts.append((attribute.rawValue, choice.activation.rawValue))
    }
    if hasSeveralActivations {
      let names = hiddenActivations.map(\.rawValue.jsonQuoted).joined(separator: ",")
      texts[0].text = "[\(names)]"
    }
    if let classes {
      guard let text = classes.jsonText else {
        throw .badAttribute(
          Attribute.classes.rawValue, problem: "holds NaN or infinity, which no text can say")
      }
      texts.append((Attribute.classes.rawValue, text))
    }
    if let names = featureNames {
      let quoted = names.map(\.jsonQuoted).joined(separator: ",")
      texts.append((Attribute.featureNames.rawValue, "[\(quoted)]"))
    }
    if let selfCheck { texts.append((SelfCheck.name, selfCheck.jsonText)) }
    return texts
  }
}

extension SklearnWeights {
  /// The array that such a text stands for; `nil` for any other key.
  ///
  /// - Throws: ``SklearnError/badAttribute(_:problem:)`` for classes that are not a JSON array of labels.
  package static func array(of text: String, under key: String) throws(SklearnError) -> NDArray? {
    switch Attribute(name: key) {
    case .activation, .outActivation: Self.texts(json: text) ?? NDArray(string: text)
    case .selfCheck: NDArray(string: text)
    case .classes: try ClassLabels.array(json: text, name: key)
    case .featureNames: Self.texts(json: text)
    case nil where FeatureNames.areMeant(by: key): Self.texts(json: text)
    case nil where ActivationName.isOutput(ArrayName(key)) != nil:
      Self.texts(json: text) ?? NDArray(string: text)
    default: nil
    }
  }

  /// The array that a JSON array of texts stands for; `nil` for any other text.
  private static func texts(json text: String) -> NDArray? {
    guard text.first == "[", let array = try? ClassLabels.array(json: text, name: "") else {
      return nil
    }
    return array.dtype.kind == .unicode ? array : nil
  }
}
