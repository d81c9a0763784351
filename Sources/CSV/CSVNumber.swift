/// The number that a cell says, as Python's `float` reads it, but without the underscores that Python allows.
///
/// Rounded to the nearest `Double`, ties to even, however many digits there are. No hexadecimal number, no blanks.
///
/// - Parameters:
///   - bytes: A text.
///   - start: Where the cell begins.
///   - end: Where it ends.
///   - point: The byte before the decimals: a point, or a comma.
/// - Returns: The number, infinite where it is too large; `nil` for any other text.
@inline(__always)
package func number(
  in bytes: Span<UInt8>, from start: Int, to end: Int, point: UInt8 = UInt8(ascii: ".")
) -> Double? {
  var index = start
  guard index < end else { return nil }
  let isNegative = bytes[index] == UInt8(ascii: "-")
  if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
  var digits = 0
  var significand: UInt64 = 0
  var exponent = 0
  let firstDigit = index
  while index < end {
    let digit = bytes[index] &- UInt8(ascii: "0")
    guard digit <= 9 else { break }
    significand = significand &* 10 &+ UInt64(digit)
    index += 1
  }
  digits = index - firstDigit
  if index < end, bytes[index] == point {
    index += 1
    let firstDecimal = index
    while index < end {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      significand = significand &* 10 &+ UInt64(digit)
      index += 1
    }
    exponent = firstDecimal - index
    digits += index - firstDecimal
  }
  guard digits > 0 else { return specialNumber(in: bytes, from: start, to: end) }
  if index < end {
    guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    guard let stated = writtenExponent(in: bytes, from: index + 1, to: end) else { return nil }
    exponent += stated
  }
  // Nineteen digits always fit.
  guard
    digits <= 19 || digits - leadingZeros(of: bytes, from: firstDigit, point: point) <= 19,
    let magnitude = scaled(significand, by: exponent)
  else {
    return roundedNumber(in: bytes, from: start, to: end, point: point)
  }
  return isNegative ? -magnitude : magnitude
}

/// The zeros that a number begins with, those after its point included, for one that has another digit or an end.
private func leadingZeros(of bytes: Span<UInt8>, from start: Int, point: UInt8) -> Int {
  var zeros = 0
  for index in start..<bytes.count {
    if bytes[index] == UInt8(ascii: "0") {
      zeros += 1
    } else if bytes[index] != point {
      break
    }
  }
  return zeros
}

/// The integer after an `e`, cut to five digits; `nil` for any other text.
private func writtenExponent(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
  var index = start
  guard index < end else { return nil }
  let isNegative = bytes[index] == UInt8(ascii: "-")
  if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
  guard index < end else { return nil }
  var value = 0
  while index < end {
    let digit = bytes[index] &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    value = min(value * 10 + Int(digit), 99_999)
    index += 1
  }
  return isNegative ? -value : value
}

/// `inf`, `infinity` or `nan` in any case, with a sign or without.
private func specialNumber(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Double? {
  var start = start
  let isNegative = bytes[start] == UInt8(ascii: "-")
  if isNegative || bytes[start] == UInt8(ascii: "+") { start += 1 }
  guard 3...8 ~= end - start else { return nil }
  var word: UInt64 = 0
  for index in start..<end { word = word << 8 | UInt64(bytes[index] | 0x20) }
  switch word {
  case 0x69_6E_66, 0x69_6E_66_69_6E_69_74_79: return isNegative ? -Double.infinity : .infinity
  case 0x6E_61_6E: return .nan
  default: return nil
  }
}

// MARK: Rounding

/// `significand` × 10^`exponent`, rounded once; `nil` where that takes more than 128 bits.
@inline(__always)
private func scaled(_ significand: UInt64, by exponent: Int) -> Double? {
  // Both are exact, and so one rounding is left (Clinger, "How to read floating point numbers accurately").
  if significand <= 1 << 53, -22...22 ~= exponent {
    return exponent < 0
      ? Double(significand) / exactPowers[-exponent] : Double(significand) * exactPowers[exponent]
  }
  return scaledBy128Bits(significand, exponent)
}

/// 10^0 to 10^22, the powers of ten that a `Double` is exactly.
private let exactPowers: ContiguousArray<Double> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

/// 5^0 to 5^27, the powers of five that have at most 64 bits.
private let powersOfFive: ContiguousArray<UInt64> = {
  var powers: ContiguousArray<UInt64> = [1]
  while powers.count <= 27 { powers.append(powers[powers.count - 1] * 5) }
  return powers
}()

/// 10^e is 5^e · 2^e, and 5^e has at most 64 bits for e up to 27: product and quotient are exact, the quotient with
/// its remainder.
private func scaledBy128Bits(_ significand: UInt64, _ exponent: Int) -> Double? {
  guard significand != 0 else { return 0 }
  guard -27...27 ~= exponent else { return nil }
  guard exponent < 0 else {
    let (high, low) = significand.multipliedFullWidth(by: powersOfFive[exponent])
    if high == 0 { return rounded(low, isInexact: false, exponent: exponent) }
    let shift = high.leadingZeroBitCount
    let top = shift == 0 ? high : high << shift | low >> (64 - shift)
    return rounded(top, isInexact: low << shift != 0, exponent: exponent + 64 - shift)
  }
  let divisor = powersOfFive[-exponent]
  let dividendShift = significand.leadingZeroBitCount
  let divisorShift = divisor.leadingZeroBitCount
  // Both have their highest bit set now, so that the quotient of the first · 2^63 has 63 or 64 bits.
  let dividend = significand << dividendShift
  let (quotient, remainder) = (divisor << divisorShift)
    .dividingFullWidth((dividend >> 1, dividend << 63))
  return rounded(
    quotient, isInexact: remainder != 0,
    exponent: exponent - 63 - dividendShift + divisorShift)
}

/// `bits` · 2^`exponent` and perhaps a little more, rounded to the nearest `Double`, ties to even.
///
/// - Precondition: The result is a normal number.
private func rounded(_ bits: UInt64, isInexact: Bool, exponent: Int) -> Double {
  let shift = bits.leadingZeroBitCount
  let bits = bits << shift
  // The 53 bits of the result, the bit after them, and whether anything follows.
  var result = bits >> 11
  let rest = bits & 0x7FF
  if rest > 0x400 || rest == 0x400 && (isInexact || result & 1 == 1) { result += 1 }
  // Where rounding up gives 2^53, it carries into the exponent, as it has to.
  let biased = UInt64(exponent - shift + 11 + 52 + 1023)
  return Double(bitPattern: (biased - 1) << 52 + result)
}

/// The number of a text that is known to be one, by way of the standard library: slow, for any length.
private func roundedNumber(
  in bytes: Span<UInt8>, from start: Int, to end: Int, point: UInt8
) -> Double? {
  var text = ""
  text.reserveCapacity(end - start)
  for index in start..<end {
    text.unicodeScalars.append(bytes[index] == point ? "." : Unicode.Scalar(bytes[index]))
  }
  return Double(text)
}
