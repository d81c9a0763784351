import Platform

/// A type that an ``MLP`` computes with: `Float` or `Double`.
///
/// The requirements have names of their own, because `exp` and `tanh` as static members would make
/// `Double.exp(x)` ambiguous for those who also import swift-numerics.
public protocol MLPScalar: BinaryFloatingPoint, Sendable
where RawSignificand: FixedWidthInteger {
  /// Returns e to the power `x`, as the platform's C library computes it.
  static func exponential(of x: Self) -> Self

  /// Returns the hyperbolic tangent of `x`, as the platform's C library computes it.
  static func hyperbolicTangent(of x: Self) -> Self
}

extension Float: MLPScalar {
  /// Returns e to the power `x`, by the C library's `expf`.
  public static func exponential(of x: Float) -> Float { exp(x) }

  /// Returns the hyperbolic tangent of `x`, by the C library's `tanhf`.
  public static func hyperbolicTangent(of x: Float) -> Float { tanh(x) }
}

extension Double: MLPScalar {
  /// Returns e to the power `x`, by the C library's `exp`.
  public static func exponential(of x: Double) -> Double { exp(x) }

  /// Returns the hyperbolic tangent of `x`, by the C library's `tanh`.
  public static func hyperbolicTangent(of x: Double) -> Double { tanh(x) }
}
