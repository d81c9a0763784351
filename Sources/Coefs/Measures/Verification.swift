import MLP
import Sklearn

/// The result of measuring a network.
public struct Verification: Sendable {
  /// The rows that were used.
  public struct Data: Codable, Sendable {
    /// The file, or `digits`.
    public let name: String
    /// The first row, and the one after the last.
    public let rows: [Int]
    /// The number that the values were divided by.
    public let scale: Double
    /// What was found out of the file: see ``Dataset/detected``.
    public let detected: String?
  }

  /// The network.
  public let model: ModelSummary
  /// The rows.
  public let data: Data
  /// The share of correct predictions; `nil` for a regressor.
  public let accuracy: Double?
  /// The number of correct predictions; `nil` for a regressor.
  public let correct: Int?
  /// The number of rows.
  public let count: Int
  /// The mean over the rows of Σ over the outputs of (output − target)²: under the network's own
  /// output activation, and for a classifier under `logistic`, as the plain sigmoid MLP would have it.
  public let cost: Costs
  /// What scikit-learn measures a regressor by; `nil` for a classifier.
  public let regression: RegressionScores?
  /// The number of rows of each class (row) with each prediction (column); `nil` where rows have no
  /// single class.
  public let confusion: [[Int]]?
  /// The minimum accuracy to pass; `nil` for no threshold.
  public let minAccuracy: Double?
  /// The maximum cost to pass, under the network's own output activation; `nil` for no threshold.
  public let maxCost: Double?
  /// What the predictions were measured by, as scikit-learn computes it.
  public let metrics: Metrics
  /// Every threshold, also those of accuracy and cost, and whether it is met.
  public let thresholds: [ThresholdResult]
  /// What was assumed, because neither the file nor the caller says it: one sentence each.
  public let assumed: [String]
  /// Whether what is assumed counts as a threshold that is not met.
  public let isStrict: Bool
  /// Whether every threshold was met; `nil` without a threshold.
  public let passed: Bool?
  /// Warnings for the caller.
  public let notes: [String]

  /// The cost under the network's own output activation.
  public var ownCost: Double { cost.own }

  /// The mean squared error of the outputs under two output activations.
  public struct Costs: Hashable, Sendable {
    /// The network's own output activation.
    public let activation: Activation
    /// The cost under the network's own output activation.
    public let own: Double
    /// The cost under `logistic`, as the plain sigmoid MLP has it; `nil` for a regressor, which has none.
    public let logistic: Double?

    /// The cost under an activation; `nil` for one that was not measured.
    public subscript(activation: Activation) -> Double? {
      activation == self.activation ? own : activation == .logistic ? logistic : nil
    }
  }
}

extension Verification.Costs: Codable {
  /// Encodes an object with a value for each activation: `{"logistic": 1.59, "softmax": 0.064}`.
  public func encode(to encoder: any Encoder) throws {
    var costs = [activation.rawValue: own]
    if let logistic, activation != .logistic { costs["logistic"] = logistic }
    try costs.encode(to: encoder)
  }

  /// Decodes such an object.
  public init(from decoder: any Decoder) throws {
    let costs = try [String: Double](from: decoder)
    let name = costs.keys.first { $0 != "logistic" } ?? "logistic"
    guard let own = costs[name], let activation = Activation(rawValue: name) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no costs by activation"))
    }
    self.init(activation: activation, own: own, logistic: costs["logistic"])
  }
}

extension Verification: Codable {
  private enum CodingKeys: String, CodingKey {
    case model, data, accuracy, correct, count, cost, confusion, minAccuracy, maxCost, passed, notes
    case r2, mae, rmse, maxError
    case thresholds, assumed
    case isStrict = "strict"
  }

