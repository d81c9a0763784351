import MLP

/// The functions of generated code, operation by operation: what C and Swift on any machine compute, to the bit.
///
/// The series and the constants are those of `functions_body.h` in `CNetwork`.
protocol CodeScalar: MLPScalar {
  static var shift: Self { get }
  static var log2e: Self { get }
  static var ln2High: Self { get }
  static var ln2Low: Self { get }
  static var expMax: Self { get }
  static var expMin: Self { get }
  static var split: Self { get }
  static var tanhMax: Self { get }
  /// The coefficients of (e^r − 1 − r) / r².
  static var series: [Self] { get }
  /// 2 / (2 k + 3), of the series of the logarithm.
  static var logSeries: [Self] { get }
  /// (e^r − 1 − r) / r² for |r| up to half of ln 2.
  static func series(_ r: Self, _ square: Self) -> Self
}

extension Double: CodeScalar {
  static var shift: Double { 0x1.8p52 }
  static var log2e: Double { 0x1.71547652b82fep0 }
  static var ln2High: Double { 0x1.62e42feep-1 }
  static var ln2Low: Double { 0x1.a39ef35793c76p-33 }
  static var expMax: Double { 710 }
  static var expMin: Double { -746 }
  static var split: Double { 1000 }
  static var tanhMax: Double { 20 }
  static let series: [Double] = [
    0x1.000000000000ap-1, 0x1.55555555554fap-3, 0x1.555555555087cp-5, 0x1.1111111127be5p-7,
    0x1.6c16c1842a11dp-10, 0x1.a01a012a57b51p-13, 0x1.a0199a0c677acp-16, 0x1.71df2552390c2p-19,
    0x1.28ad72cc30daap-22, 0x1.ad7f6f0799ee2p-26,
  ]
  static let logSeries: [Double] = (0..<11).map { 2 / Double(2 * $0 + 3) }

  static func series(_ r: Double, _ square: Double) -> Double {
    let s = series
    let fourth = square * square
    return ((s[0] + s[1] * r) + (s[2] + s[3] * r) * square)
      + ((s[4] + s[5] * r) + (s[6] + s[7] * r) * square + (s[8] + s[9] * r) * fourth) * fourth
  }
}

extension Float: CodeScalar {
  static var shift: Float { 0x1.8p23 }
  static var log2e: Float { 0x1.715476p0 }
  static var ln2High: Float { 0x1.62e4p-1 }
  static var ln2Low: Float { 0x1.7f7d1cp-20 }
  static var expMax: Float { 89 }
  static var expMin: Float { -105 }
  static var split: Float { 100 }
  static var tanhMax: Float { 10 }
  static let series: [Float] = [
    0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558f2p-5, 0x1.1239e2p-7, 0x1.6a2434p-10,
  ]
  static let logSeries: [Float] = (0..<5).map { 2 / Float(2 * $0 + 3) }

  static func series(_ r: Float, _ square: Float) -> Float {
    let s = series
    return (s[0] + s[1] * r) + ((s[2] + s[3] * r) + s[4] * square) * square
  }
}

extension CodeProgram.Function {
  /// The value of the function.
  func value<T: CodeScalar>(of x: T) -> T {
    switch self {
    case .absolute: abs(x)
    case .negative: -x
    case .square: x * x
    case .reciprocal: 1 / x
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .floor: x.rounded(.down)
    case .ceil: x.rounded(.up)
    case .rint: x.rounded(.toNearestOrEven)
    case .trunc: x.rounded(.towardZero)
    case .sqrt: codeSquareRoot(x)
    case .exp: codeExp(x)
    case .expm1: codeExpm1(x)
    case .log: codeLog(x)
    case .log1p: codeLog1p(x)
    case .log2: codeLog(x) * T.log2e
    case .log10: codeLog(x) / codeLog(10)
    case .logistic: codeLogistic(x)
    case .tanh: codeTanh(x)
    case .relu: x < 0 ? 0 : x
    case .nanToNum:
      x != x
        ? 0
        : x > T.greatestFiniteMagnitude
          ? T.greatestFiniteMagnitude
          : x < -T.greatestFiniteMagnitude ? -T.greatestFiniteMagnitude : x
    }
  }
}

