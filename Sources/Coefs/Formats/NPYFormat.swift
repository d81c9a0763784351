import Files
import NPY

extension FileFormat {
  /// NumPy's file of one array.
  public static let npy = FileFormat(
    "npy", endings: ["npy"], "an array", [],
    begins: { input in input.begins(with: NPYHeader.magic) },
    reader: .arrays { input throws(CoefsError) in
      ArrayList(
        file: input.file,
        entries: [
          try ArrayList.Entry(
            loneArray: input.contents(), name: nil, file: input.file, limits: input.limits)
        ])
    })
}

extension ArrayList.Entry {
  /// An NPY file whose header is read at once, and its data when asked for.
  init(
    loneArray bytes: InputFile, name: String?, file: String, limits: ReadLimits
  ) throws(CoefsError) {
    var dataOffset = 0
    let header: Result<NPYHeader, NPYError>
    do throws(NPYError) {
      let (found, length) = try NPYFile.header(of: bytes, limits: limits)
      header = .success(found)
      dataOffset = length
    } catch .unsupportedDType(let descr, let reason) {
      header = .failure(.unsupportedDType(descr: descr, reason: reason))
    } catch {
      throw CoefsError(file, error)
    }
    let offset = dataOffset
    let source = ArrayList.ArraySource { _ throws(CoefsError) in
      do throws(NPYError) {
        return try NPYFile.array(header.get(), at: offset, of: bytes, limits: limits)
      } catch {
        throw CoefsError(file, error)
      }
    } readWhole: { _ throws(CoefsError) in
      do throws(FileError) { return try bytes.read(at: 0, count: bytes.count) } catch {
        throw CoefsError(file, error)
      }
    } elements: { _ throws(CoefsError) in
      var position = 0
      return { count throws(CoefsError) in
        defer { position += count }
        do throws(NPYError) {
          return try NPYFile.elements(
            position..<position + count, header.get(), at: offset, of: bytes, limits: limits)
        } catch {
          throw CoefsError(file, error)
        }
      }
    }
    self.init(name: name, header: header, in: source, at: 0)
  }
}
