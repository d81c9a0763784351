public import NPY

/// An element type of the safetensors format, under its name there.
///
/// The cases stand in the format's own order, by which writers sort the tensors of a file.
@nonexhaustive
public enum TensorType: String, CaseIterable, Sendable {
  /// True or false, one byte.
  case bool = "BOOL"
  /// Four bits: OCP microscaling E2M1.
  case f4 = "F4"
  /// Six bits: OCP microscaling E2M3.
  case f6E2M3 = "F6_E2M3"
  /// Six bits: OCP microscaling E3M2.
  case f6E3M2 = "F6_E3M2"
  /// Unsigned, one byte.
  case u8 = "U8"
  /// Signed, one byte.
  case i8 = "I8"
  /// One byte: float8 with five bits of exponent.
  case f8E5M2 = "F8_E5M2"
  /// One byte: float8 with four bits of exponent.
  case f8E4M3 = "F8_E4M3"
  /// One byte: a power of two.
  case f8E8M0 = "F8_E8M0"
  /// One byte: E4M3 without negative zero and infinities.
  case f8E4M3FNUZ = "F8_E4M3FNUZ"
  /// One byte: E5M2 without negative zero and infinities.
  case f8E5M2FNUZ = "F8_E5M2FNUZ"
  /// Signed, two bytes.
  case i16 = "I16"
  /// Unsigned, two bytes.
  case u16 = "U16"
  /// IEEE 754 half precision.
  case f16 = "F16"
  /// bfloat16: the upper half of a single-precision number.
  case bf16 = "BF16"
  /// Signed, four bytes.
  case i32 = "I32"
  /// Unsigned, four bytes.
  case u32 = "U32"
  /// IEEE 754 single precision.
  case f32 = "F32"
  /// Complex: two single-precision numbers.
  case c64 = "C64"
  /// IEEE 754 double precision.
  case f64 = "F64"
  /// Signed, eight bytes.
  case i64 = "I64"
  /// Unsigned, eight bytes.
  case u64 = "U64"

  /// The bits that an element takes in the file.
  public var bitCount: Int {
    switch self {
    case .f4: 4
    case .f6E2M3, .f6E3M2: 6
    case .bool, .u8, .i8, .f8E5M2, .f8E4M3, .f8E8M0, .f8E4M3FNUZ, .f8E5M2FNUZ: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// NumPy's type that holds every value of this one; `nil` where it has none.
  ///
  /// bfloat16 becomes single precision, whose upper half it is; all others are the same type.
  public var dtype: DType? {
    switch self {
    case .bf16: DType(.float, itemSize: 4, byteOrder: .little)
    case .f4, .f6E2M3, .f6E3M2: nil
    case .f8E5M2, .f8E4M3, .f8E8M0, .f8E4M3FNUZ, .f8E5M2FNUZ: nil
    case .bool: DType(.bool, itemSize: 1, byteOrder: .none)
    case .u8, .u16, .u32, .u64: DType(.uint, itemSize: bitCount / 8, byteOrder: .little)
    case .i8, .i16, .i32, .i64: DType(.int, itemSize: bitCount / 8, byteOrder: .little)
    case .f16, .f32, .f64: DType(.float, itemSize: bitCount / 8, byteOrder: .little)
    case .c64: DType(.complex, itemSize: 8, byteOrder: .little)
    }
  }

  /// The type that keeps every bit of NumPy's type but the order of its bytes; `nil` where there is
  /// none, such as for text and long doubles.
  public init?(_ dtype: DType) {
    let same = Self.allCases.first { type in
      type != .bf16
        && type.dtype.map { ($0.kind, $0.itemSize) == (dtype.kind, dtype.itemSize) } == true
    }
    guard let same else { return nil }
    self = same
  }

  /// The type's place in the order by which writers sort.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
