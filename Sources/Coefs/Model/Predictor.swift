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
  /// The network that computes, with its preprocessing; of an ensemble the first one.
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
  /// The networks of an ensemble; `nil` for one network.
  let ensemble: EnsembleNetwork?
  /// What the columns of a row are.
  let columns: NetworkInputs

  /// The length of a row, before any preprocessing.
  public var inputs: Int { columns.count }

  /// Predicts one row.
  ///
  /// - Parameter row: ``inputs`` values, before any preprocessing.
  /// - Returns: The prediction.
  /// - Throws: `MLPError/inputWidth(expected:found:)`.
  public func predict(_ row: [Scalar]) throws(MLPError) -> Prediction<Scalar> {
    guard ensemble == nil else { return try predict(rows: [row])[0] }
    return prediction(try network.evaluate(row))
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
    if let ensemble { return try predict(rows, with: ensemble) }
    let outputs = try network.evaluate(rows)
    return (0..<outputs.rows).map { prediction(outputs.row($0)) }
  }

  /// Predicts the rows of a table.
  ///
  /// - Parameter table: The rows; columns are found by their names where the network was fitted with names.
  /// - Returns: A prediction for each row.
  /// - Throws: ``CoefsError`` of a ``DataError``, where a column is missing or a value is not what its column takes.
  public func predict(_ table: Table) throws(CoefsError) -> [Prediction<Scalar>] {
    do throws(DataError) {
      let rows = try table.matrix(for: columns)
      do throws(MLPError) {
        return try predict(
          rows: Matrix(
            rows: rows.rows, columns: rows.columns,
            values: ContiguousArray(rows.values.lazy.map { Scalar($0) })))
      } catch {
        throw columns.problem(error, first: 0)
          ?? .wrongWidth(expected: inputs, found: rows.columns)
      }
    } catch {
      throw CoefsError("data", error)
    }
  }

  /// Predicts rows with an ensemble, whose networks compute in `Double`.
  private func predict(
    _ rows: Matrix<Scalar>, with network: EnsembleNetwork
  ) throws(MLPError) -> [Prediction<Scalar>] {
    guard rows.columns == inputs else {
      throw .inputWidth(expected: inputs, found: rows.columns)
    }
    let outputs = try network.evaluate(
      Matrix(
        rows: rows.rows, columns: rows.columns,
        values: ContiguousArray(rows.values.lazy.map { Double($0) })))
    let ensemble = network.ensemble
    return (0..<rows.rows).map { row in
      let scores = outputs.scores.row(row)
      let values = scores.map { Scalar($0) }
      let probabilities = ensemble.hasProbabilities ? values : []
      if task == .regressor { return Prediction(values: values) }
      if ensemble.classes.count > 1 {
        return Prediction(labels: ensemble.labels(in: scores), probabilities: probabilities)
      }
      if isMultilabel {
        return Prediction(
          labels: zip(classes, scores).filter { $0.1 > 0.5 }.map(\.0), probabilities: probabilities)
      }
      return Prediction(label: classes[outputs.labels[row]], probabilities: probabilities)
    }
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
  /// The labels that apply: one, or any number for a network of several labels, or one for each of several outputs;
  /// empty for a regressor.
  public private(set) var labels: [ClassLabels.Label]
  /// A probability for each of ``Predictor/classes``, as scikit-learn's `predict_proba` gives it; for several outputs
  /// those of each output, one output after another; empty for a regressor, and for an ensemble that votes.
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
      network: network, task: task, classes: labels,
      isMultilabel: task == .classifier && isMultilabel,
      assumed: ensemble == nil ? weights.assumptions : [],
      ensemble: ensemble.map { EnsembleNetwork($0) }, columns: rowInputs)
  }
}
