/// How the floating-point numbers of sixteen bytes in an array are to be read. NumPy writes what the
/// processor has and does not say which; `<f8` is one thing everywhere, `<f16` is three:
///
///     x86-64           80 bits of extended precision, then 6 bytes of whatever was in memory
///     aarch64, s390x   binary128
///     ppc64le          the sum of two doubles
enum LongDoubleEncoding: Hashable, Sendable {
  /// Extended precision of x87.
  case x87
  /// IEEE 754's binary128.
  case binary128
  /// Either of these; the array itself does not determine which.
  case either
  /// Neither, or the sum of two doubles.
  case unknown

  /// The encoding of all the numbers of an array.
  ///
  /// Real numbers lie in the range of Double. So a number is likely x87's, or binary128's, if it is zero,
  /// infinite or NaN there, or has its leading bit and an exponent of that range. All numbers of an array
  /// are of one kind: what either processor has written and lies in that range is not taken for the
  /// other's, but refused where it could be both. (x87's never is, and binary128 once in 2^40 arrays.)
  ///
  /// - Parameters:
  ///   - bytes: Sixteen for each number, in any order of the numbers.
  ///   - order: How the bytes of a number lie.
  init(of bytes: ContiguousArray<UInt8>, order: DType.ByteOrder) {
    var findings = Findings()
    // Blocks, so that no second copy of a large array is made.
    let block = 1 << 20
    for start in stride(from: 0, to: bytes.count, by: block) {
      let part = ContiguousArray(bytes[start..<min(start + block, bytes.count)])
      for word in part.words(UInt128.self, order: order, as: { $0 }) { findings.add(word) }
    }
    self = findings.encoding
  }
}

/// The facts that the values of an array have in common.
private struct Findings {
  private var hasZeroPadding = true
  private var isZero = true
  private var isX87 = true
  private var isValidX87 = true
  private var isBinary128 = true
  /// Whether 60 bits of each are zero at the end, as in a binary128 that was a double.
  private var isWidened = true
  private var isPair = true
  private var isSwappedPair = true
  /// Some of the numbers that x87 would have, without their signs and without what pads them; no two are
  /// the same, and none is zero.
  private var x87Numbers: [UInt128] = []

  mutating func add(_ word: UInt128) {
    let (low, high) = (UInt64(truncatingIfNeeded: word), UInt64(truncatingIfNeeded: word >> 64))
    hasZeroPadding = hasZeroPadding && high >> 16 == 0
    isZero = isZero && word == 0
    isX87 = isX87 && word.isLikelyX87
    isValidX87 = isValidX87 && (word.x87Exponent == 0 || low >> 63 == 1)
    isBinary128 = isBinary128 && word.isLikelyBinary128
    isWidened = isWidened && low << 4 == 0
    isPair = isPair && Self.isPair(low, high)
    isSwappedPair = isSwappedPair && Self.isSwappedPair(high, low)
    if isX87, x87Numbers.count < Self.enoughNumbers, low != 0 {
      let number = word & (1 << 79 - 1)
      if !x87Numbers.contains(number) { x87Numbers.append(number) }
    }
  }

  var encoding: LongDoubleEncoding {
    if hasZeroPadding {
      // With zeros for padding it is x87, whatever the numbers: in binary128 they would all be below
      // 2^-16414. Only pairs of a double and 0 look so as well; as x87 they are denormals, or 0.
      return isPair && !isZero ? .unknown : .x87
    }
    let mayBePair = isPair || isSwappedPair
    switch (isX87, isBinary128) {
    case (true, true):
      return !mayBePair && x87Numbers.count >= Self.enoughNumbers ? .x87 : .either
    case (true, false) where !mayBePair: return .x87
    // Out of range alone is no proof against x87, unless what is there looks like doubles widened.
    case (false, true) where !mayBePair && (!isValidX87 || isWidened): return .binary128
    default: return .unknown
    }
  }

  /// So many different numbers are no chance: of 32 numbers of binary128 one looks like x87's as well, for
  /// which 16 bits of its fraction must be in a sixteenth of their range and the next be 1.
  private static let enoughNumbers = 8

  /// Whether the second double may be what the first leaves of a number: nothing, or so small that the sum
  /// is rounded to the first.
  private static func isPair(_ first: UInt64, _ second: UInt64) -> Bool {
    let (greater, less) = (first.doubleExponent, second.doubleExponent)
    // Of a negated number both are negative. Of the NaNs there is the one that processors make.
    if second == 0 || second == 1 << 63 && first >> 63 == 1 {
      return greater < farDouble || greater == 0x7FF && first << 13 == 0
    }
    return less > 0 && less + 53 <= greater && greater < farDouble
  }

  /// The same on a big-endian machine, where what is not at all likely has to be left out: the zeros of x87's
  /// padding are no first double, and the last bits of a binary128 are no second one.
  private static func isSwappedPair(_ first: UInt64, _ second: UInt64) -> Bool {
    let (greater, less) = (first.doubleExponent, second.doubleExponent)
    return isPair(first, second) && (greater > 0 || first << 1 == 0)
      && (second << 1 == 0 || greater <= less + 53 + 64)
  }

  /// The exponent of 2^257. Nobody has such weights; and the lower half of a binary128 that was a double,
  /// four bits and zeros, is often a double above it, and never one between it and 2.
  private static let farDouble: UInt64 = 1023 + 257
}

extension UInt128 {
  fileprivate var isLikelyX87: Bool {
    switch x87Exponent {
    case 0: x87Significand == 0
    // Infinity, and NaN as processors make it.
    case 0x7FFF: x87Significand >> 62 > 1 && x87Significand << 2 == 0
    default: x87Significand >> 63 == 1 && likelyExponents.contains(x87Exponent)
    }
  }

  fileprivate var isLikelyBinary128: Bool {
    let exponent = Int(self >> 112 & 0x7FFF)
    let fraction = self << 16
    return switch exponent {
    case 0: fraction == 0
    case 0x7FFF: fraction << 1 == 0
    default: likelyExponents.contains(exponent)
    }
  }
}

/// Those of Double, with its subnormal numbers.
private let likelyExponents = LongDouble.bias - 1074...LongDouble.bias + 1023

extension UInt64 {
  /// The biased exponent of the double with these bits.
  fileprivate var doubleExponent: UInt64 { self >> 52 & 0x7FF }
}
