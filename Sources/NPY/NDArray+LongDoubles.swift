extension DType {
  /// Whether its numbers are floats of sixteen bytes, which are not the same on every processor.
  var hasLongDoubles: Bool { (kind == .float || kind == .complex) && wordSize == 16 }
}

extension NDArray {
  /// How the long doubles are to be read, which all of them together tell.
  ///
  /// - Precondition: The elements are long doubles.
  var longDoubleEncoding: LongDoubleEncoding {
    precondition(dtype.hasLongDoubles)
    return knownEncoding ?? LongDoubleEncoding(of: bytes, order: dtype.byteOrder)
  }

  /// The same array, about which all is known that its parts alone do not say.
  ///
  /// Whoever takes many parts calls it once: each part would look through the whole array.
  package func preparedForParts() -> NDArray {
    guard dtype.hasLongDoubles, knownEncoding == nil else { return self }
    return NDArray(header, valid: bytes, encoding: longDoubleEncoding)
  }

  /// This part of an array, to be read as the whole is. It equals what else has the same bytes, unless that
  /// would be read in another way.
  func read(like whole: NDArray) -> NDArray {
    guard dtype.hasLongDoubles else { return self }
    let encoding = whole.longDoubleEncoding
    return encoding == longDoubleEncoding
      ? self : NDArray(header, valid: bytes, encoding: encoding)
  }

  /// The same array, to be read as another that was written by the same processor, where it could be either's
  /// by itself: a few biases are known by the weights next to them.
  package func read(beside other: NDArray) -> NDArray {
    guard dtype.hasLongDoubles, other.dtype.hasLongDoubles, longDoubleEncoding == .either else {
      return self
    }
    switch other.longDoubleEncoding {
    case .x87, .binary128:
      return NDArray(header, valid: bytes, encoding: other.longDoubleEncoding)
    case .either, .unknown: return self
    }
  }

  /// The long doubles in C order; two for a complex number.
  ///
  /// - Parameter value: What is made of each.
  @inline(__always)
  func longDoubles<Value>(
    _ value: (LongDouble) -> Value
  ) throws(NPYError) -> ContiguousArray<Value> {
    switch longDoubleEncoding {
    case .x87: words(UInt128.self) { value(LongDouble(x87: $0)) }
    case .binary128: words(UInt128.self) { value(LongDouble(binary128: $0)) }
    case .either, .unknown: throw .ambiguousLongDoubles(dtype: dtype.description)
    }
  }

  /// The floats in C order as bits of IEEE 754's binary128, which holds those of every type exactly.
  ///
  /// - Throws: As ``reals(as:)``.
  package func binary128() throws(NPYError) -> ContiguousArray<UInt128> {
    guard dtype.kind == .float else {
      throw .notConvertible(dtype: dtype.description, to: "binary128")
    }
    guard !dtype.hasLongDoubles else { return try longDoubles(\.bits) }
    return ContiguousArray(try reals(as: Double.self).lazy.map { LongDouble($0).bits })
  }
}
