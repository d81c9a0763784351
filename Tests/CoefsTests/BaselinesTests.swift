import Coefs
import TestSupport
import Testing

@Suite struct BaselinesTests {
  @Test func `a seed gives the same random answers, another one others`() {
    func answers(_ seed: UInt64) -> [[Double]] {
      let classify = Baselines.random(seed: seed)
      return (0..<5).map { _ in classify([]) }
    }
    #expect(answers(1) == answers(1))
    #expect(answers(1) != answers(2))
    for answer in answers(3) {
      #expect(answer.count == 10)
      #expect(answer.allSatisfy { (0..<1).contains($0) })
    }
  }

  @Test func `an average is the mean of a digit's images`() throws {
    // Images 0, 10, 20 and 30 are the zeros among the first 31.
    let data = try Dataset.digits(.range(0..<31), scale: 1)
    let zeros = (0..<31).filter { Digits.labels[$0] == 0 }
    #expect(zeros == [0, 10, 20, 30])
    let average = try Baselines.average(0, in: data)
    for pixel in 0..<64 {
      let sum = zeros.reduce(0) { $0 + Int(Digits.images[$1 * 64 + pixel]) }
      #expect(average[pixel] == Double(sum) / 4)
    }
  }

  @Test func `a digit that is missing has no average`() throws {
    let data = try Dataset.digits(.range(0..<5))
    #expect(coefsError { _ = try Baselines.average(9, in: data) }?.cause == DataError.noTargets)
    #expect(coefsError { _ = try Baselines.averageImage(of: data) }?.cause == DataError.noTargets)
    let rows = try truthRows("square.truth.npz")
    #expect(coefsError { _ = try Baselines.average(0, in: rows) }?.cause == DataError.noTargets)
  }
}
