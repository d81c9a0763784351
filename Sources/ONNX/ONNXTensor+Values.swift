package import Files
package import NPY
import Protobuf

extension ONNXModel {
  /// The values of a tensor of this file.
  ///
  /// - Parameters:
  ///   - tensor: The tensor, whose values are numbers or booleans.
  ///   - others: The files next to the model, if values may be read from them.
  ///   - limits: `maxTotalBytes` limits the array.
  /// - Throws: ``ONNXError``.
  package func array(
    of tensor: ONNXTensor, beside others: ExternalFiles? = nil, limits: ReadLimits
  ) throws(ONNXError) -> NDArray {
    let header = try tensor.header
    guard let type = tensor.type, type != .string else {
      throw .badTensor(tensor.name, problem: "has texts where numbers belong")
    }
    guard header.byteCount <= limits.maxTotalBytes else {
      throw .badArray(
        tensor.name,
        .limitExceeded(
          name: "maxTotalBytes", allowed: limits.maxTotalBytes, found: header.byteCount))
    }
    let stored: ContiguousArray<UInt8>
    if let place = tensor.external {
      stored = try ExternalFiles.bytes(of: tensor, at: place, width: type.width, in: others)
    } else {
      stored = try values(of: tensor, type)
    }
    guard stored.count == tensor.count * type.width else {
      throw .badTensor(
        tensor.name,
        problem: "of type \(type) and shape \(pythonTuple(tensor.shape)) takes "
          + "\(tensor.count * type.width) bytes, and has \(stored.count)")
    }
    do {
      return try NDArray(header: header, bytes: type == .bfloat16 ? stored.widened : stored)
    } catch {
      throw .badArray(tensor.name, error)
    }
  }

  /// The texts of a tensor of this file.
  ///
  /// - Throws: ``ONNXError``, where it holds something else, or texts that are not UTF-8.
  package func texts(of tensor: ONNXTensor) throws(ONNXError) -> [String] {
    guard tensor.type == .string, tensor.external == nil else {
      throw .badTensor(tensor.name, problem: "has no texts")
    }
    guard tensor.count <= ONNXReader.mostValues else {
      throw .limitExceeded(
        name: "texts in a tensor", allowed: ONNXReader.mostValues, found: tensor.count)
    }
    var texts: [String] = []
    do throws(ProtobufError) {
      var reader = ProtobufReader(of: tensor, in: file)
      while let field = try reader.next() {
        guard ONNXSchema.Tensor(rawValue: field.number) == .stringData else { continue }
        guard texts.count < tensor.count else { break }
        texts.append(try reader.text(field))
      }
    } catch {
      throw .protobuf(error)
    }
    guard texts.count == tensor.count else {
      throw .badTensor(
        tensor.name, problem: "of \(tensor.count) texts has \(texts.count) of them")
    }
    return texts
  }

  /// The bytes of the values, stored as one piece or as numbers one by one.
  private func values(
    of tensor: ONNXTensor, _ type: ONNXElementType
  ) throws(ONNXError) -> ContiguousArray<UInt8> {
    var raw: ProtobufField?
    var listed = ContiguousArray<UInt8>()
    var other: Int?
    let size = tensor.count * type.width
    var isTooLong = false
    do throws(ProtobufError) {
      var reader = ProtobufReader(of: tensor, in: file)
      while let field = try reader.next() {
        guard let part = ONNXSchema.Tensor(rawValue: field.number) else { continue }
        switch part {
        case .rawData:
          _ = try field.range
          raw = field
        case type.list:
          switch type {
          case .float: try reader.appendFixed(of: field, width: 4, to: &listed)
          case .double: try reader.appendFixed(of: field, width: 8, to: &listed)
          default:
            // One number may take a byte in the file, so that they are counted while they come.
            try reader.forEachInteger(of: field) { value in
              guard listed.count < size else {
                isTooLong = true
                return
              }
              listed.append(UInt64(bitPattern: value), bytes: type.width)
            }
          }
        case .floatData, .int32Data, .int64Data, .stringData, .doubleData, .uint64Data:
          other = other ?? field.number
        default: break
        }
        if isTooLong || listed.count > size {
          throw ProtobufError.wrongType(
            offset: field.offset, field: field.number,
            expected: "\(tensor.count) numbers", found: "more")
        }
      }
      guard let raw else {
        if let other, listed.isEmpty, size > 0 {
          throw ProtobufError.wrongType(
            offset: tensor.range.lowerBound, field: other, expected: "field \(type.list.rawValue)",
            found: "the list of another type than \(type)")
        }
        return listed
      }
      guard listed.isEmpty, other == nil else {
        throw ProtobufError.wrongType(
          offset: raw.offset, field: raw.number, expected: "one form of the values",
          found: "a second form of them")
      }
      guard try raw.range.count == size else {
        throw ProtobufError.wrongType(
          offset: raw.offset, field: raw.number, expected: "\(size) bytes",
          found: "\(try raw.range.count) bytes")
      }
      return try reader.bytes(raw)
    } catch {
      throw .badTensor(tensor.name, problem: "is damaged: \(error)")
    }
  }
}

extension ProtobufReader {
  /// A reader of the message of a tensor.
  fileprivate init(of tensor: ONNXTensor, in file: InputFile) {
    self.init(file, in: tensor.range)
  }
}

extension ONNXElementType {
  /// The field that lists elements of this type one by one.
  fileprivate var list: ONNXSchema.Tensor {
    switch self {
    case .float: .floatData
    case .double: .doubleData
    case .int64: .int64Data
    case .uint32, .uint64: .uint64Data
    case .string: .stringData
    default: .int32Data
    }
  }
}

extension ContiguousArray<UInt8> {
  /// Appends the lowest bytes of a number, the lowest first.
  fileprivate mutating func append(_ value: UInt64, bytes count: Int) {
    for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }

  /// bfloat16 as single precision: each number is the upper half of one.
  fileprivate var widened: Self {
    var wide = Self(repeating: 0, count: 2 * count)
    for index in stride(from: 0, to: count - 1, by: 2) {
      wide[2 * index + 2] = self[index]
      wide[2 * index + 3] = self[index + 1]
    }
    return wide
  }
}
