import Foundation
import TestSupport
import Testing

@Suite struct PredictTests {
  @Test func `answers are lines`() throws {
    let run = try coefs(
      "predict", fixturePath("chapter-coefs.npz"), "--rows", "1000:1005")
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
    #expect(run.output == "1\n4\n0\n5\n3\n")
    let strings = try coefs("predict", fixturePath("strings.npz"), "--rows", "1000:1003")
    #expect(strings.output == "un\nquatre\nzéro\n")
    let several = try coefs("predict", fixturePath("multilabel.npz"), "--rows", "1000:1001")
    #expect(several.output.split(separator: " ").count == 3)
  }

  @Test func `JSON has probabilities where they are asked for`() throws {
    let rows = ["--rows", "1000:1002", "--json"]
    let plain = try coefs("predict", fixturePath("binary.npz"), rows[0], rows[1], rows[2])
    #expect(Set(try plain.json.keys) == ["rows", "classes", "predictions"])
    let proba = try coefs(
      "predict", fixturePath("binary.npz"), "--proba", rows[0], rows[1], rows[2])
    let object = try proba.json
    #expect(Set(object.keys) == ["rows", "classes", "predictions", "probabilities"])
    #expect(object["rows"] as? [Int] == [1_000, 1_002])
    #expect(object["classes"] as? [Int] == [3, 8])
    let probabilities = try #require(object["probabilities"] as? [[Double]])
    #expect(probabilities.map(\.count) == [2, 2])
  }

  @Test func `what is assumed is said, and what cannot be known is asked for`() throws {
    let bare = fixturePath("chapter-arr.npz")
    let rows = ["--rows", "1000:1002"]
    let asked = try coefs(["predict", bare] + rows)
    #expect(asked.exitCode == 65)
    #expect(asked.output == "")
    #expect(
      asked.stderr
        == "coefs: \(bare): the activation of the hidden layers is not stored, and predictions depend on "
        + "it; give --activation logistic, tanh, relu or identity\n")
    let told = try coefs(["predict", bare, "--activation", "logistic", "--json"] + rows)
    #expect(told.exitCode == 0)
    #expect(try told.json["predictions"] as? [Int] == [1, 4])
    #expect(try told.json["assumed"] as? [String] == ["outActivation"])
    #expect(
      told.stderr == "coefs: \(bare): the output activation is not stored; assumed softmax\n")
    let all = try coefs(
      ["predict", bare, "--activation", "logistic", "--out-activation", "softmax", "--json"] + rows)
    #expect(all.stderr == "")
    #expect(try all.json["assumed"] == nil)
  }

  @Test func `rows come from CSV, from a file or stdin, without division`() throws {
    let show = try coefs("digits", "show", "1000", "--json").json
    let pixels = try #require(show["pixels"] as? [[Int]]).flatMap(\.self)
    let text = pixels.map(String.init).joined(separator: ",") + "\n"
    let model = fixturePath("chapter-coefs.npz")
    let scaled = try coefs(
      "predict", model, "--data", "-", "--scale", "15", "--proba", "--json",
      input: Data(text.utf8))
    #expect(scaled.exitCode == 0)
    let expected = try coefs(
      "predict", model, "--rows", "1000:1001", "--proba", "--json")
    #expect(
      try scaled.json["probabilities"] as? [[Double]]
        == expected.json["probabilities"] as? [[Double]])
    let raw = try coefs(
      "predict", model, "--data", "-", "--proba", "--json", input: Data(text.utf8))
    #expect(
      try raw.json["probabilities"] as? [[Double]] != scaled.json["probabilities"] as? [[Double]])

    let square = try coefs(
      "predict", fixturePath("square-coefs.npz"), "--data", fixturePath("square.truth.npz"))
    #expect(square.output.split(separator: "\n").count == 500)
  }

  @Test func `answers go to a file, and obey --force`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/answers.txt"
      let model = fixturePath("chapter-coefs.npz")
      let first = try coefs("predict", model, "--rows", "1000:1002", "--output", file)
      #expect(first.exitCode == 0)
      #expect(first.output == "")
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == "1\n4\n")
      let again = try coefs("predict", model, "--rows", "1000:1003", "--output", file)
      #expect(again.exitCode == 73)
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == "1\n4\n")
      let forced = try coefs(
        "predict", model, "--rows", "1000:1003", "--output", file, "--force")
      #expect(forced.exitCode == 0)
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == "1\n4\n0\n")
      let stdout = try coefs("predict", model, "--rows", "1000:1002", "--output", "-")
      #expect(stdout.output == "1\n4\n")
      #expect(try fileNames(in: folder) == ["answers.txt"])
    }
  }
}
