/// The type of an array's elements, as NumPy's `dtype` names it.
///
/// A `DType` is always one that holds plain values: boolean, integer, floating point, complex, or
/// text of a fixed width. `DType("<f8")` parses what NumPy accepts, `description` prints what it
/// writes (`dtype.str`): `<f8`, `|b1`, `>c16`, `|S5`, `<U3`.
public struct DType: Hashable, Sendable {
  /// What an element is; the raw value is NumPy's letter.
  public enum Kind: Character, Sendable {
    /// True or false, one byte.
    case bool = "b"
    /// A signed integer of 1, 2, 4 or 8 bytes.
    case int = "i"
    /// An unsigned integer of 1, 2, 4 or 8 bytes.
    case uint = "u"
    /// IEEE 754 of 2, 4 or 8 bytes, or x86-64's 80-bit extended precision in 16.
    case float = "f"
    /// Two floats of half the size: real part, imaginary part.
    case complex = "c"
    /// Bytes, padded with zeros at the end.
    case bytes = "S"
    /// Unicode scalars of four bytes each, padded with zeros at the end.
    case unicode = "U"
  }

  /// The order of an element's bytes; the raw value is NumPy's sign.
  public enum ByteOrder: Character, Sendable {
    /// Least significant byte first.
    case little = "<"
    /// Most significant byte first.
    case big = ">"
    /// One byte, or a string of bytes: no order.
    case none = "|"

    /// The order of the machine that this runs on.
    public static var native: ByteOrder { 1.littleEndian == 1 ? .little : .big }
  }

  /// What an element is.
  public let kind: Kind

  /// Bytes an element takes, never 0.
  public let itemSize: Int

  /// The order of an element's bytes.
  public let byteOrder: ByteOrder

  /// The element type of this kind and size, where NumPy has one.
  ///
  /// - Parameters:
  ///   - kind: What an element is.
  ///   - itemSize: Bytes an element takes; four a character for ``Kind/unicode``.
  ///   - byteOrder: Ignored (and stored as `none`) where an element has no order.
  /// - Returns: `nil` where NumPy has no such type, or where an element would be empty.
  public init?(_ kind: Kind, itemSize: Int, byteOrder: ByteOrder = .native) {
    let sizes: [Int]
    switch kind {
    case .bool: sizes = [1]
    case .int, .uint: sizes = [1, 2, 4, 8]
    case .float: sizes = [2, 4, 8, 16]
    case .complex: sizes = [8, 16, 32]
    case .bytes, .unicode:
      // NumPy keeps the item size in a C int.
      guard itemSize > 0, itemSize <= Int(Int32.max) else { return nil }
      guard kind == .bytes || itemSize.isMultiple(of: 4) else { return nil }
      sizes = [itemSize]
    }
    guard sizes.contains(itemSize) else { return nil }
    self.kind = kind
    self.itemSize = itemSize
    if itemSize == 1 || kind == .bytes {
      self.byteOrder = .none
    } else {
      self.byteOrder = byteOrder == .none ? .native : byteOrder
    }
  }

  /// The type of a Swift value, which NumPy is known to have.
  static func native(_ kind: Kind, _ itemSize: Int) -> DType {
    DType(valid: kind, itemSize: itemSize, byteOrder: itemSize == 1 ? .none : .native)
  }

  private init(valid kind: Kind, itemSize: Int, byteOrder: ByteOrder) {
    self.kind = kind
    self.itemSize = itemSize
    self.byteOrder = byteOrder
  }

  /// The width of one number in an element: the item size, halved for complex, 4 for text.
  var wordSize: Int {
    switch kind {
    case .complex: itemSize / 2
    case .unicode: 4
    case .bytes: 1
    default: itemSize
    }
  }

  /// Whether an element is a number on the real line: integer or floating point.
  public var isReal: Bool { kind == .int || kind == .uint || kind == .float }

  /// NumPy's long name, without the byte order: `float64`, `int32`, `str3`.
  public var name: String {
    switch kind {
    case .bool: "bool"
    case .int: "int\(itemSize * 8)"
    case .uint: "uint\(itemSize * 8)"
    case .float: "float\(itemSize * 8)"
    case .complex: "complex\(itemSize * 8)"
    case .bytes: "bytes\(itemSize)"
    case .unicode: "str\(itemSize / 4)"
    }
  }
}

extension DType: CustomStringConvertible {
  /// NumPy's `dtype.str`, as it stands in a header: `<f8`, `|b1`, `<U3`.
  public var description: String {
    "\(byteOrder.rawValue)\(kind.rawValue)\(kind == .unicode ? itemSize / 4 : itemSize)"
  }
}
