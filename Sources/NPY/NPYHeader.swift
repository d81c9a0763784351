public import Files

/// The header of an NPY file: element type, order and shape.
///
/// The format is NumPy's (`numpy/lib/_format_impl.py`, NEP 1):
///
///     \x93NUMPY  major  minor  length of the text  {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }  padding  \n
///     6 bytes    1      1      2 (v1) or 4 bytes, little endian
///
/// The text is a Python literal; Latin-1 in versions 1.0 and 2.0, UTF-8 in 3.0.
public struct NPYHeader: Hashable, Sendable {
  /// The element type.
  public let dtype: DType

  /// Whether the first axis varies fastest in the data. False wherever both orders are the same
  /// (no axis, one axis, an axis next to only axes of length 1, no element), as NumPy writes it.
  public let isFortranOrder: Bool

  /// The length of each axis; empty for a single value.
  public let shape: [Int]

  /// The number of elements: the product of the shape.
  public let count: Int

  /// The number of bytes of data that follow the header; of Python objects, whose data is a pickle
  /// of unknown length, the bytes that NumPy's pointers to them take.
  public var byteCount: Int { count * dtype.itemSize }

  /// NumPy's own bound on the number of axes (`NPY_MAXDIMS`).
  package static let maxAxes = 64

  /// Describes an array.
  ///
  /// - Parameters:
  ///   - dtype: The element type.
  ///   - isFortranOrder: Whether the first axis varies fastest.
  ///   - shape: The length of each axis.
  /// - Throws: ``NPYError/badShape(_:problem:)`` for a negative axis, more than 64 axes, or axes
  ///   whose product overflows. As in NumPy, axes next to one of length 0 must not overflow either.
  public init(dtype: DType, isFortranOrder: Bool = false, shape: [Int]) throws(NPYError) {
    guard shape.count <= Self.maxAxes else {
      throw .badShape(shape, problem: "\(shape.count) axes; at most \(Self.maxAxes) are allowed")
    }
    var bytes = dtype.itemSize
    for length in shape where length != 0 {
      guard length > 0 else { throw .badShape(shape, problem: "an axis cannot be negative") }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard !overflow else { throw .badShape(shape, problem: "more bytes than can be counted") }
      bytes = product
    }
    self.dtype = dtype
    self.shape = shape
    self.count = shape.contains(0) ? 0 : bytes / dtype.itemSize
    self.isFortranOrder = isFortranOrder && count > 0 && shape.count { $0 > 1 } > 1
  }
}

extension NPYHeader {
  /// Some of the elements, in C order.
  init(partOf other: NPYHeader, shape: [Int], count: Int) {
    self.dtype = other.dtype
    self.shape = shape
    self.count = count
    self.isFortranOrder = false
  }

  /// Numbers of another type, in C order.
  init(rounding other: NPYHeader, to dtype: DType) {
    self.dtype = dtype
    self.shape = other.shape
    self.count = other.count
    self.isFortranOrder = false
  }

  /// A single value.
  init(scalarOf dtype: DType) {
    self.dtype = dtype
    self.shape = []
    self.count = 1
    self.isFortranOrder = false
  }

  /// The same elements, of a type that has an order of its bytes and no fields, in the other order.
  init(_ other: NPYHeader, byteOrder: DType.ByteOrder) {
    let dtype = other.dtype
    self.dtype = DType(
      valid: dtype.kind, itemSize: dtype.itemSize, byteOrder: byteOrder, unit: dtype.unit)
    self.shape = other.shape
    self.count = other.count
    self.isFortranOrder = other.isFortranOrder
  }

  /// The same elements under another shape that has as many of them.
  ///
  /// - Precondition: The products of both shapes are the same.
  init(_ other: NPYHeader, reshaped shape: [Int]) {
    precondition(shape.reduce(1, *) == other.count)
    self.dtype = other.dtype
    self.shape = shape
    self.count = other.count
    self.isFortranOrder = other.isFortranOrder && shape.count { $0 > 1 } > 1
  }
}

// MARK: Reading

extension NPYHeader {
  /// The bytes that every NPY file begins with.
  public static let magic: ContiguousArray<UInt8> = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// How many bytes ``dataOffset(prefix:size:limits:)`` needs to see: magic, version, text length.
  package static let prefixLength = 12

