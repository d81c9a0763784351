import NPY
import TestSupport
import Testing

/// Floats of sixteen bytes, which every processor has in its own way.
struct LongDoubleTests {
  /// An array of fixtures/long-doubles, with what it is to be read as (tools/make_long_double_fixtures.py).
  struct Case: Decodable, CustomTestStringConvertible {
    let what: String
    let descr: String
    let bytes: String
    let doubles: [String]
    let floats: [String]
    let refused: String

    var testDescription: String { "\(what) \(descr)" }

    func array() throws -> NDArray {
      let dtype = try DType(descr)
      let bytes = ContiguousArray(hex: bytes)
      return try NDArray(
        header: NPYHeader(dtype: dtype, shape: [bytes.count / dtype.itemSize]), bytes: bytes)
    }

    static func all() throws -> [Case] {
      try jsonFixture("long-doubles/arrays.json", as: [Case].self)
    }
  }

  // MARK: The values

  @Test(arguments: try Case.all())
  func `what can only be one processor's has its values, and the rest is refused`(
    _ item: Case
  ) throws {
    let array = try item.array()
    let doubles: ContiguousArray<Double>
    let floats: ContiguousArray<Float>
    do throws(NPYError) {
      doubles = try numbers(array)
      floats = ContiguousArray(try array.dtype.kind == .complex ? [] : array.reals(as: Float.self))
    } catch {
      #expect(error == .ambiguousLongDoubles(dtype: item.descr))
      #expect(item.refused != "never")
      return
    }
    #expect(item.refused != "always")
    #expect(doubles.map(Self.text) == item.doubles)
    #expect(floats.isEmpty || floats.map(Self.text) == item.floats)
  }

  @Test func `the arrays are of every kind`() throws {
    let all = try Case.all()
    #expect(all.count > 150)
    for refused in ["always", "never", "maybe"] {
      #expect(all.count { $0.refused == refused } > 10, "\(refused)")
    }
  }

  /// The real numbers, or the parts of complex ones.
  private func numbers(_ array: NDArray) throws(NPYError) -> ContiguousArray<Double> {
    guard array.dtype.kind == .complex else { return try array.reals(as: Double.self) }
    return ContiguousArray(try array.complexNumbers().flatMap { [$0.real, $0.imaginary] })
  }

  private static func text(_ value: Double) -> String {
    value.isNaN ? "nan" : padded(String(value.bitPattern, radix: 16), to: 16)
  }

  private static func text(_ value: Float) -> String {
    value.isNaN ? "nan" : padded(String(value.bitPattern, radix: 16), to: 8)
  }

  private static func padded(_ digits: String, to count: Int) -> String {
    String(repeating: "0", count: count - digits.count) + digits
  }

  @Test(arguments: ["<f16", ">f16"])
  func `doubles widened by any processor come back as they were, or are refused`(
    _ descr: String
  ) throws {
    var generator = SeededGenerator(seed: 16)
    var read = 0
    for round in 0..<2_000 {
      let numbers = (0..<[1, 2, 5, 20][round % 4]).map { _ in generator.double() }
      let array = try vector(descr, numbers.map { binary128($0) })
      guard let doubles = try? array.reals(as: Double.self) else { continue }
      read += 1
      #expect(doubles.map(\.bitPattern) == numbers.map(\.bitPattern))
      #expect(try array.reals(as: Float.self) == ContiguousArray(numbers.map { Float($0) }))
      #expect(try array.binary128() == ContiguousArray(numbers.map { binary128($0) }))
      #expect(try NDArray(numbers).binary128() == array.binary128())
    }
    // Half of those of one number, and nearly all others.
    #expect(read > 1_600)
  }

  @Test(arguments: ["<f16", ">f16"])
  func `whatever pads numbers of x86-64, no others are read`(_ descr: String) throws {
    var generator = SeededGenerator(seed: 87)
    var (read, refused) = (0, 0)
    for round in 0..<4_000 {
      let numbers = (0..<[1, 2, 5, 20][round % 4]).map { _ in
        generator.next() % 4 == 0 ? 0 : generator.double()
      }
      let padding: (inout SeededGenerator) -> UInt64 =
        switch round / 4 % 5 {
        case 0: { _ in 0 }
        case 1: { $0.next() }
        case 2: { $0.double().bitPattern >> 16 }
        case 3: { 0x7F00_0000_0000 | $0.next() >> 24 }
        default: { $0.next() % 2 == 0 ? .max : 0 }
        }
      let array = try vector(descr, numbers.map { x87($0, padding: padding(&generator)) })
      if let doubles = try? array.reals(as: Double.self) {
        read += 1
        #expect(doubles.map(\.bitPattern) == numbers.map(\.bitPattern), "\(round)")
      } else {
        refused += 1
        #expect(round / 4 % 5 != 0, "with zeros for padding it is x87 that wrote it")
      }
    }
    #expect(read > 2_500)
    #expect(refused > 100)
  }

