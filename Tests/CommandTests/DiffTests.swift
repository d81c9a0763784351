import Foundation
import TestSupport
import Testing

struct DiffTests {
  let chapter = fixturePath("chapter-coefs.npz")
  let single = fixturePath("chapter-float16.npz")

  @Test func `identical networks pass`() throws {
    let run = try coefs("diff", chapter, fixturePath("chapter-weights.npz"))
    #expect(run.exitCode == 0)
    #expect(
      run.output == """
        layer 0: weights equal, biases equal
        layer 1: weights equal, biases equal
        0 of 1797 digits have different predictions
        note: hidden activation: logistic and not stored; taken for both
        note: output activation: softmax and not stored; taken for both
        note: classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and not stored; taken for both
        passed: every number is the same to the bit; the notes name what only one file stores

        """)
    let identical = try coefs("diff", chapter, fixturePath("chapter-fortran.npz"))
    #expect(identical.exitCode == 0)
    #expect(identical.output.hasSuffix("\nidentical: every number is the same to the bit\n"))
  }

  @Test(arguments: ["pipeline-standard", "pipeline-minmax", "pipeline-two", "digits-standard"])
  func `a scaler is folded where only one network has one`(name: String) throws {
    try withTemporaryFolder { folder in
      let scaled = fixturePath("estimators/1.9.1/\(name).joblib")
      #expect(try coefs("convert", scaled, folder + "/folded.npz", "--fold").exitCode == 0)
      #expect(
        try coefs("convert", scaled, folder + "/bare.npz", "--drop-preprocessing").exitCode == 0)
      for pair in [[scaled, folder + "/folded.npz"], [folder + "/folded.npz", scaled]] {
        let run = try coefs(["diff"] + pair)
        #expect(run.exitCode == 0)
        #expect(run.output.contains("layer 0: weights equal, biases equal\n"))
        #expect(run.output.contains("note: scalers: "))
        #expect(run.output.contains(" of \(scaled) only; folded into its first layer to compare\n"))
        // They need not predict the same to the last bit.
        #expect(!run.output.contains("identical"))
      }
      let bare = try coefs("diff", scaled, folder + "/bare.npz")
      #expect(bare.exitCode == 1)
      #expect(bare.output.hasSuffix("\nmissed: they differ\n"))
    }
  }

  @Test func `predictions are those of the networks with their scalers`() throws {
    try withTemporaryFolder { folder in
      let scaled = fixturePath("estimators/1.9.1/digits-standard.joblib")
      _ = try coefs("convert", scaled, folder + "/bare.npz", "--drop-preprocessing")
      let run = try coefs("diff", scaled, folder + "/bare.npz", "--json").json
      #expect(try #require(run["predictionsDiffer"] as? Int) > 100)
    }
  }

  @Test func `other numbers are exit code 1, and no error`() throws {
    let run = try coefs("diff", chapter, single)
    #expect(run.exitCode == 1)
    #expect(run.stderr == "")
    #expect(run.output.hasPrefix("layer 0: weights differ by up to 0.00"))
    #expect(run.output.hasSuffix("\nmissed: they differ\n"))
    let tolerated = try coefs("diff", chapter, single, "--tolerance", "0.01")
    #expect(tolerated.exitCode == 0)
    #expect(tolerated.output.hasSuffix("\npassed: no number differs by more than 0.01\n"))
    let strict = try coefs("diff", chapter, single, "--tolerance", "1e-9")
    #expect(strict.exitCode == 1)
  }

  @Test func `JSON has the promised keys and values`() throws {
    let run = try coefs("diff", chapter, single, "--json")
    #expect(run.exitCode == 1)
    let json = try run.json
    #expect(
      Set(json.keys) == [
        "identical", "layers", "notes", "passed", "predictionsDiffer", "tolerance",
      ])
    #expect(json["identical"] as? Bool == false)
    #expect(json["passed"] as? Bool == false)
    #expect(json["predictionsDiffer"] as? Int == 0)
    let layers = try #require(json["layers"] as? [[String: [String: Any]]])
    #expect(layers.count == 2)
    for part in ["weights", "biases"] {
      #expect((layers[0][part]?["maxAbs"] as? Double ?? 0) > 0)
      #expect((layers[0][part]?["maxUlp"] as? NSNumber)?.uint64Value ?? 0 > 1_000_000)
    }
  }

  @Test func `networks of other sizes are exit code 65, and bad options 64`() throws {
    let sizes = try coefs("diff", chapter, fixturePath("tanh.npz"), "--tolerance", "10")
    #expect(sizes.exitCode == 1)
    let deep = try coefs("diff", chapter, fixturePath("deep.npz"))
    #expect(deep.exitCode == 65)
    #expect(
      deep.stderr.hasSuffix(
        "layers of sizes 64-32-16-12-10 cannot be compared with 64-16-10\n"))
    #expect(try coefs("diff", chapter).exitCode == 64)
    #expect(try coefs("diff", "-", "-").exitCode == 64)
    #expect(try coefs("diff", chapter, chapter, "--tolerance", "-1").exitCode == 64)
    #expect(try coefs("diff", chapter, chapter, "--intercepts", "x.npy").exitCode == 64)
    #expect(try coefs("diff", chapter, "/nowhere.npz").exitCode == 66)
  }

  @Test func `either can be stdin`() throws {
    let bytes = try Data(fixture("chapter-coefs.npz"))
    #expect(try coefs("diff", "-", chapter, input: bytes).exitCode == 0)
    #expect(try coefs("diff", chapter, "-", input: bytes).exitCode == 0)
  }
}
