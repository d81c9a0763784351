internal import NPY

// NumPy's arrays, scalars and types, known by their shapes. Whatever claims to be one and has another
// shape is an error: `numpy/_core/src/multiarray/methods.c` (`array_reduce`, `array_setstate`),
// `descriptor.c` (`arraydescr_reduce`), `numpy/_core/numeric.py` (`_frombuffer`).

extension Arena {
  /// What a node of NumPy's holds.
  enum NumPy {
    case array(NPYHeader, Range<Int>)
    /// Latin-1 text that stands for the bytes of an array: what protocols 0 to 2 have.
    case textArray(NPYHeader, Range<Int>)
    /// The places of an array of objects, in C order.
    case objects(NPYHeader, Places)
    case dtype(DType)
  }

  /// What a node is to NumPy; `nil` where it is nothing of NumPy's.
  ///
  /// - Throws: ``PickleError``, where it claims to be and is not.
  func numpy(_ index: Index) throws(PickleError) -> NumPy? {
    switch content(index) {
    case .array(let number):
      let array = arrays[Int(number)]
      switch array.data {
      case .bytes(let range): return .array(array.header, range)
      case .unread(let reason): throw reason
      case .objects(let root):
        guard case .objects(let header, let places)? = try numpy(root, within: index) else {
          throw unexpected(root, "an array of objects")
        }
        guard header.shape == array.header.shape else {
          throw unexpected(
            root, "an array of objects of shape \(pythonTuple(array.header.shape))",
            found: "one of shape \(pythonTuple(header.shape))")
        }
        return .objects(header, places)
      }
    case .object(let object):
      guard object.isCall, let function = callee(object) else { return nil }
      switch (function.module, function.name) {
      case ("numpy", "dtype"): return .dtype(try dtype(index))
      case (_, "_reconstruct") where Self.isMultiarray(function.module):
        return try reconstructed(object.arguments, state: object.state, at: index)
      case ("dill._dill", "_create_array"), ("dill.dill", "_create_array"):
        return try created(object, at: index)
      case (_, "scalar") where Self.isMultiarray(function.module):
        return try scalar(object, at: index)
      case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
        return try buffer(object, at: index)
      default: return nil
      }
    default: return nil
    }
  }

  /// The array that stands in a pickle of its own, which holds no other of its kind.
  private func numpy(_ root: Index, within index: Index) throws(PickleError) -> NumPy? {
    if case .array = content(root) { throw unexpected(root, "an array of objects") }
    return try numpy(root)
  }

  private static func isMultiarray(_ module: String) -> Bool {
    [
      "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core._multiarray_umath",
      "numpy._core._multiarray_umath",
    ].contains(module)
  }

  /// `_reconstruct(ndarray, (0,), b'b')` with the state (1, shape, dtype, is_fortran, data).
  private func reconstructed(
    _ arguments: Index, state: Index?, at index: Index
  ) throws(PickleError) -> NumPy {
    guard let arguments = tuple(arguments, 3...3), isArrayClass(arguments[0]) else {
      throw unexpected(index, "_reconstruct(ndarray, (0,), b'b')")
    }
    guard let state, let parts = tuple(state, 5...5),
      case .integer(1) = content(parts[0]), let shape = shape(parts[1]),
      let isFortranOrder = flag(parts[3])
    else {
      throw unexpected(
        state ?? index, "an array's state (1, shape, dtype, is_fortran, data)")
    }
    let header = try header(
      dtype(parts[2]), isFortranOrder: isFortranOrder, shape: shape, at: state)
    guard header.dtype.kind == .object else {
      return try array(header, data: parts[4])
    }
    // The list is in C order whatever the flag says.
    guard case .list(let places) = content(parts[4]) else {
      throw unexpected(parts[4], "a list of the array's objects")
    }
    guard Int(places.count) == header.count else {
      throw unexpected(
        parts[4], "a list of \(header.count) objects", found: "one of \(places.count)")
    }
    return .objects(header, places)
  }

  /// dill's `_create_array(_reconstruct, its arguments, the state, None)` (`dill/_dill.py`).
  private func created(_ object: Object, at index: Index) throws(PickleError) -> NumPy {
    guard object.state == nil, let arguments = tuple(object.arguments, 3...4),
      case .global(let number) = content(arguments[0]),
      case let function = globals[Int(number)].name,
      function.name == "_reconstruct", Self.isMultiarray(function.module)
    else { throw unexpected(index, "_create_array(_reconstruct, …)") }
    if arguments.count == 4 {
      // Attributes of a subclass of ndarray, which no network has.
      guard case .none = content(arguments[3]) else {
        throw unexpected(arguments[3], "an array without attributes")
      }
    }
    return try reconstructed(arguments[1], state: arguments[2], at: index)
  }

