public import MLP
public import NPY

/// A network as a file says it: weights of any dtype untouched, and what each answer rests on.
public struct SklearnWeights: Sendable {
  /// One layer: the arrays as stored.
  public struct Layer: Sendable {
    /// The weights, in the layout of ``SklearnWeights/layout``.
    public let weights: NDArray
    /// The biases: one axis, as long as the layer has outputs.
    public let biases: NDArray
    /// The numbers that the layer takes.
    public let inputs: Int
    /// The numbers that the layer gives.
    public let outputs: Int
  }

  /// Where an answer comes from.
  public enum Origin: String, Sendable, Codable {
    /// The file stores it.
    case stored
    /// The caller said so.
    case option
    /// Nobody said; it is what scikit-learn would most likely have.
    case assumed
  }

  /// An activation and where it comes from.
  public struct Choice: Hashable, Sendable {
    /// The activation.
    public let activation: Activation
    /// Where it comes from.
    public let origin: Origin

    /// An activation and where it comes from.
    public init(_ activation: Activation, _ origin: Origin) {
      self.activation = activation
      self.origin = origin
    }
  }

  /// The floating-point types that weights can be rounded to.
  public enum Precision: String, CaseIterable, Sendable {
    /// Four bytes.
    case float32
    /// Eight bytes.
    case float64
  }

  /// How the arrays that are written are named.
  public enum Naming: String, CaseIterable, Sendable {
    /// `weights_0`, `biases_0`, …; or in scikit-learn's layout `coefs_0`, `intercepts_0`, ….
    case own
    /// `0.weight`, `0.bias`, `2.weight`, …: PyTorch's, for a `torch.nn.Sequential` of linear layers with
    /// an activation behind each. PyTorch keeps outputs × inputs.
    case torch

    /// The names of the arrays of a layer.
    func names(layer: Int, in layout: Layout) -> (weights: String, biases: String) {
      switch (self, layout) {
      case (.torch, _): ("\(2 * layer).weight", "\(2 * layer).bias")
      case (.own, .sklearn): ("coefs_\(layer)", "intercepts_\(layer)")
      case (.own, .mlp): ("weights_\(layer)", "biases_\(layer)")
      }
    }
  }

  /// What the network is for.
  public enum Task: String, Sendable, Codable {
    /// It tells classes apart.
    case classifier
    /// It estimates numbers.
    case regressor
  }

  /// What a caller may say about a file that does not say it itself, or against what it says.
  public struct Options: Hashable, Sendable {
    /// How the weights are stored.
    public var layout: Layout?
    /// The activation of the hidden layers.
    public var activation: Activation?
    /// The activation of the last layer.
    public var outActivation: Activation?

    /// What the names of the arrays begin with, where a file holds several networks.
    public var prefix: String?
    /// The number of inputs, then of each layer's outputs, where one vector holds all the numbers.
    public var layerSizes: [Int]?

    /// Whether a pickle may hold names that no network needs. They are as inert as the others, but a
    /// file that has them is not what it seems, or was trained with more than scikit-learn.
    public var allowsUnknownNames: Bool

    /// Nothing is said: the file decides, or scikit-learn's habit.
    public init(
      layout: Layout? = nil, activation: Activation? = nil, outActivation: Activation? = nil,
      prefix: String? = nil, layerSizes: [Int]? = nil, allowsUnknownNames: Bool = false
    ) {
      self.layout = layout
      self.activation = activation
      self.outActivation = outActivation
      self.prefix = prefix
      self.layerSizes = layerSizes
      self.allowsUnknownNames = allowsUnknownNames
    }
  }

  /// The layers, first to last; at least one.
  public internal(set) var layers: [Layer]

  /// How the weights are stored.
  public let layout: Layout

  /// How the arrays were named: `coefs_N`, `arr_N` and so on; in an estimator, where it is in it.
  public internal(set) var naming: String

  /// What is done to inputs before the first layer: the scalers of a pipeline. ``arrays(in:named:precision:)``
  /// cannot say it, ``mlp(as:)`` does it.
  public internal(set) var inputTransform: InputTransform?

  /// The activation of the hidden layers.
  public let activation: Choice

  /// The activation of the last layer.
  public let outActivation: Choice

  /// The labels, where the file stores them.
  public let classes: ClassLabels?

  /// What the network is for: to estimate numbers if its output is the identity or, after Poisson
  /// loss, the exponential; else to classify.
  public var task: Task {
    switch outActivation.activation {
    case .identity, .exp: .regressor
    default: .classifier
    }
  }

