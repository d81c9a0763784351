import Coefs
import Foundation
import NPZ
import Testing
import TestSupport

/// What people pickle around a network: containers, searches, pipelines of imbalanced-learn, classes of their own.
struct FieldObjectsTests {
  /// A file of fixtures/field-objects, and what to say about it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var prefix: String?
    var allowsUnknownNames = false
    /// A scaler in a file of its own.
    var scaler: String?
    /// Parts of the notes.
    var notes: [String] = []

    var testDescription: String { name }

    init(
      _ name: String, prefix: String? = nil, unknown: Bool = false, scaler: String? = nil,
      _ notes: String...
    ) {
      self.name = name
      self.prefix = prefix
      allowsUnknownNames = unknown
      self.scaler = scaler
      self.notes = notes
    }

    func model() throws -> Model {
      var options = SklearnWeights.Options(
        prefix: prefix, allowsUnknownNames: allowsUnknownNames)
      if let scaler {
        options.scaler = try Preprocessing(
          contentsOf: fixturePath("field-objects/" + scaler))
      }
      let file = ["pkl", "joblib"].map { "field-objects/\(name).\($0)" }
        .first { FileManager.default.fileExists(atPath: fixturePath($0)) }
      return try Model(contentsOf: fixturePath(try #require(file)), options: options)
    }
  }

  static let cases = [
    Case(
      "dict", "'scaler' (StandardScaler) scales the inputs",
      "'columns' has the names of the inputs", "not used: 'accuracy'"),
    Case("nested", "not used: '[0].name'"),
    Case("encoded", "the labels are those of '[1]'"),
    Case("scaled-target", "'x_scaler' (MinMaxScaler) scales the inputs", "not used: 'y_scaler'"),
    Case("pipeline-and-scaler", "not used: '[1]'"),
    Case("two-steps", "'[1]' (MaxAbsScaler, StandardScaler) scales the inputs"),
    Case("with-frame", "not used: '[1]', '[2]'"),
    Case("two", prefix: "second", "not used: 'first'"),
    Case("repeated"), Case("splits"), Case("several-scores"), Case("halving-random"),
    Case("time-series"), Case("bayes"), Case("smote"), Case("smoteenn"),
    Case("oversampled-search"), Case("dill"), Case("cloudpickle"),
    Case(
      "unknown-nested", unknown: true, "'parts.names' has the names of the inputs",
      "not used: 'version'"),
    Case("unknown-scaled", unknown: true, "'scaler' (StandardScaler) scales the inputs"),
    Case("unknown-subclass", unknown: true), Case("unknown-search", unknown: true),
    Case("unscaled", scaler: "scaler.joblib"), Case("unscaled", scaler: "scaler.pkl"),
    Case("unscaled", scaler: "scaler.skops"), Case("unscaled", scaler: "scaler.npz"),
    Case("unscaled", scaler: "scaler-words.npz"), Case("unscaled", scaler: "scaler-mu.npz"),
    Case("unscaled", scaler: "scaler-variance.npz"), Case("unscaled", scaler: "scaler-dict.pkl"),
    Case("unscaled", scaler: "scaler-object.npz"),
    Case("ordered", "'scaler' (StandardScaler) scales the inputs"),
    Case("namespace", prefix: "parts.net", "not used: 'first'"),
    Case("bunch", "the labels are those of 'encoder'"),
    Case("default", "not used: 'rows'"), Case("bayes-categories"),
    Case("with-names"), Case("with-names-alone"),
  ]

  @Test(arguments: cases) func `predictions are scikit-learn's`(_ item: Case) throws {
    let model = try item.model()
    for note in item.notes {
      #expect(model.notes.contains { $0.hasPrefix(note) }, "\(model.notes)")
    }
    if item.notes.isEmpty { #expect(model.notes.isEmpty, "\(model.notes)") }
    let truth = try Dictionary(
      uniqueKeysWithValues: NPZFile.read(fixturePath("field-objects/\(item.name).truth.npz"))
        .map { ($0.name, $0.array) })
    let rows = try #require(truth["X"])
    let predictor = try model.predictor(as: Double.self)
    let predictions = try predictor.predict(
      rows: Matrix(
        rows: rows.shape[0], columns: rows.shape[1],
        values: ContiguousArray(rows.reals(as: Double.self))))
    let expected = try #require(truth["proba"] ?? truth["prediction"]).reals(as: Double.self)
    let found = predictions.flatMap { $0.probabilities + $0.values }
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
    guard let labels = truth["labels"] else { return }
    let texts =
      labels.dtype.kind == .unicode
      ? try labels.strings() : try labels.integers().map(String.init)
    #expect(predictions.map { $0.label?.description } == texts)
  }

  @Test(arguments: ["with-names.joblib", "with-names-alone.pkl"])
  func `the names of inputs are written and read back, and no others are made up`(
    _ file: String
  ) throws {
    let names = [
      "sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)",
    ]
    let model = try Model(contentsOf: fixturePath("field-objects/" + file))
    #expect(model.weights.outline.featureNames == names)
    try withTemporaryFolder { folder in
      for ending in ["skops", "npz", "safetensors"] {
        let path = "\(folder)/m.\(ending)"
        try model.write(to: path, options: .init(foldsInputTransform: ending != "skops"))
        let read = try Model(contentsOf: path)
        #expect(read.weights.outline.featureNames == names, "\(ending)")
        #expect(read.notes.isEmpty, "\(read.notes)")
      }
      let plain = try Model(contentsOf: fixturePath("field-objects/time-series.pkl"))
      try plain.write(to: folder + "/plain.npz")
      let arrays = try NPZFile.read(folder + "/plain.npz").map(\.name)
      #expect(!arrays.contains("feature_names_in_"))
    }
  }

  @Test func `several networks are not one`() throws {
    let path = fixturePath("field-objects/refused/two-networks.pkl")
    #expect(throws: CoefsError(path, SklearnError.severalModels(prefixes: ["[0]", "[1]"]))) {
      try Model(contentsOf: path)
    }
    let second = try Model(contentsOf: path, options: .init(prefix: "[1]"))
    #expect(second.weights.inputTransform != nil)
    #expect(
      throws: CoefsError(path, SklearnError.noModel(prefix: "[2]", known: ["[0]", "[1]"]))
    ) { try Model(contentsOf: path, options: .init(prefix: "[2]")) }
  }

