extension MLP {
  /// Creates a network of random weights, to compare a trained one against.
  ///
  /// Every weight and bias is uniform in 0..<1 and every activation is ``Activation/logistic``.
  /// With all weights positive the outputs of such a network are nearly 1: it predicts no better
  /// than chance, and it is not a good start for training either.
  ///
  ///     MLP<Double>(layerSizes: [2, 3], using: &generator)  // one layer: W is 3 × 2, b has 3
  ///
  /// - Parameters:
  ///   - layerSizes: The number of inputs, then of each layer's outputs.
  ///   - generator: The source of the values: layer by layer, the weights row by row, then
  ///     the biases.
  /// - Throws: ``MLPError/noLayers`` for fewer than two sizes,
  ///   ``MLPError/emptyLayer(inputs:outputs:)`` for a size below 1, or
  ///   ``MLPError/layerTooLarge(inputs:outputs:)`` for sizes whose product is no `Int`.
  public init(
    layerSizes: [Int], using generator: inout some RandomNumberGenerator
  ) throws(MLPError) {
    func uniform(_ count: Int) -> ContiguousArray<Scalar> {
      var values: ContiguousArray<Scalar> = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(.random(in: 0..<1, using: &generator)) }
      return values
    }

    var layers: [DenseLayer<Scalar>] = []
    for (inputs, outputs) in zip(layerSizes, layerSizes.dropFirst()) {
      guard inputs >= 1, outputs >= 1 else {
        throw .emptyLayer(inputs: inputs, outputs: outputs)
      }
      let (weightCount, overflow) = outputs.multipliedReportingOverflow(by: inputs)
      guard !overflow else { throw .layerTooLarge(inputs: inputs, outputs: outputs) }
      layers.append(
        try DenseLayer(
          inputs: inputs, outputs: outputs, weights: uniform(weightCount),
          biases: uniform(outputs), activation: .logistic))
    }
    try self.init(layers: layers)
  }

  /// Creates a network of random weights from the system's random numbers.
  ///
  /// - Parameter layerSizes: The number of inputs, then of each layer's outputs.
  /// - Throws: As ``init(layerSizes:using:)`` does.
  public init(layerSizes: [Int]) throws(MLPError) {
    var generator = SystemRandomNumberGenerator()
    try self.init(layerSizes: layerSizes, using: &generator)
  }
}
