package import MLP

/// An ensemble whose networks are made to compute.
package struct EnsembleNetwork: Sendable {
  /// What it predicts for rows.
  package struct Outputs {
    /// A score for each class, the probabilities where there are some; or the values of a regressor.
    package let scores: Matrix<Double>
    /// The place of each row's label among the classes; empty for a regressor, several labels and several outputs.
    package var labels: [Int] = []
  }

  private enum Part: Sendable {
    /// The network, and of a linear model the one that gives its sums.
    case network(MLP<Double>, sums: MLP<Double>?, isBinary: Bool)
    case ensemble(EnsembleNetwork)
  }

  /// The ensemble.
  package let ensemble: Ensemble
  private let parts: [Part]

  /// The networks of an ensemble.
  package init(_ ensemble: Ensemble) {
    self.ensemble = ensemble
    parts = ensemble.members.map { member in
      switch member {
      case .network(let weights):
        Self.part(weights)
      case .ensemble(let ensemble): .ensemble(EnsembleNetwork(ensemble))
      }
    }
  }

  private static func part(_ weights: SklearnWeights) -> Part {
    let network = weights.mlp()
    return .network(
      network,
      sums: weights.outline.isLinearModel ? network.replacing(output: .identity) : nil,
      isBinary: weights.task == .classifier && network.outputs == 1)
  }

  /// Evaluates rows.
  ///
  /// - Parameter rows: Rows as long as the ensemble takes them.
  /// - Throws: `MLPError`.
  package func evaluate(_ rows: Matrix<Double>) throws(MLPError) -> Outputs {
    let rows = try transformed(rows)
    switch ensemble.rule {
    case .average(let weights): return try average(rows, weights)
    case .vote(let weights): return try vote(rows, weights)
    case .oneVsRest(let isMultilabel): return try oneVsRest(rows, isMultilabel)
    case .separate:
      return Outputs(
        scores: Self.joined(
          try parts.map { part throws(MLPError) in try outputs(part, rows).scores }))
    case .calibrated(let calibrations): return try calibrated(rows, calibrations)
    case .threshold(let threshold, let positive, let ofSums):
      let scores = try outputs(parts[0], rows).scores
      let sums = ofSums ? try responses(of: parts[0], rows).values : nil
      let labels = (0..<scores.rows).map { row in
        let response =
          sums.map { positive == 1 ? $0[row, 0] : -$0[row, 0] } ?? scores[row, positive]
        return response >= threshold ? positive : 1 - positive
      }
      return Outputs(scores: scores, labels: labels)
    case .transformed(let operations, _):
      let values = try outputs(parts[0], rows).scores
      let transform = try InputTransform(
        steps: [.init(ensemble.name, operations)], inputs: values.columns)
      var changed = values.values
      try transform.apply(to: &changed)
      return Outputs(
        scores: Matrix(checkedRows: values.rows, columns: transform.outputs, values: changed))
    case .linear(let kind): return linear(try outputs(parts[0], rows).scores, kind)
    }
  }

  /// The rows as the members take them.
  private func transformed(_ rows: Matrix<Double>) throws(MLPError) -> Matrix<Double> {
    guard let transform = ensemble.transform else { return rows }
    guard rows.columns == transform.inputs else {
      throw .inputWidth(expected: transform.inputs, found: rows.columns)
    }
    var values = rows.values
    try transform.apply(to: &values)
    return Matrix(checkedRows: rows.rows, columns: transform.outputs, values: values)
  }

  /// The outputs of a member, of a binary network two columns.
  private func outputs(_ part: Part, _ rows: Matrix<Double>) throws(MLPError) -> Outputs {
    switch part {
    case .ensemble(let network): return try network.evaluate(rows)
    case .network(let network, _, let isBinary):
      let outputs = try network.evaluate(rows)
      let scores = isBinary ? Self.twoColumns(outputs) : outputs
      return Outputs(scores: scores, labels: Self.places(of: scores))
    }
  }

  private static func twoColumns(_ shares: Matrix<Double>) -> Matrix<Double> {
    var values = ContiguousArray<Double>()
    values.reserveCapacity(2 * shares.rows)
    for share in shares.values {
      values.append(1 - share)
      values.append(share)
    }
    return Matrix(checkedRows: shares.rows, columns: 2, values: values)
  }

  /// The place of the maximum of each row, the first of equal ones.
  private static func places(of scores: Matrix<Double>) -> [Int] {
    (0..<scores.rows).map { row in
      var best = 0
      for column in 0..<scores.columns where scores[row, column] > scores[row, best] {
        best = column
      }
      return best
    }
  }

  private static func joined(_ parts: [Matrix<Double>]) -> Matrix<Double> {
    var values = ContiguousArray<Double>()
    for row in 0..<parts[0].rows {
      for part in parts { values += part.values[row * part.columns..<(row + 1) * part.columns] }
    }
    return Matrix(
      checkedRows: parts[0].rows, columns: parts.reduce(0) { $0 + $1.columns }, values: values)
  }

  // MARK: The rules

  private func average(_ rows: Matrix<Double>, _ weights: [Double]) throws(MLPError) -> Outputs {
    let columns = ensemble.outputs
    var sums = ContiguousArray<Double>(repeating: 0, count: rows.rows * columns)
    for (index, part) in parts.enumerated() {
      let outputs = try outputs(part, rows)
      let places = ensemble.places(of: index)
      guard ensemble.members[index].hasProbabilities else {
        for (row, label) in outputs.labels.enumerated() {
          sums[row * columns + places[label]] += weights[index]
        }
        continue
      }
      for row in 0..<rows.rows {
        for column in 0..<outputs.scores.columns {
          sums[row * columns + places[column]] += outputs.scores[row, column] * weights[index]
        }
      }
    }
    let total = weights.reduce(0, +)
    for index in sums.indices { sums[index] /= total }
    let scores = Matrix(checkedRows: rows.rows, columns: columns, values: sums)
    return Outputs(
      scores: scores, labels: ensemble.task == .classifier ? Self.places(of: scores) : [])
  }

  private func vote(_ rows: Matrix<Double>, _ weights: [Double]) throws(MLPError) -> Outputs {
    let columns = ensemble.outputs
    var votes = ContiguousArray<Double>(repeating: 0, count: rows.rows * columns)
    for (index, part) in parts.enumerated() {
      let labels = try outputs(part, rows).labels
      let places = ensemble.places(of: index)
      for (row, label) in labels.enumerated() {
        votes[row * columns + places[label]] += weights[index]
      }
    }
    let scores = Matrix(checkedRows: rows.rows, columns: columns, values: votes)
    return Outputs(scores: scores, labels: Self.places(of: scores))
  }

  private func oneVsRest(
    _ rows: Matrix<Double>, _ isMultilabel: Bool
  ) throws(MLPError) -> Outputs {
    // The probability of the second class of each.
    let shares = Self.joined(
      try parts.map { part throws(MLPError) in
        let scores = try outputs(part, rows).scores
        return Matrix(
          checkedRows: scores.rows, columns: 1,
          values: ContiguousArray((0..<scores.rows).map { scores[$0, scores.columns - 1] }))
      })
    if isMultilabel { return Outputs(scores: shares) }
    if parts.count == 1 {
      let scores = Self.twoColumns(shares)
      // Above one half, and not the maximum: the two differ in the last digit.
      return Outputs(
        scores: scores, labels: shares.values.map { $0 > 0.5 ? 1 : 0 })
    }
    // The last of equal ones, as scikit-learn has it here.
    let labels = (0..<shares.rows).map { row in
      var best = 0
      for column in 0..<shares.columns where shares[row, column] >= shares[row, best] {
        best = column
      }
      return best
    }
    var values = shares.values
    for start in stride(from: 0, to: values.count, by: shares.columns) {
      let total = (start..<start + shares.columns).reduce(0) { $0 + values[$1] }
      for place in start..<start + shares.columns { values[place] /= total }
    }
    return Outputs(
      scores: Matrix(checkedRows: shares.rows, columns: shares.columns, values: values),
      labels: labels)
  }

  private func calibrated(
    _ rows: Matrix<Double>, _ calibrations: [[Ensemble.Calibration]]
  ) throws(MLPError) -> Outputs {
    let classes = ensemble.outputs
    var sums = ContiguousArray<Double>(repeating: 0, count: rows.rows * classes)
    for (part, curves) in zip(parts, calibrations) {
      let (responses, areSums) = try responses(of: part, rows)
      for row in 0..<rows.rows {
        let shares = Self.calibrated(
          (0..<responses.columns).map { responses[row, $0] }, areSums: areSums, curves,
          classes: classes)
        for (index, share) in shares.enumerated() { sums[row * classes + index] += share }
      }
    }
    for index in sums.indices { sums[index] /= Double(parts.count) }
    let scores = Matrix(checkedRows: rows.rows, columns: classes, values: sums)
    return Outputs(scores: scores, labels: Self.places(of: scores))
  }

  /// What a calibration is fitted on: the sums of a linear model, else the probabilities; of two classes those of the
  /// second.
  private func responses(
    of part: Part, _ rows: Matrix<Double>
  ) throws(MLPError) -> (values: Matrix<Double>, areSums: Bool) {
    switch part {
    case .network(let network, let sums, _):
      return (try (sums ?? network).evaluate(rows), sums != nil)
    case .ensemble(let inner):
      if case .linear = inner.ensemble.rule {
        return (try inner.sums(rows), true)
      }
      let scores = try inner.evaluate(rows).scores
      guard scores.columns == 2 else { return (scores, false) }
      return (
        Matrix(
          checkedRows: scores.rows, columns: 1,
          values: ContiguousArray((0..<scores.rows).map { scores[$0, 1] })), false
      )
    }
  }

  /// The sums of a linear model, after its preprocessing.
  private func sums(_ rows: Matrix<Double>) throws(MLPError) -> Matrix<Double> {
    try outputs(parts[0], transformed(rows)).scores
  }

  private static func calibrated(
    _ responses: [Double], areSums: Bool, _ curves: [Ensemble.Calibration], classes: Int
  ) -> [Double] {
    if case .temperature(let factor) = curves[0] {
      if areSums {
        let sums = responses.count == 1 ? [-responses[0], responses[0]] : responses
        return softmax(sums.map { factor * $0 })
      }
      let shares = responses.count == 1 ? [1 - responses[0], responses[0]] : responses
      // With what scikit-learn adds, so that no logarithm is infinite.
      return softmax(shares.map { factor * InputTransform.Function.log.value(of: $0 + 1e-12) })
    }
    var shares = zip(responses, curves).map { $1.share(of: $0) }
    if classes == 2 {
      shares = [1 - shares[0], shares[0]]
    } else {
      let total = shares.reduce(0, +)
      shares = shares.map { total == 0 ? 1 / Double(classes) : $0 / total }
    }
    return shares.map { $0 > 1 && $0 <= 1 + 1e-5 ? 1 : $0 }
  }

  private static func softmax(_ values: [Double]) -> [Double] {
    let most = values.max() ?? 0
    let powers = values.map { Double.exponential(of: $0 - most) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  /// The outputs of a linear model that has one sum for two classes, or one for each class.
  private func linear(_ sums: Matrix<Double>, _ kind: Ensemble.LinearOutputs) -> Outputs {
    let isBinary = sums.columns == 1
    let labels = isBinary ? sums.values.map { $0 > 0 ? 1 : 0 } : Self.places(of: sums)
    var shares = sums.values
    switch kind {
    case .labelsOnly: break
    case .logistic:
      for index in shares.indices {
        shares[index] = 1 / (1 + Double.exponential(of: -shares[index]))
      }
    case .modifiedHuber:
      for index in shares.indices { shares[index] = (min(max(shares[index], -1), 1) + 1) / 2 }
    }
    var scores = Matrix(checkedRows: sums.rows, columns: sums.columns, values: shares)
    if isBinary {
      scores = Self.twoColumns(scores)
    } else if kind != .labelsOnly {
      for start in stride(from: 0, to: shares.count, by: sums.columns) {
        let places = start..<start + sums.columns
        let total = places.reduce(0) { $0 + shares[$1] }
        for place in places {
          shares[place] = total == 0 ? 1 / Double(sums.columns) : shares[place] / total
        }
      }
      scores = Matrix(checkedRows: sums.rows, columns: sums.columns, values: shares)
    }
    return Outputs(scores: scores, labels: labels)
  }
}

extension Ensemble.Calibration {
  /// The probability that a response stands for.
  fileprivate func share(of response: Double) -> Double {
    switch self {
    case .sigmoid(let a, let b): return 1 / (1 + Double.exponential(of: a * response + b))
    case .isotonic(let x, let y):
      let value = min(max(response, x[0]), x[x.count - 1])
      // SciPy's interp1d: the first place that is not below the value, and the one before it.
      var (low, high) = (0, x.count)
      while low < high {
        let middle = (low + high) / 2
        if x[middle] < value { low = middle + 1 } else { high = middle }
      }
      guard x.count > 1 else { return y[0] }
      let place = min(max(low, 1), x.count - 1)
      let slope = (y[place] - y[place - 1]) / (x[place] - x[place - 1])
      return slope * (value - x[place - 1]) + y[place - 1]
    case .temperature: return response
    }
  }
}
