// What the operations of scalers do to rows, what undoes them, and what a layer becomes that takes them over.

extension InputTransform.Operation {
  /// The inverse operation, which restores a row; after a multiplication by 0, any value. `nil` where there is no one for each value.
  package var inverse: InputTransform.Operation? {
    switch self {
    case .subtract(let values): .add(values)
    case .divide(let values): .multiply(values)
    case .multiply(let values): .divide(values.map { $0 == 0 ? 1 : $0 })
    case .add(let values): .subtract(values)
    case .power(.boxCox, let lambdas): .power(.inverseBoxCox, lambdas)
    case .power(.yeoJohnson, let lambdas): .power(.inverseYeoJohnson, lambdas)
    case .function(.normalQuantile): .function(.normalShare)
    case .quantiles(let quantiles):
      .quantiles(
        .init(
          columns: quantiles.columns, shares: quantiles.shares, margin: quantiles.margin,
          isInverse: true))
    default: nil
    }
  }

  /// Applies an operation of a scaler to rows, one after another, each value rounded to `Scalar`.
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
    default: preconditionFailure("'\(name)' is not one of a scaler's operations")
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
  /// makes W·s, x + t adds W·t to the biases, and M x makes W·M.
  ///
  /// - Parameters:
  ///   - weights: Outputs × inputs, row after row.
  ///   - biases: One for each output.
  ///   - columns: The number of columns that this operation is applied to.
  /// - Returns: Whether a layer can do it; otherwise nothing changes.
  package func fold(
    into weights: inout ContiguousArray<Double>, _ biases: inout ContiguousArray<Double>,
    columns: Int
  ) -> Bool {
    switch self {
    case .select(let selected):
      let old = weights
      weights = ContiguousArray(repeating: 0, count: biases.count * columns)
      for output in biases.indices {
        for (index, column) in selected.enumerated() {
          weights[output * columns + column] += old[output * selected.count + index]
        }
      }
      return true
    case .matrix(let matrix, let inputs):
      let inner = matrix.count / inputs
      let old = weights
      weights = ContiguousArray(repeating: 0, count: biases.count * inputs)
      for output in biases.indices {
        for row in 0..<inner {
          let weight = old[output * inner + row]
          for input in 0..<inputs {
            weights[output * inputs + input] += weight * matrix[row * inputs + input]
          }
        }
      }
      return true
    default: break
    }
    guard let values else { return false }
    for output in biases.indices {
      for (input, value) in values.enumerated() {
        let place = output * values.count + input
        switch self {
        case .subtract: biases[output] -= weights[place] * value
        case .add: biases[output] += weights[place] * value
        case .divide: weights[place] /= value
        case .multiply: weights[place] *= value
        default: return false
        }
      }
    }
    return true
  }
}
