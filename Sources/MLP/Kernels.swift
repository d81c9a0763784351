// All the arithmetic of a forward pass.

extension Layer {
  /// Replaces `output` with σ(W a + b) for one row `a` of ``inputs`` numbers.
  ///
  /// Each output's products are added in the order of the inputs and the bias comes last, as in
  /// numpy's `a @ W + b`: the result is that of a plain dot product, whatever the vector width.
  func activate(_ a: Span<Scalar>, into output: inout ContiguousArray<Scalar>) {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: repeatElement(0, count: outputs))
    var z = output.mutableSpan
    let weights = weightsByInput.span
    for i in 0..<inputs {
      let x = a[i]
      let start = i * outputs
      for o in 0..<outputs { z[o] += x * weights[start + o] }
    }
    let biases = biases.span
    for o in 0..<outputs { z[o] += biases[o] }
    activation.apply(to: &output)
  }
}

extension Activation {
  /// Replaces one row of weighted sums with their activations.
  func apply<Scalar: MLPScalar>(to row: inout ContiguousArray<Scalar>) {
    switch self {
    case .identity:
      break
    case .logistic:
      for i in row.indices { row[i] = Self.logistic(row[i]) }
    case .tanh:
      for i in row.indices { row[i] = Scalar.hyperbolicTangent(of: row[i]) }
    case .relu:
      // Not `max`, which need not keep NaN.
      for i in row.indices { row[i] = row[i] < 0 ? 0 : row[i] }
    case .exp:
      for i in row.indices { row[i] = Scalar.exponential(of: row[i]) }
    case .softmax:
      Self.softmax(&row)
    }
  }

  /// 1 / (1 + exp(−z)) for positive z and the equal exp(z) / (1 + exp(z)) for negative: of the two
  /// exponentials it takes the one that cannot overflow.
  private static func logistic<Scalar: MLPScalar>(_ z: Scalar) -> Scalar {
    let e = Scalar.exponential(of: -abs(z))
    return (z < 0 ? e : 1) / (1 + e)
  }

  private static func softmax<Scalar: MLPScalar>(_ row: inout ContiguousArray<Scalar>) {
    var maximum = -Scalar.infinity
    for z in row where z > maximum { maximum = z }
    var sum: Scalar = 0
    for i in row.indices {
      row[i] = Scalar.exponential(of: row[i] - maximum)
      sum += row[i]
    }
    for i in row.indices { row[i] /= sum }
  }
}
