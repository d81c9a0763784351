import Coefs
import Foundation
import MLP
import TestSupport
import Testing

/// Every metric is scikit-learn's own, and SciPy's, to 1e-12.
struct MetricsTests {
  struct Cases: Decodable {
    let classes: [ClassCase]
    let labels: [LabelCase]
    let values: [ValueCase]
    let wilson: [[Double]]
    let mcnemar: [[Double]]
  }

  struct Curve: Decodable {
    let observed: [Double]
    let predicted: [Double]
  }

  struct Scores: Decodable {
    let precision: Double
    let recall: Double
    let f1: Double
    let support: Int
    let roc_auc: Double?
    let average_precision: Double
    let calibration: Curve
  }

  struct ClassCase: Decodable, CustomTestStringConvertible {
    let name: String
    let classes: Int
    let targets: [Int]
    let predicted: [Int]
    let probabilities: [[Double]]
    let expected: [String: Double?]
    let interval: [Double]
    let rates: [[Double]]
    let each: [Scores]
    var testDescription: String { name }
  }

  struct LabelCase: Decodable, CustomTestStringConvertible {
    let name: String
    let targets: [[Int]]
    let probabilities: [[Double]]
    let expected: [String: Double?]
    let each: [Scores]
    var testDescription: String { name }
  }

