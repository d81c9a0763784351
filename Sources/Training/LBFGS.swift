/// The optimizer of scikit-learn's `lbfgs`: what SciPy's L-BFGS-B does where there are no bounds.
///
/// Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained optimization" (1995). The direction
/// is that of the two-loop recursion, which is the same as SciPy's but for rounding.
struct LBFGS {
  /// A point, with a function's value and gradient there.
  struct Point {
    var x: ContiguousArray<Double>
    var value: Double
    var gradient: ContiguousArray<Double>
  }

  /// Why it ended.
  enum End {
    case gradient, reduction, maxIterations, maxEvaluations, abnormal, interrupted
  }

  /// Where and how it ended.
  struct Result {
    let x: ContiguousArray<Double>
    /// The value there; after a line search that failed, that of its last step.
    let value: Double
    let iterations: Int
    let evaluations: Int
    let end: End
  }

  typealias Objective = (ContiguousArray<Double>) -> (
    value: Double, gradient: ContiguousArray<Double>
  )

  /// The number of corrections that are kept.
  private static let memory = 10
  /// A step reduces the value by less than this, relative to it: SciPy's `ftol`.
  private static let reduction = (2.220446049250313e-09 / Double.ulpOfOne) * .ulpOfOne
  /// The most evaluations of a line search.
  private static let maxTrials = 20

  let maxIterations: Int
  let maxEvaluations: Int
  /// It ends where no part of the gradient is greater.
  let gradientTolerance: Double

  /// Finds a minimum.
  ///
  /// - Parameters:
  ///   - x: Where to begin.
  ///   - objective: The value and the gradient at a point.
  ///   - report: Called after each iteration with its number and the value; `false` ends the search.
  func minimize(
    from x: ContiguousArray<Double>, _ objective: Objective,
    report: (Int, Double) -> Bool = { _, _ in true }
  ) -> Result {
    var function = Evaluations()
    var now = function.point(at: x, objective)
    var corrections = Corrections()
    var iterations = 0
    func result(_ end: End, _ value: Double? = nil) -> Result {
      Result(
        x: now.x, value: value ?? now.value, iterations: iterations,
        evaluations: function.count, end: end)
    }
    if now.gradient.greatest <= gradientTolerance { return result(.gradient) }
    while true {
      let direction = corrections.direction(at: now.gradient)
      // The direction is what the addition leaves of it.
      let whole = sum(now.x, direction)
      let d = difference(whole, now.x)
      let length = dot(d, d).squareRoot()
      let slope = dot(now.gradient, d)
      let first = iterations == 0 ? Double.minimum(1 / length, 1e10) : 1
      let found = search(from: now, d, whole, slope: slope, first: first, &function, objective)
      guard let (next, step, nextSlope) = found.end else {
        if corrections.isEmpty { return result(.abnormal, found.lastValue ?? now.value) }
        corrections = Corrections()
        continue
      }
      let last = now
      now = next
      iterations += 1
      guard report(iterations, now.value) else { return result(.interrupted) }
      if iterations >= maxIterations { return result(.maxIterations) }
      if function.count > maxEvaluations { return result(.maxEvaluations) }
      if now.gradient.greatest <= gradientTolerance { return result(.gradient) }
      let scale = Double.maximum(Double.maximum(abs(last.value), abs(now.value)), 1)
      if last.value - now.value <= Self.reduction * scale { return result(.reduction) }
      corrections.add(
        s: step == 1 ? d : scaled(d, by: step), y: difference(now.gradient, last.gradient),
        curvature: step == 1 ? nextSlope - slope : (nextSlope - slope) * step,
        limit: step == 1 ? -slope : -slope * step, squares: step * step * (length * length),
        keeping: Self.memory)
    }
  }

  /// Searches along a direction; `end` is `nil` where no step is good enough.
  private func search(
    from start: Point, _ d: ContiguousArray<Double>, _ whole: ContiguousArray<Double>,
    slope: Double, first: Double, _ function: inout Evaluations, _ objective: Objective
  ) -> (end: (Point, step: Double, slope: Double)?, lastValue: Double?) {
    if slope >= 0 { return (nil, nil) }
    var search = LineSearch(value: start.value, slope: slope, firstStep: first)
    var lastValue: Double?
    for _ in 0..<Self.maxTrials {
      let step = search.step
      let point = function.point(
        at: step == 1 ? whole : sum(scaled(d, by: step), start.x), objective)
      let slope = dot(point.gradient, d)
      if search.ends(value: point.value, slope: slope) { return ((point, step, slope), nil) }
      lastValue = point.value
    }
    return (nil, lastValue)
  }
}

/// A function whose evaluations are counted; the result of the last point is remembered.
private struct Evaluations {
  private var last: LBFGS.Point?
  private(set) var count = 0

