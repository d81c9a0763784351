import Coefs
import TestSupport
import Testing

@Suite struct ScoreTests {
  @Test func `a network scores as it verifies`() throws {
    let digits = try Dataset.digits(.range(1_000..<1_100))
    let model = try model("chapter-coefs.npz")
    let network = model.weights.mlp()
    let score = try digits.score { try network.evaluate($0) }
    let verification = try model.verify(on: digits)
    #expect(score.correct == verification.correct)
    #expect(score.accuracy == verification.accuracy)
    #expect(score.confusion == verification.confusion)
    #expect(abs(score.cost - verification.ownCost) < 1e-15)
  }

  @Test func `a constant answer is right as often as its class occurs`() throws {
    let score = try Dataset.digits(.train).score { _ in (0..<10).map { $0 == 3 ? 1 : 0 } }
    let threes = Digits.labels[..<1_000].count { $0 == 3 }
    #expect(score.correct == threes)
    #expect(score.count == 1_000)
    #expect(score.cost == Double(2 * (1_000 - threes)) / 1_000)
    for row in score.confusion { #expect(row.indices.allSatisfy { $0 == 3 || row[$0] == 0 }) }
    #expect(score.confusion.flatMap(\.self).reduce(0, +) == 1_000)
  }

  @Test func `the first of equal numbers is the answer`() throws {
    let score = try Dataset.digits(.range(0..<1)).score { _ in .init(repeating: 1, count: 10) }
    #expect(score.correct == 1, "image 0 is a zero")
  }

  @Test func `one number stands for the second of two classes`() throws {
    // Images 0 and 1 are a zero and a one.
    let score = try Dataset.digits(.range(0..<2)).score { _ in [0.75] }
    #expect(score.correct == 1)
    #expect(score.confusion == [[0, 1], [0, 1]])
    #expect(score.cost == (0.75 * 0.75 + 0.25 * 0.25) / 2)
  }

  @Test func `labels beyond the classes are refused`() throws {
    let digits = try Dataset.digits(.range(0..<10))
    let error = coefsError { _ = try digits.score { _ in [0, 0, 1] } }
    #expect(
      error?.cause
        == DataError.unknownLabel(.integer(3), known: [.integer(0), .integer(1), .integer(2)]))
  }

  @Test func `a classifier that changes its mind about the classes does no harm`() throws {
    let digits = try Dataset.digits(.range(0..<10))
    var width = 1
    let error = coefsError {
      _ = try digits.score { _ in
        width += 1
        return Array(repeating: 0, count: width)
      }
    }
    guard case .unknownLabel(.integer(2), _)? = error?.cause as? DataError else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `what a classifier throws comes out`() throws {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try Dataset.digits().score { _ in throw Refusal() } }
  }

  @Test func `rows without answers cannot be scored`() throws {
    let rows = try truthRows("square.truth.npz")
    #expect(coefsError { _ = try rows.score { $0 } }?.cause == DataError.noTargets)
  }
}
