import CNetwork
import TestSupport
import Testing

import Platform

@Suite struct FunctionTests {
  // MARK: Accuracy

  @Test(arguments: sets)
  func `the exponential is within 0.9 units in the last place`(set: Int32) {
    expectClose(Float.self, CNETWORK_EXP, 0.9, set: set) { exp($0) }
    expectClose(Double.self, CNETWORK_EXP, 0.9, set: set) { exp($0) }
  }

  @Test(arguments: sets)
  func `the logistic function is within 1.5 units in the last place`(set: Int32) {
    expectClose(Float.self, CNETWORK_LOGISTIC, 1.5, set: set) { x in
      x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
    }
    expectClose(Double.self, CNETWORK_LOGISTIC, 1.5, set: set) { x in
      x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
    }
  }

  @Test(arguments: sets)
  func `tanh is within 1.6 units in the last place`(set: Int32) {
    expectClose(Float.self, CNETWORK_TANH, 1.6, set: set) { tanh($0) }
    expectClose(Double.self, CNETWORK_TANH, 1.6, set: set) { tanh($0) }
  }

  /// Compares with a wider type throughout the range, in units in the last place of the result, which
  /// in the subnormal range are the least number there is.
  private func expectClose<Scalar: Number>(
    _ type: Scalar.Type, _ activation: Int, _ bound: Double, set: Int32,
    _ function: (Scalar.Wide) -> Scalar.Wide
  ) {
    let inputs: [Scalar] = samples()
    let found = activate(activation, inputs, set: set)
    var worst = 0.0
    var place: Scalar = 0
    for (input, value) in zip(inputs, found) {
      let wanted = function(Scalar.Wide(input))
      let rounded = Scalar(wanted)
      if value == rounded && value.sign == rounded.sign && !rounded.isFinite { continue }
      let unit = rounded.isFinite ? rounded.ulp : Scalar.greatestFiniteMagnitude.ulp
      // An infinite result stands for the power of two that would come next.
      let most = Scalar.Wide(Scalar.greatestFiniteMagnitude)
      let wide =
        value.isFinite
        ? Scalar.Wide(value) : most + Scalar.Wide(Scalar.greatestFiniteMagnitude.ulp)
      let error =
        value.sign == rounded.sign
        ? Double(abs(wide - wanted) / Scalar.Wide(unit)) : .infinity
      if !(error <= worst) { (worst, place) = (error, input) }
    }
    #expect(worst <= bound + Scalar.wideError, "\(type) at \(place)")
  }

  /// Numbers throughout the range, of both signs, none of them round: evenly where results change, and of
  /// every size.
  private func samples<Scalar: Number>() -> [Scalar] {
    var generator = SeededGenerator(seed: 12)
    var result: [Scalar] = []
    let whole = Scalar.exponents
    for range in [whole, -1...1, -12...12, -40...40, whole.lowerBound...whole.lowerBound * 0.9] {
      let step = (range.upperBound - range.lowerBound) / 12_000
      for index in 0..<12_000 {
        let place = Double(index) + Double.random(in: 0..<1, using: &generator)
        result.append(Scalar(range.lowerBound + step * place))
      }
    }
    let least = Int(Scalar.leastNonzeroMagnitude.exponent)
    for exponent in least...Int(Scalar.greatestFiniteMagnitude.exponent) {
      let size = Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
      for _ in 0..<8 {
        let x = size * Scalar(1 + Double.random(in: 0..<1, using: &generator))
        if x.isFinite { result += [x, -x] }
      }
    }
    return result
  }

  // MARK: Special values

  @Test(arguments: sets)
  func `special values, in rows of every length`(set: Int32) {
    expectSpecial(Float.self, set: set)
    expectSpecial(Double.self, set: set)
  }

