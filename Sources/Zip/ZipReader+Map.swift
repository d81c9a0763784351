package import Files

extension ZipReader {
  /// Maps a stored member of the file, without a copy.
  ///
  /// - Parameters:
  ///   - member: One of this archive's `members`.
  ///   - isChecked: Whether to compare the CRC-32, for which all of it is read.
  /// - Throws: `notStored`; `encrypted`; `crcMismatch`; `readFailed`.
  package func map(_ member: ZipMember, isChecked: Bool) throws(ZipError) -> MappedFile {
    // Opening makes all the checks that reading makes.
    _ = try open(member)
    guard member.method == ZipFlags.stored else { throw .notStored(member) }
    let mapped: MappedFile
    do { mapped = try archive.map(at: member.dataOffset, count: member.size) } catch {
      throw .file(error)
    }
    guard !isChecked || mapped.sum.value == member.crc32 else { throw .crcMismatch(member) }
    return mapped
  }
}
