import Coefs
import Foundation
import NPY
import NPZ
import Sklearn
import TestSupport
import Testing

@Suite struct PredictionTests {
  /// Classifiers: the file, scikit-learn's answers, and how near its probabilities must be.
  static let classifiers: [(file: String, truth: String, tolerance: Double)] =
    [
      "chapter-W0", "chapter-W1", "chapter-arr", "chapter-big-endian", "chapter-coef0",
      "chapter-coefs", "chapter-coefs-deflated", "chapter-coefs-slash", "chapter-coefs-trailing",
      "chapter-fortran", "chapter-interleaved", "chapter-longdouble", "chapter-weights",
    ].map { ($0, "chapter", 2e-15) } + [
      ("chapter-float16", "chapter-float16", 2e-15), ("chapter-float32", "chapter-float32", 2e-6),
      ("binary", "binary", 2e-15), ("deep", "deep", 1e-14), ("tanh", "tanh", 1e-14),
      ("strings", "strings", 1e-14), ("perceptron", "perceptron", 2e-15),
      ("square-coefs", "square", 2e-15),
    ]

  @Test(arguments: classifiers)
  func `a classifier answers as scikit-learn does`(
    file: String, truth: String, tolerance: Double
  ) throws {
    let rows = try truthRows(truth + ".truth.npz")
    // Some of the chapter's files hold the weights alone.
    let options = SklearnWeights.Options(activation: truth == "chapter" ? .logistic : nil)
    let answers = try model(file + ".npz", options).predict(rows, probabilities: true)
    let labels = try array("labels", of: truth + ".truth.npz")
    if labels.dtype.kind == .unicode {
      let expected = try labels.strings()
      #expect(answers.predictions == expected.map { .label(.text($0)) })
    } else {
      let expected = try labels.integers()
      #expect(answers.predictions == expected.map { .label(.integer($0)) })
    }
    let proba = try array("proba", of: truth + ".truth.npz").reals(as: Double.self)
    let found = try #require(answers.probabilities).flatMap(\.self)
    #expect(found.count == proba.count)
    let greatest = zip(found, proba).map { abs($0 - $1) }.max()
    #expect(try #require(greatest) <= tolerance)
    #expect(answers.rows == [rows.rows.lowerBound, rows.rows.upperBound])
  }

  @Test(arguments: ["multilabel", "multilabel-two"])
  func `several labels are answered with zeros and ones`(file: String) throws {
    let rows = try truthRows(file + ".truth.npz")
    let model = try model(file + ".npz")
    let answers = try model.predict(rows, probabilities: true)
    let labels = try array("labels", of: file + ".truth.npz").integers()
    let found = answers.predictions.map { answer -> [Int] in
      if case .labels(let row) = answer { row } else { [] }
    }
    #expect(found.flatMap(\.self) == labels.map { Int($0) })
    #expect(found.allSatisfy { $0.count == model.outputs })
    let proba = try array("proba", of: file + ".truth.npz").reals(as: Double.self)
    let outputs = try #require(answers.probabilities).flatMap(\.self)
    #expect(outputs.count == proba.count)
    #expect(zip(outputs, proba).allSatisfy { abs($0 - $1) <= 1e-14 })
  }

