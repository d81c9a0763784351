/// A number that tells arrays of different bytes, or of the same bytes in another order, apart.
///
/// The words of eight bytes are summed in 61 residue classes of their positions; those sums, and the
/// words that are left over, are folded into one number, all modulo 2^64. 61 is prime, so what is swapped
/// in an array of any usual shape changes its class. tools/benchmark/fingerprint.py says the same with
/// NumPy.
func fingerprint(_ span: Span<UInt8>) -> UInt64 {
  // Numbers are stored without padding.
  let bytes = unsafe span.bytes
  let classes = 61
  let size = MemoryLayout<UInt64>.size
  let rest = bytes.byteCount / (classes * size) * (classes * size)
  var sums = ContiguousArray<UInt64>(repeating: 0, count: classes)
  for block in stride(from: 0, to: rest, by: classes * size) {
    for index in 0..<classes {
      // The block has `classes` words; any bits are a number.
      sums[index] &+= unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: block + index * size, as: UInt64.self)
    }
  }
  for offset in stride(from: rest, through: bytes.byteCount - size, by: size) {
    // A whole word lies before the end.
    sums.append(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
  return sums.reduce(0) { $0 &* 31 &+ $1 }
}
