internal import Deflate
internal import Files

/// How the whole of a joblib file may be compressed, told by its first bytes.
@nonexhaustive
public enum PickleCompression: String, Sendable {
  /// RFC 1950, what `joblib.dump(…, compress=3)` writes.
  case zlib
  /// RFC 1952.
  case gzip

  /// The compression that a file begins with; `nil` where it is not compressed.
  ///
  /// - Parameter file: The file, or its first bytes.
  /// - Throws: ``PickleError/unsupportedCompression(name:)``, for those of joblib's that are not read.
  public init?(recognizing file: ContiguousArray<UInt8>) throws(PickleError) {
    let others: [(start: [UInt8], name: String)] = [
      (Array("BZh".utf8), "bzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
      ([0x5D, 0x00, 0x00], "lzma"), ([0x04, 0x22, 0x4D, 0x18], "lz4"),
      (Array("ZF0x".utf8), "joblib before 0.10"), ([0x28, 0xB5, 0x2F, 0xFD], "zstandard"),
    ]
    for other in others where file.starts(with: other.start) {
      throw .unsupportedCompression(name: other.name)
    }
    if file.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if file.count >= 2, file[0] == 0x78, (Int(file[0]) << 8 | Int(file[1])) % 31 == 0 {
      self = .zlib
    } else {
      return nil
    }
  }

  /// The stream that decompresses the file.
  func stream(
    of file: ContiguousArray<UInt8>, limits: ReadLimits
  ) throws(PickleError) -> InflatingStream {
    do {
      return try InflatingStream(
        file, as: self == .zlib ? .zlib : .gzip, maxBytes: limits.maxTotalBytes)
    } catch {
      throw .damagedCompression(error)
    }
  }
}
