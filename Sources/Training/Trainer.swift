import MLP

/// A network while it is trained.
struct Trainer<Scalar: TrainingScalar> {
  private let data: TrainingData<Scalar>
  private let parameters: Parameters
  private var random: RandomState
  private var layers: [TrainedLayer<Scalar>]
  private var optimizer: Optimizer<Scalar>

  // Memory that every batch uses again.
  private var activations: [ContiguousArray<Scalar>]
  private var targets: ContiguousArray<Scalar> = []
  private var weights: ContiguousArray<Scalar> = []
  private var scratch: ContiguousArray<Scalar> = []

  init(
    _ data: TrainingData<Scalar>, _ parameters: Parameters, from start: MLP<Scalar>?
  ) throws(TrainingError) {
    self.data = data
    self.parameters = parameters
    random = RandomState(seed: parameters.randomState ?? UInt32.random(in: .min ... .max))
    let sizes = [data.columns] + parameters.hiddenLayerSizes + [data.outputs]
    if let start {
      guard start.layerSizes == sizes else {
        throw .wrongStart(expected: sizes, found: start.layerSizes)
      }
      layers = start.layers.map { layer in
        TrainedLayer(
          inputs: layer.inputs, outputs: layer.outputs, coefs: layer.weightsByInput,
          intercepts: layer.biases)
      }
    } else {
      layers = []
      for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
        layers.append(
          TrainedLayer(
            inputs: inputs, outputs: outputs, activation: parameters.activation, random: &random))
      }
    }
    optimizer = Optimizer(
      parameters, sizes: layers.flatMap { [$0.coefs.count, $0.intercepts.count] })
    activations = sizes.map { _ in [] }
  }

  // MARK: Epochs

  mutating func run(
    _ report: (TrainingEvent) -> Bool
  ) throws(TrainingError) -> TrainingResult<Scalar> {
    let split = parameters.earlyStopping ? try self.split() : nil
    let training = split?.training ?? Array(0..<data.rows)
    let batchSize = min(parameters.batchSize ?? 200, training.count)
    var order = Array(training.indices)
    var losses: [Double] = []
    var scores: [Double] = []
    var bestLoss = Double.infinity
    var bestScore = -Double.infinity
    var bestLayers = layers
    var idle = 0
    var end = TrainingResult<Scalar>.End.maxIter

    epochs: for iteration in 1...parameters.maxIter {
      if parameters.shuffle {
        // Each epoch shuffles what the one before it left.
        let permutation = random.permutation(order.count)
        order = permutation.map { order[$0] }
      }
      var loss = 0.0
      for first in stride(from: 0, to: order.count, by: batchSize) {
        let batch = order[first..<min(first + batchSize, order.count)].map { training[$0] }
        loss += try step(batch[...]) * Double(batch.count)
      }
      loss /= Double(training.count)
      losses.append(loss)

      var score: Double?
      if let split {
        let found = self.score(split.validation[...])
        score = found
        scores.append(found)
        idle = found < bestScore + parameters.tol ? idle + 1 : 0
        if found > bestScore {
          bestScore = found
          bestLayers = layers
        }
      } else {
        idle = loss > bestLoss - parameters.tol ? idle + 1 : 0
        bestLoss = min(bestLoss, loss)
      }
      // What early stopping has kept outlives weights that run away.
      let isKept = bestScore > -.infinity
      guard (isKept ? bestLayers : layers).allSatisfy(\.isFinite) else {
        throw .diverged(iteration: iteration)
      }
      guard report(.epoch(iteration, loss: loss, validationScore: score)) else {
        end = .interrupted
        break
      }
      optimizer.endEpoch(rowsSeen: iteration * training.count)
      if idle > parameters.nIterNoChange {
        let consequence = optimizer.noImprovement()
        let goesOn = report(
          .noImprovement(
            ofScore: split != nil, tol: parameters.tol, epochs: parameters.nIterNoChange,
            consequence))
        guard case .learningRate = consequence else {
          end = .converged
          break epochs
        }
        guard goesOn else {
          end = .interrupted
          break epochs
        }
        idle = 0
      }
    }
    return TrainingResult(
      network: network(split == nil ? layers : bestLayers), losses: losses,
      validationScores: scores, end: end)
  }

  private mutating func split() throws(TrainingError) -> Split {
    // Only the one output of two classes is kept in proportion.
    if let classes = data.classes, data.outputs == 1 {
      return try Split(
        classes: classes.indices, count: classes.count, fraction: parameters.validationFraction,
        random: &random)
    }
    return try Split(
      rows: data.rows, fraction: parameters.validationFraction, random: &random)
  }

  private func network(_ layers: [TrainedLayer<Scalar>]) -> MLP<Scalar> {
    let last = layers.count - 1
    do {
      return try MLP(
        layers: layers.enumerated().map { index, layer in
          layer.layer(index == last ? data.outActivation : parameters.activation)
        })
    } catch {
      preconditionFailure("trained layers chain: \(error)")
    }
  }

  // MARK: One batch

  /// Learns from one batch.
  ///
  /// - Returns: Its loss, with the penalty on the weights.
  private mutating func step(_ batch: ArraySlice<Int>) throws(TrainingError) -> Double {
    let rows = batch.count
    gather(batch, of: data.inputs, columns: data.columns, into: &activations[0])
    gather(batch, of: data.targets, columns: data.outputs, into: &targets)
    if let all = data.weights { gather(batch, of: all, columns: 1, into: &weights) }
    let weightSum =
      data.weights == nil ? Double(rows) : weights.reduce(0) { $0 + Double($1) }
    guard weightSum > 0 else { throw .badSampleWeights }

    forward(rows)
    var loss = self.loss(rows, weightSum: weightSum)
    var squares = 0.0
    for layer in layers { squares += layer.coefs.reduce(0) { $0 + Double($1 * $1) } }
    loss += 0.5 * parameters.alpha * squares / weightSum

    backward(rows, weightSum: Scalar(weightSum))
    optimizer.beginStep()
    for index in layers.indices {
      optimizer.update(2 * index, &layers[index].coefs, by: layers[index].coefGradients)
      optimizer.update(
        2 * index + 1, &layers[index].intercepts, by: layers[index].interceptGradients)
    }
    return loss
  }

  /// Fills the activations of every layer from those of the input.
  private mutating func forward(_ rows: Int) {
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      var z = activations[index + 1]
      activations[index + 1] = []
      if z.count != rows * layer.outputs {
        z = ContiguousArray(repeating: 0, count: rows * layer.outputs)
      }
      Scalar.multiply(
        MatrixView(activations[index], rows: rows, columns: layer.inputs),
        MatrixView(layer.coefs, rows: layer.inputs, columns: layer.outputs), into: &z,
        scratch: &scratch)
      addBiases(layer.intercepts, to: &z)
      (isLast ? data.outActivation : parameters.activation).apply(to: &z, columns: layer.outputs)
      activations[index + 1] = z
    }
  }

  /// Fills the gradients of every layer, the last first.
  private mutating func backward(_ rows: Int, weightSum: Scalar) {
    let last = layers.count - 1
    var delta = activations[last + 1]
    for index in delta.indices { delta[index] -= targets[index] }
    if data.weights != nil {
      for row in 0..<rows {
        for output in 0..<data.outputs { delta[row * data.outputs + output] *= weights[row] }
      }
    }
    for index in stride(from: last, through: 0, by: -1) {
      let (inputs, outputs) = (layers[index].inputs, layers[index].outputs)
      let view = MatrixView(delta, rows: rows, columns: outputs)
      Scalar.multiply(
        MatrixView(transposing: activations[index], rows: inputs, columns: rows), view,
        into: &layers[index].coefGradients, scratch: &scratch)
      layers[index].finishGradients(
        delta, alpha: Scalar(parameters.alpha), weightSum: weightSum)
      guard index > 0 else { return }
      var before = ContiguousArray<Scalar>(repeating: 0, count: rows * inputs)
      Scalar.multiply(
        view, MatrixView(transposing: layers[index].coefs, rows: outputs, columns: inputs),
        into: &before, scratch: &scratch)
      parameters.activation.multiplyByDerivative(&before, at: activations[index])
      delta = before
    }
  }

  // MARK: Loss and score

  /// The loss of the batch, without the penalty on the weights.
  private func loss(_ rows: Int, weightSum: Double) -> Double {
    let outputs = data.outputs
    let y = targets
    let p = activations[layers.count]
    let least = Double(Scalar.ulpOfOne)
    var sums = [Double](repeating: 0, count: outputs)
    for row in 0..<rows {
      let weight = data.weights == nil ? 1 : Double(weights[row])
      for output in 0..<outputs {
        let target = Double(y[row * outputs + output])
        // Of a softmax only the class that is right counts.
        if target == 0, data.outActivation == .softmax { continue }
        let value = Double(p[row * outputs + output])
        sums[output] += weight * data.outActivation.loss(value, target: target, least: least)
      }
    }
    let sum = sums.reduce(0) { $0 + $1 / weightSum }
    return data.outActivation == .identity ? 0.5 * sum / Double(outputs) : sum
  }

  /// The accuracy of a classifier, or a regressor's R², on some rows.
  private mutating func score(_ rows: ArraySlice<Int>) -> Double {
    // Where there is one class, it is the answer whatever the output.
    if data.classes?.count == 1 { return 1 }
    gather(rows, of: data.inputs, columns: data.columns, into: &activations[0])
    gather(rows, of: data.targets, columns: data.outputs, into: &targets)
    forward(rows.count)
    let weights = data.weights.map { all in rows.map { Double(all[$0]) } }
    let output = activations[layers.count]
    return data.isClassifier
      ? accuracy(
        output, targets, outputs: data.outputs,
        isSoftmax: data.outActivation == .softmax, weights: weights)
      : determination(output, targets, outputs: data.outputs, weights: weights)
  }
}