  /// A list of numbers, or of rows of them.
  struct Rows: Decodable {
    let rows: [[Double]]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let values = try? container.decode([Double].self) {
        rows = values.map { [$0] }
      } else {
        rows = try container.decode([[Double]].self)
      }
    }
  }

  struct ValueCase: Decodable, CustomTestStringConvertible {
    let name: String
    let targets: Rows
    let predictions: Rows
    let expected: [String: Double?]
    var testDescription: String { name }
  }

  static let cases: Cases = {
    do { return try jsonFixture("metrics/cases.json", as: Cases.self) } catch {
      fatalError("\(error)")
    }
  }()

  private func matrix(_ rows: [[Double]]) throws -> Matrix<Double> {
    try Matrix(rows: rows.count, columns: rows[0].count, values: Array(rows.joined()))
  }

  private func expectClose(
    _ found: Double?, _ expected: Double?, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let found, let expected else {
      #expect(found == expected, "\(name)", sourceLocation: sourceLocation)
      return
    }
    #expect(
      abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(name): \(found), not \(expected)",
      sourceLocation: sourceLocation)
  }

  private func expect(_ metrics: Metrics, _ expected: [String: Double?]) throws {
    for (name, value) in expected {
      let metric = try #require(Metric(rawValue: name))
      let found = try #require(metrics.values[metric], "\(name)")
      expectClose(found.value, value, name)
      #expect((found.value == nil) == (value == nil), "\(name)")
      if value == nil { #expect(found.note?.isEmpty == false, "\(name) says why") }
    }
    let names = Set(metrics.values.keys.map(\.rawValue))
    #expect(names == Set(expected.keys).union(["cost"]), "nothing that was not compared")
  }

  private func expect(_ metrics: Metrics, each: [Scores], calibrated: [Int]) throws {
    #expect(metrics.classes.count == each.count)
    for (scores, expected) in zip(metrics.classes, each) {
      expectClose(scores.precision, expected.precision, "precision")
      expectClose(scores.recall, expected.recall, "recall")
      expectClose(scores.f1, expected.f1, "f1")
      #expect(scores.support == expected.support)
      expectClose(scores.rocAUC, expected.roc_auc, "roc_auc")
      expectClose(scores.averagePrecision, expected.average_precision, "average_precision")
    }
    #expect(metrics.calibration.count == calibrated.count)
    for (calibration, place) in zip(metrics.calibration, calibrated) {
      let curve = each[place].calibration
      try #require(calibration.bins.count == curve.observed.count)
      for (index, bin) in calibration.bins.enumerated() {
        expectClose(bin.observed, curve.observed[index], "observed")
        expectClose(bin.predicted, curve.predicted[index], "predicted")
      }
    }
  }

  @Test(arguments: cases.classes)
  func `predictions of classes measure as in scikit-learn`(example: ClassCase) throws {
    let outcomes = ClassOutcomes(
      labels: (0..<example.classes).map { .integer(Int64($0)) }, targets: example.targets,
      predicted: example.predicted, scores: try matrix(example.probabilities))
    let metrics = Outcomes.classes(outcomes).metrics(cost: 1)
    try expect(metrics, example.expected)
    try expect(
      metrics, each: example.each,
      calibrated: example.classes == 2 ? [1] : Array(0..<example.classes))
    for (found, expected) in zip(try #require(metrics.confusionRates), example.rates) {
      for (found, expected) in zip(found, expected) { expectClose(found, expected, "rate") }
    }
    let interval = try #require(metrics.values[.accuracy]?.interval)
    expectClose(interval.lowerBound, example.interval[0], "interval")
    expectClose(interval.upperBound, example.interval[1], "interval")
    #expect(
      try JSONDecoder().decode(Metrics.self, from: JSONEncoder().encode(metrics)) == metrics)
  }

  @Test(arguments: cases.labels)
  func `predictions of several labels measure as in scikit-learn`(example: LabelCase) throws {
    let outcomes = LabelOutcomes(
      labels: example.targets[0].indices.map { .integer(Int64($0)) },
      targets: ContiguousArray(example.targets.joined().map { $0 == 1 }),
      scores: try matrix(example.probabilities))
    let metrics = Outcomes.labels(outcomes).metrics(cost: 1)
    try expect(metrics, example.expected)
    try expect(metrics, each: example.each, calibrated: Array(example.each.indices))
  }

  @Test(arguments: cases.values)
  func `predictions of values measure as in scikit-learn`(example: ValueCase) throws {
    let outcomes = ValueOutcomes(
      predictions: try matrix(example.predictions.rows),
      targets: ContiguousArray(example.targets.rows.joined()))
    try expect(Outcomes.values(outcomes).metrics(cost: 1), example.expected)
  }

  @Test func `McNemar's test is SciPy's binomial test`() {
    for example in Self.cases.mcnemar {
      let test = McNemarTest(fixed: Int(example[0]), broken: Int(example[1]))
      #expect(abs(test.pValue - example[2]) <= 1e-12 * example[2], "\(example): \(test.pValue)")
    }
  }

  @Test func `the interval is SciPy's of Wilson`() throws {
    for example in Self.cases.wilson {
      let (count, all) = (Int(example[0]), Int(example[1]))
      let scores = Metrics.ClassScores(support: all, correct: count)
      let interval = try #require(scores.recallInterval)
      expectClose(interval.lowerBound, example[2], "lower")
      expectClose(interval.upperBound, example[3], "upper")
    }
    #expect(Metrics.ClassScores(support: 0, correct: 0).recallInterval == nil)
  }

  @Test(arguments: 0..<20)
  func `areas and average precisions are what their definitions say`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...60, using: &generator)
    // Few values, so that many are equal.
    let scores = (0..<count).map { _ in Double(Int.random(in: 0...12, using: &generator)) / 12 }
    let targets = (0..<count).map { _ in Int.random(in: 0...1, using: &generator) }
    let metrics = Outcomes.classes(
      ClassOutcomes(
        labels: [0, 1], targets: targets, predicted: targets,
        scores: try matrix(scores.map { [$0] })
      )
    ).metrics(cost: 0)

    let positives = targets.indices.filter { targets[$0] == 1 }
    let negatives = targets.indices.filter { targets[$0] == 0 }
    var won = 0.0
    for one in positives {
      for other in negatives {
        won += scores[one] > scores[other] ? 1 : scores[one] == scores[other] ? 0.5 : 0
      }
    }
    expectClose(
      metrics[.rocAUC],
      positives.isEmpty || negatives.isEmpty
        ? nil : won / Double(positives.count * negatives.count), "area")

    var (average, recall) = (0.0, 0.0)
    for threshold in Set(scores).sorted(by: >) {
      let chosen = scores.indices.filter { scores[$0] >= threshold }
      let right = Double(chosen.count { targets[$0] == 1 })
      let next = right / Double(max(1, positives.count))
      average += (next - recall) * right / Double(chosen.count)
      recall = next
    }
    expectClose(metrics[.averagePrecision], average, "average precision")
  }

  @Test func `outputs that are no probabilities have no metrics of probabilities`() throws {
    for scores in [
      [[0.9, 0.9], [0.1, 0.2]], [[-0.5, 1.5], [0.5, 0.5]], [[.nan, 1], [0, 1]],
    ] {
      let metrics = Outcomes.classes(
        ClassOutcomes(
          labels: [0, 1], targets: [0, 1], predicted: [0, 1], scores: try matrix(scores))
      ).metrics(cost: 1)
      #expect(metrics.values[.logLoss] == nil && metrics.values[.rocAUC] == nil)
      #expect(metrics.missing?.contains("sum to 1") == true)
      #expect(metrics[.f1Macro] == 1)
    }
  }
}

extension Metrics.ClassScores {
  /// The scores of a class with so many rows, which is predicted for some of them.
  fileprivate init(support: Int, correct: Int) {
    self.init(
      label: 0, support: support, predicted: correct, correct: correct, rocAUC: nil,
      averagePrecision: nil)
  }
}