  /// The number of inputs, then of each layer's outputs: `[64, 16, 10]`.
  public var layerSizes: [Int] { [layers[0].inputs] + layers.map(\.outputs) }

  /// The number of weights and biases.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.weights.count + $1.biases.count } }

  /// NumPy's name of the weights' element type; several, where the arrays differ.
  public var dtypeName: String {
    var names: [String] = []
    for layer in layers {
      for name in [layer.weights.dtype.name, layer.biases.dtype.name] where !names.contains(name) {
        names.append(name)
      }
    }
    return names.joined(separator: ", ")
  }
}

// MARK: From arrays

extension SklearnWeights {
  /// Finds the network among named arrays.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in any order; their names and shapes say what each is.
  ///   - options: What the caller says about them.
  /// - Throws: ``SklearnError``.
  public init(_ arrays: [NamedArray], options: Options = Options()) throws(SklearnError) {
    try self.init(
      headers: arrays.map { ($0.name, .success($0.array.header)) }, options: options,
      failure: { $0 }
    ) { index throws(SklearnError) in arrays[index].array }
  }

  /// Finds the network by names and headers, then reads the arrays that belong to it.
  ///
  /// - Parameters:
  ///   - headers: Every array of the file: its name, and its header or why it cannot be read.
  ///   - options: What the caller says about the file.
  ///   - failure: Makes the reader's kind of error from a ``SklearnError``.
  ///   - read: The array at an index of `headers`; each is asked for at most once.
  package init<Failure: Error>(
    headers: [(name: String, header: Result<NPYHeader, NPYError>)], options: Options,
    failure: (SklearnError) -> Failure, read: (Int) throws(Failure) -> NDArray
  ) throws(Failure) {
    let plan: WeightsPlan
    do { plan = try WeightsPlan(headers, options: options) } catch { throw failure(error) }
    var arrays: [Int: NDArray] = [:]
    for index in plan.arraysToRead.sorted() { arrays[index] = try read(index) }
    // Cutting takes C order: it is made once for an array, and not once for each of its parts.
    for index in plan.arraysToCut { arrays[index] = arrays[index]?.inCOrder() }
    do {
      try self.init(plan, options: options, arrays: arrays)
    } catch {
      throw failure(error)
    }
  }

  private init(
    _ plan: WeightsPlan, options: Options, arrays: [Int: NDArray]
  ) throws(SklearnError) {
    var layers: [Layer] = []
    for (weightsPart, biasesPart) in plan.layers {
      let weights = Self.array(weightsPart, from: arrays)
      let biases = Self.array(biasesPart, from: arrays)
      try Self.checkFinite(weights, name: weightsPart.name)
      try Self.checkFinite(biases, name: biasesPart.name)
      let (inputs, outputs) = plan.layout.sizes(weights.shape)
      layers.append(
        Layer(
          weights: weights, biases: biases.reshapedVector([outputs]), inputs: inputs,
          outputs: outputs))
    }
    self.layers = layers
    self.layout = plan.layout
    self.naming = plan.prefix + plan.convention.name

    let stored = StoredAttributes(
      arrays: plan.attributes.filter(\.key.isRead).mapValues { part in
        NamedArray(part.name, Self.array(part, from: arrays))
      })
    let sizes = [layers[0].inputs] + layers.map(\.outputs)
    let outputs = layers[layers.count - 1].outputs
    self.activation =
      if let option = options.activation {
        Choice(
          try Self.check(option, of: .activation, isOneOf: Self.hiddenActivations), .option)
      } else if let value = try stored.activation(.activation, known: Self.hiddenActivations) {
        Choice(value, .stored)
      } else {
        Choice(.logistic, .assumed)
      }
    self.outActivation =
      if let option = options.outActivation {
        Choice(
          try Self.check(option, of: .outActivation, isOneOf: Self.outActivations), .option)
      } else if let value = try stored.activation(.outActivation, known: Self.outActivations) {
        Choice(value, .stored)
      } else {
        Choice(outputs > 1 ? .softmax : .logistic, .assumed)
      }
    self.classes = try stored.classes(outputs: outputs, outActivation: outActivation.activation)
    try stored.check(layerSizes: sizes)
  }

  /// A part of the arrays that were read.
  private static func array(_ part: ArrayPart, from arrays: [Int: NDArray]) -> NDArray {
    guard let whole = arrays[part.entry] else {
      preconditionFailure("every array of the plan is read")
    }
    return part.array(from: whole)
  }

