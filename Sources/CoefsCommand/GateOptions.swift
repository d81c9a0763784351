import Sklearn
import ArgumentParser
package import Coefs
import Files

/// The thresholds of metrics.
struct ThresholdOptions: ParsableArguments {
  @Option(
    name: .customLong("min"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      The minimum of a metric to pass, such as f1_macro=0.9, or 'recall[3]=0.95' for the class 3 and 'recall[*]=0.8' \
      for each class; may be repeated.
      """, valueName: "metric=value"),
    transform: { try MetricBound($0, .min) })
  var minimums: [MetricBound] = []

  @Option(
    name: .customLong("max"), parsing: .singleValue,
    help: ArgumentHelp(
      "The maximum of a metric to pass, such as log_loss=0.2; may be repeated.",
      valueName: "metric=value"),
    transform: { try MetricBound($0, .max) })
  var maximums: [MetricBound] = []

  @Flag(
    help: """
      Fail if anything is assumed, such as an activation that the file does not store, or if the inputs seem to have \
      another scale.
      """)
  var strict = false

  /// All of them.
  var thresholds: [Threshold] { (minimums + maximums).map(\.threshold) }

  var isEmpty: Bool { minimums.isEmpty && maximums.isEmpty && !strict }
}

/// A threshold as the command line says it: `f1_macro=0.9`, `recall[3]=0.95`.
struct MetricBound {
  let threshold: Threshold

  init(_ text: String, _ bound: Threshold.Bound) throws {
    guard let (name, value) = try metricValue(text), let name else {
      throw ValidationError("'\(text)' is not METRIC=VALUE, such as f1_macro=0.9.")
    }
    threshold = Threshold(name.metric, of: name.label, bound, value)
  }
}

/// How much worse a network may be, as the command line says it: `0.01`, `f1_macro=0.01`.
struct MaxDropArgument {
  let drop: Comparison.MaxDrop

  init(_ text: String) throws {
    guard let (name, value) = try metricValue(text), value >= 0 else {
      throw ValidationError("'\(text)' is not a number from 0, or METRIC=VALUE.")
    }
    drop = Comparison.MaxDrop(name, value)
  }
}

/// A finite number, and the metric before it where there is one; `nil` for another text.
private func metricValue(_ text: String) throws -> (name: MetricName?, value: Double)? {
  // The name of a class may hold the sign.
  let sign = text.lastIndex(of: "=")
  let number = sign.map { text[text.index(after: $0)...] } ?? text[...]
  guard let value = Double(number), value.isFinite else { return nil }
  guard let sign else { return (nil, value) }
  do { return (try MetricName(text[..<sign]), value) } catch {
    throw ValidationError("\(error).")
  }
}

/// The forms of a result, in files and on standard output.
struct ReportOptions: ParsableArguments {
  @Option(
    defaultAsFlag: "-", parsing: .next,
    help: ArgumentHelp(
      "Print one JSON object; or write it to a file, next to the text on stdout.", valueName: "file"
    ),
    completion: .file())
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Write a JUnit file with a test for each threshold.", valueName: "file"),
    completion: .file())
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Write tables in Markdown, as for the summary of a GitHub job.", valueName: "file"),
    completion: .file())
  var markdown: String?

  @Flag(help: "Replace existing files.")
  var force = false

  @Flag(help: "No colour, and no pictures in the terminal.")
  var noColor = false

  private var files: [String] { [json, junit, markdown].compactMap(\.self) }

  var isEmpty: Bool { files.isEmpty }

  func validate() throws {
    guard files.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("Only one of --json, --junit and --markdown can go to stdout.")
    }
    let paths = files.filter { $0 != "-" }
    guard Set(paths).count == paths.count else {
      throw ValidationError("--json, --junit and --markdown need a file each.")
    }
  }

  /// Checks that the files can be written, before the work.
  func check() throws(CoefsError) {
    for file in files where file != "-" { try Model.checkOutput(file, replacing: force) }
  }

  /// Writes a result in all forms that are asked for, and on standard output as text unless another form goes there.
  func write(
    text: String, json makeJSON: () throws -> String, junit makeJUnit: () -> String,
    markdown makeMarkdown: () -> String
  ) throws {
    var output = text.coloredForOutput(noColor: noColor) + "\n"
    func write(_ text: String, to file: String) throws(CoefsError) {
      if file == "-" {
        output = text
      } else {
        try writeText(text, to: .path(file), replacing: force)
      }
    }
    if let json { try write(makeJSON() + "\n", to: json) }
    if let junit { try write(makeJUnit(), to: junit) }
    if let markdown { try write(makeMarkdown(), to: markdown) }
    try writeText(output, to: .standardStream, replacing: false)
  }
}

/// Where a result comes from: the version, and the name and SHA-256 of each file.
package struct Provenance: Encodable, Sendable {
  let version = CoefsCommand.configuration.version
  /// The files by what each is: `model`, `data`, `scaler`.
  let files: [String: String]
  /// The hashes of the same files; `nil` for a folder, for standard input and for built-in rows.
  let sha256: [String: String?]

  /// Hashes the files of a result.
  ///
  /// - Throws: ``CoefsError``.
  package init(_ files: [(what: String, file: String?)]) throws(CoefsError) {
    var names: [String: String] = [:]
    var hashes: [String: String?] = [:]
    for (what, file) in files {
      guard let file else { continue }
      names[what] = file
      // The digits are built in.
      let isBuiltIn = what == "data" && file == DataOptions.digits
      hashes.updateValue(isBuiltIn ? nil : try Self.hash(of: file), forKey: what)
    }
    self.files = names
    sha256 = hashes
  }

  private static func hash(of file: String) throws(CoefsError) -> String? {
    guard file != "-" else { return nil }
    do throws(FileError) {
      return try InputFile(path: file).sha256()
    } catch .notAFile {
      return nil
    } catch {
      throw CoefsError(file, error)
    }
  }
}

extension ModelOptions {
  /// Reads one of two networks. A scaler that is given is for the one that has none of its own.
  func read(_ file: FileReference) throws(CoefsError) -> Model {
    let options = try options()
    do throws(CoefsError) {
      return try Model(file, intercepts: nil, options: options, limits: limits)
    } catch {
      guard case SklearnError.scaledAlready? = error.cause as? SklearnError else { throw error }
      var own = options
      own.scaler = nil
      return try Model(file, intercepts: nil, options: own, limits: limits)
    }
  }
}

extension DataOptions {
  /// Reads the same rows as each of two networks takes them, and evaluates both.
  func evaluate(
    _ a: Model, _ b: Model, _ limit: LimitOptions
  ) throws(CoefsError) -> (a: Evaluation, b: Evaluation) {
    let rows = try read(for: b, .measurement, digitRows: .heldOut, limit)
    let others = try Dataset(open(for: a, .measurement, digitRows: .heldOut, limit))
    if others.detected != rows.detected { tell(others.detected) }
    return (try a.evaluate(others), try b.evaluate(rows))
  }

  /// Rows that are read once for each of two networks are not standard input.
  func checkReadTwice() throws {
    guard data != "-" else {
      throw ValidationError("The rows are read for each of two networks, and not from stdin.")
    }
  }
}
