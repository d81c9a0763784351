import Foundation
import Testing

@Suite struct ExpressionTests {
  private static let x = Expression.variable

  @Test(arguments: [
    (Expression.constant(7), "0"),
    (x, "1"),
    (x + 3, "1"),
    (x * x, "2*x"),
    (1 / x, "-x^-2"),
    (x / (1 + x), "1/(1 + x)^2"),
    (.power(x, 3), "3*x^2"),
    (.power(1 + x, -2), "-2/(1 + x)^3"),
    (.exp(-x), "-exp(-x)"),
    (.exp(x * x), "2*exp(x^2)*x"),
    (.negation(x), "-1"),
  ])
  func `the derivative of every kind of formula`(_ formula: Expression, _ derivative: String) {
    #expect(formula.derivative.simplified.description == derivative)
  }

  @Test(arguments: [
    x + 3, 2 - x, x * .exp(x), 1 / (2 + .exp(-x)), .power(1 + x * x, -3), .exp(.power(x, 2)),
    .exp(1 / (1 + x * x)), .exp(.exp(-x)) - .constant(0.5) * x,
  ])
  func `derivatives are slopes, and simplified formulas have the same values`(
    _ formula: Expression
  ) {
    for x in [-1.5, -0.25, 0.5, 2] {
      let slope = (formula(x + 1e-5) - formula(x - 1e-5)) / 2e-5
      let derivative = formula.derivative
      #expect(abs(derivative(x) - slope) < 1e-7 * max(1, abs(slope)), "\(formula)")
      let tolerance = 1e-12 * max(1, abs(formula(x)))
      #expect(abs(formula.simplified(x) - formula(x)) < tolerance, "\(formula)")
      #expect(
        abs(derivative.simplified(x) - derivative(x)) < 1e-12 * max(1, abs(slope)),
        "\(formula)")
    }
  }

  @Test func `equal formulas have one normal form`() {
    let x = Self.x
    expectEqual(x + x, 2 * x)
    expectEqual(x - x, 0)
    expectEqual((1 + x) * (1 - x), 1 - x * x)
    expectEqual(.exp(x) * .exp(-x), 1)
    expectEqual(.exp(x) * .exp(2 * x), .exp(3 * x))
    expectEqual(.exp(x + 1), .exp(1) * .exp(x))
    expectEqual(.power(.exp(.constant(0.5) * x), 2), .exp(x))
    expectEqual(1 / (1 + .exp(-x)), .exp(x) / (1 + .exp(x)))
    expectEqual(1 / x + 1 / (1 + x), (1 + 2 * x) / (x + x * x))
    expectEqual((1 + x) / .power(1 + x, 2), 1 / (1 + x))
    expectEqual((2 + 2 * x) / (4 + 4 * x), .constant(0.5))
  }

  private func expectEqual(
    _ one: Expression, _ other: Expression, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(one != other, sourceLocation: sourceLocation)
    #expect(one.simplified == other.simplified, sourceLocation: sourceLocation)
    #expect((one - other).simplified == 0, sourceLocation: sourceLocation)
    #expect(one.simplified.simplified == one.simplified, sourceLocation: sourceLocation)
  }

  @Test func `formulas that differ stay different`() {
    let x = Self.x
    expectDifferent(x, 2 * x)
    expectDifferent(x, -x)
    expectDifferent(.exp(x), .exp(-x))
    expectDifferent(1 / (1 + x), 1 / (2 + x))
  }

  private func expectDifferent(
    _ one: Expression, _ other: Expression, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(one.simplified != other.simplified, sourceLocation: sourceLocation)
    #expect((one - other).simplified != 0, sourceLocation: sourceLocation)
  }

  @Test func `a description has the brackets that it needs`() {
    let x = Self.x
    #expect(((1 + x) * (2 - x)).description == "(1 + x)*(2 - x)")
    #expect((1 - (x - 2)).description == "1 - (x - 2)")
    #expect((1 / (x * x) / 2).description == "1/(x*x)/2")
    #expect(Expression.power(.exp(-x), 2).description == "exp(-x)^2")
    #expect(Expression.power(-x, 2).description == "(-x)^2")
    #expect((x * .constant(-0.5)).description == "x*(-0.5)")
    #expect((x + -x).description == "x - x")
    #expect((-(1 + x) / x).description == "-(1 + x)/x")
  }
}
