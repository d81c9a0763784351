public import MLP
public import NPY

/// A network as a file stores it: weights of any dtype, unchanged, and the origin of each activation.
public struct SklearnWeights: Sendable {
  /// One layer: the arrays as stored.
  public struct Layer: Sendable {
    /// The weights, in the layout of ``SklearnWeights/layout``.
    public let weights: NDArray
    /// The biases: one axis, as long as the layer has outputs.
    public let biases: NDArray
    /// The number of inputs.
    public let inputs: Int
    /// The number of outputs.
    public let outputs: Int

    /// A layer of arrays whose shapes fit each other and the layout.
    ///
    /// - Throws: ``SklearnError/notFinite(_:value:index:)``.
    init(weights: NamedArray, biases: NamedArray, layout: WeightLayout) throws(SklearnError) {
      // A layer is written by one processor.
      let (weights, biases) = (
        NamedArray(weights.name, weights.array.read(beside: biases.array)),
        NamedArray(biases.name, biases.array.read(beside: weights.array))
      )
      try SklearnOutline.checkFinite(weights)
      try SklearnOutline.checkFinite(biases)
      (inputs, outputs) = layout.sizes(weights.array.shape)
      self.weights = weights.array
      self.biases = biases.array.reshapedVector([outputs])
    }
  }

  /// The origin of an activation.
  @nonexhaustive
  public enum Origin: String, Sendable, Codable {
    /// The file stores it.
    case stored
    /// The caller gave it.
    case option
    /// It is assumed: scikit-learn would most likely have it.
    case assumed
  }

  /// An activation and its origin.
  public struct Choice: Hashable, Sendable {
    /// The activation.
    public let activation: Activation
    /// Its origin.
    public let origin: Origin

    /// An activation and its origin.
    public init(_ activation: Activation, _ origin: Origin) {
      self.activation = activation
      self.origin = origin
    }
  }

  /// The floating-point types that weights can be rounded to.
  @nonexhaustive
  public enum Precision: String, CaseIterable, Sendable {
    /// Four bytes.
    case float32
    /// Eight bytes.
    case float64
  }

  /// The task of a network.
  @nonexhaustive
  public enum Task: String, Sendable, Codable {
    /// It predicts classes.
    case classifier
    /// It predicts values.
    case regressor
  }

  /// Where a matrix holds the biases of its layer next to the weights.
  public enum BiasPlace: String, CaseIterable, Sendable, Codable {
    /// The first row.
    case firstRow = "first-row"
    /// The last row.
    case lastRow = "last-row"
    /// The first column.
    case firstColumn = "first-column"
    /// The last column.
    case lastColumn = "last-column"
  }

  /// Options for reading a file: facts that it does not state, or that override what it states.
  public struct Options: Hashable, Sendable {
    /// The layout of the weights.
    public var layout: WeightLayout?
    /// The activation of the hidden layers.
    public var activation: Activation?
    /// The activation of the last layer.
    public var outActivation: Activation?

    /// The prefix of the arrays' names, where a file holds several networks.
    public var prefix: String?
    /// Names of arrays, or of what holds arrays, that are not part of the network.
    public var ignored: [String]
    /// Where the biases are, if they are a row or a column of each layer's matrix.
    public var biasPlace: BiasPlace?
    /// The number of inputs, then of each layer's outputs, where one vector holds all the values.
    public var layerSizes: [Int]?

    /// Preprocessing to put before a network that has none of its own.
    public var scaler: Preprocessing?

    /// Whether a pickle may hold disallowed globals, which no network needs. They are as inert as the others, but a
    /// file that has them is not what it seems, or was trained with more than scikit-learn.
    public var allowsUnknownNames: Bool

    /// Whether the values of an ONNX graph may be read from files in the folder of its file, where it names some.
    public var readsExternalData: Bool

    /// Creates options without any override: the file decides, or scikit-learn's habit.
    public init(
      layout: WeightLayout? = nil, activation: Activation? = nil, outActivation: Activation? = nil,
      prefix: String? = nil, ignored: [String] = [], biasPlace: BiasPlace? = nil,
      layerSizes: [Int]? = nil, scaler: Preprocessing? = nil,
      allowsUnknownNames: Bool = false, readsExternalData: Bool = false
    ) {
      self.layout = layout
      self.activation = activation
      self.outActivation = outActivation
      self.prefix = prefix
      self.ignored = ignored
      self.biasPlace = biasPlace
      self.layerSizes = layerSizes
      self.scaler = scaler
      self.allowsUnknownNames = allowsUnknownNames
      self.readsExternalData = readsExternalData
    }
  }

  /// The layers, first to last; at least one.
  public internal(set) var layers: [Layer]

  /// All of the file except the values.
  package internal(set) var outline: SklearnOutline

  /// The layout of the weights.
  public var layout: WeightLayout { outline.layout }

  /// How the arrays were named: `coefs_N`, `arr_N` and so on; in an estimator, where it is in it.
  public var naming: String { outline.naming }

