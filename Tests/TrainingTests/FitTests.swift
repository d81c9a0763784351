import Foundation
import MLP
import NPY
import Testing
import Training

/// scikit-learn's own fits, again.
struct FitTests {
  private static let data = try? arrays("training/data.npz")

  /// How far two runs of the same fit are from each other.
  private struct Comparison {
    var iterations = 0
    var loss = 0.0
    var relativeLoss = 0.0
    var score = 0.0
    var weight = 0.0
    var lines: [String] = []
  }

  @Test(arguments: Fit.healthy.filter { $0.dtype == "float64" })
  func `a fit in Double is scikit-learn's`(_ fit: Fit) throws {
    let found = try Self.compare(fit, as: Double.self)
    #expect(found.iterations == fit.iterations)
    // The saturated fit, with steps of 20, magnifies a last digit.
    #expect(found.loss <= 2e-10)
    #expect(found.score <= 1e-12)
    #expect(found.weight <= 1e-9)
    #expect(found.lines == fit.lines)
  }

  // A sum of Float that is added up in another order differs in the seventh digit, and each step
  // builds on the one before it.
  @Test(arguments: Fit.healthy.filter { $0.dtype == "float32" })
  func `a fit in Float is scikit-learn's, as far as Float goes`(_ fit: Fit) throws {
    let found = try Self.compare(fit, as: Float.self)
    #expect(found.iterations == fit.iterations)
    #expect(found.relativeLoss <= 1e-5)
    #expect(found.score <= 1e-5)
    #expect(found.weight <= 1e-4)
    #expect(found.lines == fit.lines)
  }

  @Test(arguments: Fit.all.filter(\.isChaotic))
  func `a fit that rounding decides on begins as scikit-learn's`(_ fit: Fit) throws {
    let found =
      try fit.dtype == "float64"
      ? Self.train(fit, as: Double.self).losses : Self.train(fit, as: Float.self).losses
    let first = try #require(fit.losses.first)
    #expect(abs(found[0] - first) <= 1e-4 * first)
    #expect(found.allSatisfy { $0.isFinite })
  }

  // scikit-learn returns the random weights that training began with.
  @Test(arguments: Fit.all.filter(\.diverges))
  func `a fit that early stopping cannot save is refused`(_ fit: Fit) {
    #expect(throws: TrainingError.diverged(iteration: 1)) { try Self.train(fit, as: Double.self) }
  }

  @Test func `fits are many, and few of them chaotic`() {
    #expect(Fit.healthy.count >= 80)
    #expect(Fit.all.count - Fit.healthy.count <= 3)
  }

  // MARK: Running one

  private static func compare<Scalar: TrainingScalar & NPYScalar>(
    _ fit: Fit, as type: Scalar.Type
  ) throws -> Comparison {
    var lines: [String] = []
    let result = try train(fit, as: type) { event in
      if case .noImprovement = event { lines.append(line(event)) }
    }
    var found = Comparison(iterations: result.iterations, lines: lines)
    try #require(result.losses.count == fit.losses.count)
    try #require(result.validationScores.count == fit.scores.count)
    for (loss, wanted) in zip(result.losses, fit.losses) {
      found.loss = max(found.loss, difference(loss, wanted))
      found.relativeLoss = max(found.relativeLoss, difference(loss, wanted, least: 1e-3))
    }
    for (score, wanted) in zip(result.validationScores, fit.scores) {
      found.score = max(found.score, difference(score, wanted, least: 1))
    }
    let stored = try arrays("training/\(fit.name).npz")
    for (index, layer) in try layers(stored, fit, prefix: "", as: type).enumerated() {
      let mine = result.network.layers[index]
      try #require(mine.inputs == layer.inputs && mine.outputs == layer.outputs)
      for (one, other) in zip(mine.weights, layer.weights) {
        found.weight = max(found.weight, difference(Double(one), Double(other)))
      }
      for (one, other) in zip(mine.biases, layer.biases) {
        found.weight = max(found.weight, difference(Double(one), Double(other)))
      }
    }
    return found
  }

  /// How far two numbers are from each other, which NaN is from all but NaN.
  private static func difference(_ one: Double, _ other: Double) -> Double {
    if one == other || one.isNaN && other.isNaN { return 0 }
    let difference = abs(one - other)
    return difference.isNaN ? .infinity : difference
  }

  /// The same in proportion to the second number, or to `least` if that is greater.
  private static func difference(_ one: Double, _ other: Double, least: Double) -> Double {
    let difference = difference(one, other)
    return difference.isFinite && difference > 0 ? difference / max(abs(other), least) : difference
  }

  private static func train<Scalar: TrainingScalar & NPYScalar>(
    _ fit: Fit, as type: Scalar.Type, _ note: (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingResult<Scalar> {
    let data = try #require(data)
    let x = try #require(data["X.\(fit.data)"])
    let y = try #require(data["y.\(fit.data)"])
    let weights = try #require(data["sample_weight.\(fit.data)"])
    let targets: Targets<Scalar>
    switch fit.kind {
    case "classes":
      let classes = try y.integers().map { Int($0) }
      targets = .classes(classes, count: Set(classes).count)
    case "labels": targets = .labels(try matrix(y, as: type))
    default: targets = .values(try matrix(y, as: type))
    }
    var start: MLP<Scalar>?
    if fit.isWarm {
      let stored = try arrays("training/\(fit.name).npz")
      start = try MLP(layers: layers(stored, fit, prefix: "start_", as: type))
    }
    return try MLP.trained(
      on: matrix(x, as: type), targets, fit.parameters,
      sampleWeights: fit.isWeighted ? Array(rounded(weights, as: type)) : nil, from: start
    ) { event in
      note(event)
      return true
    }
  }

  private static func matrix<Scalar: TrainingScalar>(
    _ array: NDArray, as type: Scalar.Type
  ) throws -> Matrix<Scalar> {
    try Matrix(
      rows: array.shape[0], columns: array.shape.dropFirst().first ?? 1,
      values: rounded(array, as: type))
  }

  /// The numbers, rounded to the type: scikit-learn's rows in single precision were rounded so.
  private static func rounded<Scalar: TrainingScalar>(
    _ array: NDArray, as type: Scalar.Type
  ) throws -> [Scalar] {
    try array.reals(as: Double.self).map { Scalar($0) }
  }

  private static func layers<Scalar: TrainingScalar & NPYScalar>(
    _ stored: [String: NDArray], _ fit: Fit, prefix: String, as type: Scalar.Type
  ) throws -> [DenseLayer<Scalar>] {
    try (0...fit.parameters.hiddenLayerSizes.count).map { index in
      let coefs = try #require(stored["\(prefix)coefs_\(index)"])
      let intercepts = try #require(stored["\(prefix)intercepts_\(index)"])
      return try DenseLayer(
        inputs: coefs.shape[0], outputs: coefs.shape[1],
        weights: rounded(coefs.transposed().inCOrder(), as: type),
        biases: rounded(intercepts, as: type), activation: fit.parameters.activation)
    }
  }

  /// What scikit-learn prints.
  private static func line(_ event: TrainingEvent) -> String {
    guard case .noImprovement(let ofScore, let tol, let epochs, let consequence) = event else {
      return ""
    }
    let end =
      switch consequence {
      case .stops: "Stopping."
      case .learningRateTooSmall: "Learning rate too small. Stopping."
      case .learningRate(let rate): "Setting learning rate to \(String(format: "%f", rate))"
      }
    return "\(ofScore ? "Validation score" : "Training loss") did not improve more than "
      + "tol=\(String(format: "%f", tol)) for \(epochs) consecutive epochs. \(end)"
  }
}
