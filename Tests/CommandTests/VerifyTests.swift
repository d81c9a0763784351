import Foundation
import TestSupport
import Testing

@Suite struct VerifyTests {
  let chapter = fixturePath("chapter-arr.npz")

  @Test func `the chapter's network passes`() throws {
    let run = try coefs("verify", chapter)
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
    let lines = run.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("64-16-10 classifier, 1210 parameters, float64, named arr_N"))
    #expect(lines[2] == "digits, rows 1000:1500, divided by 15.0")
    #expect(lines[3] == "accuracy 0.962: 481 of 500 right")
    #expect(lines[4].hasPrefix("cost 0.0639151418"))
    #expect(lines[5].hasPrefix("cost 1.5909126639"))
    #expect(lines[6] == "passed: accuracy is at least 0.96")
    #expect(lines[7] == "accuracy from 0.9414 to 0.9755 (95 % interval)")
    #expect(
      lines[8] == "log_loss 0.1648, roc_auc 0.9980, average_precision 0.9886, brier_score 0.0639")
    #expect(lines[9] == "class     precision  recall      f1  support")
    #expect(lines[11] == "1            1.0000  0.8367  0.9111       49")
    #expect(lines[20] == "macro        0.9651  0.9613  0.9615      500")
    #expect(lines.count == 22)
  }

  @Test func `a self-check is stored, shown, replayed, and missed`() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/m.safetensors"
      let converted = try coefs(
        "convert", fixturePath("chapter-coefs.npz"), file, "--self-check", "3")
      #expect(converted.exitCode == 0, "\(converted.stderr)")
      #expect(try coefs("inspect", file).output.contains("\nself-check of 3 rows in float64"))
      let run = try coefs("verify", file, "--self-check")
      #expect(run.exitCode == 0, "\(run.stderr)")
      #expect(
        run.output == """
          self-check: 3 rows in float64
          all 30 outputs are bit for bit those that are stored
          passed: within 1e-12

          """)
      let json = try coefs("verify", file, "--self-check", "--json").json
      #expect(json["rows"] as? Int == 3 && json["passed"] as? Bool == true)
      // With another activation the outputs are others.
      let other = try coefs("verify", file, "--self-check", "--activation", "tanh")
      #expect(other.exitCode == 1)
      #expect(other.output.contains("missed: a difference is above 1e-12"))
      #expect(try coefs("verify", chapter, "--self-check").exitCode == 65)
      #expect(try coefs("verify", file, "--self-check", "--min-accuracy", "1").exitCode == 64)
    }
  }

  @Test func `a self-check has the rows of a file, if it is given`() throws {
    try withTemporaryFolder { folder in
      let rows = folder + "/rows.csv"
      try "0.1,0.2,0.3,0.4\n1,2,3,4\n".write(toFile: rows, atomically: true, encoding: .utf8)
      let file = folder + "/m.npz"
      let model = fixturePath("estimators/1.9.1/binary.joblib")
      let run = try coefs("convert", model, file, "--self-check", rows)
      #expect(run.exitCode == 0, "\(run.stderr)")
      #expect(try coefs("verify", file, "--self-check").output.contains("2 rows in float64"))
      #expect(try coefs("convert", "-", file, "--self-check", rows, "--force").exitCode == 64)
      #expect(try coefs("convert", model, file, "--self-check", "0", "--force").exitCode == 64)
    }
  }

  @Test func `a threshold that is not met is exit code 1, and no error`() throws {
    let accuracy = try coefs("verify", chapter, "--min-accuracy", "0.97")
    #expect(accuracy.exitCode == 1)
    #expect(accuracy.stderr == "")
    #expect(accuracy.output.contains("\nmissed: accuracy is below 0.97\n"))
    let cost = try coefs("verify", chapter, "--max-cost", "0.06", "--json")
    #expect(cost.exitCode == 1)
    #expect(try cost.json["passed"] as? Bool == false)
    #expect(try cost.json["maxCost"] as? Double == 0.06)
    let regressor = try coefs(
      "verify", fixturePath("regressor.npz"), "--rows", "1000:1010", "--min-accuracy", "0.5")
    #expect(regressor.exitCode == 1)
    #expect(regressor.output.contains("missed: a regressor has no accuracy"))
  }

  @Test func `JSON has the promised keys and values`() throws {
    let run = try coefs("verify", chapter, "--rows", "train", "--json")
    #expect(run.exitCode == 0)
    #expect(run.stdout.count { $0 == UInt8(ascii: "\n") } == 1)
    let object = try run.json
    #expect(
      Set(object.keys) == [
        "model", "data", "accuracy", "correct", "count", "cost", "confusion", "minAccuracy",
        "maxCost", "passed", "notes", "metrics", "classes", "confusionRates", "calibration",
        "noProbabilities", "thresholds", "assumed", "strict", "version", "files", "sha256",
      ])
    #expect(object["accuracy"] as? Double == 1)
    #expect(object["correct"] as? Int == 1_000)
    #expect(object["minAccuracy"] as? Double == 0.96)
    #expect(object["maxCost"] is NSNull)
    let cost = try #require(object["cost"] as? [String: Double])
    #expect(Set(cost.keys) == ["softmax", "logistic"])
    let softmax = try #require(cost["softmax"])
    #expect(abs(softmax / 5.670512721637246e-05 - 1) < 1e-12)
    let data = try #require(object["data"] as? [String: Any])
    #expect(data["name"] as? String == "digits")
    #expect(data["rows"] as? [Int] == [0, 1_000])
    #expect(data["scale"] as? Int == 15)
    let model = try #require(object["model"] as? [String: Any])
    #expect(model["activation"] as? [String: String] == ["name": "logistic", "from": "assumed"])
    #expect(model["classes"] is NSNull)
  }

  @Test func `an option wins over the file`() throws {
    let object = try coefs(
      "verify", fixturePath("chapter-coefs.npz"), "--out-activation", "logistic", "--json"
    ).json
    #expect(object["correct"] as? Int == 481)
    #expect(Array(try #require(object["cost"] as? [String: Double]).keys) == ["logistic"])
    let model = try #require(object["model"] as? [String: Any])
    #expect(model["outActivation"] as? [String: String] == ["name": "logistic", "from": "option"])
    #expect(model["activation"] as? [String: String] == ["name": "logistic", "from": "stored"])
  }

  @Test func `exported digits are data like any other`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/digits.npz"
      let export = try coefs("digits", "export", file, "--json")
      #expect(export.exitCode == 0)
      #expect(Set(try export.json.keys) == ["output", "byteCount"])
      let run = try coefs(
        "verify", chapter, "--data", file, "--rows", "held-out", "--scale", "15", "--json")
      #expect(run.exitCode == 0)
      #expect(try run.json["correct"] as? Int == 481)
      #expect(try run.json["minAccuracy"] is NSNull, "the threshold is the digits' own")
      #expect(try run.json["passed"] is NSNull, "without a threshold nothing passes")
    }
  }

  @Test func `a report is a page, and obeys --force`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/report.html"
      let first = try coefs("verify", chapter, "--report", file)
      #expect(first.exitCode == 0)
      let page = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>\n"))
      #expect(page.hasSuffix("</body></html>\n"))
      #expect(page.contains("<h1>Passed</h1>"))

      let again = try coefs(
        "verify", chapter, "--report", file, "--min-accuracy", "0.97")
      #expect(again.exitCode == 73)
      #expect(again.stderr.hasSuffix(": add --force\n"))
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == page)

      let forced = try coefs(
        "verify", chapter, "--report", file, "--min-accuracy", "0.97",
        "--force")
      #expect(forced.exitCode == 1)
      #expect(
        try String(contentsOf: URL(filePath: file), encoding: .utf8).contains("<h1>Missed</h1>"))
    }
  }
}
