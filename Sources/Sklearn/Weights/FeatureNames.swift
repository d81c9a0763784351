import NPY

/// The names of a network's inputs: what people call the lists of them, and which lists can be meant.
enum FeatureNames {
  /// Whether a list of texts is called so that it holds the names of inputs: `feature_names`, `columns`.
  static func areMeant(by name: String) -> Bool {
    let name = name.lowercased()
    return ["feature", "column", "input"].contains { name.contains($0) }
  }

  /// The names that an array holds; `nil` where it does not hold one for each input, each another.
  static func names(in array: NDArray, inputs: Int) -> [String]? {
    guard let names = (try? array.strings()).map(Array.init), names.count == inputs,
      Set(names).count == inputs
    else { return nil }
    return names
  }
}