  /// The preprocessing of inputs before the first layer: the transformers of a pipeline.
  /// ``arrays(in:named:precision:)`` cannot store it, ``mlp(as:)`` applies it.
  public var inputTransform: InputTransform? { outline.inputTransform }

  /// The activation of the hidden layers; of the first, where they differ.
  public var activation: Choice { outline.activation }

  /// The activation of each hidden layer, first to last.
  public var hiddenActivations: [Activation] { outline.hiddenActivations }

  /// The activation of the last layer.
  public var outActivation: Choice { outline.outActivation }

  /// The labels, where the file stores them.
  public var classes: ClassLabels? { outline.classes }

  /// Rows and their outputs that the file carries, so that the network can be checked.
  public var selfCheck: SelfCheck? { outline.selfCheck }

  /// What else there is to know: arrays that are not part of the network, and what is read in another way than its
  /// names say.
  public var notes: [String] { outline.notes }

  /// The task of the network: regression if its output is the identity or, after Poisson
  /// loss, the exponential; else classification.
  public var task: Task { outline.task }

  /// The number of inputs, then of each layer's outputs: `[64, 16, 10]`.
  public var layerSizes: [Int] { outline.layerSizes }

  /// The number of weights and biases.
  public var parameterCount: Int { outline.parameterCount }

  /// NumPy's name of the weights' element type; several, where the arrays differ.
  public var dtypeName: String { outline.dtypeName }
}

// MARK: From arrays

extension SklearnWeights {
  /// Finds the network among named arrays.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in any order; their names and shapes determine what each is.
  ///   - options: Options such as the layout and the activations.
  /// - Throws: ``SklearnError``.
  public init(_ arrays: [NamedArray], options: Options = Options()) throws(SklearnError) {
    let plan = try WeightsPlan(
      arrays.map { ($0.name, .success($0.array.header)) }, options: options)
    let outline = try SklearnOutline(
      plan, options: options, attributes: plan.attributeEntries.map { arrays[$0].array })
    let all = 0..<plan.layerCount
    let entries = plan.entries(of: all)
    let layers = try plan.layers(
      all,
      from: Dictionary(uniqueKeysWithValues: zip(entries, entries.map { arrays[$0].array })))
    self.init(outline, layers: layers)
  }

  /// A network of these layers.
  ///
  /// - Parameters:
  ///   - layers: For each layer its weights, a matrix in `layout`, and its biases, a vector as long as the layer
  ///     has outputs; of any integer or floating-point type. At least one layer.
  ///   - layout: The layout of the weights.
  ///   - activation: The activation of the hidden layers; `nil` for the assumption, logistic.
  ///   - outActivation: The activation of the last layer; `nil` for the assumption, softmax, or logistic for one
  ///     output.
  ///   - classes: The labels in the order of the outputs: one axis of integers, numbers, booleans or texts.
  ///   - inputTransform: The preprocessing of inputs before the first layer.
  /// - Throws: ``SklearnError``.
  public init(
    layers: [(weights: NDArray, biases: NDArray)], layout: WeightLayout,
    activation: Activation? = nil, outActivation: Activation? = nil, classes: NDArray? = nil,
    inputTransform: InputTransform? = nil
  ) throws(SklearnError) {
    let naming = Naming.own.convention(in: layout).name
    let labels: ClassLabels? =
      if let classes { try ClassLabels(classes, name: Attribute.classes.rawValue) } else { nil }
    for (name, value, known) in [
      (Attribute.activation, activation, Self.hiddenActivations),
      (.outActivation, outActivation, Self.outActivations),
    ] {
      if let value { _ = try Activation(named: value.rawValue, in: name.rawValue, known: known) }
    }
    try self.init(
      layers: layers, layout: layout, naming: naming, options: Options(),
      activation: activation, outActivation: outActivation,
      classes: labels.map { ($0, Attribute.classes.rawValue) }, sizes: [])
    if let inputTransform, inputTransform.outputs != layerSizes[0] {
      throw .badObject(
        inputTransform.names,
        problem:
          "makes \(inputTransform.outputs) inputs, and the first layer takes \(layerSizes[0])")
    }
    outline.inputTransform = inputTransform
  }

  /// The weights of a network in memory, with every value unchanged.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - classes: The labels in the order of the outputs: one axis of integers, numbers, booleans or texts.
  /// - Throws: ``SklearnError``, where a value is not finite, the classes do not fit the outputs, or an activation is not
  ///   one of scikit-learn's.
  public init<Scalar: NPYScalar>(
    _ network: MLP<Scalar>, classes: NDArray? = nil
  ) throws(SklearnError) {
    let last = network.layers.count - 1
    let hidden = network.layers.dropLast().map(\.activation)
    var layers: [(weights: NDArray, biases: NDArray)] = []
    for layer in network.layers {
      do {
        layers.append(
          (
            weights: try NDArray(layer.weights, shape: [layer.outputs, layer.inputs]),
            biases: try NDArray(layer.biases)
          ))
      } catch {
        preconditionFailure("as many numbers as outputs × inputs: \(error)")
      }
    }
    try self.init(
      layers: layers, layout: .mlp, activation: hidden.first,
      outActivation: network.layers[last].activation, classes: classes,
      inputTransform: network.inputTransform)
    for activation in Set(hidden) {
      _ = try Activation(
        named: activation.rawValue, in: Attribute.activation.rawValue,
        known: Self.hiddenActivations)
    }
    outline.set(hidden)
  }

