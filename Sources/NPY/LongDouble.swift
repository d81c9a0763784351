/// A floating-point number of sixteen bytes, as IEEE 754's binary128 has it: a sign, 15 bits of exponent
/// and 112 of fraction.
///
/// Every number of x87's extended precision is one of these, so that both are rounded and compared here.
struct LongDouble: Hashable, Sendable {
  let bits: UInt128

  /// A number of binary128, which processors other than x86-64's have.
  init(binary128 bits: UInt128) { self.bits = bits }

  /// The same number as x87's extended precision, which NumPy pads to sixteen bytes.
  ///
  /// The significand's 64 bits have the leading one among them (Intel's manual, volume 1, 4.2.2). A number
  /// without it is invalid to the processor, and NaN here.
  init(x87 word: UInt128) {
    let significand = UInt128(word.x87Significand)
    let exponent = UInt128(word.x87Exponent)
    let magnitude: UInt128 =
      if exponent == 0 {
        // A denormal; the leading bit, where it is there, makes an exponent of 1 as it does for x87.
        significand << 49
      } else if significand >> 63 == 0 {
        Self.nan
      } else {
        // What is left of the leading bit is shifted out of the fraction.
        exponent << 112 | significand << 49 & Self.fraction
      }
    bits = (word >> 79 & 1) << 127 | magnitude
  }

  /// The same number as a double.
  init(_ value: Double) {
    let exponent: UInt128
    switch value.floatingPointClass {
    case .positiveZero, .negativeZero: exponent = 0
    case .signalingNaN, .quietNaN, .positiveInfinity, .negativeInfinity: exponent = 0x7FFF
    default: exponent = UInt128(Int(value.exponent) + Self.bias)
    }
    // That of a subnormal begins with its first one, as all others do.
    let fraction = value.isFinite ? value.significand.bitPattern : value.bitPattern
    bits =
      (value.sign == .minus ? 1 << 127 : 0) | exponent << 112
      | UInt128(fraction & (1 << 52 - 1)) << 60
  }

  static let bias = 16383
  fileprivate static let fraction: UInt128 = 1 << 112 - 1
  fileprivate static let nan: UInt128 = 0x7FFF8 << 108
}

extension BinaryFloatingPoint {
  /// The nearest number of a narrower type; of two that are as near, the one whose last bit is 0.
  init(_ number: LongDouble) {
    let exponent = Int(number.bits >> 112 & 0x7FFF)
    let fraction = number.bits & LongDouble.fraction
    let magnitude: Self
    switch exponent {
    case 0:
      // Zeros, and numbers far below the smallest Double.
      magnitude = 0
    case 0x7FFF:
      magnitude = fraction == 0 ? .infinity : .nan
    default:
      // The value is significand × 2^(exponent − bias − 112), and `last` the exponent of the last bit that
      // the result can have: all bits below are rounded away at once.
      let significand = 1 << 112 | fraction
      let power = exponent - LongDouble.bias
      let last = max(power - Self.significandBitCount, Int(Self.leastNonzeroMagnitude.exponent))
      let dropped = last - (power - 112)
      if dropped > 113 {
        magnitude = 0
      } else {
        let half: UInt128 = 1 << (dropped - 1)
        let rest = significand & (half << 1 - 1)
        var kept = UInt64(significand >> dropped)
        if rest > half || rest == half && kept & 1 == 1 { kept += 1 }
        // Exact, or beyond the greatest number.
        magnitude = Self(sign: .plus, exponent: Exponent(last), significand: Self(kept))
      }
    }
    self = number.bits >> 127 == 1 ? -magnitude : magnitude
  }
}

extension UInt128 {
  /// The significand of x87's extended precision.
  var x87Significand: UInt64 { UInt64(truncatingIfNeeded: self) }

  /// Its exponent.
  var x87Exponent: Int { Int(self >> 64 & 0x7FFF) }
}
