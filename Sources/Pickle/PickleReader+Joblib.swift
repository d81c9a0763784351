internal import Files
internal import NPY

// joblib writes an array as an object that says what it is, and its bytes behind that object's BUILD,
// in the midst of the pickle (`joblib/numpy_pickle.py`, since 0.10):
//
//     … BUILD   padding's length L   L bytes   the array's bytes   more operations …
//               1 byte, 1…alignment
//
// Before 1.2 there is no padding, and not its length either. An array of objects is a pickle of its own
// at that place, without padding.

/// What joblib says about an array whose bytes follow.
struct ArrayWrapper {
  let header: NPYHeader
  /// What the place of the data is a multiple of; `nil` where there is no padding.
  let alignment: Int?
  /// Why the elements are not read; their bytes are passed over as raw bytes.
  let unread: PickleError?
}

extension PickleReader {
  /// What an object that has just got its state says about an array; `nil` where it is no wrapper.
  func arrayWrapper(of object: Arena.Object) throws(PickleError) -> ArrayWrapper? {
    guard let name = arena.className(object),
      name.module.hasSuffix("joblib.numpy_pickle")
        || name.module == "joblib.numpy_pickle_compat"
        || name.module == "sklearn.externals.joblib.numpy_pickle_compat"
    else { return nil }
    switch name.name {
    case "NumpyArrayWrapper": break
    case "NDArrayWrapper", "ZNDArrayWrapper":
      throw bad(
        "an array that lies in another file, as joblib before 0.10 wrote it; load the model in "
          + "Python, and write it again with joblib.dump")
    default: return nil
    }
    guard let state = object.state, case .dict(let places) = arena.content(state),
      places.count <= 2 * 16
    else { throw bad("an array without a description") }

    var parts: [String: Arena.Index] = [:]
    for place in stride(from: places.range.lowerBound, to: places.range.upperBound, by: 2) {
      let key = arena.items[place]
      guard let name = arena.string(key), Self.wrapperKeys.contains(name) else {
        throw bad("an array's description has \(kind(key)), which is unknown")
      }
      parts[name] = arena.items[place + 1]
    }
    guard let subclass = parts["subclass"], arena.isArrayClass(subclass) else {
      throw bad("an array whose class is \(parts["subclass"].map(kind) ?? "missing")")
    }
    guard let shapeNode = parts["shape"], let shape = arena.shape(shapeNode) else {
      throw bad("an array whose shape is \(parts["shape"].map(kind) ?? "missing")")
    }
    guard let order = parts["order"].flatMap({ arena.string($0) }), ["C", "F"].contains(order)
    else {
      throw bad("an array whose order is \(parts["order"].map(kind) ?? "missing")")
    }
    guard let dtypeNode = parts["dtype"] else { throw bad("an array without a dtype") }
    let dtype: DType
    var unread: PickleError?
    do throws(PickleError) {
      dtype = try arena.dtype(dtypeNode)
    } catch {
      // Records are kept by trees and tables next to a network.
      guard let raw = arena.rawBytes(dtypeNode) else { throw error }
      (dtype, unread) = (raw, error)
    }
    return ArrayWrapper(
      header: try arena.header(dtype, isFortranOrder: order == "F", shape: shape, at: shapeNode),
      alignment: try alignment(parts["numpy_array_alignment_bytes"]), unread: unread)
  }

  private static let wrapperKeys: Set<String> = [
    "subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes",
  ]

  private func alignment(_ index: Arena.Index?) throws(PickleError) -> Int? {
    guard let index, arena.content(index) != .none else { return nil }
    guard case .integer(let alignment) = arena.content(index), (1...128).contains(alignment),
      alignment.nonzeroBitCount == 1
    else { throw bad("an array's alignment is \(kind(index))") }
    return Int(alignment)
  }

  /// Passes over the bytes of an array, which stay where they are.
  mutating func readArray(
    of wrapper: ArrayWrapper, nesting: Int
  ) throws(PickleError) -> Arena.Content {
    // joblib reads them behind the frame, from where they would not be here.
    guard position >= frameEnd else { throw bad("an array's bytes within a frame") }
    frameEnd = 0
    guard arena.arrays.count < limits.maxPickleArrays else {
      throw .limitExceeded(
        offset: start, name: "maxPickleArrays", allowed: limits.maxPickleArrays)
    }
    let header = wrapper.header
    guard header.dtype.kind != .object else {
      let place = start
      let root = try pickle(nesting: nesting + 1)
      start = place
      return .array(arena.add(Arena.Array(header: header, data: .objects(root))))
    }
    if let alignment = wrapper.alignment {
      let padding = Int(try byte())
      guard (1...alignment).contains(padding) else {
        throw bad("a padding of \(padding) bytes before an array aligned to \(alignment)")
      }
      _ = take(try checked(UInt64(padding)))
    }
    let length = try checked(UInt64(header.byteCount))
    let range = take(length)
    return .array(
      arena.add(
        Arena.Array(header: header, data: wrapper.unread.map { .unread($0) } ?? .bytes(range))))
  }
}
