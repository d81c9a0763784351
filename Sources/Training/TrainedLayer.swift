import MLP

/// One layer while it is trained: scikit-learn's layout, inputs × outputs.
struct TrainedLayer<Scalar: TrainingScalar> {
  let inputs: Int
  let outputs: Int
  var coefs: ContiguousArray<Scalar>
  var intercepts: ContiguousArray<Scalar>
  /// The sum of the squares of the coefs.
  var squares: Double

  init(
    inputs: Int, outputs: Int, coefs: ContiguousArray<Scalar>, intercepts: ContiguousArray<Scalar>
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.coefs = coefs
    self.intercepts = intercepts
    squares = coefs.reduce(0) { $0 + Double($1 * $1) }
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
  func layer(_ activation: Activation) -> DenseLayer<Scalar> {
    var weights = ContiguousArray<Scalar>()
    weights.reserveCapacity(coefs.count)
    for output in 0..<outputs {
      for input in 0..<inputs { weights.append(coefs[input * outputs + output]) }
    }
    do {
      return try DenseLayer(
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
}
