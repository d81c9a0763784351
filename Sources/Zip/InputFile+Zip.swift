package import Files

extension InputFile {
  /// The bytes in `offset..<offset + count`, which must lie in the archive.
  func part(at offset: Int, count: Int) throws(ZipError) -> ContiguousArray<UInt8> {
    do { return try read(at: offset, count: count) } catch { throw .file(error) }
  }

  /// Whether the bytes begin as an archive does: `PK` and the number of a record that can come first. A text
  /// that merely begins with these two letters is not an archive.
  ///
  /// - Parameter start: The first four bytes or more.
  package static func isArchive(_ start: some Collection<UInt8>) -> Bool {
    ["PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{7}\u{8}"].contains { start.starts(with: $0.utf8) }
  }
}
