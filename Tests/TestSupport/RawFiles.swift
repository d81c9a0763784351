public import Platform

/// Writes a file by the C library alone.
public func writeFile(_ path: String, _ bytes: ContiguousArray<UInt8>) {
  let file = unsafe fopen(path, "wb")
  unsafe bytes.withUnsafeBytes { _ = unsafe fwrite($0.baseAddress, 1, $0.count, file) }
  unsafe fclose(file)
}

/// Overwrites some bytes of a file.
public func writeFile(_ path: String, _ bytes: ContiguousArray<UInt8>, at offset: Int) {
  let file = unsafe fopen(path, "r+b")
  unsafe fseek(file, offset, SEEK_SET)
  unsafe bytes.withUnsafeBytes { _ = unsafe fwrite($0.baseAddress, 1, $0.count, file) }
  unsafe fclose(file)
}

/// Reads a small file.
public func readFile(_ path: String) -> ContiguousArray<UInt8> {
  guard let file = unsafe fopen(path, "rb") else { return [] }
  defer { unsafe fclose(file) }
  return unsafe ContiguousArray(unsafeUninitializedCapacity: 1 << 16) { buffer, count in
    count = unsafe fread(buffer.baseAddress, 1, buffer.count, file)
  }
}

/// The permissions of a file.
public func mode(of path: String) -> mode_t {
  var status = stat()
  _ = unsafe stat(path, &status)
  return status.st_mode & 0o777
}
