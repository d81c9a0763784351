/// One field of a message: its number, its value, and where it begins.
package struct ProtobufField: Hashable, Sendable {
  /// The value, by its wire type.
  package enum Value: Hashable, Sendable {
    /// A number of variable length.
    case varint(UInt64)
    /// Eight bytes, little-endian.
    case fixed64(UInt64)
    /// The place in the file of a text, of bytes, of a message or of packed numbers.
    case bytes(Range<Int>)
    /// Four bytes, little-endian.
    case fixed32(UInt32)

    /// The wire type in words.
    var name: String {
      switch self {
      case .varint: "a varint"
      case .fixed64: "a number of 8 bytes"
      case .bytes: "length-delimited"
      case .fixed32: "a number of 4 bytes"
      }
    }
  }

  /// The number of the field in its message, from 1.
  package let number: Int
  /// The value.
  package let value: Value
  /// Where the field begins in the file.
  package let offset: Int

  /// A field.
  package init(number: Int, value: Value, offset: Int) {
    self.number = number
    self.value = value
    self.offset = offset
  }

  /// The integer of a field of type int32, int64, uint64, bool or enum.
  package var integer: Int64 {
    get throws(ProtobufError) {
      guard case .varint(let value) = value else { throw wrongType("a varint") }
      return Int64(bitPattern: value)
    }
  }

  /// The number of a field of type float.
  package var float: Float {
    get throws(ProtobufError) {
      guard case .fixed32(let bits) = value else { throw wrongType("a number of 4 bytes") }
      return Float(bitPattern: bits)
    }
  }

  /// The number of a field of type double.
  package var double: Double {
    get throws(ProtobufError) {
      guard case .fixed64(let bits) = value else { throw wrongType("a number of 8 bytes") }
      return Double(bitPattern: bits)
    }
  }

  /// The place of the bytes of a field of type string or bytes, of a message or of packed numbers.
  package var range: Range<Int> {
    get throws(ProtobufError) {
      guard case .bytes(let range) = value else { throw wrongType("length-delimited") }
      return range
    }
  }

  /// The error for a value of another wire type.
  package func wrongType(_ expected: String) -> ProtobufError {
    .wrongType(offset: offset, field: number, expected: expected, found: value.name)
  }
}
