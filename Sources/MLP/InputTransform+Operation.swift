// What an operation does to rows, what undoes it, and what a layer becomes that takes it over: a new operation
// is a line in each.

extension InputTransform.Operation {
  /// The operation in one word.
  package var name: String {
    switch self {
    case .subtract: "subtract"
    case .divide: "divide"
    case .multiply: "multiply"
    case .add: "add"
    case .clip: "clip"
    }
  }

  /// The value for each input; `nil` where it is the same for all.
  package var values: [Double]? {
    switch self {
    case .subtract(let values), .divide(let values), .multiply(let values), .add(let values): values
    case .clip: nil
    }
  }

  /// The inverse operation, which restores a row; after a multiplication by 0, any value. `nil` for clipping.
  package var inverse: InputTransform.Operation? {
    switch self {
    case .subtract(let values): .add(values)
    case .divide(let values): .multiply(values)
    case .multiply(let values): .divide(values.map { $0 == 0 ? 1 : $0 })
    case .add(let values): .subtract(values)
    case .clip: nil
    }
  }

  /// Applies it to rows, one after another, each value rounded to `Scalar`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func apply<Scalar: MLPScalar>(to rows: inout ContiguousArray<Scalar>) {
    switch self {
    case .subtract(let values): combine(&rows, values) { $0 - $1 }
    case .divide(let values): combine(&rows, values) { $0 / $1 }
    case .multiply(let values): combine(&rows, values) { $0 * $1 }
    case .add(let values): combine(&rows, values) { $0 + $1 }
    case .clip(let range):
      let (lower, upper) = (Scalar(range.lowerBound), Scalar(range.upperBound))
      for index in rows.indices { rows[index] = min(max(rows[index], lower), upper) }
    }
  }

  /// Puts each number of each row together with the number of its column.
  @inline(always)
  private func combine<Scalar: MLPScalar>(
    _ rows: inout ContiguousArray<Scalar>, _ values: [Double],
    _ operation: (Scalar, Scalar) -> Scalar
  ) {
    let values = values.map { Scalar($0) }
    for start in stride(from: 0, to: rows.count, by: values.count) {
      for input in values.indices {
        rows[start + input] = operation(rows[start + input], values[input])
      }
    }
  }

  /// Changes a layer so that it does this too, before all that it does: x / σ makes W/σ of the weights W, x · s
  /// makes W·s, and x + t adds W·t to the biases.
  ///
  /// - Parameters:
  ///   - weights: Outputs × inputs, row after row.
  ///   - biases: One for each output.
  /// - Returns: Whether a layer can do it; otherwise nothing changes.
  package func fold(
    into weights: inout ContiguousArray<Double>, _ biases: inout ContiguousArray<Double>
  ) -> Bool {
    guard let values else { return false }
    for output in biases.indices {
      for (input, value) in values.enumerated() {
        let place = output * values.count + input
        switch self {
        case .subtract: biases[output] -= weights[place] * value
        case .add: biases[output] += weights[place] * value
        case .divide: weights[place] /= value
        case .multiply: weights[place] *= value
        case .clip: return false
        }
      }
    }
    return true
  }
}