private func power<T: CodeScalar>(_ n: T) -> T {
  T(sign: .plus, exponent: T.Exponent(n), significand: 1)
}

/// e^x = 2^n (1 + high + c).
private func partsOfExp<T: CodeScalar>(_ x: T) -> (n: T, high: T, c: T) {
  let n = (x * T.log2e + T.shift) - T.shift
  let high = x - n * T.ln2High
  let low = n * T.ln2Low
  let r = high - low
  let square = r * r
  return (n, high, square * T.series(r, square) - low)
}

/// e^x, and what the last rounding took away.
private func roundedExp<T: CodeScalar>(_ x: T) -> (value: T, lost: T) {
  let e = partsOfExp(x)
  let first = 1 + e.high
  let rest = (e.high - (first - 1)) + e.c
  let sum = first + rest
  let some = e.n > T.split ? T.split : e.n < -T.split ? -T.split : e.n
  return (sum * power(some) * power(e.n - some), rest - (sum - first))
}

private func codeExp<T: CodeScalar>(_ x: T) -> T {
  if x != x { return x }
  return roundedExp(x > T.expMax ? T.expMax : x < T.expMin ? T.expMin : x).value
}

private func codeLogistic<T: CodeScalar>(_ x: T) -> T {
  if x != x { return x }
  let negative = x < 0 ? x : -x
  let e = roundedExp(negative < T.expMin ? T.expMin : negative)
  let sum = 1 + e.value
  let numerator: T = x < 0 ? e.value : 1
  let quotient = numerator / sum
  let lost = (x < 0 ? e.value * e.lost : 0) - quotient * (e.value - (sum - 1))
  return quotient + lost * (1.457 - 0.5 * sum)
}

private func codeTanh<T: CodeScalar>(_ x: T) -> T {
  if x != x { return x }
  let absolute = x < 0 ? -x : x
  let e = partsOfExp(2 * (absolute > T.tanhMax ? T.tanhMax : absolute))
  let power = power(e.n)
  let less = power - 1
  let scaled = power * e.high
  let first = less + scaled
  let rest = (scaled - (first - less)) + power * e.c
  let numerator = first + rest
  let denominator = numerator + 2
  let quotient = numerator / denominator
  let lack = rest - (numerator - first)
  let lost = lack - quotient * (lack + (numerator - (denominator - 2)))
  let line = 0.7285 - 0.125 * denominator
  let result = quotient + lost * (line > 0 ? line : 0)
  return x < 0 ? -result : result
}

/// ln x = k ln 2 + 2 artanh s, for x = 2^k m with m between the roots of one half and of 2, and s = (m − 1) / (m + 1).
private func codeLog<T: CodeScalar>(_ x: T) -> T {
  if x != x || x < 0 { return .nan }
  if x == 0 { return -.infinity }
  if x > T.greatestFiniteMagnitude { return x }
  var (k, m) = (T(x.exponent), x.significand)
  if m > 1.4142135623730951 {
    k += 1
    m *= 0.5
  }
  let f = m - 1
  let s = f / (2 + f)
  let z = s * s
  var sum: T = 0
  for factor in T.logSeries.reversed() { sum = factor + z * sum }
  return k * T.ln2High + (2 * s + (s * z * sum + k * T.ln2Low))
}

/// Kahan's way: the error of 1 + x is in the quotient too.
private func codeLog1p<T: CodeScalar>(_ x: T) -> T {
  let u = 1 + x
  if u == 1 || u > T.greatestFiniteMagnitude { return x }
  return codeLog(u) * x / (u - 1)
}

private func codeExpm1<T: CodeScalar>(_ x: T) -> T {
  let u = codeExp(x)
  if u == 1 { return x }
  let less = u - 1
  if less == -1 || u > T.greatestFiniteMagnitude { return less }
  return less * x / codeLog(u)
}

/// Newton's method: six steps from half of the exponent.
func codeSquareRoot<T: CodeScalar>(_ x: T) -> T {
  if !(x > 0) || x > T.greatestFiniteMagnitude { return x < 0 ? .nan : x }
  let exponent = T(x.exponent)
  var y = power((exponent * 0.5).rounded(.down))
  for _ in 0..<7 { y = 0.5 * (y + x / y) }
  return y
}
