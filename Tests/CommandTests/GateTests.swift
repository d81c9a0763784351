import Files
import Foundation
import NPY
import NPZ
import TestSupport
import Testing

/// Thresholds of any metric, `--strict`, and the files for machines.
struct GateTests {
  let chapter = fixturePath("chapter-coefs.npz")

  // MARK: Thresholds

  @Test func `thresholds of any metric pass and miss`() throws {
    let run = try coefs(
      "verify", chapter, "--min", "f1_macro=0.9", "--min", "recall[3]=0.95", "--max",
      "log_loss=0.1")
    #expect(run.exitCode == 1)
    #expect(run.stderr == "")
    #expect(run.output.contains("\npassed: f1_macro is at least 0.9: 0.96149691107"))
    #expect(run.output.contains("\npassed: recall[3] is at least 0.95: 0.95918367346"))
    #expect(run.output.contains("\nmissed: log_loss is above 0.1: 0.16475021"))
    #expect(run.output.contains("\npassed: accuracy is at least 0.96\n"), "of the digits")
    let json = try coefs("verify", chapter, "--min", "recall[8]=0.9", "--json").json
    #expect(json["passed"] as? Bool == false)
    let thresholds = try #require(json["thresholds"] as? [[String: Any]])
    #expect(thresholds.map { $0["metric"] as? String } == ["accuracy", "recall[8]"])
    #expect(thresholds.map { $0["passed"] as? Bool } == [true, false])
    #expect(thresholds[1]["found"] as? Double == 43.0 / 48)
  }

  @Test func `a minimum of the accuracy takes the place of that of the digits`() throws {
    let run = try coefs("verify", chapter, "--min", "accuracy=0.5")
    #expect(run.exitCode == 0)
    #expect(run.output.contains("\npassed: accuracy is at least 0.5\n"))
    #expect(!run.output.contains("0.96\n"))
  }

  @Test func `an asterisk is every class`() throws {
    let run = try coefs("verify", chapter, "--min", "recall[*]=0.85")
    #expect(run.exitCode == 1)
    #expect(run.output.matches(of: /passed: recall\[\d\] is at least 0.85/).count == 9)
    #expect(run.output.contains("\nmissed: recall[1] is below 0.85: 0.8367"))
  }

  @Test func `labels are any text`() throws {
    try withTemporaryFolder { folder in
      let export = try words(in: folder)
      let run = try coefs(
        "verify", fixturePath("strings.npz"), "--data", export, "--scale", "15", "--min",
        "recall[zéro]=0.5", "--max", "support[un]=2000")
      #expect(run.exitCode == 0, "\(run.stderr)")
      #expect(run.output.contains("\npassed: recall[zéro] is at least 0.5: "))
      #expect(run.output.contains("\npassed: support[un] is at most 2000.0: "))
      let unknown = try coefs(
        "verify", fixturePath("strings.npz"), "--data", export, "--scale", "15", "--min",
        "recall[eins]=0.5")
      #expect(unknown.exitCode == 64)
      #expect(unknown.stderr.contains("the network has no class 'eins'; it has cinq, deux"))
    }
  }

  @Test func `far more classes than rows take memory for the rows`() throws {
    try withTemporaryFolder { folder throws in
      // A rate for each pair of classes would be 3 GB.
      let classes = 20_000
      var writer = NPZWriter(to: MemorySink())
      try writer.add(
        "coefs_0", NDArray(repeatElement(0.0, count: 2 * classes), shape: [2, classes]))
      try writer.add("intercepts_0", NDArray(repeatElement(0.0, count: classes)))
      let model = try write(writer.finish().bytes, to: folder + "/model.npz")
      let rows = try write("a,b,label\n0,0,0\n1,0,1\n0,1,2\n".utf8, to: folder + "/rows.csv")
      let limited = #"ulimit -d 600000 2>/dev/null; exec "$@""#
      for run in [
        try shell(limited, "verify", model, "--data", rows, "--label", "label"),
        try shell(limited, "compare", model, model, "--data", rows, "--label", "label"),
      ] {
        #expect(run.exitCode == 0, "\(run.stderr)")
        #expect(run.output.contains("0.3333"))
      }
    }
  }

  /// A table of ten digits with French words as labels.
  private func words(in folder: String) throws -> String {
    let names = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    let digits = folder + "/digits.csv"
    let pixels = try coefs("digits", "show", "0", "--json").json
    let rows = try #require(pixels["pixels"] as? [[Double]]).joined()
    let line = rows.map { "\($0)" }.joined(separator: ",")
    let text = names.map { "\(line),\($0)\n" }.joined()
    try text.write(toFile: digits, atomically: true, encoding: .utf8)
    return digits
  }

  static let missing: [(file: String, threshold: String, names: String)] = [
    ("chapter-coefs.npz", "f1=0.9", "it has accuracy, precision_macro"),
    ("chapter-coefs.npz", "r2=0.9", "recall[CLASS]"),
    ("chapter-coefs.npz", "hamming_loss=1", "log_loss, roc_auc"),
    ("regressor.npz", "f1_macro=0.9", "it has r2, mae, rmse, max_error, cost"),
    ("regressor.npz", "recall[3]=0.9", "it has r2, mae, rmse, max_error, cost"),
  ]

