/// The step length along a direction: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease"
/// (1994), with the constants of L-BFGS-B.
///
/// It narrows an interval that holds a step at which the function has decreased enough and its slope has flattened
/// enough. The caller evaluates the function at ``step`` and feeds the result, until it ends.
///
/// Comparisons with NaN are false, and of a NaN and a number the number is the minimum and the maximum, as in C.
struct LineSearch {
  /// A step with the value and the slope of the function there.
  private struct Point {
    var step: Double
    var value: Double
    var slope: Double
  }

  /// The share of the initial slope that counts as decrease, and as flat.
  private static let (decrease, flatness) = (1e-3, 0.9)
  /// The smallest width of the interval, relative to its end.
  private static let tolerance = 0.1
  private static let maxStep = 1e10

  /// The step to evaluate.
  private(set) var step: Double

  private let start: Point
  /// The best step, and the other end of the interval.
  private var best: Point
  private var other: Point
  private var isBracketed = false
  /// Whether no step has been seen yet with enough decrease and a rising function.
  private var isFirstStage = true
  private var width = LineSearch.maxStep
  private var lastWidth = 2 * LineSearch.maxStep
  private var (low, high): (Double, Double)

  /// Begins with the value and the slope at 0, and a first step.
  init(value: Double, slope: Double, firstStep: Double) {
    start = Point(step: 0, value: value, slope: slope)
    best = start
    other = start
    step = firstStep
    (low, high) = (0, firstStep + 4 * firstStep)
  }

  /// Takes the value and the slope at ``step``.
  ///
  /// - Returns: Whether the search has ended, at this step; otherwise ``step`` is another one.
  mutating func ends(value: Double, slope: Double) -> Bool {
    let test = Self.decrease * start.slope
    let need = start.value + step * test
    if isFirstStage, value <= need, slope >= 0 { isFirstStage = false }
    if isBracketed, step <= low || step >= high || high - low <= Self.tolerance * high {
      return true
    }
    if step == Self.maxStep, value <= need, slope <= test { return true }
    if step == 0, value > need || slope >= test { return true }
    if value <= need, abs(slope) <= Self.flatness * -start.slope { return true }

    let found = Point(step: step, value: value, slope: slope)
    if isFirstStage, value <= best.value, value > need {
      // The function less the decrease that is needed.
      func lowered(_ point: Point) -> Point {
        Point(
          step: point.step, value: point.value - point.step * test, slope: point.slope - test)
      }
      func raised(_ point: Point) -> Point {
        Point(
          step: point.step, value: point.value + point.step * test, slope: point.slope + test)
      }
      (best, other) = (lowered(best), lowered(other))
      takeStep(lowered(found))
      (best, other) = (raised(best), raised(other))
    } else {
      takeStep(found)
    }
    if isBracketed {
      if abs(other.step - best.step) >= 0.66 * lastWidth {
        step = best.step + 0.5 * (other.step - best.step)
      }
      lastWidth = width
      width = abs(other.step - best.step)
      (low, high) = (least(best.step, other.step), most(best.step, other.step))
    } else {
      (low, high) = (step + 1.1 * (step - best.step), step + 4 * (step - best.step))
    }
    step = least(most(step, 0), Self.maxStep)
    if isBracketed, step <= low || step >= high || high - low <= Self.tolerance * high {
      step = best.step
    }
    return false
  }

  /// The next step, from a cubic or a parabola through two points, and the interval with the new point.
  private mutating func takeStep(_ new: Point) {
    let t = new.step
    let isOpposite = new.slope * (best.slope / abs(best.slope)) < 0
    // What the minimum of the cubic through the new point and another is made of.
    func cubic(_ end: Point, clipped: Bool = false) -> (theta: Double, gamma: Double) {
      let theta = 3 * (new.value - end.value) / (end.step - t) + end.slope + new.slope
      let scale = most(most(abs(theta), abs(end.slope)), abs(new.slope))
      let radicand =
        (theta / scale) * (theta / scale) - (end.slope / scale) * (new.slope / scale)
      return (theta, scale * (clipped ? most(0, radicand) : radicand).squareRoot())
    }
    if new.value > best.value {
      var (theta, gamma) = cubic(best)
      if t < best.step { gamma = -gamma }
      let r = ((gamma - best.slope) + theta) / (((gamma - best.slope) + gamma) + new.slope)
      let c = best.step + r * (t - best.step)
      let share = (best.slope / ((best.value - new.value) / (t - best.step) + best.slope)) / 2
      let q = best.step + share * (t - best.step)
      step = abs(c - best.step) < abs(q - best.step) ? c : c + (q - c) / 2
      isBracketed = true
    } else if isOpposite {
      var (theta, gamma) = cubic(best)
      if t > best.step { gamma = -gamma }
      let r = ((gamma - new.slope) + theta) / (((gamma - new.slope) + gamma) + best.slope)
      let c = t + r * (best.step - t)
      let q = t + (new.slope / (new.slope - best.slope)) * (best.step - t)
      step = abs(c - t) > abs(q - t) ? c : q
      isBracketed = true
    } else if abs(new.slope) < abs(best.slope) {
      var (theta, gamma) = cubic(best, clipped: true)
      if t > best.step { gamma = -gamma }
      let r = ((gamma - new.slope) + theta) / ((gamma + (best.slope - new.slope)) + gamma)
      let c =
        r < 0 && gamma != 0 ? t + r * (best.step - t) : t > best.step ? high : low
      let q = t + (new.slope / (new.slope - best.slope)) * (best.step - t)
      if isBracketed {
        let nearer = abs(c - t) < abs(q - t) ? c : q
        let limit = t + 0.66 * (other.step - t)
        step = t > best.step ? least(limit, nearer) : most(limit, nearer)
      } else {
        let farther = abs(c - t) > abs(q - t) ? c : q
        step = most(low, least(high, farther))
      }
    } else if isBracketed {
      var (theta, gamma) = cubic(other)
      if t > other.step { gamma = -gamma }
      let r = ((gamma - new.slope) + theta) / (((gamma - new.slope) + gamma) + other.slope)
      step = t + r * (other.step - t)
    } else {
      step = t > best.step ? high : low
    }
    if new.value > best.value {
      other = new
    } else {
      if isOpposite { other = best }
      best = new
    }
  }
}

/// The lesser of two numbers; a NaN loses.
private func least(_ one: Double, _ other: Double) -> Double { Double.minimum(one, other) }

/// The greater of two numbers; a NaN loses.
private func most(_ one: Double, _ other: Double) -> Double { Double.maximum(one, other) }
