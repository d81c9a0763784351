import Foundation

/// Calls `body` with the path of a folder of its own, which is removed afterwards.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "coefs-\(UUID().uuidString)", directoryHint: .notDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path(percentEncoded: false))
}

/// Calls `body` with the path of a folder of its own, which is removed afterwards.
public func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "coefs-\(UUID().uuidString)", directoryHint: .notDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder.path(percentEncoded: false))
}

/// Writes bytes to a file, and gives its path back.
@discardableResult
public func write(_ bytes: some Sequence<UInt8>, to path: String) throws -> String {
  try Data(bytes).write(to: URL(filePath: path))
  return path
}

/// The names of the files in a folder, sorted.
public func fileNames(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The bytes of an NPY file of version 1.0 with this header; its data follows.
public func npyFile(_ header: String, data: [UInt8] = []) -> ContiguousArray<UInt8> {
  let padding = 64 - (10 + header.utf8.count + 1) % 64
  let text = header + String(repeating: " ", count: padding) + "\n"
  var bytes: ContiguousArray<UInt8> = [0x93]
  bytes += Array("NUMPY".utf8)
  bytes += [1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)]
  bytes += Array(text.utf8)
  return bytes + data
}