  @Test(arguments: missing)
  func `a metric that a network does not have is exit code 64 and lists those that it has`(
    file: String, threshold: String, names: String
  ) throws {
    let run = try coefs("verify", fixturePath(file), "--min", threshold)
    #expect(run.exitCode == 64)
    #expect(run.output == "")
    #expect(run.stderr.contains(names), "\(run.stderr)")
    #expect(run.stderr.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
  }

  @Test(arguments: [
    ["--min", "f1_macro"], ["--min", "nonsense=1"], ["--min", "f1_macro=x"], ["--max", "cost=nan"],
    ["--min", "f1_macro[3]=1"], ["--max-drop", "0.1"], ["--json=-", "--junit", "-"],
    ["--self-check", "--min", "f1_macro=1"], ["--self-check", "--junit", "x.xml"],
    ["--junit", "x", "--markdown", "x"], ["--baseline", "-", "--data", "-"],
    ["--baseline", "x.npz", "--max-drop=-1"],
  ])
  func `a wrong threshold is exit code 64`(arguments: [String]) throws {
    let run = try coefs(["verify", chapter] + arguments)
    #expect(run.exitCode == 64, "\(run.stderr)")
    #expect(run.output == "")
  }

  @Test func `a value that is undefined passes no threshold, and says why`() throws {
    let run = try coefs("verify", chapter, "--rows", "0:3", "--min", "roc_auc=0")
    #expect(run.exitCode == 1)
    #expect(run.output.contains("\nmissed: roc_auc is undefined: no row is of the class "))
  }