  private func expectSpecial<Scalar: Number>(_ type: Scalar.Type, set: Int32) {
    let infinity = Scalar.infinity
    let (least, most) = (Scalar.leastNonzeroMagnitude, Scalar.greatestFiniteMagnitude)
    let inputs: [Scalar] = [.nan, infinity, -infinity, 0, -0.0, most, -most, least, -least]
    let wanted: [(Int, [Scalar])] = [
      (CNETWORK_EXP, [.nan, infinity, 0, 1, 1, infinity, 0, 1, 1]),
      (CNETWORK_LOGISTIC, [.nan, 1, 0, 0.5, 0.5, 1, 0, 0.5, 0.5]),
      (CNETWORK_TANH, [.nan, 1, -1, 0, -0.0, 1, -1, least, -least]),
      (CNETWORK_RELU, [.nan, infinity, 0, 0, -0.0, most, 0, least, 0]),
      (CNETWORK_IDENTITY, inputs),
    ]
    for (activation, results) in wanted {
      // Every remainder of the vectors' widths, so that the last, partial vector is seen too.
      for count in 0..<36 {
        let row = (0..<count).map { inputs[$0 % inputs.count] }
        for (index, value) in activate(activation, row, set: set).enumerated() {
          let result = results[index % results.count]
          #expect(
            value == result && value.sign == result.sign || value.isNaN && result.isNaN,
            "\(type), \(activation) of \(row[index])")
        }
      }
    }
  }

  @Test(arguments: sets)
  func `a number's result does not depend on its place`(set: Int32) {
    var generator = SeededGenerator(seed: 3)
    for activation in activations where activation != CNETWORK_SOFTMAX {
      let row: [Double] = randomValues(70, within: 30, using: &generator)
      let small = row.map { Float($0) }
      for count in [1, 2, 3, 5, 8, 13, 31, 33, 70] {
        let alone = row.prefix(count).map { activate(Int(activation), [$0], set: set)[0] }
        #expect(bits(activate(Int(activation), Array(row.prefix(count)), set: set)) == bits(alone))
        let smallAlone = small.prefix(count).map { activate(Int(activation), [$0], set: set)[0] }
        #expect(
          bits(activate(Int(activation), Array(small.prefix(count)), set: set)) == bits(smallAlone))
      }
    }
  }

  // MARK: Softmax

  @Test(arguments: sets)
  func `softmax is within 3 units in the last place, and one more for 32 columns`(set: Int32) {
    expectSoftmax(Float.self, set: set) { exp($0) }
    expectSoftmax(Double.self, set: set) { exp($0) }
  }

  private func expectSoftmax<Scalar: Number>(
    _ type: Scalar.Type, set: Int32, _ exponential: (Scalar.Wide) -> Scalar.Wide
  ) {
    var generator = SeededGenerator(seed: 4)
    for columns in Array(1...40) + [100, 130] {
      let rows = 5
      let z: [Scalar] = randomValues(rows * columns, within: 20, using: &generator)
      let found = activate(CNETWORK_SOFTMAX, z, rows: rows, set: set)
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        let greatest = z[range].max() ?? 0
        let e = z[range].map { exponential(Scalar.Wide($0 - greatest)) }
        let sum = e.reduce(0, +)
        for (value, power) in zip(found[range], e) {
          let wanted = power / sum
          let error = Double(abs(Scalar.Wide(value) - wanted) / Scalar.Wide(Scalar(wanted).ulp))
          let bound = 3 + Double(columns) / 32
          #expect(error <= bound + Scalar.wideError, "\(type), \(columns) columns")
        }
      }
    }
  }

  @Test(arguments: sets)
  func `softmax without a finite maximum is NaN`(set: Int32) {
    for count in [2, 3, 9, 17, 40] {
      for value in [Double.nan, .infinity] {
        for place in [0, count / 2, count - 1] {
          var row = Array(repeating: 0.5, count: count)
          row[place] = value
          #expect(activate(CNETWORK_SOFTMAX, row, set: set).allSatisfy { $0.isNaN })
          #expect(
            activate(CNETWORK_SOFTMAX, row.map { Float($0) }, set: set).allSatisfy { $0.isNaN })
        }
      }
      let low = Array(repeating: -Double.infinity, count: count)
      #expect(activate(CNETWORK_SOFTMAX, low, set: set).allSatisfy { $0.isNaN })
      #expect(
        activate(CNETWORK_SOFTMAX, low.dropLast() + [3], set: set) == low.dropLast().map { _ in 0 }
          + [1])
    }
  }
}
