public import MLP

/// The targets that a network is trained for.
@nonexhaustive
public enum Targets<Scalar: TrainingScalar>: Sendable {
  /// The class index of each row, and the number of classes: two make one logistic output, more a softmax.
  case classes([Int], count: Int)
  /// For each row a 0 or 1 for each of several labels: logistic outputs.
  case labels(Matrix<Scalar>)
  /// For each row one or more values: identity outputs, or exponential ones with Poisson loss.
  case values(Matrix<Scalar>)

  /// The number of outputs that the network needs.
  var outputs: Int {
    switch self {
    case .classes(_, let count): count <= 2 ? 1 : count
    case .labels(let matrix), .values(let matrix): matrix.columns
    }
  }

  /// The number of rows.
  var rows: Int {
    switch self {
    case .classes(let classes, _): classes.count
    case .labels(let matrix), .values(let matrix): matrix.rows
    }
  }

  /// The targets as a row-major matrix of rows × outputs, one-hot for classes.
  var matrix: ContiguousArray<Scalar> {
    switch self {
    case .labels(let matrix), .values(let matrix): return matrix.values
    case .classes(let classes, let count):
      if count <= 2 { return ContiguousArray(classes.lazy.map { Scalar($0) }) }
      var values = ContiguousArray<Scalar>(repeating: 0, count: classes.count * count)
      for (row, index) in classes.enumerated() { values[row * count + index] = 1 }
      return values
    }
  }
}
