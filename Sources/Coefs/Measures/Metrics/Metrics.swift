public import Sklearn

/// What predictions were measured by, as scikit-learn computes it.
public struct Metrics: Hashable, Sendable {
  /// A value, and what is known about it.
  public struct Value: Hashable, Sendable {
    /// The value; `nil` where it is undefined.
    public let value: Double?
    /// The 95 % interval of Wilson, for a share of rows.
    public let interval: ClosedRange<Double>?
    /// Why the value is undefined, or what it does not count.
    public let note: String?

    init(_ value: Double?, interval: ClosedRange<Double>? = nil, note: String? = nil) {
      self.value = value
      self.interval = interval
      self.note = note
    }
  }

  /// The scores of one class against all others, or of one of several labels.
  public struct ClassScores: Hashable, Sendable {
    /// The class.
    public let label: ClassLabels.Label
    /// The number of rows of the class.
    public let support: Int
    /// The number of rows for which it is predicted.
    public let predicted: Int
    /// The number of rows of the class for which it is predicted.
    public let correct: Int
    /// The area under the ROC curve; `nil` where all rows or no rows are of the class, and without probabilities.
    public let rocAUC: Double?
    /// The average precision, 0 without rows of the class; `nil` without probabilities.
    public let averagePrecision: Double?

    package init(
      label: ClassLabels.Label, support: Int, predicted: Int, correct: Int, rocAUC: Double?,
      averagePrecision: Double?
    ) {
      self.label = label
      self.support = support
      self.predicted = predicted
      self.correct = correct
      self.rocAUC = rocAUC
      self.averagePrecision = averagePrecision
    }

    /// The share of correct ones among the predictions of the class; 0 without any.
    public var precision: Double { Self.share(correct, of: predicted) }
    /// The share of correct predictions among the rows of the class; 0 without any.
    public var recall: Double { Self.share(correct, of: support) }
    /// The harmonic mean of precision and recall; 0 where both are.
    public var f1: Double { Self.share(2 * correct, of: support + predicted) }
    /// The 95 % interval of Wilson for the precision; `nil` without predictions of the class.
    public var precisionInterval: ClosedRange<Double>? { wilsonInterval(correct, of: predicted) }
    /// The 95 % interval of Wilson for the recall; `nil` without rows of the class.
    public var recallInterval: ClosedRange<Double>? { wilsonInterval(correct, of: support) }

    private static func share(_ count: Int, of all: Int) -> Double {
      all == 0 ? 0 : Double(count) / Double(all)
    }
  }

  /// How often a class comes true at each predicted probability (`calibration_curve`, with ten bins of equal width).
  public struct Calibration: Codable, Hashable, Sendable {
    /// The rows whose probability is in a bin.
    public struct Bin: Codable, Hashable, Sendable {
      /// The number of rows.
      public let count: Int
      /// The mean of the predicted probabilities.
      public let predicted: Double
      /// The share of rows of the class.
      public let observed: Double

      package init(count: Int, predicted: Double, observed: Double) {
        self.count = count
        self.predicted = predicted
        self.observed = observed
      }
    }

    /// The class.
    public let label: ClassLabels.Label
    /// The bins that hold rows, from low to high probabilities.
    public let bins: [Bin]
  }

  /// The values over all rows, for the metrics that a network of this kind has.
  public let values: [Metric: Value]
  /// The scores of each class or label, in the order of the outputs; empty for a regressor.
  public let classes: [ClassScores]
  /// For each class (row) the share of its rows with each prediction (column), 0 for a class without rows; `nil` where
  /// rows have no single class.
  public let confusionRates: [[Double]]?
  /// The calibration of each class, of two classes that of the second; empty without probabilities.
  public let calibration: [Calibration]
  /// Why metrics of probabilities are missing; `nil` where they are not.
  public let missing: String?

  /// The value of a metric over all rows; `nil` for one that a network of this kind does not have.
  public subscript(metric: Metric) -> Double? { values[metric]?.value }
}

// MARK: By name

extension Metrics {
  /// The metrics over all rows, in the order in which they are listed.
  package var ordered: [(metric: Metric, value: Value)] {
    Metric.allCases.compactMap { metric in values[metric].map { (metric, $0) } }
  }

