/// A number that tells arrays of different bytes, or of the same bytes in another order, apart.
///
/// The words of eight bytes are summed in 61 residue classes of their positions, and those sums are
/// folded into one, all modulo 2^64; a rest of less than 61 words is left out. 61 is prime, so what is
/// swapped in an array of any usual shape changes its class. tools/benchmark/fingerprint.py says the
/// same with NumPy.
func fingerprint(_ span: Span<UInt8>) -> UInt64 {
  // Numbers are stored without padding.
  let bytes = unsafe span.bytes
  let classes = 61
  let size = MemoryLayout<UInt64>.size
  var sums = ContiguousArray<UInt64>(repeating: 0, count: classes)
  for block in stride(from: 0, through: bytes.byteCount - classes * size, by: classes * size) {
    for index in 0..<classes {
      // The block has `classes` words; any bits are a number.
      sums[index] &+= unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: block + index * size, as: UInt64.self)
    }
  }
  return sums.reduce(0) { $0 &* 31 &+ $1 }
}
