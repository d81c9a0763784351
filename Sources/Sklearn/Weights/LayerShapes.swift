import NPY

/// The shapes of a layer's arrays, each valid by itself, and the layouts that they allow.
struct LayerShapes {
  private let weightsName: String
  private let weights: [Int]
  /// Their name and number; `nil` for a layer without biases.
  private let biases: (name: String, count: Int)?

  /// Checks the arrays of a layer, each by itself.
  ///
  /// - Throws: ``SklearnError``.
  init(
    weights: (name: String, header: NPYHeader), biases: (name: String, header: NPYHeader)?
  ) throws(SklearnError) {
    for (name, header) in [weights, biases].compactMap(\.self) {
      guard header.dtype.isReal else { throw .notReal(name, dtype: header.dtype.description) }
    }
    guard weights.header.shape.count == 2 else {
      throw .wrongAxes(weights.name, shape: weights.header.shape, expected: "a matrix")
    }
    guard weights.header.count > 0 else {
      throw .emptyLayer(weights.name, shape: weights.header.shape)
    }
    if let biases {
      // One bias may go without an axis.
      let isOne = biases.header.shape.isEmpty && weights.header.shape.contains(1)
      guard isOne || Self.isVector(biases.header.shape) else {
        throw .wrongAxes(biases.name, shape: biases.header.shape, expected: "a vector")
      }
    }
    self.weightsName = weights.name
    self.weights = weights.header.shape
    self.biases = biases.map { ($0.name, $0.header.count) }
  }

  /// Whether an array of these axes may be biases: a vector may have been kept as a row or a column of a matrix.
  private static func isVector(_ shape: [Int]) -> Bool {
    (1...2).contains(shape.count) && shape.count { $0 != 1 } <= 1
  }

  /// The number of biases in an array; `nil` where it is not a real vector.
  static func length(ofBiases part: ArrayPart) throws(SklearnError) -> Int? {
    let header = try WeightsPlan.header(part)
    return header.dtype.isReal && (header.shape.isEmpty || isVector(header.shape))
      ? header.count : nil
  }

  /// How the weights are stored: as told, else as the names promise and the shapes allow, else as the shapes allow.
  ///
  /// - Throws: ``SklearnError``, where the layers do not fit each other, or fit in both layouts.
  static func layout(
    of layers: [LayerShapes], given: WeightLayout?, promised: WeightLayout? = nil
  ) throws(SklearnError) -> WeightLayout {
    if let given {
      if let problem = problem(layers, read: given) { throw problem }
      return given
    }
    if let promised, let problem = problem(layers, read: promised) {
      guard self.problem(layers, read: promised.transposed) == nil else { throw problem }
      return promised.transposed
    }
    if let promised { return promised }
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
      if let biases = layer.biases, outputs != biases.count {
        return .biasesDoNotFit(
          weights: layer.weightsName, shape: layer.weights, outputs: outputs,
          biases: biases.name, found: biases.count, layout: layout)
      }
    }
    return nil
  }
}
