import Pickle
import Coefs
import Foundation
import TestSupport
import Testing

/// Estimators as scikit-learn 0.18 to 1.9 pickled them, against the answers that it gave itself.
struct EstimatorTests {
  /// The versions of scikit-learn; `-2` is Python 2.
  static let versions = [
    "0.18.2", "0.19.2", "0.19.2-2", "0.20.4", "0.22.2", "1.2.2", "1.4.2", "1.9.1",
  ]

  /// Every file of a version that is an estimator, with the name of the truth that goes with it.
  static func files(of version: String) -> [(file: String, truth: String)] {
    let folder = "estimators/\(version)"
    return [".pkl", ".joblib"].flatMap { fixtureNames(in: folder, suffix: $0) }.map { file in
      let name = file.split(separator: ".")[0]
      return ("\(folder)/\(file)", "\(folder)/\(name).truth.npz")
    }
  }

  /// joblib's compressors that are not read.
  static let unread = [".bz2.joblib", ".xz.joblib", ".lzma.joblib", ".lz4.joblib"]

  @Test(arguments: versions)
  func `every estimator answers as it did in Python`(version: String) throws {
    var count = 0
    for (file, truth) in Self.files(of: version)
    where !Self.unread.contains(where: file.hasSuffix) {
      let model = try model(file)
      let rows = try Dataset(contentsOf: fixturePath(truth))
      let answers = try model.predict(rows, probabilities: true)
      // The rows are float32 too, and scikit-learn computes in it; Coefs computes in float64.
      let tolerance = file.contains("float32") ? 2e-6 : 1e-12
      try check(answers, against: truth, tolerance: tolerance, "\(file)")
      #expect(model.notes == [])
      #expect(model.isProgram)
      count += 1
    }
    let expected = [
      "0.18.2": 15, "0.19.2": 69, "0.19.2-2": 52, "0.20.4": 15, "0.22.2": 15, "1.2.2": 69,
      "1.4.2": 15, "1.9.1": 190,
    ]
    #expect(count == expected[version])
  }

  @Test(arguments: ["0.4.0", "0.6.0"])
  func `archives of skops's protocols 0 and 1 answer as their estimators did`(
    version: String
  ) throws {
    let files = fixtureNames(in: "skops/\(version)", suffix: ".skops")
    #expect(files.count == 9)
    for file in files {
      let truth = "estimators/1.2.2/\(file.dropLast(6)).truth.npz"
      let answers = try model("skops/\(version)/\(file)").predict(
        Dataset(contentsOf: fixturePath(truth)), probabilities: true)
      try check(answers, against: truth, tolerance: 1e-12, "\(file)")
    }
  }

  /// Compares labels exactly, and numbers within a tolerance of their size.
  private func check(
    _ answers: Predictions, against truth: String, tolerance: Double, _ file: Comment
  ) throws {
    let found: [Double]
    let expected: [Double]
    if let probabilities = answers.probabilities {
      found = probabilities.flatMap(\.self)
      expected = Array(try array("proba", of: truth).reals(as: Double.self))
      let labels = try array("labels", of: truth)
      if labels.shape.count == 2 {
        let rows = answers.predictions.map { answer -> [Int] in
          if case .labels(let row) = answer { row } else { [] }
        }
        let expected = try labels.integers().map { Int($0) }
        #expect(rows.flatMap(\.self) == expected, file)
      } else {
        let expected = try Self.labels(labels)
        #expect(answers.predictions == expected.map { .label($0) }, file)
      }
    } else {
      found = answers.predictions.flatMap { answer -> [Double] in
        switch answer {
        case .number(let number): [number]
        case .numbers(let numbers): numbers
        default: []
        }
      }
      expected = Array(try array("prediction", of: truth).reals(as: Double.self))
    }
    #expect(found.count == expected.count, file)
    for (a, b) in zip(found, expected) {
      let difference = abs(a - b)
      #expect(difference <= tolerance * max(1, abs(b)), file)
    }
  }

