import Sklearn

/// A bound that a metric has to keep.
public struct Threshold: Hashable, Sendable {
  /// The side on which the bound is.
  public enum Bound: String, Codable, Hashable, Sendable {
    /// The value must be at least as large.
    case min
    /// The value must be at most as large.
    case max
  }

  /// The metric.
  public let metric: Metric
  /// The class whose metric it is, as it is printed; `*` for every class; `nil` for the metric over all rows.
  public let label: String?
  /// The side of the bound.
  public let bound: Bound
  /// The bound.
  public let value: Double

  /// Creates a threshold.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - label: The class whose metric it is, as it is printed; `*` for every class; `nil` for the metric over all rows.
  ///   - bound: The side of the bound.
  ///   - value: The bound.
  public init(_ metric: Metric, of label: String? = nil, _ bound: Bound, _ value: Double) {
    self.metric = metric
    self.label = label
    self.bound = bound
    self.value = value
  }

  /// The name of the metric, with the class: `recall[3]`.
  public var name: String { metric.rawValue + (label.map { "[\($0)]" } ?? "") }
}

/// A metric's name, with the class in brackets if it is that of a class.
package struct MetricName: Hashable, Sendable {
  /// The metric.
  package let metric: Metric
  /// The class, as it is printed.
  package let label: String?

  /// Reads a name such as `f1_macro` or `recall[3]`; a class may be any text.
  ///
  /// - Throws: `MetricError/unknown(_:names:)`.
  package init(_ text: some StringProtocol) throws(MetricError) {
    var name = String(text)
    var label: String?
    if text.hasSuffix("]"), let open = text.firstIndex(of: "[") {
      name = String(text[..<open])
      label = String(text[text.index(after: open)...].dropLast())
    }
    guard let metric = Metric(rawValue: name), label == nil || Metric.ofClasses.contains(metric)
    else { throw .unknown(String(text), names: Self.all) }
    self.metric = metric
    self.label = label
  }

  /// All names that a network of some kind has.
  private static var all: [String] {
    Metric.allCases.filter { $0 != .support }.map(\.rawValue)
      + Metric.ofClasses.map { "\($0.rawValue)[CLASS]" }
  }
}

/// Whether a threshold is met.
public struct ThresholdResult: Hashable, Sendable {
  /// The name of the metric: `recall[3]`.
  public let name: String
  /// The side of the bound.
  public let bound: Threshold.Bound
  /// The bound.
  public let threshold: Double
  /// The value; `nil` where it is undefined.
  public let found: Double?
  /// Whether the value is within the bound. An undefined value is not.
  public let passed: Bool
  /// Why the value is undefined, or what it does not count.
  public let note: String?

  init(name: String, _ bound: Threshold.Bound, _ threshold: Double, _ found: Metrics.Value) {
    self.name = name
    self.bound = bound
    self.threshold = threshold
    self.found = found.value
    // Written so that NaN passes no threshold.
    passed =
      found.value.map { bound == .min ? $0 >= threshold : $0 <= threshold } ?? false
    note = found.note
  }
}

extension ThresholdResult: Codable {
  private enum CodingKeys: String, CodingKey {
    case name = "metric"
    case bound, threshold, found, passed, note
  }

  /// Encodes all of it; `null` for an undefined value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(bound, forKey: .bound)
    try container.encode(threshold, forKey: .threshold)
    try container.encode(found, forKey: .found)
    try container.encode(passed, forKey: .passed)
    try container.encodeIfPresent(note, forKey: .note)
  }
}

extension Metrics {
  /// The values that a name stands for: one, or with the class `*` one for each class.
  ///
  /// - Throws: ``MetricError``, where the metric or the class does not exist here.
  func values(
    _ metric: Metric, of label: String?
  ) throws(MetricError) -> [(name: String, value: Value)] {
    guard let label else {
      guard let value = values[metric] else {
        throw .absent(metric.rawValue, names: names, why: reason(for: metric))
      }
      return [(metric.rawValue, value)]
    }
    let chosen = classes.filter { $0.label.isWritten(label) }
    let scores = chosen.isEmpty && label == "*" ? classes : chosen
    let found = scores.compactMap { scores in
      value(metric, of: scores).map { ("\(metric.rawValue)[\(scores.label)]", $0) }
    }
    guard !found.isEmpty else {
      let name = "\(metric.rawValue)[\(label)]"
      guard classes.isEmpty || !scores.isEmpty else {
        throw .noSuchClass(label, known: classes.map(\.label.description))
      }
      throw .absent(name, names: names, why: reason(for: metric))
    }
    return found
  }

  /// Why a metric is missing, where more is to be said than that the network is of another kind.
  private func reason(for metric: Metric) -> String? {
    switch metric {
    case .logLoss, .rocAUC, .rocAUCWeighted, .averagePrecision, .averagePrecisionWeighted,
      .brierScore:
      missing
    case .precision, .recall, .f1, .support:
      classes.isEmpty ? nil : "of more than two classes each has its own"
    default: nil
    }
  }

  /// The results of a threshold: one, or one for each class.
  func results(_ threshold: Threshold) throws(MetricError) -> [ThresholdResult] {
    try values(threshold.metric, of: threshold.label).map {
      ThresholdResult(name: $0.name, threshold.bound, threshold.value, $0.value)
    }
  }
}

extension ClassLabels.Label {
  /// Whether a text is the label as it is printed; 3 is the label 3.0.
  fileprivate func isWritten(_ text: String) -> Bool {
    description == text || canonical.description == text
  }
}
