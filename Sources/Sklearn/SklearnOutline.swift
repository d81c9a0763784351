package import MLP
package import NPY

/// A network as a file says it, but for its numbers: found by names and headers, with the attributes read
/// and the layers still in the file.
package struct SklearnOutline: Sendable {
  private let plan: WeightsPlan

  /// How the weights are stored.
  package var layout: Layout { plan.layout }

  /// How the arrays were named: `coefs_N`, `arr_N` and so on; in an estimator, where it is in it.
  package internal(set) var naming: String

  /// What is done to inputs before the first layer: the scalers of a pipeline.
  package internal(set) var inputTransform: InputTransform?

  /// The activation of the hidden layers.
  package let activation: SklearnWeights.Choice

  /// The activation of the last layer.
  package let outActivation: SklearnWeights.Choice

  /// The labels, where the file stores them.
  package let classes: ClassLabels?

  /// The number of inputs, then of each layer's outputs: `[64, 16, 10]`.
  package let layerSizes: [Int]

  /// The header of each layer's weights and of its biases.
  var headers: [(weights: NPYHeader, biases: NPYHeader)]

  /// What the network is for.
  package var task: SklearnWeights.Task {
    switch outActivation.activation {
    case .identity, .exp: .regressor
    default: .classifier
    }
  }

  /// The layers, cut into runs to be read one after another: as many in turn as have a few megabytes
  /// together, else one by one; or all at once, where they are parts of the same arrays.
  package var runs: [Range<Int>] {
    guard plan.arraysToCut.isEmpty else { return [0..<headers.count] }
    var runs: [Range<Int>] = []
    var byteCount = 0
    for (index, layer) in headers.enumerated() {
      // A header may claim any size; more than a run makes no difference.
      let size = [layer.weights, layer.biases].reduce(0) {
        $0 + min($1.byteCount, Self.runSize + 1)
      }
      byteCount += size
      if let last = runs.last, byteCount <= Self.runSize {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
        byteCount = size
      }
    }
    return runs
  }

  /// The bytes of small layers that are read, and written, at once.
  private static let runSize = 16 << 20

  /// The number of layers.
  package var layerCount: Int { headers.count }

  /// The number of weights and biases.
  package var parameterCount: Int { headers.reduce(0) { $0 + $1.weights.count + $1.biases.count } }

  /// NumPy's name of the weights' element type; several, where the arrays differ.
  package var dtypeName: String {
    var names: [String] = []
    for layer in headers {
      for name in [layer.weights.dtype.name, layer.biases.dtype.name] where !names.contains(name) {
        names.append(name)
      }
    }
    return names.joined(separator: ", ")
  }
}

// MARK: From arrays

extension SklearnOutline {
  /// Finds the network by names and headers, and reads the attributes.
  ///
  /// - Parameters:
  ///   - headers: Every array of the file: its name, and its header or why it cannot be read.
  ///   - options: What the caller says about the file.
  ///   - failure: Makes the reader's kind of error from a ``SklearnError``.
  ///   - read: The arrays at some indices of `headers`.
  package init<Failure: Error>(
    headers: [(name: String, header: Result<NPYHeader, NPYError>)],
    options: SklearnWeights.Options, failure: (SklearnError) -> Failure,
    read: ([Int]) throws(Failure) -> [NDArray]
  ) throws(Failure) {
    let plan: WeightsPlan
    do { plan = try WeightsPlan(headers, options: options) } catch { throw failure(error) }
    let attributes = plan.attributes.filter(\.key.isRead).sorted { $0.value.entry < $1.value.entry }
    let arrays = try read(attributes.map(\.value.entry))
    var stored: [Attribute: NamedArray] = [:]
    for ((attribute, part), array) in zip(attributes, arrays) {
      stored[attribute] = NamedArray(part.name, part.array(from: array))
    }
    do { try self.init(plan, options: options, attributes: stored) } catch { throw failure(error) }
  }

  private init(
    _ plan: WeightsPlan, options: SklearnWeights.Options, attributes: [Attribute: NamedArray]
  ) throws(SklearnError) {
    var headers: [(weights: NPYHeader, biases: NPYHeader)] = []
    for (weights, biases) in plan.layers {
      headers.append((try WeightsPlan.header(weights), try WeightsPlan.header(biases)))
    }
    let sizes = headers.map { plan.layout.sizes($0.weights.shape) }
    let outputs = sizes[sizes.count - 1].outputs
    self.plan = plan
    self.naming = plan.prefix + plan.convention.name
    self.headers = headers
    self.layerSizes = [sizes[0].inputs] + sizes.map(\.outputs)

    let stored = StoredAttributes(arrays: attributes)
    self.activation =
      if let option = options.activation {
        .init(
          try Self.check(option, of: .activation, isOneOf: SklearnWeights.hiddenActivations),
          .option)
      } else if let value = try stored.activation(
        .activation, known: SklearnWeights.hiddenActivations)
      {
        .init(value, .stored)
      } else {
        .init(.logistic, .assumed)
      }
    self.outActivation =
      if let option = options.outActivation {
        .init(
          try Self.check(option, of: .outActivation, isOneOf: SklearnWeights.outActivations),
          .option)
      } else if let value = try stored.activation(
        .outActivation, known: SklearnWeights.outActivations)
      {
        .init(value, .stored)
      } else {
        .init(outputs > 1 ? .softmax : .logistic, .assumed)
      }
    self.classes = try stored.classes(outputs: outputs, outActivation: outActivation.activation)
    try stored.check(layerSizes: layerSizes)
  }