  private static func labels(_ array: NDArray) throws -> [ClassLabels.Label] {
    switch array.dtype.kind {
    case .unicode, .bytes: try array.strings().map { .text($0) }
    case .bool: try array.integers().map { .boolean($0 != 0) }
    case .float: try array.reals(as: Double.self).map { .number($0) }
    case .uint: try array.unsignedIntegers().map { .integer(Int64($0)) }
    default: try array.integers().map { .integer($0) }
    }
  }

  @Test(arguments: versions.dropLast())
  func `lists of matrices that NumPy saved as objects are read`(version: String) throws {
    let folder = "estimators/\(version)/"
    let rows = try Dataset(contentsOf: fixturePath(folder + "lists.truth.npz"))
    var options = SklearnWeights.Options()
    options.activation = .relu
    let labels = try array("labels", of: folder + "lists.truth.npz").integers()
    let models = [
      try model(folder + "lists.npz", options),
      try Model(
        contentsOf: fixturePath(folder + "lists-coefs.npy"),
        intercepts: fixturePath(folder + "lists-intercepts.npy"), options: options),
    ]
    for model in models {
      let answers = try model.predict(rows, probabilities: true)
      #expect(answers.predictions == labels.map { .label(.integer($0)) })
      let expected = try array("proba", of: folder + "lists.truth.npz").reals(as: Double.self)
      let found = try #require(answers.probabilities).flatMap(\.self)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-12 })
    }
  }

  @Test(
    arguments: zip(unread, ["bzip2", "xz", "lzma", "lz4"]))
  func `a compression that is not read is named, with the way out`(
    suffix: String, name: String
  ) throws {
    let file = fixturePath("estimators/1.9.1/compressed" + suffix)
    let error = #expect(throws: CoefsError.self) { try Model(contentsOf: file) }
    #expect(error?.cause == PickleError.unsupportedCompression(name: name))
    #expect(error?.category == .badContent)
    #expect(error?.description.contains("joblib.dump(model, file, compress=('zlib', 3))") == true)
  }

  /// Why each of the estimators that are no network is refused.
  static let refused: [(name: String, reason: String)] = [
    ("unfitted", "'MLPClassifier' is not fitted: it has no coefs_"),
    ("unfitted-pipeline", "'Pipeline.standardscaler' is not fitted: it has no mean_"),
    ("unfitted-scaler", "'Pipeline.scale' is not fitted: it has no mean_"),
    ("unfitted-grid", "'GridSearchCV' is not fitted: it has no best_estimator_"),
    ("no-refit", "'GridSearchCV' is not fitted: it has no best_estimator_"),
    (
      "kernel-pca",
      "'Pipeline.kernelpca' is of the class sklearn.decomposition._kernel_pca.KernelPCA: networks"
    ),
    ("spline", "'Pipeline.splinetransformer' is of the class sklearn.preprocessing._polynomial."),
    ("naive-bayes", "'GaussianNB' is of the class sklearn.naive_bayes."),
    ("scaler", "preprocessing without a network after it"),
    ("pipeline-without-network", "'Pipeline.gaussiannb' is of the class sklearn.naive_bayes."),
    ("rounded", "its func is the function numpy.round"),
  ]

  @Test(arguments: refused)
  func `what is no fitted network is refused by name`(name: String, reason: String) throws {
    let file = fixturePath("estimators/1.9.1/refused/\(name).pkl")
    let error = try #require(throws: CoefsError.self) { try Model(contentsOf: file) }
    #expect(error.description.contains(reason), "\(error)")
    #expect(error.category == .badContent)
    // The file itself is sound.
    let inspection = try Inspection(contentsOf: file)
    #expect(inspection.model == nil)
    #expect(inspection.notes.contains { $0.hasPrefix("no model: ") && $0.contains(reason) })
    #expect(inspection.globals?.isEmpty == false)
    #expect(inspection.format == "pickle")
  }

  @Test func `no estimator that is refused goes untested`() {
    let files = fixtureNames(in: "estimators/1.9.1/refused", suffix: ".pkl")
    #expect(files == Self.refused.map { $0.name + ".pkl" }.sorted())
  }

