import Coefs
import Foundation
import NPY
import NPZ
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

  // MARK: Files of predictions

  private let iris = [
    "predict", fixturePath("field/T0-iris-text.joblib"), "--data",
    fixturePath("field/T6-label-text.csv"),
  ]

  @Test func `an output is what its name says`() throws {
    let expected = ["setosa", "setosa", "versicolor", "versicolor", "virginica", "virginica"]
    try withTemporaryFolder { folder throws in
      for ending in ["csv", "tsv", "npy", "npz", "json", "txt"] {
        let run = try coefs(iris + ["--output", "\(folder)/p.\(ending)"])
        #expect(run.exitCode == 0, "\(run.stderr)")
        #expect(run.stdout.isEmpty)
      }
      for (ending, names) in [("csv", "prediction\n"), ("tsv", "prediction\n"), ("txt", "")] {
        let text = try String(contentsOfFile: "\(folder)/p.\(ending)", encoding: .utf8)
        #expect(text == names + expected.joined(separator: "\n") + "\n")
      }
      #expect(try NPYFile.read(folder + "/p.npy").strings() == expected)
      let arrays = try NPZFile.read(folder + "/p.npz")
      #expect(arrays.map(\.name) == ["predictions", "classes"])
      #expect(try arrays[0].array.strings() == expected)
      let json = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: folder + "/p.json")))
      #expect((json as? [String: Any])?["predictions"] as? [String] == expected)
    }
  }

  @Test func `probabilities are columns and arrays of their own`() throws {
    try withTemporaryFolder { folder throws in
      let table = try coefs(iris + ["--proba", "--output", folder + "/p.csv"])
      #expect(table.exitCode == 0)
      let lines = try String(contentsOfFile: folder + "/p.csv", encoding: .utf8)
        .split(separator: "\n")
      #expect(
        lines[0] == "prediction,probability_setosa,probability_versicolor,probability_virginica")
      #expect(lines.count == 7)
      // What was written is read again.
      var options = TableOptions()
      options.columns = [
        "probability_setosa", "probability_versicolor", "probability_virginica",
      ]
      let again = try Dataset(contentsOf: folder + "/p.csv", options)
      #expect(again.inputs.columns == 3)
      #expect(try coefs(iris + ["--proba", "--output", folder + "/p.npz"]).exitCode == 0)
      let arrays = try NPZFile.read(folder + "/p.npz")
      #expect(arrays.map(\.name) == ["predictions", "probabilities", "classes"])
      #expect(arrays[1].array.shape == [6, 3])
      #expect(try arrays[1].array.reals(as: Double.self) == again.inputs.values)
      #expect(try coefs(iris + ["--proba", "--output", folder + "/p.npy"]).exitCode == 64)
      #expect(try coefs(iris + ["--json", "--output", folder + "/q.csv"]).exitCode == 64)
    }
  }

  @Test func `outputs that share labels have columns of their own`() throws {
    try withTemporaryFolder { folder throws in
      let output = folder + "/p.csv"
      let run = try coefs([
        "predict", fixturePath("whole/multioutput-classifier.pkl"), "--data",
        fixturePath("whole/numbers.npy"), "--proba", "--output", output,
      ])
      #expect(run.exitCode == 0)
      let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
      let names =
        "prediction_0,prediction_1,probability_0_0,probability_0_1,probability_0_2,"
        + "probability_1_4,probability_1_5"
      #expect(lines[0] == names)
      #expect(lines[1].split(separator: ",").count == 7)
    }
  }

  @Test func `cells are quoted where they have to be, and other endings are refused`() throws {
    try withTemporaryFolder { folder throws in
      let labels = ["a,b", "say \"so\"", "two\nlines"]
      let model = try write(
        npz([
          NamedArray("coefs_0", NDArray([1.0, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3])),
          NamedArray("intercepts_0", NDArray([0.0, 0, 0])),
          NamedArray("out_activation", NDArray(string: "softmax")),
          NamedArray("activation", NDArray(string: "relu")),
          NamedArray("classes", NDArray(strings: labels)),
        ]), to: folder + "/m.npz")
      let data = try write("9,0,0\n0,9,0\n0,0,9\n".utf8, to: folder + "/d.csv")
      let arguments = ["predict", model, "--data", data, "--output"]
      #expect(try coefs(arguments + [folder + "/p.csv"]).exitCode == 0)
      #expect(
        try String(contentsOfFile: folder + "/p.csv", encoding: .utf8)
          == "prediction\n\"a,b\"\n\"say \"\"so\"\"\"\n\"two\nlines\"\n")
      for name in ["p.xlsx", "p.parquet", "p.csv.gz"] {
        let run = try coefs(arguments + ["\(folder)/\(name)"])
        #expect(run.exitCode == 64)
        #expect(run.stderr.contains("end the name in .csv, .tsv, .npy, .npz, .json or .txt"))
      }
      #expect(try coefs(arguments + [folder + "/without-ending"]).exitCode == 0)
    }
  }

  @Test func `regressors and several labels are arrays of numbers`() throws {
    try withTemporaryFolder { folder throws in
      for (model, shape) in [
        ("regressor.npz", [5]), ("regressor-multi.npz", [5, 3]), ("multilabel.npz", [5, 3]),
      ] {
        let path = fixturePath(model)
        let run = try coefs([
          "predict", path, "--rows", "0:5", "--output", folder + "/p.npy", "--force",
        ])
        #expect(run.exitCode == 0, "\(run.stderr)")
        #expect(try NPYFile.read(folder + "/p.npy").shape == shape)
      }
    }
  }

  // MARK: Long tables

  @Test func `rows of many blocks are all predicted, and a part can be chosen`() throws {
    try withTemporaryFolder { folder throws in
      let rows = (0..<40_000).map { "\($0 % 7).5,3.\($0 % 10),1.4,0.2" }
      let text = "a,b,c,d\n" + rows.joined(separator: "\n")
      let data = try write(text.utf8, to: folder + "/d.csv")
      let model = fixturePath("field/T0-iris.joblib")
      let all = try coefs(["predict", model, "--data", data])
      let lines = all.output.split(separator: "\n")
      #expect(lines.count == 40_000)
      let part = try coefs(["predict", model, "--data", data, "--rows", "20000:20100"])
      #expect(part.output.split(separator: "\n") == Array(lines[20_000..<20_100]))
      let late = try write((text + "\n1,2,x,4\n").utf8, to: folder + "/late.csv")
      let broken = try coefs(["predict", model, "--data", late, "--output", folder + "/p.txt"])
      #expect(broken.exitCode == 65)
      #expect(broken.stderr.contains("line 40002, column 'c': 'x' is not a finite number"))
      #expect(try fileNames(in: folder) == ["d.csv", "late.csv"], "no half an output")
      let beyond = try coefs(["predict", model, "--data", data, "--rows", "39999:40001"])
      #expect(beyond.exitCode == 64)
      #expect(beyond.stdout.isEmpty)
      let limited = try coefs(["predict", model, "--data", data, "--max-bytes", "100000"])
      #expect(limited.exitCode == 65)
      #expect(limited.stderr.contains("allow more with --max-bytes"))
    }
  }

  @Test func `arrays of many blocks give what a table of the same rows gives`() throws {
    try withTemporaryFolder { folder in
      var rows: [[Double]] = []
      for row in 0..<40_000 {
        rows.append([Double(row % 7) + 0.5, 3 + Double(row % 10) / 10, 1.4, 0.2])
      }
      let lines: [String] = rows.map { row in row.map(\.description).joined(separator: ",") }
      let text = "a,b,c,d\n" + lines.joined(separator: "\n")
      let model = fixturePath("field/T0-iris.joblib")
      let table = try write(text.utf8, to: folder + "/d.csv")
      let expected = try coefs("predict", model, "--data", table, "--proba").output
        .split(separator: "\n")
      let array = try NDArray(Array(rows.joined()), shape: [40_000, 4])
      try NPYFile.write(array, to: folder + "/d.npy")
      try NPZFile.write([NamedArray("X", array)], to: folder + "/d.npz")
      for name in ["d.npy", "d.npz"] {
        let data = folder + "/" + name
        let all = try coefs("predict", model, "--data", data, "--proba")
        #expect(all.output.split(separator: "\n") == expected, "\(name)")
        let part = try coefs([
          "predict", model, "--data", data, "--proba", "--rows", "20000:20100",
        ])
        #expect(part.output.split(separator: "\n") == Array(expected[20_000..<20_100]), "\(name)")
        let beyond = try coefs(["predict", model, "--data", data, "--rows", "39999:40001"])
        #expect(beyond.exitCode == 64)
        let limited = try coefs(["predict", model, "--data", data, "--max-bytes", "100000"])
        #expect(limited.exitCode == 65)
        #expect(limited.stderr.contains("allow more with --max-bytes"), "\(limited.stderr)")
      }
      // The last value of an archive is damaged: no row after the first blocks is taken for sound.
      var bytes = try ContiguousArray(Data(contentsOf: URL(filePath: folder + "/d.npz")))
      let place = try #require(bytes.firstIndex(of: 0x50)) + 40_000 * 32
      bytes[place] ^= 1
      let damaged = try write(bytes, to: folder + "/damaged.npz")
      let run = try coefs(["predict", model, "--data", damaged, "--output", folder + "/p.csv"])
      #expect(run.exitCode == 65)
      #expect(run.stderr.contains("CRC-32"), "\(run.stderr)")
      #expect(try !fileNames(in: folder).contains("p.csv"), "no half an output")
    }
  }
}