  /// Where the data begins, from the first bytes of a file; the header lies before it.
  ///
  /// - Parameters:
  ///   - prefix: The first ``prefixLength`` bytes, at their places, or the whole of a shorter file.
  ///   - size: The length of the whole file, against which the header's length is checked.
  ///   - limits: ``ReadLimits/maxHeaderLength`` is checked here, before the header is read.
  /// - Returns: The length of the header in bytes: more than ``prefixLength``, at most `size`.
  /// - Throws: ``NPYError``, where this cannot be an NPY file.
  package static func dataOffset(
    prefix: ArraySlice<UInt8>, size: Int, limits: ReadLimits
  ) throws(NPYError) -> Int {
    guard prefix.starts(with: magic) else { throw .notNPY(looksLike: whatItIs(prefix)) }
    guard prefix.count >= prefixLength else {
      throw .truncatedHeader(expected: prefixLength, found: prefix.count)
    }
    let version = try FormatVersion(major: prefix[6], minor: prefix[7])
    var length = 0
    for index in (8..<version.textOffset).reversed() { length = length << 8 | Int(prefix[index]) }
    // UTF-8 takes up to four bytes a character; the exact check follows when the text is decoded.
    let allowed = limits.maxHeaderLength.multipliedReportingOverflow(by: version == .v3 ? 4 : 1)
    guard allowed.overflow || length <= allowed.partialValue else {
      throw .limitExceeded(
        name: "maxHeaderLength", allowed: limits.maxHeaderLength, found: length)
    }
    let end = version.textOffset + length
    guard end > prefixLength else {
      throw .badHeader(offset: version.textOffset, problem: "the header is empty")
    }
    guard end <= size else { throw .truncatedHeader(expected: end, found: size) }
    return end
  }

  /// Parses a header; bytes after it are ignored, so that a file's beginning is enough.
  ///
  /// The text may be anything that NumPy accepts: keys in any order, any kind of quotes, comments,
  /// Python 2's `3L` (versions 1.0 and 2.0). What NumPy reads although it could mean two things is
  /// refused: a key that occurs twice, elements without bytes.
  ///
  /// - Parameters:
  ///   - bytes: The file from its first byte, at least up to the end of the header.
  ///   - limits: Bounds on the header's length and nesting.
  /// - Throws: ``NPYError``, with the offset of the byte where the text goes wrong.
  public init(
    parsing bytes: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) {
    let end = try Self.dataOffset(
      prefix: bytes.prefix(Self.prefixLength), size: bytes.count, limits: limits)
    let version = try FormatVersion(major: bytes[6], minor: bytes[7])
    // A dictionary with a tuple in it nests twice.
    if version != .v3, limits.maxNesting >= 2,
      let plain = NPYHeader(plain: bytes, in: version.textOffset..<end)
    {
      self = plain
      return
    }
    let text = ContiguousArray(bytes[version.textOffset..<end])
    if version == .v3 {
      guard let decoded = String(validating: text, as: UTF8.self) else {
        throw .badHeader(offset: version.textOffset, problem: "the header is not valid UTF-8")
      }
      guard decoded.unicodeScalars.count <= limits.maxHeaderLength else {
        throw .limitExceeded(
          name: "maxHeaderLength", allowed: limits.maxHeaderLength,
          found: decoded.unicodeScalars.count)
      }
    }
    var parser = PythonLiteralParser(
      text, origin: version.textOffset, encoding: version == .v3 ? .utf8 : .latin1,
      allowsLongSuffix: version != .v3, maxNesting: limits.maxNesting)
    guard case .dict(let items) = try parser.parse() else {
      throw .badHeader(offset: version.textOffset, problem: "the header is not a dictionary")
    }
    let fields = try Fields(items, origin: version.textOffset)
    try self.init(
      dtype: fields.dtype(), isFortranOrder: fields.isFortranOrder(), shape: fields.shape())
  }

  /// The three entries of the dictionary, each with the place where its value stands.
  private struct Fields {
    private var values: [String: PythonLiteral.Item] = [:]
    private static let names = ["descr", "fortran_order", "shape"]

    init(_ items: [PythonLiteral.Item], origin: Int) throws(NPYError) {
      for item in items {
        guard case .string(let name) = item.key else {
          throw .badHeader(offset: item.keyOffset, problem: "a key is \(item.key.typeName)")
        }
        guard Self.names.contains(name) else {
          throw .badHeader(
            offset: item.keyOffset,
            problem: "key '\(name)' is not one of 'descr', 'fortran_order', 'shape'")
        }
        guard values.updateValue(item, forKey: name) == nil else {
          throw .badHeader(offset: item.keyOffset, problem: "key '\(name)' occurs twice")
        }
      }
      for name in Self.names where values[name] == nil {
        throw .badHeader(offset: origin, problem: "key '\(name)' is missing")
      }
    }

    func dtype() throws(NPYError) -> DType {
      guard let descr = values["descr"] else { preconditionFailure("every key is there") }
      return try DType(descr: descr.value, offset: descr.valueOffset)
    }

    func isFortranOrder() throws(NPYError) -> Bool {
      guard case .bool(let value)? = values["fortran_order"]?.value else {
        throw wrongType("fortran_order", values["fortran_order"]?.value, expected: "True or False")
      }
      return value
    }

