/// A sum whose rounding error does not grow with the number of terms (Neumaier).
struct CompensatedSum {
  private var sum = 0.0
  private var lost = 0.0

  /// The sum.
  var value: Double { sum + lost }

  /// Adds a term.
  mutating func add(_ term: Double) {
    let next = sum + term
    lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  /// Adds a term.
  static func += (sum: inout Self, term: Double) { sum.add(term) }
}

/// The 95 % interval of Wilson for a share of `count` among `all`; `nil` of nothing.
///
///     (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
func wilsonInterval(_ count: Int, of all: Int) -> ClosedRange<Double>? {
  guard all > 0 else { return nil }
  // The quantile 0.975 of the normal distribution.
  let z = 1.959963984540054
  let (n, share) = (Double(all), Double(count) / Double(all))
  let scale = 2 * (n + z * z)
  let center = (2 * n * share + z * z) / scale
  let half = z / scale * (4 * n * share * (1 - share) + z * z).squareRoot()
  return (count == 0 ? 0 : center - half)...(count == all ? 1 : center + half)
}

/// McNemar's test: whether two networks that differ in some rows differ by more than chance.
package struct McNemarTest: Codable, Hashable, Sendable {
  /// The number of rows that only the second network has right.
  package let fixed: Int
  /// The number of rows that only the first network has right.
  package let broken: Int
  /// The probability of counts that differ as much, if each such row were as likely fixed as broken: two-sided, from
  /// the binomial distribution, exact for counts of any size.
  package let pValue: Double
  /// How the probability was computed.
  package let method: String

  /// Tests two counts.
  package init(fixed: Int, broken: Int) {
    self.fixed = fixed
    self.broken = broken
    method = "exact binomial"
    pValue = Self.pValue(min(fixed, broken), of: fixed + broken)
  }

  /// 2 Σ over i ≤ k of C(n, i) / 2ⁿ, at most 1.
  private static func pValue(_ k: Int, of n: Int) -> Double {
    guard 2 * k < n else { return 1 }
    // C(n, k) as a significand and an exponent, because it has as many bits as n.
    var (significand, exponent) = (1.0, 0)
    for i in stride(from: 1, through: k, by: 1) {
      significand *= Double(n - k + i) / Double(i)
      if significand >= 0x1p500 {
        significand *= 0x1p-500
        exponent += 500
      }
    }
    // The terms from the largest to the smallest, as parts of the largest.
    var (sum, term) = (1.0, 1.0)
    for i in stride(from: k, to: 0, by: -1) where term > sum * 0x1p-60 {
      term *= Double(i) / Double(n - i + 1)
      sum += term
    }
    // In two steps, because 2⁻ⁿ alone may be too small where the product is not.
    let scaled = significand * sum
    let power = exponent + 1 - n
    guard power > -2_000 else { return 0 }
    return min(
      1,
      scaled * Double(sign: .plus, exponent: power / 2, significand: 1)
        * Double(sign: .plus, exponent: power - power / 2, significand: 1))
  }
}
