import Platform

/// Rows while operations change them.
struct ColumnBlock {
  /// The values, row after row.
  private(set) var values: ContiguousArray<Double>
  /// The length of a row.
  private(set) var width: Int
  /// The first value that an operation refused.
  private(set) var unknown: MLPError?

  private let rows: Int

  /// Rows of a length.
  init(_ values: ContiguousArray<Double>, width: Int) {
    self.values = values
    self.width = width
    rows = values.count / width
  }

  /// Applies operations that fit the columns.
  mutating func apply(_ operations: [InputTransform.Operation]) {
    for operation in operations { apply(operation) }
  }

  private mutating func apply(_ operation: InputTransform.Operation) {
    switch operation {
    case .subtract, .divide, .multiply, .add, .clip: operation.apply(to: &values)
    case .function(.absolute), .function(.fabs): map { abs($0) }
    case .function(let function): map(function.implementation)
    case .binarize(let threshold): map { $0.isNaN ? $0 : $0 > threshold ? 1 : 0 }
    case .power(let kind, let lambdas): mapColumns(lambdas) { kind.power(of: $0, $1) }
    case .quantiles(let quantiles):
      mapColumns(quantiles.columns.map { quantiles.curve($0) }) { quantiles.share(of: $0, $1) }
    case .bins(let edges):
      mapColumns(edges) { value, edges in
        value.isNaN ? value : Double(edges.partition(after: value))
      }
    case .fill(let fills, let missing):
      mapColumns(Array(zip(fills, missing))) { value, pair in
        value == pair.1 || value.isNaN && pair.1.isNaN ? pair.0 : value
      }
    case .isMissing(let missing):
      mapColumns(missing) { value, missing in
        value == missing || value.isNaN && missing.isNaN ? 1 : 0
      }
    case .demandValues(let columns):
      for row in 0..<rows where unknown == nil {
        // A gap of the row itself has been found before.
        if columns.contains(where: { values[row * width + $0].isNaN }) {
          unknown = .notFinite(row: row, step: "an operation before MissingIndicator")
        }
      }
    case .ordinal(let encodings):
      for (column, encoding) in encodings.enumerated() {
        for row in 0..<rows {
          let index = row * width + column
          values[index] = code(of: values[index], encoding, row: row)
        }
      }
    case .oneHot(let encodings): encode(encodings)
    case .normalize(let norm): normalize(norm)
    case .select(let columns):
      let old = values
      remake(columns.count) { row, column in old[row + columns[column]] }
    case .matrix(let weights, let inputs): multiply(weights, inputs)
    case .products(let products):
      let old = values
      remake(products.count) { row, column in
        var product = 1.0
        for (index, factor) in products[column].reversed().enumerated() {
          product = index == 0 ? old[row + factor] : product * old[row + factor]
        }
        return product
      }
    case .concatenate(let branches): concatenate(branches)
    }
  }

  // MARK: Value by value

  private mutating func map(_ function: (Double) -> Double) {
    for index in values.indices { values[index] = function(values[index]) }
  }

  /// Changes each value by what belongs to its column.
  @inline(__always)
  private mutating func mapColumns<Item>(
    _ items: [Item], _ function: (Double, Item) -> Double
  ) {
    guard width > 0 else { return }
    for start in stride(from: 0, to: values.count, by: width) {
      for column in 0..<width {
        values[start + column] = function(values[start + column], items[column])
      }
    }
  }

  /// Makes rows of another length; the closure gets where the old row begins, and the new column.
  @inline(__always)
  private mutating func remake(_ count: Int, _ value: (Int, Int) -> Double) {
    var made = ContiguousArray<Double>()
    made.reserveCapacity(rows * count)
    for row in 0..<rows {
      for column in 0..<count { made.append(value(row * width, column)) }
    }
    values = made
    width = count
  }

  // MARK: Row by row

