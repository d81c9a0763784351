import Foundation
import TestSupport
import Testing

/// safetensors files and skops archives, through the command.
@Suite struct FormatTests {
  @Test func `a network is converted to safetensors, verified and converted back`() throws {
    try withTemporaryFolder { folder throws in
      let output = folder + "/a.safetensors"
      let run = try coefs("convert", fixturePath("chapter-coefs.npz"), output)
      #expect(run.exitCode == 0)
      #expect(run.stderr == "")
      #expect(
        run.output.contains(
          """
          wrote \(output), 10064 bytes, mlp layout:
            weights_0  <f8  (16, 64)
            biases_0  <f8  (16,)
            weights_1  <f8  (10, 16)
            biases_1  <f8  (10,)
          read back: every array is bit for bit what was meant
          """))
      // Told by the content, whatever the name says.
      let renamed = try write(
        Data(contentsOf: URL(filePath: output)), to: folder + "/weights.bin")
      let verified = try coefs("verify", renamed, "--json")
      #expect(verified.exitCode == 0)
      #expect(try verified.json["correct"] as? Int == 481)
      let back = try coefs("convert", output, folder + "/b.npz", "--to", "sklearn")
      #expect(back.exitCode == 0)
      #expect(
        try Data(contentsOf: URL(filePath: folder + "/b.npz"))
          == Data(fixture("chapter-coefs.npz")))
    }
  }

  @Test func `inspect tells types by the file's own names, and what stands beside them`() throws {
    let run = try coefs("inspect", fixturePath("safetensors/bfloat16.safetensors"), "--json")
    #expect(run.exitCode == 0)
    let object = try run.json
    #expect(object["format"] as? String == "safetensors")
    let arrays = try #require(object["arrays"] as? [[String: Any]])
    #expect(arrays.map { $0["dtype"] as? String } == Array(repeating: "BF16", count: 4))
    let noted = try coefs("inspect", fixturePath("safetensors/sequential.safetensors"))
    #expect(noted.output.hasSuffix("note: metadata 'format': pt\n"))
    // What could steer a terminal is shown as an escape.
    let odd = try coefs("inspect", fixturePath("safetensors/note.safetensors"))
    #expect(odd.output.contains(#"'"\\u{a}\u{1}é\u{7f}/'"#))
    #expect(odd.exitCode == 0)
  }

  @Test func `PyTorch's names are asked for`() throws {
    try withTemporaryFolder { folder throws in
      let run = try coefs(
        "convert", fixturePath("deep.npz"), folder + "/a.safetensors", "--names", "torch",
        "--dtype", "float32", "--json")
      #expect(run.exitCode == 0)
      let arrays = try #require(run.json["arrays"] as? [[String: Any]])
      #expect(arrays.map { $0["name"] as? String }.suffix(2) == ["6.weight", "6.bias"])
      #expect(arrays.allSatisfy { $0["dtype"] as? String == "<f4" })
      let wrong = try coefs(
        "convert", fixturePath("deep.npz"), folder + "/b.safetensors", "--names", "torch", "--to",
        "sklearn")
      #expect(wrong.exitCode == 64)
      #expect(wrong.stderr.hasSuffix("PyTorch's names go with the layout mlp\n"))
      let compressed = try coefs(
        "convert", fixturePath("deep.npz"), folder + "/b.safetensors", "--compress")
      #expect(compressed.exitCode == 64)
      #expect(try fileNames(in: folder) == ["a.safetensors"])
    }
  }

  @Test func `an estimator leaves a skops archive and comes back into one`() throws {
    try withTemporaryFolder { folder throws in
      let archive = fixturePath("skops/digits.skops")
      let verified = try coefs("verify", archive, "--json")
      #expect(verified.exitCode == 0)
      #expect(try verified.json["correct"] as? Int == 481)
      let run = try coefs("convert", archive, folder + "/weights.npz", "--to", "sklearn")
      #expect(run.exitCode == 0)
      #expect(
        try Data(contentsOf: URL(filePath: folder + "/weights.npz"))
          == Data(fixture("chapter-coefs.npz")))
      let written = try coefs("convert", folder + "/weights.npz", folder + "/again.skops")
      #expect(written.exitCode == 0)
      #expect(written.output.contains("sklearn layout:\n  coefs_0  <f8  (64, 16)\n"))
      let again = try coefs("inspect", folder + "/again.skops", "--json").json
      #expect(again["format"] as? String == "skops")
      #expect((again["model"] as? [String: Any])?["classes"] as? [Int] == Array(0..<10))
      let taken = try coefs("convert", folder + "/weights.npz", folder + "/again.skops")
      #expect(taken.exitCode == 73)
    }
  }

  @Test func `a pipeline stays one in a skops archive`() throws {
    try withTemporaryFolder { folder throws in
      let first = fixturePath("skops/digits-standard.skops")
      let second = folder + "/a.skops"
      #expect(try coefs("convert", first, second).exitCode == 0)
      let answers = try [first, second].map {
        try coefs("predict", $0, "--rows", "1000:1100", "--proba", "--json").stdout
      }
      #expect(answers[0] == answers[1])
      #expect(!answers[0].isEmpty)
      // A file of weights cannot say what the scaler does.
      let alone = try coefs("convert", first, folder + "/a.npz")
      #expect(alone.exitCode == 65)
      #expect(alone.stderr.contains("--fold"))
    }
  }

  @Test func `an activation that nobody has said is not written down`() throws {
    try withTemporaryFolder { folder throws in
      let input = fixturePath("chapter-arr.npz")
      let run = try coefs("convert", input, folder + "/a.skops")
      #expect(run.exitCode == 65)
      #expect(
        run.stderr == "coefs: \(folder)/a.skops: an estimator has its activations in it, and its "
          + "out_activation would be a guess; give it with --out-activation\n")
      let told = try coefs(
        "convert", input, folder + "/a.skops", "--activation", "logistic", "--out-activation",
        "softmax")
      #expect(told.exitCode == 0)
      #expect(try fileNames(in: folder) == ["a.skops"])
    }
  }

  @Test func `what goes to stdout is what goes to a file`() throws {
    for format in ["safetensors", "skops"] {
      try withTemporaryFolder { folder throws in
        let file = "\(folder)/a.\(format)"
        let input = fixturePath("chapter-coefs.npz")
        #expect(try coefs("convert", input, file).exitCode == 0)
        let run = try coefs("convert", input, "-", "--format", format)
        #expect(run.exitCode == 0)
        #expect(run.stdout == (try Data(contentsOf: URL(filePath: file))))
        let read = try coefs("verify", "-", "--json", input: run.stdout)
        #expect(try read.json["correct"] as? Int == 481)
      }
    }
  }

  @Test func `files that lie are refused in one line`() throws {
    struct Hostile: Decodable {
      let name: String
      let file: String
    }
    let cases = try jsonFixture("safetensors/hostile.json", as: [Hostile].self)
    try withTemporaryFolder { folder throws in
      for item in cases
      where ["brackets", "an overlap", "a header of 2^64 - 1"].contains(item.name) {
        let path = try write(ContiguousArray<UInt8>(hex: item.file), to: folder + "/a.safetensors")
        let run = try coefs("verify", path)
        #expect(run.exitCode == 65, "\(item.name)")
        #expect(run.stderr.hasPrefix("coefs: \(path): "))
        #expect(run.stderr.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
      }
      let unknown = try coefs("verify", fixturePath("skops/refused/rounded.skops"))
      #expect(unknown.exitCode == 65)
      #expect(unknown.stderr.contains("numpy.round"))
    }
  }
}
