package import Files

/// A message of Protocol Buffers that is being written, field by field, in the order of the calls.
///
/// The same calls give the same bytes. Long values are kept as the arrays that they are, and are copied by nobody until
/// they go to a sink.
///
/// Fields are named by the cases of an enumeration whose raw values are the numbers of the schema.
package struct ProtobufWriter: Sendable {
  /// The bytes in pieces: long values are pieces of their own.
  private var pieces: [ContiguousArray<UInt8>] = []
  /// The number of bytes.
  package private(set) var count = 0
  /// Whether the last piece may grow.
  private var isOpen = false

  /// A value of so many bytes is a piece of its own.
  private static let longValue = 1 << 12

  /// An empty message.
  package init() {}

  /// Adds a field of type int32, int64, bool or enum; a negative one takes ten bytes.
  package mutating func add(_ field: some RawRepresentable<Int>, _ value: some BinaryInteger) {
    appendTag(field, wireType: 0)
    append(varint: UInt64(truncatingIfNeeded: value))
  }

  /// Adds a field of type float.
  package mutating func add(_ field: some RawRepresentable<Int>, float value: Float) {
    appendTag(field, wireType: 5)
    var bytes = ContiguousArray<UInt8>()
    bytes.append(littleEndian: value.bitPattern)
    append(bytes)
  }

  /// Adds a field of type double.
  package mutating func add(_ field: some RawRepresentable<Int>, double value: Double) {
    appendTag(field, wireType: 1)
    var bytes = ContiguousArray<UInt8>()
    bytes.append(littleEndian: value.bitPattern)
    append(bytes)
  }

  /// Adds a field of type string.
  package mutating func add(_ field: some RawRepresentable<Int>, _ text: String) {
    add(field, ContiguousArray(text.utf8))
  }

  /// Adds a field of type bytes.
  package mutating func add(_ field: some RawRepresentable<Int>, _ bytes: ContiguousArray<UInt8>) {
    appendTag(field, wireType: 2)
    append(varint: UInt64(bytes.count))
    append(bytes)
  }

  /// Adds a message.
  package mutating func add(_ field: some RawRepresentable<Int>, _ message: ProtobufWriter) {
    appendTag(field, wireType: 2)
    append(varint: UInt64(message.count))
    for piece in message.pieces { append(piece) }
  }

  /// Adds integers as one packed field; no field for no integer.
  package mutating func add(
    _ field: some RawRepresentable<Int>, packed values: some Sequence<Int64>
  ) {
    var packed = ContiguousArray<UInt8>()
    for value in values { packed.append(varint: UInt64(bitPattern: value)) }
    guard !packed.isEmpty else { return }
    add(field, packed)
  }

  /// All bytes of the message.
  package var bytes: ContiguousArray<UInt8> {
    var bytes = ContiguousArray<UInt8>()
    bytes.reserveCapacity(count)
    for piece in pieces { bytes += piece }
    return bytes
  }

  /// Writes the message.
  package func write(to sink: inout some ByteSink & ~Copyable) throws(FileError) {
    for piece in pieces { try sink.write(piece.span) }
  }

  private mutating func appendTag(_ field: some RawRepresentable<Int>, wireType: UInt64) {
    append(varint: UInt64(field.rawValue) << 3 | wireType)
  }

  private mutating func append(varint value: UInt64) {
    var bytes = ContiguousArray<UInt8>()
    bytes.append(varint: value)
    append(bytes)
  }

  private mutating func append(_ bytes: ContiguousArray<UInt8>) {
    guard !bytes.isEmpty else { return }
    count += bytes.count
    if bytes.count >= Self.longValue {
      pieces.append(bytes)
      isOpen = false
    } else if isOpen {
      pieces[pieces.count - 1] += bytes
    } else {
      pieces.append(bytes)
      isOpen = true
    }
  }
}

extension ContiguousArray<UInt8> {
  /// Appends a number in groups of seven bits, the lowest first.
  fileprivate mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
