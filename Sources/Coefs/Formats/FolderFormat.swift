import Files
import NPY

extension FileFormat {
  /// A folder of NPY files, each under the name of its array.
  public static let folder = FileFormat(
    "folder", endings: [], "a folder", [],
    begins: { input in input.bytes == nil },
    reader: .arrays { input throws(CoefsError) in
      let (folder, limits) = (input.file, input.limits)
      let names: [String]
      do throws(FileError) {
        // The Finder of macOS keeps what it knows of a file next to it.
        names = try folderNames(folder).filter { !$0.hasPrefix("._") }
      } catch {
        throw CoefsError(folder, error)
      }
      guard names.contains(where: { $0.hasSuffix(".npy") }) else {
        if let foreign = ForeignFile(folderOf: names) {
          throw CoefsError(folder, ModelError(foreign))
        }
        throw CoefsError(folder, FileError.notAFile(.folder))
      }
      guard names.count <= limits.maxMembers else {
        throw CoefsError(
          folder, FileError.tooManyFiles(allowed: limits.maxMembers, found: names.count))
      }
      let prefix = folder.hasSuffix("/") ? folder : folder + "/"
      var entries: [ArrayList.Entry] = []
      var total = 0
      for name in names where name.hasSuffix(".npy") {
        let path = prefix + name
        let bytes: InputFile
        do throws(FileError) { bytes = try InputFile(path: path) } catch {
          throw CoefsError(path, error)
        }
        total += bytes.count
        guard total <= limits.maxTotalBytes else {
          throw CoefsError(folder, FileError.tooLarge(allowed: limits.maxTotalBytes, found: total))
        }
        entries.append(
          try ArrayList.Entry(
            loneArray: bytes, name: String(name.dropLast(4)), file: path, limits: limits))
      }
      return ArrayList(
        file: folder, entries: entries, others: names.filter { !$0.hasSuffix(".npy") })
    })
}
