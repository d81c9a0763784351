package import MLP
package import Sklearn
import Platform

/// The predictions of a network for rows, next to the targets.
package enum Outcomes: Sendable {
  /// One class a row.
  case classes(ClassOutcomes)
  /// Any number of labels a row.
  case labels(LabelOutcomes)
  /// Values.
  case values(ValueOutcomes)

  /// What the predictions measure.
  ///
  /// - Parameter cost: The cost, which is computed with the outputs.
  package func metrics(cost: Double) -> Metrics {
    switch self {
    case .classes(let outcomes): outcomes.metrics(cost: cost)
    case .labels(let outcomes): outcomes.metrics(cost: cost)
    case .values(let outcomes): outcomes.metrics(cost: cost)
    }
  }
}

// MARK: One class a row

/// The predictions of one class for each row.
package struct ClassOutcomes: Sendable {
  /// The classes.
  package let labels: [ClassLabels.Label]
  /// The place of each row's class among them.
  package let targets: [Int]
  /// The place of each row's prediction.
  package let predicted: [Int]
  /// A row of probabilities for each row, one for each class; `nil` without any.
  package let probabilities: Matrix<Double>?
  /// Why there are no probabilities.
  let missing: String?

  /// Predictions of classes.
  ///
  /// - Parameters:
  ///   - scores: Outputs that are probabilities if each row sums to 1.
  ///   - missing: Why there are no scores.
  package init(
    labels: [ClassLabels.Label], targets: [Int], predicted: [Int], scores: Matrix<Double>?,
    missing: String? = nil
  ) {
    self.labels = labels
    self.targets = targets
    self.predicted = predicted
    guard let scores else {
      (probabilities, self.missing) = (nil, missing)
      return
    }
    if labels.count < 2 {
      (probabilities, self.missing) = (nil, "the network knows a single class")
    } else if let matrix = Self.probabilities(scores, classes: labels.count) {
      (probabilities, self.missing) = (matrix, nil)
    } else {
      (probabilities, self.missing) = (
        nil, "the outputs are no probabilities: a row of them does not sum to 1"
      )
    }
  }

  /// A column for each class, if all rows are between 0 and 1 and sum to 1 within 1e-5, as `roc_auc_score` demands.
  private static func probabilities(_ scores: Matrix<Double>, classes: Int) -> Matrix<Double>? {
    var matrix = scores
    if scores.columns == 1, classes == 2 {
      var values = ContiguousArray<Double>()
      values.reserveCapacity(2 * scores.rows)
      for value in scores.values {
        values.append(1 - value)
        values.append(value)
      }
      matrix = Matrix(checkedRows: scores.rows, columns: 2, values: values)
    }
    guard matrix.columns == classes else { return nil }
    let values = matrix.values
    for start in stride(from: 0, to: values.count, by: classes) {
      var sum = 0.0
      for index in start..<start + classes {
        guard values[index] >= 0, values[index] <= 1 else { return nil }
        sum += values[index]
      }
      guard abs(sum - 1) <= 1e-5 else { return nil }
    }
    return matrix
  }

  /// Whether each row is of a class.
  func isTarget(_ place: Int) -> ContiguousArray<Bool> {
    ContiguousArray(targets.lazy.map { $0 == place })
  }

  /// The measures of the predictions.
  func metrics(cost: Double) -> Metrics {
    let count = targets.count
    let none = Array(repeating: 0, count: labels.count)
    var (support, predictions) = (none, none)
    // Rows without counts share one array: a network can have far more classes than the data has rows.
    var confusion = Array(repeating: none, count: labels.count)
    for (target, predicted) in zip(targets, predicted) {
      support[target] += 1
      predictions[predicted] += 1
      confusion[target][predicted] += 1
    }
    let classes = labels.indices.map { place in
      let ranking = probabilities.map { Ranking($0.column(place), isPositive: isTarget(place)) }
      return Metrics.ClassScores(
        label: labels[place], support: support[place], predicted: predictions[place],
        correct: confusion[place][place], rocAUC: ranking?.rocAUC,
        averagePrecision: ranking?.averagePrecision)
    }
    let correct = classes.reduce(0) { $0 + $1.correct }
    var values: [Metric: Metrics.Value] = [:]
    values[.accuracy] = .init(
      Double(correct) / Double(count), interval: wilsonInterval(correct, of: count))
    values[.cost] = cost.isNaN ? nil : .init(cost)
    // As scikit-learn, which does not know of a class that neither the targets nor the predictions have.
    values.merge(classes.filter { $0.support + $0.predicted > 0 }.averages) { $1 }
    if labels.count == 2 {
      values[.precision] = .init(classes[1].precision, interval: classes[1].precisionInterval)
      values[.recall] = .init(classes[1].recall, interval: classes[1].recallInterval)
      values[.f1] = .init(classes[1].f1)
    }
    if let probabilities {
      values[.logLoss] = .init(logLoss(probabilities))
      values[.brierScore] = .init(brierScore(probabilities))
      values.merge(labels.count == 2 ? classes.secondRanking : classes.rankings) { $1 }
    }
    let noRates = Array(repeating: 0.0, count: labels.count)
    return Metrics(
      values: values, classes: classes,
      confusionRates: zip(confusion, support).map { row, support in
        support == 0 ? noRates : row.map { Double($0) / Double(support) }
      },
      calibration: probabilities.map { probabilities in
        (labels.count == 2 ? 1..<2 : labels.indices).map { place in
          Metrics.Calibration(
            label: labels[place], probabilities.column(place), isPositive: isTarget(place))
        }
      } ?? [], missing: missing)
  }

  /// The mean of −log p of the true class, p no nearer to 0 or 1 than the unit roundoff.
  private func logLoss(_ probabilities: Matrix<Double>) -> Double {
    var sum = CompensatedSum()
    for (row, target) in targets.enumerated() {
      let p = probabilities[row, target]
      sum += -log(min(max(p, .ulpOfOne), 1 - .ulpOfOne))
    }
    return sum.value / Double(targets.count)
  }

  /// The mean of Σ (p − target)²; of two classes the half of it, which is (p − target)² of the second.
  private func brierScore(_ probabilities: Matrix<Double>) -> Double {
    var sum = CompensatedSum()
    for (row, target) in targets.enumerated() {
      sum += squaredDistance(probabilities.slice(row), target: target)
    }
    return sum.value / Double(targets.count) * (labels.count == 2 ? 0.5 : 1)
  }
}

