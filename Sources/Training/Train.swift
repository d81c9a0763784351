public import MLP

extension MLP where Scalar: TrainingScalar {
  /// scikit-learn's `MLPClassifier.fit` and `MLPRegressor.fit`: the same random draws in the same order,
  /// the same formulas and the same stopping rules, so that losses and weights agree to the last digits.
  ///
  ///     let parameters = Parameters(
  ///       hiddenLayerSizes: [16], activation: .logistic, randomState: 1)
  ///     let result = try MLP.trained(on: rows, .classes(labels, count: 10), parameters)
  ///
  /// `lbfgs` runs SciPy's algorithm: losses agree with scikit-learn's to 2e-11 over 10 iterations and to 3e-7 over 30,
  /// at worst; beyond that they are as near as scikit-learn is to itself on another processor.
  ///
  /// - Parameters:
  ///   - inputs: One row for each sample.
  ///   - targets: The targets, as many rows.
  ///   - parameters: The parameters of training.
  ///   - sampleWeights: The weight of each row; `nil` for equal weights.
  ///   - start: A network to continue from (`warm_start`), instead of random weights.
  ///   - report: Called for each event; when it returns false, training ends and keeps the weights so far.
  /// - Returns: The network, with the history of its training.
  /// - Throws: ``TrainingError``.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public static func trained(
    on inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, _ parameters: Parameters,
    sampleWeights: [Scalar]? = nil, from start: MLP<Scalar>? = nil,
    report: (TrainingEvent) -> Bool = { _ in true }
  ) throws(TrainingError) -> TrainingResult<Scalar> {
    try parameters.validate()
    let data = try TrainingData(
      inputs, targets, weights: sampleWeights, loss: parameters.loss)
    var trainer = try Trainer(data, parameters, from: start)
    return try trainer.run(report)
  }
}
