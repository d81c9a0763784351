import Platform

/// The names of what a folder holds, in the order of their bytes, without those that begin with a dot.
///
/// - Parameter path: The folder.
/// - Throws: `cannotOpen`, `readFailed`.
package func folderNames(_ path: String) throws(FileError) -> [String] {
  guard let folder = unsafe opendir(path) else { throw .cannotOpen(errno: errno) }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while true {
    errno = 0
    // The entry is valid until the next call for this folder, and is copied at once.
    guard let entry = unsafe readdir(folder) else { break }
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(
        to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)
      ) {
        unsafe String(cString: $0)
      }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  guard errno == 0 else { throw .readFailed(errno: errno) }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
