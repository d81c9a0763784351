import Digits
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
    let zeros = (0..<31).filter { Digits.labels[$0] == 0 }
    #expect(zeros == [0, 10, 20, 30])
    let average = try #require(Baselines.average(0, of: 0..<31))
    for pixel in 0..<64 {
      let sum = zeros.reduce(0) { $0 + Int(Digits.images[$1 * 64 + pixel]) }
      #expect(average[pixel] == Double(sum) / 4)
    }
  }

  @Test func `a digit that is missing has no average`() {
    #expect(Baselines.average(9, of: 0..<5) == nil)
    #expect(Baselines.average(3, of: 0..<0) == nil)
  }
}
