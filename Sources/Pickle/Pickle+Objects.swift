public import Files
internal import NPY

extension Pickle {
  /// Reads the array of Python objects in an NPY file, which is a pickle after the header.
  ///
  /// `numpy.save` wrote `clf.coefs_`, a list of matrices, so until NumPy 1.23. The array itself is
  /// ``root``, and ``PickleNode/numpy()`` gives its objects.
  ///
  /// - Parameters:
  ///   - file: The whole NPY file or member. Bytes after the pickle are refused.
  ///   - limits: Bounds on what the file may ask for.
  ///   - names: Which names it may hold.
  /// - Throws: ``PickleError``, also where the file holds no objects, and where the pickle holds an
  ///   array of another shape than the header says.
  public convenience init(
    objectsInNPY file: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits(),
    names: PickleNames = .arrays
  ) throws(PickleError) {
    let header: NPYHeader
    let start: Int
    do {
      start = try NPYHeader.dataOffset(
        prefix: file.prefix(NPYHeader.prefixLength), size: file.count,
        limits: limits)
      header = try NPYHeader(parsing: file, limits: limits)
    } catch {
      throw .array(offset: 0, error)
    }
    guard header.dtype.kind == .object else {
      throw .unexpected(
        offset: 0, expected: "an array of objects", found: "an array of \(header.dtype)")
    }
    try self.init(file, from: start, limits: limits, names: names)
    guard case .objects(let shape, _)? = try root.numpy() else {
      throw root.unexpected("an array of objects")
    }
    guard shape == header.shape else {
      throw .unexpected(
        offset: start, expected: "an array of shape \(pythonTuple(header.shape))",
        found: "one of shape \(pythonTuple(shape))")
    }
  }
}

// MARK: Telling pickles from other files

extension Pickle {
  /// Whether a file that begins so is a pickle or joblib file, as far as its beginning tells. Those
  /// whose compression is not read are, too.
  ///
  /// - Parameter start: The first 64 bytes or more, or the whole of a shorter file.
  public static func begins(_ start: ContiguousArray<UInt8>) -> Bool {
    do throws(PickleError) {
      if try PickleCompression(recognizing: start) != nil { return true }
    } catch {
      return true
    }
    guard let first = start.first else { return false }
    let rest = start.dropFirst()
    switch Operation(rawValue: first) {
    case .proto: return rest.first.map { $0 <= 5 } ?? false
    // Protocols 0 and 1 announce nothing: a name, or a container that is kept or filled.
    case .global: return isNameLine(rest)
    case .mark: return rest.first.map { "cdl(tIFSVN])}".utf8.contains($0) } ?? false
    case .emptyList, .emptyDict: return rest.first.map { "qr.".utf8.contains($0) } ?? false
    default: return false
    }
  }

  /// Whether a line begins that holds the name of a module.
  private static func isNameLine(_ bytes: ArraySlice<UInt8>) -> Bool {
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\n"): return index > 0
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
        continue
      default: return false
      }
    }
    return bytes.count > 12
  }
}
