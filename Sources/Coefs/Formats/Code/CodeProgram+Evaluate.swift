import MLP

extension CodeProgram {
  /// The outputs of a row, as the code computes them to the bit; `nil` for a row that it refuses.
  ///
  /// The place of the label is the last of them, where it is not that of the maximum.
  func outputs<T: CodeScalar>(_ row: [T]) -> [T]? {
    for column in required where !row[column].isFinite { return nil }
    return Self.run(stages, row)
  }

  /// The probabilities of a row, or the values of a regressor; `nil` for a row that is refused.
  func results<T: CodeScalar>(_ row: [T]) -> [T]? {
    guard let outputs = outputs(row) else { return nil }
    if hasPlace { return Array(outputs.dropLast()) }
    return probabilities == outputs.count ? outputs : [1 - outputs[0], outputs[0]]
  }

  /// Those of some rows that the network takes, with what the self-test compares to the bit.
  func known<T: CodeScalar>(_ rows: [[T]]) -> [(row: [T], results: [T])] {
    rows.compactMap { row in
      (hasProbabilities ? results(row) : outputs(row)).map { (row, $0) }
    }
  }

  private static func run<T: CodeScalar>(_ stages: [Stage], _ row: [T]) -> [T]? {
    var x = row
    for stage in stages {
      guard let next = run(stage, x) else { return nil }
      x = next
    }
    return x
  }

  /// What a stage makes of a row; `nil` for a row that it refuses.
  static func run<T: CodeScalar>(_ stage: Stage, _ x: [T]) -> [T]? {
    switch stage {
    case .arithmetic(let kind, let values):
      return zip(x, values).map { x, value in
        let value = T(value)
        return switch kind {
        case .subtract: x - value
        case .divide: x / value
        case .multiply: x * value
        case .add: x + value
        }
      }
    case .clip(let range):
      let (low, high) = (T(range.lowerBound), T(range.upperBound))
      return x.map { $0 < low ? low : $0 > high ? high : $0 }
    case .function(let function): return x.map { function.value(of: $0) }
    case .binarize(let threshold):
      return x.map { $0 != $0 ? $0 : $0 > T(threshold) ? 1 : 0 }
    case .power(let isBoxCox, let lambdas):
      return zip(x, lambdas).map { isBoxCox ? boxCox($0, T($1)) : yeoJohnson($0, T($1)) }
    case .bins(let edges):
      return zip(x, edges).map { x, edges in
        x != x ? x : T(edges.count { T($0) <= x })
      }
    case .fill(let values, let missing):
      return x.indices.map { isMissing(x[$0], missing[$0]) ? T(values[$0]) : x[$0] }
    case .isMissing(let missing): return x.indices.map { isMissing(x[$0], missing[$0]) ? 1 : 0 }
    case .demandValues(let columns): return columns.contains { x[$0].isNaN } ? nil : x
    case .encode(let encodings, let isOneHot):
      var result: [T] = []
      for (column, encoding) in encodings.enumerated() {
        guard let code = encoding.code(in: x[column]) else { return nil }
        if isOneHot {
          result += (0..<encoding.width).map { code == T($0) ? 1 : 0 }
        } else {
          result.append(code)
        }
      }
      return result
    case .normalize(let norm):
      var size: T = 0
      for value in x {
        switch norm {
        case .l1: size += abs(value)
        case .l2: size += value * value
        case .max: size = abs(value) > size ? abs(value) : size
        case .sum: size += value
        }
      }
      if norm == .l2 { size = codeSquareRoot(size) }
      if norm != .sum, size < T(10 * Double.ulpOfOne) { size = 1 }
      return x.map { $0 / size }
    case .select(let columns): return columns.map { x[$0] }
    case .products(let products):
      return products.map { factors in
        guard let last = factors.last else { return 1 }
        return factors.dropLast().reversed().reduce(x[last]) { $0 * x[$1] }
      }
    case .dense(let weights, let biases, let inputs):
      return (0..<weights.count / inputs).map { output in
        var sum: T = 0
        for input in 0..<inputs { sum += x[input] * T(weights[output * inputs + input]) }
        return biases.map { sum + T($0[output]) } ?? sum
      }
    case .quantized(let layer): return layer.outputs(x.map { Float($0) }).map { T($0) }
    case .softmax:
      var most = x[0]
      for value in x where value > most { most = value }
      let powers = x.map { Function.exp.value(of: $0 - most) }
      var sum: T = 0
      for power in powers { sum += power }
      return powers.map { $0 / sum }
    case .branches(let branches):
      var result: [T] = []
      for branch in branches {
        guard let part = run(branch, x) else { return nil }
        result += part
      }
      return result
    case .weightedSum(let weights, let width):
      return (0..<width).map { column in
        var sum: T = 0
        for (row, weight) in weights.enumerated() { sum += x[row * width + column] * T(weight) }
        return sum
      }
    case .share:
      var total: T = 0
      for value in x { total += value }
      return x.map { total == 0 ? 1 / T(x.count) : $0 / total }
    case .interpolate(let points, let values): return [interpolated(x[0], points, values)]
    case .place(let place): return [T(Self.place(place, x))]
    case .demandFinite: return x.allSatisfy(\.isFinite) ? x : nil
    }
  }