  /// `_frombuffer(bytes, dtype, shape, 'C' or 'F')`.
  private func buffer(_ object: Object, at index: Index) throws(PickleError) -> NumPy {
    guard let arguments = tuple(object.arguments, 4...4),
      object.state == nil, let shape = shape(arguments[2]), let order = string(arguments[3]),
      ["C", "F"].contains(order)
    else { throw unexpected(index, "_frombuffer(bytes, dtype, shape, 'C' or 'F')") }
    let header = try header(
      dtype(arguments[1]), isFortranOrder: order == "F", shape: shape, at: index)
    guard header.dtype.kind != .object else {
      throw unexpected(index, "an array of objects as a list", found: "one of raw pointers")
    }
    return try array(header, data: arguments[0])
  }

  /// `scalar(dtype, bytes)`.
  private func scalar(_ object: Object, at index: Index) throws(PickleError) -> NumPy {
    guard let arguments = tuple(object.arguments, 2...2),
      object.state == nil
    else { throw unexpected(index, "scalar(dtype, bytes)") }
    let header = try header(dtype(arguments[0]), isFortranOrder: false, shape: [], at: index)
    guard header.dtype.kind != .object else {
      throw unexpected(index, "a number or a text", found: "a raw pointer")
    }
    return try array(header, data: arguments[1])
  }

  /// An array of these bytes, which must be as many as its header says.
  private func array(_ header: NPYHeader, data: Index) throws(PickleError) -> NumPy {
    func check(_ found: Int) throws(PickleError) {
      guard found == header.byteCount else {
        throw .array(
          offset: nodes[Int(data)].offset,
          .wrongByteCount(
            dtype: header.dtype.description, shape: header.shape, expected: header.byteCount,
            found: found))
      }
    }
    switch content(data) {
    case .bytes(let range), .legacyString(let range):
      try check(range.count)
      return .array(header, range)
    case .object(let object) where object.isCall && object.state == nil:
      guard let function = callee(object),
        let arguments = tuple(object.arguments, 0...2)
      else { break }
      switch (function.module, function.name, arguments.count) {
      case ("__builtin__", "bytes", 0), ("builtins", "bytes", 0):
        try check(0)
        return .array(header, 0..<0)
      case ("_codecs", "encode", 2):
        guard case .text(let range) = content(arguments[0]),
          ["latin1", "latin-1"].contains(string(arguments[1]))
        else { throw unexpected(data, "_codecs.encode(text, 'latin1')") }
        guard let count = slice(range).latin1Count else {
          throw unexpected(arguments[0], "a text of Latin-1")
        }
        try check(count)
        return .textArray(header, range)
      default: break
      }
    default: break
    }
    throw unexpected(data, "the array's bytes")
  }

  func header(
    _ dtype: DType, isFortranOrder: Bool, shape: [Int], at index: Index
  ) throws(PickleError) -> NPYHeader {
    do {
      return try NPYHeader(dtype: dtype, isFortranOrder: isFortranOrder, shape: shape)
    } catch {
      throw .array(offset: nodes[Int(index)].offset, error)
    }
  }

  /// The lengths of an array's axes.
  func shape(_ index: Index) -> [Int]? {
    guard let axes = tuple(index, 0...NPYHeader.maxAxes) else { return nil }
    var shape: [Int] = []
    for axis in axes {
      guard case .integer(let length) = content(axis), length >= 0 else { return nil }
      shape.append(Int(length))
    }
    return shape
  }

  /// True or false, which old writers had as 1 and 0.
  func flag(_ index: Index) -> Bool? {
    switch content(index) {
    case .bool(let value): value
    case .integer(0): false
    case .integer(1): true
    default: nil
    }
  }

  /// Whether a node names one of NumPy's classes of plain arrays.
  func isArrayClass(_ index: Index) -> Bool {
    guard case .global(let number) = content(index) else { return false }
    let name = globals[Int(number)].name
    return ["ndarray", "matrix", "memmap"].contains(name.name)
      && [
        "numpy", "numpy.matrixlib.defmatrix", "numpy.core.memmap", "numpy._core.memmap",
      ].contains(name.module)
  }
}
