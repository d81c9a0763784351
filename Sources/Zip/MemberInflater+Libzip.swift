// Decompresses members with libzip, on platforms that have it and where the package trait asks for it;
// MemberInflater.swift does so with zlib alone. Musl is Linux for SwiftPM, and has no libzip.

#if LIBZIP && !canImport(Musl)
  internal import CZip
  import Files
  import Platform

  /// libzip's two handles for decompressing a member: an archive, and a file in it.
  ///
  /// Both are closed when the last stream lets go, the file first, as libzip demands.
  @safe
  final class MemberInflater {
    private let source: SliceSource
    private let archive: OpaquePointer
    private let file: OpaquePointer

    /// Opens a deflated member.
    ///
    /// - Parameters:
    ///   - member: The member.
    ///   - container: The archive.
    ///   - directoryOffset: Where the central directory begins, or would begin.
    ///   - record: The member's own record in the directory.
    /// - Throws: errors of reading; `outOfMemory`; `damagedData`.
    init(
      _ member: ZipMember, in container: InputFile, directoryOffset: Int,
      record: () throws(ZipError) -> ContiguousArray<UInt8>
    ) throws(ZipError) {
      let slice = ArchiveSlice(
        of: container, holding: member, record: try record(), directoryOffset: directoryOffset)
      var error = unsafe zip_error_t()
      unsafe zip_error_init(&error)
      defer { unsafe zip_error_fini(&error) }

      let source = SliceSource(slice)
      // libzip owns a reference to the source, until it frees its own.
      let owned = unsafe Unmanaged.passRetained(source)
      guard
        let zipSource = unsafe zip_source_function_create(serveSource, owned.toOpaque(), &error)
      else {
        unsafe owned.release()
        throw .outOfMemory
      }
      // Not ZIP_CHECKCONS: the audit has compared the headers better, and it would refuse what
      // `zip - FILE` writes to a pipe (the true size, but zeros for the others).
      guard let archive = unsafe zip_open_from_source(zipSource, ZIP_RDONLY, &error) else {
        unsafe zip_source_free(zipSource)
        throw unsafe source.failure(for: error)
      }
      var status = unsafe zip_stat_t()
      guard unsafe zip_get_num_entries(archive, 0) == 1,
        unsafe zip_stat_index(archive, 0, 0, &status) == 0,
        unsafe source.matches(status)
      else {
        unsafe zip_discard(archive)
        throw .file(.changedWhileRead)
      }
      guard let file = unsafe zip_fopen_index(archive, 0, 0) else {
        let failure = unsafe source.failure(for: zip_get_error(archive).pointee)
        unsafe zip_discard(archive)
        throw failure
      }
      self.source = source
      unsafe self.archive = archive
      unsafe self.file = file
    }

    deinit {
      unsafe zip_fclose(file)
      unsafe zip_discard(archive)
    }

    /// Reads up to the length of `buffer`; 0 is the end, and the CRC-32 held.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
      guard let base = buffer.baseAddress else { return 0 }
      let got = unsafe zip_fread(file, base, zip_uint64_t(buffer.count))
      guard got >= 0 else { throw unsafe source.failure(for: zip_file_get_error(file).pointee) }
      return Int(got)
    }
  }

  /// A slice of an archive as libzip reads it, with a position and the last error.
  private final class SliceSource {
    private let slice: ArchiveSlice
    private var position = 0
    private var readError: ZipError?

    init(_ slice: ArchiveSlice) {
      self.slice = slice
    }

    /// What an error of libzip means, which may only follow from one of our own.
    func failure(for error: zip_error_t) -> ZipError {
      if let readError { return readError }
      switch unsafe error.zip_err {
      case ZIP_ER_CRC: return .crcMismatch(slice.member)
      case ZIP_ER_MEMORY: return .outOfMemory
      default: return .damagedData(slice.member)
      }
    }

    /// Whether libzip found what the audit found, so that the file has not changed since.
    func matches(_ status: zip_stat_t) -> Bool {
      unsafe status.size == zip_uint64_t(slice.member.size)
        && status.comp_size == zip_uint64_t(slice.member.compressedSize)
        && status.comp_method == slice.member.method && status.crc == slice.member.crc32
        && status.encryption_method == UInt16(ZIP_EM_NONE)
    }

    /// Handles one of libzip's requests (see zip_source_function(3)).
    fileprivate func serve(
      _ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: Int
    ) -> zip_int64_t {
      switch command {
      case ZIP_SOURCE_SUPPORTS:
        let commands = [
          ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
          ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
        ]
        return commands.reduce(0) { $0 | 1 << zip_int64_t($1.rawValue) }
      case ZIP_SOURCE_OPEN:
        position = 0
        return 0
      case ZIP_SOURCE_CLOSE:
        return 0
      case ZIP_SOURCE_TELL:
        return zip_int64_t(position)
      case ZIP_SOURCE_READ:
        do throws(ZipError) {
          let got = try unsafe slice.read(
            at: position, into: UnsafeMutableRawBufferPointer(start: data, count: length))
          position += got
          return zip_int64_t(got)
        } catch {
          readError = error
          return -1
        }
      case ZIP_SOURCE_SEEK:
        return unsafe seek(data, length)
      case ZIP_SOURCE_STAT:
        let needed = unsafe MemoryLayout<zip_stat_t>.size
        guard let data = unsafe data, length >= needed else { return -1 }
        let status = unsafe data.assumingMemoryBound(to: zip_stat_t.self)
        unsafe zip_stat_init(status)
        unsafe status.pointee.size = zip_uint64_t(slice.count)
        unsafe status.pointee.valid = zip_uint64_t(ZIP_STAT_SIZE)
        return zip_int64_t(needed)
      case ZIP_SOURCE_ERROR:
        // Two numbers: libzip's code, and errno, which `readError` holds already.
        guard let data = unsafe data, length >= 2 * MemoryLayout<Int32>.size else { return -1 }
        unsafe data.storeBytes(of: Int32(ZIP_ER_READ), as: Int32.self)
        unsafe data.storeBytes(of: 0, toByteOffset: 4, as: Int32.self)
        return zip_int64_t(2 * MemoryLayout<Int32>.size)
      default:
        return -1
      }
    }

    private func seek(_ data: UnsafeMutableRawPointer?, _ length: Int) -> zip_int64_t {
      guard let data = unsafe data, length >= MemoryLayout<zip_source_args_seek_t>.size else {
        return -1
      }
      let request = unsafe data.load(as: zip_source_args_seek_t.self)
      let base =
        switch request.whence {
        case SEEK_SET: 0
        case SEEK_CUR: position
        default: slice.count
        }
      let (target, overflow) = base.addingReportingOverflow(Int(request.offset))
      guard !overflow, (0...slice.count).contains(target) else { return -1 }
      position = target
      return 0
    }
  }

  /// The function that libzip calls for its requests; `user` is an unmanaged `SliceSource`.
  private let serveSource: zip_source_callback = { user, data, length, command in
    guard let user = unsafe user else { return -1 }
    let source = unsafe Unmanaged<SliceSource>.fromOpaque(user)
    guard command != ZIP_SOURCE_FREE else {
      unsafe source.release()
      return 0
    }
    return unsafe source.takeUnretainedValue().serve(command, data, Int(clamping: length))
  }

  /// An archive cut down to one member, as libzip is shown it.
  ///
  /// Everything before the central directory is the archive's own; after it come that member's own
  /// record, and an end record of ours. So neither a storm of end records, nor a thousand members, nor
  /// names made to collide in libzip's hash table, nor junk can reach it. A comment of 65,535 zeros keeps its search for
  /// end records away from the members' data.
  struct ArchiveSlice {
    let member: ZipMember
    /// The number of bytes, with the zeros of the comment.
    let count: Int

    let archive: InputFile
    private let directoryOffset: Int
    /// The member's central record and the end records.
    private let tail: ContiguousArray<UInt8>

    /// - Parameters:
    ///   - archive: The archive.
    ///   - member: The member.
    ///   - record: The member's own record in the central directory.
    ///   - directoryOffset: Where that directory begins, or would begin.
    init(
      of archive: InputFile, holding member: ZipMember, record: ContiguousArray<UInt8>,
      directoryOffset: Int
    ) {
      self.archive = archive
      self.member = member
      self.directoryOffset = directoryOffset
      var tail = record
      // The zip64 form fits an archive of any size.
      tail.append(zip64EndOf: 1, directorySize: UInt64(tail.count), offset: UInt64(directoryOffset))
      tail.append(littleEndian: ZipRecord.end)
      tail.append(littleEndian: UInt32(0))
      tail.append(littleEndian: UInt32.max)
      tail.append(littleEndian: UInt64.max)
      tail.append(littleEndian: UInt16.max)
      self.tail = tail
      count = directoryOffset + tail.count + Int(UInt16.max)
    }

    /// Fills the beginning of `buffer` with the bytes from `position` on, which is in `0...count`.
    ///
    /// - Returns: How many bytes there were: less than asked for at the end only.
    func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int
    {
      let wanted = min(buffer.count, count - position)
      let fromArchive = min(wanted, max(directoryOffset - position, 0))
      do {
        try unsafe archive.read(
          at: min(position, directoryOffset),
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<fromArchive]))
      } catch { throw .file(error) }
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[fromArchive..<wanted])
      if rest.count > 0 {
        unsafe rest.initializeMemory(as: UInt8.self, repeating: 0)
        let start = min(position + fromArchive - directoryOffset, tail.count)
        unsafe rest.copyBytes(from: tail[start..<min(start + rest.count, tail.count)])
      }
      return wanted
    }
  }
#endif
