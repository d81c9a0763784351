import Coefs
import MLP
import TestSupport
import Testing

@Suite struct RankingCurvesTests {
  /// Rows of three classes whose probabilities are right more often than not, with ties.
  private func outcomes(rows: Int) -> ClassOutcomes {
    var generator = SeededGenerator(seed: 7)
    var values = ContiguousArray<Double>()
    var targets: [Int] = []
    for row in 0..<rows {
      let weights = (0..<3).map { place in
        (Double.random(in: 0..<1, using: &generator) * 50).rounded() + (place == row % 3 ? 15 : 1)
      }
      let sum = weights.reduce(0, +)
      values += weights.map { $0 / sum }
      targets.append(row % 3)
    }
    let scores = Matrix(checkedRows: rows, columns: 3, values: values)
    return ClassOutcomes(
      labels: [0, 1, 2], targets: targets,
      predicted: (0..<rows).map { row in
        scores.row(row).enumerated().max { $0.element < $1.element }?.offset ?? 0
      }, scores: scores)
  }

  @Test(arguments: [10, 1_000, 60_000])
  func `the area under the drawn curves is the area that is measured`(rows: Int) throws {
    let outcomes = Outcomes.classes(outcomes(rows: rows))
    let metrics = outcomes.metrics(cost: 0)
    let curves = outcomes.curves(metrics, most: 10)
    #expect(curves.count == 3)
    for curve in curves {
      #expect(curve.roc.first?.x == 0 && curve.roc.last?.x == 1 && curve.roc.last?.y == 1)
      #expect(curve.roc.count < 1_300)
      let area = zip(curve.roc, curve.roc.dropFirst()).reduce(0.0) { sum, pair in
        sum + (pair.1.x - pair.0.x) * (pair.0.y + pair.1.y) / 2
      }
      #expect(abs(area - (try #require(curve.scores.rocAUC))) < 0.005)
      let average = zip([(x: 0.0, y: 1.0)] + curve.precisionRecall, curve.precisionRecall)
        .reduce(0.0) { $0 + ($1.1.x - $1.0.x) * $1.1.y }
      #expect(abs(average - (try #require(curve.scores.averagePrecision))) < 0.01)
    }
  }

  @Test func `of many classes those with the smallest areas are kept, in their order`() throws {
    let outcomes = Outcomes.classes(outcomes(rows: 3_000))
    let metrics = outcomes.metrics(cost: 0)
    let areas = metrics.classes.map { $0.rocAUC ?? 1 }
    let kept = outcomes.curves(metrics, most: 2).map { $0.scores.label.description }
    let best = areas.firstIndex(of: areas.max() ?? 1)
    #expect(kept == ["0", "1", "2"].filter { $0 != "\(best ?? -1)" })
  }
}
