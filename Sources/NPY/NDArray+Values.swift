/// A Swift type that is an array's element type without conversion.
public protocol NPYScalar: BitwiseCopyable, Sendable {
  /// The element type, in the machine's own byte order.
  static var dtype: DType { get }
}

// MARK: Making arrays

extension NDArray {
  /// An array of these values in C order (the last axis varies fastest).
  ///
  /// - Parameters:
  ///   - values: The elements.
  ///   - shape: The length of each axis; without it, one axis of all the values.
  /// - Throws: ``NPYError``, where shape and number of values disagree.
  public init<Value: NPYScalar>(
    _ values: some Sequence<Value>, shape: [Int]? = nil
  ) throws(NPYError) {
    let values = ContiguousArray(values)
    try self.init(
      header: NPYHeader(dtype: Value.dtype, shape: shape ?? [values.count]),
      bytes: ContiguousArray(bytesOf: values))
  }

  /// An array of strings, as wide as the longest, as `numpy.array(strings)` makes it (`<U…`).
  ///
  /// - Parameters:
  ///   - strings: The elements, in C order.
  ///   - shape: The length of each axis; without it, one axis of all the strings.
  /// - Throws: ``NPYError``, where shape and number of strings disagree.
  public init(strings: [String], shape: [Int]? = nil) throws(NPYError) {
    let width = max(1, strings.map(\.unicodeScalars.count).max() ?? 1)
    guard let dtype = DType(.unicode, itemSize: 4 * width) else {
      throw .unsupportedDType(descr: "U\(width)", reason: "NumPy has no strings of that length")
    }
    var words = ContiguousArray<UInt32>()
    words.reserveCapacity(strings.count * width)
    for string in strings {
      let scalars = string.unicodeScalars
      words += scalars.lazy.map(\.value)
      words += repeatElement(0, count: width - scalars.count)
    }
    try self.init(
      header: NPYHeader(dtype: dtype, shape: shape ?? [strings.count]),
      bytes: ContiguousArray(bytesOf: words))
  }
}

extension NDArray {
  /// A single string, as `numpy.array(string)` makes it: no axes, dtype `<U…`.
  ///
  /// - Parameter string: The element; its length is what memory holds, far below NumPy's bound.
  public init(string: String) {
    let words = ContiguousArray(string.unicodeScalars.lazy.map(\.value))
    let dtype = DType.native(.unicode, 4 * max(1, words.count))
    self.init(
      NPYHeader(scalarOf: dtype),
      valid: ContiguousArray(bytesOf: words.isEmpty ? [0] : words))
  }

  /// The array with every number rounded to another floating-point type, in C order.
  ///
  /// - Parameter type: `Float` or `Double`.
  /// - Returns: An array of the same shape.
  /// - Throws: As ``reals(as:)``.
  public func converted<Scalar: NPYScalar & BinaryFloatingPoint>(
    to type: Scalar.Type
  ) throws(NPYError) -> NDArray {
    try NDArray(reals(as: type), shape: shape)
  }
}

// MARK: Reading values

extension NDArray {
  /// The elements as floating-point numbers, in C order.
  ///
  /// Every real dtype and bool converts, rounded to nearest where `Scalar` is narrower. A 16-byte
  /// float is read as x86-64's extended precision (bit 63 explicit, six bytes of padding) or as
  /// IEEE 754's binary128, whichever the array as a whole can only be; an encoding that x86-64
  /// calls invalid becomes NaN.
  ///
  /// - Parameter type: `Float` or `Double`.
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` for complex numbers and text, and
  ///   ``NPYError/ambiguousLongDoubles(dtype:)``.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func reals<Scalar: BinaryFloatingPoint>(
    as type: Scalar.Type
  ) throws(NPYError) -> ContiguousArray<Scalar> {
    switch (dtype.kind, dtype.itemSize) {
    case (.float, 2): words(UInt16.self) { Scalar(Double(halfBits: $0)) }
    case (.float, 4): words(UInt32.self) { Scalar(Float(bitPattern: $0)) }
    case (.float, 8): words(UInt64.self) { Scalar(Double(bitPattern: $0)) }
    case (.float, _): try longDoubles { Scalar($0) }
    case (.int, 1): words(Int8.self) { Scalar($0) }
    case (.int, 2): words(Int16.self) { Scalar($0) }
    case (.int, 4): words(Int32.self) { Scalar($0) }
    case (.int, _): words(Int64.self) { Scalar($0) }
    case (.uint, 1): words(UInt8.self) { Scalar($0) }
    case (.uint, 2): words(UInt16.self) { Scalar($0) }
    case (.uint, 4): words(UInt32.self) { Scalar($0) }
    case (.uint, _): words(UInt64.self) { Scalar($0) }
    case (.bool, _): words(UInt8.self) { $0 == 0 ? 0 : 1 }
    default: throw .notConvertible(dtype: dtype.description, to: "\(type)")
    }
  }

  /// Hands out the elements as floating-point numbers, in the order of the file and a block at a time,
  /// so that no second copy of a large array is made.
  ///
  /// - Parameters:
  ///   - type: `Float` or `Double`.
  ///   - body: Takes the next elements.
  /// - Throws: As ``reals(as:)``, and then without a call.
  package func forEachBlock<Scalar: BinaryFloatingPoint>(
    ofReals type: Scalar.Type, _ body: (ContiguousArray<Scalar>) -> Void
  ) throws(NPYError) {
    let block = 1 << 16
    let size = dtype.itemSize
    let encoding = dtype.hasLongDoubles ? longDoubleEncoding : nil
    for start in stride(from: 0, to: count, by: block) {
      let end = min(start + block, count)
      let part = NDArray(
        NPYHeader(partOf: header, shape: [end - start], count: end - start),
        valid: ContiguousArray(bytes[start * size..<end * size]), encoding: encoding)
      body(try part.reals(as: type))
    }
  }

  /// The elements as 64-bit integers, in C order.
  ///
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` unless the dtype is an integer or bool, and
  ///   for a `uint64` above `Int64.max`.
  public func integers() throws(NPYError) -> ContiguousArray<Int64> {
    switch (dtype.kind, dtype.itemSize) {
    case (.int, 1): return words(Int8.self) { Int64($0) }
    case (.int, 2): return words(Int16.self) { Int64($0) }
    case (.int, 4): return words(Int32.self) { Int64($0) }
    case (.int, _): return words(Int64.self)
    case (.uint, 1): return words(UInt8.self) { Int64($0) }
    case (.uint, 2): return words(UInt16.self) { Int64($0) }
    case (.uint, 4): return words(UInt32.self) { Int64($0) }
    case (.uint, _):
      guard words(UInt64.self).allSatisfy({ $0 <= UInt64(Int64.max) }) else { break }
      return words(UInt64.self) { Int64($0) }
    case (.bool, _): return words(UInt8.self) { $0 == 0 ? 0 : 1 }
    default: break
    }
    throw .notConvertible(dtype: dtype.description, to: "Int64")
  }

