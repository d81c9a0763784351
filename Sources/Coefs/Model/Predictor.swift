import MLP
import Sklearn

/// A network with the meaning of its outputs: created once, and used from any task.
///
///     let predictor = try model.predictor(as: Float.self)
///     let prediction = try predictor.predict(row)
///     print(prediction.label, prediction.probabilities)
///
/// A row's prediction has the same bits alone and in any batch, at any place, with any number of threads.
public struct Predictor<Scalar: MLPScalar>: Sendable {
  /// The network that computes, with its preprocessing.
  public let network: MLP<Scalar>
  /// Classifier or regressor.
  public let task: SklearnWeights.Task
  /// The labels in the order of the probabilities; empty for a regressor.
  public let classes: [ClassLabels.Label]
  /// Whether each output decides about a label of its own, so that any number of them may apply.
  public let isMultilabel: Bool
  /// What was assumed of the network, because neither its file nor the caller says it: of several outputs, that
  /// the maximum is the class.
  public let assumed: [SklearnWeights.Assumption]

  /// The length of a row.
  public var inputs: Int { network.inputs }

  /// Predicts one row.
  ///
  /// - Parameter row: ``inputs`` values, before any preprocessing.
  /// - Returns: The prediction.
  /// - Throws: `MLPError/inputWidth(expected:found:)`.
  public func predict(_ row: [Scalar]) throws(MLPError) -> Prediction<Scalar> {
    prediction(try network.evaluate(row))
  }

  /// Predicts rows.
  ///
  /// - Parameter rows: Rows of ``inputs`` values, before any preprocessing.
  /// - Returns: A prediction for each row.
  /// - Throws: `MLPError/inputWidth(expected:found:)`.
  public func predict(rows: [[Scalar]]) throws(MLPError) -> [Prediction<Scalar>] {
    var values = ContiguousArray<Scalar>()
    values.reserveCapacity(rows.count * inputs)
    for row in rows {
      guard row.count == inputs else { throw .inputWidth(expected: inputs, found: row.count) }
      values += row
    }
    return try predict(rows: Matrix(rows: rows.count, columns: inputs, values: values))
  }

  /// Predicts the rows of a matrix.
  ///
  /// - Parameter rows: Rows of ``inputs`` values, before any preprocessing.
  /// - Returns: A prediction for each row.
  /// - Throws: `MLPError/inputWidth(expected:found:)`.
  public func predict(rows: Matrix<Scalar>) throws(MLPError) -> [Prediction<Scalar>] {
    let outputs = try network.evaluate(rows)
    return (0..<outputs.rows).map { prediction(outputs.row($0)) }
  }

  /// The prediction for an output.
  private func prediction(_ output: [Scalar]) -> Prediction<Scalar> {
    if task == .regressor { return Prediction(values: output) }
    let probabilities = output.count == 1 ? [1 - output[0], output[0]] : output
    if isMultilabel {
      return Prediction(
        labels: zip(classes, output).filter { $0.1 > 0.5 }.map(\.0),
        probabilities: probabilities)
    }
    return Prediction(
      label: classes[labelIndex(in: output, of: classes.count)], probabilities: probabilities)
  }
}

/// The prediction of a network for a row.
public struct Prediction<Scalar: MLPScalar>: Hashable, Sendable {
  /// The label; `nil` for a regressor and for a network of several labels.
  public private(set) var label: ClassLabels.Label?
  /// The labels that apply: one, or any number for a network of several labels; empty for a regressor.
  public private(set) var labels: [ClassLabels.Label]
  /// A probability for each of ``Predictor/classes``, as scikit-learn's `predict_proba` gives it; empty for a
  /// regressor.
  public private(set) var probabilities: [Scalar]
  /// The predicted values of a regressor, one for each output; empty for a classifier.
  public private(set) var values: [Scalar]

  fileprivate init(label: ClassLabels.Label, probabilities: [Scalar]) {
    self.init(labels: [label], probabilities: probabilities)
    self.label = label
  }

  fileprivate init(labels: [ClassLabels.Label], probabilities: [Scalar]) {
    self.labels = labels
    self.probabilities = probabilities
    values = []
  }

  fileprivate init(values: [Scalar]) {
    labels = []
    probabilities = []
    self.values = values
  }
}

extension Model {
  /// A predictor of this network.
  ///
  /// - Parameter scalar: `Float` or `Double`; every stored value is rounded to it once.
  /// - Returns: The predictor, which any number of tasks may use at once.
  /// - Throws: ``CoefsError``, where a value is too large for `Float`, and where predictions depend on what neither
  ///   the file nor the caller says: `SklearnError/unstated(_:)`. The options of
  ///   ``Model/init(contentsOf:intercepts:options:limits:)`` can say it.
  public func predictor<Scalar: MLPScalar>(
    as scalar: Scalar.Type = Double.self
  ) throws(CoefsError) -> Predictor<Scalar> {
    try demandStated()
    let network = weights.mlp(as: scalar)
    for (index, layer) in network.layers.enumerated() {
      guard layer.weights.allSatisfy(\.isFinite), layer.biases.allSatisfy(\.isFinite) else {
        throw CoefsError(file, ModelError.outOfRange("layer \(index)", .float32))
      }
    }
    return Predictor(
      network: network, task: weights.task, classes: labels,
      isMultilabel: weights.task == .classifier && isMultilabel, assumed: weights.assumptions)
  }
}
