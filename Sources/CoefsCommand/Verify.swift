import MLP
import Sklearn
import ArgumentParser
import Coefs

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", _superCommandName: "coefs",
    abstract: "Measure a network's accuracy and cost, and fail if a threshold is not met.",
    discussion: """
      The cost is the mean over the rows of the sum over the outputs of (output − target)². Of a \
      classifier it is given for its own output activation and for the plain sigmoid MLP (logistic): \
      the same weights give the same predictions but very different costs under the two. A regressor is \
      measured by R², MAE and RMSE too. All other metrics are scikit-learn's functions of the same names, such as \
      f1_macro, log_loss and roc_auc; an unknown name lists them. Without a threshold nothing passes or fails.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Option(help: "The minimum accuracy to pass. (default: 0.96 for digits)")
  var minAccuracy: Double?

  @Option(help: "The maximum cost to pass, under the network's own output activation.")
  var maxCost: Double?

  @OptionGroup var thresholds: ThresholdOptions

  @Option(
    help: "A network that this one must not be worse than, on the same rows.", completion: .file())
  var baseline: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      How much worse than the baseline it may be: a number for accuracy, or R² of a regressor, or METRIC=VALUE; may be \
      repeated. (default: 0)
      """, valueName: "drop"),
    transform: { try MaxDropArgument($0) })
  var maxDrop: [MaxDropArgument] = []

  @OptionGroup var page: PageOptions

  @Flag(
    help: """
      Compute the self-check that the file carries again, and nothing else. It passes where no output differs from \
      the stored one by more than its 1e-12th part (1e-5 in single precision): the last digits depend on the processor.
      """)
  var selfCheck = false

  @OptionGroup var answer: ReportOptions

  func validate() throws {
    if let minAccuracy, !(0...1).contains(minAccuracy) {
      throw ValidationError("--min-accuracy must be between 0 and 1.")
    }
    try data.check(beside: model)
    guard !selfCheck || isPlain else {
      throw ValidationError(
        "--self-check has rows of its own and takes no other data or threshold.")
    }
    if let baseline {
      try data.checkReadTwice()
      guard baseline != "-" || !model.readsStandardInput else {
        throw ValidationError.standardInputTwice
      }
      guard model.intercepts == nil else {
        throw ValidationError("--intercepts goes with one model; convert it to an NPZ first.")
      }
    } else if !maxDrop.isEmpty {
      throw ValidationError("--max-drop needs a --baseline.")
    }
    if let maxCost, !(maxCost >= 0) { throw ValidationError("--max-cost cannot be negative.") }
  }

  /// Whether nothing is asked for that a self-check does not do.
  private var isPlain: Bool {
    data.isDigits && minAccuracy == nil && maxCost == nil && page.report == nil && baseline == nil
      && thresholds.isEmpty && answer.junit == nil && answer.markdown == nil
  }

  func run() throws {
    try answer.check()
    try page.check(replacing: answer.force)
    let file = self.model.file
    let model = try baseline == nil ? self.model.read() : self.model.read(file)
    if selfCheck {
      let result = try model.replaySelfCheck()
      try answer.write(
        text: result.text, json: { try jsonText(result) }, junit: { "" }, markdown: { "" })
      guard result.passed else { throw ExitCode(1) }
      return
    }
    let (evaluation, other) = try evaluate(model)
    let verification = try model.verify(
      evaluation, minAccuracy: defaultedAccuracy(model), maxCost: maxCost,
      thresholds: thresholds.thresholds, isStrict: thresholds.strict)
    let comparison = try other.map { other in
      try Comparison(
        other, (model, evaluation),
        maxDrops: maxDrop.isEmpty ? [.init(nil, 0)] : maxDrop.map(\.drop), verified: verification)
    }
    let verdicts = [verification.passed, comparison?.passed].compactMap(\.self)
    let provenance = answer.isEmpty && page.report == nil ? nil : try provenance()
    let result = VerificationResult(
      verification: verification, comparison: comparison,
      passed: verdicts.isEmpty ? nil : verdicts.allSatisfy(\.self),
      provenance: provenance)
    if let provenance {
      try page.write(
        {
          ReportPage(
            ReportPage.Subject(model, evaluation, verification),
            compared: other.flatMap { other in
              comparison.map { (ReportPage.Subject(other.0, other.1, $0.a), $0) }
            }, passed: result.passed, provenance: provenance)
        }, replacing: answer.force)
    }
    try answer.write(
      text: result.text, json: { try jsonText(result) },
      junit: { result.junit(model.file, on: data.data) },
      markdown: {
        verification.markdown(
          model.file, comparison: comparison.flatMap { value in baseline.map { (value, $0) } },
          passed: result.passed, provenance: result.provenance)
      })
    guard result.passed != false else { throw ExitCode(1) }
  }

  /// Reads the rows, and evaluates the network, and the baseline if there is one.
  private func evaluate(
    _ model: Model
  ) throws(CoefsError) -> (Evaluation, other: (Model, Evaluation)?) {
    guard let baseline else {
      let rows = try data.read(
        for: model, .measurement, digitRows: .heldOut, self.model.limit)
      return (try model.evaluate(rows), nil)
    }
    let other = try self.model.read(FileReference(argument: baseline))
    let evaluations = try data.evaluate(other, model, self.model.limit)
    return (evaluations.b, (other, evaluations.a))
  }

  /// The minimum accuracy: on the digits 0.96, unless another one is given.
  private func defaultedAccuracy(_ model: Model) -> Double? {
    let isGiven = thresholds.thresholds.contains { $0.metric == .accuracy }
    return minAccuracy ?? (data.isDigits && model.task == .classifier && !isGiven ? 0.96 : nil)
  }

  private func provenance() throws(CoefsError) -> Provenance {
    try Provenance([
      ("model", model.model), ("intercepts", model.intercepts), ("scaler", model.scaler),
      ("data", data.data), ("baseline", baseline),
    ])
  }
}

