import ArgumentParser
import Coefs
import Digits
import Sklearn

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", _superCommandName: "coefs",
    abstract: "Write an HTML page about a network, and about rows if they are given.",
    discussion: """
      The page is one file that needs nothing else: scores, confusion, curves, the most confident errors, the layers, the \
      drift of the rows against the scaler, and for images a field to draw in. Without --data the rows are the digits \
      (held-out) if the network takes them; otherwise the page shows the network alone.
      """)

  @OptionGroup var model: ModelOptions

  @Argument(help: "The page to write.", completion: .file(extensions: ["html"]))
  var out: String

  @OptionGroup var data: DataOptions
  @OptionGroup var thresholds: ThresholdOptions

  @Flag(help: "Replace an existing file.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    try data.check(beside: model)
    guard out != "-" || !answer.json else { throw ValidationError.standardOutputTwice }
  }

  func run() throws {
    if out != "-" { try Model.checkOutput(out, replacing: force) }
    let model = try self.model.read()
    let (subject, unmeasured) = try measure(model)
    let verification = subject.measured?.verification
    let page = ReportPage(
      subject, unmeasured: unmeasured, passed: verification?.passed,
      provenance: try Provenance([
        ("model", self.model.model), ("intercepts", self.model.intercepts),
        ("scaler", self.model.scaler), ("data", unmeasured == nil ? data.data : nil),
      ]))
    let html = try page.html()
    try writeText(html, to: FileReference(argument: out), replacing: force)
    if let unmeasured { printError(unmeasured) }
    let result = ReportResult(
      report: out, bytes: html.utf8.count, passed: verification?.passed, note: unmeasured,
      verification: verification)
    if out != "-" { try answer.print(result, text: result.text) }
    guard verification?.passed != false else { throw ExitCode(1) }
  }

  /// Measures the network, unless the rows are the digits that are built in and it is not one for them.
  private func measure(_ model: Model) throws -> (ReportPage.Subject, unmeasured: String?) {
    guard !data.isDigits || model.takesDigits else {
      guard thresholds.isEmpty else {
        throw ValidationError("The network does not take the digits; name the rows with --data.")
      }
      return (
        ReportPage.Subject(model),
        "no rows were measured: the digits, which are built in, do not fit the network"
      )
    }
    let rows = try data.read(for: model, .measurement, digitRows: .heldOut, self.model.limit)
    let evaluation = try model.evaluate(rows)
    let verification = try model.verify(
      evaluation, thresholds: thresholds.thresholds, isStrict: thresholds.strict)
    return (ReportPage.Subject(model, evaluation, verification), nil)
  }
}

/// What `report` gives as JSON.
private struct ReportResult: Encodable {
  let report: String
  let bytes: Int
  let passed: Bool?
  let note: String?
  let verification: Verification?

  private enum CodingKeys: CodingKey { case report, bytes, passed, note, verification }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(report, forKey: .report)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(passed, forKey: .passed)
    try container.encodeIfPresent(note, forKey: .note)
    try container.encode(verification, forKey: .verification)
  }

  var text: String {
    let verdict = passed.map { $0 ? "passed" : "missed" }
    return "\(report.escapedForTerminal): \(bytes) bytes" + (verdict.map { ", \($0)" } ?? "")
  }
}

extension Model {
  /// Whether the network can be measured on the digits that are built in.
  fileprivate var takesDigits: Bool {
    guard inputs == Digits.pixelCount, !isMultilabel else { return false }
    guard task == .classifier else { return outputs == 1 }
    let known = Set(labels.map(\.canonical))
    return (0..<10).allSatisfy { known.contains(.integer($0)) }
  }
}

/// The page of a result that is text first.
struct PageOptions: ParsableArguments {
  @Option(help: "Write a report as an HTML page that needs nothing else.", completion: .file())
  var report: String?

  func validate() throws {
    if report == "-" { throw ValidationError("--report needs a file; the result goes to stdout.") }
  }

  /// Checks that the page can be written, before the work.
  func check(replacing: Bool) throws(CoefsError) {
    if let report { try Model.checkOutput(report, replacing: replacing) }
  }

  /// Writes the page, if it is asked for.
  func write(_ page: () throws -> ReportPage, replacing: Bool) throws {
    guard let report else { return }
    try writeText(page().html(), to: .path(report), replacing: replacing)
  }
}