  @Test func `strict refuses what is assumed`() throws {
    let stored = try coefs("verify", chapter, "--strict")
    #expect(stored.exitCode == 0)
    #expect(stored.output.contains("\npassed: nothing is assumed\n"))
    let assumed = try coefs("verify", fixturePath("chapter-arr.npz"), "--strict")
    #expect(assumed.exitCode == 1)
    #expect(
      assumed.output.contains(
        """

        missed: the hidden activation is not stored; assumed logistic
        missed: the output activation is not stored; assumed softmax
        missed: the classes are not stored; assumed 0, 1, 2, 3, 4, 5, 6, 7, 8, 9

        """))
    // What an option says is not assumed; classes have no option.
    let told = try coefs(
      "verify", fixturePath("chapter-arr.npz"), "--activation", "logistic", "--out-activation",
      "softmax", "--strict", "--json"
    ).json
    #expect((told["assumed"] as? [String])?.count == 1)
    #expect(told["strict"] as? Bool == true)
    let scale = try coefs("verify", chapter, "--scale", "255", "--strict", "--min", "accuracy=0")
    #expect(scale.exitCode == 1)
    #expect(scale.output.contains("\nmissed: the inputs may have another scale"))
  }

  @Test func `a network of several labels has their metrics`() throws {
    let data = fixturePath("field-data/multilabel.csv")
    let arguments = [
      "verify", fixturePath("field-data/multilabel.joblib"), "--data", data, "--label", "high,wavy",
    ]
    let run = try coefs(arguments + ["--max", "hamming_loss=0.6", "--min", "f1[1]=0"])
    #expect(run.exitCode == 0, "\(run.stderr)\(run.output)")
    #expect(run.output.contains("\npassed: hamming_loss is at most 0.6: "))
    #expect(run.output.contains("\nhamming_loss "))
    let missing = try coefs(arguments + ["--max", "log_loss=1"])
    #expect(missing.exitCode == 64)
    #expect(missing.stderr.contains("it has accuracy, precision_macro"))
    #expect(missing.stderr.contains("hamming_loss"))
  }

  // MARK: Files

  @Test func `JSON goes to stdout, to a file next to the text, and does not take the model`() throws
  {
    try withTemporaryFolder { folder in
      let file = folder + "/result.json"
      let run = try coefs("verify", chapter, "--json", file)
      #expect(run.exitCode == 0)
      #expect(run.output.hasPrefix("64-16-10 classifier"))
      let saved = try Data(contentsOf: URL(filePath: file))
      for arguments in [
        ["verify", chapter, "--json"], ["verify", "--json", chapter],
        ["verify", "--json", "-", chapter], ["verify", "--json", chapter, "--rows", "held-out"],
      ] {
        #expect(try coefs(arguments).stdout == saved, "\(arguments)")
      }
      let again = try coefs("verify", chapter, "--json", file)
      #expect(again.exitCode == 73)
      #expect(again.output == "")
      #expect(try coefs("verify", chapter, "--json", file, "--force").exitCode == 0)
      #expect(try coefs("verify", "--json", file, chapter, "--force").exitCode == 0)
      #expect(try Data(contentsOf: URL(filePath: file)) == saved)
    }
  }

  @Test func `JSON has the hashes of the files, the version and the intervals`() throws {
    try withTemporaryFolder { folder in
      let model = folder + "/m.npz"
      try Data(fixture("chapter-coefs.npz")).write(to: URL(filePath: model))
      let json = try coefs(
        "verify", model, "--data", fixturePath("digits.npz"), "--scale", "15", "--json"
      ).json
      let hashes = try #require(json["sha256"] as? [String: Any])
      // shasum -a 256
      #expect(
        hashes["model"] as? String
          == "792b687fa0fe6c375ba89c5e324ba689bbdfef095ac471138e56cd96ce48529b")
      #expect((hashes["data"] as? String)?.count == 64)
      #expect(json["version"] as? String == "0.1.0")
      let metrics = try #require(json["metrics"] as? [String: [String: Any]])
      #expect((metrics["accuracy"]?["interval"] as? [Double])?.count == 2)
      #expect(metrics["f1_macro"]?["value"] is Double)
      let classes = try #require(json["classes"] as? [[String: Any]])
      #expect(classes.count == 10)
      #expect((classes[3]["recallInterval"] as? [Double])?.count == 2)
      let digits = try coefs("verify", "-", "--json", input: Data(fixture("chapter-coefs.npz")))
        .json
      let none = try #require(digits["sha256"] as? [String: Any])
      #expect(none["model"] is NSNull && none["data"] is NSNull)
    }
  }

  @Test func `a JUnit file has a test for each threshold, and escapes labels`() throws {
    try withTemporaryFolder { folder in
      let hostile = "</failure>&\"'\u{1B}[31m\u{1}|`<script>"
      let (model, data) = try hostileModel(in: folder, label: hostile)
      let file = folder + "/junit.xml"
      let markdown = folder + "/summary.md"
      let run = try coefs(
        "verify", model, "--data", data, "--min", "recall[*]=2", "--min", "accuracy=0", "--junit",
        file, "--markdown", markdown, "--strict")
      #expect(run.exitCode == 1, "\(run.stderr)")
      let xml = try Data(contentsOf: URL(filePath: file))
      let text = String(decoding: xml, as: UTF8.self)
      #expect(!text.contains("<script>") && !text.contains("\u{1B}") && !text.contains("\u{1}"))
      #expect(text.matches(of: #/<testcase /#).count == 4)
      #expect(text.matches(of: #/<failure message="expected at least 2.0, found /#).count == 2)
      #expect(text.contains("&lt;/failure&gt;&amp;&quot;&apos;[31m"))
      #expect(
        text.contains("<testsuite name=\"coefs verify")
          && text.contains("tests=\"4\" failures=\"2\""))
      #expect(XMLCheck.isWellFormed(text))
      let summary = try String(contentsOfFile: markdown, encoding: .utf8)
      #expect(summary.hasPrefix("### coefs verify: missed\n"))
      #expect(!summary.contains("<script>") && summary.contains("\\<script\\>"))
      #expect(summary.contains("\\|\\`"))
      let rows = summary.split(separator: "\n").filter {
        $0.contains("script") && $0.hasPrefix("| ")
      }
      #expect(!rows.isEmpty)
    }
  }

  /// A network of two classes, one with this label, and rows for it.
  private func hostileModel(
    in folder: String, label: String
  ) throws -> (model: String, data: String) {
    let model = folder + "/m.json"
    let object: [String: Any] = [
      "coefs_": [[[1.0, -1.0]]], "intercepts_": [[0.0, 0.0]], "out_activation_": "softmax",
      "activation": "relu", "classes_": ["plain", label],
    ]
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: model))
    let data = folder + "/rows.csv"
    let quoted = label.replacingOccurrences(of: "\"", with: "\"\"")
    try "x,y\n1,plain\n-1,\"\(quoted)\"\n".write(toFile: data, atomically: true, encoding: .utf8)
    return (model, data)
  }

  @Test func `without a threshold nothing passes`() throws {
    let run = try coefs(
      "verify", chapter, "--data", fixturePath("digits.npz"), "--scale", "15", "--markdown", "-")
    #expect(run.exitCode == 0)
    #expect(run.output.hasPrefix("### coefs verify: measured\n"))
    #expect(!run.output.contains("passed"))
    let junit = try coefs(
      "verify", chapter, "--data", fixturePath("digits.npz"), "--scale", "15", "--junit", "-")
    #expect(junit.output.contains("tests=\"0\" failures=\"0\""))
    #expect(XMLCheck.isWellFormed(junit.output))
  }
}

/// Whether elements are closed in their order and every text is escaped.
enum XMLCheck {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    guard rest.hasPrefix("<?xml") else { return false }
    rest = rest.drop { $0 != ">" }.dropFirst()
    while let start = rest.firstIndex(of: "<") {
      let content = rest[..<start]
      guard content.allSatisfy({ $0 != ">" }), references(content) else { return false }
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      guard !tag.contains("<"), references(tag), tag.count(where: { $0 == "\"" }) % 2 == 0 else {
        return false
      }
      let name = tag.prefix { $0 != " " && $0 != "/" }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty
  }

  /// Whether each ampersand begins one of the five names.
  private static func references(_ text: Substring) -> Bool {
    text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      ["amp;", "lt;", "gt;", "quot;", "apos;"].contains { part.hasPrefix($0) }
    }
  }
}
