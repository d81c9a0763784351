import Testing

@Suite struct SupportTests {
  @Test func `bits tell −0 from 0`() {
    #expect(bits([0.0]) == bits([0.0]))
    #expect(bits([0.0]) != bits([-0.0]))
    #expect(bits([1.0]) != bits([(1.0).nextUp]))
  }

  @Test func `a difference is seen wherever it is`() {
    #expect(largestDifference([1.0, 2], [1, 2]) == 0)
    #expect(largestDifference([1.0, 2], [1, 2.5]) == 0.5)
    #expect(largestDifference([3.0, 2], [1, 2]) == 2)
    #expect(largestDifference([1.0, 2], [1]) == .infinity)
    #expect(largestDifference([1.0, .nan], [1, 2]) == .infinity)
  }
}
