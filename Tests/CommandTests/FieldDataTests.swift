import Coefs
import Foundation
import TestSupport
import Testing

/// Tables and arrays as people have them, against what scikit-learn predicts and measures for the same rows.
@Suite struct FieldDataTests {
  // MARK: fixtures/field

  private struct Expected: Decodable {
    let want: String
    let model: String?
    let predictProba: [[Double]]?
  }

  private func expected() throws -> [String: Expected] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      [String: Expected].self, from: Data(fixture("field/expected.json")))
  }

  /// What is refused, and a part of the error.
  static let refused: [String: String] = [
    "T29-x_test-y_test.npz": "the rows may be any of x_train, x_test; choose with --array",
    "T33-mnist-like.npz": "the rows may be any of x_train, x_test; choose with --array",
    "T37-dataframe.pkl": "it is a pickle, and rows are read from CSV, NPY and NPZ",
    "T38-records.npy": "save a matrix: numpy.save(file, df.to_numpy())",
    "T42-hex-and-underscore.csv": "line 1, column 0 (from 0): '0x10' is not a finite number",
    "T48-first-row-all-gaps.csv": "line 1, column 0 (from 0): the value is missing",
  ]

  @Test func `every table and array of fixtures-field is predicted, or refused with the reason`()
    throws
  {
    let files = try expected().filter { $0.key.hasPrefix("T") }
    #expect(files.count >= 20)
    for (file, expected) in files where !file.hasPrefix("T44") {
      let model = fixturePath("field/\(try #require(expected.model))")
      let run = try coefs(
        "predict", model, "--data", fixturePath("field/\(file)"), "--proba", "--json")
      if let error = Self.refused[file] {
        #expect(run.exitCode == 65, "\(file): \(run.output)")
        #expect(run.stderr.contains(error), "\(file): \(run.stderr)")
        #expect(run.stdout.isEmpty)
        continue
      }
      #expect(run.exitCode == 0, "\(file): \(run.stderr)")
      try expectClose(
        run.json["probabilities"] as? [[Double]], try #require(expected.predictProba), file)
    }
  }

  @Test func `labels that pandas keeps as objects are measured`() throws {
    let run = try coefs(
      "verify", fixturePath("field/T0-iris-text.joblib"), "--data",
      fixturePath("field/T31-object-labels.npz"), "--min-accuracy", "0", "--json")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(try run.json["count"] as? Int == 6)
    #expect(try run.json["passed"] as? Bool == true)
  }

  @Test func `a header of numbers is no row to train on`() throws {
    try withTemporaryFolder { folder in
      let run = try coefs([
        "train", folder + "/m.npz", "--data",
        fixturePath("field/T44-train-pandas-default-header.csv"),
        "--max-iter", "1", "--hidden-layer-sizes", "3", "--batch-size", "150", "--json",
      ])
      #expect(run.exitCode == 0, "\(run.stderr)")
      #expect(run.stderr.contains("names in line 1"))
      #expect(try Model(contentsOf: folder + "/m.npz").labels == [0, 1, 2])
    }
  }

  // MARK: fixtures/field-data

  private struct Case: Decodable {
    let file: String
    let model: String?
    let command: String
    let options: [String]
    let predictions: [Double]?
    let probabilities: [[Double]]?
    let error: String?
    let said: String?
    let correct: Int?
    let r2: Double?
    let mae: Double?
    let rmse: Double?
    let layers: [Int]?
    let classes: [ClassLabels.Label]?

    private enum CodingKeys: CodingKey {
      case file, model, command, options, predictions, probabilities, error, said, correct
      case r2, mae, rmse, layers, classes
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      file = try values.decode(String.self, forKey: .file)
      model = try values.decodeIfPresent(String.self, forKey: .model)
      command = try values.decode(String.self, forKey: .command)
      options = try values.decode([String].self, forKey: .options)
      // Labels that are texts are compared by their probabilities.
      predictions = try? values.decode([Double].self, forKey: .predictions)
      probabilities = try values.decodeIfPresent([[Double]].self, forKey: .probabilities)
      error = try values.decodeIfPresent(String.self, forKey: .error)
      said = try values.decodeIfPresent(String.self, forKey: .said)
      correct = try values.decodeIfPresent(Int.self, forKey: .correct)
      r2 = try values.decodeIfPresent(Double.self, forKey: .r2)
      mae = try values.decodeIfPresent(Double.self, forKey: .mae)
      rmse = try values.decodeIfPresent(Double.self, forKey: .rmse)
      layers = try values.decodeIfPresent([Int].self, forKey: .layers)
      classes = try values.decodeIfPresent([ClassLabels.Label].self, forKey: .classes)
    }
  }

  private func path(_ model: String) -> String {
    ["field-data", "field"].map { fixturePath("\($0)/\(model)") }
      .first { FileManager.default.fileExists(atPath: $0) } ?? model
  }

  @Test func `every kind of table and array gives what scikit-learn gives`() throws {
    let cases = try jsonFixture("field-data/cases.json", as: [Case].self)
    #expect(cases.count > 100)
    try withTemporaryFolder { folder in
      for item in cases {
        let data = ["--data", fixturePath("field-data/\(item.file)"), "--json"]
        let run: CommandRun
        switch item.command {
        case "train":
          let training = [
            "train", folder + "/m.npz", "--force", "--max-iter", "1", "--hidden-layer-sizes", "3",
          ]
          run = try coefs(training + data + item.options)
        case "predict" where item.error == nil && item.probabilities != nil:
          run = try coefs(["predict", path(item.model ?? ""), "--proba"] + data + item.options)
        default:
          run = try coefs([item.command, path(item.model ?? "")] + data + item.options)
        }
        try check(run, item)
      }
    }
  }

  private func check(_ run: CommandRun, _ item: Case) throws {
    #expect(run.stderr.split(separator: "\n").count <= 2, "\(item.file): \(run.stderr)")
    if let error = item.error {
      #expect(run.exitCode == 65, "\(item.file): \(run.exitCode) \(run.output)")
      #expect(run.stderr.contains(error), "\(item.file): \(run.stderr)")
      #expect(run.stdout.isEmpty, "\(item.file)")
      return
    }
    #expect(run.exitCode == 0, "\(item.file): \(run.stderr)")
    let answer = try run.json
    if let said = item.said {
      #expect(run.stderr.contains(said), "\(item.file): \(run.stderr)")
      #expect((answer["detected"] as? String)?.contains(said) == true, "\(item.file)")
    }
    if let probabilities = item.probabilities {
      try expectClose(answer["probabilities"] as? [[Double]], probabilities, item.file)
    } else if let predictions = item.predictions {
      try expectClose([answer["predictions"] as? [Double] ?? []], [predictions], item.file)
    }
    if let correct = item.correct {
      #expect(answer["correct"] as? Int == correct, "\(item.file)")
      #expect(answer["passed"] is NSNull, "\(item.file): no threshold was given")
    }
    if let r2 = item.r2, let mae = item.mae, let rmse = item.rmse {
      let found = ["r2", "mae", "rmse"].map { answer[$0] as? Double ?? .nan }
      try expectClose([found], [[r2, mae, rmse]], item.file)
      #expect((answer["cost"] as? [String: Any])?.keys.sorted() == ["identity"])
    }
    if let layers = item.layers {
      let model = answer["model"] as? [String: Any]
      #expect(layers.isEmpty || (model?["layers"] as? [Int])?.first == layers[0], "\(item.file)")
    }
  }

  /// Compares within what the order of sums changes.
  private func expectClose(_ found: [[Double]]?, _ expected: [[Double]], _ file: String) throws {
    let found = try #require(found, "\(file)")
    #expect(found.map(\.count) == expected.map(\.count), "\(file)")
    for (one, other) in zip(found.joined(), expected.joined()) {
      #expect(abs(one - other) <= 1e-9 * max(1, abs(other)), "\(file): \(one), not \(other)")
    }
  }
}
