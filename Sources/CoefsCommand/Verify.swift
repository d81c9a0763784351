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
      measured by R², MAE and RMSE too. Without a threshold nothing passes or fails.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Option(help: "The minimum accuracy to pass. (default: 0.96 for digits)")
  var minAccuracy: Double?

  @Option(help: "The maximum cost to pass, under the network's own output activation.")
  var maxCost: Double?

  @Option(help: "Write a report with the confusion matrix as an HTML page.", completion: .file())
  var report: String?

  @Flag(
    help: """
      Compute the self-check that the file carries again, and nothing else. It passes where no output differs from \
      the stored one by more than its 1e-12th part (1e-5 in single precision): the last digits depend on the processor.
      """)
  var selfCheck = false

  @Flag(help: "Replace an existing report.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if let minAccuracy, !(0...1).contains(minAccuracy) {
      throw ValidationError("--min-accuracy must be between 0 and 1.")
    }
    try data.check(beside: model)
    guard !selfCheck || data.isDigits && minAccuracy == nil && maxCost == nil && report == nil
    else {
      throw ValidationError(
        "--self-check has rows of its own and takes no other data or threshold.")
    }
    if report == "-" { throw ValidationError("--report needs a file; the result goes to stdout.") }
    if let maxCost, !(maxCost >= 0) { throw ValidationError("--max-cost cannot be negative.") }
  }

  func run() throws {
    let model = try model.read()
    if selfCheck {
      let result = try model.replaySelfCheck()
      try printResult(answer.json ? json(result) : result.text)
      guard result.passed else { throw ExitCode(1) }
      return
    }
    let rows = try data.read(
      for: model, .measurement, digitRows: .heldOut, self.model.limit)
    let bar = minAccuracy ?? (data.isDigits && model.task == .classifier ? 0.96 : nil)
    let evaluation = try model.evaluate(rows)
    let verification = try model.verify(evaluation, minAccuracy: bar, maxCost: maxCost)
    if let report {
      try writeText(
        verification.html(answers: model.predictions(evaluation), data: rows), to: .path(report),
        replacing: force)
    }
    try printResult(answer.json ? json(verification) : verification.text)
    guard verification.passed != false else { throw ExitCode(1) }
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
    lines.append(
      "\(data.name.escapedForTerminal), rows \(data.rows[0]):\(data.rows[1]), divided by \(data.scale)"
    )
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
    if let minAccuracy {
      lines.append(
        accuracy.map {
          $0 >= minAccuracy
            ? "passed: accuracy is at least \(minAccuracy)"
            : "missed: accuracy is below \(minAccuracy)"
        } ?? "missed: a regressor has no accuracy; set a threshold with --max-cost")
    }
    if let maxCost {
      lines.append(
        ownCost <= maxCost
          ? "passed: cost is at most \(maxCost)" : "missed: cost is above \(maxCost)")
    }
    return lines.joined(separator: "\n")
  }
}
