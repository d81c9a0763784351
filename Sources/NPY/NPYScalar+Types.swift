// The Swift types that are element types of NumPy as they stand.

extension Bool: NPYScalar {
  /// `|b1`
  public static var dtype: DType { .native(.bool, 1) }
}

extension Int8: NPYScalar {
  /// `|i1`
  public static var dtype: DType { .native(.int, 1) }
}

extension Int16: NPYScalar {
  /// `<i2`
  public static var dtype: DType { .native(.int, 2) }
}

extension Int32: NPYScalar {
  /// `<i4`
  public static var dtype: DType { .native(.int, 4) }
}

extension Int64: NPYScalar {
  /// `<i8`
  public static var dtype: DType { .native(.int, 8) }
}

extension UInt8: NPYScalar {
  /// `|u1`
  public static var dtype: DType { .native(.uint, 1) }
}

extension UInt16: NPYScalar {
  /// `<u2`
  public static var dtype: DType { .native(.uint, 2) }
}

extension UInt32: NPYScalar {
  /// `<u4`
  public static var dtype: DType { .native(.uint, 4) }
}

extension UInt64: NPYScalar {
  /// `<u8`
  public static var dtype: DType { .native(.uint, 8) }
}

extension Float: NPYScalar {
  /// `<f4`
  public static var dtype: DType { .native(.float, 4) }
}

extension Double: NPYScalar {
  /// `<f8`
  public static var dtype: DType { .native(.float, 8) }
}

// Intel Macs have no Float16.
#if !(os(macOS) && arch(x86_64))
  @available(macOS 11, iOS 14, *)
  extension Float16: NPYScalar {
    /// `<f2`
    public static var dtype: DType { .native(.float, 2) }
  }
#endif
