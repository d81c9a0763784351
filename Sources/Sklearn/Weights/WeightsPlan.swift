import MLP
package import NPY

/// Which arrays of a file are which part of a network: found by names and headers alone, before any
/// data is read.
///
/// The plan says which arrays to read (``attributeEntries``, ``entries(of:)``), and makes the network of what was
/// read: `SklearnOutline(_:options:attributes:)`, ``layers(_:from:)``.
package struct WeightsPlan: Sendable {
  /// How the arrays are named: `coefs_N`, `net.N.weight`.
  let naming: String

  /// How the weights are stored.
  let layout: WeightLayout

  /// For each layer the parts that are its weights and its biases; `nil` for biases that are all 0.
  let layers: [(weights: ArrayPart, biases: ArrayPart?)]

  /// The parts that are attributes.
  let attributes: [Attribute: ArrayPart]

  /// The parts that name activations, under other names than scikit-learn's.
  private let activations: [ActivationPart]

  /// The parts that are a scaler.
  private let scaler: (arrays: ScalerArrays, mean: ArrayPart, scale: ArrayPart)?

  /// The part that holds the names of the inputs.
  private let featureNames: ArrayPart?

  /// The parts that may be the sizes of the layers.
  private let sizes: [ArrayPart]

  /// What is read in another way than the names say, and what is left out.
  let notes: [String]

  /// Whether the only layer may as well be rows of data and their targets.
  private let mayBeData: Bool

  /// Finds the layers.
  ///
  /// - Parameters:
  ///   - entries: Every array of the file.
  ///   - options: What the caller says about them.
  ///   - isOrdered: Whether the layers are in the file in the order in which they take a row, as in those of PyTorch.
  /// - Throws: ``SklearnError``.
  package init(
    _ entries: [(name: String, header: Result<NPYHeader, NPYError>)],
    options: SklearnWeights.Options, isOrdered: Bool = false
  ) throws(SklearnError) {
    var used: [ArrayPart.Entry] = []
    var isFound = [String: Bool](
      options.ignored.map { ($0, false) }, uniquingKeysWith: { one, _ in one })
    for (place, entry) in entries.enumerated() {
      if let ignored = options.ignored.first(where: entry.name.isAt) {
        isFound[ignored] = true
      } else {
        used.append((place, entry.name, entry.header))
      }
    }
    for name in options.ignored where isFound[name] == false {
      throw .nothingToIgnore(name, found: entries.map(\.name))
    }
    var parts =
      if let sizes = options.layerSizes {
        try ArrayPart.parts(of: used, layerSizes: sizes, layout: options.layout ?? .sklearn)
      } else {
        ArrayPart.parts(of: used)
      }
    var outside: [String] = []
    if let prefix = options.prefix {
      outside = parts.map(\.name).filter {
        !$0.hasPrefix(prefix) && ScalerArrays.isPart(ArrayName($0))
      }
      parts = parts.filter { $0.name.hasPrefix(prefix) }
    }
    // Before their names are taken apart, which costs more memory than the names.
    guard parts.count <= Self.mostParts else {
      throw .tooManyArrays(parts.count, most: Self.mostParts)
    }
    var biases: [String: ArrayPart] = [:]
    if let place = options.biasPlace {
      parts = parts.map { part in
        guard let (weights, own) = part.split(place) else { return part }
        biases[weights.name] = own
        return weights
      }
    }
    let found = try LayerSearch(parts, options: options, isOrdered: isOrdered).find()
    let neighbours = try NeighbourArrays(parts, besides: found)
    naming = found.naming
    layout = found.layout
    layers = found.layers.map { ($0.weights, $0.biases ?? biases[$0.weights.name]) }
    attributes = neighbours.attributes
    activations = neighbours.activations
    featureNames = neighbours.featureNames
    scaler = neighbours.scaler
    sizes = neighbours.sizes
    notes =
      found.notes + neighbours.notes
      + outside.prefix(2).map { "'\($0)' is not under the prefix, and not used" }
    let says: [Attribute] = [.activation, .outActivation, .classes]
    mayBeData =
      found.isUnnamed && layout == .mlp && options.activation == nil
      && options.outActivation == nil && neighbours.activations.isEmpty
      && says.allSatisfy { neighbours.attributes[$0] == nil }
    for (attribute, part) in attributes where attribute.isRead { _ = try Self.header(part) }
  }

  /// Weights and biases of 10,000 layers, and some attributes: more than any network has.
  static let mostParts = 20_100

  /// The arrays that the network needs in parts.
  private var arraysToCut: Set<Int> {
    let parts = layers.flatMap { [$0.weights, $0.biases].compactMap(\.self) }
    return Set(parts.filter(\.isCut).map(\.entry))
  }

  /// Whether layers are parts of the same arrays, so that all of them are best read at once.
  package var cutsArrays: Bool { !arraysToCut.isEmpty }

  /// The number of layers.
  package var layerCount: Int { layers.count }

  /// The headers of each layer's weights and of its biases.
  ///
  /// - Throws: ``SklearnError/unreadable(_:_:)``.
  func headers() throws(SklearnError) -> [(weights: NPYHeader, biases: NPYHeader)] {
    var headers: [(weights: NPYHeader, biases: NPYHeader)] = []
    for (weights, biases) in layers {
      let header = try Self.header(weights)
      if let biases {
        headers.append((header, try Self.header(biases)))
      } else {
        headers.append((header, try noBiases(besides: weights.name, header)))
      }
    }
    return headers
  }

  /// The header of biases that the file leaves out: of the weights' type, where that is a usual one.
  private func noBiases(
    besides name: String, _ weights: NPYHeader
  ) throws(SklearnError) -> NPYHeader {
    let isUsual = weights.dtype.kind == .float && weights.dtype.itemSize <= 8
    do {
      return try NPYHeader(
        dtype: isUsual ? weights.dtype : Double.dtype, shape: [layout.sizes(weights.shape).outputs])
    } catch { throw .unreadable(name, error) }
  }

  // MARK: What to read, and what it makes

  /// The arrays next to the layers that a reader of the network looks into.
  package var attributeEntries: [Int] { readParts.map(\.entry) }

  private var readAttributes: [(attribute: Attribute, part: ArrayPart)] {
    attributes.filter(\.key.isRead).sorted { $0.value.entry < $1.value.entry }
      .map { ($0.key, $0.value) }
  }

  private var readParts: [ArrayPart] {
    readAttributes.map(\.part) + activations.map(\.part) + sizes
      + [featureNames, scaler?.mean, scaler?.scale].compactMap(\.self)
  }

  /// What arrays next to the layers hold.
  ///
  /// - Parameter arrays: The arrays at ``attributeEntries``.
  /// - Throws: ``SklearnError/unreadable(_:_:)``.
  func neighbours(
    from arrays: [NDArray]
  ) throws(SklearnError) -> (stored: StoredAttributes, scaler: InputTransform.Step?) {
    var arrays = zip(readParts, arrays).map { NamedArray($0.name, $0.array(from: $1)) }[...]
    var stored: [Attribute: NamedArray] = [:]
    for (attribute, _) in readAttributes { stored[attribute] = arrays.popFirst() }
    let activations = zip(self.activations, arrays).map { (kind: $0, array: $1) }
    arrays = arrays.dropFirst(activations.count)
    let layerSizes = Array(arrays.prefix(sizes.count))
    arrays = arrays.dropFirst(sizes.count)
    let names = featureNames == nil ? nil : arrays.popFirst()
    var step: InputTransform.Step?
    if let scaler, let mean = arrays.popFirst(), let scale = arrays.popFirst() {
      step = try scaler.arrays.step(mean: mean, scale: scale)
    }
    return (
      StoredAttributes(
        arrays: stored, activations: activations, layerSizes: layerSizes, featureNames: names), step
    )
  }

  /// The arrays that hold some of the layers, each once.
  package func entries(of indices: Range<Int>) -> [Int] {
    Set(layers[indices].flatMap { [$0.weights.entry, $0.biases?.entry].compactMap(\.self) })
      .sorted()
  }

  /// Some of the layers, all of whose numbers are finite.
  ///
  /// - Parameters:
  ///   - indices: Which layers, from 0.
  ///   - arrays: The arrays at ``entries(of:)``, by their places.
  /// - Throws: ``SklearnError/notFinite(_:value:index:)``, and ``SklearnError/dataSet(rows:shape:targets:)`` where
  ///   the numbers show it.
  package func layers(
    _ indices: Range<Int>, from arrays: [Int: NDArray]
  ) throws(SklearnError) -> [SklearnWeights.Layer] {
    var arrays = arrays
    // What cutting needs is made once for an array, and not once for each of its parts.
    for index in arraysToCut {
      arrays[index] = arrays[index]?.inCOrder().preparedForParts()
    }
    func array(_ part: ArrayPart) -> NamedArray {
      guard let array = arrays[part.entry] else {
        preconditionFailure("every array of the plan is read")
      }
      return NamedArray(part.name, part.array(from: array))
    }
    var found: [SklearnWeights.Layer] = []
    for (weightsPart, biasesPart) in layers[indices] {
      let weights = array(weightsPart)
      let biases: NamedArray
      if let biasesPart {
        biases = array(biasesPart)
      } else {
        let header = try noBiases(besides: weights.name, weights.array.header)
        do {
          biases = NamedArray(
            weights.name,
            try NDArray(
              header: header, bytes: ContiguousArray(repeating: 0, count: header.byteCount)))
        } catch { throw .unreadable(weights.name, error) }
      }
      if mayBeData, biases.array.lookLikeTargets(of: weights.array) {
        throw .dataSet(rows: weights.name, shape: weights.array.shape, targets: biases.name)
      }
      found.append(try SklearnWeights.Layer(weights: weights, biases: biases, layout: layout))
    }
    return found
  }

  static func header(_ part: ArrayPart) throws(SklearnError) -> NPYHeader {
    do { return try part.header.get().withoutObjects() } catch {
      throw .unreadable(part.name, error)
    }
  }
}

extension String {
  /// Whether this is the name of an array at a place, or of one in it: `optimizer` holds `optimizer/m`.
  func isAt(_ place: String) -> Bool {
    guard utf8.starts(with: place.utf8) else { return false }
    let rest = utf8.dropFirst(place.utf8.count)
    return rest.isEmpty || "/.[".utf8.contains(rest[rest.startIndex])
  }
}

extension NDArray {
  /// Whether this vector looks like the targets of a matrix's rows, and not like the biases of a layer that has an
  /// output for each row: integers that repeat, or very many of them.
  fileprivate func lookLikeTargets(of rows: NDArray) -> Bool {
    guard let values = try? reals(as: Double.self) else { return false }
    let distinct = Set(values).count
    guard distinct > 1 else { return false }
    if dtype.kind != .float, rows.dtype.kind == .float { return true }
    if distinct < values.count, values.allSatisfy({ $0 == $0.rounded() }) { return true }
    return rows.shape[0] > max(20, 2 * rows.shape[1])
  }
}
