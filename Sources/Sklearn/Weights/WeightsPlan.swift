package import NPY

/// Which arrays of a file are which part of a network: found by names and headers alone, before any
/// data is read.
///
/// The plan says which arrays to read (``attributeEntries``, ``entries(of:)``), and makes the network of what was
/// read: `SklearnOutline(_:options:attributes:)`, ``layers(_:from:)``.
package struct WeightsPlan: Sendable {
  /// The convention that the names follow, after `prefix`.
  let convention: Convention

  /// The prefix before the names of the convention: `model/`, or nothing.
  let prefix: String

  /// How the weights are stored.
  let layout: WeightLayout

  /// For each layer the parts that are its weights and its biases.
  let layers: [(weights: ArrayPart, biases: ArrayPart)]

  /// The parts that are attributes.
  let attributes: [Attribute: ArrayPart]

  /// Finds the layers.
  ///
  /// - Parameters:
  ///   - entries: Every array of the file.
  ///   - options: Options such as the layout and the activations.
  /// - Throws: ``SklearnError``.
  package init(
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
    var shapes: [LayerShapes] = []
    for (weights, biases) in layers {
      shapes.append(
        try LayerShapes(
          weights: (weights.name, Self.header(weights)), biases: (biases.name, Self.header(biases)))
      )
    }
    self.layout = try LayerShapes.layout(of: shapes, given: options.layout ?? convention.layout)
    for (attribute, part) in attributes where attribute.isRead { _ = try Self.header(part) }
  }

  /// The arrays that the network needs in parts.
  private var arraysToCut: Set<Int> {
    let parts = layers.flatMap { [$0.weights, $0.biases] }
    return Set(parts.filter { $0.elements != nil }.map(\.entry))
  }

  /// Whether layers are parts of the same arrays, so that all of them are best read at once.
  package var cutsArrays: Bool { !arraysToCut.isEmpty }

  /// The number of layers.
  package var layerCount: Int { layers.count }

  // MARK: What to read, and what it makes

  /// The arrays that hold the attributes that a reader of the network looks into.
  package var attributeEntries: [Int] { readAttributes.map(\.part.entry) }

  private var readAttributes: [(attribute: Attribute, part: ArrayPart)] {
    attributes.filter(\.key.isRead).sorted { $0.value.entry < $1.value.entry }
      .map { ($0.key, $0.value) }
  }

  /// The attributes that arrays hold.
  ///
  /// - Parameter arrays: The arrays at ``attributeEntries``.
  func attributes(from arrays: [NDArray]) -> [Attribute: NamedArray] {
    var stored: [Attribute: NamedArray] = [:]
    for ((attribute, part), array) in zip(readAttributes, arrays) {
      stored[attribute] = NamedArray(part.name, part.array(from: array))
    }
    return stored
  }

  /// The arrays that hold some of the layers, each once.
  package func entries(of indices: Range<Int>) -> [Int] {
    Set(layers[indices].flatMap { [$0.weights.entry, $0.biases.entry] }).sorted()
  }

  /// Some of the layers, all of whose numbers are finite.
  ///
  /// - Parameters:
  ///   - indices: Which layers, from 0.
  ///   - arrays: The arrays at ``entries(of:)``, by their places.
  /// - Throws: ``SklearnError/notFinite(_:value:index:)``.
  package func layers(
    _ indices: Range<Int>, from arrays: [Int: NDArray]
  ) throws(SklearnError) -> [SklearnWeights.Layer] {
    var arrays = arrays
    // What cutting needs is made once for an array, and not once for each of its parts.
    for index in arraysToCut {
      arrays[index] = arrays[index]?.inCOrder().preparedForParts()
    }
    var found: [SklearnWeights.Layer] = []
    for (weightsPart, biasesPart) in layers[indices] {
      guard let weights = arrays[weightsPart.entry], let biases = arrays[biasesPart.entry] else {
        preconditionFailure("every array of the plan is read")
      }
      found.append(
        try SklearnWeights.Layer(
          weights: NamedArray(weightsPart.name, weightsPart.array(from: weights)),
          biases: NamedArray(biasesPart.name, biasesPart.array(from: biases)), layout: layout))
    }
    return found
  }

  // MARK: Names

  /// The role of each array, by its name.
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

  static func header(_ part: ArrayPart) throws(SklearnError) -> NPYHeader {
    do { return try part.header.get().withoutObjects() } catch {
      throw .unreadable(part.name, error)
    }
  }
}