  /// What a caller says has to be possible as well: a hidden softmax is no network.
  private static func check(
    _ option: Activation, of attribute: Attribute, isOneOf known: [Activation]
  ) throws(SklearnError) -> Activation {
    guard known.contains(option) else {
      throw .unknownActivation(
        attribute.rawValue, value: option.rawValue, known: known.map(\.rawValue))
    }
    return option
  }

  /// Reads some of the layers, and demands that their numbers are finite.
  ///
  /// - Parameters:
  ///   - indices: Which layers, from 0.
  ///   - failure: Makes the reader's kind of error from a ``SklearnError``.
  ///   - read: The arrays at some indices of the headers that the network was found by.
  /// - Returns: The layers.
  package func layers<Failure: Error>(
    _ indices: some Sequence<Int>, failure: (SklearnError) -> Failure,
    read: ([Int]) throws(Failure) -> [NDArray]
  ) throws(Failure) -> [SklearnWeights.Layer] {
    let wanted = indices.map { plan.layers[$0] }
    let entries = Set(wanted.flatMap { [$0.weights.entry, $0.biases.entry] }).sorted()
    var arrays = Dictionary(uniqueKeysWithValues: zip(entries, try read(entries)))
    // What cutting needs is made once for an array, and not once for each of its parts.
    for index in plan.arraysToCut {
      arrays[index] = arrays[index]?.inCOrder().preparedForParts()
    }
    var layers: [SklearnWeights.Layer] = []
    for (weightsPart, biasesPart) in wanted {
      guard let weights = arrays[weightsPart.entry], let biases = arrays[biasesPart.entry] else {
        preconditionFailure("every array of the plan is read")
      }
      do {
        layers.append(
          try layer(
            weights: NamedArray(weightsPart.name, weightsPart.array(from: weights)),
            biases: NamedArray(biasesPart.name, biasesPart.array(from: biases))))
      } catch {
        throw failure(error)
      }
    }
    return layers
  }

  private func layer(
    weights: NamedArray, biases: NamedArray
  ) throws(SklearnError) -> SklearnWeights.Layer {
    // Whoever writes a layer writes all of it.
    let (weights, biases) = (
      NamedArray(weights.name, weights.array.read(beside: biases.array)),
      NamedArray(biases.name, biases.array.read(beside: weights.array))
    )
    try Self.checkFinite(weights)
    try Self.checkFinite(biases)
    let (inputs, outputs) = layout.sizes(weights.array.shape)
    return SklearnWeights.Layer(
      weights: weights.array, biases: biases.array.reshapedVector([outputs]), inputs: inputs,
      outputs: outputs)
  }

  /// NaN and infinities make every answer of a network worthless. And what numbers there are must be known:
  /// ``SklearnWeights/mlp(as:)`` and what rounds them rely on it.
  static func checkFinite(_ item: NamedArray) throws(SklearnError) {
    let array = item.array
    guard array.dtype.kind == .float, array.isFinite != true else { return }
    let values: ContiguousArray<Double>
    do throws(NPYError) {
      var isFinite = true
      try array.forEachBlock(ofReals: Double.self) {
        isFinite = isFinite && $0.allSatisfy(\.isFinite)
      }
      if isFinite { return }
      values = try array.reals(as: Double.self)
    } catch {
      throw .unreadable(item.name, error)
    }
    guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
    var index: [Int] = []
    var rest = position
    for length in array.shape.reversed() {
      index.insert(rest % length, at: 0)
      rest /= length
    }
    throw .notFinite(item.name, value: "\(values[position])", index: index)
  }
}

// MARK: To arrays

extension SklearnOutline {
  /// A layer's arrays as they are stored, named and laid out as asked; each is made when it is written.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - index: Which it is, from 0.
  ///   - layout: The layout to store the weights in.
  ///   - naming: How the arrays are named.
  ///   - precision: What to round every number to; `nil` keeps them as they are stored.
  package func arrays(
    of layer: SklearnWeights.Layer, at index: Int, in layout: Layout,
    named naming: SklearnWeights.Naming,
    precision: SklearnWeights.Precision?
  ) -> [(name: String, array: BlockwiseArray)] {
    let names = naming.names(layer: index, in: layout)
    let rounding: BlockwiseArray.Rounding? = precision.map { $0 == .float32 ? .float : .double }
    return [
      (
        names.weights,
        BlockwiseArray(
          of: layer.weights, isTransposed: layout != self.layout, rounding: rounding)
      ),
      (names.biases, BlockwiseArray(of: layer.biases, rounding: rounding)),
    ]
  }

  /// What is stored behind the layers: `activation`, `out_activation` and `classes`, where they are known
  /// and not assumed.
  package var attributeArrays: [NamedArray] {
    var arrays: [NamedArray] = []
    for (name, choice) in [("activation", activation), ("out_activation", outActivation)]
    where choice.origin != .assumed {
      arrays.append(NamedArray(name, NDArray(string: choice.activation.rawValue)))
    }
    if let classes { arrays.append(NamedArray("classes", classes.array)) }
    return arrays
  }
}
