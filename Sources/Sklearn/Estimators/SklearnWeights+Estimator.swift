import MLP
import NPY

extension SklearnWeights {
  /// The network that a file's objects hold: an estimator, or else arrays in lists and dictionaries.
  ///
  /// - Parameters:
  ///   - objects: The file's objects.
  ///   - options: What the caller says about them.
  /// - Throws: ``SklearnError``.
  package init(
    _ objects: some StoredObjects, options: Options = Options()
  ) throws(SklearnError) {
    let search = try EstimatorSearch(
      objects, looksThroughUnknown: options.allowsUnknownNames, ignored: options.ignored)
    guard let place = try search.network(prefix: options.prefix) else {
      switch objects.value(of: objects.root) {
      case .list, .dictionary, .array, .objects:
        let arrays = try objects.arrays()
        if !arrays.isEmpty {
          try self.init(arrays, options: options)
          if inputTransform == nil,
            let scaler = try search.scaler(for: search.root, inputs: layerSizes[0])
          {
            try outline.put(scaler.preprocessing)
            outline.notes.append(scaler.note)
          }
          return
        }
        throw .noEstimator(path: "", found: search.summary)
      default:
        // It says why this is no network.
        _ = try Estimator(
          objects, at: objects.root, path: "", looksThroughUnknown: options.allowsUnknownNames)
        throw .noEstimator(path: "", found: search.summary)
      }
    }
    if let name = search.missing {
      throw .nothingToIgnore(name, found: search.paths)
    }
    let estimator = try Estimator(
      objects, at: place.node, path: place.path, looksThroughUnknown: options.allowsUnknownNames)
    // What is said of arrays is not said of an estimator.
    guard options.layerSizes == nil else {
      throw .noVector(found: ["\(estimator.path).coefs_"])
    }
    let encoder = try search.labels(for: place, classes: estimator.classes)
    if let ensemble = estimator.ensemble {
      // Each of its networks has its own, and an option that did nothing would be a silent one.
      guard options.activation == nil, options.outActivation == nil, options.layout == nil else {
        throw .badObject(
          ensemble.name, problem: "states the activations and the layout of each of its networks")
      }
      self = ensemble.networks[0]
      outline.inputTransform = nil
      outline.notes = []
      outline.featureNames = nil
      outline.ensemble = ensemble
    } else {
      try self.init(estimator, options: options, classes: encoder?.labels ?? estimator.classes)
    }
    if let preprocessing = estimator.preprocessing { try outline.put(preprocessing) }
    if estimator.featureNames?.count == outline.rowLength {
      outline.featureNames = estimator.featureNames
    }
    // With its own labels, preprocessing and activations only.
    if outline.needsOriginal, encoder == nil, options.scaler == nil, options.activation == nil,
      options.outActivation == nil, options.layout == nil
    {
      outline.original = Result { () throws(SklearnError) in
        try SkopsCopy.value(of: objects, at: place.node, path: place.path)
      }
    }
    var used = [place.path] + (encoder.map { [$0.path] } ?? [])
    if let encoder { outline.notes.append("the labels are those of '\(encoder.path)'") }
    if let scaler = options.scaler {
      try outline.put(scaler)
    } else if inputTransform == nil, outline.ensemble?.transform == nil,
      let scaler = try search.scaler(for: place, inputs: outline.rowLength)
    {
      try outline.put(scaler.preprocessing)
      outline.original = nil
      used.append(scaler.path)
      outline.notes.append(scaler.note)
    }
    if outline.featureNames == nil,
      let columns = search.columns(
        for: place, inputs: outline.rowLength, classes: classes?.labels.count)
    {
      outline.featureNames = columns.names
      used.append(columns.path)
      outline.notes.append("'\(columns.path)' has the names of the inputs")
    }
    let unused = search.unused(used)
    if !unused.isEmpty {
      let shown = unused.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
      outline.notes.append("not used: \(shown)\(unused.count > 6 ? ", …" : "")")
    }
  }
}

