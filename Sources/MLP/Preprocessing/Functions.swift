import Platform

extension InputTransform.Function {
  /// The function, as the platform's C library has it.
  var implementation: (Double) -> Double { cFunction(self) }
}

/// Outside of the type, whose cases have the names of the C library's functions.
private func cFunction(_ function: InputTransform.Function) -> (Double) -> Double {
  switch function {
  case .absolute, .fabs: { abs($0) }
  case .arccos: { acos($0) }
  case .arccosh: { acosh($0) }
  case .arcsin: { asin($0) }
  case .arcsinh: { asinh($0) }
  case .arctan: { atan($0) }
  case .arctanh: { atanh($0) }
  case .cbrt: { cbrt($0) }
  case .ceil: { $0.rounded(.up) }
  case .cos: { cos($0) }
  case .cosh: { cosh($0) }
  case .deg2rad: { $0 * (.pi / 180) }
  case .exp: { exp($0) }
  case .exp2: { exp2($0) }
  case .expm1: { expm1($0) }
  case .floor: { $0.rounded(.down) }
  case .log: { log($0) }
  case .log10: { log10($0) }
  case .log1p: { log1p($0) }
  case .log2: { log2($0) }
  case .negative: { -$0 }
  case .positive: { $0 }
  case .rad2deg: { $0 * (180 / .pi) }
  case .reciprocal: { 1 / $0 }
  case .rint: { $0.rounded(.toNearestOrEven) }
  case .sign: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
  case .sin: { sin($0) }
  case .sinh: { sinh($0) }
  case .sqrt: { $0.squareRoot() }
  case .square: { $0 * $0 }
  case .tan: { tan($0) }
  case .tanh: { tanh($0) }
  case .trunc: { $0.rounded(.towardZero) }
  case .nanToNum:
    {
      $0.isNaN
        ? 0 : $0.isFinite ? $0 : $0 > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
    }
  case .normalQuantile: { normalQuantile($0) }
  case .normalShare: { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
  }
}

extension InputTransform.PowerKind {
  /// The power of a value, as SciPy computes it.
  func power(of x: Double, _ lambda: Double) -> Double {
    switch self {
    case .boxCox: Self.boxCox(log(x), lambda)
    // log1p keeps the digits of a small value.
    case .yeoJohnson: x >= 0 ? Self.boxCox(log1p(x), lambda) : -Self.boxCox(log1p(-x), 2 - lambda)
    case .inverseBoxCox: exp(Self.inverse(x, lambda))
    case .inverseYeoJohnson:
      x >= 0
        ? expm1(Self.inverse(x, lambda)) : -expm1(Self.inverse(-x, 2 - lambda))
    }
  }

  /// The power of a number whose logarithm is known.
  private static func boxCox(_ logarithm: Double, _ lambda: Double) -> Double {
    abs(lambda) < .ulpOfOne ? logarithm : expm1(lambda * logarithm) / lambda
  }

  /// The logarithm of the number whose power is known.
  private static func inverse(_ power: Double, _ lambda: Double) -> Double {
    abs(lambda) < .ulpOfOne ? power : log1p(lambda * power) / lambda
  }
}

/// The value below which a share of the normal distribution lies.
private func normalQuantile(_ share: Double) -> Double {
  guard share > 0, share < 1 else {
    return share == 0 ? -.infinity : share == 1 ? .infinity : .nan
  }
  // The lower half is the one with all its digits.
  if share > 0.5 { return -normalQuantile(1 - share) }
  // Within 5e-4 (Abramowitz and Stegun, 26.2.23), and then Halley's steps on erfc, which triple the digits.
  let t = (-2 * log(share)).squareRoot()
  var x =
    (2.515517 + t * (0.802853 + t * 0.010328))
    / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for _ in 0..<3 {
    let error = 0.5 * erfc(-x / 2.0.squareRoot()) - share
    let step = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
    x -= step / (1 + x * step / 2)
  }
  return x
}
