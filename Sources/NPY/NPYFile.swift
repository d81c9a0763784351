public import Files

/// A file of one array, as `numpy.save` writes it.
///
///     let array = try NPYFile.read("weights.npy")
///     try NPYFile.write(array.transposed(), to: "transposed.npy")
public enum NPYFile {
  /// Reads an array into memory.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: Bounds on what the file may ask for.
  /// - Returns: The array.
  /// - Throws: ``NPYError``.
  public static func read(
    _ path: String, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) -> NDArray {
    let file = try open(path)
    let (header, length) = try header(of: file, limits: limits)
    return try array(header, at: length, of: file, limits: limits)
  }

  /// Returns a view of an array in its file, without a copy; see ``MappedArray`` for what must not
  /// happen to the file meanwhile.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: Bounds on the header. The size of the data is not bounded, since none is read.
  /// - Returns: The view.
  /// - Throws: ``NPYError``.
  public static func map(
    _ path: String, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) -> MappedArray {
    let file = try open(path)
    let (header, length) = try header(of: file, limits: limits)
    let mapped: MappedFile
    do { mapped = try file.map(at: length, count: file.count - length) } catch {
      throw .file(error)
    }
    return try unsafe MappedArray(header: header, bytes: mapped.bytes, owner: mapped)
  }

  /// Writes an array to a file, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - path: The file.
  ///   - replacing: Whether an existing file may be replaced.
  ///   - isFlushed: Whether to wait until the file is on the disk before it takes its name. Without that a
  ///     power cut may leave an empty file; the end of the process never does.
  /// - Throws: ``NPYError/file(_:)``.
  public static func write(
    _ array: NDArray, to path: String, replacing: Bool = false, isFlushed: Bool = true
  ) throws(NPYError) {
    do throws(FileError) {
      let header = array.header.bytes
      var output = try AtomicFile(path: path, replacing: replacing)
      try output.reserve(header.count + array.bytes.count)
      try output.write(header.span)
      try output.write(array.bytes.span)
      try output.commit(isFlushed: isFlushed)
    } catch {
      throw .file(error)
    }
  }

  private static func open(_ path: String) throws(NPYError) -> InputFile {
    do { return try InputFile(path: path) } catch { throw .file(error) }
  }

  /// Reads the header of a file and no byte of its data.
  ///
  /// - Returns: The header and its length in bytes.
  package static func header(
    of file: InputFile, limits: ReadLimits
  ) throws(NPYError) -> (header: NPYHeader, length: Int) {
    let prefix = try bytes(0..<min(NPYHeader.prefixLength, file.count), of: file)
    let length = try NPYHeader.dataOffset(prefix: prefix[...], size: file.count, limits: limits)
    return (try NPYHeader(parsing: bytes(0..<length, of: file), limits: limits), length)
  }

  /// Reads the data after a header that is known.
  package static func array(
    _ header: NPYHeader, at offset: Int, of file: InputFile, limits: ReadLimits
  ) throws(NPYError) -> NDArray {
    try NDArray.check(header, found: file.count - offset, limits: limits)
    return NDArray(header, valid: try bytes(offset..<file.count, of: file))
  }

  /// Reads some elements of the array after a header that is known, in the order of the file.
  ///
  /// - Parameters:
  ///   - elements: Which; they must be there.
  ///   - header: The header.
  ///   - offset: The length of the header.
  ///   - file: The file.
  ///   - limits: Bounds on the elements that are in memory.
  /// - Returns: An array of one axis.
  /// - Throws: ``NPYError``.
  package static func elements(
    _ elements: Range<Int>, _ header: NPYHeader, at offset: Int, of file: InputFile,
    limits: ReadLimits
  ) throws(NPYError) -> NDArray {
    try NDArray.check(header, found: file.count - offset)
    let size = header.dtype.itemSize
    guard elements.count * size <= limits.maxTotalBytes else {
      throw .limitExceeded(
        name: "maxTotalBytes", allowed: limits.maxTotalBytes, found: elements.count * size)
    }
    let start = offset + elements.lowerBound * size
    return NDArray(
      elements: try bytes(start..<start + elements.count * size, of: file), of: header)
  }

  private static func bytes(
    _ range: Range<Int>, of file: InputFile
  ) throws(NPYError) -> ContiguousArray<UInt8> {
    do { return try file.read(at: range.lowerBound, count: range.count) } catch {
      throw .file(error)
    }
  }
}
