import Coefs
import Foundation
import TestSupport
import Testing

@Suite struct VerificationTests {
  static let chapter = fixtureNames(in: ".", suffix: ".npz").filter {
    $0.hasPrefix("chapter-") && !$0.hasSuffix(".truth.npz")
  }

  @Test func `there are fixtures of the chapter's network`() {
    #expect(Self.chapter.count == 15)
  }

  @Test(arguments: chapter)
  func `the chapter's network has 481 of 500 right`(file: String) throws {
    let digits = try Dataset.digits()
    let softmax = try model(file).verify(on: digits, minAccuracy: 0.96)
    #expect(softmax.accuracy == 0.962)
    #expect(softmax.correct == 481)
    #expect(softmax.count == 500)
    #expect(softmax.passed == true)
    #expect(softmax.notes == [])
    #expect(softmax.model.outActivation.name == "softmax")

    let logistic = try model(file, .init(outActivation: .logistic)).verify(on: digits)
    #expect(logistic.correct == 481)
    #expect(logistic.confusion == softmax.confusion)
    #expect(logistic.cost.own == softmax.cost.logistic)
    #expect(logistic.cost.activation == .logistic)
  }

  @Test func `the rows that were trained on have scikit-learn's costs`() throws {
    let verification = try model("chapter-arr.npz").verify(on: .digits(.train))
    #expect(verification.accuracy == 1)
    #expect(verification.correct == 1_000)
    try expectClose(verification.cost[.softmax], 5.670512721637246e-05)
    try expectClose(verification.cost[.logistic], 1.4312471055383236)
    #expect(verification.ownCost == verification.cost[.softmax])
  }

  @Test func `every range of the truth has scikit-learn's costs and counts`() throws {
    let truth = "chapter.truth.npz"
    let ranges = try array("ranges", of: truth).integers().map { Int($0) }
    let correct = try array("correct", of: truth).integers()
    let softmax = try array("cost_softmax", of: truth).reals(as: Double.self)
    let logistic = try array("cost_logistic", of: truth).reals(as: Double.self)
    let model = try model("chapter-coefs.npz")
    #expect(correct.count == 2)
    for index in correct.indices {
      let rows = ranges[2 * index]..<ranges[2 * index + 1]
      let verification = try model.verify(on: .digits(.range(rows)))
      #expect(verification.correct == Int(correct[index]))
      try expectClose(verification.cost[.softmax], softmax[index])
      try expectClose(verification.cost[.logistic], logistic[index])
    }
  }

  private func expectClose(_ found: Double?, _ expected: Double) throws {
    let found = try #require(found)
    #expect(abs(found - expected) < 1e-12 * expected, "\(found) instead of \(expected)")
  }

