import Files
import JSON
import NPY

extension SafetensorsHeader {
  /// The length of the header, from the first bytes of a file.
  static func length(
    _ prefix: ContiguousArray<UInt8>, size: Int, limits: ReadLimits
  ) throws(SafetensorsError) -> Int {
    var cursor = ByteCursor(prefix)
    guard let length = cursor.number(bytes: lengthBytes) else {
      throw .truncatedHeader(expected: lengthBytes, found: size)
    }
    guard length <= maxLength else { throw .headerTooLong(length) }
    guard length <= limits.maxJSONLength else {
      throw .limitExceeded(
        name: "maxJSONLength", allowed: limits.maxJSONLength, found: Int(length))
    }
    guard Int(length) <= size - lengthBytes else {
      throw .truncatedHeader(expected: lengthBytes + Int(length), found: size)
    }
    return Int(length)
  }

  /// Reads the text of a header and compares it with the length of the file.
  ///
  /// - Parameters:
  ///   - text: The header, without its length.
  ///   - size: The length of the whole file.
  ///   - limits: Bounds on the number of tensors and on their data.
  init(
    parsing text: ContiguousArray<UInt8>, size: Int, limits: ReadLimits
  ) throws(SafetensorsError) {
    // The format says that it begins with {, but its own package reads blanks before it.
    guard text.first(where: { !Self.isBlank($0) }) == UInt8(ascii: "{") else { throw .notAnObject }
    let document: JSONDocument
    do {
      document = try JSONDocument(
        parsing: text, maxDepth: limits.maxNesting, maxValues: limits.maxJSONValues)
    } catch {
      throw .badJSON(error)
    }
    let start = Self.lengthBytes + text.count
    // Before anything is made of them.
    let count = document.root.count - (document.root[Self.metadataKey] == nil ? 0 : 1)
    for found in [count, document.root[Self.metadataKey]?.count ?? 0]
    where found > limits.maxTensors {
      throw .limitExceeded(name: "maxTensors", allowed: limits.maxTensors, found: found)
    }
    var metadata: [Note] = []
    var tensors: [Tensor] = []
    for (name, value) in document.root.members ?? [] {
      if name == Self.metadataKey {
        metadata = try Self.metadata(value)
      } else {
        tensors.append(try Tensor(name, value, dataStart: start, size: size))
      }
    }
    // Stable, so that tensors without data keep the order of the header.
    tensors.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try Self.checkCover(tensors, from: start, to: size)
    try Self.checkTotal(tensors, limits: limits)
    self.init(valid: tensors, metadata: metadata)
  }

  /// Demands that every byte of the data belongs to one tensor.
  private static func checkCover(
    _ tensors: [Tensor], from start: Int, to end: Int
  ) throws(SafetensorsError) {
    var position = start
    for tensor in tensors {
      guard tensor.bytes.lowerBound == position else {
        throw .notContiguous(
          tensor: tensor.name, begin: tensor.bytes.lowerBound - start, expected: position - start)
      }
      position = tensor.bytes.upperBound
    }
    guard position == end else { throw .wrongFileLength(expected: position, found: end) }
  }

  /// Demands that all tensors together do not become too large in memory.
  private static func checkTotal(
    _ tensors: [Tensor], limits: ReadLimits
  ) throws(SafetensorsError) {
    // Each is bounded by the length of the file, so that the sum of all is no more than twice that.
    let total = tensors.reduce(0) { $0 + $1.bytes.count * ($1.type == .bf16 ? 2 : 1) }
    guard total <= limits.maxTotalBytes else {
      throw .limitExceeded(name: "maxTotalBytes", allowed: limits.maxTotalBytes, found: total)
    }
  }

  private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [Note] {
    guard let members = value.members else {
      throw bad(value, "the metadata are no object of strings")
    }
    var notes: [Note] = []
    for (key, value) in members {
      guard let text = value.string else { throw bad(value, "the metadata '\(key)' is no string") }
      notes.append(Note(key: key, text: text))
    }
    return notes
  }

  fileprivate static func bad(_ value: JSONValue, _ problem: String) -> SafetensorsError {
    .badHeader(offset: lengthBytes + value.offset, problem: problem)
  }
}

extension SafetensorsHeader.Tensor {
  /// Reads what a header says of one tensor.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - value: What stands under it.
  ///   - start: Where the data begins in the file.
  ///   - size: The length of the file.
  fileprivate init(
    _ name: String, _ value: JSONValue, dataStart start: Int, size: Int
  ) throws(SafetensorsError) {
    guard let members = value.members else {
      throw SafetensorsHeader.bad(value, "the tensor '\(name)' is no object")
    }
    let known = ["dtype", "shape", "data_offsets"]
    for (key, value) in members where !known.contains(key) {
      throw SafetensorsHeader.bad(
        value, "the tensor '\(name)' has a key '\(key)', which the format does not know")
    }
    guard let typeName = value["dtype"]?.string else {
      throw SafetensorsHeader.bad(value, "the tensor '\(name)' has no text as its dtype")
    }
    guard let type = TensorType(rawValue: typeName) else {
      throw .unknownType(tensor: name, type: typeName)
    }
    guard value["shape"]?.count ?? 0 <= Self.maxAxes else {
      throw SafetensorsHeader.bad(
        value, "the tensor '\(name)' has more than \(Self.maxAxes) axes, which no array can have")
    }
    guard let shape = value["shape"]?.sizes else {
      throw SafetensorsHeader.bad(
        value, "the tensor '\(name)' has no list of integers from 0 on as its shape")
    }
    guard value["data_offsets"]?.count == 2, let offsets = value["data_offsets"]?.sizes,
      offsets.count == 2, offsets[0] <= offsets[1]
    else {
      throw SafetensorsHeader.bad(
        value, "the tensor '\(name)' has no data_offsets of two integers, the lesser first")
    }
    let (end, overflow) = start.addingReportingOverflow(offsets[1])
    guard !overflow, end <= size else {
      throw .wrongFileLength(expected: overflow ? Int.max : end, found: size)
    }
    let found = offsets[1] - offsets[0]
    let expected = try Self.byteCount(name, type, shape)
    guard found == expected else {
      throw .wrongByteCount(
        tensor: name, type: type, shape: shape, expected: expected, found: found)
    }
    self.name = name
    self.type = type
    self.shape = shape
    bytes = start + offsets[0]..<end
  }

  /// NumPy's bound on the number of axes.
  private static let maxAxes = 64

  /// The bytes that a tensor takes. As in NPY, axes next to one of length 0 must not overflow either.
  static func byteCount(
    _ name: String, _ type: TensorType, _ shape: [Int]
  ) throws(SafetensorsError) -> Int {
    var bits = type.bitCount
    for length in shape where length != 0 {
      let (product, overflow) = bits.multipliedReportingOverflow(by: length)
      guard !overflow else {
        throw .badShape(
          tensor: name, type: type, shape: shape, problem: "more bits than can be counted")
      }
      bits = product
    }
    guard !shape.contains(0) else { return 0 }
    guard bits.isMultiple(of: 8) else {
      throw .badShape(tensor: name, type: type, shape: shape, problem: "it ends within a byte")
    }
    return bits / 8
  }
}

extension JSONValue {
  /// An array of integers from 0 on.
  fileprivate var sizes: [Int]? {
    guard let elements else { return nil }
    var sizes: [Int] = []
    sizes.reserveCapacity(elements.count)
    for element in elements {
      guard let size = element.integer.flatMap(Int.init(exactly:)), size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}
