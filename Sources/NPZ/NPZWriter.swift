public import NPY
public import Zip

/// Writes arrays into an NPZ archive, one after another.
///
/// The archive is, byte for byte, what `numpy.savez` writes of the same arrays in the same order; or
/// `numpy.savez_compressed`, where both use the same zlib.
public struct NPZWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
  private var archive: ZipWriter<Sink>
  private let isCompressed: Bool

  /// Begins an archive.
  ///
  /// - Parameters:
  ///   - sink: Where the bytes go: a file or memory.
  ///   - isCompressed: Whether members are deflated.
  public init(to sink: consuming Sink, isCompressed: Bool = false) {
    archive = ZipWriter(to: sink)
    self.isCompressed = isCompressed
  }

  /// Writes one array.
  ///
  /// - Parameters:
  ///   - name: The array's name, without `.npy`.
  ///   - array: The array.
  /// - Throws: ``NPZError/zip(_:)``, for a name that was there before, and when writing fails.
  public mutating func add(_ name: String, _ array: NDArray) throws(NPZError) {
    do {
      try archive.add(
        name + ".npy", parts: [array.header.bytes, array.bytes], compressed: isCompressed)
    } catch { throw .zip(error) }
  }

  /// Writes what ends an archive.
  ///
  /// - Returns: Where the bytes went.
  /// - Throws: ``NPZError/zip(_:)`` when writing fails.
  public consuming func finish() throws(NPZError) -> Sink {
    do { return try archive.finish() } catch { throw .zip(error) }
  }
}
