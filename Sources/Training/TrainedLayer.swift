import MLP

/// One layer while it is trained: scikit-learn's layout, inputs × outputs.
struct TrainedLayer<Scalar: TrainingScalar> {
  let inputs: Int
  let outputs: Int
  var coefs: ContiguousArray<Scalar>
  var intercepts: ContiguousArray<Scalar>
  var coefGradients: ContiguousArray<Scalar>
  var interceptGradients: ContiguousArray<Scalar>

  init(
    inputs: Int, outputs: Int, coefs: ContiguousArray<Scalar>, intercepts: ContiguousArray<Scalar>
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.coefs = coefs
    self.intercepts = intercepts
    coefGradients = ContiguousArray(repeating: 0, count: coefs.count)
    interceptGradients = ContiguousArray(repeating: 0, count: outputs)
  }

  /// Weights and biases uniform within ±√(factor / (inputs + outputs)), after Glorot and Bengio.
  init(inputs: Int, outputs: Int, activation: Activation, random: inout RandomState) {
    let factor = activation == .logistic ? 2.0 : 6.0
    let bound = (factor / Double(inputs + outputs)).squareRoot()
    var coefs = ContiguousArray<Scalar>()
    coefs.reserveCapacity(inputs * outputs)
    for _ in 0..<inputs * outputs { coefs.append(Scalar(random.uniform(-bound, bound))) }
    var intercepts = ContiguousArray<Scalar>()
    for _ in 0..<outputs { intercepts.append(Scalar(random.uniform(-bound, bound))) }
    self.init(inputs: inputs, outputs: outputs, coefs: coefs, intercepts: intercepts)
  }

  /// The layer as it computes: outputs × inputs.
  func layer(_ activation: Activation) -> Layer<Scalar> {
    var weights = ContiguousArray<Scalar>()
    weights.reserveCapacity(coefs.count)
    for output in 0..<outputs {
      for input in 0..<inputs { weights.append(coefs[input * outputs + output]) }
    }
    do {
      return try Layer(
        inputs: inputs, outputs: outputs, weights: weights, biases: intercepts,
        activation: activation)
    } catch {
      preconditionFailure("a trained layer is a layer: \(error)")
    }
  }
}

extension TrainedLayer {
  /// Whether every weight and bias is a finite number.
  var isFinite: Bool { coefs.allSatisfy(\.isFinite) && intercepts.allSatisfy(\.isFinite) }

  /// Makes gradients of the products of inputs and deltas: adds the penalty, divides by the weight of
  /// the batch; and sums the deltas for the biases.
  mutating func finishGradients(
    _ delta: ContiguousArray<Scalar>, alpha: Scalar, weightSum: Scalar
  ) {
    let (outputs, coefs) = (outputs, coefs)
    var gradients = coefGradients.mutableSpan
    let weights = coefs.span
    for i in 0..<weights.count { gradients[i] = (gradients[i] + alpha * weights[i]) / weightSum }
    var sums = interceptGradients.mutableSpan
    let delta = delta.span
    for i in 0..<outputs { sums[i] = 0 }
    for start in stride(from: 0, to: delta.count, by: outputs) {
      for i in 0..<outputs { sums[i] += delta[start + i] }
    }
    for i in 0..<outputs { sums[i] /= weightSum }
  }
}
