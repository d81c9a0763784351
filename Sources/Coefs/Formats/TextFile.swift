import Files
import NPY

/// An output that is written part by part: a file, which appears whole or not at all, or standard output.
package struct OutputSink: ~Copyable {
  private let name: String
  private var file: AtomicFile?
  private var pending: ContiguousArray<UInt8> = []

  /// So much is written at once. Of a shorter output nothing is written before it is whole.
  private static let blockSize = 1 << 20

  /// Begins an output.
  ///
  /// - Parameters:
  ///   - reference: The file, or standard output.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Throws: ``CoefsError``.
  package init(_ reference: FileReference, replacing: Bool) throws(CoefsError) {
    name = reference.name
    guard case .path(let path) = reference else {
      file = nil
      return
    }
    do { file = try AtomicFile(path: path, replacing: replacing) } catch {
      throw CoefsError(path, error)
    }
  }

  /// Adds bytes.
  ///
  /// - Throws: ``CoefsError``.
  package mutating func write(_ bytes: some Sequence<UInt8>) throws(CoefsError) {
    pending.append(contentsOf: bytes)
    if pending.count >= Self.blockSize { try flush() }
  }

  /// Writes the rest.
  ///
  /// - Throws: ``CoefsError``.
  package consuming func finish() throws(CoefsError) {
    try flush()
    guard let file = file.take() else { return }
    do { try file.commit() } catch { throw CoefsError(name, error) }
  }

  private mutating func flush() throws(CoefsError) {
    let bytes = pending
    pending = []
    do throws(FileError) {
      if file == nil {
        var output = DescriptorSink.standardOutput
        try output.write(bytes.span)
      } else {
        try file?.write(bytes.span)
      }
    } catch {
      throw CoefsError(name, error)
    }
  }
}

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
  var sink = try OutputSink(file, replacing: replacing)
  try sink.write(text.utf8)
  try sink.finish()
}

/// Writes an array to an NPY file, which appears whole or not at all.
///
/// - Parameters:
///   - array: The array.
///   - file: The file, or standard output.
///   - replacing: Whether an existing file may be replaced.
/// - Throws: ``CoefsError``.
func writeArray(_ array: NDArray, to file: FileReference, replacing: Bool) throws(CoefsError) {
  var sink = try OutputSink(file, replacing: replacing)
  try sink.write(array.header.bytes)
  try sink.write(array.bytes)
  try sink.finish()
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
