import MLP

extension Trainer {
  /// Trains on all rows at once with ``LBFGS``.
  ///
  /// The value of an iteration is the loss with the penalty. The last one may be that of a step that was taken back,
  /// where the line search failed; the weights are those before it.
  mutating func minimize(
    _ report: (TrainingEvent) -> Bool
  ) throws(TrainingError) -> TrainingResult<Scalar> {
    let rows = Array(0..<data.rows)
    let optimizer = LBFGS(
      maxIterations: parameters.maxIter, maxEvaluations: parameters.maxFun,
      gradientTolerance: parameters.tol)
    var losses: [Double] = []
    var hasWeight = true
    let result = optimizer.minimize(from: values) { x in
      values = x
      learnHalves(of: rows)
      hasWeight = hasWeight && halves[0].weightSum + halves[1].weightSum > 0
      return objective
    } report: { iteration, loss in
      losses.append(loss)
      return report(.epoch(iteration, loss: loss, validationScore: nil))
    }
    guard hasWeight else { throw .badSampleWeights }
    values = result.x
    guard layers.allSatisfy(\.isFinite) else { throw .diverged(iteration: result.iterations) }
    return TrainingResult(
      network: network(layers), losses: losses, validationScores: [], end: TrainingEnd(result.end),
      loss: result.value,
      search: TrainingSearch(result.end, result.evaluations))
  }

  /// The loss and its gradient, after the halves have learnt all rows.
  private var objective: (value: Double, gradient: ContiguousArray<Double>) {
    let weightSum = halves[0].weightSum + halves[1].weightSum
    let squares = layers.reduce(0) { $0 + $1.squares }
    var gradient = ContiguousArray<Double>()
    for (index, layer) in layers.enumerated() {
      let (one, other) = (halves[0].coefGradients[index], halves[1].coefGradients[index])
      for i in layer.coefs.indices {
        let penalty = parameters.alpha * Double(layer.coefs[i])
        gradient.append((Double(one[i] + other[i]) + penalty) / weightSum)
      }
    }
    for index in layers.indices {
      let one = halves[0].interceptGradients[index]
      let other = halves[1].interceptGradients[index]
      for i in one.indices { gradient.append(Double(one[i] + other[i]) / weightSum) }
    }
    let loss = halves[0].loss + halves[1].loss + 0.5 * parameters.alpha * squares
    return (loss / weightSum, gradient)
  }

  /// All weights, layer by layer, and then all biases, as scikit-learn packs them.
  private var values: ContiguousArray<Double> {
    get {
      var values = ContiguousArray<Double>()
      for layer in layers { values.append(contentsOf: layer.coefs.lazy.map { Double($0) }) }
      for layer in layers { values.append(contentsOf: layer.intercepts.lazy.map { Double($0) }) }
      return values
    }
    set {
      var place = 0
      for index in layers.indices {
        var squares = 0.0
        for i in layers[index].coefs.indices {
          let value = Scalar(newValue[place + i])
          layers[index].coefs[i] = value
          squares += Double(value * value)
        }
        layers[index].squares = squares
        place += layers[index].coefs.count
      }
      for index in layers.indices {
        for i in layers[index].intercepts.indices {
          layers[index].intercepts[i] = Scalar(newValue[place + i])
        }
        place += layers[index].intercepts.count
      }
    }
  }
}

extension TrainingEnd {
  fileprivate init(_ end: LBFGS.End) {
    self =
      switch end {
      case .gradient, .reduction: .converged
      case .maxIterations: .maxIter
      case .maxEvaluations: .maxFun
      case .abnormal: .abnormal
      case .interrupted: .interrupted
      }
  }
}

extension TrainingSearch {
  init(_ end: LBFGS.End, _ evaluations: Int) {
    self.evaluations = evaluations
    (status, message) =
      switch end {
      case .gradient: (0, "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL")
      case .reduction: (0, "CONVERGENCE: RELATIVE REDUCTION OF F <= FACTR*EPSMCH")
      case .maxIterations: (1, "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT")
      case .maxEvaluations: (1, "STOP: TOTAL NO. OF F,G EVALUATIONS EXCEEDS LIMIT")
      case .abnormal: (2, "ABNORMAL: ")
      case .interrupted: (1, "interrupted")
      }
  }
}
