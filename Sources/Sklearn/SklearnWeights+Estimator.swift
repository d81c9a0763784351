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
    try self.init(estimator.arrays, options: options)
    naming = "\(estimator.path).coefs_"
    guard !estimator.scalers.isEmpty else { return }
    do throws(MLPError) {
      inputTransform = try InputTransform(steps: estimator.scalers, inputs: layerSizes[0])
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
  /// The same network without ``inputTransform``, which its first layer takes over.
  ///
  /// From the last operation to the first, x / σ makes W/σ of the weights W, x · s makes W·s, and x + t
  /// adds W·t to the biases. Float32 weights stay so, each number rounded once; all others become
  /// float64.
  ///
  /// - Returns: Weights whose answers differ in the last digits from those of this network.
  /// - Throws: ``SklearnError/transformClips(_:)``, or ``SklearnError/notFinite(_:value:index:)`` where
  ///   a number becomes too large.
  public func foldingInputTransform() throws(SklearnError) -> SklearnWeights {
    guard let transform = inputTransform else { return self }
    guard !transform.clips else { throw .transformClips(transform.names) }
    let layer = layers[0]
    let network = mlp(as: Double.self).layers[0]
    // Outputs × inputs.
    var weights = network.weights
    var biases = network.biases
    for operation in transform.operations.reversed() {
      let values = operation.values ?? []
      for output in biases.indices {
        for (input, value) in values.enumerated() {
          let place = output * values.count + input
          switch operation {
          case .subtract: biases[output] -= weights[place] * value
          case .add: biases[output] += weights[place] * value
          case .divide: weights[place] /= value
          case .multiply: weights[place] *= value
          case .clip: break
          }
        }
      }
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
    try Self.checkFinite(folded, name: "weights_0")
    try Self.checkFinite(shifted, name: "biases_0")
    var result = self
    result.inputTransform = nil
    result.layers[0] = Layer(
      weights: layout == .mlp ? folded : folded.transposed(), biases: shifted,
      inputs: layer.inputs, outputs: layer.outputs)
    return result
  }
}

extension InputTransform {
  /// The scalers by name, first to last.
  package var names: String { steps.map(\.name).joined(separator: ", ") }
}