  /// Encodes all of it; `null` for what is not known. `r2`, `mae`, `rmse` and `maxError` are there for a regressor.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(data, forKey: .data)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(correct, forKey: .correct)
    try container.encode(count, forKey: .count)
    try container.encode(cost, forKey: .cost)
    try container.encode(confusion, forKey: .confusion)
    try container.encode(minAccuracy, forKey: .minAccuracy)
    try container.encode(maxCost, forKey: .maxCost)
    try container.encode(passed, forKey: .passed)
    try container.encode(notes, forKey: .notes)
    try metrics.encode(to: encoder)
    try container.encode(thresholds, forKey: .thresholds)
    try container.encode(assumed, forKey: .assumed)
    try container.encode(isStrict, forKey: .isStrict)
    guard let regression else { return }
    try container.encode(regression.r2, forKey: .r2)
    try container.encode(regression.mae, forKey: .mae)
    try container.encode(regression.rmse, forKey: .rmse)
    try container.encode(regression.maxError, forKey: .maxError)
  }

  /// Decodes what ``encode(to:)`` gives.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    model = try container.decode(ModelSummary.self, forKey: .model)
    data = try container.decode(Data.self, forKey: .data)
    accuracy = try container.decode(Double?.self, forKey: .accuracy)
    correct = try container.decode(Int?.self, forKey: .correct)
    count = try container.decode(Int.self, forKey: .count)
    cost = try container.decode(Costs.self, forKey: .cost)
    confusion = try container.decode([[Int]]?.self, forKey: .confusion)
    minAccuracy = try container.decode(Double?.self, forKey: .minAccuracy)
    maxCost = try container.decode(Double?.self, forKey: .maxCost)
    passed = try container.decode(Bool?.self, forKey: .passed)
    notes = try container.decode([String].self, forKey: .notes)
    metrics = try Metrics(from: decoder)
    thresholds = try container.decode([ThresholdResult].self, forKey: .thresholds)
    assumed = try container.decode([String].self, forKey: .assumed)
    isStrict = try container.decode(Bool.self, forKey: .isStrict)
    regression =
      if container.contains(.r2) {
        RegressionScores(
          r2: try container.decode(Double.self, forKey: .r2),
          mae: try container.decode(Double.self, forKey: .mae),
          rmse: try container.decode(Double.self, forKey: .rmse),
          maxError: try container.decode(Double.self, forKey: .maxError))
      } else {
        nil
      }
  }
}

extension Model {
  /// Measures accuracy and squared-error cost, and all else that scikit-learn measures such a network by.
  ///
  /// A classifier's cost is given for its own output activation and for the plain sigmoid MLP,
  /// because the same weights give the same predictions but very different costs under the two.
  ///
  /// - Parameters:
  ///   - data: Rows and their targets.
  ///   - minAccuracy: The minimum accuracy to pass; `nil` for no threshold.
  ///   - maxCost: The maximum cost to pass; `nil` for no threshold.
  ///   - thresholds: Bounds of other metrics.
  ///   - isStrict: Whether it passes only if nothing is assumed.
  /// - Returns: The measures, and whether they meet the thresholds.
  /// - Throws: ``CoefsError``, where rows, targets and network do not fit, and of a ``MetricError``, where a network of
  ///   this kind does not have a metric of the thresholds.
  public func verify(
    on data: Dataset, minAccuracy: Double? = nil, maxCost: Double? = nil,
    thresholds: [Threshold] = [], isStrict: Bool = false
  ) throws(CoefsError) -> Verification {
    try verify(
      evaluate(data), minAccuracy: minAccuracy, maxCost: maxCost, thresholds: thresholds,
      isStrict: isStrict)
  }

  /// Measures rows that have been evaluated.
  package func verify(
    _ evaluation: Evaluation, minAccuracy: Double? = nil, maxCost: Double? = nil,
    thresholds: [Threshold] = [], isStrict: Bool = false
  ) throws(CoefsError) -> Verification {
    let data = evaluation.data
    let measured: Measured
    var suspicions: [String] = []
    if let ensemble, let combined = evaluation.combined {
      measured = try measure(ensemble, combined, on: data)
    } else {
      // Accuracy or squared error: one output does not say which.
      let unstated = weights.outline.unsupportedAssumptions.filter { $0 == .outActivation }
      guard unstated.isEmpty else { throw CoefsError(file, SklearnError.unstated(unstated)) }
      measured = try measure(evaluation.sums, on: data)
      if weights.activation.origin == .assumed, weights.layers.count > 1,
        let accuracy = measured.accuracy
      {
        suspicions = try betterActivations(than: accuracy, evaluation)
      } else if weights.activation.origin == .stored, let accuracy = measured.accuracy {
        suspicions = try betterScales(than: accuracy, evaluation)
      }
    }
    let metrics = try outcomes(evaluation).metrics(cost: measured.cost.own)
    var results: [ThresholdResult] = []
    if let minAccuracy {
      results.append(
        ThresholdResult(
          name: Metric.accuracy.rawValue, .min, minAccuracy,
          metrics.values[.accuracy] ?? .init(nil, note: "a regressor has no accuracy")))
    }
    if let maxCost {
      results.append(
        ThresholdResult(
          name: Metric.cost.rawValue, .max, maxCost, .init(measured.cost.own)))
    }
    for threshold in thresholds {
      do { results += try metrics.results(threshold) } catch { throw CoefsError(file, error) }
    }
    let assumed = allAssumptionTexts + suspicions
    let met = results.map(\.passed) + (isStrict ? [assumed.isEmpty] : [])
    return Verification(
      model: ModelSummary(weights),
      data: .init(
        name: data.name, rows: [data.rows.lowerBound, data.rows.upperBound], scale: data.scale,
        detected: data.detected),
      accuracy: measured.accuracy, correct: measured.correct, count: data.inputs.rows,
      cost: measured.cost, regression: measured.regression, confusion: measured.confusion,
      minAccuracy: minAccuracy, maxCost: maxCost, metrics: metrics, thresholds: results,
      assumed: assumed, isStrict: isStrict, passed: met.isEmpty ? nil : met.allSatisfy(\.self),
      notes: notes + [note(on: data.targets)].compactMap(\.self) + suspicions)
  }

