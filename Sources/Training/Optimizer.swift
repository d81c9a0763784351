import Platform
import CNetwork
import MLP

/// The optimizer, with its state; scikit-learn's
/// `_stochastic_optimizers.py`.
///
/// One array of parameters after another: the weights and then the biases of each layer.
struct Optimizer<Scalar: TrainingScalar> {
  private let parameters: Parameters
  /// Adam's first moments, or SGD's velocities.
  private var first: [ContiguousArray<Scalar>]
  /// Adam's second moments; empty arrays for SGD.
  private var second: [ContiguousArray<Scalar>]
  private var step = 0
  /// SGD's learning rate, which may change.
  private(set) var learningRate: Double

  init(_ parameters: Parameters, sizes: [Int]) {
    self.parameters = parameters
    first = sizes.map { ContiguousArray(repeating: 0, count: $0) }
    second = parameters.solver == .adam ? first : sizes.map { _ in [] }
    learningRate = parameters.learningRateInit
  }

  /// Begins the step that one batch makes.
  mutating func beginStep() {
    step += 1
    guard parameters.solver == .adam else { return }
    learningRate =
      parameters.learningRateInit * (1 - pow(parameters.beta2, Double(step))).squareRoot()
      / (1 - pow(parameters.beta1, Double(step)))
  }

  /// Changes one array of parameters.
  ///
  /// - Parameters:
  ///   - index: Which array.
  ///   - values: Its values.
  ///   - gradients: For each value the sum of its gradients, over one half of the batch and the other.
  ///   - alpha: The strength of the penalty on these values.
  ///   - weightSum: The divisor that makes a mean of the sum: the rows of the batch, or the sum of their weights.
  ///   - pair: The threads that do the work.
  /// - Returns: The sum of the squares of the changed values.
  mutating func update(
    _ index: Int, _ values: inout ContiguousArray<Scalar>,
    by gradients: (ContiguousArray<Scalar>, ContiguousArray<Scalar>),
    alpha: Double, weightSum: Double, _ pair: Pair
  ) -> Double {
    let step = cnetwork_step(
      alpha: alpha, weight: weightSum, learning_rate: learningRate,
      beta_1: parameters.solver == .adam ? parameters.beta1 : parameters.momentum,
      beta_2: parameters.beta2, epsilon: parameters.epsilon,
      nesterovs: parameters.nesterovsMomentum ? 1 : 0)
    return values.update(by: gradients, first: &first[index], second: &second[index], step, pair)
  }

  /// Ends an epoch, after which so many rows have been seen in all.
  mutating func endEpoch(rowsSeen: Int) {
    guard parameters.solver == .sgd, parameters.learningRate == .invscaling else { return }
    learningRate = parameters.learningRateInit / pow(Double(rowsSeen + 1), parameters.powerT)
  }

  /// The consequence when training no longer improves.
  mutating func noImprovement() -> TrainingEvent.Consequence {
    guard parameters.solver == .sgd, parameters.learningRate == .adaptive else { return .stops }
    guard learningRate > 1e-6 else { return .learningRateTooSmall }
    learningRate /= 5
    return .learningRate(learningRate)
  }
}
