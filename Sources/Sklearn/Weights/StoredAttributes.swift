import MLP
import NPY

/// The attributes that a file stores next to the weights, checked against them.
struct StoredAttributes {
  /// The arrays that were read, each with the name it had.
  let arrays: [Attribute: NamedArray]
  /// Texts that name activations, under other names than scikit-learn's.
  var activations: [(kind: ActivationPart, array: NamedArray)] = []
  /// Integers that may be the sizes of the layers.
  var layerSizes: [NamedArray] = []
  /// A name for each input.
  var featureNames: NamedArray?

  /// The labels, `nil` where none are stored.
  func classes() throws(SklearnError) -> (labels: ClassLabels, name: String)? {
    guard let stored = arrays[.classes] else { return nil }
    return (try ClassLabels(stored.array, name: stored.name), stored.name)
  }

  /// The self-check, `nil` where none is stored.
  func selfCheck() throws(SklearnError) -> SelfCheck? {
    guard let stored = arrays[.selfCheck] else { return nil }
    guard let texts = try? stored.array.strings(), texts.count == 1 else {
      throw .badAttribute(stored.name, problem: "is not one text")
    }
    return try SelfCheck(json: texts[0], name: stored.name)
  }

  /// Demands that integers next to the layers are the sizes of layers, with or without that of the input and of the
  /// output.
  ///
  /// - Parameter sizes: The number of inputs, then of each layer's outputs.
  /// - Throws: ``SklearnError``, where they are something else.
  func checkLayerSizes(_ sizes: [Int]) throws(SklearnError) {
    let known = [sizes[...], sizes.dropFirst(), sizes.dropLast(), sizes.dropFirst().dropLast()]
    for stored in layerSizes {
      guard let values = try? stored.array.integers(),
        known.contains(where: { $0.elementsEqual(values) { Int64($0) == $1 } })
      else {
        guard SurplusArray.areSizes(ArrayName(stored.name)) else {
          throw .surplusArray(stored.name)
        }
        throw .contradiction(
          stored.name, value: "\((try? stored.array.integers()).map(Array.init) ?? [])",
          with: "the weights make \(sizes.map(String.init).joined(separator: "-"))")
      }
    }
  }

  /// The sizes that scikit-learn keeps next to the weights.
  func sizes() throws(SklearnError) -> [StoredSize] {
    var sizes: [StoredSize] = []
    for attribute in [Attribute.layerCount, .outputCount, .featureCount, .hiddenLayerSizes] {
      guard let stored = arrays[attribute] else { continue }
      // NumPy makes an empty list, such as no hidden layers, an array of float64.
      guard let found = stored.array.count == 0 ? [] : try? stored.array.integers() else {
        throw .badAttribute(stored.name, problem: "of dtype \(stored.array.dtype) is no integer")
      }
      sizes.append(StoredSize(attribute: attribute, name: stored.name, values: Array(found)))
    }
    return sizes
  }
}

/// A size that scikit-learn keeps next to the weights, and that must agree with them.
struct StoredSize {
  let attribute: Attribute
  /// The name under which it is stored.
  let name: String
  let values: [Int64]

  /// Compares the size with those of the weights.
  ///
  /// - Parameter sizes: The number of inputs, then of each layer's outputs.
  /// - Throws: ``SklearnError/contradiction(_:value:with:)``.
  func check(layerSizes sizes: [Int]) throws(SklearnError) {
    let hidden = Array(sizes.dropFirst().dropLast())
    let (expected, fact): ([Int], String)
    switch attribute {
    case .layerCount:
      // scikit-learn counts the input as a layer; others count what has weights.
      let counts = name.hasSuffix("_") ? [sizes.count] : [sizes.count, sizes.count - 1]
      if values.count == 1, counts.contains(where: { Int64($0) == values[0] }) { return }
      (expected, fact) = ([sizes.count], "the weights make \(sizes.count) layers")
    case .outputCount:
      let outputs = sizes[sizes.count - 1]
      (expected, fact) = ([outputs], "the last layer has \(outputs) outputs")
    case .featureCount:
      (expected, fact) = ([sizes[0]], "the first layer takes \(sizes[0]) inputs")
    case .hiddenLayerSizes:
      (expected, fact) = (hidden, "the hidden layers have sizes \(pythonTuple(hidden))")
    default: return
    }
    guard values.elementsEqual(expected.map(Int64.init)) else {
      throw .contradiction(
        name, value: values.count == 1 ? "\(values[0])" : "\(values)", with: fact)
    }
  }
}

extension ClassLabels {
  /// Checks that there are as many labels as the outputs can predict.
  func check(
    outputs: Int, outActivation: Activation, name: String
  ) throws(SklearnError) {
    let count = labels.count
    guard outActivation != .identity, outActivation != .exp else {
      throw .contradiction(
        name, value: "a list of \(count) classes",
        with: "the output activation is \(outActivation.rawValue), which is a regressor's")
    }
    // scikit-learn tells two classes apart with one output, and keeps a single class so too.
    guard outputs == 1 ? count <= 2 : count == outputs else {
      throw .contradiction(
        name, value: "a list of \(count) classes",
        with: "the last layer has \(outputs) output\(outputs == 1 ? "" : "s")")
    }
  }
}

extension Activation {
  /// The activation of a name that a file stores.
  ///
  /// - Throws: ``SklearnError/unknownActivation(_:value:known:)``.
  init(named value: String, in name: String, known: [Activation]) throws(SklearnError) {
    guard let activation = Activation(rawValue: value), known.contains(activation) else {
      throw .unknownActivation(name, value: value, known: known.map(\.rawValue))
    }
    self = activation
  }
}