  private struct Measured {
    var accuracy: Double?
    var correct: Int?
    var cost: Verification.Costs
    var confusion: [[Int]]?
    var regression: RegressionScores?
  }

  /// A file that stores no activation may mean another one than is assumed: an accuracy that is higher by
  /// 0.05 is not an accident.
  private func betterActivations(
    than accuracy: Double, _ evaluation: Evaluation
  ) throws(CoefsError) -> [String] {
    guard accuracy + 0.05 < 1 else { return [] }
    var best: (activation: Activation, accuracy: Double)?
    for activation in SklearnWeights.hiddenActivations
    where activation != weights.activation.activation {
      guard let network = try? evaluation.network.replacing(hidden: activation),
        let other = try measure(evaluate(network, evaluation.data), on: evaluation.data).accuracy
      else { continue }
      if other > (best?.accuracy ?? accuracy + 0.05) { best = (activation, other) }
    }
    guard let best else { return [] }
    let name = best.activation.rawValue
    return [
      "the hidden activation \(weights.activation.activation.rawValue) was assumed; with "
        + "\(name) the accuracy is \(best.accuracy) instead of \(accuracy)"
    ]
  }

  /// A network may have been fitted on values of another scale: raw pixels, or pixels divided by their maximum.
  private func betterScales(
    than accuracy: Double, _ evaluation: Evaluation
  ) throws(CoefsError) -> [String] {
    guard accuracy + 0.05 < 1, weights.inputTransform?.isElementwise ?? true else { return [] }
    let data = evaluation.data
    var best: (scale: Double, accuracy: Double)?
    for scale in [1.0, 15, 16, 255] where scale != data.scale {
      let factor = data.scale / scale
      guard
        let scaled = try? Matrix(
          rows: data.inputs.rows, columns: data.inputs.columns,
          values: ContiguousArray(data.inputs.values.lazy.map { $0 * factor })),
        let sums = try? evaluation.network.evaluate(scaled),
        let other = try measure(sums, on: data).accuracy
      else { continue }
      if other > (best?.accuracy ?? accuracy + 0.05) { best = (scale, other) }
    }
    guard let best else { return [] }
    return [
      "the inputs may have another scale: divided by \(best.scale) and not by \(data.scale) the "
        + "accuracy is \(best.accuracy) instead of \(accuracy)"
    ]
  }

  /// Measures the outputs of an ensemble against the targets.
  private func measure(
    _ ensemble: Ensemble, _ outputs: EnsembleNetwork.Outputs, on data: Dataset
  ) throws(CoefsError) -> Measured {
    let scores = outputs.scores
    let activation = weights.outActivation.activation
    if ensemble.classes.count > 1 {
      throw CoefsError(file, ModelError.severalOutputs(ensemble.name))
    }
    switch data.targets {
    case .none: throw CoefsError(data.name, DataError.noTargets)
    case .labels(let labels) where ensemble.task == .classifier:
      let indices = try classIndices(labels, in: data.name)
      var measured = Score(classes: self.labels.count)
      for row in 0..<scores.rows {
        measured.add(scores.slice(row), target: indices[row], predicted: outputs.labels[row])
      }
      return Measured(
        accuracy: measured.accuracy, correct: measured.correct,
        // Votes are no probabilities.
        cost: .init(
          activation: activation, own: ensemble.hasProbabilities ? measured.cost : .nan,
          logistic: nil),
        confusion: measured.confusion)
    case .labels(let labels):
      var values = ContiguousArray<Double>()
      for label in labels { values.append(try label.number(in: data.name)) }
      return try measure(scores, [.identity], width: 1, targets: values, in: data.name)
    case .values(let matrix):
      return try measure(
        scores, [.identity], width: matrix.columns, targets: matrix.values, in: data.name)
    }
  }

