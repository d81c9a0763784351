import NPY
import TestSupport
import Testing

/// One file of fixtures/npy, with what NumPy reads in it (tools/fixtures/make_fixtures.py).
struct Golden: Decodable, CustomTestStringConvertible {
  let file: String
  let version: Int
  let dataOffset: Int
  let dtype: String
  let shape: [Int]
  let fortranOrder: Bool
  /// The elements in C order; absent where they are neither numbers nor text.
  let values: [GoldenValue]?

  var testDescription: String { file }

  func bytes() throws -> ContiguousArray<UInt8> { try fixture("npy/\(file)") }
  func array() throws -> NDArray { try NDArray(parsing: bytes()) }

  static func all() throws -> [Golden] { try jsonFixture("npy/truth.json", as: [Golden].self) }
  static func readable() throws -> [Golden] { try all().filter { $0.values != nil } }
  static func raw() throws -> [Golden] { try all().filter { $0.file.hasPrefix("raw-") } }
  static func objects() throws -> [Golden] { try all().filter { $0.file.hasPrefix("objects") } }

  static func array(_ name: String) throws -> NDArray {
    try NDArray(parsing: fixture("npy/\(name).npy"))
  }
}

/// One element as truth.json writes it: floats are hexadecimal strings, complex numbers pairs.
enum GoldenValue: Decodable, Equatable {
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case text(String)
  case pair([String])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .uint(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .pair(try container.decode([String].self))
    }
  }
}

/// Whether both are the same number to the bit; one NaN is as good as another.
func isSame<Scalar: BinaryFloatingPoint>(_ one: Scalar, _ other: Scalar) -> Bool {
  one.isNaN ? other.isNaN : one == other && one.sign == other.sign
}

/// Magic, version, length and this text: an NPY file up to its data.
func headerFile(_ text: String, version: UInt8 = 1) -> ContiguousArray<UInt8> {
  let length = text.utf8.count
  var bytes = NPYHeader.magic + [version, 0]
  for shift in stride(from: 0, to: version == 1 ? 16 : 32, by: 8) {
    bytes.append(UInt8(truncatingIfNeeded: length >> shift))
  }
  return bytes + text.utf8
}

/// The text of a header as NumPy lays it out, without padding.
func headerText(descr: String = "'<f8'", order: String = "False", shape: String = "(2, 3)")
  -> String
{
  "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }"
}

/// Every dtype of numbers, dates and time spans, and text and raw bytes of several widths: each size an element can have, and
/// sizes that no machine word has.
func everyDType() throws -> [DType] {
  let codes = [
    "|b1", "|i1", "i2", "i4", "i8", "|u1", "u2", "u4", "u8", "f2", "f4", "f8", "f16", "c8", "c16",
    "c32", "|S1", "|S5", "|S300", "U1", "U3", "M8", "m8", "|V3", "|V57",
  ]
  return try codes.flatMap { code in
    code.hasPrefix("|") ? [try DType(code)] : [try DType("<" + code), try DType(">" + code)]
  }
}

/// An array of bytes that mean nothing; of long doubles they are x86-64's, padded with zeros, so that they
/// can be read.
func random(
  _ dtype: DType, _ isFortranOrder: Bool, _ shape: [Int], using generator: inout SeededGenerator
) throws -> NDArray {
  let header = try NPYHeader(dtype: dtype, isFortranOrder: isFortranOrder, shape: shape)
  var bytes = ContiguousArray<UInt8>()
  while bytes.count < header.byteCount {
    let word = generator.next()
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }
  if ["float128", "complex256"].contains(dtype.name) {
    for index in 0..<header.byteCount
    where dtype.byteOrder == .big ? index % 16 < 6 : index % 16 > 9 {
      bytes[index] = 0
    }
  }
  return try NDArray(header: header, bytes: ContiguousArray(bytes.prefix(header.byteCount)))
}

/// All of it, made in blocks of some elements.
func blocks(_ array: BlockwiseArray, of count: Int) -> ContiguousArray<UInt8> {
  let size = array.header.dtype.itemSize
  var bytes = ContiguousArray<UInt8>(repeating: 0xA5, count: array.header.byteCount)
  unsafe bytes.withUnsafeMutableBytes { all in
    for start in stride(from: 0, to: all.count, by: count * size) {
      let end = min(start + count * size, all.count)
      unsafe array.fill(UnsafeMutableRawBufferPointer(rebasing: all[start..<end]), from: start)
    }
  }
  return bytes
}
