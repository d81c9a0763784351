import Coefs
import Foundation
import TestSupport
import Testing

struct TrainTests {
  private let chapter = [
    "--hidden-layer-sizes", "16", "--activation", "logistic", "--random-state", "1",
    "--learning-rate-init", "0.1",
  ]

  @Test func `verbose lines are scikit-learn's own`() throws {
    try withTemporaryFolder { folder in
      let run = try coefs(["train", folder + "/m.npz", "--max-iter", "3", "--verbose"] + chapter)
      #expect(run.exitCode == 0)
      let lines = run.output.split(separator: "\n")
      #expect(
        lines.prefix(3) == [
          "Iteration 1, loss = 2.21958598", "Iteration 2, loss = 1.56912978",
          "Iteration 3, loss = 0.98970277",
        ])
      #expect(run.stderr.contains("the maximum of 3 epochs is reached"))
      let model = try Model(contentsOf: folder + "/m.npz")
      #expect(model.weights.layerSizes == [64, 16, 10])
      #expect(model.weights.activation == .init(.logistic, .stored))
      #expect(model.labels == (0..<10).map { .integer($0) })
    }
  }

  @Test func `JSON tells losses, end and model`() throws {
    try withTemporaryFolder { folder in
      let run = try coefs(
        ["train", folder + "/m.npz", "--max-iter", "2", "--json", "--to", "sklearn"] + chapter)
      #expect(run.exitCode == 0)
      let answer = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      #expect(answer?["iterations"] as? Int == 2)
      #expect((answer?["losses"] as? [Double])?.count == 2)
      #expect(answer?["stopped"] as? String == "max-iter")
      #expect((answer?["model"] as? [String: Any])?["layers"] as? [Int] == [64, 16, 10])
      #expect(try Model(contentsOf: folder + "/m.npz").weights.naming == "coefs_N")
    }
  }

  @Test(arguments: ["npz", "safetensors", "skops"])
  func `the ending says the format, and the file is verified at once`(format: String) throws {
    try withTemporaryFolder { folder in
      let file = "\(folder)/m.\(format)"
      let run = try coefs(["train", file, "--max-iter", "10"] + chapter)
      #expect(run.exitCode == 0, "\(run.stderr)")
      #expect(try coefs("inspect", file, "--json").json["format"] as? String == format)
      let verified = try coefs("verify", file, "--json", "--min-accuracy", "0.5").json
      let npz = folder + "/again.npz"
      #expect(try coefs("convert", file, npz).exitCode == 0)
      let again = try coefs("verify", npz, "--json", "--min-accuracy", "0.5").json
      #expect(verified["correct"] as? Int == again["correct"] as? Int)
      #expect(verified["passed"] as? Bool == true)
    }
  }

  @Test func `an ending that is none is refused before the work`() throws {
    let run = try coefs(["train", "/nowhere/m.h5"])
    #expect(run.exitCode == 64)
    #expect(
      run.stderr.contains(
        "end it in .npz, .safetensors, .skops, .onnx, .mlmodel, .json, .c, .h or .swift"))
  }

  @Test func `a CSV's last column is the answer`() throws {
    try withTemporaryFolder { folder in
      let csv =
        "a,b,kind\n"
        + (0..<40).map { "\($0),\($0 % 3),\($0 < 20 ? "low" : "high")" }
        .joined(separator: "\n")
      try csv.write(toFile: folder + "/data.csv", atomically: true, encoding: .utf8)
      let run = try coefs([
        "train", folder + "/m.npz", "--data", folder + "/data.csv", "--max-iter", "2",
        "--hidden-layer-sizes", "3", "--random-state", "0",
      ])
      #expect(run.exitCode == 0)
      let model = try Model(contentsOf: folder + "/m.npz")
      #expect(model.labels == [.text("high"), .text("low")])
      #expect(model.weights.layerSizes == [2, 3, 1])
    }
  }

  @Test func `an output that is there is not written over, and not trained for`() throws {
    try withTemporaryFolder { folder in
      try "mine".write(toFile: folder + "/m.npz", atomically: true, encoding: .utf8)
      let run = try coefs(["train", folder + "/m.npz", "--max-iter", "100000"] + chapter)
      #expect(run.exitCode == 73)
      #expect(try String(contentsOfFile: folder + "/m.npz", encoding: .utf8) == "mine")
    }
  }

  @Test(arguments: [
    (["--solver", "newton"], "the solver 'newton' is unknown; use adam, sgd or lbfgs"),
    (["--max-fun", "0"], "max_fun is 0; it must be above 0"),
    (["--learning-rate-init", "0"], "learning_rate_init is 0.0; it must be above 0"),
    (["--momentum", "2"], "momentum is 2.0; it must be in 0...1"),
    (["--hidden-layer-sizes", "4,0"], "hidden_layer_sizes"),
    (["--scale", "0"], "--scale"),
  ])
  func `parameters outside of scikit-learn's ranges are a usage error`(
    _ arguments: [String], _ text: String
  ) throws {
    try withTemporaryFolder { folder in
      let run = try coefs(["train", folder + "/m.npz"] + arguments)
      #expect(run.exitCode == 64)
      #expect(run.stderr.contains(text))
      #expect(!FileManager.default.fileExists(atPath: folder + "/m.npz"))
    }
  }

  @Test func `labels between the integers are no classes`() throws {
    try withTemporaryFolder { folder in
      try "1,0.5\n2,1.5\n".write(toFile: folder + "/d.csv", atomically: true, encoding: .utf8)
      let run = try coefs(["train", folder + "/m.npz", "--data", folder + "/d.csv"])
      #expect(run.exitCode == 65)
      #expect(run.stderr.contains("0.5 is not a class"))
      let regression = try coefs([
        "train", folder + "/m.npz", "--data", folder + "/d.csv", "--regressor", "--max-iter", "2",
      ])
      #expect(regression.exitCode == 0)
      #expect(try Model(contentsOf: folder + "/m.npz").weights.task == .regressor)
    }
  }
}