  @Test func `of two scalers that fit none is guessed`() throws {
    let path = fixturePath("field-objects/refused/two-scalers.pkl")
    #expect(throws: CoefsError(path, SklearnError.severalScalers(paths: ["a", "b"]))) {
      try Model(contentsOf: path)
    }
  }

  @Test func `an unknown class is refused, and the error says where the network is`() throws {
    let path = fixturePath("field-objects/refused/own-class.pkl")
    let error = try #require(throws: CoefsError.self) { try Model(contentsOf: path) }
    #expect("\(error)".contains("train_model.Predictor"), "\(error)")
    #expect("\(error)".hasSuffix("a network is in it: 'net'"), "\(error)")
    #expect(error.category == .badContent)
    let model = try Model(contentsOf: path, options: .init(allowsUnknownNames: true))
    #expect(model.weights.layerSizes == [4, 5, 3])
  }

  @Test func `a scaler is not put in front of a pipeline, or of a network of other inputs`() throws
  {
    let steps = try Preprocessing(contentsOf: fixturePath("field-objects/scaler.pkl"))
    #expect(throws: CoefsError.self) {
      try Model(
        contentsOf: fixturePath("field-objects/smote.joblib"), options: .init(scaler: steps))
    }
    #expect(throws: CoefsError.self) {
      try Model(contentsOf: fixturePath("chapter-coefs.npz"), options: .init(scaler: steps))
    }
    #expect(throws: CoefsError.self) {
      try Preprocessing(contentsOf: fixturePath("chapter-coefs.npz"))
    }
  }
}
