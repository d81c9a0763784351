import NPY

/// The shapes of a layer's arrays, each valid by itself, and the layouts that they allow.
struct LayerShapes {
  private let weightsName: String
  private let weights: [Int]
  private let biasesName: String
  private let biases: Int

  /// Checks the arrays of a layer, each by itself.
  ///
  /// - Throws: ``SklearnError``.
  init(
    weights: (name: String, header: NPYHeader), biases: (name: String, header: NPYHeader)
  ) throws(SklearnError) {
    for (name, header) in [weights, biases] {
      guard header.dtype.isReal else { throw .notReal(name, dtype: header.dtype.description) }
    }
    guard weights.header.shape.count == 2 else {
      throw .wrongAxes(weights.name, shape: weights.header.shape, expected: "a matrix")
    }
    guard weights.header.count > 0 else {
      throw .emptyLayer(weights.name, shape: weights.header.shape)
    }
    // A vector may have been kept as a row or a column of a matrix.
    let longAxes = biases.header.shape.filter { $0 != 1 }
    guard (1...2).contains(biases.header.shape.count), longAxes.count <= 1 else {
      throw .wrongAxes(biases.name, shape: biases.header.shape, expected: "a vector")
    }
    self.weightsName = weights.name
    self.weights = weights.header.shape
    self.biasesName = biases.name
    self.biases = biases.header.count
  }

  /// How the weights are stored: as told, else as the shapes allow.
  ///
  /// - Throws: ``SklearnError``, where the layers do not fit each other, or fit in both layouts.
  static func layout(of layers: [LayerShapes], given: WeightLayout?) throws(SklearnError)
    -> WeightLayout
  {
    if let given {
      if let problem = problem(layers, read: given) { throw problem }
      return given
    }
    switch (problem(layers, read: .sklearn), problem(layers, read: .mlp)) {
    case (nil, nil): throw .ambiguousLayout(shapes: layers.map(\.weights))
    case (nil, _): return .sklearn
    case (_, nil): return .mlp
    case (let problem?, _): throw problem
    }
  }

  /// The contradiction to reading the weights in this layout.
  private static func problem(_ layers: [LayerShapes], read layout: WeightLayout) -> SklearnError? {
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
