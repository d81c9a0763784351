import MLP
package import Sklearn

/// Two networks on the same rows.
package struct Comparison: Sendable {
  /// A metric of both.
  package struct Pair: Sendable {
    /// The name of the metric: `recall[3]`.
    package let name: String
    /// The metric.
    package let metric: Metric
    /// The value of the first network; `nil` where it is undefined.
    package let a: Double?
    /// The value of the second network; `nil` where it is undefined.
    package let b: Double?

    /// The second value less the first.
    package var difference: Double? {
      if let a, let b { b - a } else { nil }
    }
    /// By how much the second network is worse; below 0 where it is better.
    package var drop: Double? { difference.map { metric.isLoss ? $0 : -$0 } }
  }

  /// Rows whose prediction is another.
  package struct Changes: Codable, Hashable, Sendable {
    /// The number of rows whose prediction is another.
    package let count: Int
    /// Those that only the second network has right; `nil` for values.
    package let fixed: Int?
    /// Those that only the first network has right; `nil` for values.
    package let broken: Int?
    /// Those that both have wrong, in different ways; `nil` for values.
    package let bothWrong: Int?
  }

  /// The two outputs that differ most.
  package struct LargestDifference: Codable, Hashable, Sendable {
    /// The absolute difference.
    package let value: Double
    /// The row in the data.
    package let row: Int
    /// The class or the label; `nil` for values.
    package let label: ClassLabels.Label?
    /// The output of the values, from 0; `nil` for probabilities.
    package let output: Int?
    /// The output of the first network.
    package let a: Double
    /// The output of the second network.
    package let b: Double
  }

  /// How much worse the second network may be.
  package struct MaxDrop: Hashable, Sendable {
    /// The metric; `nil` for accuracy, or R² of values.
    package let metric: MetricName?
    /// The maximum drop.
    package let value: Double

    /// A maximum drop.
    package init(_ metric: MetricName?, _ value: Double) {
      self.metric = metric
      self.value = value
    }
  }

  /// Whether a metric has dropped by more than it may.
  package struct DropResult: Codable, Hashable, Sendable {
    /// The name of the metric.
    package let metric: String
    /// The maximum drop.
    package let maxDrop: Double
    /// The value of the first network; `nil` where it is undefined.
    package let a: Double?
    /// The value of the second network; `nil` where it is undefined.
    package let b: Double?
    /// Whether the drop is within the maximum. An undefined one is not.
    package let passed: Bool
  }

  /// The first network, measured.
  package let a: Verification
  /// The second network, measured.
  package let b: Verification
  /// The metrics that either has, with those of each class.
  package let metrics: [Pair]
  /// The rows whose prediction is another.
  package let changes: Changes
  /// Whether the rows that only one has right may be chance; `nil` for values.
  package let mcNemar: McNemarTest?
  /// The two probabilities, or values, that differ most; `nil` where either network has no probabilities.
  package let largestDifference: LargestDifference?
  /// The drops that were limited.
  package let drops: [DropResult]
  /// Whether every drop is within its maximum; `nil` without a maximum.
  package var passed: Bool? { drops.isEmpty ? nil : drops.allSatisfy(\.passed) }

  /// What rounding may add to a difference of two metrics, which are exact to this part of 1.
  private static let rounding = 1e-12

  /// Compares two networks.
  ///
  /// - Parameters:
  ///   - a: The first network, and the rows it was evaluated on.
  ///   - b: The second network, and the same rows as it takes them.
  ///   - drops: How much worse the second may be.
  /// - Throws: ``CoefsError`` of a ``MetricError``, where classes, kinds or rows do not agree, or where a metric does not
  ///   exist here.
  package init(
    _ a: (model: Model, evaluation: Evaluation), _ b: (model: Model, evaluation: Evaluation),
    maxDrops: [MaxDrop] = [], verified: Verification? = nil
  ) throws(CoefsError) {
    // Before a label of the data that only one of them knows.
    if a.model.task == .classifier, b.model.task == .classifier {
      do throws(MetricError) {
        _ = try Self.places(of: b.model.labels, among: a.model.labels, other: a.model.file)
      } catch {
        throw CoefsError(b.model.file, error)
      }
    }
    self.a = try a.model.verify(a.evaluation)
    self.b = if let verified { verified } else { try b.model.verify(b.evaluation) }
    guard a.evaluation.data.rows == b.evaluation.data.rows else {
      throw CoefsError(b.model.file, MetricError.otherRows(other: a.model.file))
    }
    let first = a.evaluation.data.rows.lowerBound
    let outcomes = (try a.model.outcomes(a.evaluation), try b.model.outcomes(b.evaluation))
    do throws(MetricError) {
      (changes, mcNemar, largestDifference) = try Self.compare(
        outcomes.0, outcomes.1, first: first, other: a.model.file)
    } catch {
      throw CoefsError(b.model.file, error)
    }
    metrics = Self.pairs(self.a.metrics, self.b.metrics)
    var results: [DropResult] = []
    for drop in maxDrops {
      let metric =
        drop.metric.map { ($0.metric, $0.label) }
        ?? (a.model.task == .regressor ? .r2 : .accuracy, nil)
      let values:
        (a: [(name: String, value: Metrics.Value)], b: [(name: String, value: Metrics.Value)])
      do throws(MetricError) {
        values = (
          try self.a.metrics.values(metric.0, of: metric.1),
          try self.b.metrics.values(metric.0, of: metric.1)
        )
      } catch {
        throw CoefsError(b.model.file, error)
      }
      let others = Dictionary(values.b.map { ($0.name, $0.value) }) { $1 }
      for (name, value) in values.a {
        let pair = Pair(name: name, metric: metric.0, a: value.value, b: others[name]?.value)
        results.append(
          DropResult(
            metric: name, maxDrop: drop.value, a: pair.a, b: pair.b,
            passed: pair.drop.map {
              $0 <= drop.value + Self.rounding * max(1, abs(pair.a ?? 0))
            } ?? false))
      }
    }
    self.drops = results
  }

  /// The metrics of both by name, in the order of the first.
  private static func pairs(_ a: Metrics, _ b: Metrics) -> [Pair] {
    let (a, b) = (a.named, b.named)
    let others = Dictionary(b.map { ($0.name, $0.value) }) { $1 }
    let names = Set(a.map(\.name))
    return a.map {
      Pair(name: $0.name, metric: $0.metric, a: $0.value.value, b: others[$0.name]?.value)
    }
      + b.filter { !names.contains($0.name) }.map {
        Pair(name: $0.name, metric: $0.metric, a: nil, b: $0.value.value)
      }
  }

  private typealias Parts = (Changes, McNemarTest?, LargestDifference?)

  private static func compare(
    _ a: Outcomes, _ b: Outcomes, first: Int, other: String
  ) throws(MetricError) -> Parts {
    switch (a, b) {
    case (.classes(let a), .classes(let b)):
      return try compare(a, b, first: first, other: other)
    case (.labels(let a), .labels(let b)):
      return try compare(a, b, first: first, other: other)
    case (.values(let a), .values(let b)):
      return try compare(a, b, first: first, other: other)
    default: throw .otherKind(b.kind, other: other, a.kind)
    }
  }

  private static func compare(
    _ a: ClassOutcomes, _ b: ClassOutcomes, first: Int, other: String
  ) throws(MetricError) -> Parts {
    let places = try self.places(of: b.labels, among: a.labels, other: other)
    guard a.targets == b.targets.map({ places[$0] }) else { throw .otherRows(other: other) }
    let predicted = b.predicted.map { places[$0] }
    let changes = Changes(
      zip(a.predicted, predicted).map { $0 != $1 }, zip(a.predicted, a.targets).map { $0 == $1 },
      zip(predicted, a.targets).map { $0 == $1 })
    return (
      changes, changes.test,
      largest(a.probabilities, b.probabilities, places, a.labels, first: first)
    )
  }

  private static func compare(
    _ a: LabelOutcomes, _ b: LabelOutcomes, first: Int, other: String
  ) throws(MetricError) -> Parts {
    let places = try self.places(of: b.labels, among: a.labels, other: other)
    // The columns of the targets belong to the outputs of each network in its own order.
    guard places == Array(a.labels.indices) else {
      throw .otherClasses(b.labels, other: other, a.labels)
    }
    guard a.targets == b.targets else { throw .otherRows(other: other) }
    let width = a.labels.count
    let isChanged = stride(from: 0, to: a.predicted.count, by: width).map { start in
      a.predicted[start..<start + width] != b.predicted[start..<start + width]
    }
    let changes = Changes(isChanged, a.isCorrect, b.isCorrect)
    return (
      changes, changes.test,
      largest(a.probabilities, b.probabilities, places, a.labels, first: first)
    )
  }

  private static func compare(
    _ a: ValueOutcomes, _ b: ValueOutcomes, first: Int, other: String
  ) throws(MetricError) -> Parts {
    guard a.predictions.columns == b.predictions.columns, a.targets == b.targets else {
      throw .otherRows(other: other)
    }
    let width = a.predictions.columns
    let count = (0..<a.predictions.rows).count { row in
      a.predictions.slice(row) != b.predictions.slice(row)
    }
    return (
      Changes(count: count, fixed: nil, broken: nil, bothWrong: nil), nil,
      largest(a.predictions, b.predictions, Array(0..<width), nil, first: first)
    )
  }

  /// For each class of one network its place among those of the other.
  private static func places(
    of labels: [ClassLabels.Label], among others: [ClassLabels.Label], other: String
  ) throws(MetricError) -> [Int] {
    let known = Dictionary(others.enumerated().map { ($0.element.canonical, $0.offset) }) { $1 }
    let places = labels.compactMap { known[$0.canonical] }
    guard places.count == labels.count, labels.count == others.count else {
      throw .otherClasses(labels, other: other, others)
    }
    return places
  }

  /// The two outputs that differ most, the first of equal ones.
  private static func largest(
    _ a: Matrix<Double>?, _ b: Matrix<Double>?, _ places: [Int], _ labels: [ClassLabels.Label]?,
    first: Int
  ) -> LargestDifference? {
    guard let a, let b else { return nil }
    var largest: LargestDifference?
    for row in 0..<a.rows {
      for (column, place) in places.enumerated() {
        let (one, other) = (a[row, place], b[row, column])
        let value = abs(one - other)
        guard value > largest?.value ?? -1 else { continue }
        largest = LargestDifference(
          value: value, row: first + row, label: labels?[place],
          output: labels == nil ? place : nil, a: one, b: other)
      }
    }
    return largest
  }
}