  /// The value of a metric of a class; `nil` for one that classes do not have here.
  func value(_ metric: Metric, of scores: ClassScores) -> Value? {
    let none =
      scores.support == 0 ? "no row is of the class \(scores.label)" : nil
    switch metric {
    case .precision:
      let note =
        scores.predicted == 0
        ? "the class \(scores.label) is never predicted: counts as 0" : nil
      return Value(scores.precision, interval: scores.precisionInterval, note: note)
    case .recall:
      return Value(
        scores.recall, interval: scores.recallInterval, note: none.map { "\($0): counts as 0" })
    case .f1: return Value(scores.f1, note: none)
    case .support: return Value(Double(scores.support))
    case .rocAUC:
      guard missing == nil else { return nil }
      return Value(
        scores.rocAUC,
        note: scores.rocAUC == nil ? none ?? "all rows are of the class \(scores.label)" : nil)
    case .averagePrecision:
      return scores.averagePrecision.map { Value($0, note: none.map { "\($0): counts as 0" }) }
    default: return nil
    }
  }

  /// Every metric that there is, with those of each class: `recall[3]`.
  package var named: [(name: String, metric: Metric, value: Value)] {
    var named = ordered.map { (name: $0.metric.rawValue, metric: $0.metric, value: $0.value) }
    for scores in classes {
      for metric in Metric.ofClasses {
        guard let value = value(metric, of: scores) else { continue }
        named.append(("\(metric.rawValue)[\(scores.label)]", metric, value))
      }
    }
    return named
  }

  /// The names that there are, those of classes once: `recall[CLASS]`.
  package var names: [String] {
    ordered.map(\.metric.rawValue)
      + (classes.first.map { scores in
        Metric.ofClasses.filter { value($0, of: scores) != nil }.map { "\($0.rawValue)[CLASS]" }
      } ?? [])
  }
}

// MARK: Codable

extension Metrics.Value: Codable {
  private enum CodingKeys: CodingKey { case value, interval, note }

  /// Encodes the value, `null` where it is undefined, and the rest where it is known.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encodeIfPresent(interval, forKey: .interval)
    try container.encodeIfPresent(note, forKey: .note)
  }
}

extension Metrics.ClassScores: Codable {
  private enum CodingKeys: CodingKey {
    case label, support, predicted, correct, precision, precisionInterval, recall, recallInterval,
      f1
    case rocAUC, averagePrecision
  }

  /// Encodes counts and scores; `null` for what is undefined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(label, forKey: .label)
    try container.encode(support, forKey: .support)
    try container.encode(predicted, forKey: .predicted)
    try container.encode(correct, forKey: .correct)
    try container.encode(precision, forKey: .precision)
    try container.encode(precisionInterval, forKey: .precisionInterval)
    try container.encode(recall, forKey: .recall)
    try container.encode(recallInterval, forKey: .recallInterval)
    try container.encode(f1, forKey: .f1)
    try container.encode(rocAUC, forKey: .rocAUC)
    try container.encode(averagePrecision, forKey: .averagePrecision)
  }

  /// Decodes the counts, from which the scores follow.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    label = try container.decode(ClassLabels.Label.self, forKey: .label)
    support = try container.decode(Int.self, forKey: .support)
    predicted = try container.decode(Int.self, forKey: .predicted)
    correct = try container.decode(Int.self, forKey: .correct)
    rocAUC = try container.decode(Double?.self, forKey: .rocAUC)
    averagePrecision = try container.decode(Double?.self, forKey: .averagePrecision)
  }
}

extension Metrics: Codable {
  private enum CodingKeys: String, CodingKey {
    case metrics, classes, confusionRates, calibration
    case missing = "noProbabilities"
  }

  /// Encodes the values by name, and the lists.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) }),
      forKey: .metrics)
    try container.encode(classes, forKey: .classes)
    try container.encode(confusionRates, forKey: .confusionRates)
    try container.encode(calibration, forKey: .calibration)
    try container.encode(missing, forKey: .missing)
  }

  /// Decodes what ``encode(to:)`` gives.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var values: [Metric: Value] = [:]
    for (name, value) in try container.decode([String: Value].self, forKey: .metrics) {
      // One of a later version is not known here.
      if let metric = Metric(rawValue: name) { values[metric] = value }
    }
    self.values = values
    classes = try container.decode([ClassScores].self, forKey: .classes)
    confusionRates = try container.decode([[Double]]?.self, forKey: .confusionRates)
    calibration = try container.decode([Calibration].self, forKey: .calibration)
    missing = try container.decode(String?.self, forKey: .missing)
  }
}
