public import MLP

/// The parameters of training: those of scikit-learn's `MLPClassifier` and `MLPRegressor`, under their
/// names and with their defaults.
public struct Parameters: Sendable, Hashable {
  /// The optimizer.
  public enum Solver: String, CaseIterable, Sendable {
    /// Kingma and Ba, "Adam: a method for stochastic optimization" (arXiv 1412.6980).
    case adam
    /// Stochastic gradient descent with momentum.
    case sgd
  }

  /// The schedule of the learning rate of ``Solver/sgd``.
  public enum LearningRate: String, CaseIterable, Sendable {
    /// The learning rate does not change.
    case constant
    /// The learning rate is divided by the `powerT`-th power of the number of rows seen.
    case invscaling
    /// The learning rate is divided by five whenever training no longer improves.
    case adaptive
  }

  /// The loss of a regressor.
  public enum Loss: String, CaseIterable, Sendable {
    /// Half the mean of the squared differences; the output is the identity.
    case squaredError = "squared_error"
    /// Half the Poisson deviance; the output is the exponential.
    case poisson
  }

  /// The number of rows in a batch; `nil` is scikit-learn's `auto`, min(200, rows).
  public var batchSize: Int?
  /// The size of each hidden layer.
  public var hiddenLayerSizes = [100]
  /// The activation of the hidden layers: identity, logistic, tanh or relu.
  public var activation = Activation.relu
  /// The optimizer.
  public var solver = Solver.adam
  /// The strength of the L2 penalty on the weights.
  public var alpha = 0.0001
  /// The schedule of SGD's learning rate.
  public var learningRate = LearningRate.constant
  /// The initial learning rate.
  public var learningRateInit = 0.001
  /// The exponent of ``LearningRate/invscaling``.
  public var powerT = 0.5
  /// The maximum number of epochs.
  public var maxIter = 200
  /// Whether the rows are shuffled in each epoch.
  public var shuffle = true
  /// The seed of all random values; `nil` takes one from the system.
  public var randomState: UInt32?
  /// The smallest decrease of the loss, or increase of the score, that counts as an improvement.
  public var tol = 1e-4
  /// SGD's momentum.
  public var momentum = 0.9
  /// Whether SGD's momentum is Nesterov's.
  public var nesterovsMomentum = true
  /// Whether a part of the rows is kept for validation, to stop by its score.
  public var earlyStopping = false
  /// The share of the rows that are kept for validation.
  public var validationFraction = 0.1
  /// Adam's decay of the first moment.
  public var beta1 = 0.9
  /// Adam's decay of the second moment.
  public var beta2 = 0.999
  /// The small value that keeps Adam from dividing by zero.
  public var epsilon = 1e-8
  /// The maximum number of epochs in a row without improvement.
  public var nIterNoChange = 10
  /// A regressor's loss.
  public var loss = Loss.squaredError

  /// scikit-learn's defaults.
  public init() {}

  /// Compares every value with the range that scikit-learn allows.
  ///
  /// - Throws: ``TrainingError/badParameter(_:value:allowed:)`` for the first that is outside.
  public func validate() throws(TrainingError) {
    func check(
      _ name: String, _ value: some CustomStringConvertible, _ holds: Bool, _ allowed: String
    ) throws(TrainingError) {
      guard holds else {
        throw .badParameter(name, value: value.description, allowed: allowed)
      }
    }
    let unit = "in 0..<1"
    try check(
      "hidden_layer_sizes", hiddenLayerSizes, hiddenLayerSizes.allSatisfy { $0 > 0 },
      "numbers above 0")
    try check(
      "activation", activation.rawValue,
      [.identity, .logistic, .tanh, .relu].contains(activation),
      "identity, logistic, tanh or relu")
    try check("alpha", alpha, alpha >= 0 && alpha.isFinite, "0 or more")
    if let batchSize { try check("batch_size", batchSize, batchSize > 0, "above 0") }
    try check(
      "learning_rate_init", learningRateInit, learningRateInit > 0 && learningRateInit.isFinite,
      "above 0")
    try check("power_t", powerT, powerT >= 0 && powerT.isFinite, "0 or more")
    try check("max_iter", maxIter, maxIter > 0, "above 0")
    try check("tol", tol, tol >= 0 && tol.isFinite, "0 or more")
    try check("momentum", momentum, (0...1).contains(momentum), "in 0...1")
    try check(
      "validation_fraction", validationFraction, (0..<1).contains(validationFraction), unit)
    try check("beta_1", beta1, (0..<1).contains(beta1), unit)
    try check("beta_2", beta2, (0..<1).contains(beta2), unit)
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "above 0")
    try check("n_iter_no_change", nIterNoChange, nIterNoChange > 0, "above 0")
  }
}