  @Test func `with zeros for padding even a lone number is x87's`() throws {
    var generator = SeededGenerator(seed: 80)
    for _ in 0..<2_000 {
      let number = generator.double()
      #expect(try vector("<f16", [x87(number, padding: 0)]).reals(as: Double.self) == [number])
    }
    // The greatest and the least numbers of x87, which no double is.
    let far: [UInt128] = [0x7FFE << 64 | UInt128(UInt64.max), 1 << 64 | 1 << 63]
    #expect(try vector("<f16", far).reals(as: Double.self) == [.infinity, 0])
    #expect(try vector("<f16", far).binary128() == [0x7FFE_FFFF_FFFF_FFFF_FFFE << 48, 1 << 112])
    // A denormal of x87 beside another number, and one that no exponent of 0 should have.
    #expect(
      try vector("<f16", [1, 1 << 63, far[0]]).binary128()
        == [1 << 49, 1 << 112, 0x7FFE_FFFF_FFFF_FFFF_FFFE << 48])
  }

  // MARK: Parts

  @Test(arguments: ["<f16", ">f16"], [false, true])
  func `parts are read as the whole is`(_ descr: String, _ isFortranOrder: Bool) throws {
    // The first row alone would be zeros of x87, padded by something.
    let numbers = [0.5, 1, -2, 0.1, 1.0 / 3, 2.7]
    let stored = isFortranOrder ? [0, 3, 1, 4, 2, 5].map { numbers[$0] } : numbers
    let whole = try vector(
      descr, stored.map { binary128($0) }, shape: [2, 3], isFortranOrder: isFortranOrder)
    let alone = try vector(descr, numbers.prefix(3).map { binary128($0) })
    #expect(throws: NPYError.ambiguousLongDoubles(dtype: descr)) {
      try alone.reals(as: Double.self)
    }
    #expect(throws: NPYError.ambiguousLongDoubles(dtype: descr)) {
      try alone.forEachBlock(ofReals: Double.self) { _ in Issue.record("a block is handed out") }
    }
    for source in [whole, whole.preparedForParts(), whole.inCOrder()] {
      let first = source.prefix(3)
      #expect(try first.reals(as: Double.self) == [0.5, 1, -2])
      #expect(first.bytes == alone.bytes)
      // What is read otherwise is not the same.
      #expect(first != alone)
      let row = source.slice(0..<3, shape: [1, 3])
      for part in [row, row.inCOrder(), row.inLittleEndian(), row.transposed().transposed()] {
        #expect(try part.reals(as: Double.self) == [0.5, 1, -2])
      }
      #expect(
        try first.reshapedVector([3]).converted(to: Float.self) == NDArray([0.5, 1, -2] as [Float]))
      let last = source.slice(3..<6, shape: [3])
      #expect(try last.reals(as: Double.self) == ContiguousArray(numbers.suffix(3)))
      #expect(last == (try vector(descr, numbers.suffix(3).map { binary128($0) })))
    }
    for count in [1, 2, 4, 6] {
      for isTransposed in [false, true] {
        let array = BlockwiseArray(of: whole, isTransposed: isTransposed, rounding: .double)
        let expected = try NDArray(numbers, shape: [2, 3])
        let made = isTransposed ? expected.transposed() : expected
        #expect(array.array.bytes == made.bytes)
        #expect(blocks(array, of: count) == made.bytes)
      }
    }
  }

  @Test func `nor is a part read where the whole is not`() throws {
    // A number of x87 beside what it cannot be: padded, and not in the range of doubles.
    let words = [x87(1.5, padding: 0x7F00), UInt128(1) << 127 | 1 << 64 | 1 << 63]
    let whole = try vector("<f16", words)
    #expect(try vector("<f16", [words[0]]).reals(as: Double.self) == [1.5])
    for part in [whole, whole.prefix(1), whole.preparedForParts().slice(0..<1, shape: [1])] {
      #expect(throws: NPYError.ambiguousLongDoubles(dtype: "<f16")) {
        try part.reals(as: Double.self)
      }
    }
  }

  @Test func `a large array is judged by all its numbers`() throws {
    // The first block of 65,536 says nothing.
    let numbers = [Double](repeating: 0.5, count: 70_000) + [0.1, -1.0 / 3, 2.7]
    let array = try vector("<f16", numbers.map { binary128($0) })
    var values: [Double] = []
    try array.forEachBlock(ofReals: Double.self) { values += $0 }
    #expect(values == numbers)
    #expect(try array.prefix(6).reals(as: Double.self) == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  }

  // MARK: Helpers

  private func vector(
    _ descr: String, _ words: [UInt128], shape: [Int]? = nil, isFortranOrder: Bool = false
  ) throws -> NDArray {
    let bytes = words.flatMap { word in
      stride(from: 0, to: 128, by: 8).map { UInt8(truncatingIfNeeded: word >> UInt128($0)) }
    }
    // The bytes of each word, the other way round.
    let swapped = stride(from: 0, to: bytes.count, by: 16).flatMap {
      bytes[$0..<$0 + 16].reversed()
    }
    return try NDArray(
      header: NPYHeader(
        dtype: DType(descr), isFortranOrder: isFortranOrder, shape: shape ?? [words.count]),
      bytes: ContiguousArray(descr.hasPrefix("<") ? bytes : swapped))
  }

  /// A double as binary128, by its parts.
  private func binary128(_ value: Double) -> UInt128 {
    let sign: UInt128 = value.sign == .minus ? 1 << 127 : 0
    guard value != 0 else { return sign }
    return sign | UInt128(Int(value.exponent) + 16383) << 112
      | UInt128(value.significand.significandBitPattern) << 60
  }

  /// A double as x87 has it, with these 48 bits behind it.
  private func x87(_ value: Double, padding: UInt64) -> UInt128 {
    let rest = UInt128(padding & 0xFFFF_FFFF_FFFF) << 80 | (value.sign == .minus ? 1 << 79 : 0)
    guard value != 0 else { return rest }
    return rest | UInt128(Int(value.exponent) + 16383) << 64 | 1 << 63
      | UInt128(value.significand.significandBitPattern) << 11
  }
}

extension SeededGenerator {
  /// A number like a weight or, now and then, of any size.
  fileprivate mutating func double() -> Double {
    let bits = next()
    let exponent =
      bits % 16 == 0 ? next() % 2047 : 1023 - 9 + next() % 12
    return Double(
      sign: bits >> 63 == 0 ? .plus : .minus, exponentBitPattern: UInt(exponent),
      significandBitPattern: bits & (1 << 52 - 1))
  }
}