extension SklearnWeights {
  /// The network that an estimator is.
  ///
  /// - Parameters:
  ///   - estimator: A network or a linear model.
  ///   - options: What the caller says about it.
  ///   - classes: Its labels.
  init(
    _ estimator: Estimator, options: Options, classes: ClassLabels?
  ) throws(SklearnError) {
    try self.init(
      layers: estimator.layers, layout: options.layout ?? .sklearn,
      naming: "\(estimator.path).\(estimator.isLinearModel ? "coef_" : "coefs_")",
      options: options,
      activation: options.activation == nil
        ? Activation(
          named: estimator.activation, in: Attribute.activation.rawValue,
          known: Self.hiddenActivations) : nil,
      outActivation: options.outActivation == nil
        ? Activation(
          named: estimator.outActivation, in: "out_activation_", known: Self.outActivations) : nil,
      classes: classes.map { ($0, "classes_") }, sizes: estimator.sizes)
    outline.training = estimator.training
    outline.lossCurve = estimator.lossCurve
    outline.isLinearModel = estimator.isLinearModel
    outline.givesRows = estimator.givesRows
  }
}

// MARK: Folding

extension SklearnWeights {
  /// The same network without ``inputTransform``, which is folded into its first layer.
  ///
  /// Affine operations are folded, from the last to the first. Float32 weights stay so, each value rounded once; all others
  /// become float64.
  ///
  /// - Returns: Weights whose outputs differ in the last digits from those of this network.
  /// - Throws: ``SklearnError/transformNotAffine(_:_:)``, or ``SklearnError/notFinite(_:value:index:)`` where
  ///   a value becomes too large.
  public func foldingInputTransform() throws(SklearnError) -> SklearnWeights {
    guard let transform = inputTransform else { return self }
    let layer = layers[0]
    let network = mlp(as: Double.self).layers[0]
    // Outputs × inputs.
    var weights = network.weights
    var biases = network.biases
    if let step = transform.fold(into: &weights, &biases) {
      throw .transformNotAffine(step.name, step.operationNames)
    }
    let isSingle = layer.weights.dtype.kind == .float && layer.weights.dtype.itemSize == 4
    let folded: NDArray
    let shifted: NDArray
    do throws(NPYError) {
      let matrix = try NDArray(weights, shape: [layer.outputs, transform.inputs])
      let vector = try NDArray(biases)
      folded = isSingle ? try matrix.converted(to: Float.self) : matrix
      shifted = isSingle ? try vector.converted(to: Float.self) : vector
    } catch {
      preconditionFailure("as many numbers as before: \(error)")
    }
    var result = self
    result.outline.inputTransform = nil
    result.outline.original = nil
    result.layers[0] = try Layer(
      weights: NamedArray("weights_0", layout == .mlp ? folded : folded.transposed()),
      biases: NamedArray("biases_0", shifted), layout: layout)
    result.outline.headers[0] = (result.layers[0].weights.header, shifted.header)
    return result
  }
}

extension SklearnWeights {
  /// The same network without ``inputTransform``: it takes what that makes of a row.
  package func droppingInputTransform() -> SklearnWeights {
    var bare = self
    bare.outline.inputTransform = nil
    bare.outline.stepPaths = []
    bare.outline.dropFeatureNames()
    return bare
  }
}

extension InputTransform {
  /// The transformers by name, first to last.
  package var names: String { steps.names }
}

extension Preprocessing {
  /// The preprocessing in a file of objects that holds no network: a transformer, or a pipeline of some.
  ///
  /// - Throws: ``SklearnError``, where the file holds another number of them.
  package init(
    in objects: some StoredObjects, allowsUnknownNames: Bool
  ) throws(SklearnError) {
    let search = try EstimatorSearch(objects, looksThroughUnknown: allowsUnknownNames)
    guard search.networks.isEmpty else { throw .noScaler(found: "a network") }
    guard search.scalers.count <= 1 else {
      throw .severalScalers(paths: search.scalers.map(\.path))
    }
    guard let place = search.scalers.first else {
      // {"mean": …, "std": …}
      let arrays = try objects.arrays()
      guard !arrays.isEmpty else { throw .noScaler(found: search.summary) }
      let found = try ScalerArrays(arrays.map { ($0.name, $0.array.header) }, inputs: nil)
      self.init(steps: [try found.step(mean: arrays[found.mean], scale: arrays[found.scale])])
      return
    }
    self = try Estimator.preprocessing(
      objects, at: place, looksThroughUnknown: allowsUnknownNames)
  }
}
