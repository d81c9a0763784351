public import Files

/// An array as a file holds it: element type, shape, order, and the bytes untouched.
///
/// Nothing is converted until ``reals(as:)`` or its kin are asked; so NaN payloads, half precision,
/// either byte order and long doubles leave as they came. Dates, raw bytes and records convert to
/// nothing: ``bytes`` and ``dtype`` define them. No array holds Python objects.
public struct NDArray: Hashable, Sendable {
  /// Element type, shape and order.
  public let header: NPYHeader

  /// The elements, `header.byteCount` bytes, in the order of the header.
  public let bytes: ContiguousArray<UInt8>

  /// How the long doubles are to be read, where it is known from the array that this is a part of;
  /// ``longDoubleEncoding`` finds it out where it is `nil`.
  let knownEncoding: LongDoubleEncoding?

  /// The element type.
  public var dtype: DType { header.dtype }

  /// The length of each axis; empty for a single value.
  public var shape: [Int] { header.shape }

  /// The number of elements.
  public var count: Int { header.count }

  /// An array of these bytes.
  ///
  /// - Parameters:
  ///   - header: Element type, shape and order.
  ///   - bytes: The elements, in that order.
  /// - Throws: ``NPYError/wrongByteCount(dtype:shape:expected:found:)``, and
  ///   ``NPYError/unsupportedDType(descr:reason:)`` for Python objects.
  public init(header: NPYHeader, bytes: ContiguousArray<UInt8>) throws(NPYError) {
    try Self.check(header, found: bytes.count)
    self.header = header
    self.bytes = bytes
    knownEncoding = nil
  }

  /// An array of bytes whose count is known to match the header.
  init(
    _ header: NPYHeader, valid bytes: ContiguousArray<UInt8>,
    encoding: LongDoubleEncoding? = nil
  ) {
    self.header = header
    self.bytes = bytes
    knownEncoding = encoding
  }

  /// Reads the bytes of an NPY file.
  ///
  /// - Parameters:
  ///   - file: The whole file. Bytes after the data are refused: `numpy.load` would ignore them,
  ///     other readers take them for a second array.
  ///   - limits: Bounds on the header.
  /// - Throws: ``NPYError``.
  public init(
    parsing file: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) {
    let length = try NPYHeader.dataOffset(
      prefix: file.prefix(NPYHeader.prefixLength), size: file.count, limits: limits)
    let header = try NPYHeader(parsing: file, limits: limits)
    try Self.check(header, found: file.count - length, limits: limits)
    self.init(header, valid: ContiguousArray(file[length...]))
  }

  /// The NPY file that `numpy.save` would write of this array, byte for byte.
  public var fileBytes: ContiguousArray<UInt8> { header.bytes + bytes }

  /// Checks that the bytes are as many as a header requires, before they are read.
  ///
  /// - Parameters:
  ///   - header: Element type and shape.
  ///   - found: The number of bytes after the header.
  ///   - limits: Bounds on the data.
  /// - Throws: ``NPYError``.
  package static func check(
    _ header: NPYHeader, found: Int, limits: ReadLimits
  ) throws(NPYError) {
    try check(header, found: found)
    guard header.byteCount <= limits.maxTotalBytes else {
      throw .limitExceeded(
        name: "maxTotalBytes", allowed: limits.maxTotalBytes, found: header.byteCount)
    }
  }

  /// Checks that the bytes are as many as a header requires.
  ///
  /// - Throws: ``NPYError``.
  package static func check(_ header: NPYHeader, found: Int) throws(NPYError) {
    _ = try header.withoutObjects()
    guard found == header.byteCount else {
      throw .wrongByteCount(
        dtype: header.dtype.description, shape: header.shape, expected: header.byteCount,
        found: found)
    }
  }
}
