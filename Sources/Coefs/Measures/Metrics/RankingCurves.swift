import Sklearn

/// The ROC curve and the precision-recall curve of a class against all others, or of one of several labels.
package struct RankingCurves: Sendable {
  /// A point of a curve; both between 0 and 1.
  package typealias Point = (x: Double, y: Double)

  /// The class, and its areas.
  package let scores: Metrics.ClassScores
  /// The share of the rows of other classes, and of the class, that are above each threshold.
  package let roc: [Point]
  /// The recall and the precision of each threshold.
  package let precisionRecall: [Point]

  /// The curves of a class that some rows are of, and some are not.
  init(
    _ scores: Metrics.ClassScores, _ probabilities: ContiguousArray<Double>,
    isPositive: ContiguousArray<Bool>
  ) {
    self.scores = scores
    let positives = Double(scores.support)
    let negatives = Double(isPositive.count - scores.support)
    var roc = ThinnedCurve([(0, 0)])
    var precisionRecall = ThinnedCurve([])
    Ranking.forEachStep(probabilities, isPositive: isPositive) { _, after in
      let recall = Double(after.truePositives) / positives
      roc.add((Double(after.falsePositives) / negatives, recall))
      precisionRecall.add((recall, after.precision))
    }
    self.roc = roc.finished
    self.precisionRecall = precisionRecall.finished
  }
}

/// A curve between 0 and 1 with no more points than can be told apart: a 300th of the axes.
private struct ThinnedCurve {
  private var points: [RankingCurves.Point]
  private var last: RankingCurves.Point?

  init(_ points: [RankingCurves.Point]) { self.points = points }

  mutating func add(_ point: RankingCurves.Point) {
    guard let kept = points.last, abs(kept.x - point.x) < 1 / 300, abs(kept.y - point.y) < 1 / 300
    else {
      // What came just before a jump is its corner.
      if let last { points.append(last) }
      points.append(point)
      last = nil
      return
    }
    last = point
  }

  var finished: [RankingCurves.Point] { points + [last].compactMap(\.self) }
}

extension Outcomes {
  /// The curves of each class, of two classes those of the second, in the order of the classes; empty without
  /// probabilities.
  ///
  /// - Parameters:
  ///   - metrics: The metrics of the same predictions.
  ///   - most: How many at most: of more, those with the smallest areas under the ROC curve.
  package func curves(_ metrics: Metrics, most: Int) -> [RankingCurves] {
    let places = metrics.classes.indices.filter {
      metrics.classes[$0].rocAUC != nil && (metrics.confusionRates?.count != 2 || $0 == 1)
    }
    let worst = places.sorted { area(metrics, $0) < area(metrics, $1) }.prefix(most).sorted()
    return worst.compactMap { place in
      guard let (probabilities, isPositive) = ranked(place) else { return nil }
      return RankingCurves(metrics.classes[place], probabilities, isPositive: isPositive)
    }
  }

  private func area(_ metrics: Metrics, _ place: Int) -> Double {
    metrics.classes[place].rocAUC ?? 1
  }

  /// The probability of a class for each row, and whether the row is of it.
  private func ranked(
    _ place: Int
  ) -> (probabilities: ContiguousArray<Double>, isPositive: ContiguousArray<Bool>)? {
    switch self {
    case .classes(let outcomes):
      outcomes.probabilities.map { ($0.column(place), outcomes.isTarget(place)) }
    case .labels(let outcomes):
      outcomes.probabilities.map { ($0.column(place), outcomes.column(outcomes.targets, place)) }
    case .values: nil
    }
  }
}
