import Foundation
import TestSupport
import Testing

struct CompareTests {
  let chapter = fixturePath("chapter-coefs.npz")
  let deep = fixturePath("deep.npz")

  @Test func `two networks of other sizes and formats are measured on the same rows`() throws {
    let run = try coefs("compare", fixturePath("estimators/1.9.1/digits.joblib"), deep)
    #expect(run.exitCode == 0, "without a maximum nothing fails")
    #expect(run.stderr == "")
    #expect(!run.output.contains("passed") && !run.output.contains("missed"))
    #expect(run.output.contains("\nB: \(deep): 64-32-16-12-10 classifier, 2942 parameters\n"))
    #expect(run.output.contains("\naccuracy                    0.9620  0.9140  -0.0480\n"))
    #expect(
      run.output.contains("\n39 of 500 predictions changed: 6 fixed, 30 broken, 3 wrong in both\n"))
    // scipy.stats.binomtest(6, 36).pvalue
    #expect(run.output.contains("\nMcNemar's test: p = 6.96e-05 (exact binomial)\n"))
  }

  @Test func `a drop above the maximum is exit code 1`() throws {
    let missed = try coefs("compare", chapter, deep, "--max-drop", "0.01")
    #expect(missed.exitCode == 1)
    #expect(
      missed.output.hasSuffix(
        "\nmissed: accuracy drops by more than 0.01: 0.962 in A, 0.914 in B\n"))
    // 0.962 - 0.914 is a little above 0.048 in binary.
    #expect(try coefs("compare", chapter, deep, "--max-drop", "0.048").exitCode == 0)
    #expect(try coefs("compare", deep, chapter, "--max-drop", "0").exitCode == 0)
    let several = try coefs(
      "compare", chapter, deep, "--max-drop", "accuracy=0.1", "--max-drop", "recall[8]=0.2")
    #expect(several.exitCode == 1)
    #expect(several.output.contains("\npassed: accuracy drops by at most 0.1: "))
    #expect(several.output.contains("\nmissed: recall[8] drops by more than 0.2: "))
    // More loss is worse.
    #expect(try coefs("compare", chapter, deep, "--max-drop", "log_loss=0.1").exitCode == 1)
    #expect(try coefs("compare", deep, chapter, "--max-drop", "log_loss=0").exitCode == 0)
  }

  @Test func `a baseline is the same gate in one word`() throws {
    let worse = try coefs("verify", deep, "--min", "accuracy=0", "--baseline", chapter)
    #expect(worse.exitCode == 1)
    #expect(
      worse.output.contains(
        "\nmissed: accuracy drops by more than 0.0: 0.962 in the baseline, 0.914 in the network\n"))
    #expect(
      try coefs(
        "verify", deep, "--min", "accuracy=0", "--baseline", chapter, "--max-drop", "0.05"
      ).exitCode == 0)
    let json = try coefs("verify", chapter, "--baseline", deep, "--json").json
    #expect(json["passed"] as? Bool == true)
    #expect((json["baseline"] as? [String: Any])?["accuracy"] as? Double == 0.914)
    let comparison = try #require(json["comparison"] as? [String: Any])
    #expect(comparison["passed"] as? Bool == true)
    // Another threshold that is missed fails, too.
    let missed = try coefs(
      "verify", chapter, "--baseline", deep, "--min", "f1_macro=0.99", "--json")
    #expect(missed.exitCode == 1)
    #expect(try missed.json["passed"] as? Bool == false)
  }

  @Test func `JSON has both sets of metrics and what changed`() throws {
    let run = try coefs("compare", chapter, deep, "--max-drop", "0.01", "--json")
    #expect(run.exitCode == 1)
    let json = try run.json
    #expect(
      Set(json.keys) == [
        "a", "b", "changes", "drops", "files", "largestDifference", "mcNemar", "metrics", "passed",
        "sha256", "version",
      ])
    let changes = try #require(json["changes"] as? [String: Int])
    #expect(changes == ["count": 39, "fixed": 6, "broken": 30, "bothWrong": 3])
    let metrics = try #require(json["metrics"] as? [String: [String: Double]])
    #expect(metrics["accuracy"]?["a"] == 0.962 && metrics["accuracy"]?["b"] == 0.914)
    #expect(metrics["recall[8]"]?["difference"] != nil)
    let largest = try #require(json["largestDifference"] as? [String: Any])
    #expect(largest["row"] as? Int == 1_083 && largest["label"] as? Int == 1)
    #expect(json["files"] as? [String: String] == ["a": chapter, "b": deep, "data": "digits"])
    #expect(Set(try #require(json["sha256"] as? [String: Any]).keys) == ["a", "b", "data"])
  }

  @Test func `the files for machines name what fell`() throws {
    try withTemporaryFolder { folder in
      let junit = folder + "/junit.xml"
      let markdown = folder + "/summary.md"
      let run = try coefs(
        "compare", chapter, deep, "--max-drop", "recall[*]=0.15", "--junit", junit, "--markdown",
        markdown)
      #expect(run.exitCode == 1)
      let xml = try String(contentsOfFile: junit, encoding: .utf8)
      #expect(XMLCheck.isWellFormed(xml))
      #expect(xml.contains("tests=\"10\" failures=\"1\""))
      #expect(xml.contains("name=\"recall[8] drops by at most 0.15\" time=\"0\">\n<failure"))
      let summary = try String(contentsOfFile: markdown, encoding: .utf8)
      #expect(summary.hasPrefix("### coefs compare: missed\n"))
      #expect(summary.contains("| recall[8] | 0.8958 | 0.6875 | -0.2083 |"))
    }
  }

  @Test func `networks that cannot be compared are named`() throws {
    let classes = try coefs("compare", chapter, fixturePath("strings.npz"))
    #expect(classes.exitCode == 65)
    #expect(
      classes.stderr
        == "coefs: \(fixturePath("strings.npz")): the classes cinq, deux, huit, neuf, quatre, sept, six, "
        + "trois, un, zéro do not agree with those of \(chapter): 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n")
    let kinds = try coefs("compare", chapter, fixturePath("regressor.npz"))
    #expect(kinds.exitCode == 65)
    #expect(kinds.stderr.contains("predicts values, and \(chapter) predicts one class a row"))
    #expect(try coefs("compare", "-", "-").exitCode == 64)
    #expect(try coefs("compare", chapter, deep, "--data", "-").exitCode == 64)
    #expect(try coefs("compare", chapter, deep, "--max-drop", "f1=1").exitCode == 64)
    #expect(try coefs("compare", chapter).exitCode == 64)
  }

  @Test func `regressors are compared by R²`() throws {
    let regressor = fixturePath("regressor.npz")
    let same = try coefs("compare", regressor, regressor, "--max-drop", "0")
    #expect(same.exitCode == 0)
    #expect(same.output.contains("\n0 of 500 predictions changed\n"))
    #expect(same.output.contains("\npassed: r2 drops by at most 0.0: "))
    #expect(!same.output.contains("McNemar"))
  }
}