  /// A network of these layers, and what is stored of it.
  init(
    layers arrays: [(weights: NDArray, biases: NDArray)], layout: WeightLayout?, naming: String,
    options: Options, activation: Activation?, outActivation: Activation?,
    classes: (labels: ClassLabels, name: String)?, sizes: [StoredSize]
  ) throws(SklearnError) {
    guard !arrays.isEmpty else { throw .noWeights(found: []) }
    let named = arrays.enumerated().map { index, layer in
      let names = Naming.own.names(layer: index, in: layout ?? .sklearn)
      return (
        weights: NamedArray(names.weights, layer.weights),
        biases: NamedArray(names.biases, layer.biases)
      )
    }
    var shapes: [LayerShapes] = []
    for (weights, biases) in named {
      shapes.append(
        try LayerShapes(
          weights: (weights.name, weights.array.header), biases: (biases.name, biases.array.header)
        ))
    }
    let layout = try LayerShapes.layout(of: shapes, given: layout)
    let outline = try SklearnOutline(
      headers: arrays.map { ($0.weights.header, $0.biases.header) }, layout: layout,
      naming: naming, options: options, activation: activation, outActivation: outActivation,
      classes: classes, sizes: sizes)
    var layers: [Layer] = []
    for (weights, biases) in named {
      layers.append(try Layer(weights: weights, biases: biases, layout: layout))
    }
    self.init(outline, layers: layers)
  }

  /// All the layers of a network whose outline is known.
  package init(_ outline: SklearnOutline, layers: [Layer]) {
    precondition(layers.count == outline.layerCount)
    self.outline = outline
    self.layers = layers
  }

  /// scikit-learn's choices for the hidden layers.
  public static let hiddenActivations: [Activation] = [.identity, .logistic, .tanh, .relu]

  /// scikit-learn's choices for the last layer.
  public static let outActivations: [Activation] = [.softmax, .logistic, .identity, .exp]
}

// MARK: To a network and to arrays

extension SklearnWeights {
  /// The network that computes: weights outputs × inputs, as `Scalar`.
  ///
  /// - Parameter scalar: `Double` or `Float`; every stored value is rounded to it once.
  /// ``assumptions`` lists the activations that neither the file nor the options state.
  ///
  /// - Returns: The network, with ``hiddenActivations-property`` on the hidden layers and ``outActivation`` on the
  ///   last, and with ``inputTransform`` before them.
  public func mlp<Scalar: MLPScalar>(as scalar: Scalar.Type = Double.self) -> MLP<Scalar> {
    do {
      let last = layers.count - 1
      return try MLP(
        layers: layers.enumerated().map { index, layer in
          try DenseLayer(
            inputs: layer.inputs, outputs: layer.outputs,
            weights: weights(of: layer, in: .mlp).reals(as: scalar),
            biases: layer.biases.reals(as: scalar),
            activation: index == last
              ? outActivation.activation : outline.hiddenActivations[index])
        }, inputTransform: inputTransform)
    } catch {
      // The initialiser has checked shapes, chain and dtypes; softmax is no hidden activation.
      preconditionFailure("weights that are no network: \(error)")
    }
  }

  /// The arrays to store, named and laid out as asked; element types, byte order and bits are kept.
  ///
  /// Layer by layer as ``layerArrays(in:named:precision:)``; then `activation`, `out_activation` and
  /// `classes`, where they are known and not assumed, and `feature_names_in_`, where the inputs have names.
  ///
  /// - Parameters:
  ///   - layout: The layout to store the weights in.
  ///   - naming: The names of the arrays.
  ///   - precision: The type to round every value to; `nil` keeps the stored values.
  /// - Returns: The arrays, in the order in which they are written.
  public func arrays(
    in layout: WeightLayout, named naming: Naming = .own, precision: Precision? = nil
  ) -> [NamedArray] {
    layerArrays(in: layout, named: naming, precision: precision) + outline.attributeArrays
  }

  /// The weights and biases, layer by layer.
  ///
  /// - Parameters:
  ///   - layout: The layout to store the weights in.
  ///   - naming: The names of the arrays.
  ///   - precision: The type to round every value to; `nil` keeps the stored values.
  public func layerArrays(
    in layout: WeightLayout, named naming: Naming = .own, precision: Precision? = nil
  ) -> [NamedArray] {
    layers.indices.flatMap { index in
      outline.arrays(
        of: layers[index], at: index, in: layout, named: naming, precision: precision
      ).map { NamedArray($0.name, $0.array.array) }
    }
  }

  /// A layer's weights, transposed if they are stored the other way.
  private func weights(of layer: Layer, in layout: WeightLayout) -> NDArray {
    layout == self.layout ? layer.weights : layer.weights.transposed()
  }
}
