/// A file of one array, as `numpy.save` writes it.
///
///     let array = try NPYFile.read("weights.npy")
///     try NPYFile.write(array.transposed(), to: "transposed.npy")
public enum NPYFile {
  /// Reads an array into memory.
  ///
  /// - Parameters:
  ///   - file: The path; `-` is standard input.
  ///   - limits: Bounds on what the file may ask for.
  /// - Returns: The array.
  /// - Throws: ``CoefsError``.
  public static func read(
    _ file: String, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) -> NDArray {
    try ArrayFile.loneArray(
      FileBytes.open(file, limits: limits), name: nil, file: file, limits: limits
    ).read()
  }

  /// Views an array where it lies in the file, without a copy; see `MappedArray` for what must not
  /// happen to the file meanwhile.
  ///
  /// - Parameters:
  ///   - file: The path.
  ///   - limits: Bounds on the header. How large the data may be is not bounded, since none is read.
  /// - Returns: The view.
  /// - Throws: ``CoefsError``.
  public static func map(
    _ file: String, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) -> MappedArray {
    let bytes = try FileBytes.open(file, limits: limits)
    var position = 0
    let (header, length) = try NPYHeader.read(
      size: bytes.count, limits: limits, failure: { CoefsError(file, .npy($0)) }
    ) { count throws(CoefsError) in
      defer { position += count }
      return try ArrayFile.reading(file) { () throws(ZipError) in
        try bytes.read(at: position, count: count)
      }
    }
    let mapped = try ArrayFile.reading(file) { () throws(ZipError) in
      try bytes.map(at: length, count: bytes.count - length)
    }
    do {
      return try unsafe MappedArray(header: header, bytes: mapped.bytes, owner: mapped)
    } catch {
      throw CoefsError(file, .npy(error))
    }
  }

  /// Writes an array to a file, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - file: The path.
  ///   - replacing: Whether a file that is there already may be replaced.
  ///   - isFlushed: Whether to wait until the file is on the disk before it takes its name. Without that a
  ///     power cut may leave an empty file; the end of the process never does.
  /// - Throws: ``CoefsError``.
  public static func write(
    _ array: NDArray, to file: String, replacing: Bool = false, isFlushed: Bool = true
  ) throws(CoefsError) {
    try ArrayFile.reading(file) { () throws(ZipError) in
      let header = array.header.bytes
      var output = try AtomicFile(path: file, replacing: replacing)
      try output.reserve(header.count + array.bytes.count)
      try output.write(header.span)
      try output.write(array.bytes.span)
      try output.commit(isFlushed: isFlushed)
    }
  }
}
