import NPY

/// Which arrays of a file are which part of a network: found by names and headers alone, before any
/// data is read.
struct WeightsPlan {
  /// What is known of an array before it is read.
  typealias Entry = (name: String, header: Result<NPYHeader, NPYError>)

  /// The convention that the names follow.
  let convention: Convention

  /// How the weights are stored.
  let layout: Layout

  /// For each layer the entries that are its weights and its biases.
  let layers: [(weights: Int, biases: Int)]

  /// The entries that are attributes.
  let attributes: [Attribute: Int]

  /// Finds the layers.
  ///
  /// - Parameters:
  ///   - entries: Every array of the file.
  ///   - layout: How the caller says that the weights are stored, if at all.
  /// - Throws: ``SklearnError``.
  init(_ entries: [Entry], layout: Layout?) throws(SklearnError) {
    let named = try Self.attributes(entries)
    self.attributes = named.attributes
    self.convention = try Self.convention(entries, named.rest)
    self.layers =
      if convention == .positional {
        try Self.positionalLayers(entries, named.rest)
      } else {
        try Self.namedLayers(entries, named.rest, convention)
      }
    self.layout = try Self.layout(entries, layers, given: layout ?? convention.layout)
    for (attribute, entry) in attributes where attribute.isRead {
      _ = try Self.header(entries[entry])
    }
  }

  /// The entries whose data the network needs.
  var arraysToRead: [Int] {
    layers.flatMap { [$0.weights, $0.biases] } + attributes.filter(\.key.isRead).map(\.value)
  }

  // MARK: Names

  private static func attributes(
    _ entries: [Entry]
  ) throws(SklearnError) -> (attributes: [Attribute: Int], rest: [Int]) {
    var attributes: [Attribute: Int] = [:]
    var rest: [Int] = []
    for index in entries.indices {
      guard let attribute = Attribute(name: entries[index].name) else {
        rest.append(index)
        continue
      }
      if let first = attributes.updateValue(index, forKey: attribute) {
        throw .doubledArray(entries[first].name, entries[index].name)
      }
    }
    return (attributes, rest)
  }

  /// The one convention that the names follow.
  private static func convention(
    _ entries: [Entry], _ rest: [Int]
  ) throws(SklearnError) -> Convention {
    var found: (convention: Convention, name: String)?
    var surplus: String?
    for index in rest {
      let name = entries[index].name
      let match = Convention.all.first { convention in
        [convention.weights, convention.biases].contains {
          Convention.layer(of: name, in: $0) != nil
        }
      }
      switch (match, found) {
      case (nil, _):
        surplus = surplus ?? name
      case (let match?, nil):
        found = (match, name)
      case (let match?, let first?):
        guard match == first.convention else { throw .doubledArray(first.name, name) }
      }
    }
    guard let found else { throw .noWeights(found: entries.map(\.name)) }
    if let surplus { throw .surplusArray(surplus) }
    return found.convention
  }

  private static func namedLayers(
    _ entries: [Entry], _ rest: [Int], _ convention: Convention
  ) throws(SklearnError) -> [(weights: Int, biases: Int)] {
    var weights: [Int: Int] = [:]
    var biases: [Int: Int] = [:]
    for index in rest {
      if let layer = Convention.layer(of: entries[index].name, in: convention.weights) {
        weights[layer] = index
      } else if let layer = Convention.layer(of: entries[index].name, in: convention.biases) {
        biases[layer] = index
      }
    }
    func name(_ pattern: String, _ layer: Int) -> String {
      pattern.replacing("#", with: String(layer))
    }
    func anyName() -> String { rest.first.map { entries[$0].name } ?? "" }

    let first = weights[0] != nil || biases[0] != nil ? 0 : 1
    let count = weights.count
    var layers: [(weights: Int, biases: Int)] = []
    for layer in first..<first + max(count, biases.count, 1) {
      guard let weight = weights[layer] else {
        throw .missingArray(
          name(convention.weights, layer),
          besides: biases[layer].map { entries[$0].name } ?? anyName())
      }
      guard let bias = biases[layer] else {
        throw .missingArray(name(convention.biases, layer), besides: entries[weight].name)
      }
      layers.append((weight, bias))
    }
    return layers
  }