  private static func place<T: CodeScalar>(_ place: Place, _ x: [T]) -> Int {
    switch place {
    case .first: x.indices.reduce(0) { x[$1] > x[$0] ? $1 : $0 }
    case .last: x.indices.reduce(0) { x[$1] >= x[$0] ? $1 : $0 }
    case .above(let threshold): x[0] > T(threshold) ? 1 : 0
    case .atLeast(let threshold): x[0] >= T(threshold) ? 1 : 0
    case .below(let threshold): x[0] >= T(threshold) ? 0 : 1
    }
  }

  /// The line through the first point that is not below a value, and the one before it.
  private static func interpolated<T: CodeScalar>(
    _ x: T, _ points: [Double], _ values: [Double]
  ) -> T {
    var place = 1
    while place < points.count - 1, T(points[place]) < x { place += 1 }
    guard points.count > 1, x > T(points[0]) else { return T(values[0]) }
    guard x < T(points[points.count - 1]) else { return T(values[values.count - 1]) }
    let (left, low) = (T(points[place - 1]), T(values[place - 1]))
    let slope = (T(values[place]) - low) / (T(points[place]) - left)
    return slope * (x - left) + low
  }

  private static func boxCox<T: CodeScalar>(_ x: T, _ lambda: T) -> T {
    power(ofLogarithm: Function.log.value(of: x), lambda)
  }

  private static func yeoJohnson<T: CodeScalar>(_ x: T, _ lambda: T) -> T {
    x < 0
      ? -power(ofLogarithm: Function.log1p.value(of: -x), 2 - lambda)
      : power(ofLogarithm: Function.log1p.value(of: x), lambda)
  }

  /// (e^(λ logarithm) − 1) / λ.
  private static func power<T: CodeScalar>(ofLogarithm logarithm: T, _ lambda: T) -> T {
    abs(lambda) < T(Double.ulpOfOne)
      ? logarithm : Function.expm1.value(of: lambda * logarithm) / lambda
  }

  private static func isMissing<T: CodeScalar>(_ x: T, _ missing: Double) -> Bool {
    missing.isNaN ? x != x : x == T(missing)
  }
}

extension InputTransform.Encoding {
  /// The code of a value of another type, found one by one; `nil` for one that is an error.
  fileprivate func code<T: CodeScalar>(in value: T) -> T? {
    for (category, code) in zip(categories, codes)
    where category.isNaN ? value != value : T(category) == value {
      return T(code)
    }
    return unknown.map { T($0) }
  }
}
