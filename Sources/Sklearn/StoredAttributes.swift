import MLP
import NPY

/// The attributes that a file stores beside the weights, checked against them.
struct StoredAttributes {
  /// The arrays that were read, each with the name it had.
  let arrays: [Attribute: NamedArray]

  /// An activation by name, `nil` where none is stored.
  func activation(
    _ attribute: Attribute, known: [Activation]
  ) throws(SklearnError) -> Activation? {
    guard let stored = arrays[attribute] else { return nil }
    guard stored.array.count == 1, let value = try? stored.array.strings().first else {
      throw .badAttribute(
        stored.name,
        problem: "of dtype \(stored.array.dtype) and shape \(pythonTuple(stored.array.shape)) "
          + "is not one name")
    }
    guard let activation = Activation(rawValue: value), known.contains(activation) else {
      throw .unknownActivation(stored.name, value: value, known: known.map(\.rawValue))
    }
    return activation
  }

  /// The labels, `nil` where none are stored.
  func classes(outputs: Int, outActivation: Activation) throws(SklearnError) -> ClassLabels? {
    guard let stored = arrays[.classes] else { return nil }
    let classes = try ClassLabels(stored.array, name: stored.name)
    let count = classes.labels.count
    guard outActivation != .identity, outActivation != .exp else {
      throw .contradiction(
        stored.name, value: "a list of \(count) classes",
        with: "the output activation is \(outActivation.rawValue), which is a regressor's")
    }
    // scikit-learn tells two classes apart with one output, and keeps a single class so too.
    guard outputs == 1 ? count <= 2 : count == outputs else {
      throw .contradiction(
        stored.name, value: "a list of \(count) classes",
        with: "the last layer has \(outputs) output\(outputs == 1 ? "" : "s")")
    }
    return classes
  }

  /// Compares the sizes that scikit-learn keeps with those of the weights.
  func check(layerSizes sizes: [Int]) throws(SklearnError) {
    let hidden = Array(sizes.dropFirst().dropLast())
    let expected: [(Attribute, [Int], String)] = [
      (.layerCount, [sizes.count], "the weights make \(sizes.count) layers"),
      (
        .outputCount, [sizes[sizes.count - 1]],
        "the last layer has \(sizes[sizes.count - 1]) outputs"
      ),
      (.featureCount, [sizes[0]], "the first layer takes \(sizes[0]) inputs"),
      (.hiddenLayerSizes, hidden, "the hidden layers have sizes \(pythonTuple(hidden))"),
    ]
    for (attribute, values, fact) in expected {
      guard let stored = arrays[attribute] else { continue }
      // NumPy makes an empty list, such as no hidden layers, an array of float64.
      guard let found = stored.array.count == 0 ? [] : try? stored.array.integers() else {
        throw .badAttribute(stored.name, problem: "of dtype \(stored.array.dtype) is no integer")
      }
      guard found.elementsEqual(values.map(Int64.init)) else {
        throw .contradiction(
          stored.name, value: found.count == 1 ? "\(found[0])" : "\(Array(found))", with: fact)
      }
    }
  }
}
