import NPY

/// Which arrays of a file are which part of a network: found by names and headers alone, before any
/// data is read.
struct WeightsPlan: Sendable {
  /// The convention that the names follow, behind `prefix`.
  let convention: Convention

  /// What stands before the names that the convention knows: `model/`, or nothing.
  let prefix: String

  /// How the weights are stored.
  let layout: Layout

  /// For each layer the parts that are its weights and its biases.
  let layers: [(weights: ArrayPart, biases: ArrayPart)]

  /// The parts that are attributes.
  let attributes: [Attribute: ArrayPart]

  /// Finds the layers.
  ///
  /// - Parameters:
  ///   - entries: Every array of the file.
  ///   - options: What the caller says about them.
  /// - Throws: ``SklearnError``.
  init(
    _ entries: [(name: String, header: Result<NPYHeader, NPYError>)],
    options: SklearnWeights.Options
  ) throws(SklearnError) {
    let parts =
      if let sizes = options.layerSizes {
        try ArrayPart.parts(of: entries, layerSizes: sizes, layout: options.layout ?? .sklearn)
      } else {
        ArrayPart.parts(of: entries)
      }
    let named = try Self.sort(parts, prefix: options.prefix)
    self.convention = named.convention
    self.prefix = named.prefix
    self.attributes = named.attributes
    self.layers =
      if convention == .positional {
        try Self.positionalLayers(named.arrays, prefix: prefix)
      } else {
        try Self.namedLayers(named.arrays, convention, prefix: prefix)
      }
    self.layout = try Self.layout(layers, given: options.layout ?? convention.layout)
    for (attribute, part) in attributes where attribute.isRead { _ = try Self.header(part) }
  }

  /// The arrays of which the network needs parts.
  var arraysToCut: Set<Int> {
    let parts = layers.flatMap { [$0.weights, $0.biases] }
    return Set(parts.filter { $0.elements != nil }.map(\.entry))
  }

  // MARK: Names

  /// What each array is by its name.
  private static func sort(
    _ parts: [ArrayPart], prefix wanted: String?
  ) throws(SklearnError) -> (
    convention: Convention, prefix: String, arrays: [ArrayPart], attributes: [Attribute: ArrayPart]
  ) {
    var known: (convention: Convention, prefix: String, name: String)?
    var arrays: [ArrayPart] = []
    var others: [ArrayPart] = []
    for part in parts {
      let isMeant = wanted.map { part.name.hasPrefix($0) } ?? true
      guard isMeant else { continue }
      guard let (convention, prefix) = Convention.match(part.name) else {
        others.append(part)
        continue
      }
      if let known {
        guard known.prefix == prefix else {
          throw .severalModels(prefixes: [known.prefix, String(prefix)])
        }
        guard known.convention == convention else { throw .doubledArray(known.name, part.name) }
      } else {
        known = (convention, String(prefix), part.name)
      }
      arrays.append(part)
    }
    guard let (convention, prefix, _) = known else {
      for part in others where stackNames.contains(part.name) { _ = try header(part) }
      throw .noWeights(found: parts.map(\.name))
    }
    var attributes: [Attribute: ArrayPart] = [:]
    for part in others {
      let name = part.name.hasPrefix(prefix) ? String(part.name.dropFirst(prefix.count)) : part.name
      guard let attribute = Attribute(name: name) else { throw .surplusArray(part.name) }
      if let first = attributes.updateValue(part, forKey: attribute) {
        throw .doubledArray(first.name, part.name)
      }
    }
    return (convention, prefix, arrays, attributes)
  }

  /// Names under which a list of arrays is saved as one array of objects.
  private static let stackNames = [
    "coefs", "coefs_", "intercepts", "intercepts_", "arr_0", "weights",
  ]

  private static func namedLayers(
    _ parts: [ArrayPart], _ convention: Convention, prefix: String
  ) throws(SklearnError) -> [(weights: ArrayPart, biases: ArrayPart)] {
    var weights: [Int: ArrayPart] = [:]
    var biases: [Int: ArrayPart] = [:]
    for part in parts {
      let name = part.name.dropFirst(prefix.count)
      var first: ArrayPart?
      if let layer = convention.weights.layer(of: name) {
        first = weights.updateValue(part, forKey: layer)
      } else if let layer = convention.biases.layer(of: name) {
        first = biases.updateValue(part, forKey: layer)
      }
      // `dense` and `dense_0` both name the first layer.
      if let first { throw .doubledArray(first.name, part.name) }
    }
    let numbers: [Int]
    switch convention.numbering {
    case .rising:
      numbers = Set(weights.keys).union(biases.keys).sorted()
    case .consecutive:
      let first = weights[0] != nil || biases[0] != nil ? 0 : 1
      numbers = Array(first..<first + max(weights.count, biases.count))
    }
    var layers: [(weights: ArrayPart, biases: ArrayPart)] = []
    for number in numbers {
      guard let weight = weights[number] else {
        throw .missingArray(
          prefix + convention.weights.name(layer: number),
          besides: (biases[number] ?? parts[0]).name)
      }
      guard let bias = biases[number] else {
        throw .missingArray(
          prefix + convention.biases.name(layer: number), besides: weight.name)
      }
      layers.append((weight, bias))
    }
    return layers
  }

  /// Layers of arrays that only have numbers: all weights and then all biases, or in turn.
  private static func positionalLayers(
    _ parts: [ArrayPart], prefix: String
  ) throws(SklearnError) -> [(weights: ArrayPart, biases: ArrayPart)] {
    var order: [(number: Int, part: ArrayPart)] = []
    for part in parts {
      let name = part.name.dropFirst(prefix.count)
      order.append((Convention.positional.weights.layer(of: name) ?? 0, part))
    }
    order.sort { $0.number < $1.number }
    for (one, next) in zip(order, order.dropFirst()) where one.number == next.number {
      throw .doubledArray(one.part.name, next.part.name)
    }
    for (position, item) in order.enumerated() where item.number != position {
      throw .missingArray("\(prefix)arr_\(position)", besides: item.part.name)
    }
    let arrays = order.map(\.part)
    var isMatrix: [Bool] = []
    for array in arrays { isMatrix.append(try header(array).shape.count == 2) }

    let count = arrays.count / 2
    if arrays.count == 2 * count {
      let blocks = (0..<arrays.count).map { $0 < count }
      if isMatrix == blocks { return (0..<count).map { (arrays[$0], arrays[count + $0]) } }
      let turns = (0..<arrays.count).map { $0.isMultiple(of: 2) }
      if isMatrix == turns { return (0..<count).map { (arrays[2 * $0], arrays[2 * $0 + 1]) } }
    }
    throw .unknownOrder(found: arrays.map(\.name))
  }

  // MARK: Shapes

  static func header(_ part: ArrayPart) throws(SklearnError) -> NPYHeader {
    do { return try part.header.get().withoutObjects() } catch {
      throw .unreadable(part.name, error)
    }
  }

  /// How the weights are stored: as told, else as the shapes allow.
  private static func layout(
    _ layers: [(weights: ArrayPart, biases: ArrayPart)], given: Layout?
  ) throws(SklearnError) -> Layout {
    var shapes: [Shapes] = []
    for layer in layers {
      shapes.append(try Shapes(layer.weights, layer.biases))
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

    init(_ weights: ArrayPart, _ biases: ArrayPart) throws(SklearnError) {
      let weightsHeader = try header(weights)
      let biasesHeader = try header(biases)
      for (part, header) in [(weights, weightsHeader), (biases, biasesHeader)] {
        guard header.dtype.isReal else {
          throw .notReal(part.name, dtype: header.dtype.description)
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
