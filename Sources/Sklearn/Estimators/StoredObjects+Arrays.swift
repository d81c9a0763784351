package import NPY

/// The most places of lists and dictionaries that are looked at; texts and numbers that are no part of the
/// network are among them.
private let mostPlaces = 100_000

/// The weights and biases of a layer, or what has their shapes.
private struct StoredLayer {
  let weights: NDArray
  let biases: NDArray
  /// The text next to them.
  var activation: String?
  /// The bytes that both take at least in a file.
  var size: Int

  /// Whether these may as well be rows, more than they have columns, and a target for each.
  var areRowsAndTargets: Bool {
    weights.shape[0] > weights.shape[1] && biases.count == weights.shape[0]
  }
}

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
  ///     [(W0, b0), (W1, b1)]                [0]/weight, [0]/bias, [1]/weight, …
  ///     [(W0, b0, "relu"), …]               the same, and [0]/activation, …
  ///     [{"W": …, "b": …}, …]               [0]/W, [0]/b, [1]/W, …
  ///
  /// A list of numbers is an array, and so is a list of such lists of one length, and one of texts. Texts and integers
  /// next to them are arrays of one element, for they may be attributes. Anything else is left out.
  ///
  /// - Parameter name: What the whole is called, if it has a name.
  /// - Returns: The arrays, in the order of the file.
  /// - Throws: ``SklearnError/badObject(_:problem:)`` where arrays are named again and again.
  package func arrays(named name: String = "") throws(SklearnError) -> [NamedArray] {
    var arrays: [NamedArray] = []
    var remaining = byteCount
    func spend(_ bytes: Int, on name: String) throws(SklearnError) {
      remaining -= bytes
      guard remaining >= 0 else {
        throw .badObject(name, problem: "brings more numbers than the file has room for")
      }
    }
    func open(_ nodes: [Node], in name: String) throws(SklearnError) -> [StoredObject<Node>] {
      try nodes.map { node throws(SklearnError) in
        let value = self.value(of: node)
        try spend(value.size, on: name)
        return value
      }
    }
    func add(_ layer: StoredLayer, _ name: String) throws(SklearnError) {
      try spend(layer.size, on: name)
      arrays.append(NamedArray("\(name)/weight", layer.weights))
      arrays.append(NamedArray("\(name)/bias", layer.biases))
      if let activation = layer.activation {
        arrays.append(NamedArray("\(name)/activation", NDArray(string: activation)))
      }
    }
    var pending = [(value: try open([root], in: name)[0], name: name, depth: 0)]
    var places = 1
    var letters = 0
    while let (value, name, depth) = pending.popLast() {
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
      switch value {
      case .array(let array): arrays.append(NamedArray(name.isEmpty ? "arr_0" : name, array))
      case .text(let text): arrays.append(NamedArray(name, NDArray(string: text)))
      case .integer(let integer):
        if let array = try? NDArray([integer], shape: []) { arrays.append(NamedArray(name, array)) }
      case .dictionary(let entries):
        try take(entries.count)
        let sorted = entries.sorted { $0.key < $1.key }
        let names = sorted.map { name.isEmpty ? $0.key : "\(name)/\($0.key)" }
        let values = try open(sorted.map(\.value), in: name)
        var room = remaining
        var layers = values.map { layer($0, &room) }
        // A pair alone may as well be rows and their targets.
        if layers.count(where: { $0 != nil }) < 2 { layers = values.map { _ in nil } }
        try checkAreNoData(
          zip(names, layers).compactMap { name, layer in layer.map { (name, $0) } })
        for (name, layer) in zip(names, layers) {
          if let layer { try add(layer, name) }
        }
        for (index, value) in values.enumerated().reversed() where layers[index] == nil {
          pending.append((value, names[index], depth + 1))
        }
      // What numpy.savez makes of a dictionary.
      case .objects(shape: [], let items) where items.count == 1:
        pending.append((try open(items, in: name)[0], name, depth + 1))
      case .list(let items), .objects(_, let items):
        if let array = numbers(in: value, named: name) {
          try spend(array.count, on: name)
          arrays.append(NamedArray(name.isEmpty ? "arr_0" : name, array))
          break
        }
        try take(items.count)
        let values = try open(items, in: name)
        if let array = texts(in: values) {
          try spend(array.bytes.count / 16, on: name)
          arrays.append(NamedArray(name.isEmpty ? "arr_0" : name, array))
          break
        }
        if let layers = try layers(in: value, values, named: name, room: remaining) {
          for (index, layer) in layers.enumerated() { try add(layer, "\(name)[\(index)]") }
          break
        }
        let areLists = values.allSatisfy(\.isList)
        for (index, value) in values.enumerated().reversed() {
          let place =
            switch (name.isEmpty, value) {
            case (false, _): "\(name.hasSuffix("_") ? String(name.dropLast()) : name)[\(index)]"
            case (true, .dictionary): "[\(index)]"
            case (true, _) where values.count == 2 && areLists: ["coefs", "intercepts"][index]
            case (true, .list) where values.count == 2: "[\(index)]"
            default: "arr_\(index)"
            }
          pending.append((value, place, depth + 1))
        }
      default: break
      }
    }
    return arrays
  }

  /// The layers that a list of pairs of weights and biases is; `nil` for any other list. One pair alone may as well be
  /// rows and their targets.
  ///
  /// - Throws: ``SklearnError/badObject(_:problem:)``, where two pairs may as well be all weights and all biases.
  private func layers(
    in list: StoredObject<Node>, _ values: [StoredObject<Node>], named name: String, room: Int
  ) throws(SklearnError) -> [StoredLayer]? {
    var room = room
    var layers: [StoredLayer] = []
    if case .objects(let shape, _) = list, shape.count == 2, 2...3 ~= shape[1] {
      // What NumPy makes of pairs. All that is in it has been counted.
      room = byteCount
      for index in stride(from: 0, to: values.count, by: shape[1]) {
        guard var layer = layer(values[index..<index + shape[1]], &room) else { return nil }
        layer.size = 0
        layers.append(layer)
      }
    } else {
      for value in values {
        guard let layer = layer(value, &room) else { return nil }
        layers.append(layer)
      }
    }
    guard layers.count > 1 else { return nil }
    try checkAreNoData(layers.enumerated().map { ("\(name)[\($0)]", $1) })
    if layers.count == 2, layers[0].weights.chains(to: layers[0].biases),
      layers[1].weights.areBiases(of: layers[0].weights),
      layers[1].biases.areBiases(of: layers[0].biases)
    {
      throw .badObject(
        "\(name)[0]",
        problem: "may be the weights and the biases of a layer, or the weights of two")
    }
    return layers
  }

  /// Demands that pairs are not all rows of one length with a target for each: `(X_train, y_train), (X_test, y_test)`.
  ///
  /// - Throws: ``SklearnError/dataSet(rows:shape:targets:)``.
  private func checkAreNoData(
    _ pairs: [(name: String, layer: StoredLayer)]
  ) throws(SklearnError) {
    guard let (name, first) = pairs.first else { return }
    let columns = first.weights.shape[1]
    if pairs.allSatisfy({ $0.layer.weights.shape[1] == columns && $0.layer.areRowsAndTargets }) {
      throw .dataSet(rows: "\(name)[0]", shape: first.weights.shape, targets: "\(name)[1]")
    }
  }

  /// The weights and biases of a layer that are in a list, with the name of its activation or without; `nil` for anything
  /// else.
  ///
  /// - Parameter room: The bytes that may still be looked at.
  private func layer(_ parts: StoredObject<Node>, _ room: inout Int) -> StoredLayer? {
    switch parts {
    case .list(let items), .objects(shape: [2], let items), .objects(shape: [3], let items):
      guard 2...3 ~= items.count, room >= 0 else { return nil }
      return layer(items.map { value(of: $0) }[...], &room)
    default: return nil
    }
  }

  private func layer(
    _ parts: ArraySlice<StoredObject<Node>>, _ room: inout Int
  ) -> StoredLayer? {
    let before = room
    var parts = parts
    guard let first = parts.popFirst(), let weights = array(in: first, &room),
      weights.shape.count == 2, weights.dtype.isReal, let second = parts.popFirst(),
      let biases = array(in: second, &room), biases.areBiases(of: weights)
    else { return nil }
    var layer = StoredLayer(weights: weights, biases: biases, size: before - room)
    if let third = parts.popFirst() {
      guard case .text(let text) = third else { return nil }
      layer.activation = text
      layer.size += third.size
      room -= third.size
    }
    return layer
  }

  /// The array that an object is, or a list of numbers.
  private func array(in value: StoredObject<Node>, _ room: inout Int) -> NDArray? {
    room -= value.size
    guard room >= 0 else { return nil }
    if case .array(let array) = value { return array }
    let array = numbers(in: value, named: "")
    room -= array?.count ?? 0
    return array
  }

  /// The array that a list of texts is; `nil` for any other list.
  private func texts(in values: [StoredObject<Node>]) -> NDArray? {
    var texts: [String] = []
    for value in values {
      guard case .text(let text) = value else { return nil }
      texts.append(text)
    }
    return NDArray(texts: texts, spare: 1 << 16)
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

  /// Whether all that an array holds is `None`, which says nothing: `numpy.savez(file, activation=None)`.
  package var isNothing: Bool {
    guard case .objects(shape: [], let items) = value(of: root), let only = items.first,
      case .none = value(of: only)
    else { return false }
    return true
  }

  /// Whether a network can be found among the objects.
  ///
  /// - Parameters:
  ///   - looksThroughUnknown: Whether instances of unknown classes are containers too.
  ///   - orScaler: Whether a scaler is enough.
  package func holdEstimator(looksThroughUnknown: Bool, orScaler: Bool = false) -> Bool {
    guard let search = try? EstimatorSearch(self, looksThroughUnknown: looksThroughUnknown) else {
      return false
    }
    return !search.networks.isEmpty || orScaler && !search.scalers.isEmpty
  }
}

extension StoredObject {
  /// Whether it is a list, a tuple or an array of objects.
  fileprivate var isList: Bool {
    switch self {
    case .list, .objects: true
    default: false
    }
  }

  /// The bytes that it takes at least in a file, and so many as it may be counted for.
  fileprivate var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .array(let array): array.bytes.count
    case .list(let items), .objects(_, let items): items.count
    case .dictionary(let entries): entries.count
    default: 0
    }
  }
}

extension NDArray {
  /// Whether the array has a bias for each output of weights, in one layout or the other.
  fileprivate func areBiases(of weights: NDArray) -> Bool {
    dtype.isReal && 1...2 ~= shape.count && shape.filter({ $0 != 1 }).count <= 1
      && weights.shape.contains(count)
  }

  /// Whether a matrix can be the weights of the layer after this one, in one layout or the other.
  fileprivate func chains(to next: NDArray) -> Bool {
    shape.count == 2 && next.shape.count == 2
      && (shape[1] == next.shape[0] || shape[0] == next.shape[1])
  }
}
