package import NPY

/// The most places of lists and dictionaries that are looked at; texts and numbers that are no part of the
/// network are among them.
private let mostPlaces = 100_000

/// The most letters that the names of all places have together.
private let mostLetters = 4 << 20

extension StoredObjects {
  /// The arrays in lists and dictionaries, named by their places: what is pickled of a network when it
  /// is not the estimator itself.
  ///
  ///     {"W0": …, "b0": …}                  W0, b0
  ///     {"coefs_": […, …], …}               coefs[0], coefs[1], …
  ///     [coefs, intercepts]                 coefs[0], …, intercepts[0], …
  ///     […, …, …]                           arr_0, arr_1, arr_2
  ///
  /// A list of numbers is an array, and so is a list of such lists of one length. Texts and integers next to them are
  /// arrays of one element, for they may be attributes. Anything else is left out.
  ///
  /// - Parameter name: What the whole is called, if it has a name.
  /// - Returns: The arrays, in the order of the file.
  /// - Throws: ``SklearnError/badObject(_:problem:)`` where arrays are named again and again.
  package func arrays(named name: String = "") throws(SklearnError) -> [NamedArray] {
    var arrays: [NamedArray] = []
    var remaining = byteCount
    var pending = [(node: root, name: name, depth: 0)]
    var places = 1
    var letters = 0
    while let (node, name, depth) = pending.popLast() {
      // All that is in it is counted before any of it is taken: a file can name one list in every place
      // of another, and each place has the name of the list in its own.
      func take(_ parts: Int) throws(SklearnError) {
        places += parts
        letters += parts * name.utf8.count
        guard depth <= 4, places <= mostPlaces, arrays.count <= WeightsPlan.mostParts,
          name.utf8.count <= 1_000, letters <= mostLetters
        else {
          throw .badObject(
            String(name.prefix(60)),
            problem: "is nested too deep, or in too many parts, or too long a name for a network")
        }
      }
      try take(0)
      switch value(of: node) {
      case .array(let array):
        remaining -= array.bytes.count
        arrays.append(NamedArray(name.isEmpty ? "arr_0" : name, array))
      case .text(let text):
        remaining -= text.utf8.count
        arrays.append(NamedArray(name, NDArray(string: text)))
      case .integer(let integer):
        if let array = try? NDArray([integer], shape: []) { arrays.append(NamedArray(name, array)) }
      case .dictionary(let entries):
        try take(entries.count)
        for (key, node) in entries.sorted(by: { $0.key > $1.key }) {
          pending.append((node, name.isEmpty ? key : "\(name)/\(key)", depth + 1))
        }
      // What numpy.savez makes of a dictionary.
      case .objects(shape: [], let items) where items.count == 1:
        pending.append((items[0], name, depth + 1))
      case .list(let items), .objects(_, let items):
        if let array = numbers(in: value(of: node), named: name) {
          remaining -= array.bytes.count
          arrays.append(NamedArray(name.isEmpty ? "arr_0" : name, array))
          break
        }
        try take(items.count)
        for (index, item) in items.enumerated().reversed() {
          pending.append((item, place(index, of: items.count, in: name, item), depth + 1))
        }
      default: break
      }
      guard remaining >= 0 else {
        throw .badObject(name, problem: "brings more numbers than the file has room for")
      }
    }
    return arrays
  }

  /// The array that a list of numbers is, or a list of such lists of one length; `nil` for any other list.
  private func numbers(in value: StoredObject<Node>, named name: String) -> NDArray? {
    var integers: [Int64] = []
    var reals: [Double] = []
    func add(_ value: StoredObject<Node>) -> Bool {
      switch value {
      case .integer(let integer):
        integers.append(integer)
        reals.append(Double(integer))
      case .number(let number): reals.append(number)
      default: return false
      }
      return true
    }
    let items: [Node]
    var shape: [Int]
    switch value {
    case .list(let list): (items, shape) = (list, [list.count])
    case .objects(let axes, let objects): (items, shape) = (objects, axes)
    default: return nil
    }
    guard !items.isEmpty else { return nil }
    for (index, item) in items.enumerated() {
      let item = self.value(of: item)
      if case .list(let row) = item, !row.isEmpty {
        // The biases of several layers may have one length, and make no matrix all the same.
        guard shape.count == 1, reals.count == index * row.count,
          ArrayName(name).role != .biases, row.allSatisfy({ add(self.value(of: $0)) })
        else { return nil }
        if index == items.count - 1 { shape.append(row.count) }
      } else {
        guard reals.count == index, add(item) else { return nil }
      }
    }
    return integers.count == reals.count
      ? try? NDArray(integers, shape: shape) : try? NDArray(reals, shape: shape)
  }

  /// Whether a network can be found among the objects.
  ///
  /// - Parameter looksThroughUnknown: Whether instances of unknown classes are containers too.
  package func holdEstimator(looksThroughUnknown: Bool) -> Bool {
    let search = try? EstimatorSearch(self, looksThroughUnknown: looksThroughUnknown)
    return search.map { !$0.networks.isEmpty } ?? false
  }

  /// The name of an item of a list.
  private func place(_ index: Int, of count: Int, in name: String, _ item: Node) -> String {
    guard name.isEmpty else {
      return "\(name.hasSuffix("_") ? String(name.dropLast()) : name)[\(index)]"
    }
    // Only of two is it worth a look: a text may be long, and may stand in a list a million times.
    guard count == 2 else { return "arr_\(index)" }
    switch value(of: item) {
    case .list, .objects: return ["coefs", "intercepts"][index]
    default: return "arr_\(index)"
    }
  }
}
