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
    switch objects.value(of: objects.root) {
    case .list, .dictionary, .array, .objects:
      let arrays = try objects.arrays()
      if !arrays.isEmpty {
        try self.init(arrays, options: options)
        return
      }
    default: break
    }
    let estimator = try Estimator(objects)
    let path = "\(estimator.path).coefs_"
    // What is said of arrays is not said of an estimator.
    guard options.layerSizes == nil else { throw .noVector(found: [path]) }
    guard options.prefix == nil else { throw .noWeights(found: [path]) }
    try self.init(
      layers: estimator.layers, layout: options.layout ?? .sklearn, naming: path, options: options,
      activation: options.activation == nil
        ? Activation(
          named: estimator.activation, in: Attribute.activation.rawValue,
          known: Self.hiddenActivations) : nil,
      outActivation: options.outActivation == nil
        ? Activation(
          named: estimator.outActivation, in: "out_activation_", known: Self.outActivations) : nil,
      classes: estimator.classes.map { ($0, "classes_") }, sizes: estimator.sizes)
    guard !estimator.scalers.isEmpty else { return }
    do throws(MLPError) {
      outline.inputTransform = try InputTransform(steps: estimator.scalers, inputs: layerSizes[0])
    } catch {
      guard case .badTransform(let step, let problem) = error else {
        preconditionFailure("layers have inputs: \(error)")
      }
      throw .badObject(step, problem: problem)
    }
  }
}

// MARK: Folding

extension SklearnWeights {
  /// The same network without ``inputTransform``, which is folded into its first layer.
  ///
  /// Operations are folded from the last to the first. Float32 weights stay so, each value rounded once; all others
  /// become float64.
  ///
  /// - Returns: Weights whose outputs differ in the last digits from those of this network.
  /// - Throws: ``SklearnError/transformClips(_:)``, or ``SklearnError/notFinite(_:value:index:)`` where
  ///   a value becomes too large.
  public func foldingInputTransform() throws(SklearnError) -> SklearnWeights {
    guard let transform = inputTransform else { return self }
    guard !transform.clips else { throw .transformClips(transform.names) }
    let layer = layers[0]
    let network = mlp(as: Double.self).layers[0]
    // Outputs × inputs.
    var weights = network.weights
    var biases = network.biases
    for operation in transform.operations.reversed() {
      guard operation.fold(into: &weights, &biases) else { throw .transformClips(transform.names) }
    }
    let isSingle = layer.weights.dtype.kind == .float && layer.weights.dtype.itemSize == 4
    let folded: NDArray
    let shifted: NDArray
    do throws(NPYError) {
      let matrix = try NDArray(weights, shape: [layer.outputs, layer.inputs])
      let vector = try NDArray(biases)
      folded = isSingle ? try matrix.converted(to: Float.self) : matrix
      shifted = isSingle ? try vector.converted(to: Float.self) : vector
    } catch {
      preconditionFailure("as many numbers as before: \(error)")
    }
    var result = self
    result.outline.inputTransform = nil
    result.layers[0] = try Layer(
      weights: NamedArray("weights_0", layout == .mlp ? folded : folded.transposed()),
      biases: NamedArray("biases_0", shifted), layout: layout)
    result.outline.headers[0] = (result.layers[0].weights.header, shifted.header)
    return result
  }
}

extension InputTransform {
  /// The scalers by name, first to last.
  package var names: String { steps.map(\.name).joined(separator: ", ") }
}
