import Files

/// The files next to a model that hold values of its tensors, each opened once.
///
/// A model names them, and may come from anybody: a name is that of a regular file in the folder of the model, and no
/// path, no link, and no second name of another file.
package final class ExternalFiles {
  private let folder: String
  private var files: [String: InputFile] = [:]

  /// The files in the folder of a model.
  ///
  /// - Parameter path: The path of the model.
  package init(besideModelAt path: String) {
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The bytes of a tensor in another file.
  ///
  /// - Throws: ``ONNXError/externalData(_:file:)`` without files, and ``ONNXError/badExternalData(_:problem:)``.
  static func bytes(
    of tensor: ONNXTensor, at place: ONNXTensor.ExternalData, width: Int, in files: ExternalFiles?
  ) throws(ONNXError) -> ContiguousArray<UInt8> {
    guard let files else { throw .externalData(tensor.name, file: place.location) }
    func problem(_ text: String) -> ONNXError { .badExternalData(tensor.name, problem: text) }
    if let found = place.problem { throw problem(found) }
    let name = place.location
    guard !name.isEmpty, name != ".", name != "..",
      !name.utf8.contains(where: { [0, UInt8(ascii: "/"), UInt8(ascii: "\\")].contains($0) })
    else {
      throw problem("'\(name)' is not the name of a file in the folder of the model")
    }
    let size = tensor.count * width
    guard place.length == nil || place.length == size else {
      throw problem("\(place.length ?? 0) bytes are stated, and the values take \(size)")
    }
    let file: InputFile
    do { file = try files.open(name) } catch { throw problem("'\(name)': \(error)") }
    let offset = place.offset ?? 0
    guard offset <= file.count, size <= file.count - offset else {
      throw problem("'\(name)' has \(file.count) bytes, and \(size) are stated from byte \(offset)")
    }
    do { return try file.read(at: offset, count: size) } catch {
      throw problem("'\(name)': \(error)")
    }
  }

  private func open(_ name: String) throws(FileError) -> InputFile {
    if let file = files[name] { return file }
    let file = try InputFile(unlinkedPath: folder + name)
    files[name] = file
    return file
  }
}