/// Adds a vector to every row.
private func addBiases<Scalar: TrainingScalar>(
  _ biases: ContiguousArray<Scalar>, to rows: inout ContiguousArray<Scalar>
) {
  var z = rows.mutableSpan
  let b = biases.span
  for start in stride(from: 0, to: z.count, by: b.count) {
    for i in 0..<b.count { z[start + i] += b[i] }
  }
}

extension Activation {
  /// What an output costs that goes with this activation, clipped where it is a probability.
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

  /// Replaces weighted sums, row behind row, with their activations.
  fileprivate func apply<Scalar: TrainingScalar>(
    to values: inout ContiguousArray<Scalar>, columns: Int
  ) {
    switch self {
    case .identity: break
    case .logistic: Scalar.logistic(&values)
    case .tanh: for i in values.indices { values[i] = Scalar.hyperbolicTangent(of: values[i]) }
    case .relu: for i in values.indices where values[i] < 0 { values[i] = 0 }
    case .exp: Scalar.exponentials(&values)
    case .softmax:
      var z = values.mutableSpan
      for start in stride(from: 0, to: z.count, by: columns) {
        var greatest = z[start]
        for i in start..<start + columns { greatest = max(greatest, z[i]) }
        for i in start..<start + columns { z[i] -= greatest }
      }
      Scalar.exponentials(&values)
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
    case .logistic:
      var d = values.mutableSpan
      let a = a.span
      for i in 0..<a.count { d[i] = d[i] * a[i] * (1 - a[i]) }
    case .tanh: for i in values.indices { values[i] *= 1 - a[i] * a[i] }
    case .relu: for i in values.indices where a[i] == 0 { values[i] = 0 }
    default: break
    }
  }
}
