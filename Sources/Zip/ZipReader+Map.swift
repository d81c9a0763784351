package import Files

extension ZipReader {
  /// Maps a stored member of the file, without a copy.
  ///
  /// - Parameters:
  ///   - member: One of this archive's `members`.
  ///   - isChecked: Whether to compare the CRC-32, for which all of it is read.
  /// - Throws: `notStored`; `encrypted`; `crcMismatch`; `readFailed`.
  package func map(_ member: ZipMember, isChecked: Bool) throws(ZipError) -> MappedFile {
    let start = try offset(ofStored: member)
    let mapped: MappedFile
    do { mapped = try archive.map(at: start, count: member.size) } catch {
      throw .file(error)
    }
    guard !isChecked || mapped.sum.value == member.crc32 else { throw .crcMismatch(member) }
    return mapped
  }
}
