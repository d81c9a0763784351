import TestSupport
import Testing

@testable import Training

/// The search for a step, against SciPy's own (tools/fixtures/make_lbfgs_fixtures.py).
struct LineSearchTests {
  struct Search: Decodable, Sendable {
    let value: Double
    let slope: Double
    let step: Double
    /// Each step with the value and the slope there.
    let seen: [[Double]]
    /// Whether it has found a step in twenty.
    let ends: Bool
  }

  static let all = (try? jsonFixture("lbfgs/searches.json", as: [Search].self)) ?? []

  @Test func `every step is SciPy's`() {
    #expect(Self.all.count == 120)
    var steps = 0
    for (index, each) in Self.all.enumerated() {
      var search = LineSearch(value: each.value, slope: each.slope, firstStep: each.step)
      var hasEnded = false
      for point in each.seen {
        #expect(!hasEnded, "search \(index) goes on")
        let difference = abs(search.step - point[0])
        #expect(difference <= 1e-12 * abs(point[0]), "search \(index) at \(point[0])")
        hasEnded = search.ends(value: point[1], slope: point[2])
        steps += 1
      }
      #expect(hasEnded == each.ends, "search \(index)")
    }
    #expect(steps > 400)
  }

  @Test func `NaN neither ends the search nor leaves its range`() {
    var search = LineSearch(value: 1, slope: -1, firstStep: 1)
    for _ in 0..<20 {
      let ends = search.ends(value: .nan, slope: .nan)
      #expect(!ends)
      #expect(0...1e10 ~= search.step)
    }
  }
}
