/// Writes a text to a file, which appears whole or not at all.
///
/// - Parameters:
///   - text: The text.
///   - file: The path; `-` is standard output.
///   - replacing: Whether a file that is there already may be replaced.
/// - Throws: ``CoefsError``.
public func writeText(_ text: String, to file: String, replacing: Bool) throws(CoefsError) {
  let bytes = ContiguousArray(text.utf8)
  do throws(FileError) {
    guard file != "-" else {
      var output = DescriptorSink.standardOutput
      return try output.write(bytes.span)
    }
    var output = try AtomicFile(path: file, replacing: replacing)
    try output.write(bytes.span)
    try output.commit()
  } catch {
    throw CoefsError(file, error)
  }
}
