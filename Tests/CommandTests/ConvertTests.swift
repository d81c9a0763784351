import Foundation
import TestSupport
import Testing

@Suite struct ConvertTests {
  @Test func `the layout changes, and the last line says that all was read back`() throws {
    try withTemporaryFolder { folder throws in
      let input = fixturePath("chapter-arr.npz")
      let output = folder + "/mlp.npz"
      let run = try coefs("convert", input, output)
      #expect(run.exitCode == 0)
      #expect(run.stderr == "")
      #expect(
        run.output == """
          read \(input): 64-16-10 classifier, 1210 parameters, float64, named arr_N, sklearn layout
          hidden activation logistic (assumed), output activation softmax (assumed)
          wrote \(output), 10698 bytes, mlp layout:
            weights_0  <f8  (16, 64)
            biases_0  <f8  (16,)
            weights_1  <f8  (10, 16)
            biases_1  <f8  (10,)
          read back: every array is bit for bit what was meant

          """)
      #expect(try Data(contentsOf: URL(filePath: output)) == Data(fixture("chapter-weights.npz")))
      #expect(try fileNames(in: folder) == ["mlp.npz"])
    }
  }

  @Test func `JSON tells what was written`() throws {
    try withTemporaryFolder { folder throws in
      let run = try coefs(
        "convert", fixturePath("chapter-coefs.npz"), folder + "/single.npz", "--to", "sklearn",
        "--dtype", "float32", "--compress", "--json")
      #expect(run.exitCode == 0)
      let object = try run.json
      #expect(Set(object.keys) == ["input", "output", "layout", "byteCount", "arrays", "model"])
      #expect(object["layout"] as? String == "sklearn")
      let arrays = try #require(object["arrays"] as? [[String: Any]])
      #expect(
        arrays.map { $0["name"] as? String } == [
          "coefs_0", "intercepts_0", "coefs_1", "intercepts_1", "activation", "out_activation",
          "classes",
        ])
      #expect(arrays.prefix(4).allSatisfy { $0["dtype"] as? String == "<f4" })
    }
  }

  @Test func `a file is converted in place with --force only`() throws {
    try withTemporaryFolder { folder throws in
      let file = try write(fixture("chapter-coefs.npz"), to: folder + "/weights.npz")
      let refused = try coefs("convert", file, file)
      #expect(refused.exitCode == 73)
      #expect(refused.output == "")
      #expect(
        refused.stderr
          == "coefs: \(file): it exists already, and is replaced only when that is asked for: "
          + "add --force\n")
      #expect(try Data(contentsOf: URL(filePath: file)) == Data(fixture("chapter-coefs.npz")))

      #expect(try coefs("convert", file, file, "--force").exitCode == 0)
      let inspection = try coefs("inspect", file, "--json").json
      #expect((inspection["model"] as? [String: Any])?["layout"] as? String == "mlp")
      #expect(try coefs("convert", file, file, "--to", "sklearn", "--force").exitCode == 0)
      #expect(try Data(contentsOf: URL(filePath: file)) == Data(fixture("chapter-coefs.npz")))
      #expect(try fileNames(in: folder) == ["weights.npz"])
    }
  }

  @Test func `what goes to stdout can be verified from stdin`() throws {
    let converted = try coefs(
      "convert", fixturePath("chapter-coefs.npz"), "-", "--format", "npz")
    #expect(converted.exitCode == 0)
    #expect(converted.stdout.starts(with: Data("PK".utf8)))
    #expect(converted.stderr.hasSuffix("\nread back: every array is bit for bit what was meant\n"))
    let verified = try coefs("verify", "-", "--json", input: converted.stdout)
    #expect(verified.exitCode == 0)
    #expect(try verified.json["correct"] as? Int == 481)

    let piped = try shell(
      #""$@" 2>/dev/null | "$1" verify - --rows 1000:1010 >/dev/null"#, "convert",
      fixturePath("chapter-coefs.npz"), "-", "--format", "npz")
    #expect(piped.exitCode == 0)
    #expect(piped.stderr == "")
  }

  @Test func `a lone array of weights is converted with its biases`() throws {
    try withTemporaryFolder { folder throws in
      let weights = fixturePath("perceptron-coefs.npy")
      let alone = try coefs("convert", weights, folder + "/out.npz")
      #expect(alone.exitCode == 65)
      #expect(alone.stderr.contains("--intercepts"))
      #expect(try fileNames(in: folder) == [])
      let both = try coefs(
        "convert", weights, folder + "/out.npz", "--intercepts",
        fixturePath("perceptron-intercepts.npy"))
      #expect(both.exitCode == 0)
      let verified = try coefs("verify", folder + "/out.npz", "--min-accuracy", "0.93", "--json")
      #expect(try verified.json["correct"] as? Int == 468)
    }
  }

  @Test func `a line for each part that the output cannot hold comes before the error`() throws {
    try withTemporaryFolder { folder throws in
      let (input, output) = (
        fixturePath("estimators/1.9.1/pipeline-two.joblib"), folder + "/out.npz"
      )
      let refused = try coefs("convert", input, output)
      #expect(refused.exitCode == 65)
      #expect(refused.output == "")
      let lines = refused.stderr.split(separator: "\n")
      #expect(
        lines.dropLast() == [
          "coefs: \(output): cannot hold MaxAbsScaler (divide), 'Pipeline.maxabsscaler'; --drop preprocessing leaves it out",
          "coefs: \(output): cannot hold StandardScaler (subtract, divide), 'Pipeline.standardscaler'; --drop preprocessing leaves it out",
        ])
      #expect(lines.last?.hasPrefix("coefs: \(input): the network expects inputs") == true)
      #expect(try fileNames(in: folder) == [])

      let dropped = try coefs(
        "convert", input, output, "--drop", "scaler", "--drop", "classes", "--json")
      #expect(dropped.exitCode == 0)
      #expect(
        dropped.stderr.split(separator: "\n").filter { $0.hasSuffix(", as asked") }.count == 3)
      let omissions = try #require(try dropped.json["omissions"] as? [[String: Any]])
      #expect(
        omissions.map { $0["part"] as? String } == [
          "preprocessing", "preprocessing", "classes", "training",
        ])
      #expect(omissions.map { $0["isAsked"] as? Bool } == [true, true, true, false])
      #expect(try dropped.json["dropped"] as? [String] == ["MaxAbsScaler", "StandardScaler"])
      let model = try coefs("inspect", output, "--json").json["model"] as? [String: Any]
      #expect(model?["classes"] is NSNull)
    }
  }

  @Test func `what no prediction depends on is told in one line`() throws {
    try withTemporaryFolder { folder throws in
      let output = folder + "/out.json"
      let run = try coefs("convert", fixturePath("estimators/1.9.1/digits.joblib"), output)
      #expect(run.exitCode == 0)
      #expect(
        run.stderr
          == "coefs: \(output): is without the training (_optimizer, loss_curve_), on which no prediction depends\n"
      )
    }
  }

  @Test func `of an ensemble nothing can be left out`() throws {
    try withTemporaryFolder { folder throws in
      let input = fixturePath("whole/voting-table.joblib")
      let run = try coefs("convert", input, folder + "/out.npz")
      #expect(run.exitCode == 65)
      #expect(run.stderr.contains("cannot hold VotingClassifier of 2 networks\n"))
      #expect(!run.stderr.contains("--drop"))
      #expect(
        try coefs("convert", input, folder + "/out.npz", "--drop", "preprocessing").exitCode == 65)
      #expect(try coefs("convert", input, folder + "/out.npz", "--drop", "ensemble").exitCode == 64)
    }
  }
}