  /// scikit-learn's choices for the hidden layers.
  public static let hiddenActivations: [Activation] = [.identity, .logistic, .tanh, .relu]

  /// scikit-learn's choices for the last layer.
  public static let outActivations: [Activation] = [.softmax, .logistic, .identity, .exp]

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

  /// NaN and infinities make every answer of a network worthless.
  static func checkFinite(_ array: NDArray, name: String) throws(SklearnError) {
    guard array.dtype.kind == .float else { return }
    let values: ContiguousArray<Double>
    do throws(NPYError) {
      var isFinite = true
      try array.forEachBlockOfReals { isFinite = isFinite && $0.allSatisfy(\.isFinite) }
      if isFinite { return }
      values = try array.reals(as: Double.self)
    } catch {
      throw .unreadable(name, error)
    }
    guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
    var index: [Int] = []
    var rest = position
    for length in array.shape.reversed() {
      index.insert(rest % length, at: 0)
      rest /= length
    }
    throw .notFinite(name, value: "\(values[position])", index: index)
  }
}

// MARK: To a network and to arrays

extension SklearnWeights {
  /// The network that computes: weights outputs × inputs, as `Scalar`.
  ///
  /// - Parameter scalar: `Double` or `Float`; every stored number is rounded to it once.
  /// - Returns: The network, with ``activation`` on the hidden layers and ``outActivation`` on the
  ///   last, and with ``inputTransform`` in front.
  public func mlp<Scalar: MLPScalar>(as scalar: Scalar.Type = Double.self) -> MLP<Scalar> {
    do {
      let last = layers.count - 1
      return try MLP(
        layers: layers.enumerated().map { index, layer in
          try MLP::Layer(
            inputs: layer.inputs, outputs: layer.outputs,
            weights: weights(of: layer, in: .mlp).reals(as: scalar),
            biases: layer.biases.reals(as: scalar),
            activation: index == last ? outActivation.activation : activation.activation)
        }, inputTransform: inputTransform)
    } catch {
      // The initialiser has checked shapes, chain and dtypes; softmax is no hidden activation.
      preconditionFailure("weights that are no network: \(error)")
    }
  }

  /// The arrays to store, named and laid out as asked; element types, byte order and bits are kept.
  ///
  /// Layer by layer as ``layerArrays(in:named:precision:)``; then `activation`, `out_activation` and
  /// `classes`, where they are known and not assumed.
  ///
  /// - Parameters:
  ///   - layout: The layout to store the weights in.
  ///   - naming: How the arrays are named.
  ///   - precision: What to round every number to; `nil` keeps them as they are stored.
  /// - Returns: The arrays, in the order in which they are written.
  public func arrays(
    in layout: Layout, named naming: Naming = .own, precision: Precision? = nil
  ) -> [NamedArray] {
    var arrays = layerArrays(in: layout, named: naming, precision: precision)
    for (name, choice) in [("activation", activation), ("out_activation", outActivation)]
    where choice.origin != .assumed {
      arrays.append(NamedArray(name, NDArray(string: choice.activation.rawValue)))
    }
    if let classes { arrays.append(NamedArray("classes", classes.array)) }
    return arrays
  }

  /// The weights and biases, layer by layer.
  ///
  /// - Parameters:
  ///   - layout: The layout to store the weights in.
  ///   - naming: How the arrays are named.
  ///   - precision: What to round every number to; `nil` keeps them as they are stored.
  public func layerArrays(
    in layout: Layout, named naming: Naming = .own, precision: Precision? = nil
  ) -> [NamedArray] {
    layers.enumerated().flatMap { index, layer in
      let names = naming.names(layer: index, in: layout)
      return [
        NamedArray(names.weights, Self.round(weights(of: layer, in: layout), to: precision)),
        NamedArray(names.biases, Self.round(layer.biases, to: precision)),
      ]
    }
  }

  /// The numbers of a layer as asked for; each is known to be real.
  private static func round(_ array: NDArray, to precision: Precision?) -> NDArray {
    do {
      return switch precision {
      case nil: array
      case .float32?: try array.converted(to: Float.self)
      case .float64?: try array.converted(to: Double.self)
      }
    } catch {
      preconditionFailure("weights that are not real: \(error)")
    }
  }

  /// A layer's weights, transposed if they are stored the other way.
  private func weights(of layer: Layer, in layout: Layout) -> NDArray {
    layout == self.layout ? layer.weights : layer.weights.transposed()
  }
}
