package import Files

/// Walks the fields of a message of Protocol Buffers in a file, without copying their values.
///
/// The format (protobuf.dev/programming-guides/encoding): a message is a sequence of fields, each a varint of
/// `number << 3 | wire type` and its value. A reader knows no schema: who reads asks each field for the type that the
/// schema gives its number, and passes over numbers that it does not know.
///
///     var reader = ProtobufReader(file)
///     while let field = try reader.next() {
///       switch field.number {
///       case 1: version = try field.integer
///       case 7: var graph = try reader.message(field)
///       default: break
///       }
///     }
///
/// Why not SwiftProtobuf: its runtime (1.38.1) takes 142 s of processor time to build for release and 1.8 MB, this module
/// 3 s and 26 kB; and it copies all values of a message into memory.
///
/// Lengths are compared with the bytes that are left before anything is made of them. A value of a gigabyte is a range
/// and no memory; a small window of the file is read at a time, and long values are skipped.
package struct ProtobufReader: Sendable {
  /// The file.
  package let file: InputFile
  /// The place of the message in the file.
  package let range: Range<Int>
  /// Where the next field begins.
  package private(set) var position: Int

  /// How many messages may be nested in this one.
  private let depthLeft: Int
  private let maxDepth: Int

  /// Bytes of the file from an offset on.
  private var window: ContiguousArray<UInt8> = []
  private var windowStart = 0
  /// What is read at a time.
  private static let windowSize = 1 << 12

  /// Reads a message that takes a whole file.
  ///
  /// - Parameters:
  ///   - file: The bytes.
  ///   - limits: `maxNesting` limits the depth of messages in messages.
  package init(_ file: InputFile, limits: ReadLimits = ReadLimits()) {
    self.file = file
    range = 0..<file.count
    position = 0
    maxDepth = limits.maxNesting
    depthLeft = limits.maxNesting
  }

  /// Reads a message again that was found at a place in a file.
  package init(_ file: InputFile, in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
    self.file = file
    self.range = range
    position = range.lowerBound
    maxDepth = ReadLimits().maxNesting
    depthLeft = maxDepth
  }

  private init(_ parent: ProtobufReader, _ range: Range<Int>) {
    file = parent.file
    self.range = range
    position = range.lowerBound
    maxDepth = parent.maxDepth
    depthLeft = parent.depthLeft - 1
    window = parent.window
    windowStart = parent.windowStart
  }

  /// The next field; `nil` at the end of the message.
  ///
  /// - Throws: ``ProtobufError``, for a field that is cut off, has no valid number, or is a group.
  package mutating func next() throws(ProtobufError) -> ProtobufField? {
    guard position < range.upperBound else { return nil }
    let offset = position
    let tag = try varint()
    guard tag >> 3 > 0, tag <= UInt64(UInt32.max) else {
      throw .badTag(offset: offset, problem: "field \(tag >> 3), expected 1 to 536870911")
    }
    let value: ProtobufField.Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try number(bytes: 8))
    case 2:
      let count = try varint()
      let start = position
      try demand(count)
      position += Int(count)
      value = .bytes(start..<position)
    case 5: value = .fixed32(UInt32(try number(bytes: 4)))
    case 3, 4:
      throw .badTag(offset: offset, problem: "field \(tag >> 3) is a group, which is not supported")
    default:
      throw .badTag(
        offset: offset, problem: "field \(tag >> 3) has wire type \(tag & 7), which does not exist")
    }
    return ProtobufField(number: Int(tag >> 3), value: value, offset: offset)
  }

  // MARK: Values

  /// A reader of the message in a field.
  ///
  /// - Throws: `wrongType`, and `tooDeep` where the limit of nesting is passed.
  package func message(_ field: ProtobufField) throws(ProtobufError) -> ProtobufReader {
    let range = try field.range
    guard depthLeft > 0 else { throw .tooDeep(offset: field.offset, allowed: maxDepth) }
    return ProtobufReader(self, range)
  }

  /// The bytes of a field of type bytes.
  package func bytes(_ field: ProtobufField) throws(ProtobufError) -> ContiguousArray<UInt8> {
    try read(field.range)
  }

  /// The text of a field of type string.
  package func text(_ field: ProtobufField) throws(ProtobufError) -> String {
    guard let text = String(validating: try bytes(field), as: UTF8.self) else {
      throw .notText(offset: field.offset, field: field.number)
    }
    return text
  }

  /// Appends the integers of a repeated field: one, or any number of packed ones.
  package func appendIntegers(
    of field: ProtobufField, to list: inout ContiguousArray<Int64>
  ) throws(ProtobufError) {
    try forEachInteger(of: field) { list.append($0) }
  }

  /// Hands out the integers of a repeated field: one, or any number of packed ones, which take less memory in the file
  /// than in a list.
  package func forEachInteger(
    of field: ProtobufField, _ body: (Int64) -> Void
  ) throws(ProtobufError) {
    guard case .bytes(let range) = field.value else {
      body(try field.integer)
      return
    }
    var packed = ProtobufReader(self, range)
    while packed.position < range.upperBound { body(Int64(bitPattern: try packed.varint())) }
  }

  /// Appends the little-endian bytes of the numbers of a repeated field of type float (4 bytes each) or double (8):
  /// one, or any number of packed ones.
  package func appendFixed(
    of field: ProtobufField, width: Int, to bytes: inout ContiguousArray<UInt8>
  ) throws(ProtobufError) {
    switch field.value {
    case .fixed32(let bits) where width == 4: bytes.append(littleEndian: bits)
    case .fixed64(let bits) where width == 8: bytes.append(littleEndian: bits)
    case .bytes(let range):
      guard range.count.isMultiple(of: width) else {
        throw .partialNumber(
          offset: field.offset, field: field.number, width: width, found: range.count)
      }
      let packed = try read(range)
      if bytes.isEmpty { bytes = packed } else { bytes += packed }
    default:
      throw field.wrongType("numbers of \(width) bytes")
    }
  }

  // MARK: Bytes

  private func read(_ range: Range<Int>) throws(ProtobufError) -> ContiguousArray<UInt8> {
    do { return try file.read(at: range.lowerBound, count: range.count) } catch {
      throw .file(error)
    }
  }

  /// Checks that so many bytes are left of the message.
  private func demand(_ count: UInt64) throws(ProtobufError) {
    let left = range.upperBound - position
    guard count <= UInt64(left) else {
      throw .truncated(offset: position, expected: count, found: left)
    }
  }

  private mutating func byte() throws(ProtobufError) -> UInt8 {
    try demand(1)
    if !window.indices.contains(position - windowStart) {
      // The window may go on after this message: the messages around it use it too.
      window = try read(position..<min(position + Self.windowSize, file.count))
      windowStart = position
    }
    defer { position += 1 }
    return window[position - windowStart]
  }

  private mutating func number(bytes width: Int) throws(ProtobufError) -> UInt64 {
    try demand(UInt64(width))
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(try byte()) << (8 * index) }
    return value
  }

  /// A number in groups of seven bits, the lowest first; every byte but the last has its highest bit set.
  private mutating func varint() throws(ProtobufError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let byte = try byte()
      // Of the tenth byte no more than one bit is left.
      guard shift < 63 || byte <= 1 else { throw .badVarint(offset: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .badVarint(offset: start)
  }
}
