public import NPY

/// What NumPy's values in a pickle hold.
public enum PickleArray: Sendable {
  /// An array of plain elements; a scalar has no axes.
  case array(NDArray)
  /// An array of Python objects, in C order.
  case objects(shape: [Int], PickleItems)
}

extension PickleNode {
  /// The array or scalar of NumPy's that this node stands for; `nil` where it is neither.
  ///
  /// Arrays are known in all the forms in which they are written: `_reconstruct` with its state,
  /// `_frombuffer` (protocol 5), `scalar`, and the raw bytes of joblib. Either byte order is kept.
  ///
  /// - Throws: ``PickleError``, where it claims to be one and is not: bytes that are not as many as
  ///   shape and dtype say, objects as raw bytes, records, dates.
  public func numpy() throws(PickleError) -> PickleArray? {
    let arena = pickle.arena
    let (header, bytes): (NPYHeader, ContiguousArray<UInt8>)
    switch try arena.numpy(index) {
    case .array(let found, let range):
      (header, bytes) = (found, ContiguousArray(arena.slice(range)))
    case .textArray(let found, let range):
      (header, bytes) = (found, arena.slice(range).latin1(count: found.byteCount))
    case .objects(let header, let places):
      return .objects(shape: header.shape, PickleItems(pickle, places))
    case .dtype, nil: return nil
    }
    do { return .array(try NDArray(header: header, bytes: bytes)) } catch {
      throw .array(offset: offset, error)
    }
  }

  /// The array of plain elements that this node stands for; a scalar has no axes.
  ///
  /// - Throws: ``PickleError``, where it is not an array.
  public func ndarray() throws(PickleError) -> NDArray {
    guard case .array(let array)? = try numpy() else {
      throw unexpected("an array of plain values")
    }
    return array
  }

  /// The element type that this node stands for; `nil` for any other node.
  ///
  /// - Throws: ``PickleError``, where it claims to be one and is not.
  public func dtype() throws(PickleError) -> DType? {
    guard case .dtype(let dtype)? = try pickle.arena.numpy(index) else { return nil }
    return dtype
  }
}
