import MLP

/// Rows with their targets and weights, known to fit each other.
struct TrainingData<Scalar: TrainingScalar> {
  let rows: Int
  let columns: Int
  let outputs: Int
  let inputs: ContiguousArray<Scalar>
  let targets: ContiguousArray<Scalar>
  let weights: ContiguousArray<Scalar>?
  /// The class of each row, where rows are classes.
  let classes: (indices: [Int], count: Int)?
  let outActivation: Activation
  let isClassifier: Bool

  init(
    _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Scalar]?,
    loss: Parameters.Loss
  ) throws(TrainingError) {
    guard inputs.rows > 0, inputs.columns > 0, targets.outputs > 0 else { throw .noRows }
    guard targets.rows == inputs.rows else {
      throw .countMismatch("targets", rows: inputs.rows, found: targets.rows)
    }
    try Self.checkFinite(inputs.values, columns: inputs.columns, "the input")
    rows = inputs.rows
    columns = inputs.columns
    outputs = targets.outputs
    self.inputs = inputs.values
    switch targets {
    case .classes(let indices, let count):
      for (row, index) in indices.enumerated() where index < 0 || index >= count {
        throw .badClass(row: row, found: index, classes: count)
      }
      classes = (indices, count)
      outActivation = count > 2 ? .softmax : .logistic
      isClassifier = true
    case .labels(let matrix):
      try Self.checkLabels(matrix)
      // One question is two classes, which early stopping keeps in proportion.
      classes = matrix.columns == 1 ? (matrix.values.map { $0 == 0 ? 0 : 1 }, 2) : nil
      outActivation = .logistic
      isClassifier = true
    case .values(let matrix):
      try Self.checkFinite(matrix.values, columns: matrix.columns, "the target")
      if loss == .poisson, let bad = matrix.values.firstIndex(where: { $0 < 0 }) {
        throw .negativeTarget(row: bad / matrix.columns, column: bad % matrix.columns)
      }
      classes = nil
      outActivation = loss == .poisson ? .exp : .identity
      isClassifier = false
    }
    self.targets = targets.matrix
    if let weights {
      guard weights.count == inputs.rows else {
        throw .countMismatch("weights", rows: inputs.rows, found: weights.count)
      }
      guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weights.contains(where: { $0 > 0 })
      else { throw .badSampleWeights }
    }
    self.weights = weights.map { ContiguousArray($0) }
  }

  private static func checkLabels(_ labels: Matrix<Scalar>) throws(TrainingError) {
    guard let bad = labels.values.firstIndex(where: { $0 != 0 && $0 != 1 }) else { return }
    throw .badLabel(row: bad / labels.columns, column: bad % labels.columns)
  }

  private static func checkFinite(
    _ values: ContiguousArray<Scalar>, columns: Int, _ what: String
  ) throws(TrainingError) {
    guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(what, row: bad / columns, column: bad % columns)
  }
}
