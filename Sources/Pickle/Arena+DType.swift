internal import NPY

extension Arena {
  /// `dtype('f8', False, True)` with the state (3, '<', None, None, None, size, alignment, flags).
  func dtype(_ index: Index) throws(PickleError) -> DType {
    guard case .object(let object) = content(index), object.isCall,
      callee(object) == PickleGlobal("numpy", "dtype"),
      let arguments = tuple(object.arguments, 3...3),
      let code = string(arguments[0])
    else { throw unexpected(index, "a dtype") }
    guard let state = object.state, let parts = tuple(state, 8...9),
      case .integer(3...4) = content(parts[0]),
      let order = string(parts[1]), ["<", ">", "|"].contains(order),
      case .integer(let size) = content(parts[5])
    else {
      throw unexpected(
        object.state ?? index,
        "a dtype's state (3, byte order, None, None, None, size, alignment, flags)")
    }
    // Subarrays and fields.
    for part in parts[2...4] where content(part) != .none {
      throw refused(code, "its elements are records", at: state)
    }
    let dtype: DType
    do { dtype = try DType(order + code) } catch {
      throw .array(offset: nodes[Int(index)].offset, error)
    }
    guard String(dtype.byteOrder.rawValue) == order else {
      throw refused(code, "its byte order is said to be '\(order)'", at: state)
    }
    if dtype.kind == .datetime || dtype.kind == .timedelta {
      throw refused(code, "dates are no part of a network", at: state)
    }
    guard size == -1 || size == Int64(dtype.itemSize) else {
      throw refused(code, "its elements are said to take \(size) bytes", at: state)
    }
    return dtype
  }

  /// The raw bytes that the elements of a dtype of records take; `nil` for any other dtype, and where a record holds
  /// Python objects, which are not written as bytes.
  func rawBytes(_ index: Index) -> DType? {
    guard case .object(let object) = content(index), let state = object.state,
      let parts = tuple(state, 8...9), content(parts[4]) != .none,
      case .integer(let size) = content(parts[5]), case .integer(let flags) = content(parts[7]),
      size > 0, flags & 0x01 == 0
    else { return nil }
    return try? DType("|V\(size)")
  }

  private func refused(_ code: String, _ reason: String, at index: Index) -> PickleError {
    .array(
      offset: nodes[Int(index)].offset,
      .unsupportedDType(descr: "'\(printable(code))'", reason: reason))
  }
}