  private mutating func normalize(_ norm: InputTransform.Norm) {
    guard width > 0 else { return }
    for start in stride(from: 0, to: values.count, by: width) {
      let places = start..<start + width
      var size =
        switch norm {
        case .l1: places.reduce(0) { $0 + abs(values[$1]) }
        case .l2: places.reduce(0) { $0 + values[$1] * values[$1] }.squareRoot()
        case .max: places.reduce(0) { max($0, abs(values[$1])) }
        case .sum: places.reduce(0) { $0 + values[$1] }
        }
      // As scikit-learn takes it for 0.
      if norm != .sum, size < 10 * Double.ulpOfOne { size = 1 }
      for place in places { values[place] /= size }
    }
  }

  private mutating func multiply(_ weights: [Double], _ inputs: Int) {
    let old = values
    remake(weights.count / inputs) { row, output in
      var sum = 0.0
      for input in 0..<inputs { sum += old[row + input] * weights[output * inputs + input] }
      return sum
    }
  }

  private mutating func code(
    of value: Double, _ encoding: InputTransform.Encoding, row: Int
  ) -> Double {
    if let code = encoding.code(of: value) { return code }
    // Columns are encoded one after another, as scikit-learn does, and the first that fails counts.
    if unknown == nil {
      // A value that an earlier operation has made is in no column of the row.
      unknown =
        encoding.column.map { .unknownCategory(row: row, column: $0, value: value) }
        ?? .notFinite(row: row, step: "an encoder, which does not know \(value),")
    }
    return .nan
  }

  private mutating func encode(_ encodings: [InputTransform.Encoding]) {
    let total = encodings.reduce(0) { $0 + $1.width }
    var made = ContiguousArray<Double>(repeating: 0, count: rows * total)
    var start = 0
    // Column by column, so that an encoding is looked up once.
    for (column, encoding) in encodings.enumerated() {
      for row in 0..<rows {
        let code = code(of: values[row * width + column], encoding, row: row)
        if code >= 0 { made[row * total + start + Int(code)] = 1 }
      }
      start += encoding.width
    }
    values = made
    width = total
  }

  private mutating func concatenate(_ branches: [[InputTransform.Operation]]) {
    var parts: [ColumnBlock] = []
    for branch in branches {
      var part = self
      part.apply(branch)
      unknown = unknown ?? part.unknown
      parts.append(part)
    }
    let total = parts.reduce(0) { $0 + $1.width }
    var made = ContiguousArray<Double>(repeating: 0, count: rows * total)
    var start = 0
    for part in parts {
      for row in 0..<rows {
        for column in 0..<part.width {
          made[row * total + start + column] = part.values[row * part.width + column]
        }
      }
      start += part.width
    }
    values = made
    width = total
  }
}

extension [Double] {
  /// The number of values that are not above one; these rise.
  fileprivate func partition(after value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension InputTransform.Quantiles {
  /// The quantiles of a column and their shares, and both mirrored, which is where equal quantiles differ.
  fileprivate struct Curve {
    let quantiles: [Double]
    let mirrored: [Double]
    let mirroredShares: [Double]
  }

  fileprivate func curve(_ column: [Double]) -> Curve {
    Curve(
      quantiles: column, mirrored: column.reversed().map { -$0 },
      mirroredShares: shares.reversed().map { -$0 })
  }

  /// The share of a column's values that is below one, or for the inverse the quantile of a share.
  fileprivate func share(of value: Double, _ curve: Curve) -> Double {
    if value.isNaN { return value }
    let known = isInverse ? shares : curve.quantiles
    let results = isInverse ? curve.quantiles : shares
    if value - margin < known[0] || value == known[0] { return results[0] }
    let last = known.count - 1
    if value + margin > known[last] || value == known[last] { return results[last] }
    if isInverse { return interpolate(value, known, results) }
    return 0.5
      * (interpolate(value, known, results)
        - interpolate(-value, curve.mirrored, curve.mirroredShares))
  }

  /// As `numpy.interp`.
  private func interpolate(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
    let next = xs.partition(after: x)
    if next == 0 { return ys[0] }
    let place = next - 1
    if next == xs.count || xs[place] == x { return ys[place] }
    let slope = (ys[next] - ys[place]) / (xs[next] - xs[place])
    return slope * (x - xs[place]) + ys[place]
  }
}
