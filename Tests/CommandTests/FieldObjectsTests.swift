import Foundation
import TestSupport
import Testing

/// Files that people have reported, of estimators and what is around them, against fixtures/field/expected.json.
struct FieldObjectsTests {
  static let folder = fixturePath("field/")

  /// What expected.json says of a file.
  struct Expected: Decodable {
    let data: String?
    let probabilities: [[Double]]?
    let predictions: Predictions?

    enum CodingKeys: String, CodingKey {
      case data
      case probabilities = "predict_proba"
      case predictions = "predict"
    }

    /// A value for each row; of several networks a list for each.
    enum Predictions: Decodable {
      case one([Double])
      case several([[Double]])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
          if let one = try? container.decode([Double].self) {
            .one(one)
          } else {
            .several(try container.decode([[Double]].self))
          }
      }
    }
  }

  static func expected(_ file: String) throws -> Expected {
    let all = try jsonFixture("field/expected.json", as: [String: Expected].self)
    return try #require(all[file])
  }

  /// The files that are read, and the options that they need.
  static let read: [(file: String, options: [String])] = [
    ("A1-tuple-model-scaler.pkl", []), ("A5-list-of-one.pkl", []),
    ("A6-tuple-classes-pipeline.joblib", []), ("D1-gridsearch-make-scorer.sav", []),
    ("D3-gridsearch-predefined-split.pkl", []), ("D5-gridsearch-refit-multi.pkl", []),
    ("D6-halvinggridsearch.pkl", []),
    ("G1-own-class-with-pipeline.pkl", ["--allow-unknown-names"]),
    ("G3-subclass.pkl", ["--allow-unknown-names"]), ("G5-imblearn-pipeline.pkl", []),
    ("S1-mlp.pkl", ["--scaler", folder + "S1-scaler.pkl"]),
  ]

  @Test(arguments: read)
  func `predictions are scikit-learn's`(file: String, options: [String]) throws {
    let expected = try Self.expected(file)
    let data = try #require(expected.data)
    let run = try coefs(
      ["predict", Self.folder + file, "--data", Self.folder + data, "--proba", "--json"] + options)
    #expect(run.exitCode == 0, "\(run.stderr)")
    let found = try run.json
    if let probabilities = expected.probabilities {
      let rows = try #require(found["probabilities"] as? [[Double]])
      #expect(rows.count == probabilities.count)
      for (row, truth) in zip(rows, probabilities) {
        #expect(zip(row, truth).allSatisfy { abs($0 - $1) <= 1e-12 }, "\(row) \(truth)")
      }
    }
    if case .one(let values)? = expected.predictions {
      let rows = try #require(found["predictions"] as? [Double])
      #expect(rows.count == values.count)
      #expect(zip(rows, values).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
    }
  }

  @Test func `each of several networks can be chosen`() throws {
    let file = "A3-list-of-regressors.sav"
    let expected = try Self.expected(file)
    let refused = try coefs("predict", Self.folder + file, "--data", Self.folder + "rows-reg.csv")
    #expect(refused.exitCode == 65)
    #expect(
      refused.stderr.contains("several networks, under '[0]' and '[1]'; say which with --prefix"))
    guard case .several(let values)? = expected.predictions else {
      Issue.record("two networks are expected")
      return
    }
    for (index, values) in values.enumerated() {
      let run = try coefs(
        "predict", Self.folder + file, "--data", Self.folder + "rows-reg.csv", "--prefix",
        "[\(index)]", "--json")
      let found = try #require(try run.json["predictions"] as? [Double])
      #expect(found.count == values.count)
      #expect(zip(found, values).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
    }
  }

  /// The files that are refused, and what the one line says.
  static let refused: [(file: String, says: String)] = [
    ("G1-own-class-with-pipeline.pkl", "__main__.Wrapper, which no network needs"),
    ("G1-own-class-with-pipeline.pkl", "'regressor.mlpregressor'; --allow-unknown-names reads it"),
    ("G3-subclass.pkl", "a network is in it: 'SubMLP'"),
    ("H1-joblib-lz4.joblib", "joblib.dump(model, file, compress=('zlib', 3))"),
    ("H3-joblib-bz2.joblib", "joblib.dump(model, file, compress=('zlib', 3))"),
    ("H7-mlflow", "it is a model of MLflow, which is not read; name the pickle in it: model.pkl"),
    ("H8-zipped-pickle.zip", "it is an archive of files, which is not read; unpack it"),
    ("H13-model.onnx", "the ONNX graph is damaged: at byte 12"),
    ("H17-cloudpickle-class-by-value.pkl", "a network is in it: 'm'"),
  ]

  @Test(arguments: refused)
  func `what is not read is named in one line`(file: String, says: String) throws {
    for command in ["verify", "predict"] {
      let run = try coefs(command, Self.folder + file)
      #expect(run.exitCode == 65)
      #expect(run.stderr.contains(says), "\(run.stderr)")
      #expect(run.stderr.split(separator: "\n").count == 1)
      #expect(run.output.isEmpty)
    }
  }

  @Test func `the pickle in a folder of MLflow is read`() throws {
    let expected = try Self.expected("H7-mlflow")
    let run = try coefs(
      "predict", Self.folder + "H7-mlflow/model.pkl", "--data", Self.folder + "rows-iris.csv",
      "--proba", "--json")
    let rows = try #require(try run.json["probabilities"] as? [[Double]])
    let truth = try #require(expected.probabilities)
    #expect(rows.count == truth.count)
    #expect(zip(rows.joined(), truth.joined()).allSatisfy { abs($0 - $1) <= 1e-12 })
  }

  @Test func `pixels of the wrong scale are noticed`() throws {
    let file = Self.folder + "K1-digits-raw-pixels.joblib"
    let run = try coefs("verify", file)
    #expect(run.exitCode == 1)
    #expect(
      run.output.contains("note: the inputs may have another scale: divided by 1.0 and not by 15.0")
    )
    #expect(try coefs("verify", file, "--scale", "1").output.contains("\naccuracy 0.92: "))
  }

  @Test func `a scaler in a file of its own goes with every command`() throws {
    let scaler = ["--scaler", Self.folder + "S1-scaler.pkl"]
    let model = Self.folder + "S1-mlp.pkl"
    #expect(
      try coefs(["inspect", model] + scaler).output.contains("inputs go through StandardScaler"))
    try withTemporaryFolder { folder in
      let whole = folder + "/whole.skops"
      #expect(try coefs(["convert", model, whole] + scaler).exitCode == 0)
      #expect(try coefs("inspect", whole).output.contains("inputs go through StandardScaler"))
      // The scaler is for the one of the two that has none.
      let same = try coefs(["diff", whole, model] + scaler)
      #expect(same.exitCode == 0, "\(same.output) \(same.stderr)")
      #expect(try coefs("diff", whole, model).exitCode == 1)
    }
    let twice = try coefs(["predict", Self.folder + "G5-imblearn-pipeline.pkl"] + scaler)
    #expect(twice.exitCode == 65)
    #expect(
      twice.stderr.contains(
        "the network has its own preprocessing: StandardScaler; leave --scaler out"))
  }
}
