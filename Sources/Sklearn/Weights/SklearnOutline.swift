package import MLP
package import NPY
package import Skops

/// A network as a file stores it, without its values: found by names and headers, with the attributes read
/// and the layers still in the file.
package struct SklearnOutline: Sendable {
  /// How the weights are stored.
  package let layout: WeightLayout

  /// How the arrays were named: `coefs_N`, `arr_N` and so on; in an estimator, where it is in it.
  package let naming: String

  /// The preprocessing of inputs before the first layer: the transformers of a pipeline.
  package internal(set) var inputTransform: InputTransform?

  /// The ensemble that the network is the first of; `nil` for a network alone.
  package internal(set) var ensemble: Ensemble?

  /// Whether a prediction is a row of values even if it is one value, as of a linear model for rows of targets.
  package internal(set) var givesRows = false

  /// Whether it is a linear model, whose response is its sums.
  package internal(set) var isLinearModel = false

  /// The names of the columns that the network, or what is before it, was fitted with: `feature_names_in_`.
  package internal(set) var featureNames: [String]?

  /// A copy of the whole estimator, or why it cannot be copied; `nil` where the network and its scalers are all of it.
  package internal(set) var original: Result<SkopsValue, SklearnError>?

  /// Where each step of the ``inputTransform``, or of that of the ensemble, was in the file; empty where nothing says
  /// it.
  package internal(set) var stepPaths: [String] = []

  /// The attributes of an estimator that only its training needs, as far as the file has them.
  package internal(set) var training: [String] = []

  /// The loss of each epoch of an estimator's training (`loss_curve_`); empty where the file does not have it.
  package internal(set) var lossCurve: [Double] = []

  /// The rows and outputs that the file carries to be checked with.
  package var selfCheck: SelfCheck?

  /// The activation of the hidden layers; of the first, where they differ.
  package private(set) var activation: SklearnWeights.Choice

  /// The activation of each hidden layer.
  package private(set) var hiddenActivations: [Activation]

  /// The activation of the last layer.
  package private(set) var outActivation: SklearnWeights.Choice

  /// The labels, where the file stores them.
  package private(set) var classes: ClassLabels?

  /// The number of inputs, then of each layer's outputs: `[64, 16, 10]`.
  package let layerSizes: [Int]

  /// What else there is to know: what is not part of the network, and what is read in another way than its names say.
  package internal(set) var notes: [String] = []

  /// The header of each layer's weights and of its biases.
  var headers: [(weights: NPYHeader, biases: NPYHeader)]

  /// Whether the hidden layers have different activations.
  package var hasSeveralActivations: Bool { Set(hiddenActivations).count > 1 }

  /// The task of the network.
  package var task: SklearnWeights.Task {
    switch outActivation.activation {
    case .identity, .exp: .regressor
    default: .classifier
    }
  }

  /// The layers in groups to be read and written one after another: several that have a few megabytes
  /// together, else one by one.
  package var groups: [Range<Int>] {
    var groups: [Range<Int>] = []
    var byteCount = 0
    for (index, layer) in headers.enumerated() {
      // A header may claim any size; more than a group makes no difference.
      let size = [layer.weights, layer.biases].reduce(0) {
        $0 + min($1.byteCount, Self.groupSize + 1)
      }
      byteCount += size
      if let last = groups.last, byteCount <= Self.groupSize {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
        byteCount = size
      }
    }
    return groups
  }

  /// The bytes of small layers that are read, and written, at once.
  private static let groupSize = 16 << 20

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

// MARK: From a file, and from layers

extension SklearnOutline {
  /// A network that was found by names and headers, with its attributes.
  ///
  /// - Parameters:
  ///   - plan: Which arrays are which part of it.
  ///   - options: Options such as the layout and the activations.
  ///   - attributes: The arrays at ``WeightsPlan/attributeEntries``.
  /// - Throws: ``SklearnError``.
  package init(
    _ plan: WeightsPlan, options: SklearnWeights.Options, attributes: [NDArray]
  ) throws(SklearnError) {
    let (stored, scaler) = try plan.neighbours(from: attributes)
    var activations = try StoredActivations(
      stored.arrays, others: stored.activations, layers: plan.layerCount, options: options)
    // An option wins, whatever is stored.
    let hidden = options.activation == nil ? try activations.hidden() : nil
    let output = options.outActivation == nil ? try activations.output() : nil
    try self.init(
      headers: plan.headers(), layout: plan.layout, naming: plan.naming, options: options,
      activation: hidden?.first, hiddenActivations: hidden, outActivation: output,
      classes: stored.classes(), sizes: stored.sizes())
    try stored.checkLayerSizes(layerSizes)
    notes = plan.notes + activations.notes
    featureNames = stored.featureNames.flatMap {
      FeatureNames.names(in: $0.array, inputs: layerSizes[0])
    }
    selfCheck = try stored.selfCheck()
    if let scaler { try put(Preprocessing(steps: [scaler])) }
    if let scaler = options.scaler { try put(scaler) }
  }

  /// Puts preprocessing before the first layer.
  ///
  /// - Throws: ``SklearnError/scaledAlready(_:)``, or ``SklearnError/badObject(_:problem:)`` where it does not fit the
  ///   inputs.
  mutating func put(_ preprocessing: Preprocessing) throws(SklearnError) {
    if ensemble == nil, let own = inputTransform { throw .scaledAlready(own.names) }
    if let own = ensemble?.transform { throw .scaledAlready(own.names) }
    let length = rowLength
    let transform = try preprocessing.transform(before: length)
    guard transform.outputs == length else {
      throw .badObject(
        preprocessing.steps.names,
        problem: transform.isElementwise
          ? "has numbers for \(transform.outputs) inputs instead of \(length)"
          : "makes \(transform.outputs) columns, and the network takes \(length)")
    }
    if ensemble != nil { ensemble?.transform = transform } else { inputTransform = transform }
    stepPaths = preprocessing.paths
    if let names = preprocessing.featureNames { featureNames = names }
  }

  /// Whether an estimator that is made of the network and its scalers would lack something.
  var needsOriginal: Bool {
    ensemble != nil || isLinearModel
      || inputTransform?.steps.contains { !$0.isWritable } == true
  }

  /// The length of a row, before any preprocessing.
  package var rowLength: Int { ensemble?.inputs ?? inputTransform?.inputs ?? layerSizes[0] }

  /// What is demanded of each column of a row.
  package var demands: RowDemands {
    ensemble?.demands ?? inputTransform?.demands ?? RowDemands(inputs: layerSizes[0])
  }

  /// A network of known layers, and what is stored of it.
  ///
  /// - Parameters:
  ///   - headers: The headers of each layer's weights and of its biases, which fit each other.
  ///   - layout: How the weights are stored.
  ///   - naming: How the arrays are named.
  ///   - options: Options, which override the stored attributes.
  ///   - activation: The stored activation of the hidden layers.
  ///   - hiddenActivations: The stored activation of each, where they may differ.
  ///   - outActivation: The stored activation of the last layer.
  ///   - classes: The stored labels, and what they are called.
  ///   - sizes: Sizes that must agree with the weights.
  /// - Throws: ``SklearnError``.
  init(
    headers: [(weights: NPYHeader, biases: NPYHeader)], layout: WeightLayout, naming: String,
    options: SklearnWeights.Options, activation: Activation?,
    hiddenActivations: [Activation]? = nil, outActivation: Activation?,
    classes: (labels: ClassLabels, name: String)?, sizes: [StoredSize]
  ) throws(SklearnError) {
    let shapes = headers.map { layout.sizes($0.weights.shape) }
    let outputs = shapes[shapes.count - 1].outputs
    self.layout = layout
    self.naming = naming
    self.headers = headers
    self.layerSizes = [shapes[0].inputs] + shapes.map(\.outputs)
    self.activation =
      if let option = options.activation {
        .init(
          try Self.check(option, of: .activation, isOneOf: SklearnWeights.hiddenActivations),
          .option)
      } else if let activation {
        .init(activation, .stored)
      } else {
        .init(.logistic, .assumed)
      }
    let hidden = headers.count - 1
    self.hiddenActivations =
      if options.activation == nil, let hiddenActivations, hiddenActivations.count >= hidden {
        Array(hiddenActivations.prefix(hidden))
      } else {
        Array(repeating: self.activation.activation, count: hidden)
      }
    self.outActivation =
      if let option = options.outActivation {
        .init(
          try Self.check(option, of: .outActivation, isOneOf: SklearnWeights.outActivations),
          .option)
      } else if let outActivation {
        .init(outActivation, .stored)
      } else {
        .init(outputs > 1 ? .softmax : .logistic, .assumed)
      }
    try classes?.labels.check(
      outputs: outputs, outActivation: self.outActivation.activation, name: classes?.name ?? "")
    self.classes = classes?.labels
    for size in sizes { try size.check(layerSizes: layerSizes) }
  }

  /// The name of each array of a layer in a file, and the type of its elements.
  package func arrayTypes(
    in layout: WeightLayout, named naming: SklearnWeights.Naming
  ) -> [(name: String, dtype: DType)] {
    headers.enumerated().flatMap { index, layer in
      let names = naming.names(layer: index, in: layout)
      return [(names.weights, layer.weights.dtype), (names.biases, layer.biases.dtype)]
    }
  }

  /// Leaves the labels out: 0, 1, 2, … are predicted.
  package mutating func dropClasses() {
    classes = nil
    original = nil
    if let lists = ensemble?.classes {
      ensemble?.classes = lists.map { ClassLabels.counted($0.count) }
    }
  }

  /// Leaves the activation of the hidden layers out: nothing says it.
  package mutating func dropActivation() {
    activation = .init(activation.activation, .assumed)
    hiddenActivations = hiddenActivations.map { _ in activation.activation }
    original = nil
  }

  /// Leaves the names of the inputs out.
  package mutating func dropFeatureNames() {
    featureNames = nil
    original = nil
  }

  /// Sets the activation of each hidden layer.
  mutating func set(_ activations: [Activation]) {
    precondition(activations.count == hiddenActivations.count)
    hiddenActivations = activations
  }

  /// The same network, with what another file says of it where this one does not: activations, and the classes
  /// where they fit.
  fileprivate func filled(from other: SklearnOutline) -> SklearnOutline {
    var filled = self
    if activation.origin == .assumed {
      filled.activation = other.activation
      filled.hiddenActivations = other.hiddenActivations
    }
    if outActivation.origin == .assumed { filled.outActivation = other.outActivation }
    if classes == nil, filled.outActivation == other.outActivation {
      filled.classes = other.classes
    }
    return filled
  }

  /// Options have to be possible as well: a hidden softmax is not a network.
  private static func check(
    _ option: Activation, of attribute: Attribute, isOneOf known: [Activation]
  ) throws(SklearnError) -> Activation {
    try Activation(named: option.rawValue, in: attribute.rawValue, known: known)
  }

  /// NaN and infinities make every prediction of a network worthless. ``SklearnWeights/mlp(as:)`` and the code
  /// that rounds values rely on this check.
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
  ///   - precision: The type to round every value to; `nil` keeps the stored values.
  package func arrays(
    of layer: SklearnWeights.Layer, at index: Int, in layout: WeightLayout,
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

  /// The arrays after the layers: `activation` (one text, or one for each hidden layer where they differ),
  /// `out_activation` and `classes`, where they are known and not assumed, `feature_names_in_`, where the inputs have
  /// names, and `self_check`, where there is one.
  package var attributeArrays: [NamedArray] {
    var arrays: [NamedArray] = []
    for (name, choice) in [("activation", activation), ("out_activation", outActivation)]
    where choice.origin != .assumed {
      arrays.append(NamedArray(name, NDArray(string: choice.activation.rawValue)))
    }
    // As many texts as hidden layers.
    if hasSeveralActivations, let names = NDArray(texts: hiddenActivations.map(\.rawValue)) {
      arrays[0] = NamedArray(Attribute.activation.rawValue, names)
    }
    if let classes { arrays.append(NamedArray("classes", classes.array)) }
    if let names = featureNames.flatMap({ NDArray(texts: $0) }) {
      arrays.append(NamedArray(Attribute.featureNames.rawValue, names))
    }
    if let selfCheck {
      arrays.append(NamedArray(SelfCheck.name, NDArray(ascii: selfCheck.jsonText)))
    }
    return arrays
  }
}

extension NDArray {
  /// A single text of ASCII characters, a byte for each: `|S…`.
  fileprivate init(ascii text: String) {
    let bytes = ContiguousArray(text.utf8)
    guard let dtype = DType(.bytes, itemSize: bytes.count),
      let array = try? NDArray(header: NPYHeader(dtype: dtype, shape: []), bytes: bytes)
    else { preconditionFailure("a text that is not empty") }
    self = array
  }
}

extension SklearnWeights {
  /// The same weights, with what another file of a network of the same layer sizes says where this one does not:
  /// activations and classes.
  package func filled(from other: SklearnWeights) -> SklearnWeights {
    var filled = self
    filled.outline = outline.filled(from: other.outline)
    return filled
  }
}
