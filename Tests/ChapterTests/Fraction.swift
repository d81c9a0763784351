/// Factors and their powers. A factor is x or the exponential of a simplified formula, and as
/// exp(−u) is exp(u)⁻¹, powers may be negative or, of an exponential, broken.
private typealias Monomial = [Expression: Double]

/// A sum of monomials times their coefficients, none of which is 0: two sums are equal if and only
/// if they are the same dictionary.
private typealias Sum = [Monomial: Double]

/// What an ``Expression`` is simplified to: one sum over a product of powers of other sums, each
/// without monomials that all its terms have in common.
///
/// Two formulas are equal wherever both are defined if and only if their difference is 0 here. A
/// factor of the denominator is cancelled where it makes up the whole numerator, and a denominator
/// stays in the factors that it was written in: enough for the sigmoid, but there is no search for
/// other common factors.
struct Fraction {
  private var numerator: Sum
  private var denominator: [Sum: Int] = [:]

  init(_ expression: Expression) {
    switch expression {
    case .constant(let c): self.init([[:]: c])
    case .variable: self.init([[.variable: 1]: 1])
    case .sum(let a, let b): self = Fraction(a) + Fraction(b)
    case .product(let a, let b): self = Fraction(a) * Fraction(b)
    case .quotient(let a, .power(let b, let n)): self.init(a * .power(b, -n))
    case .quotient(let a, let b): self = Fraction(a) * Fraction(b).inverse
    case .power(let a, let n):
      let base = n < 0 ? Fraction(a).inverse : Fraction(a)
      self = repeatElement(base, count: abs(n)).reduce(Fraction([[:]: 1]), *)
    case .exp(let a): self.init([Self.exponential(of: Fraction(a)): 1])
    case .negation(let a): self = Fraction([[:]: -1]) * Fraction(a)
    }
  }

  private init(_ numerator: Sum, over denominator: [Sum: Int] = [:]) {
    self.numerator = numerator.filter { $0.value != 0 }
    self.denominator = self.numerator.isEmpty ? [:] : denominator
    let (monomial, rest) = self.numerator.split
    if let power = self.denominator[rest] {
      self.numerator = monomial
      self.denominator[rest] = power > 1 ? power - 1 : nil
    }
  }

  /// exp(Σ c·m) = Π exp(m)ᶜ.
  private static func exponential(of exponent: Fraction) -> Monomial {
    guard exponent.denominator.isEmpty else { return [.exp(exponent.expression): 1] }
    return Monomial(
      uniqueKeysWithValues: exponent.numerator.map { (.exp([$0.key: 1].expression), $0.value) })
  }

  private var inverse: Fraction {
    precondition(!numerator.isEmpty, "a formula is divided by 0")
    let (monomial, rest) = numerator.split
    let reciprocal = Sum(
      uniqueKeysWithValues: monomial.map { ($0.key.mapValues { -$0 }, 1 / $0.value) })
    return Fraction(
      denominator.reduce(reciprocal) { $0 * $1.key.raised(to: $1.value) },
      over: rest == [[:]: 1] ? [:] : [rest: 1])
  }

  fileprivate static func + (a: Fraction, b: Fraction) -> Fraction {
    let common = a.denominator.merging(b.denominator, uniquingKeysWith: max)
    func expanded(_ fraction: Fraction) -> Sum {
      common.reduce(fraction.numerator) { sum, factor in
        sum * factor.key.raised(to: factor.value - fraction.denominator[factor.key, default: 0])
      }
    }
    return Fraction(expanded(a).merging(expanded(b), uniquingKeysWith: +), over: common)
  }

  fileprivate static func * (a: Fraction, b: Fraction) -> Fraction {
    // One crosswise, so that what makes up a numerator is cancelled before it is expanded.
    let left = Fraction(a.numerator, over: b.denominator)
    let right = Fraction(b.numerator, over: a.denominator)
    return Fraction(
      left.numerator * right.numerator,
      over: left.denominator.merging(right.denominator, uniquingKeysWith: +))
  }

  /// The fraction as a formula, its terms and factors in the order of their descriptions.
  var expression: Expression {
    let factors = denominator.map { $1 == 1 ? $0.expression : .power($0.expression, $1) }
      .sorted { $0.description < $1.description }
    guard let first = factors.first else { return numerator.expression }
    return numerator.expression / factors.dropFirst().reduce(first, *)
  }
}

extension Sum {
  fileprivate static func * (a: Sum, b: Sum) -> Sum {
    var product: Sum = [:]
    for (one, c) in a {
      for (other, d) in b {
        let monomial = one.merging(other, uniquingKeysWith: +).filter { $0.value != 0 }
        product[monomial, default: 0] += c * d
      }
    }
    return product.filter { $0.value != 0 }
  }

  fileprivate func raised(to power: Int) -> Sum {
    repeatElement(self, count: power).reduce([[:]: 1], *)
  }

  /// The sum as a monomial times a sum whose terms have nothing in common: the least power of x is
  /// taken out, so that 1 + x stays, and the greatest of an exponential, so that 1 + exp(−x) does.
  fileprivate var split: (monomial: Sum, rest: Sum) {
    var common: Monomial = [:]
    for factor in Set(keys.flatMap(\.keys)) {
      let powers = keys.map { $0[factor, default: 0] }
      let power = factor == .variable ? powers.min() : powers.max()
      common[factor] = power == 0 ? nil : power
    }
    let rest = self * [common.mapValues { -$0 }: 1]
    guard let coefficient = rest.sortedTerms.first?.value else { return (self, [:]) }
    return ([common: coefficient], rest.mapValues { $0 / coefficient })
  }

  private var sortedTerms: [(key: Monomial, value: Double)] {
    sorted { $0.key.expression.description < $1.key.expression.description }
  }

  fileprivate var expression: Expression {
    let terms = sortedTerms.map { monomial, c -> Expression in
      if monomial.isEmpty { return .constant(c) }
      return abs(c) == 1 ? monomial.expression : .constant(abs(c)) * monomial.expression
    }
    var result: Expression?
    for (term, c) in zip(terms, sortedTerms.map(\.value)) {
      let isNegated = c < 0 && !term.isConstant
      if let sum = result {
        result = isNegated ? sum - term : sum + term
      } else {
        result = isNegated ? -term : term
      }
    }
    return result ?? 0
  }
}

extension Monomial {
  fileprivate var expression: Expression {
    let factors = map { factor, power -> Expression in
      guard case .exp(let u) = factor else {
        return power == 1 ? factor : .power(factor, Int(power))
      }
      let exponent = abs(power) == 1 ? u : .constant(abs(power)) * u
      return .exp(power < 0 ? -exponent : exponent)
    }
    .sorted { $0.description < $1.description }
    guard let first = factors.first else { return 1 }
    return factors.dropFirst().reduce(first, *)
  }
}

extension Expression {
  fileprivate var isConstant: Bool { if case .constant = self { true } else { false } }
}