  mutating func point(
    at x: ContiguousArray<Double>, _ objective: LBFGS.Objective
  ) -> LBFGS.Point {
    if let last, last.x == x { return last }
    let (value, gradient) = objective(x)
    count += 1
    let point = LBFGS.Point(x: x, value: value, gradient: gradient)
    last = point
    return point
  }
}

/// What the optimizer remembers of the last steps: s, the change of the point, and y, that of the gradient.
private struct Corrections {
  private var s: [ContiguousArray<Double>] = []
  private var y: [ContiguousArray<Double>] = []
  /// s · y of each pair, from the slopes.
  private var curvatures: [Double] = []
  /// s · s of all pairs, and s · y, the oldest first.
  private var squares: [[Double]] = []
  private var products: [[Double]] = []
  /// y · y / s · y of the newest pair: the scale of the Hessian without corrections.
  private var theta = 1.0

  var isEmpty: Bool { s.isEmpty }

  /// The direction to a minimum: minus the inverse Hessian times the gradient, by two loops over the pairs.
  func direction(at gradient: ContiguousArray<Double>) -> ContiguousArray<Double> {
    if isEmpty {
      // 1, or NaN where the squares overflow.
      let square = dot(gradient, gradient)
      return scaled(gradient, by: -(square / square))
    }
    var q = scaled(gradient, by: -1)
    var factors = [Double](repeating: 0, count: s.count)
    for i in s.indices.reversed() {
      factors[i] = dot(s[i], q) / curvatures[i]
      accumulate(&q, y[i], times: -factors[i])
    }
    for i in q.indices { q[i] /= theta }
    for i in s.indices {
      let factor = factors[i] - dot(y[i], q) / curvatures[i]
      accumulate(&q, s[i], times: factor)
    }
    return q
  }

  /// Adds a pair, unless its curvature is too small; forgets all where the Hessian would not be positive definite.
  mutating func add(
    s new: ContiguousArray<Double>, y newY: ContiguousArray<Double>, curvature: Double,
    limit: Double, squares ofNew: Double, keeping most: Int
  ) {
    if curvature <= .ulpOfOne * limit { return }
    if s.count == most {
      s.removeFirst()
      y.removeFirst()
      curvatures.removeFirst()
      squares.removeFirst()
      products.removeFirst()
      for i in squares.indices { squares[i].removeFirst() }
      for i in products.indices { products[i].removeFirst() }
    }
    // Row i has the products with the pairs before i, and in `squares` with itself.
    squares.append(s.map { dot(new, $0) } + [ofNew])
    products.append(y.map { dot(new, $0) })
    s.append(new)
    y.append(newY)
    curvatures.append(curvature)
    theta = dot(newY, newY) / curvature
    if !isPositiveDefinite { self = Corrections() }
  }

  /// Whether θ S'S + L D⁻¹ L' is positive definite, L being the part of S'Y below its diagonal, D the curvatures.
  private var isPositiveDefinite: Bool {
    let count = s.count
    var factor = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
    for i in 0..<count {
      for j in 0...i {
        var sum = theta * squares[i][j]
        for k in 0..<j { sum += products[i][k] * products[j][k] / curvatures[k] }
        for k in 0..<j { sum -= factor[i][k] * factor[j][k] }
        if i == j {
          guard sum > 0 else { return false }
          factor[i][i] = sum.squareRoot()
        } else {
          factor[i][j] = sum / factor[j][j]
        }
      }
    }
    return true
  }
}

extension ContiguousArray<Double> {
  /// The maximum of the absolute values; NaN counts for nothing.
  fileprivate var greatest: Double { reduce(0) { Double.maximum($0, abs($1)) } }
}

private func dot(_ one: ContiguousArray<Double>, _ other: ContiguousArray<Double>) -> Double {
  var sum = 0.0
  for i in one.indices { sum += one[i] * other[i] }
  return sum
}

private func sum(
  _ one: ContiguousArray<Double>, _ other: ContiguousArray<Double>
) -> ContiguousArray<Double> {
  var result = one
  for i in result.indices { result[i] += other[i] }
  return result
}

private func difference(
  _ one: ContiguousArray<Double>, _ other: ContiguousArray<Double>
) -> ContiguousArray<Double> {
  var result = one
  for i in result.indices { result[i] -= other[i] }
  return result
}

private func scaled(_ values: ContiguousArray<Double>, by factor: Double) -> ContiguousArray<Double>
{
  var result = values
  for i in result.indices { result[i] *= factor }
  return result
}

private func accumulate(
  _ values: inout ContiguousArray<Double>, _ other: ContiguousArray<Double>, times factor: Double
) {
  for i in values.indices { values[i] += factor * other[i] }
}