extension Outcomes {
  /// What is predicted.
  fileprivate var kind: String {
    switch self {
    case .classes: "one class a row"
    case .labels: "any number of labels a row"
    case .values: "values"
    }
  }
}

extension Comparison.Changes {
  /// The changes of some rows: whether each is another, and whether either network has it right.
  fileprivate init(_ isChanged: [Bool], _ a: [Bool], _ b: [Bool]) {
    var (fixed, broken, bothWrong) = (0, 0, 0)
    for row in isChanged.indices where isChanged[row] {
      if b[row] {
        fixed += 1
      } else if a[row] {
        broken += 1
      } else {
        bothWrong += 1
      }
    }
    self.init(
      count: fixed + broken + bothWrong, fixed: fixed, broken: broken, bothWrong: bothWrong)
  }

  fileprivate var test: McNemarTest? {
    if let fixed, let broken { McNemarTest(fixed: fixed, broken: broken) } else { nil }
  }
}

extension Comparison: Encodable {
  private enum CodingKeys: CodingKey {
    case metrics, changes, mcNemar, largestDifference, drops, passed
  }

  private struct PairValues: Encodable {
    let a: Double?
    let b: Double?
    let difference: Double?
    enum CodingKeys: CodingKey { case a, b, difference }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(a, forKey: .a)
      try container.encode(b, forKey: .b)
      try container.encode(difference, forKey: .difference)
    }
  }

  /// Encodes all but the measures of each network; `null` for what is undefined.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let values = metrics.map { ($0.name, PairValues(a: $0.a, b: $0.b, difference: $0.difference)) }
    try container.encode(Dictionary(values) { $1 }, forKey: .metrics)
    try container.encode(changes, forKey: .changes)
    try container.encode(mcNemar, forKey: .mcNemar)
    try container.encode(largestDifference, forKey: .largestDifference)
    try container.encode(drops, forKey: .drops)
    try container.encode(passed, forKey: .passed)
  }
}
