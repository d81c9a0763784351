/// The type of an array's elements, as NumPy's `dtype` names it.
///
/// Numbers and text have values that can be asked for; dates, time spans, raw bytes and records are
/// kept as the bytes that they are; Python objects are only known by name. `DType("<f8")` parses what
/// NumPy accepts, `description` prints what it writes (`dtype.str`): `<f8`, `|b1`, `|S5`, `<M8[ns]`.
public struct DType: Hashable, Sendable {
  /// The kind of an element; the raw value is NumPy's letter.
  @nonexhaustive
  public enum Kind: Character, Sendable {
    /// True or false, one byte.
    case bool = "b"
    /// A signed integer of 1, 2, 4 or 8 bytes.
    case int = "i"
    /// An unsigned integer of 1, 2, 4 or 8 bytes.
    case uint = "u"
    /// IEEE 754 of 2, 4 or 8 bytes; in 16 what the processor has: x86-64's extended precision of 80
    /// bits, or IEEE 754's binary128.
    case float = "f"
    /// Two floats of half the size: real part, imaginary part.
    case complex = "c"
    /// Bytes, padded with zeros at the end.
    case bytes = "S"
    /// Unicode scalars of four bytes each, padded with zeros at the end.
    case unicode = "U"
    /// A moment: a signed count of ``DType/unit`` since 1970.
    case datetime = "M"
    /// A time span: a signed count of ``DType/unit``.
    case timedelta = "m"
    /// Raw bytes, or a record of ``DType/fields``.
    case void = "V"
    /// A Python object: arrays of them are pickles, which are never read.
    case object = "O"
  }

  /// The order of an element's bytes; the raw value is NumPy's sign.
  public enum ByteOrder: Character, Sendable {
    /// Little-endian.
    case little = "<"
    /// Most significant byte first.
    case big = ">"
    /// One byte, or a string of bytes: no order.
    case none = "|"

    /// The order of the machine that this runs on.
    public static var native: ByteOrder { 1.littleEndian == 1 ? .little : .big }
  }

  /// The kind of an element.
  public let kind: Kind

  /// Bytes an element takes, never 0.
  public let itemSize: Int

  /// The order of an element's bytes.
  public let byteOrder: ByteOrder

  /// What a date or time span counts, as it stands between NumPy's brackets: `ns`, `25s`. Empty where
  /// none is said, and for every other kind.
  public let unit: String

  /// The fields of a record, padding included; empty for all else.
  public let fields: [Field]

  /// The element type of this kind and size, where NumPy has one.
  ///
  /// - Parameters:
  ///   - kind: The kind of an element.
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
    case .datetime, .timedelta, .object: sizes = [8]
    case .bytes, .unicode, .void:
      // NumPy keeps the item size in a C int.
      guard itemSize > 0, itemSize <= Int(Int32.max) else { return nil }
      guard kind != .unicode || itemSize.isMultiple(of: 4) else { return nil }
      sizes = [itemSize]
    }
    guard sizes.contains(itemSize) else { return nil }
    let hasOrder = itemSize > 1 && kind != .bytes && kind != .void && kind != .object
    let order = byteOrder == .none ? ByteOrder.native : byteOrder
    self.init(valid: kind, itemSize: itemSize, byteOrder: hasOrder ? order : .none)
  }

  /// The type of a Swift value, which NumPy is known to have.
  static func native(_ kind: Kind, _ itemSize: Int) -> DType {
    DType(valid: kind, itemSize: itemSize, byteOrder: itemSize == 1 ? .none : .native)
  }

  /// A type whose parts are known to go together.
  init(
    valid kind: Kind, itemSize: Int, byteOrder: ByteOrder, unit: String = "", fields: [Field] = []
  ) {
    self.kind = kind
    self.itemSize = itemSize
    self.byteOrder = byteOrder
    self.unit = unit
    self.fields = fields
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

  /// Whether an element is a Python object or a record with one in it.
  public var holdsObjects: Bool { kind == .object || fields.contains { $0.dtype.holdsObjects } }

  /// NumPy's long name, without the byte order: `float64`, `int32`, `str3`, `datetime64[ns]`.
  public var name: String {
    switch kind {
    case .bool: "bool"
    case .int: "int\(itemSize * 8)"
    case .uint: "uint\(itemSize * 8)"
    case .float: "float\(itemSize * 8)"
    case .complex: "complex\(itemSize * 8)"
    case .bytes: "bytes\(itemSize)"
    case .unicode: "str\(itemSize / 4)"
    case .datetime: "datetime64\(bracketedUnit)"
    case .timedelta: "timedelta64\(bracketedUnit)"
    case .void: "void\(itemSize * 8)"
    case .object: "object"
    }
  }
}

extension DType: CustomStringConvertible {
  /// NumPy's `dtype.str`, as written in a header: `<f8`, `|b1`, `<U3`, `<M8[ns]`; for a record the
  /// list of its fields, `[('a', '<i4'), ('b', '>f8', (2, 3))]`.
  public var description: String {
    guard fields.isEmpty else { return "[\(fields.map(\.descr).joined(separator: ", "))]" }
    let code = "\(byteOrder.rawValue)\(kind.rawValue)"
    return switch kind {
    case .unicode: "\(code)\(itemSize / 4)"
    case .object: code
    default: "\(code)\(itemSize)\(bracketedUnit)"
    }
  }

  private var bracketedUnit: String { unit.isEmpty ? "" : "[\(unit)]" }
}
