import Foundation
import TestSupport
import Testing

/// Pickles, joblib files and object arrays through the command.
struct EstimatorTests {
  let folder = fixturePath("estimators/1.9.1/")

  @Test func `a joblib file is verified as if it were weights`() throws {
    let run = try coefs("verify", folder + "digits.joblib")
    #expect(run.exitCode == 0)
    #expect(run.output.contains("\naccuracy 0.962: 481 of 500 right\n"))
    #expect(run.output.contains("named MLPClassifier.coefs_, sklearn layout"))
    let scaled = try coefs("verify", folder + "digits-standard.joblib", "--json")
    #expect(scaled.exitCode == 1)
    let model = try scaled.json["model"] as? [String: Any]
    let scalers = model?["inputTransform"] as? [[String: Any]]
    #expect(scalers?.count == 1)
    #expect(scalers?[0]["name"] as? String == "StandardScaler")
    #expect(scalers?[0]["operations"] as? [String] == ["subtract", "divide"])
    #expect(
      try coefs("verify", folder + "digits-standard.joblib").output
        .contains("\ninputs go through StandardScaler (subtract, divide)\n"))
  }

  @Test func `stdin can be a pickle`() throws {
    let bytes = try Data(fixture("estimators/1.9.1/compressed.gz.joblib"))
    let run = try coefs("inspect", "-", "--json", input: bytes)
    #expect(run.exitCode == 0)
    #expect(try run.json["format"] as? String == "pickle")
    let model = try run.json["model"] as? [String: Any]
    #expect(model?["classes"] as? [String] == ["setosa", "versicolor", "virginica"])
    let globals = try #require(try run.json["globals"] as? [[String: Any]])
    #expect(globals.allSatisfy { $0["known"] as? Bool == true })
    #expect(globals.contains { $0["name"] as? String == "sklearn.pipeline.Pipeline" })
  }

  @Test func `predict gives the answers of Python`() throws {
    let truth = folder + "pipeline-robust.truth.npz"
    let run = try coefs(
      "predict", folder + "pipeline-robust.p0.pkl", "--data", truth, "--rows", "0:3", "--json")
    #expect(run.exitCode == 0)
    let labels = try coefs(
      "predict", folder + "strings.p1.pkl", "--data", folder + "strings.truth.npz", "--rows",
      "0:2")
    #expect(labels.exitCode == 0)
    #expect(
      labels.output.split(separator: "\n").allSatisfy { ["setosa", "versicolor"].contains($0) })
  }

  @Test func `converting tells what was saved and what folding changed`() throws {
    try withTemporaryFolder { temporary in
      let output = temporary + "/w.npz"
      let plain = try coefs("convert", folder + "digits.joblib", output)
      #expect(plain.exitCode == 0)
      #expect(plain.output.contains(" bytes (75 %) fewer than the estimator had"))
      let refused = try coefs(
        "convert", folder + "digits-standard.joblib", output, "--force")
      #expect(refused.exitCode == 65)
      #expect(refused.stderr.contains("fold it into the first layer with --fold,"))
      let folded = try coefs(
        "convert", folder + "digits-standard.joblib", output, "--force", "--fold-scaler", "--json")
      #expect(folded.exitCode == 0)
      let folding = try folded.json["folding"] as? [String: Any]
      #expect(folding?["rows"] as? String == "digits")
      #expect((folding?["largestDifference"] as? Double ?? 1) < 1e-12)
      #expect(try folded.json["inputByteCount"] as? Int ?? 0 > 40_000)
      let verified = try coefs("verify", output, "--min-accuracy", "0.926")
      #expect(verified.exitCode == 0)
    }
  }

  @Test func `what names more than a network needs is listed, and refused unless allowed`() throws {
    let file = folder + "refused/rounded.pkl"
    let inspected = try coefs("inspect", file)
    #expect(inspected.exitCode == 0)
    #expect(inspected.output.contains("\nnames numpy.round (unknown)\n"))
    #expect(inspected.output.contains("note: no model: "))
    for arguments in [
      ["verify", file], ["predict", file], ["diff", file, file],
      ["convert", file, "/nowhere/x.npz"],
    ] {
      let run = try coefs(arguments)
      #expect(run.exitCode == 65)
      #expect(run.stderr.contains("numpy.round"), "\(run.stderr)")
      #expect(run.stderr.split(separator: "\n").count == 1)
    }
    // Allowed, it is still no network.
    let allowed = try coefs("verify", file, "--allow-unknown-names")
    #expect(allowed.exitCode == 65)
    #expect(allowed.stderr.contains("its func is the function numpy.round"))
  }
}
