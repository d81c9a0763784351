import NPY
import TestSupport
import Testing

struct NDArrayValuesTests {
  // MARK: NumPy's values

  @Test(arguments: try Golden.readable())
  func `the values are NumPy's, to the bit`(golden: Golden) throws {
    let array = try golden.array()
    let expected = try #require(golden.values)
    switch array.dtype.kind {
    case .bool:
      #expect(try array.integers().map { GoldenValue.bool($0 != 0) } == expected)
      #expect(try array.reals(as: Double.self).map { GoldenValue.bool($0 != 0) } == expected)
    case .int, .uint:
      let reals = try array.reals(as: Double.self)
      #expect(reals.map { $0 } == expected.map(Self.double))
      if array.dtype.kind == .uint {
        let numbers = try array.unsignedIntegers()
        #expect(numbers.map { Int64(exactly: $0).map(GoldenValue.int) ?? .uint($0) } == expected)
      }
      if golden.dtype.hasSuffix("u8") {
        // The golden file holds UInt64.max.
        #expect(throws: NPYError.notConvertible(dtype: golden.dtype, to: "Int64")) {
          try array.integers()
        }
      } else {
        #expect(try array.integers().map(GoldenValue.int) == expected)
      }
    case .float:
      let reals = try array.reals(as: Double.self)
      #expect(reals.count == expected.count)
      for (value, text) in zip(reals, expected) {
        #expect(isSame(value, Self.double(text)), "\(value) instead of \(text)")
      }
    case .complex:
      let numbers = try array.complexNumbers()
      #expect(numbers.count == expected.count)
      for (value, pair) in zip(numbers, expected) {
        guard case .pair(let parts) = pair else {
          Issue.record("\(pair) is no pair")
          continue
        }
        #expect(isSame(value.real, Self.double(.text(parts[0]))), "\(value) instead of \(pair)")
        #expect(
          isSame(value.imaginary, Self.double(.text(parts[1]))), "\(value) instead of \(pair)")
      }
    case .bytes, .unicode:
      // Strings are equal when they look the same; their scalars tell more.
      let strings = try array.strings()
      #expect(strings.map { Array($0.unicodeScalars) } == expected.map(Self.scalars))
    case .datetime, .timedelta, .void, .object:
      Issue.record("\(golden.dtype) has no values that can be read")
    }
  }

  private static func double(_ value: GoldenValue) -> Double {
    switch value {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .text(let text): Double(text) ?? -123.456
    case .pair: -123.456
    }
  }

  private static func scalars(_ value: GoldenValue) -> [Unicode.Scalar] {
    if case .text(let text) = value { Array(text.unicodeScalars) } else { ["?"] }
  }

  @Test func `in Fortran order of any number of axes elements come in C order`() throws {
    var generator = SeededGenerator(seed: 3)
    for dtype in [try DType("<u4"), try DType("|S5")] {
      for axes in 2...6 {
        for _ in 0..<10 {
          let shape = (0..<axes).map { _ in Int.random(in: 1...4, using: &generator) }
          let header = try NPYHeader(dtype: dtype, isFortranOrder: true, shape: shape)
          guard header.isFortranOrder else { continue }
          // The n-th element of the file is the number n, as a word or as text.
          let bytes = (0..<header.count).flatMap { number -> [UInt8] in
            dtype.kind == .bytes
              ? Array("n\(number)".utf8) + Array(repeating: 0, count: 4 - "\(number)".utf8.count)
              : [UInt8(number & 0xFF), UInt8(number >> 8), 0, 0]
          }
          let array = try NDArray(header: header, bytes: ContiguousArray(bytes))
          let expected = fortranOffsets(shape)
          if dtype.kind == .bytes {
            #expect(try array.strings() == expected.map { "n\($0)" }, "\(shape)")
          } else {
            #expect(try array.integers() == ContiguousArray(expected.map(Int64.init)), "\(shape)")
          }
        }
      }
    }
  }

  /// Where each element lies in Fortran order, in C order of the elements.
  private func fortranOffsets(_ shape: [Int]) -> [Int] {
    var offsets = [0]
    var stride = 1
    for length in shape {
      offsets = offsets.flatMap { offset in (0..<length).map { offset + $0 * stride } }
      stride *= length
    }
    return offsets
  }

  // MARK: Floating point

  @Test func `every half has its value`() throws {
    let all = ContiguousArray(UInt16.min...UInt16.max)
    for order in ["<", ">"] {
      let bytes = all.flatMap { bits in
        order == "<"
          ? [UInt8(bits & 0xFF), UInt8(bits >> 8)] : [UInt8(bits >> 8), UInt8(bits & 0xFF)]
      }
      let array = try vector("\(order)f2", bytes)
      let doubles = try array.reals(as: Double.self)
      let floats = try array.reals(as: Float.self)
      let wrong = all.indices.filter { index in
        let bits = all[index]
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF) / 1024
        let magnitude =
          exponent == 31
          ? (fraction == 0 ? .infinity : .nan)
          : Double(
            sign: .plus, exponent: max(exponent, 1) - 15,
            significand: (exponent == 0 ? 0 : 1) + fraction)
        let expected = bits >> 15 == 1 ? -magnitude : magnitude
        return !isSame(doubles[index], expected) || !isSame(Double(floats[index]), expected)
          || doubles[index].sign != expected.sign
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test func `the payload of a half's NaN is kept`() {
    #expect(Double(halfBits: 0x7E01).bitPattern == 0x7FF8_0400_0000_0000)
    #expect(Double(halfBits: 0xFFFF).bitPattern == 0xFFFF_FC00_0000_0000)
  }

  /// Significand, sign and exponent of an x87 number, and what NumPy 2.4.6 makes of it with
  /// `astype`: ties and their neighbours, both overflows and underflows, subnormal numbers, and
  /// numbers that rounding by way of Double would send to the wrong Float.
  static let longDoubles: [(UInt64, UInt16, UInt64, UInt32)] = [
    (0x0000_0000_0000_0000, 0x0000, 0x0000_0000_0000_0000, 0x0000_0000),
    (0x0000_0000_0000_0000, 0x8000, 0x8000_0000_0000_0000, 0x8000_0000),
    (0x0000_0000_0000_0001, 0x0000, 0x0000_0000_0000_0000, 0x0000_0000),
    (0x7FFF_FFFF_FFFF_FFFF, 0x8000, 0x8000_0000_0000_0000, 0x8000_0000),
    (0x8000_0000_0000_0000, 0x3FFF, 0x3FF0_0000_0000_0000, 0x3F80_0000),
    (0x8000_0000_0000_0001, 0x3FFF, 0x3FF0_0000_0000_0000, 0x3F80_0000),
    (0xFFFF_FFFF_FFFF_FFFF, 0xBFFF, 0xC000_0000_0000_0000, 0xC000_0000),
    (0x8000_0000_0000_0400, 0x3FFF, 0x3FF0_0000_0000_0000, 0x3F80_0000),
    (0x8000_0000_0000_0401, 0x3FFF, 0x3FF0_0000_0000_0001, 0x3F80_0000),
    (0x8000_0000_0000_03FF, 0x3FFF, 0x3FF0_0000_0000_0000, 0x3F80_0000),
    (0x8000_0000_0000_0C00, 0x3FFF, 0x3FF0_0000_0000_0002, 0x3F80_0000),
    (0x8000_0000_0000_0BFF, 0xBFFF, 0xBFF0_0000_0000_0001, 0xBF80_0000),
    (0x8000_0080_0000_0000, 0x3FFF, 0x3FF0_0000_1000_0000, 0x3F80_0000),
    (0x8000_0080_0000_0001, 0x3FFF, 0x3FF0_0000_1000_0000, 0x3F80_0001),
    (0x8000_007F_FFFF_FFFF, 0x3FFF, 0x3FF0_0000_1000_0000, 0x3F80_0000),
    (0x8000_0180_0000_0000, 0x3FFF, 0x3FF0_0000_3000_0000, 0x3F80_0002),
    (0x8000_017F_FFFF_FFFF, 0x3FFF, 0x3FF0_0000_3000_0000, 0x3F80_0001),
    (0xFFFF_FFFF_FFFF_FC00, 0x3FFF, 0x4000_0000_0000_0000, 0x4000_0000),
    (0xFFFF_FFFF_FFFF_FBFF, 0x3FFF, 0x3FFF_FFFF_FFFF_FFFF, 0x4000_0000),
    (0xFFFF_FFFF_FFFF_F800, 0x43FE, 0x7FEF_FFFF_FFFF_FFFF, 0x7F80_0000),
    (0xFFFF_FFFF_FFFF_FBFF, 0x43FE, 0x7FEF_FFFF_FFFF_FFFF, 0x7F80_0000),
    (0xFFFF_FFFF_FFFF_FC00, 0xC3FE, 0xFFF0_0000_0000_0000, 0xFF80_0000),
    (0x8000_0000_0000_0000, 0x43FF, 0x7FF0_0000_0000_0000, 0x7F80_0000),
    (0x8000_0000_0000_0000, 0x7FFE, 0x7FF0_0000_0000_0000, 0x7F80_0000),
    (0xFFFF_FF00_0000_0000, 0x407E, 0x47EF_FFFF_E000_0000, 0x7F7F_FFFF),
    (0xFFFF_FF7F_FFFF_FFFF, 0x407E, 0x47EF_FFFF_F000_0000, 0x7F7F_FFFF),
    (0xFFFF_FF80_0000_0000, 0x407E, 0x47EF_FFFF_F000_0000, 0x7F80_0000),
    (0x8000_0000_0000_0000, 0xC07F, 0xC7F0_0000_0000_0000, 0xFF80_0000),
    (0x8000_0000_0000_0000, 0x3C01, 0x0010_0000_0000_0000, 0x0000_0000),
    (0xFFFF_FFFF_FFFF_FFFF, 0x3C00, 0x0010_0000_0000_0000, 0x0000_0000),
    (0xFFFF_FFFF_FFFF_F800, 0x3C00, 0x0010_0000_0000_0000, 0x0000_0000),
    (0xFFFF_FFFF_FFFF_F7FF, 0x3C00, 0x000F_FFFF_FFFF_FFFF, 0x0000_0000),
    (0x8000_0000_0000_0000, 0x3C00, 0x0008_0000_0000_0000, 0x0000_0000),
    (0xC000_0000_0000_0800, 0x3C00, 0x000C_0000_0000_0000, 0x0000_0000),
    (0xC000_0000_0000_0801, 0x3C00, 0x000C_0000_0000_0001, 0x0000_0000),
    (0xC000_0000_0000_1800, 0xBC00, 0x800C_0000_0000_0002, 0x8000_0000),
    (0x8000_0000_0000_0000, 0x3BCE, 0x0000_0000_0000_0002, 0x0000_0000),
    (0xC000_0000_0000_0000, 0x3BCE, 0x0000_0000_0000_0003, 0x0000_0000),
    (0xBFFF_FFFF_FFFF_FFFF, 0x3BCE, 0x0000_0000_0000_0003, 0x0000_0000),
    (0x8000_0000_0000_0000, 0x3BCD, 0x0000_0000_0000_0001, 0x0000_0000),
    (0xC000_0000_0000_0000, 0x3BCD, 0x0000_0000_0000_0002, 0x0000_0000),
    (0xBFFF_FFFF_FFFF_FFFF, 0x3BCD, 0x0000_0000_0000_0001, 0x0000_0000),
    (0x8000_0000_0000_0000, 0x3BCC, 0x0000_0000_0000_0000, 0x0000_0000),
    (0x8000_0000_0000_0001, 0x3BCC, 0x0000_0000_0000_0001, 0x0000_0000),
    (0xFFFF_FFFF_FFFF_FFFF, 0xBBCC, 0x8000_0000_0000_0001, 0x8000_0000),
    (0xFFFF_FFFF_FFFF_FFFF, 0x3BCB, 0x0000_0000_0000_0000, 0x0000_0000),
    (0x8000_0000_0000_0000, 0xBBCB, 0x8000_0000_0000_0000, 0x8000_0000),
    (0x8000_0000_0000_0000, 0x0001, 0x0000_0000_0000_0000, 0x0000_0000),
    (0x8000_0000_0000_0000, 0x3F81, 0x3810_0000_0000_0000, 0x0080_0000),
    (0xFFFF_FFFF_FFFF_FFFF, 0x3F80, 0x3810_0000_0000_0000, 0x0080_0000),
    (0xFFFF_FF00_0000_0000, 0x3F80, 0x380F_FFFF_E000_0000, 0x0080_0000),
    (0xFFFF_FEFF_FFFF_FFFF, 0x3F80, 0x380F_FFFF_E000_0000, 0x007F_FFFF),
    (0xC000_0100_0000_0000, 0x3F80, 0x3808_0000_2000_0000, 0x0060_0000),
    (0xC000_0100_0000_0001, 0x3F80, 0x3808_0000_2000_0000, 0x0060_0001),
    (0xC000_0300_0000_0000, 0x3F80, 0x3808_0000_6000_0000, 0x0060_0002),
    (0x8000_0000_0000_0000, 0x3F6A, 0x36A0_0000_0000_0000, 0x0000_0001),
    (0xC000_0000_0000_0000, 0x3F6A, 0x36A8_0000_0000_0000, 0x0000_0002),
    (0xBFFF_FFFF_FFFF_FFFF, 0x3F6A, 0x36A8_0000_0000_0000, 0x0000_0001),
    (0x8000_0000_0000_0000, 0x3F69, 0x3690_0000_0000_0000, 0x0000_0000),
    (0x8000_0000_0000_0001, 0xBF69, 0xB690_0000_0000_0000, 0x8000_0001),
    (0xFFFF_FFFF_FFFF_FFFF, 0x3F68, 0x3690_0000_0000_0000, 0x0000_0000),
    (0x8000_0080_0000_0100, 0x3FFF, 0x3FF0_0000_1000_0000, 0x3F80_0001),
    (0x8000_017F_FFFF_FF00, 0xBFFF, 0xBFF0_0000_3000_0000, 0xBF80_0001),
    (0xC000_0100_0000_0080, 0x3F80, 0x3808_0000_2000_0000, 0x0060_0001),
    (0x8000_0000_0000_0010, 0x3F69, 0x3690_0000_0000_0000, 0x0000_0001),
    (0x8000_0000_0000_0000, 0x7FFF, 0x7FF0_0000_0000_0000, 0x7F80_0000),
    (0x8000_0000_0000_0000, 0xFFFF, 0xFFF0_0000_0000_0000, 0xFF80_0000),
  ]

  @Test(arguments: ["<f16", ">f16"])
  func `a long double is rounded once, to nearest`(descr: String) throws {
    let bytes = Self.longDoubles.flatMap { significand, signAndExponent, _, _ in
      longDouble(significand, signAndExponent, bigEndian: descr.hasPrefix(">"))
    }
    let array = try vector(descr, bytes)
    let doubles = try array.reals(as: Double.self)
    let floats = try array.reals(as: Float.self)
    #expect(doubles.count == Self.longDoubles.count)
    for (index, (significand, signAndExponent, double, float)) in Self.longDoubles.enumerated() {
      let number = "\(String(significand, radix: 16)) \(String(signAndExponent, radix: 16))"
      #expect(doubles[index].bitPattern == double, "\(number)")
      #expect(floats[index].bitPattern == float, "\(number)")
    }
    let pairs = try vector(
      descr.replacing("f16", with: "c32"), bytes + bytes.prefix(16 * (doubles.count % 2))
    )
    .complexNumbers()
    #expect(pairs.flatMap { [$0.real, $0.imaginary] }.prefix(doubles.count) == doubles[...])
  }

  @Test(
    arguments: [
      (0x8000_0000_0000_0001, 0x7FFF), (0xC000_0000_0000_0000, 0x7FFF),
      (0xC000_0000_0000_0000, 0xFFFF),
      // A processor since the 80387 takes these for invalid: no leading bit, and an exponent.
      (0, 0x7FFF), (0x4000_0000_0000_0000, 0x7FFF), (0, 0x4000), (0x7FFF_FFFF_FFFF_FFFF, 0xBFFF),
      (1, 0x0001),
    ] as [(UInt64, UInt16)])
  func `a long double that is no number is NaN`(significand: UInt64, bits: UInt16) throws {
    let array = try vector("<f16", longDouble(significand, bits, bigEndian: false))
    #expect(try array.reals(as: Double.self)[0].isNaN)
    #expect(try array.reals(as: Float.self)[0].isNaN)
  }

  @Test func `the padding of a long double means nothing`() throws {
    var bytes = longDouble(1 << 63, 0x4000, bigEndian: false)
    bytes.replaceSubrange(10..., with: [0xDE, 0xAD, 0xBE, 0xEF, 0xFF, 0xFF])
    #expect(try vector("<f16", bytes).reals(as: Double.self) == [2])
    #expect(try vector(">f16", bytes.reversed()).reals(as: Double.self) == [2])
  }

  @Test func `a narrower type gets the nearest value`() throws {
    let doubles = try NDArray([
      0.1, 1 + 0x1p-24, 1 + 0x1p-24 + 0x1p-52, 3.5e38, -1e300, 0x1p-150, 0x1.8p-150, -0.0,
    ])
    let floats = try doubles.reals(as: Float.self)
    let expected: [Float] = [0.1, 1, 1 + 0x1p-23, .infinity, -.infinity, 0, 0x1p-149, -0.0]
    #expect(floats.map(\.bitPattern) == expected.map(\.bitPattern))

    // The last is 2^53 + 3, halfway between two doubles.
    let integers = try NDArray([Int64.max, .min, 16_777_217, -9_007_199_254_740_995])
    #expect(
      try integers.reals(as: Double.self) == [0x1p63, -0x1p63, 16_777_217, -9_007_199_254_740_996])
    #expect(try integers.reals(as: Float.self) == [0x1p63, -0x1p63, 0x1p24, -0x1p53])
    let unsigned = try vector("<u8", Array(repeating: 0xFF, count: 8))
    #expect(try unsigned.reals(as: Double.self) == [0x1p64])
    #expect(try unsigned.reals(as: Float.self) == [0x1p64])
  }

  @Test func `converting keeps the shape and gives C order`() throws {
    let long = try Golden.array("f8-big-endian-fortran")
    let native = try Golden.array("f8-c")
    #expect(try long.converted(to: Double.self) == native)
    let floats = try long.converted(to: Float.self)
    #expect(floats.dtype == Float.dtype)
    #expect(floats.shape == [2, 3])
    #expect(!floats.header.isFortranOrder)
    #expect(
      floats.bytes.prefix(16) == [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0xC0, 0x3F, 0, 0, 0x80, 0xFF])
    #expect(try Golden.array("shape-0d").converted(to: Float.self).shape == [])
    #expect(try Golden.array("shape-3x0x2").converted(to: Double.self).shape == [3, 0, 2])
    #expect(throws: NPYError.notConvertible(dtype: "<c16", to: "Float")) {
      try Golden.array("c16-c").converted(to: Float.self)
    }
  }

  // MARK: Integers, text, complex numbers

  @Test func `integers come whole or not at all`() throws {
    let limit: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
    #expect(try vector("<u8", limit).integers() == [Int64.max])
    #expect(try vector(">u8", limit.reversed()).integers() == [Int64.max])
    #expect(throws: NPYError.notConvertible(dtype: "<u8", to: "Int64")) {
      try vector("<u8", limit + [0, 0, 0, 0, 0, 0, 0, 0x80]).integers()
    }
    #expect(try vector("<i8", [0, 0, 0, 0, 0, 0, 0, 0x80]).integers() == [Int64.min])
    #expect(try vector("<u4", Array(repeating: 0xFF, count: 4)).integers() == [4_294_967_295])
    #expect(try vector("|i1", [0x80, 0xFF]).integers() == [-128, -1])
    // NumPy takes any byte but 0 for true.
    #expect(try vector("|b1", [0, 1, 2, 255]).integers() == [0, 1, 1, 1])
    #expect(try vector("|b1", [0, 1, 2, 255]).reals(as: Float.self) == [0, 1, 1, 1])
  }

  @Test func `text keeps what is no padding`() throws {
    let bytes = try vector("|S4", Array("a\0\0\0\0b\0\0\0\0\0\0ab d日\0".utf8))
    #expect(try bytes.strings() == ["a", "\0b", "", "ab d", "日"])
    let littleEndian: [UInt8] = [0xE9, 0, 0, 0, 0, 0, 0, 0, 0x00, 0xF6, 0x01, 0, 0x65, 0, 0, 0]
    #expect(try vector("<U2", littleEndian).strings() == ["é", "\u{1F600}e"])
    // A letter and its accent stay two scalars.
    let accent = try vector(">U2", [0, 0, 0, 0x65, 0, 0, 3, 1]).strings()
    #expect(accent.map { Array($0.unicodeScalars) } == [["e", "\u{301}"]])
    #expect(try vector("<U1", [0xFF, 0xFF, 0x10, 0]).strings() == ["\u{10FFFF}"])
  }

  @Test(
    arguments: [
      ("<U1", [0x00, 0xD8, 0, 0]), ("<U1", [0xFF, 0xDF, 0, 0]), ("<U1", [0, 0, 0x11, 0]),
      (">U1", [0x80, 0, 0, 0x41]), ("<U2", [0x3D, 0xD8, 0, 0, 0x00, 0xDE, 0, 0]),
    ] as [(String, [UInt8])])
  func `a code of no character is refused`(descr: String, bytes: [UInt8]) throws {
    #expect(
      throws: NPYError.notConvertible(dtype: descr, to: "text: no character has this code")
    ) {
      try vector(descr, bytes).strings()
    }
  }

  @Test(
    arguments: [
      [0xE9, 0, 0], [0xC3, 0, 0], [0xC0, 0x80, 0x41], [0xED, 0xA0, 0x80], [0x41, 0x80, 0],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) throws {
    #expect(throws: NPYError.notConvertible(dtype: "|S3", to: "text: it is not valid UTF-8")) {
      try vector("|S3", bytes).strings()
    }
  }

  @Test func `no dtype is read as what it is not`() throws {
    for dtype in try everyDType() {
      let array = try NDArray(
        header: NPYHeader(dtype: dtype, shape: []),
        bytes: ContiguousArray(repeating: 0, count: dtype.itemSize))
      let isNumber = dtype.isReal || dtype.kind == .bool
      let isText = dtype.kind == .bytes || dtype.kind == .unicode
      #expect((try? array.reals(as: Double.self)) == (isNumber ? [0] : nil), "\(dtype)")
      #expect((try? array.integers()) == (isNumber && dtype.kind != .float ? [0] : nil), "\(dtype)")
      #expect((try? array.unsignedIntegers()) == (dtype.kind == .uint ? [0] : nil), "\(dtype)")
      #expect((try? array.strings()) == (isText ? [""] : nil), "\(dtype)")
      let complex = try? array.complexNumbers().map { [$0.real, $0.imaginary] }
      #expect(complex == (dtype.kind == .complex ? [[0, 0]] : nil), "\(dtype)")
    }
    let text = try NDArray(strings: ["1"])
    let number = try NDArray([1.0])
    #expect(throws: NPYError.notConvertible(dtype: text.dtype.description, to: "Float")) {
      try text.reals(as: Float.self)
    }
    #expect(throws: NPYError.notConvertible(dtype: number.dtype.description, to: "Int64")) {
      try number.integers()
    }
    #expect(throws: NPYError.notConvertible(dtype: number.dtype.description, to: "text")) {
      try number.strings()
    }
    #expect(throws: NPYError.notConvertible(dtype: number.dtype.description, to: "complex numbers"))
    {
      try number.complexNumbers()
    }
  }

  // MARK: Making arrays

  @Test func `arrays of values are the files that NumPy writes`() throws {
    #expect(try NDArray([0, 0.25, 0.5, 0.75, 1]).fileBytes == fixture("npy/shape-5.npy"))
    #expect(try NDArray([2.5], shape: []).fileBytes == fixture("npy/shape-0d.npy"))
    #expect(try NDArray([Double]()).fileBytes == fixture("npy/shape-0.npy"))
    #expect(try NDArray([Float](), shape: [3, 0, 2]).fileBytes == fixture("npy/shape-3x0x2.npy"))
    #expect(
      try NDArray([true, false, false, true, true, false], shape: [2, 3]).fileBytes
        == fixture("npy/b1-c.npy"))
    #expect(
      try NDArray([0, 255, 0, 1, 254, 127] as [UInt8], shape: [2, 3]).fileBytes
        == fixture("npy/u1-c.npy"))
    let integers = [Int64.min, .max, 0, 1, .max - 1, .max / 2]
    #expect(try NDArray(integers, shape: [2, 3]).fileBytes == fixture("npy/i8-c.npy"))
    let floats = try Golden.array("f4-c").reals(as: Float.self)
    #expect(try NDArray(floats, shape: [2, 3]).fileBytes == fixture("npy/f4-c.npy"))
  }

  @Test func `arrays of strings are the files that NumPy writes`() throws {
    #expect(NDArray(string: "logistic").fileBytes == (try fixture("npy/shape-0d-string.npy")))
    let strings = ["", "a", "b\0c", "é日😀", " p ", "'\"\\"]
    #expect(try NDArray(strings: strings, shape: [2, 3]).fileBytes == fixture("npy/U3-c.npy"))
    for text in ["", "relu", "größe 😀", "e\u{301}"] {
      #expect(
        try NDArray(string: text).strings().map { Array($0.unicodeScalars) } == [
          Array(text.unicodeScalars)
        ])
    }
    let empty = NDArray(string: "")
    #expect(empty.dtype.itemSize == 4)
    #expect(empty.shape == [])
    #expect(try NDArray(strings: []).shape == [0])
    #expect(try NDArray(strings: ["", ""]).dtype.itemSize == 4)
  }

  @Test func `values and shape must agree`() throws {
    let native = Double.dtype.description
    #expect(
      throws: NPYError.wrongByteCount(dtype: native, shape: [2, 2], expected: 32, found: 24)
    ) {
      try NDArray([1.0, 2, 3], shape: [2, 2])
    }
    #expect(throws: NPYError.badShape([-3], problem: "an axis cannot be negative")) {
      try NDArray([1.0, 2, 3], shape: [-3])
    }
    #expect(throws: NPYError.self) { try NDArray(strings: ["a", "b"], shape: []) }
    #expect(throws: NPYError.self) { try NDArray([Double](), shape: []) }
  }

  // MARK: Blocks

  @Test func `blocks give every element once, in the order of the file`() throws {
    let count = 150_000
    let header = try NPYHeader(
      dtype: DType("<u4"), isFortranOrder: true, shape: [2, count / 2])
    var bytes = ContiguousArray<UInt8>()
    for index in 0..<UInt32(count) {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) }
    }
    var values: [Double] = []
    var blocks = 0
    try NDArray(header: header, bytes: bytes).forEachBlock(ofReals: Double.self) {
      values += $0
      blocks += 1
    }
    #expect(values == (0..<count).map(Double.init))
    #expect(blocks > 1)
    #expect(throws: NPYError.notConvertible(dtype: "<U1", to: "Double")) {
      try NDArray(strings: ["a"]).forEachBlock(ofReals: Double.self) { _ in }
    }
  }

  // MARK: Helpers

  /// A vector of as many elements as the bytes hold.
  private func vector(_ descr: String, _ bytes: [UInt8]) throws -> NDArray {
    let dtype = try DType(descr)
    return try NDArray(
      header: NPYHeader(dtype: dtype, shape: [bytes.count / dtype.itemSize]),
      bytes: ContiguousArray(bytes))
  }

  /// The sixteen bytes of an x87 number.
  private func longDouble(
    _ significand: UInt64, _ signAndExponent: UInt16, bigEndian: Bool
  ) -> [UInt8] {
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: significand >> (8 * $0)) }
    bytes += [UInt8(signAndExponent & 0xFF), UInt8(signAndExponent >> 8), 0, 0, 0, 0, 0, 0]
    return bigEndian ? bytes.reversed() : bytes
  }
}
