/// An array as a file holds it: element type, shape, order, and the bytes untouched.
///
/// Nothing is converted until ``reals(as:)`` or its kin are asked; so NaN payloads, half precision,
/// either byte order and long doubles leave as they came. Dates, raw bytes and records convert to
/// nothing: ``bytes`` and ``dtype`` say what they are. No array holds Python objects.
public struct NDArray: Hashable, Sendable {
  /// Element type, shape and order.
  public let header: NPYHeader

  /// The elements, `header.byteCount` bytes, in the order that the header says.
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

  /// An array of bytes known to be as many as the header says.
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
  ///   - file: The whole file. Bytes behind the data are refused: `numpy.load` would ignore them,
  ///     other readers take them for a second array.
  ///   - limits: Bounds on the header.
  /// - Throws: ``NPYError``.
  public init(
    parsing file: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) {
    var position = 0
    try self.init(size: file.count, limits: limits, failure: { $0 }) { count throws(NPYError) in
      defer { position += count }
      return ContiguousArray(file[position..<position + count])
    }
  }

  /// Reads an array from a source that hands out its bytes in order, each once.
  ///
  /// The data is taken in one piece, and only after the header's claim has been compared with
  /// `size`; so nothing is allocated that the source does not hold.
  ///
  /// - Parameters:
  ///   - size: The number of bytes in the source.
  ///   - limits: Bounds on the header and the data.
  ///   - failure: Makes the source's kind of error from an ``NPYError``.
  ///   - read: The next `count` bytes, exactly; it is never asked for more than there are.
  package init<Failure: Error>(
    size: Int, limits: ReadLimits, failure: (NPYError) -> Failure,
    read: (Int) throws(Failure) -> ContiguousArray<UInt8>
  ) throws(Failure) {
    let (header, headerLength) = try NPYHeader.read(
      size: size, limits: limits, failure: failure, read: read)
    try self.init(
      header, size: size - headerLength, limits: limits, failure: failure, read: read)
  }

  /// Reads the data of an array whose header is known, from a source that hands out the bytes behind it.
  ///
  /// - Parameters:
  ///   - header: The header.
  ///   - size: The number of bytes behind it in the source.
  ///   - limits: Bounds on the data.
  ///   - failure: Makes the source's kind of error from an ``NPYError``.
  ///   - read: The next `count` bytes, exactly; it is never asked for more than there are.
  package init<Failure: Error>(
    _ header: NPYHeader, size: Int, limits: ReadLimits, failure: (NPYError) -> Failure,
    read: (Int) throws(Failure) -> ContiguousArray<UInt8>
  ) throws(Failure) {
    do throws(NPYError) {
      try Self.check(header, found: size)
      guard header.byteCount <= limits.maxTotalBytes else {
        throw .limitExceeded(
          name: "maxTotalBytes", allowed: limits.maxTotalBytes, found: header.byteCount)
      }
    } catch {
      throw failure(error)
    }
    self.header = header
    self.bytes = try read(header.byteCount)
    knownEncoding = nil
  }

  /// The NPY file that `numpy.save` would write of this array, byte for byte.
  public var fileBytes: ContiguousArray<UInt8> { header.bytes + bytes }

  static func check(_ header: NPYHeader, found: Int) throws(NPYError) {
    _ = try header.withoutObjects()
    guard found == header.byteCount else {
      throw .wrongByteCount(
        dtype: header.dtype.description, shape: header.shape, expected: header.byteCount,
        found: found)
    }
  }
}

extension NPYHeader {
  /// Reads a header from a source that hands out its bytes in order, and no byte of the data.
  ///
  /// - Parameters:
  ///   - size: The number of bytes in the source.
  ///   - limits: Bounds on the header.
  ///   - failure: Makes the source's kind of error from an ``NPYError``.
  ///   - read: The next `count` bytes, exactly; it is never asked for more than there are.
  /// - Returns: The header and its length in bytes.
  package static func read<Failure: Error>(
    size: Int, limits: ReadLimits, failure: (NPYError) -> Failure,
    read: (Int) throws(Failure) -> ContiguousArray<UInt8>
  ) throws(Failure) -> (header: NPYHeader, length: Int) {
    let prefix = try read(min(prefixLength, size))
    let length: Int
    do { length = try dataOffset(prefix: prefix[...], size: size, limits: limits) } catch {
      throw failure(error)
    }
    let text = try read(length - prefix.count)
    do { return (try NPYHeader(parsing: prefix + text, limits: limits), length) } catch {
      throw failure(error)
    }
  }
}
