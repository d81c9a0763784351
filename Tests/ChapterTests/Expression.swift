import Foundation

/// A function of one variable x, as a formula that can be differentiated.
indirect enum Expression: Hashable, Sendable {
  case constant(Double)
  case variable
  case sum(Expression, Expression)
  case product(Expression, Expression)
  case quotient(Expression, Expression)
  case power(Expression, Int)
  case exp(Expression)
  case negation(Expression)

  /// The formula's value at a number.
  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .constant(let c): c
    case .variable: x
    case .sum(let a, let b): a(x) + b(x)
    case .product(let a, let b): a(x) * b(x)
    case .quotient(let a, let b): a(x) / b(x)
    case .power(let a, let n): pow(a(x), Double(n))
    case .exp(let a): Foundation.exp(a(x))
    case .negation(let a): -a(x)
    }
  }

  /// d/dx, by the rules of differentiation alone: not simplified.
  var derivative: Expression {
    switch self {
    case .constant: 0
    case .variable: 1
    case .sum(let a, let b): a.derivative + b.derivative
    case .product(let a, let b): a.derivative * b + a * b.derivative
    case .quotient(let a, let b): (a.derivative * b - a * b.derivative) / .power(b, 2)
    case .power(let a, let n): .constant(Double(n)) * .power(a, n - 1) * a.derivative
    case .exp(let a): self * a.derivative
    case .negation(let a): -a.derivative
    }
  }

  /// The formula as one fraction: see ``Fraction``.
  var simplified: Expression { Fraction(self).expression }
}

extension Expression: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int) { self = .constant(Double(value)) }

  static func + (a: Expression, b: Expression) -> Expression { .sum(a, b) }
  static func - (a: Expression, b: Expression) -> Expression { .sum(a, .negation(b)) }
  static func * (a: Expression, b: Expression) -> Expression { .product(a, b) }
  static func / (a: Expression, b: Expression) -> Expression { .quotient(a, b) }
  static prefix func - (a: Expression) -> Expression { .negation(a) }
}

extension Expression: CustomStringConvertible {
  var description: String {
    switch self {
    case .constant(let c): Int(exactly: c).map(String.init) ?? "\(c)"
    case .variable: "x"
    case .sum(let a, .negation(let b)): "\(a) - \(b.text(inside: 2))"
    case .sum(let a, let b): "\(a) + \(b.text(inside: 1))"
    case .product(let a, let b): "\(a.text(inside: 1))*\(b.text(inside: 2))"
    case .quotient(let a, let b): "\(a.text(inside: 1))/\(b.text(inside: 3))"
    case .power(let a, let n): "\(a.text(inside: 4))^\(n)"
    case .exp(let a): "exp(\(a))"
    case .negation(let a): "-\(a.text(inside: 2))"
    }
  }

  /// How tightly the outermost operation binds.
  private var precedence: Int {
    switch self {
    case .sum: 0
    case .negation: 1
    case .constant(let c): c < 0 ? 1 : 4
    case .product, .quotient: 2
    case .power: 3
    case .variable, .exp: 4
    }
  }

  /// The formula as a part of another, in brackets where it binds less tightly.
  private func text(inside precedence: Int) -> String {
    self.precedence < precedence ? "(\(self))" : description
  }
}
