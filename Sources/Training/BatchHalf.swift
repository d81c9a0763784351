import MLP

/// One half of a batch: the activations of its rows, and their loss and gradients.
struct BatchHalf<Scalar: TrainingScalar> {
  /// The sum of the losses of the rows, each times its weight.
  private(set) var loss = 0.0
  /// The number of rows, or the sum of their weights.
  private(set) var weightSum = 0.0
  /// For each layer the sum of the gradients of its coefs.
  private(set) var coefGradients: [ContiguousArray<Scalar>]
  /// For each layer the sum of the gradients of its intercepts.
  private(set) var interceptGradients: [ContiguousArray<Scalar>]
  /// The targets of the outputs.
  private(set) var targets: ContiguousArray<Scalar> = []

  // Memory that every batch uses again.
  /// The rows, and their activations in each layer.
  private var activations: [ContiguousArray<Scalar>]
  /// For each layer the derivatives of the loss by its weighted sums.
  private var deltas: [ContiguousArray<Scalar>]
  private var weights: ContiguousArray<Scalar> = []
  private var scratch: ContiguousArray<Scalar> = []

  init(layers: Int) {
    deltas = Array(repeating: [], count: layers)
    coefGradients = deltas
    interceptGradients = deltas
    activations = deltas + [[]]
  }

  /// Finds loss and gradients for some rows.
  mutating func learn(
    _ rows: ArraySlice<Int>, of data: TrainingData<Scalar>, _ layers: [TrainedLayer<Scalar>],
    _ activation: Activation
  ) {
    forward(rows, of: data, layers, activation)
    if let all = data.weights {
      weights.gather(rows, of: all, columns: 1)
      weightSum = weights.reduce(0) { $0 + Double($1) }
    } else {
      weightSum = Double(rows.count)
    }
    loss = loss(rows, of: data)
    backward(rows.count, data, layers, activation)
  }

  /// The network's outputs for some rows.
  mutating func output(
    for rows: ArraySlice<Int>, of data: TrainingData<Scalar>, _ layers: [TrainedLayer<Scalar>],
    _ activation: Activation
  ) -> ContiguousArray<Scalar> {
    forward(rows, of: data, layers, activation)
    return activations[layers.count]
  }

  /// Fills the targets, and the activations of every layer.
  private mutating func forward(
    _ rows: ArraySlice<Int>, of data: TrainingData<Scalar>, _ layers: [TrainedLayer<Scalar>],
    _ activation: Activation
  ) {
    activations[0].gather(rows, of: data.inputs, columns: data.columns)
    targets.gather(rows, of: data.targets, columns: data.outputs)
    for (index, layer) in layers.enumerated() {
      activations[index + 1].setProduct(
        MatrixView(activations[index], rows: rows.count, columns: layer.inputs),
        MatrixView(layer.coefs, rows: layer.inputs, columns: layer.outputs), scratch: &scratch)
      activations[index + 1].addToRows(layer.intercepts)
      (index == layers.count - 1 ? data.outActivation : activation)
        .apply(to: &activations[index + 1], columns: layer.outputs)
    }
  }

  /// Fills the gradients of every layer, the last first.
  private mutating func backward(
    _ rows: Int, _ data: TrainingData<Scalar>, _ layers: [TrainedLayer<Scalar>],
    _ activation: Activation
  ) {
    let last = layers.count - 1
    deltas[last] = difference(activations[last + 1], targets)
    if data.weights != nil {
      for i in deltas[last].indices { deltas[last][i] *= weights[i / data.outputs] }
    }
    for index in stride(from: last, through: 0, by: -1) {
      let (inputs, outputs) = (layers[index].inputs, layers[index].outputs)
      let delta = MatrixView(deltas[index], rows: rows, columns: outputs)
      coefGradients[index].setProduct(
        MatrixView(transposing: activations[index], rows: inputs, columns: rows), delta,
        scratch: &scratch)
      interceptGradients[index].setSumOfRows(of: deltas[index], columns: outputs)
      guard index > 0 else { return }
      deltas[index - 1].setProduct(
        delta, MatrixView(transposing: layers[index].coefs, rows: outputs, columns: inputs),
        scratch: &scratch)
      activation.multiplyByDerivative(&deltas[index - 1], at: activations[index])
    }
  }

