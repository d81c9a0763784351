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
}