  /// Layers of arrays that only have numbers: all weights and then all biases, or in turn.
  private static func positionalLayers(
    _ entries: [Entry], _ rest: [Int]
  ) throws(SklearnError) -> [(weights: Int, biases: Int)] {
    var order: [(number: Int, entry: Int)] = []
    for index in rest {
      let number = Convention.layer(of: entries[index].name, in: Convention.positional.weights)
      order.append((number ?? 0, index))
    }
    order.sort { $0.number < $1.number }
    for (position, item) in order.enumerated() where item.number != position {
      throw .missingArray("arr_\(position)", besides: entries[item.entry].name)
    }
    let arrays = order.map(\.entry)
    var isMatrix: [Bool] = []
    for array in arrays { isMatrix.append(try header(entries[array]).shape.count == 2) }

    let count = arrays.count / 2
    if arrays.count == 2 * count {
      let blocks = (0..<arrays.count).map { $0 < count }
      if isMatrix == blocks { return (0..<count).map { (arrays[$0], arrays[count + $0]) } }
      let turns = (0..<arrays.count).map { $0.isMultiple(of: 2) }
      if isMatrix == turns { return (0..<count).map { (arrays[2 * $0], arrays[2 * $0 + 1]) } }
    }
    throw .unknownOrder(found: arrays.map { entries[$0].name })
  }

  // MARK: Shapes

  private static func header(_ entry: Entry) throws(SklearnError) -> NPYHeader {
    do { return try entry.header.get() } catch { throw .unreadable(entry.name, error) }
  }

  /// How the weights are stored: as told, else as the shapes allow.
  private static func layout(
    _ entries: [Entry], _ layers: [(weights: Int, biases: Int)], given: Layout?
  ) throws(SklearnError) -> Layout {
    var shapes: [Shapes] = []
    for layer in layers {
      shapes.append(try Shapes(entries[layer.weights], entries[layer.biases]))
    }
    if let given {
      if let problem = problem(shapes, read: given) { throw problem }
      return given
    }
    switch (problem(shapes, read: .sklearn), problem(shapes, read: .mlp)) {
    case (nil, nil): throw .ambiguousLayout(shapes: shapes.map(\.weights))
    case (nil, _): return .sklearn
    case (_, nil): return .mlp
    case (let problem?, _): throw problem
    }
  }

  /// The shapes of a layer, each known to be what it must be by itself.
  private struct Shapes {
    let weightsName: String
    let weights: [Int]
    let biasesName: String
    let biases: Int

    init(_ weights: Entry, _ biases: Entry) throws(SklearnError) {
      let weightsHeader = try header(weights)
      let biasesHeader = try header(biases)
      for (entry, header) in [(weights, weightsHeader), (biases, biasesHeader)] {
        guard header.dtype.isReal else {
          throw .notReal(entry.name, dtype: header.dtype.description)
        }
      }
      guard weightsHeader.shape.count == 2 else {
        throw .wrongAxes(weights.name, shape: weightsHeader.shape, expected: "a matrix")
      }
      guard weightsHeader.count > 0 else {
        throw .emptyLayer(weights.name, shape: weightsHeader.shape)
      }
      // A vector may have been kept as a row or a column of a matrix.
      let longAxes = biasesHeader.shape.filter { $0 != 1 }
      guard (1...2).contains(biasesHeader.shape.count), longAxes.count <= 1 else {
        throw .wrongAxes(biases.name, shape: biasesHeader.shape, expected: "a vector")
      }
      self.weightsName = weights.name
      self.weights = weightsHeader.shape
      self.biasesName = biases.name
      self.biases = biasesHeader.count
    }
  }

  /// What speaks against reading the weights in this layout.
  private static func problem(_ layers: [Shapes], read layout: Layout) -> SklearnError? {
    for (index, layer) in layers.enumerated() {
      let (inputs, outputs) = layout.sizes(layer.weights)
      if index > 0 {
        let before = layers[index - 1]
        let given = layout.sizes(before.weights).outputs
        guard inputs == given else {
          return .layersDoNotChain(
            first: before.weightsName, firstShape: before.weights, outputs: given,
            second: layer.weightsName, secondShape: layer.weights, inputs: inputs, layout: layout)
        }
      }
      guard outputs == layer.biases else {
        return .biasesDoNotFit(
          weights: layer.weightsName, shape: layer.weights, outputs: outputs,
          biases: layer.biasesName, found: layer.biases, layout: layout)
      }
    }
    return nil
  }
}
