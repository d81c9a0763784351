import MLP
import TestSupport
import Testing

/// Expected values: mpmath with 60 digits, rounded to the nearest number.
@Suite struct ActivationTests {
  @Test(
    arguments: [
      (.logistic, -1000, 0),  // 1/(1+exp(1000)) is 5e-435
      (.logistic, -745, Double(bitPattern: 1)),  // 1/(1+exp(745)) = 5e-324, the smallest
      (.logistic, -720, Double(bitPattern: 41_132_809_365)),  // 1/(1+exp(720)) = 2e-313
      (.logistic, -710, Double(bitPattern: 906_010_418_525_123)),  // 1/(1+exp(710)) = 4e-309
      (.logistic, -40, 4.248354255291589e-18),  // 1/(1+exp(40))
      (.logistic, -1, 0.2689414213699951),  // 1/(1+exp(1))
      (.logistic, -0.5, 0.37754066879814546),  // 1/(1+exp(1/2))
      (.logistic, 0, 0.5),
      (.logistic, 0.5, 0.6224593312018546),  // 1/(1+exp(-1/2))
      (.logistic, 1, 0.7310585786300049),  // 1/(1+exp(-1))
      (.logistic, 4, 0.9820137900379085),  // 1/(1+exp(-4))
      (.logistic, 36, 0.9999999999999998),  // 1/(1+exp(-36))
      (.logistic, 1000, 1),  // 1/(1+exp(-1000))
      (.logistic, -.infinity, 0),
      (.logistic, .infinity, 1),
      (.tanh, -1000, -1),
      (.tanh, -1, -0.7615941559557649),  // tanh(-1)
      (.tanh, -0.5, -0.46211715726000974),  // tanh(-1/2)
      (.tanh, 0, 0),
      (.tanh, 1e-5, 9.999999999666668e-06),  // tanh(1e-5)
      (.tanh, 2, 0.9640275800758169),  // tanh(2)
      (.tanh, .infinity, 1),
      (.tanh, -.infinity, -1),
      (.relu, -3, 0),
      (.relu, 0, 0),
      (.relu, 2.5, 2.5),
      (.relu, .infinity, .infinity),
      (.relu, -.infinity, 0),
      (.identity, -7.25, -7.25),
      (.identity, .infinity, .infinity),
    ] as [(Activation, Double, Double)])
  func value(activation: Activation, z: Double, expected: Double) {
    let found = activation([z])[0]
    #expect(found == expected || abs(found - expected) <= 2 * expected.ulp)
  }

  @Test(
    arguments: [
      (-1000, 0),
      (-100, Float(bitPattern: 27)),  // 1/(1+exp(100)) = 3.8e-44
      (-1, 0.26894143),  // 1/(1+exp(1))
      (0, 0.5),
      (0.5, 0.62245935),  // 1/(1+exp(-1/2))
      (4, 0.98201376),  // 1/(1+exp(-4))
      (1000, 1),
      (-.infinity, 0),
      (.infinity, 1),
    ] as [(Float, Float)])
  func `logistic as Float`(z: Float, expected: Float) {
    let found = Activation.logistic([z])[0]
    #expect(found == expected || abs(found - expected) <= 2 * expected.ulp)
  }

  @Test(
    arguments: [
      // [exp(x) / (exp(1) + exp(2) + exp(3)) for x in 1, 2, 3]
      ([1, 2, 3], [0.09003057317038046, 0.24472847105479764, 0.6652409557748219]),
      ([0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]),
      // [1/(1+exp(-1)), 1/(1+exp(1))], though exp(1000) overflows
      ([1000, 999], [0.7310585786300049, 0.2689414213699951]),
      // The same three numbers less 1000: [exp(-.5), 1, exp(-1)] over their sum
      ([-1000.5, -1000, -1001], [0.3071958857184984, 0.506480391055654, 0.1863237232258476]),
      ([-1000, 1000], [0, 1]),
      ([-.infinity, 0], [0, 1]),
      ([7], [1]),
      ([], []),
    ] as [([Double], [Double])])
  func softmax(row: [Double], expected: [Double]) {
    #expect(largestDifference(Activation.softmax(row), expected) <= 2 * 1.0.ulp)
  }

  @Test func `softmax sums to 1`() {
    var generator = SeededGenerator(seed: 1)
    for count in 1...40 {
      let row: [Double] = randomValues(count, within: 50, using: &generator)
      let sum = Activation.softmax(row).reduce(0, +)
      #expect(abs(sum - 1) <= Double(count) * 1.0.ulp)
    }
  }

  @Test func `softmax is the same for a shifted row`() {
    // Quarters, so that adding the shift rounds nothing.
    let row = [0.25, -1.5, 3, 2.75, -8]
    for shift in [-1000.0, -0.25, 1, 512, 1_000_000] {
      #expect(Activation.softmax(row.map { $0 + shift }) == Activation.softmax(row))
    }
  }

  @Test func `softmax of a row without a finite maximum is NaN`() {
    for row in [[Double.infinity, 0], [.nan, 0], [0, .nan], [-.infinity, -.infinity]] {
      #expect(Activation.softmax(row).allSatisfy { $0.isNaN }, "\(row)")
    }
  }

  @Test func `logistic of −z is 1 less that of z`() {
    for z in stride(from: -40, through: 40, by: 0.125) {
      let (positive, negative) = (Activation.logistic([z])[0], Activation.logistic([-z])[0])
      #expect(abs(negative - (1 - positive)) <= 1.0.ulp, "z = \(z)")
    }
  }

  @Test(arguments: Activation.allCases)
  func `NaN stays NaN`(activation: Activation) {
    #expect(activation([Double.nan])[0].isNaN)
    #expect(activation([Float.nan])[0].isNaN)
  }

  @Test(arguments: Activation.allCases)
  func `only softmax mixes the values of a row`(activation: Activation) {
    let row = [-2, -0.5, 0, 0.75, 3]
    let oneByOne = row.map { activation([$0])[0] }
    #expect((activation(row) == oneByOne) == (activation != .softmax))
  }

  @Test func `names are those of scikit-learn`() {
    #expect(
      Activation.allCases.map(\.rawValue) == [
        "identity", "logistic", "tanh", "relu", "exp", "softmax",
      ])
    #expect(Activation(rawValue: "sigmoid") == nil)
  }
}
