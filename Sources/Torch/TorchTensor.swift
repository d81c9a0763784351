import NPY
package import Pickle

/// A tensor of a file: the elements of a storage that it has. Nothing of it has been read.
package struct TorchTensor: Sendable {
  /// Its place in the file: `model/0.weight`.
  package let name: String
  /// The type of its elements.
  package let type: TorchType
  /// The length of each axis; empty for a single value.
  package let shape: [Int]
  /// For each axis the elements from one of its places to the next.
  let strides: [Int]
  /// The first element of the storage that is used.
  let start: Int
  /// The name of the storage.
  let storage: String
  /// The bytes of an element of the storage.
  let storageItemSize: Int
  /// The elements of the storage, as the pickle says.
  let storageCount: Int

  /// The number of elements.
  package var count: Int { shape.reduce(1, *) }

  /// The bytes of the elements in the file, each counted as often as the tensor has it.
  var byteCount: Int { count * type.itemSize }

  /// The bytes of the storage from the first that is used to the last.
  var window: Range<Int> {
    guard count > 0 else { return 0..<0 }
    let last = zip(shape, strides).reduce(start) { $0 + ($1.0 - 1) * $1.1 }
    return start * type.itemSize..<(last + 1) * type.itemSize
  }

  /// Whether the elements lie one after another, the last axis varying fastest.
  var isInCOrder: Bool { Self.areDense(shape.reversed(), strides.reversed()) }

  /// Whether the elements lie one after another, the first axis varying fastest, as of a transposed matrix.
  var isInFortranOrder: Bool { Self.areDense(shape[...], strides[...]) }

  private static func areDense(
    _ shape: some Sequence<Int>, _ strides: some Sequence<Int>
  ) -> Bool {
    var step = 1
    for (length, stride) in zip(shape, strides) {
      guard length == 1 || stride == step else { return false }
      step *= length
    }
    return true
  }

  /// The elements in C order, of the bytes that ``window`` names.
  func gathered(from bytes: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
    let size = type.itemSize
    guard let length = shape.last, let step = strides.last else { return bytes }
    var result = ContiguousArray<UInt8>()
    result.reserveCapacity(byteCount)
    guard count > 0 else { return result }
    // The place on each axis but the last.
    var index = [Int](repeating: 0, count: shape.count - 1)
    var offset = 0
    while true {
      if step == 1 {
        result += bytes[offset * size..<(offset + length) * size]
      } else {
        for place in 0..<length {
          let first = (offset + place * step) * size
          result += bytes[first..<first + size]
        }
      }
      var axis = index.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }
}

extension TorchTensor {
  /// The functions that torch calls for tensors of classes of their own, which the pickle names as values.
  package static func functions(in pickle: Pickle) -> [(function: PickleGlobal?, offset: Int)] {
    pickle.objects(madeBy: TorchNames.fromType).map { node, object in
      guard case .global(let function)? = object.arguments.first?.value else {
        return (nil, node.offset)
      }
      return (function, node.offset)
    }
  }

  /// The tensor that a node stands for; `nil` for any other node.
  ///
  /// - Throws: ``TorchError/badTensor(_:problem:)``, where it is one that is not sound, or that is not read.
  init?(_ node: PickleNode, named name: String) throws(TorchError) {
    guard let object = node.object, let function = object.callee else { return nil }
    try self.init(function, object.arguments, named: name, depth: 0)
  }

  /// The tensor that a call would make.
  private init?(
    _ function: PickleGlobal, _ arguments: PickleItems, named name: String, depth: Int
  ) throws(TorchError) {
    func bad(_ problem: String) -> TorchError { .badTensor(name, problem: problem) }
    guard depth <= 3 else { throw bad("is made of one again and again") }
    if TorchNames.parameters.contains(function) {
      guard let data = arguments.first?.object, let inner = data.callee else {
        throw bad("is a parameter without a tensor")
      }
      try self.init(inner, data.arguments, named: name, depth: depth + 1)
      return
    }
    if function == TorchNames.fromType {
      guard arguments.count >= 3, case .global(let inner) = arguments[0].value,
        let parts = arguments[2].items
      else { throw bad("is of a class of its own, and not as torch writes such") }
      try self.init(inner, parts, named: name, depth: depth + 1)
      return
    }
    let isOld = function == TorchNames.tensors
    let isTyped = function == TorchNames.tensors3
    guard isOld || isTyped || function == TorchNames.tensors2 else {
      guard TorchNames.all.contains(function), function.name.hasPrefix("_rebuild_") else {
        return nil
      }
      throw bad("is made by \(function), which is not read: it is no plain tensor")
    }
    guard arguments.count >= 4, case .persistent(let id) = arguments[0].value,
      let storage = Storage(id)
    else { throw bad("has no storage") }
    var type = storage.type
    if isTyped {
      guard arguments.count >= 7, case .global(let dtype) = arguments[6].value,
        let found = TorchType(dtype: dtype)
      else { throw bad("has no dtype that is known") }
      type = found
    }
    guard type != .bytes else { throw bad("has raw bytes for elements") }
    // Elements that are to be read negated or conjugated.
    if let more = arguments.dropFirst(isTyped ? 7 : 6).first, case .dict(let pairs) = more.value,
      !pairs.isEmpty
    {
      guard pairs.count < 100 else { throw bad("has metadata that is not read") }
      for (key, value) in pairs {
        guard case .bool(false) = value.value else {
          throw bad("has metadata that is not read: \(key.summary)")
        }
      }
    }
    guard case .integer(let offset) = arguments[1].value, let shape = Self.lengths(arguments[2]),
      let strides = Self.lengths(arguments[3]), shape.count == strides.count
    else { throw bad("has no offset, size and stride") }
    try self.init(
      named: name, type: type, shape: shape, strides: strides, offset: Int(offset),
      storage: storage)
  }

  /// A tensor whose elements all lie in its storage.
  private init(
    named name: String, type: TorchType, shape: [Int], strides: [Int], offset: Int, storage: Storage
  ) throws(TorchError) {
    func bad(_ problem: String) -> TorchError { .badTensor(name, problem: problem) }
    let (bytes, isTooLong) = storage.count.multipliedReportingOverflow(by: storage.type.itemSize)
    guard !isTooLong else { throw bad("has a storage of more bytes than can be counted") }
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, product <= Int(Int32.max) * 4 else {
        throw bad("has more elements than can be counted: size \(pythonTuple(shape))")
      }
      count = product
    }
    guard offset >= 0, storage.view.offset >= 0 else { throw bad("begins before its storage") }
    var last = offset
    if count > 0 {
      for (length, stride) in zip(shape, strides) {
        let (step, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        let (sum, carry) = last.addingReportingOverflow(step)
        guard !overflow, !carry else { throw bad("has strides beyond any storage") }
        last = sum
      }
    }
    // Of a view of a storage the elements are those of the view.
    let room = storage.view.count ?? bytes / type.itemSize
    guard count == 0 || last < room else {
      throw bad(
        "needs element \(last) of a storage that has \(room): offset \(offset), size "
          + "\(pythonTuple(shape)), stride \(pythonTuple(strides))")
    }
    self.name = name
    self.type = type
    self.shape = shape
    self.strides = strides
    start = offset + storage.view.offset
    self.storage = storage.key
    storageItemSize = storage.type.itemSize
    storageCount = storage.count
  }

  /// Lengths or strides: integers from 0 on.
  private static func lengths(_ node: PickleNode) -> [Int]? {
    var node = node
    // torch.Size((2, 3))
    if let size = node.object, size.callee == PickleGlobal("torch", "Size"),
      let parts = size.arguments.first
    {
      node = parts
    }
    guard case .tuple(let items) = node.value, items.count <= NPYHeader.maxAxes else { return nil }
    var lengths: [Int] = []
    for item in items {
      guard case .integer(let length) = item.value, length >= 0 else { return nil }
      lengths.append(Int(length))
    }
    return lengths
  }

  /// What a persistent id says of a storage.
  struct Storage {
    let type: TorchType
    /// Its name: that of a member of the archive.
    let key: String
    /// Its elements.
    let count: Int
    /// The part that is seen, in elements; all of it for a count of `nil`.
    var view: (offset: Int, count: Int?) = (0, nil)

    /// `('storage', class, key, device, numel)`, and perhaps `(key of the view, offset, numel of the view)` after it.
    init?(_ id: PickleNode) {
      guard let parts = id.items, (5...6).contains(parts.count),
        parts[0].shortString == "storage", case .global(let name) = parts[1].value,
        let type = TorchType(storage: name), let key = parts[2].shortString, key.utf8.count <= 100,
        case .integer(let count) = parts[4].value, count >= 0, count <= 1 << 46
      else { return nil }
      self.type = type
      self.key = key
      self.count = Int(count)
      guard parts.count == 6 else { return }
      if case .none = parts[5].value { return }
      guard let view = parts[5].items, view.count == 3, case .integer(let offset) = view[1].value,
        case .integer(let size) = view[2].value, offset >= 0, size >= 0, offset <= count,
        size <= count - offset
      else { return nil }
      self.view = (Int(offset), Int(size))
    }
  }
}