  @Test(arguments: ["deep", "tanh", "perceptron"])
  func `other networks have as many right as in scikit-learn`(file: String) throws {
    let verification = try model(file + ".npz").verify(on: .digits())
    #expect(
      try verification.correct.map(Int64.init)
        == array("correct", of: file + ".truth.npz").integers()[0])
  }

  @Test func `confusion counts every row once, and right answers on its diagonal`() throws {
    let verification = try model("chapter-coefs.npz").verify(on: .digits())
    let confusion = try #require(verification.confusion)
    #expect(confusion.count == 10)
    #expect(confusion.allSatisfy { $0.count == 10 })
    #expect(confusion.flatMap(\.self).reduce(0, +) == 500)
    #expect(confusion.indices.reduce(0) { $0 + confusion[$1][$1] } == 481)
    for (digit, row) in confusion.enumerated() {
      #expect(row.reduce(0, +) == Digits.labels[1_000..<1_500].count { Int($0) == digit })
    }
  }

  // MARK: Bars

  @Test func `a bar is met by what equals it and missed by what is beyond`() throws {
    let model = try model("chapter-coefs.npz")
    let digits = try Dataset.digits()
    #expect(try model.verify(on: digits, minAccuracy: 0.962).passed == true)
    #expect(try model.verify(on: digits, minAccuracy: 0.97).passed == false)
    let cost = try model.verify(on: digits).ownCost
    #expect(try model.verify(on: digits, maxCost: cost).passed == true)
    #expect(try model.verify(on: digits, maxCost: cost.nextDown).passed == false)
    #expect(try model.verify(on: digits, minAccuracy: 0.97, maxCost: 1).passed == false)
    #expect(try model.verify(on: digits).passed == nil, "without a threshold nothing passes")
  }

  @Test func `a regressor has no accuracy that could meet a bar`() throws {
    let model = try model("regressor.npz")
    let verification = try model.verify(on: .digits(.range(0..<10)), minAccuracy: 0)
    #expect(verification.accuracy == nil)
    #expect(verification.passed == false)
  }

  // MARK: The hidden activation

  @Test(arguments: [("tanh.npz", "tanh", 483), ("deep.npz", "relu", 457)])
  func `an activation that was assumed wrongly is noticed`(
    file: String, name: String, correct: Int
  ) throws {
    let bare = try npz(
      arrays(of: file).filter { $0.name.hasPrefix("coefs") || $0.name.hasPrefix("intercepts") })
    let digits = try Dataset.digits()
    let assumed = try Model(bare, name: "bare").verify(on: digits)
    #expect(assumed.model.activation.from == .assumed)
    #expect(assumed.notes.count == 1)
    #expect(assumed.notes.first?.contains("with \(name) ") == true)
    #expect(assumed.notes.first?.contains("\(Double(correct) / 500)") == true)

    let option = SklearnWeights.Options(activation: .logistic)
    #expect(try Model(bare, name: "bare", options: option).verify(on: digits).notes == [])
    let told = SklearnWeights.Options(activation: Activation(rawValue: name))
    let right = try Model(bare, name: "bare", options: told).verify(on: digits)
    #expect(right.correct == correct)
    #expect(right.notes == [])
    #expect(try model(file).verify(on: digits).notes == [], "stored")
  }

  @Test func `without a hidden layer no activation can be wrong`() throws {
    let model = try Model(
      npz(arrays(of: "perceptron.npz").filter { $0.name.hasSuffix("_0") }), name: "bare")
    #expect(model.weights.activation.origin == .assumed)
    #expect(try model.verify(on: .digits()).notes == [])
  }

  // MARK: Rows from files

  /// A data file of the digits in `rows`, with these answers.
  private func withDigits<Result>(
    _ rows: Range<Int>, answers: NDArray, _ body: (Dataset) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder throws in
      let pixels = Digits.matrix(of: rows, dividedBy: 15.0)
      let file = try write(
        npz([
          NamedArray("X", NDArray(pixels, shape: [rows.count, 64])), NamedArray("y", answers),
        ]), to: folder + "/data.npz")
      return try body(Dataset(contentsOf: file))
    }
  }

  @Test func `a regressor's cost is its mean squared error`() throws {
    let truth = try array("prediction", of: "regressor.truth.npz").reals(as: Double.self)
    let prediction = truth.prefix(5)
    try withDigits(1_000..<1_005, answers: NDArray(prediction.map { $0 + 0.5 })) { data throws in
      let verification = try model("regressor.npz").verify(on: data)
      #expect(abs(verification.ownCost - 0.25) < 1e-12)
      #expect(verification.accuracy == nil)
      #expect(verification.correct == nil)
      #expect(verification.confusion == nil)
      #expect(verification.count == 5)
      #expect(verification.cost.activation == .identity)
    }
    // A column is what scikit-learn takes for the same.
    try withDigits(1_000..<1_005, answers: NDArray(prediction, shape: [5, 1])) { data throws in
      #expect(try model("regressor.npz").verify(on: data).ownCost < 1e-24)
    }
  }

  @Test func `a regressor of several outputs sums their errors`() throws {
    let truth = try array("prediction", of: "regressor-multi.truth.npz").reals(as: Double.self)
    let answers = try NDArray(truth.prefix(15).map { $0 - 1 }, shape: [5, 3])
    try withDigits(1_000..<1_005, answers: answers) { data throws in
      let verification = try model("regressor-multi.npz").verify(on: data)
      #expect(abs(verification.ownCost - 3) < 1e-12)
      let error = coefsError { _ = try model("regressor.npz").verify(on: data) }
      #expect(error?.cause == DataError.wrongTargetWidth(expected: 1, found: 3))
    }
  }

  @Test func `a network of one output is measured against its two labels`() throws {
    let rows = (0..<200).filter { [3, 8].contains(Digits.labels[$0]) }
    let pixels = rows.flatMap { Digits.vector(at: $0, dividedBy: 15.0) }
    let labels = rows.map { Int64(Digits.labels[$0]) }
    let model = try model("binary.npz")
    for shape in [[rows.count], [rows.count, 1]] {
      let verification = try withTemporaryFolder { folder throws in
        let file = try write(
          npz([
            NamedArray("X", NDArray(pixels, shape: [rows.count, 64])),
            NamedArray("y", NDArray(labels, shape: shape)),
          ]), to: folder + "/data.npz")
        return try model.verify(on: Dataset(contentsOf: file))
      }
      let confusion = try #require(verification.confusion)
      #expect(confusion.count == 2)
      #expect(confusion[0].reduce(0, +) == labels.count { $0 == 3 })
      #expect(confusion[1].reduce(0, +) == labels.count { $0 == 8 })
      #expect(try #require(verification.accuracy) > 0.9)
      #expect(verification.ownCost < 0.1)
      #expect(verification.cost.activation == .logistic)
    }
  }

  @Test func `a row of several labels is right where all of them are`() throws {
    let labels = try array("labels", of: "multilabel.truth.npz").integers()
    var answers = Array(labels.prefix(30))
    answers[4] = 1 - answers[4]
    try withDigits(1_000..<1_010, answers: NDArray(answers, shape: [10, 3])) { data throws in
      let verification = try model("multilabel.npz").verify(on: data)
      #expect(verification.correct == 9)
      #expect(verification.accuracy == 0.9)
      #expect(verification.confusion == nil)
    }
  }

  @Test func `answers as rows of one 1 are compared with the greatest output`() throws {
    let labels = Digits.labels[1_000..<1_500]
    let oneHot = labels.flatMap { label in (0..<10).map { Int64($0 == Int(label) ? 1 : 0) } }
    try withDigits(1_000..<1_500, answers: NDArray(oneHot, shape: [500, 10])) { data throws in
      let verification = try model("chapter-coefs.npz").verify(on: data)
      #expect(verification.correct == 481)
      #expect(verification.cost == (try model("chapter-coefs.npz").verify(on: .digits()).cost))
    }
  }

  @Test func `labels may be texts, and numbers that equal integers`() throws {
    let french = [
      "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf",
    ]
    let labels = Digits.labels[1_000..<1_500]
    let texts = try NDArray(strings: labels.map { french[Int($0)] })
    try withDigits(1_000..<1_500, answers: texts) { data throws in
      #expect(try model("strings.npz").verify(on: data).correct == 444)
    }
    try withDigits(1_000..<1_500, answers: NDArray(labels.map { Double($0) })) { data throws in
      #expect(try model("chapter-coefs.npz").verify(on: data).correct == 481)
    }
  }

  @Test func `labels that the network cannot give are refused`() throws {
    let error = coefsError { _ = try model("binary.npz").verify(on: .digits()) }
    #expect(
      error
        == CoefsError(
          "digits", DataError.unknownLabel(.integer(1), known: [.integer(3), .integer(8)])))
    #expect(error?.category == .badContent)
    try withDigits(0..<2, answers: NDArray(strings: ["un", "deux"])) { data throws in
      let error = coefsError { _ = try model("regressor.npz").verify(on: data) }
      #expect(error?.cause == DataError.notANumber(.text("un")))
    }
  }

  @Test func `rows of another length and rows without answers are refused`() throws {
    let square = try truthRows("square.truth.npz")
    #expect(
      coefsError { _ = try model("chapter-coefs.npz").verify(on: square) }?.cause
        == DataError.wrongWidth(expected: 64, found: 10))
    #expect(
      coefsError { _ = try model("square-coefs.npz").verify(on: square) }?.cause
        == DataError.noTargets)
  }

  @Test func `targets that are no classes are noted`() throws {
    let model = try model("chapter-coefs.npz")
    let inputs = (0..<3).map { Digits.vector(at: $0, dividedBy: 15.0) }.map { Array($0) }
    func targets(_ value: Double) -> [[Double]] {
      Digits.labels.prefix(3).map { digit in (0..<10).map { $0 == Int(digit) ? value : 0 } }
    }
    let classes = try model.verify(on: Dataset(inputs: inputs, targets: targets(1)))
    #expect(classes.notes == [] && classes.accuracy == 1)
    #expect(classes.metrics[.f1Macro] == 1)
    let others = try model.verify(on: Dataset(inputs: inputs, targets: targets(0.7)))
    #expect(others.notes.count == 1 && others.accuracy == 1)
    #expect(others.notes.first?.hasPrefix("the targets have other values than 0 and 1") == true)
  }

  // MARK: JSON

  @Test func `JSON has the promised keys, and null where there is no value`() throws {
    let object = try jsonObject(
      model("regressor.npz").verify(on: .digits(.range(1_000..<1_005)), maxCost: 100))
    #expect(
      Set(object.keys) == [
        "model", "data", "accuracy", "correct", "count", "cost", "confusion", "minAccuracy",
        "maxCost", "passed", "notes", "r2", "mae", "rmse", "maxError", "metrics", "classes",
        "confusionRates", "calibration", "noProbabilities", "thresholds", "assumed", "strict",
      ])
    #expect((object["cost"] as? [String: Double])?.keys.sorted() == ["identity"])
    for key in ["accuracy", "correct", "confusion", "minAccuracy"] {
      #expect(object[key] is NSNull, "\(key)")
    }
    #expect(object["maxCost"] as? Double == 100)
    let data = try #require(object["data"] as? [String: Any])
    #expect(Set(data.keys) == ["name", "rows", "scale"])
    #expect(data["rows"] as? [Int] == [1_000, 1_005])
    #expect(data["scale"] as? Int == 15)
  }
}