/// What `verify` gives: the measures, and the comparison with a baseline.
private struct VerificationResult: Encodable {
  let verification: Verification
  let comparison: Comparison?
  /// Whether every threshold and every maximum drop was met; `nil` without any.
  let passed: Bool?
  let provenance: Provenance?

  private enum CodingKeys: CodingKey { case passed, baseline, comparison }

  func encode(to encoder: any Encoder) throws {
    try verification.encode(to: encoder)
    try provenance?.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(passed, forKey: .passed)
    guard let comparison else { return }
    try container.encode(comparison.a, forKey: .baseline)
    try container.encode(comparison, forKey: .comparison)
  }

  /// The result as text: the measures, the verdicts, and then each class.
  var text: String {
    var lines = [verification.text]
    lines += (comparison?.drops ?? []).map { $0.text(Comparison.DropResult.baselineNames) }
    lines += comparison?.summary ?? []
    lines += verification.metrics.text
    return lines.joined(separator: "\n")
  }

  /// The result as a JUnit file.
  func junit(_ file: String, on data: String) -> String {
    var cases = verification.thresholds.map { result in
      JUnitReport.Case(
        name: result.claim,
        failure: result.passed
          ? nil
          : "expected \(result.bound == .min ? "at least" : "at most") \(result.threshold), found "
            + result.foundText)
    }
    if verification.isStrict {
      cases.append(
        .init(
          name: "nothing is assumed",
          failure: verification.assumed.isEmpty
            ? nil : verification.assumed.joined(separator: "; ")))
    }
    cases += (comparison?.drops ?? []).map {
      $0.testCase(Comparison.DropResult.baselineNames)
    }
    return JUnitReport(
      name: "coefs verify \(file) on \(data)", cases: cases,
      properties: provenance?.sha256 ?? [:]
    ).xml
  }
}

extension ThresholdResult {
  /// What has to hold.
  var claim: String { "\(name) is \(bound == .min ? "at least" : "at most") \(threshold)" }

  /// The value, and what there is to know of it.
  var foundText: String {
    (found.map { "\($0)" } ?? "undefined") + (note.map { ": \($0)" } ?? "")
  }

  /// The verdict in one line.
  fileprivate var text: String {
    guard found != nil || name != Metric.accuracy.rawValue else {
      return "missed: a regressor has no accuracy; set a threshold with --max-cost"
    }
    guard found != nil else {
      return "missed: \(name) is undefined\(note.map { ": \($0)" } ?? "")".escapedForTerminal
    }
    let verdict =
      passed
      ? "passed: \(claim)" : "missed: \(name) is \(bound == .min ? "below" : "above") \(threshold)"
    // These two are in lines of their own.
    let isShown = [Metric.accuracy.rawValue, Metric.cost.rawValue].contains(name)
    return (isShown ? verdict : "\(verdict): \(foundText)").escapedForTerminal
  }
}

extension Model.SelfCheckResult {
  fileprivate var text: String {
    var lines = ["self-check: \(rows) rows in \(precision)"]
    lines.append(
      bitEqual == outputs
        ? "all \(outputs) outputs are bit for bit those that are stored"
        : "\(bitEqual) of \(outputs) outputs are bit for bit those that are stored; the largest difference is "
          + "\(largestDifference)")
    lines.append(
      passed ? "passed: within \(tolerance)" : "missed: a difference is above \(tolerance)")
    return lines.joined(separator: "\n")
  }
}

extension Verification {
  fileprivate var text: String {
    var lines = [model.text]
    lines.append(data.text)
    if let accuracy, let correct {
      lines.append("accuracy \(accuracy): \(correct) of \(count) right")
    }
    if let regression {
      lines.append(
        regression.named.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
          + " of \(count) rows")
    }
    let own = model.outActivation.name
    lines.append("cost \(ownCost) with its output activation, \(own)")
    if own != "logistic", let logistic = cost.logistic {
      lines.append("cost \(logistic) with logistic, as the plain sigmoid MLP")
    }
    lines += notes.map { "note: \($0)" }
    lines += thresholds.map(\.text)
    if isStrict {
      lines +=
        assumed.isEmpty
        ? ["passed: nothing is assumed"] : assumed.map { "missed: \($0.escapedForTerminal)" }
    }
    return lines.joined(separator: "\n")
  }
}