  /// The sum of the losses of the rows, each times its weight, without the penalty on the weights.
  private func loss(_ rows: ArraySlice<Int>, of data: TrainingData<Scalar>) -> Double {
    let outputs = data.outputs
    let p = activations[deltas.count]
    let least = Double(Scalar.ulpOfOne)
    var sum = 0.0
    for (row, index) in rows.enumerated() {
      var ofRow = 0.0
      if data.outActivation == .softmax, let classes = data.classes {
        // Only the class that is right counts.
        let value = Double(p[row * outputs + classes.indices[index]])
        ofRow = data.outActivation.loss(value, target: 1, least: least)
      } else {
        for output in row * outputs..<(row + 1) * outputs {
          ofRow += data.outActivation.loss(
            Double(p[output]), target: Double(targets[output]), least: least)
        }
      }
      sum += data.weights == nil ? ofRow : Double(weights[row]) * ofRow
    }
    return data.outActivation == .identity ? 0.5 * sum / Double(outputs) : sum
  }
}

/// One array of values minus another of the same length.
private func difference<Scalar: TrainingScalar>(
  _ one: ContiguousArray<Scalar>, _ other: ContiguousArray<Scalar>
) -> ContiguousArray<Scalar> {
  precondition(one.count == other.count)
  var result = one
  var values = result.mutableSpan
  let other = other.span
  for i in 0..<other.count { values[i] -= other[i] }
  return result
}

extension Activation {
  /// The loss of one output with this activation, clipped where it is a probability.
  @inline(__always)
  fileprivate func loss(_ value: Double, target: Double, least: Double) -> Double {
    switch self {
    case .softmax:
      -naturalLogarithm(min(max(value, least), 1 - least))
    case .logistic:
      -naturalLogarithm(
        target == 1 ? min(max(value, least), 1 - least) : 1 - min(max(value, least), 1 - least))
    case .exp:
      (target == 0 ? 0 : target * naturalLogarithm(target / value)) - target + value
    default:
      (target - value) * (target - value)
    }
  }

  /// Replaces weighted sums, row by row, with their activations.
  fileprivate func apply<Scalar: TrainingScalar>(
    to values: inout ContiguousArray<Scalar>, columns: Int
  ) {
    switch self {
    case .identity: break
    case .logistic: unsafe values.apply(Scalar.kernels.logistic)
    case .tanh: for i in values.indices { values[i] = Scalar.hyperbolicTangent(of: values[i]) }
    case .relu: unsafe values.apply(Scalar.kernels.relu)
    case .exp: unsafe values.apply(Scalar.kernels.exp)
    case .softmax:
      var z = values.mutableSpan
      for start in stride(from: 0, to: z.count, by: columns) {
        var greatest = z[start]
        for i in start..<start + columns { greatest = max(greatest, z[i]) }
        for i in start..<start + columns { z[i] -= greatest }
      }
      unsafe values.apply(Scalar.kernels.exp)
      var e = values.mutableSpan
      for start in stride(from: 0, to: e.count, by: columns) {
        var sum: Scalar = 0
        for i in start..<start + columns { sum += e[i] }
        for i in start..<start + columns { e[i] /= sum }
      }
    }
  }

  /// Multiplies numbers by the derivative of a hidden activation, expressed in its results `a`.
  fileprivate func multiplyByDerivative<Scalar: TrainingScalar>(
    _ values: inout ContiguousArray<Scalar>, at a: ContiguousArray<Scalar>
  ) {
    switch self {
    case .logistic: unsafe values.multiply(at: a, by: Scalar.kernels.timesLogisticSlope)
    case .tanh: unsafe values.multiply(at: a, by: Scalar.kernels.timesTanhSlope)
    case .relu: unsafe values.multiply(at: a, by: Scalar.kernels.timesReluSlope)
    default: break
    }
  }
}
