public import Files
public import NPY
import Zip

/// A file of arrays by name, as `numpy.savez` writes it.
///
///     let arrays = try NPZFile.read("weights.npz")
///     try NPZFile.write(arrays, to: "copy.npz")
public enum NPZFile {
  /// Reads all arrays of an archive.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: Bounds on what the archive may ask for.
  /// - Returns: The arrays, in the order of the archive; members that are no arrays are left out.
  /// - Throws: ``NPZError``.
  public static func read(
    _ path: String, limits: ReadLimits = ReadLimits()
  ) throws(NPZError) -> [NamedArray] {
    let reader = try NPZReader(path: path, limits: limits)
    return zip(reader.entries, try reader.arrays(reader.entries)).map { NamedArray($0.name, $1) }
  }

  /// Writes arrays to an archive, which appears whole or not at all: byte for byte what `numpy.savez` writes, or
  /// `numpy.savez_compressed` with the same zlib.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in their order; each name once.
  ///   - path: The file.
  ///   - isCompressed: Whether to deflate them.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Throws: ``NPZError``.
  public static func write(
    _ arrays: [NamedArray], to path: String, isCompressed: Bool = false, replacing: Bool = false
  ) throws(NPZError) {
    let file: AtomicFile
    do { file = try AtomicFile(path: path, replacing: replacing) } catch {
      throw .zip(.file(error))
    }
    var writer = NPZWriter(to: file, isCompressed: isCompressed)
    try writer.add(arrays)
    let written = try writer.finish()
    do { try written.commit() } catch { throw .zip(.file(error)) }
  }
}