  @Test func `what an estimator says is told as stored`() throws {
    let binary = try model("estimators/1.9.1/binary.p2.pkl").weights
    #expect(binary.classes?.labels == [.integer(4), .integer(5)])
    #expect(binary.activation == .init(.logistic, .stored))
    #expect(binary.outActivation == .init(.logistic, .stored))
    #expect(binary.naming == "MLPClassifier.coefs_")
    #expect(binary.layout == .sklearn)
    let strings = try model("estimators/1.9.1/objects.joblib")
    #expect(strings.labels == [.text("c"), .text("é"), .text("日本")])
    #expect(
      try model("estimators/1.9.1/boolean.p0.pkl").labels == [.boolean(false), .boolean(true)])
    let large = try model("estimators/1.9.1/big-integers.p5.pkl")
    #expect(large.labels == [.integer(-3), .integer(7), .integer(1 << 40)])
    let poisson = try model("estimators/1.9.1/poisson.p4.pkl").weights
    #expect(poisson.outActivation == .init(.exp, .stored))
    #expect(poisson.task == .regressor)
    let search = try model("estimators/1.9.1/grid-pipeline.p5.pkl").weights
    #expect(search.naming == "GridSearchCV.best_estimator_.mlpclassifier.coefs_")
    let single = try model("estimators/1.9.1/float32.p3.pkl").weights
    #expect(single.dtypeName == "float32")
    let odd = try model("estimators/1.9.1/stored-otherwise.joblib").weights
    #expect(odd.layers[0].weights.header.isFortranOrder)
    #expect(odd.layers[0].biases.dtype.description == ">f8")
  }

  @Test func `scalers are told in their order, and what they do`() throws {
    let two = ModelSummary(try model("estimators/1.9.1/pipeline-two.joblib").weights)
    let scalers = try #require(two.inputTransform)
    #expect(scalers.map(\.name) == ["MaxAbsScaler", "StandardScaler"])
    #expect(scalers.map(\.operations) == [["divide"], ["subtract", "divide"]])
    let clipped = try model("estimators/1.9.1/pipeline-minmax-clip.joblib").weights
    #expect(clipped.inputTransform?.operations.last == .clip(0...1))
    let nothing = try model("estimators/1.9.1/pipeline-passthrough.joblib").weights
    #expect(nothing.inputTransform?.steps.map(\.name) == ["RobustScaler"])
    #expect(try model("estimators/1.9.1/multiclass.joblib").weights.inputTransform == nil)
  }

  @Test func `an embedder who only evaluates has the scalers applied`() throws {
    let network = try model("estimators/1.9.1/digits-standard.joblib").weights.mlp()
    let truth = "estimators/1.9.1/digits-standard.truth.npz"
    let rows = try Dataset(contentsOf: fixturePath(truth)).inputs
    let expected = try array("proba", of: truth).reals(as: Double.self)
    let found = try network.evaluate(rows).values
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-12 })
    let one = try network.evaluate(rows.row(3))
    #expect(one.elementsEqual(found[30..<40]))
    #expect(try network.feedforward(rows.row(3)).last == one)
  }

  @Test func `a name that promises another kind is told`() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        fixture("estimators/1.9.1/digits.joblib"), to: folder + "/weights.npz")
      let model = try Model(contentsOf: path)
      #expect(model.notes == ["the name says an archive of arrays, but the content is a pickle"])
      #expect(try Inspection(contentsOf: path).notes == model.notes)
      let verification = try model.verify(on: Dataset.digits())
      #expect(verification.notes == model.notes)
      let other = try write(fixture("chapter-arr.npz"), to: folder + "/model.pkl")
      #expect(
        try Model(contentsOf: other).notes
          == ["the name says a pickle, but the content is an archive of arrays"])
    }
  }

  @Test func `biases of their own do not go with a pickle`() throws {
    let pickle = fixturePath("estimators/1.9.1/multiclass.joblib")
    let lone = fixturePath("perceptron-intercepts.npy")
    for (file, intercepts) in [(pickle, lone), (fixturePath("perceptron-coefs.npy"), pickle)] {
      let error = #expect(throws: CoefsError.self) {
        try Model(contentsOf: file, intercepts: intercepts)
      }
      #expect(error?.category == .usage)
    }
  }
}