  /// The elements as unsigned 64-bit integers, in C order.
  ///
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` unless the dtype is an unsigned integer.
  public func unsignedIntegers() throws(NPYError) -> ContiguousArray<UInt64> {
    switch (dtype.kind, dtype.itemSize) {
    case (.uint, 1): words(UInt8.self) { UInt64($0) }
    case (.uint, 2): words(UInt16.self) { UInt64($0) }
    case (.uint, 4): words(UInt32.self) { UInt64($0) }
    case (.uint, _): words(UInt64.self)
    default: throw .notConvertible(dtype: dtype.description, to: "UInt64")
    }
  }

  /// The elements as strings, in C order, without the zeros that fill them up.
  ///
  /// Bytes (`S`) are read as UTF-8.
  ///
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` unless the dtype is text, and for text that is
  ///   not valid Unicode.
  public func strings() throws(NPYError) -> [String] {
    var strings: [String] = []
    strings.reserveCapacity(count)
    switch dtype.kind {
    case .unicode:
      let words = words(UInt32.self)
      let width = dtype.itemSize / 4
      for start in stride(from: 0, to: words.count, by: width) {
        var scalars = String.UnicodeScalarView()
        for word in words[start..<start + width].withoutTrailingZeros {
          guard let scalar = Unicode.Scalar(word) else {
            throw .notConvertible(dtype: dtype.description, to: "text: no character has this code")
          }
          scalars.append(scalar)
        }
        strings.append(String(scalars))
      }
    case .bytes:
      let bytes = bytesInCOrder
      for start in stride(from: 0, to: bytes.count, by: dtype.itemSize) {
        let text = bytes[start..<start + dtype.itemSize].withoutTrailingZeros
        guard let string = String(validating: text, as: UTF8.self) else {
          throw .notConvertible(dtype: dtype.description, to: "text: it is not valid UTF-8")
        }
        strings.append(string)
      }
    default:
      throw .notConvertible(dtype: dtype.description, to: "text")
    }
    return strings
  }

  /// The elements as complex numbers, in C order.
  ///
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` unless the dtype is complex, and
  ///   ``NPYError/ambiguousLongDoubles(dtype:)``.
  public func complexNumbers() throws(NPYError) -> [(real: Double, imaginary: Double)] {
    guard dtype.kind == .complex else {
      throw .notConvertible(dtype: dtype.description, to: "complex numbers")
    }
    let parts: ContiguousArray<Double> =
      switch dtype.wordSize {
      case 4: words(UInt32.self) { Double(Float(bitPattern: $0)) }
      case 8: words(UInt64.self) { Double(bitPattern: $0) }
      default: try longDoubles { Double($0) }
      }
    return stride(from: 0, to: parts.count, by: 2).map { (parts[$0], parts[$0 + 1]) }
  }

  /// The words of the elements in C order and in the machine's byte order.
  func words<Word: FixedWidthInteger & BitwiseCopyable>(
    _ type: Word.Type
  ) -> ContiguousArray<Word> {
    words(type) { $0 }
  }

  /// What those words mean.
  @inline(__always)
  func words<Word: FixedWidthInteger & BitwiseCopyable, Value>(
    _ type: Word.Type, as value: (Word) -> Value
  ) -> ContiguousArray<Value> {
    bytesInCOrder.words(type, order: dtype.byteOrder, as: value)
  }
}

extension Double {
  /// The value of an IEEE 754 half; the payload of a NaN is kept.
  ///
  /// `Float16` would do this, but does not exist on Intel Macs.
  package init(halfBits bits: UInt16) {
    let negative = bits & 0x8000 != 0
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = UInt64(bits & 0x3FF)
    let magnitude: Double =
      switch exponent {
      case 0: Double(fraction) * 0x1p-24
      case 31: Double(bitPattern: 0x7FF << 52 | fraction << 42)
      default: Double(bitPattern: UInt64(exponent - 15 + 1023) << 52 | fraction << 42)
      }
    self = negative ? -magnitude : magnitude
  }
}

extension RandomAccessCollection where Element: BinaryInteger {
  fileprivate var withoutTrailingZeros: SubSequence {
    self[..<(lastIndex { $0 != 0 }.map { index(after: $0) } ?? startIndex)]
  }
}