// MARK: Several labels a row

/// The predictions of any number of labels for each row.
package struct LabelOutcomes: Sendable {
  /// The labels.
  package let labels: [ClassLabels.Label]
  /// For each row whether each label applies.
  package let targets: ContiguousArray<Bool>
  /// For each row whether each label is predicted.
  package let predicted: ContiguousArray<Bool>
  /// A probability of each label for each row; `nil` without any.
  package let probabilities: Matrix<Double>?

  /// Predictions of labels: those whose score is above one half.
  ///
  /// - Parameters:
  ///   - scores: As many columns as labels.
  ///   - targets: For each row, whether each label applies.
  package init(
    labels: [ClassLabels.Label], targets: ContiguousArray<Bool>, scores: Matrix<Double>
  ) {
    self.labels = labels
    self.targets = targets
    predicted = ContiguousArray(scores.values.lazy.map { $0 > 0.5 })
    probabilities = scores.values.allSatisfy { 0 <= $0 && $0 <= 1 } ? scores : nil
  }

  func column(_ values: ContiguousArray<Bool>, _ place: Int) -> ContiguousArray<Bool> {
    ContiguousArray(
      stride(from: place, to: values.count, by: labels.count).lazy.map { values[$0] })
  }

  /// Whether all labels of each row are correct.
  var isCorrect: [Bool] {
    stride(from: 0, to: targets.count, by: labels.count).map { start in
      targets[start..<start + labels.count] == predicted[start..<start + labels.count]
    }
  }

  /// The measures of the predictions.
  func metrics(cost: Double) -> Metrics {
    var calibration: [Metrics.Calibration] = []
    let classes = labels.indices.map { place in
      let (targets, predicted) = (column(targets, place), column(predicted, place))
      var ranking: Ranking?
      if let probabilities {
        let scores = probabilities.column(place)
        ranking = Ranking(scores, isPositive: targets)
        calibration.append(.init(label: labels[place], scores, isPositive: targets))
      }
      return Metrics.ClassScores(
        label: labels[place], support: targets.count { $0 }, predicted: predicted.count { $0 },
        correct: zip(targets, predicted).count { $0 && $1 }, rocAUC: ranking?.rocAUC,
        averagePrecision: ranking?.averagePrecision)
    }
    let rows = isCorrect
    let correct = rows.count { $0 }
    var values = classes.averages
    values[.accuracy] = .init(
      Double(correct) / Double(rows.count), interval: wilsonInterval(correct, of: rows.count))
    values[.hammingLoss] = .init(
      Double(zip(targets, predicted).count { $0 != $1 }) / Double(targets.count))
    values[.cost] = cost.isNaN ? nil : .init(cost)
    if probabilities != nil { values.merge(classes.rankings) { $1 } }
    return Metrics(
      values: values, classes: classes, confusionRates: nil, calibration: calibration,
      missing: probabilities == nil ? "the outputs are no probabilities" : nil)
  }
}

// MARK: Values