  /// Measures sums of the last layer against the targets.
  private func measure(
    _ sums: Matrix<Double>, on data: Dataset
  ) throws(CoefsError) -> Measured {
    let own = weights.outActivation.activation
    // A regressor's numbers are no sigmoids.
    let activations = own == .logistic || weights.task == .regressor ? [own] : [own, .logistic]
    switch data.targets {
    case .none:
      throw CoefsError(data.name, DataError.noTargets)
    case .labels(let labels) where weights.task == .classifier:
      let indices = try classIndices(labels, in: data.name)
      let scores = activations.map { activation in
        var score = Score(classes: max(2, self.labels.count))
        let outputs = activation(sums)
        for row in 0..<sums.rows {
          let output = outputs.slice(row)
          score.add(
            output, target: indices[row],
            predicted: labelIndex(in: output, of: self.labels.count))
        }
        return score
      }
      return Measured(
        accuracy: scores[0].accuracy, correct: scores[0].correct,
        cost: .init(
          activation: own, own: scores[0].cost, logistic: scores[scores.count - 1].cost),
        confusion: scores[0].confusion)
    case .labels(let labels):
      var values = ContiguousArray<Double>()
      for label in labels { values.append(try label.number(in: data.name)) }
      return try measure(sums, activations, width: 1, targets: values, in: data.name)
    case .values(let matrix):
      return try measure(
        sums, activations, width: matrix.columns, targets: matrix.values, in: data.name)
    }
  }

  /// Measures against numeric targets: a regressor's, or the 0 and 1 of several labels.
  private func measure(
    _ sums: Matrix<Double>, _ activations: [Activation], width: Int,
    targets: ContiguousArray<Double>, in file: String
  ) throws(CoefsError) -> Measured {
    guard width == outputs else {
      throw CoefsError(file, DataError.wrongTargetWidth(expected: outputs, found: width))
    }
    guard task == .classifier else {
      let outputs = activations[0](sums)
      let scores = RegressionScores(outputs.values, targets, width: width)
      let squaredError = zip(outputs.values, targets).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      return Measured(
        cost: .init(
          activation: activations[0], own: squaredError / Double(sums.rows), logistic: nil),
        regression: scores)
    }
    var squaredErrors = activations.map { _ in 0.0 }
    var correct = 0
    for (index, activation) in activations.enumerated() {
      let outputs = activation(sums)
      for row in 0..<sums.rows {
        let target = targets[row * width..<(row + 1) * width]
        let output = outputs.slice(row)
        squaredErrors[index] += zip(output, target).reduce(0) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
        guard index == 0 else { continue }
        let isRight =
          isMultilabel
          ? zip(output, target).allSatisfy { ($0 > 0.5) == ($1 == 1) }
          : argmax(output) == argmax(target)
        correct += isRight ? 1 : 0
      }
    }
    let count = Double(sums.rows)
    let cost = Verification.Costs(
      activation: activations[0], own: squaredErrors[0] / count,
      logistic: squaredErrors[squaredErrors.count - 1] / count)
    return Measured(accuracy: Double(correct) / count, correct: correct, cost: cost)
  }

  /// The index of each label among the network's classes.
  func classIndices(
    _ targets: [ClassLabels.Label], in file: String
  ) throws(CoefsError) -> [Int] {
    let known = labels
    var index: [ClassLabels.Label: Int] = [:]
    for (position, label) in known.enumerated() { index[label.canonical] = position }
    var indices: [Int] = []
    indices.reserveCapacity(targets.count)
    for target in targets {
      guard let position = index[target.canonical] else {
        throw CoefsError(file, DataError.unknownLabel(target, known: known))
      }
      indices.append(position)
    }
    return indices
  }
}

extension ClassLabels.Label {
  /// The target as a number, for a regressor.
  func number(in file: String) throws(CoefsError) -> Double {
    switch canonical {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: throw CoefsError(file, DataError.notANumber(self))
    }
  }
}
