import Files
import NPY

/// Writes a text to a file, which appears whole or not at all.
///
/// - Parameters:
///   - text: The text.
///   - file: The file, or standard output.
///   - replacing: Whether an existing file may be replaced.
/// - Throws: ``CoefsError``.
package func writeText(
  _ text: String, to file: FileReference, replacing: Bool
) throws(CoefsError) {
  let bytes = ContiguousArray(text.utf8)
  do throws(FileError) {
    switch file {
    case .standardStream:
      var output = DescriptorSink.standardOutput
      try output.write(bytes.span)
    case .path(let path):
      var output = try AtomicFile(path: path, replacing: replacing)
      try output.write(bytes.span)
      try output.commit()
    }
  } catch {
    throw CoefsError(file.name, error)
  }
}

/// Writes arrays to an NPZ, which appears whole or not at all, reads it back, and compares.
///
/// - Parameters:
///   - arrays: The arrays.
///   - file: The file, or standard output.
///   - replacing: Whether an existing file may be replaced.
/// - Returns: The number of bytes.
/// - Throws: ``CoefsError``.
package func writeArrays(
  _ arrays: [NamedArray], to file: FileReference, replacing: Bool
) throws(CoefsError) -> Int {
  var output = NPZOutput(arrays)
  return try output.write(to: file, replacing: replacing)
}
