public import MLP

/// The parameters of training: those of scikit-learn's `MLPClassifier` and `MLPRegressor`, under their
/// names and with their defaults.
public struct Parameters: Sendable, Hashable {
  /// The optimizer.
  @nonexhaustive
  public enum Solver: String, CaseIterable, Sendable {
    /// Kingma and Ba, "Adam: a method for stochastic optimization" (arXiv 1412.6980).
    case adam
    /// Stochastic gradient descent with momentum.
    case sgd
    /// L-BFGS on all rows at once. It takes `alpha`, `maxIter`, `maxFun` and `tol`, and ignores the parameters of
    /// batches, learning rates, moments and early stopping, as scikit-learn does.
    case lbfgs
  }

  /// The schedule of the learning rate of ``Solver/sgd``.
  @nonexhaustive
  public enum LearningRate: String, CaseIterable, Sendable {
    /// The learning rate does not change.
    case constant
    /// The learning rate is divided by the `powerT`-th power of the number of rows seen.
    case invscaling
    /// The learning rate is divided by five whenever training no longer improves.
    case adaptive
  }

  /// The loss of a regressor.
  @nonexhaustive
  public enum Loss: String, CaseIterable, Sendable {
    /// Half the mean of the squared differences; the output is the identity.
    case squaredError = "squared_error"
    /// Half the Poisson deviance; the output is the exponential.
    case poisson
  }

  /// The number of rows in a batch; `nil` is scikit-learn's `auto`, min(200, rows).
  public var batchSize: Int?
  /// The size of each hidden layer.
  public var hiddenLayerSizes: [Int]
  /// The activation of the hidden layers: identity, logistic, tanh or relu.
  public var activation: Activation
  /// The optimizer.
  public var solver: Solver
  /// The strength of the L2 penalty on the weights.
  public var alpha: Double
  /// The schedule of SGD's learning rate.
  public var learningRate: LearningRate
  /// The initial learning rate.
  public var learningRateInit: Double
  /// The exponent of ``LearningRate/invscaling``.
  public var powerT: Double
  /// The maximum number of epochs.
  public var maxIter: Int
  /// Whether the rows are shuffled in each epoch.
  public var shuffle: Bool
  /// The seed of all random values; `nil` takes one from the system.
  public var randomState: UInt32?
  /// The smallest decrease of the loss, or increase of the score, that counts as an improvement.
  public var tol: Double
  /// SGD's momentum.
  public var momentum: Double
  /// Whether SGD's momentum is Nesterov's.
  public var nesterovsMomentum: Bool
  /// Whether a part of the rows is kept for validation, to stop by its score.
  public var earlyStopping: Bool
  /// The share of the rows that are kept for validation.
  public var validationFraction: Double
  /// Adam's decay of the first moment.
  public var beta1: Double
  /// Adam's decay of the second moment.
  public var beta2: Double
  /// The small value that keeps Adam from dividing by zero.
  public var epsilon: Double
  /// The maximum number of epochs in a row without improvement.
  public var nIterNoChange: Int
  /// The maximum number of evaluations of ``Solver/lbfgs``; it is compared after each iteration.
  public var maxFun: Int
  /// A regressor's loss.
  public var loss: Loss

  /// These parameters; those that are not given have scikit-learn's defaults.
  public init(
    hiddenLayerSizes: [Int] = [100],
    activation: Activation = .relu,
    solver: Solver = .adam,
    alpha: Double = 0.0001,
    batchSize: Int? = nil,
    learningRate: LearningRate = .constant,
    learningRateInit: Double = 0.001,
    powerT: Double = 0.5,
    maxIter: Int = 200,
    shuffle: Bool = true,
    randomState: UInt32? = nil,
    tol: Double = 1e-4,
    momentum: Double = 0.9,
    nesterovsMomentum: Bool = true,
    earlyStopping: Bool = false,
    validationFraction: Double = 0.1,
    beta1: Double = 0.9,
    beta2: Double = 0.999,
    epsilon: Double = 1e-8,
    nIterNoChange: Int = 10,
    maxFun: Int = 15_000,
    loss: Loss = .squaredError
  ) {
    self.batchSize = batchSize
    self.hiddenLayerSizes = hiddenLayerSizes
    self.activation = activation
    self.solver = solver
    self.alpha = alpha
    self.learningRate = learningRate
    self.learningRateInit = learningRateInit
    self.powerT = powerT
    self.maxIter = maxIter
    self.shuffle = shuffle
    self.randomState = randomState
    self.tol = tol
    self.momentum = momentum
    self.nesterovsMomentum = nesterovsMomentum
    self.earlyStopping = earlyStopping
    self.validationFraction = validationFraction
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.nIterNoChange = nIterNoChange
    self.maxFun = maxFun
    self.loss = loss
  }

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
    try check("max_fun", maxFun, maxFun > 0, "above 0")
  }
}
