#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a test with a folder of its own, which is removed afterwards with the files in it.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let path = try makeTemporaryFolder()
  defer { removeTemporaryFolder(path) }
  try body(path)
}

/// Runs a test with a folder of its own, which is removed afterwards with the files in it.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
  let path = try makeTemporaryFolder()
  defer { removeTemporaryFolder(path) }
  try await body(path)
}

private func makeTemporaryFolder() throws -> String {
  let path = "/tmp/zip-tests-\(getpid())-\(UInt64.random(in: .min ... .max))"
  guard unsafe mkdir(path, 0o700) == 0 else { throw FolderError(errno: errno) }
  return path
}

private func removeTemporaryFolder(_ path: String) {
  for name in files(in: path) { unsafe unlink("\(path)/\(name)") }
  unsafe rmdir(path)
}

struct FolderError: Error {
  let errno: Int32
}

/// The names in a folder, sorted.
func files(in folder: String) -> [String] {
  guard let stream = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Writes a file.
func writeFile(_ path: String, _ bytes: ContiguousArray<UInt8>) {
  let file = unsafe fopen(path, "wb")
  unsafe bytes.withUnsafeBytes { _ = unsafe fwrite($0.baseAddress, 1, $0.count, file) }
  unsafe fclose(file)
}

/// Overwrites some bytes of a file.
func writeFile(_ path: String, _ bytes: ContiguousArray<UInt8>, at offset: Int) {
  let file = unsafe fopen(path, "r+b")
  unsafe fseek(file, offset, SEEK_SET)
  unsafe bytes.withUnsafeBytes { _ = unsafe fwrite($0.baseAddress, 1, $0.count, file) }
  unsafe fclose(file)
}

/// Reads a small file.
func readFile(_ path: String) -> ContiguousArray<UInt8> {
  guard let file = unsafe fopen(path, "rb") else { return [] }
  defer { unsafe fclose(file) }
  return unsafe ContiguousArray(unsafeUninitializedCapacity: 1 << 16) { buffer, count in
    count = unsafe fread(buffer.baseAddress, 1, buffer.count, file)
  }
}

/// The permissions of a file.
func mode(of path: String) -> mode_t {
  var status = stat()
  _ = unsafe stat(path, &status)
  return status.st_mode & 0o777
}