  @Test(arguments: ["regressor", "regressor-multi"])
  func `a regressor answers as scikit-learn does`(file: String) throws {
    let answers = try model(file + ".npz").predict(
      truthRows(file + ".truth.npz"), probabilities: true)
    let expected = try array("prediction", of: file + ".truth.npz").reals(as: Double.self)
    let found = answers.predictions.flatMap { answer -> [Double] in
      switch answer {
      case .number(let number): [number]
      case .numbers(let numbers): numbers
      default: []
      }
    }
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-13 })
    #expect(answers.classes == nil)
    #expect(answers.probabilities == nil)
  }

  @Test func `a square network answers as scikit-learn does once its layout is told`() throws {
    let rows = try truthRows("square.truth.npz")
    let error = coefsError { _ = try model("square.npz") }
    #expect(error?.description.contains("fit both layouts") == true)
    let activation = try model("square-coefs.npz").weights.activation.activation
    let answers = try model("square.npz", .init(layout: .sklearn, activation: activation))
      .predict(rows)
    let labels = try array("labels", of: "square.truth.npz").integers()
    #expect(answers.predictions == labels.map { .label(.integer($0)) })
  }

  @Test func `what predictions depend on is stored or given, and the rest is listed`() throws {
    let rows = try Dataset.digits(.range(0..<3))
    let bare = try model("chapter-arr.npz")
    #expect(bare.weights.assumptions == [.activation, .outActivation])
    let unstated = SklearnError.unstated([.activation])
    #expect(coefsError { _ = try bare.predict(rows) }?.cause as? SklearnError == unstated)
    #expect(coefsError { _ = try bare.predictor() }?.cause as? SklearnError == unstated)
    let given = try model("chapter-arr.npz", .init(activation: .logistic))
    #expect(try given.predict(rows).assumed == [.outActivation])
    #expect(try given.predictor().assumed == [.outActivation])
    #expect(try model("chapter-coefs.npz").predictor().assumed == [])
    // A network without hidden layers does not depend on their activation.
    let layer = try Model(
      npz([
        NamedArray("w", try NDArray([1.0, 2, 3, 4, 5, 6], shape: [3, 2])),
        NamedArray("b", try NDArray([1.0, 2, 3])),
      ]), name: "layer.npz")
    #expect(try layer.predictor().assumed == [.outActivation])
    let one = try Model(
      npz([
        NamedArray("w", try NDArray([1.0, 2], shape: [2, 1])), NamedArray("b", try NDArray([1.0])),
      ]), name: "one.npz")
    #expect(
      coefsError { _ = try one.predictor() }?.cause as? SklearnError
        == .unstated([.outActivation]))
    let data = try Dataset(inputs: [[1, 2]], labels: [0])
    #expect(
      coefsError { _ = try one.verify(on: data) }?.cause as? SklearnError
        == .unstated([.outActivation]))
  }

  @Test func `a single output has two columns`() throws {
    let answers = try model("binary.npz").predict(
      .digits(.range(0..<3)), probabilities: true)
    for row in try #require(answers.probabilities) {
      #expect(row.count == 2)
      #expect(row[0] == 1 - row[1])
    }
  }

  @Test func `rows of another length are refused`() throws {
    let rows = try truthRows("square.truth.npz")
    let error = coefsError { _ = try model("chapter-coefs.npz").predict(rows) }
    #expect(error?.cause == DataError.wrongWidth(expected: 64, found: 10))
    #expect(error?.file == rows.name)
  }

  @Test func `answers are bare values in JSON`() throws {
    let digits = try Dataset.digits(.range(1_000..<1_002))
    let chapter = try jsonObject(model("chapter-coefs.npz").predict(digits))
    #expect(Set(chapter.keys) == ["rows", "classes", "predictions"])
    #expect(chapter["predictions"] as? [Int] == [1, 4])
    let proba = try jsonObject(model("chapter-coefs.npz").predict(digits, probabilities: true))
    #expect(Set(proba.keys) == ["rows", "classes", "predictions", "probabilities"])
    let several = try jsonObject(model("multilabel.npz").predict(digits))
    #expect((several["predictions"] as? [[Int]])?.map(\.count) == [3, 3])
    let regressor = try jsonObject(model("regressor.npz").predict(digits))
    #expect(regressor["classes"] is NSNull)
    #expect((regressor["predictions"] as? [Double])?.count == 2)
    let strings = try jsonObject(model("strings.npz").predict(digits))
    #expect((strings["predictions"] as? [String])?.count == 2)
  }

  @Test func `answers are printed with blanks between numbers`() {
    #expect(Predictions.Answer.labels([1, 0, 1]).description == "1 0 1")
    #expect(Predictions.Answer.numbers([0.5, -1]).description == "0.5 -1.0")
    #expect(Predictions.Answer.number(2).description == "2.0")
    #expect(Predictions.Answer.label(.boolean(true)).description == "True")
  }
}
