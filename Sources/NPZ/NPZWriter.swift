public import Files
public import NPY
package import Zip

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

  /// Writes several arrays; where they are deflated, several threads do it.
  ///
  /// - Parameter arrays: The arrays, in their order.
  /// - Throws: ``NPZError/zip(_:)``, for a name that was there before, and when writing fails.
  public mutating func add(_ arrays: [NamedArray]) throws(NPZError) {
    do {
      try archive.add(
        arrays.map { ($0.name + ".npy", [$0.array.header.bytes, $0.array.bytes]) },
        compressed: isCompressed)
    } catch { throw .zip(error) }
  }

  /// The members that were written, as a reader of the archive will find them.
  package var members: [ZipMember] { archive.members }

  /// Writes what ends an archive.
  ///
  /// - Returns: Where the bytes went.
  /// - Throws: ``NPZError/zip(_:)`` when writing fails.
  public consuming func finish() throws(NPZError) -> Sink {
    do { return try archive.finish() } catch { throw .zip(error) }
  }
}

extension NPZWriter where Sink: ReadableSink & ~Copyable {
  /// Writes one array, which is made block by block, reads it back from where it has gone, and compares.
  ///
  /// - Parameters:
  ///   - name: The array's name, without `.npy`.
  ///   - array: The array.
  /// - Returns: Whether what was read is the same, header and data, bit for bit.
  /// - Throws: ``NPZError/zip(_:)``, for a name that was there before, and when writing or reading fails.
  package mutating func addAndCompare(
    _ name: String, _ array: BlockwiseArray
  ) throws(NPZError) -> Bool {
    do {
      return try archive.addAndCompare(
        name + ".npy", MemberContent(array), compressed: isCompressed)
    } catch { throw .zip(error) }
  }

  /// Reads a deflated array that was written back from where it has gone, as a reader will, and compares.
  ///
  /// - Parameters:
  ///   - index: Which of ``members``.
  ///   - array: The array that was written.
  /// - Returns: Whether it is the same, header and data, bit for bit.
  /// - Throws: ``NPZError/zip(_:)`` when reading fails.
  package func readsBack(_ index: Int, as array: BlockwiseArray) throws(NPZError) -> Bool {
    do { return try archive.readsBack(index, as: MemberContent(array)) } catch { throw .zip(error) }
  }
}

extension MemberContent {
  /// An NPY file, made block by block.
  fileprivate init(_ array: BlockwiseArray) {
    unsafe self.init(head: array.header.bytes, bodyCount: array.header.byteCount) {
      unsafe array.fill($0, from: $1)
    }
  }
}
