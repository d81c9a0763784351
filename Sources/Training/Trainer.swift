import MLP

/// A network while it is trained.
struct Trainer<Scalar: TrainingScalar> {
  let data: TrainingData<Scalar>
  let parameters: Parameters
  private var random: RandomState
  var layers: [TrainedLayer<Scalar>]
  private var optimizer: Optimizer<Scalar>
  /// The two halves that every batch is learnt in, so that two threads can share the work. They are two
  /// on any machine: the sums, and with them the last digits, do not depend on the threads.
  private(set) var halves: [BatchHalf<Scalar>]
  private let pair: Pair

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
    halves = [BatchHalf(layers: layers.count), BatchHalf(layers: layers.count)]
    let batch = parameters.solver == .lbfgs ? data.rows : parameters.batchSize ?? 200
    let multiplications =
      3 * min(batch, data.rows)
      * layers.reduce(0) { $0 + $1.coefs.count }
    pair = Pair(for: multiplications)
  }

  // MARK: Epochs

  mutating func run(
    _ report: (TrainingEvent) -> Bool
  ) throws(TrainingError) -> TrainingResult<Scalar> {
    if parameters.solver == .lbfgs { return try minimize(report) }
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
    var end = TrainingEnd.maxIter

    epochs: for iteration in 1...parameters.maxIter {
      if parameters.shuffle {
        // Each epoch shuffles what the one before it left.
        let permutation = random.permutation(order.count)
        order = permutation.map { order[$0] }
      }
      var loss = 0.0
      for first in stride(from: 0, to: order.count, by: batchSize) {
        let batch = order[first..<min(first + batchSize, order.count)].map { training[$0] }
        loss += try step(batch) * Double(batch.count)
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
      validationScores: scores, end: end, loss: losses.last ?? .nan, search: nil)
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

  func network(_ layers: [TrainedLayer<Scalar>]) -> MLP<Scalar> {
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
  private mutating func step(_ batch: [Int]) throws(TrainingError) -> Double {
    learnHalves(of: batch)
    let weightSum = halves[0].weightSum + halves[1].weightSum
    guard weightSum > 0 else { throw .badSampleWeights }
    let squares = layers.reduce(0) { $0 + $1.squares }
    let loss = halves[0].loss + halves[1].loss + 0.5 * parameters.alpha * squares

    optimizer.beginStep()
    for index in layers.indices {
      layers[index].squares = optimizer.update(
        2 * index, &layers[index].coefs,
        by: (halves[0].coefGradients[index], halves[1].coefGradients[index]),
        alpha: parameters.alpha, weightSum: weightSum, pair)
      _ = optimizer.update(
        2 * index + 1, &layers[index].intercepts,
        by: (halves[0].interceptGradients[index], halves[1].interceptGradients[index]), alpha: 0,
        weightSum: weightSum, pair)
    }
    return loss / weightSum
  }

  /// Fills the halves with what the rows of a batch make of the network.
  mutating func learnHalves(of batch: [Int]) {
    let middle = batch.count / 2
    let rows = [batch[..<middle], batch[middle...]]
    let (data, layers, activation) = (data, layers, parameters.activation)
    unsafe halves.withUnsafeMutableBufferPointer { halves in
      // Each call has a half of its own, and everything else is only read.
      pair.run { unsafe halves[$0].learn(rows[$0], of: data, layers, activation) }
    }
  }

  // MARK: Score

  /// The accuracy of a classifier, or a regressor's R², on some rows.
  private mutating func score(_ rows: ArraySlice<Int>) -> Double {
    // Where there is one class, it is the answer whatever the output.
    if data.classes?.count == 1 { return 1 }
    let output = halves[0].output(for: rows, of: data, layers, parameters.activation)
    let targets = halves[0].targets
    let weights = data.weights.map { all in rows.map { Double(all[$0]) } }
    return data.isClassifier
      ? accuracy(
        output, targets, outputs: data.outputs,
        isSoftmax: data.outActivation == .softmax, weights: weights)
      : determination(output, targets, outputs: data.outputs, weights: weights)
  }
}
