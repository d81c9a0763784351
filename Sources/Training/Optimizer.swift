#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import MLP

/// How weights follow from gradients, with what that has to remember; scikit-learn's
/// `_stochastic_optimizers.py`.
///
/// One array of parameters after another: the weights and then the biases of each layer.
struct Optimizer<Scalar: TrainingScalar> {
  private let parameters: Parameters
  /// Adam's first moments, or SGD's velocities.
  private var first: [ContiguousArray<Scalar>]
  /// Adam's second moments.
  private var second: [ContiguousArray<Scalar>]
  private var step = 0
  /// SGD's learning rate, which may change.
  private(set) var learningRate: Double

  init(_ parameters: Parameters, sizes: [Int]) {
    self.parameters = parameters
    first = sizes.map { ContiguousArray(repeating: 0, count: $0) }
    second = parameters.solver == .adam ? first : []
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

  /// Changes one array of parameters by its gradients.
  mutating func update(
    _ index: Int, _ values: inout ContiguousArray<Scalar>, by gradients: ContiguousArray<Scalar>
  ) {
    switch parameters.solver {
    case .adam: adam(index, &values, gradients)
    case .sgd: descend(index, &values, gradients)
    }
  }

  private mutating func adam(
    _ index: Int, _ values: inout ContiguousArray<Scalar>, _ gradients: ContiguousArray<Scalar>
  ) {
    let beta1 = Scalar(parameters.beta1)
    let beta2 = Scalar(parameters.beta2)
    let rest1 = Scalar(1 - parameters.beta1)
    let rest2 = Scalar(1 - parameters.beta2)
    let epsilon = Scalar(parameters.epsilon)
    var m = first[index].mutableSpan
    var v = second[index].mutableSpan
    var w = values.mutableSpan
    let g = gradients.span
    for i in 0..<w.count {
      m[i] = beta1 * m[i] + rest1 * g[i]
      v[i] = beta2 * v[i] + rest2 * (g[i] * g[i])
      // NumPy's learning rate is a float64 here, which makes the step one too.
      let change = -learningRate * Double(m[i]) / Double(v[i].squareRoot() + epsilon)
      w[i] = Scalar(Double(w[i]) + change)
    }
  }

  private mutating func descend(
    _ index: Int, _ values: inout ContiguousArray<Scalar>, _ gradients: ContiguousArray<Scalar>
  ) {
    let momentum = Scalar(parameters.momentum)
    let rate = Scalar(learningRate)
    var velocity = first[index].mutableSpan
    var w = values.mutableSpan
    let g = gradients.span
    for i in 0..<w.count {
      velocity[i] = momentum * velocity[i] - rate * g[i]
      w[i] += parameters.nesterovsMomentum ? momentum * velocity[i] - rate * g[i] : velocity[i]
    }
  }

  /// Ends an epoch, after which so many rows have been seen in all.
  mutating func endEpoch(rowsSeen: Int) {
    guard parameters.solver == .sgd, parameters.learningRate == .invscaling else { return }
    learningRate = parameters.learningRateInit / pow(Double(rowsSeen + 1), parameters.powerT)
  }

  /// What follows when training gets no better.
  mutating func noImprovement() -> TrainingEvent.Consequence {
    guard parameters.solver == .sgd, parameters.learningRate == .adaptive else { return .stops }
    guard learningRate > 1e-6 else { return .learningRateTooSmall }
    learningRate /= 5
    return .learningRate(learningRate)
  }
}