    func shape() throws(NPYError) -> [Int] {
      guard case .tuple(let axes)? = values["shape"]?.value else {
        throw wrongType("shape", values["shape"]?.value, expected: "a tuple")
      }
      var shape: [Int] = []
      for axis in axes {
        guard case .int(let length) = axis else {
          throw wrongType("shape", axis, expected: "a tuple of integers", within: true)
        }
        guard let length else {
          throw .badHeader(
            offset: values["shape"]?.valueOffset ?? 0, problem: "an axis is too long to count")
        }
        shape.append(length)
      }
      return shape
    }

    private func wrongType(
      _ key: String, _ value: PythonLiteral?, expected: String, within: Bool = false
    ) -> NPYError {
      let found = value?.typeName ?? "nothing"
      return .badHeader(
        offset: values[key]?.valueOffset ?? 0,
        problem: "'\(key)' \(within ? "holds" : "is") \(found), not \(expected)")
    }
  }

  /// The format of a file that is not an NPY file, for the commonest mistakes.
  private static func whatItIs(_ prefix: ArraySlice<UInt8>) -> String? {
    let kinds: [(start: String, name: String)] = [
      ("PK\u{03}\u{04}", "a ZIP archive (perhaps an NPZ)"),
      ("PK\u{05}\u{06}", "an empty ZIP archive"),
      ("version https", "a Git LFS pointer; fetch the file itself with 'git lfs pull'"),
      ("<!", "an HTML page"), ("<htm", "an HTML page"), ("<?xm", "an XML document"),
      ("BZh", "a bzip2 file"), ("%PDF", "a PDF document"), ("{", "a JSON text"),
    ]
    guard !prefix.isEmpty else { return "an empty file" }
    for kind in kinds where prefix.starts(with: kind.start.utf8.prefix(NPYHeader.prefixLength)) {
      return kind.name
    }
    let binary: [(start: [UInt8], name: String)] = [
      ([0x1F, 0x8B], "a gzip file; unpack it with gunzip first"),
      ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"),
    ]
    for kind in binary where prefix.starts(with: kind.start) { return kind.name }
    if prefix.count > 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
      return "a Python pickle, which is no array"
    }
    if prefix.count < magic.count, magic.starts(with: prefix) { return "the first bytes of one" }
    let isText = prefix.allSatisfy { (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }
    return isText ? "a text" : nil
  }
}

// MARK: Writing

extension NPYHeader {
  /// The header as `numpy.save` writes it, byte for byte.
  ///
  /// NumPy leaves room for the axis that grows when data is appended (`GROWTH_AXIS_MAX_DIGITS`),
  /// then pads with 1 to 64 blanks and a line break to a multiple of 64: a header that is aligned
  /// already gets 64 blanks more. Version 1.0 is written, where the text fits its 16-bit length;
  /// 2.0 where it does not; 3.0 for names of fields beyond Latin-1.
  public var bytes: ContiguousArray<UInt8> {
    var text = "{'descr': \(dtype.descr), 'fortran_order': \(isFortranOrder ? "True" : "False"), "
    text += "'shape': \(pythonTuple(shape)), }"
    if let growing = isFortranOrder ? shape.last : shape.first {
      text += String(repeating: " ", count: max(0, 21 - String(growing).utf8.count))
    }
    // Only the names of fields can be beyond ASCII, and only a record too long for 16 bits.
    let isLatin1 = text.unicodeScalars.allSatisfy { $0.value < 0x100 }
    let encoded =
      isLatin1
      ? ContiguousArray(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
      : ContiguousArray(text.utf8)
    func paddedLength(_ version: FormatVersion) -> Int {
      let unpadded = version.textOffset + encoded.count + 1
      return encoded.count + 1 + 64 - unpadded % 64
    }
    let oldest = isLatin1 ? FormatVersion.v1 : .v3
    let version = oldest == .v1 && paddedLength(.v1) > Int(UInt16.max) ? .v2 : oldest
    let length = paddedLength(version)
    var bytes = Self.magic
    bytes += [version.major, 0]
    bytes += (0..<version.textOffset - 8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    bytes += encoded
    bytes += repeatElement(UInt8(ascii: " "), count: length - encoded.count - 1)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}

/// The versions of the format, which differ in the header's length field and encoding.
private enum FormatVersion {
  case v1
  case v2
  case v3

  init(major: UInt8, minor: UInt8) throws(NPYError) {
    switch (major, minor) {
    case (1, 0): self = .v1
    case (2, 0): self = .v2
    case (3, 0): self = .v3
    default: throw .unsupportedVersion(major: major, minor: minor)
    }
  }

  var major: UInt8 {
    switch self {
    case .v1: 1
    case .v2: 2
    case .v3: 3
    }
  }

  /// Where the header's text begins.
  var textOffset: Int { self == .v1 ? 10 : 12 }
}