/// The predictions of values.
package struct ValueOutcomes: Sendable {
  /// A row of values for each row.
  package let predictions: Matrix<Double>
  /// As many targets.
  package let targets: ContiguousArray<Double>

  /// Predictions of values.
  package init(predictions: Matrix<Double>, targets: ContiguousArray<Double>) {
    self.predictions = predictions
    self.targets = targets
  }

  /// The measures of the predictions.
  func metrics(cost: Double) -> Metrics {
    let scores = RegressionScores(predictions.values, targets, width: predictions.columns)
    let r2: Metrics.Value =
      scores.r2.isNaN
      ? .init(nil, note: "R² needs two rows, and finite predictions") : .init(scores.r2)
    return Metrics(
      values: [
        .r2: r2, .mae: .init(scores.mae), .rmse: .init(scores.rmse),
        .maxError: .init(scores.maxError), .cost: .init(cost),
      ],
      classes: [], confusionRates: nil, calibration: [], missing: nil)
  }
}

// MARK: Parts

extension Matrix<Double> {
  /// A column.
  func column(_ column: Int) -> ContiguousArray<Double> {
    ContiguousArray(stride(from: column, to: values.count, by: columns).lazy.map { values[$0] })
  }
}

extension [Metrics.ClassScores] {
  /// The means of precision, recall and F1: of the classes, and of the classes weighted by their rows.
  fileprivate var averages: [Metric: Metrics.Value] {
    let support = reduce(0) { $0 + $1.support }
    func mean(_ score: (Element) -> Double) -> Metrics.Value {
      .init(isEmpty ? 0 : reduce(0) { $0 + score($1) } / Double(count))
    }
    func weighted(_ score: (Element) -> Double) -> Metrics.Value {
      support == 0
        ? .init(0, note: "no row has a label: counts as 0")
        : .init(reduce(0) { $0 + Double($1.support) * score($1) } / Double(support))
    }
    return [
      .precisionMacro: mean(\.precision), .recallMacro: mean(\.recall), .f1Macro: mean(\.f1),
      .precisionWeighted: weighted(\.precision), .recallWeighted: weighted(\.recall),
      .f1Weighted: weighted(\.f1),
    ]
  }

  /// What the ranking of the second of two classes says.
  fileprivate var secondRanking: [Metric: Metrics.Value] {
    let second = self[1]
    let absent = first { $0.support == 0 }.map { "no row is of the class \($0.label)" }
    return [
      .rocAUC: .init(second.rocAUC, note: absent),
      .averagePrecision: .init(
        second.averagePrecision,
        note: second.support == 0 ? absent.map { "\($0): counts as 0" } : nil),
    ]
  }

  /// The means of what the rankings of classes say; the area is undefined for a class without rows.
  fileprivate var rankings: [Metric: Metrics.Value] {
    let absent = first { $0.support == 0 }.map { "no row is of the class \($0.label)" }
    let undefined = first { $0.rocAUC == nil }.map { scores in
      scores.support == 0
        ? "no row is of the class \(scores.label)" : "all rows are of the class \(scores.label)"
    }
    let support = Double(reduce(0) { $0 + $1.support })
    let present = filter { $0.support > 0 }
    let areas = present.compactMap(\.rocAUC)
    func weighted(_ scores: [Double]) -> Double? {
      support == 0 || scores.count < present.count
        ? nil : zip(present, scores).reduce(0) { $0 + Double($1.0.support) * $1.1 } / support
    }
    let weightedArea = weighted(areas)
    let precisions = present.compactMap(\.averagePrecision)
    return [
      .rocAUC: .init(
        undefined == nil ? areas.reduce(0, +) / Double(count) : nil, note: undefined),
      .rocAUCWeighted: .init(weightedArea, note: weightedArea == nil ? undefined : nil),
      // As in scikit-learn, where a class without rows counts as 0.
      .averagePrecision: .init(
        precisions.reduce(0, +) / Double(count), note: absent.map { "\($0): counts as 0" }),
      .averagePrecisionWeighted: .init(
        weighted(precisions), note: support == 0 ? absent : nil),
    ]
  }
}

extension Metrics.Calibration {
  /// The calibration of the probabilities of a class.
  fileprivate init(
    label: ClassLabels.Label, _ probabilities: ContiguousArray<Double>,
    isPositive: ContiguousArray<Bool>
  ) {
    // As numpy.linspace makes them: what is equal to an edge is in the bin below.
    let edges = (1...9).map { Double($0) * 0.1 }
    var bins = Array(repeating: (sum: CompensatedSum(), positives: 0, count: 0), count: 10)
    for (probability, isPositive) in zip(probabilities, isPositive) {
      let bin = edges.count { $0 < probability }
      bins[bin].sum += probability
      bins[bin].positives += isPositive ? 1 : 0
      bins[bin].count += 1
    }
    self.init(
      label: label,
      bins: bins.filter { $0.count > 0 }.map { bin in
        .init(
          count: bin.count, predicted: bin.sum.value / Double(bin.count),
          observed: Double(bin.positives) / Double(bin.count))
      })
  }
}
