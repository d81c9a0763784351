internal import Files
import NPY

extension PickleReader {
  mutating func remember(_ number: UInt32) throws(PickleError) {
    let value = try top()
    guard memo[number] != nil || memo.count < limits.maxPickleMemo else {
      throw .limitExceeded(offset: start, name: "maxPickleMemo", allowed: limits.maxPickleMemo)
    }
    memo[number] = value
  }

  mutating func recall(_ number: UInt32) throws(PickleError) {
    guard let value = memo[number] else { throw bad("nothing was kept under \(number)") }
    try push(value)
  }
}
