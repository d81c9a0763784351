import MLP
import NPY
import Pickle

/// How the outputs of a linear model become a prediction.
enum LinearKind: Sendable {
  /// `LogisticRegression`: probabilities.
  case logistic
  /// `SGDClassifier` and `SGDRegressor`: as their loss says.
  case gradient
  /// `Perceptron`, `RidgeClassifier`: labels only.
  case perceptron
  /// Values.
  case regression
  /// `_ConstantPredictor`: one of two labels whatever the row, where no other was there to fit.
  case constant
}

extension Estimator {
  /// Reads a linear model as a network without a hidden layer (`sklearn/linear_model/_base.py`).
  mutating func read<Objects: StoredObjects>(
    _ model: StoredInstance<Objects>, in objects: Objects, linear kind: LinearKind
  ) throws(SklearnError) {
    path = model.path
    if kind == .constant { return try readConstant(model) }
    isLinearModel = true
    activation = Activation.identity.rawValue
    guard let coef = try model.array("coef_") else { throw .notFitted(path, missing: "coef_") }
    guard coef.dtype.isReal, 1...2 ~= coef.shape.count else {
      throw .badObject("\(path).coef_", problem: "is no numeric matrix")
    }
    givesRows = coef.shape.count == 2
    let shape = coef.shape.count == 1 ? [1, coef.shape[0]] : coef.shape
    let weights: NDArray
    let biases: NDArray
    try take(2 * coef.bytes.count, for: "\(path).coef_")
    let intercepts = try intercepts(of: model, outputs: shape[0])
    do throws(NPYError) {
      weights = try NDArray(Array(coef.reals(as: Double.self)), shape: shape).transposed()
      biases = try NDArray(intercepts)
    } catch {
      throw .unreadable("\(path).coef_", error)
    }
    try reading.expect(try model.count("n_features_in_") ?? shape[1], at: path)
    guard kind != .regression else {
      layers = [(weights, biases)]
      outActivation = Activation.identity.rawValue
      return
    }
    guard let labels = try model.labels("classes_", in: objects) else {
      guard kind == .gradient else { throw .notFitted(path, missing: "classes_") }
      layers = [(weights, biases)]
      outActivation = Activation.identity.rawValue
      return
    }
    guard shape[0] == (labels.labels.count == 2 ? 1 : labels.labels.count) else {
      throw .contradiction(
        "\(path).coef_", value: "weights of \(shape[0]) outputs",
        with: "classes_ has \(labels.labels.count) labels")
    }
    layers = [(weights, biases)]
    switch try outputs(of: model, kind, isBinary: shape[0] == 1) {
    case .activation(let activation):
      classes = labels
      outActivation = activation.rawValue
    case .mirrored:
      do {
        let both = try [weights, biases].map { array throws(NPYError) in
          Array(try array.reals(as: Double.self))
        }
        layers = [
          (
            try NDArray(both[0].flatMap { [-$0, $0] }, shape: [both[0].count, 2]),
            try NDArray(both[1].flatMap { [-$0, $0] })
          )
        ]
      } catch {
        throw .unreadable("\(path).coef_", error)
      }
      classes = labels
      outActivation = Activation.softmax.rawValue
    case .combined(let outputs):
      outActivation = Activation.identity.rawValue
      let sums = try SklearnWeights(self, options: SklearnWeights.Options(), classes: nil)
      ensemble = Ensemble(
        name: model.kind.name, transform: nil, members: [.network(sums)], rule: .linear(outputs),
        classes: [labels.labels])
    }
  }

  /// Reads a constant as a network whose biases alone decide.
  private mutating func readConstant(_ model: some FittedStep) throws(SklearnError) {
    let values = try model.vector("y_")
    guard values.count == 1, values[0] == 0 || values[0] == 1 else {
      throw model.wrong("y_", "0 or 1")
    }
    let width = try reading.width(for: model)
    do {
      let labels = try ClassLabels(NDArray([Int64(0), 1]), name: "\(path).classes_")
      // Far enough that the logistic function is 0 or 1.
      layers = [
        (
          try NDArray([Double](repeating: 0, count: width), shape: [width, 1]),
          try NDArray([values[0] == 1 ? 1_000.0 : -1_000])
        )
      ]
      classes = labels
    } catch let error as SklearnError {
      throw error
    } catch {
      preconditionFailure("as many numbers as there are: \(error)")
    }
    activation = Activation.identity.rawValue
    outActivation = Activation.logistic.rawValue
  }

  private enum LinearOutput {
    case activation(Activation)
    case combined(Ensemble.LinearOutputs)
    /// The softmax of minus the sum and the sum.
    case mirrored
  }

  private func outputs(
    of model: some FittedStep, _ kind: LinearKind, isBinary: Bool
  ) throws(SklearnError) -> LinearOutput {
    switch kind {
    case .regression, .constant: return .activation(.identity)
    case .perceptron: return .combined(.labelsOnly)
    case .gradient:
      switch try model.word("loss", default: "hinge") {
      case "log_loss", "log": return isBinary ? .activation(.logistic) : .combined(.logistic)
      case "modified_huber": return .combined(.modifiedHuber)
      default: return .combined(.labelsOnly)
      }
    case .logistic:
      let solver = try model.word("solver", default: "lbfgs")
      // Until 0.21 the default was one classifier for each class.
      let isOld = model.version.map { $0 < (0, 22) } ?? false
      let way = try model.word("multi_class", default: isOld ? "ovr" : "auto")
      let isSeparate =
        ["ovr", "warn"].contains(way)
        || ["auto", "deprecated"].contains(way) && solver == "liblinear"
      if isBinary, way == "multinomial" { return .mirrored }
      if isBinary { return .activation(.logistic) }
      return isSeparate ? .combined(.logistic) : .activation(.softmax)
    }
  }

  /// The biases of a linear model, which may be one number for all outputs.
  private func intercepts(
    of model: some FittedStep, outputs: Int
  ) throws(SklearnError) -> [Double] {
    if let number = model.attribute("intercept_")?.number {
      return Array(repeating: number, count: outputs)
    }
    guard model.has("intercept_") else { throw .notFitted(path, missing: "intercept_") }
    let values = try model.vector("intercept_")
    guard values.count == outputs || values.count == 1 else {
      throw .contradiction(
        "\(path).intercept_", value: "\(values.count) numbers",
        with: "coef_ has weights of \(outputs) outputs")
    }
    return values.count == outputs ? values : Array(repeating: values[0], count: outputs)
  }
}
