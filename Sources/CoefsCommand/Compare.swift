import ArgumentParser
import Coefs
import Sklearn

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", _superCommandName: "coefs",
    abstract: "Measure two networks on the same rows, and fail if the second is worse.",
    discussion: """
      The networks may have any formats and layer sizes, and must know the same classes. The p-value is that of \
      McNemar's exact test: how likely chance alone fixes and breaks as unequal numbers of rows. Without --max-drop \
      nothing passes or fails.
      """)

  @OptionGroup var model: ModelOptions

  @Argument(help: "The network that is compared with it.", completion: .file())
  var other: String

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      How much worse the second network may be: a number for accuracy, or R² of a regressor, or METRIC=VALUE; may be \
      repeated.
      """, valueName: "drop"),
    transform: { try MaxDropArgument($0) })
  var maxDrop: [MaxDropArgument] = []

  @OptionGroup var page: PageOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard other != "-" || !model.readsStandardInput else {
      throw ValidationError.standardInputTwice
    }
    guard model.intercepts == nil else {
      throw ValidationError("--intercepts goes with one model; convert it to an NPZ first.")
    }
    try data.checkReadTwice()
  }

  func run() throws {
    try report.check()
    try page.check(replacing: report.force)
    let a = try model.read(model.file)
    let b = try model.read(FileReference(argument: other))
    let evaluations = try data.evaluate(a, b, model.limit)
    let comparison = try Comparison(
      (a, evaluations.a), (b, evaluations.b), maxDrops: maxDrop.map(\.drop))
    let names = (a: a.file, b: b.file)
    let provenance =
      report.isEmpty && page.report == nil
      ? nil
      : try Provenance([
        ("a", names.a), ("b", names.b), ("data", data.data), ("scaler", model.scaler),
      ])
    if let provenance {
      try page.write(
        {
          ReportPage(
            ReportPage.Subject(b, evaluations.b, comparison.b),
            compared: (ReportPage.Subject(a, evaluations.a, comparison.a), comparison),
            passed: comparison.passed, provenance: provenance)
        }, replacing: report.force)
    }
    try report.write(
      text: comparison.text(names),
      json: { try jsonText(ComparisonResult(comparison: comparison, provenance: provenance)) },
      junit: {
        JUnitReport(
          name: "coefs compare \(names.a) \(names.b)",
          cases: comparison.drops.map { $0.testCase(names) },
          properties: provenance?.sha256 ?? [:]
        ).xml
      },
      markdown: { comparison.markdown(names, provenance: provenance) })
    guard comparison.passed != false else { throw ExitCode(1) }
  }
}

/// What `compare` gives as JSON.
private struct ComparisonResult: Encodable {
  let comparison: Comparison
  let provenance: Provenance?

  private enum CodingKeys: CodingKey { case a, b }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(comparison.a, forKey: .a)
    try container.encode(comparison.b, forKey: .b)
    try comparison.encode(to: encoder)
    try provenance?.encode(to: encoder)
  }
}

extension Comparison {
  /// The comparison as text.
  func text(_ names: (a: String, b: String)) -> String {
    var lines = [
      "A: \(names.a.escapedForTerminal): \(a.model.title)",
      "B: \(names.b.escapedForTerminal): \(b.model.title)", a.data.text,
    ]
    lines += textTable(
      ["metric", "A", "B", "B - A"],
      shownMetrics.map {
        [$0.name.escapedForTerminal, compact($0.a), compact($0.b), compact($0.difference)]
      })
    lines += summary
    for (name, verification) in [("A", a), ("B", b)] {
      lines += verification.assumed.map { "note: of \(name) \($0.escapedForTerminal)" }
    }
    lines += drops.map { $0.text(("A", "B")) }
    return lines.joined(separator: "\n")
  }

  /// The metrics over all rows, and those of classes that differ most.
  var shownMetrics: [Pair] {
    let changed = metrics.filter { $0.name.hasSuffix("]") && $0.metric != .support }
      .filter { ($0.metric == .recall || $0.metric == .precision) && $0.difference != 0 }
    let most = changed.sorted { abs($0.difference ?? .infinity) > abs($1.difference ?? .infinity) }
      .prefix(20).map(\.name)
    return metrics.filter { !$0.name.hasSuffix("]") || most.contains($0.name) }
  }

  /// What changed, in sentences.
  var summary: [String] {
    var lines: [String] = []
    var change = "\(changes.count) of \(a.count) predictions changed"
    if let fixed = changes.fixed, let broken = changes.broken, let both = changes.bothWrong {
      change += ": \(fixed) fixed, \(broken) broken, \(both) wrong in both"
    }
    lines.append(change)
    if let mcNemar {
      lines.append("McNemar's test: p = \(compact(mcNemar.pValue)) (\(mcNemar.method))")
    }
    if let largest = largestDifference, largest.value > 0 {
      let place =
        largest.label.map { "class \($0)".escapedForTerminal } ?? "output \(largest.output ?? 0)"
      let what = largest.label == nil ? "values" : "probabilities"
      lines.append(
        "the \(what) differ by up to \(compact(largest.value)): row \(largest.row), \(place), "
          + "\(compact(largest.a)) and \(compact(largest.b))")
    }
    return lines
  }
}

extension Comparison.DropResult {
  /// What the two networks are called where one is the other's baseline.
  static let baselineNames = (a: "the baseline", b: "the network")

  /// What has to hold.
  var claim: String { "\(metric) drops by at most \(maxDrop)" }

  /// The verdict in one line.
  func text(_ names: (a: String, b: String)) -> String {
    let verdict = passed ? "passed: \(claim)" : "missed: \(metric) drops by more than \(maxDrop)"
    return "\(verdict): \(found(names))".escapedForTerminal
  }

  /// The two values.
  func found(_ names: (a: String, b: String)) -> String {
    "\(a.map { "\($0)" } ?? "undefined") in \(names.a), \(b.map { "\($0)" } ?? "undefined") in \(names.b)"
  }

  /// The verdict as a test.
  func testCase(_ names: (a: String, b: String)) -> JUnitReport.Case {
    .init(
      name: claim,
      failure: passed
        ? nil : "expected a drop of at most \(maxDrop), found \(found(names))")
  }
}
