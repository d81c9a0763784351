import Coefs
import Foundation
import TestSupport
import Testing

/// The workflow of the documentation, as GitHub would run its steps.
struct WorkflowTests {
  /// The scripts of the steps with these names.
  private func scripts(_ names: [String]) throws -> [String] {
    let path = fixturesFolder.deletingLastPathComponent().appending(path: "Tests/Workflow/gate.yml")
    let lines = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
    return try names.map { name in
      let start = try #require(lines.firstIndex(of: "      - name: \(name)"))
      let run = try #require(lines[start...].firstIndex { $0.hasPrefix("        run: ") })
      let first = lines[run].dropFirst("        run: ".count)
      guard first == "|" else { return String(first) }
      return lines[(run + 1)...].prefix { $0.hasPrefix("          ") }
        .map { $0.dropFirst(10) }.joined(separator: "\n")
    }
  }

  /// Runs the steps in a folder with a network, a released one, and the digits as a table.
  private func runSteps(_ model: String, _ body: (CommandRun, String) throws -> Void) throws {
    let steps = try scripts(["Measure", "Summary"])
    try withTemporaryFolder { folder in
      let estimators = fixturePath("estimators/1.9.1")
      // The last column is the label, as scikit-learn's digits have it; the pixels are divided already.
      let script = """
        set -e
        PATH=$(dirname "$1"):$PATH
        export GITHUB_STEP_SUMMARY=\(folder)/step-summary.md
        cd \(folder)
        cp "\(estimators)/digits.joblib" release.joblib
        cp "\(model)" model.joblib
        status=0
        ( \(steps[0]) ) || status=$?
        ( \(steps[1]) )
        exit $status
        """
      try table().write(toFile: folder + "/test.csv", atomically: true, encoding: .utf8)
      try body(try shell(script), folder)
    }
  }

  /// The digits 1000..<1500 with the pixels divided by 15, and their labels.
  private func table() throws -> String {
    let digits = try coefs("digits", "export", "-").stdout
    return try withTemporaryFolder { folder in
      try digits.write(to: URL(filePath: folder + "/digits.npz"))
      let data = try Dataset(
        contentsOf: folder + "/digits.npz", rows: .range(1_000..<1_500), scale: 15)
      guard case .labels(let labels) = data.targets else { return "" }
      let head = (0..<64).map { "p\($0)" }.joined(separator: ",") + ",label\n"
      return head
        + labels.indices.map { row in
          data.inputs.row(row).map { "\($0)" }.joined(separator: ",") + ",\(labels[row])\n"
        }.joined()
    }
  }

  @Test func `a network that is as good passes`() throws {
    try runSteps(fixturePath("estimators/1.9.1/digits.joblib")) { run, folder in
      #expect(run.exitCode == 0, "\(run.stderr)\(run.output)")
      let junit = try String(contentsOfFile: folder + "/junit.xml", encoding: .utf8)
      #expect(junit.contains("tests=\"13\" failures=\"0\""))
      let summary = try String(contentsOfFile: folder + "/step-summary.md", encoding: .utf8)
      #expect(summary.hasPrefix("### coefs verify: passed\n"))
    }
  }

  @Test func `a worse network stops it, and the files name the class that fell`() throws {
    try runSteps(fixturePath("deep.npz")) { run, folder in
      #expect(run.exitCode == 1, "\(run.stderr)\(run.output)")
      let junit = try String(contentsOfFile: folder + "/junit.xml", encoding: .utf8)
      #expect(XMLCheck.isWellFormed(junit))
      #expect(junit.contains("name=\"recall[8] is at least 0.8\" time=\"0\">\n<failure"))
      #expect(junit.contains("name=\"accuracy drops by at most 0.01\" time=\"0\">\n<failure"))
      let summary = try String(contentsOfFile: folder + "/step-summary.md", encoding: .utf8)
      #expect(summary.hasPrefix("### coefs verify: missed\n"))
      #expect(summary.contains("| recall[8] is at least 0.8 | 0.6875 | missed |"))
      #expect(FileManager.default.fileExists(atPath: folder + "/result.json"))
    }
  }
}
