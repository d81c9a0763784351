#if !LIBZIP || canImport(Musl)
  internal import Deflate
  import Files

  /// Decompresses one deflated member of an archive with zlib.
  final class MemberInflater {
    private let member: ZipMember
    private let archive: InputFile
    private var inflater: Inflater
    /// Compressed bytes that have been read.
    private var block: ContiguousArray<UInt8> = []
    /// How many bytes come before ``block`` in the member's data.
    private var blockStart = 0

    private static let blockSize = 1 << 18

    /// Opens a deflated member.
    ///
    /// - Parameters:
    ///   - member: The member.
    ///   - archive: The archive.
    ///   - directoryOffset: Not needed here.
    ///   - record: Not needed here.
    /// - Throws: `outOfMemory`.
    init(
      _ member: ZipMember, in archive: InputFile, directoryOffset: Int,
      record: () throws(ZipError) -> ContiguousArray<UInt8>
    ) throws(ZipError) {
      self.member = member
      self.archive = archive
      do { inflater = try Inflater(.raw) } catch { throw .outOfMemory }
    }

    /// Reads up to the length of `buffer`; 0 is the end.
    ///
    /// - Throws: `damagedData`, `outOfMemory`; errors of reading.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
      var filled = 0
      while filled < buffer.count, !inflater.isFinished {
        if inflater.taken - blockStart == block.count, inflater.taken < member.compressedSize {
          blockStart = inflater.taken
          block = try archive.part(
            at: member.dataOffset + blockStart,
            count: min(member.compressedSize - blockStart, Self.blockSize))
        }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let (taken, put) = try unsafe block.withUnsafeBufferPointer {
          block throws(ZipError) in
          let rest = unsafe UnsafeRawBufferPointer(
            rebasing: UnsafeRawBufferPointer(block)[(inflater.taken - blockStart)...])
          do throws(DeflateError) { return try unsafe inflater.inflate(rest, into: room) } catch {
            throw error == .outOfMemory ? .outOfMemory : .damagedData(member)
          }
        }
        filled += put
        // The data ends before the stream does.
        guard taken > 0 || put > 0 || inflater.isFinished else { throw .damagedData(member) }
      }
      return filled
    }
  }
#endif
