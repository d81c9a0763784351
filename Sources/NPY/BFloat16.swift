extension ContiguousArray<UInt8> {
  /// bfloat16 as single precision in the same byte order: each number is the upper half of one, so that it is exact.
  package func widenedBFloat16(order: DType.ByteOrder) -> ContiguousArray<UInt8> {
    var wide = ContiguousArray(repeating: 0, count: 2 * count)
    let upper = order == .big ? 0 : 2
    for index in stride(from: 0, to: count - 1, by: 2) {
      wide[2 * index + upper] = self[index]
      wide[2 * index + upper + 1] = self[index + 1]
    }
    return wide
  }
}
