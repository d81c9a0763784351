import Files
import Protobuf

/// A message of a file, all of whose fields are among those of a schema.
struct CoreMLMessage<Field: RawRepresentable<Int>> {
  /// What the message is, for errors.
  let name: String
  private let reader: ProtobufReader
  private let fields: [ProtobufField]

  /// Walks all fields of a message.
  ///
  /// - Throws: ``CoreMLError`` for damage, and for a field that the schema has not.
  init(_ reader: ProtobufReader, _ name: String, _ schema: Field.Type) throws(CoreMLError) {
    self.name = name
    self.reader = reader
    var rest = reader
    var fields: [ProtobufField] = []
    while let field = try CoreMLError.wrapping({ () throws(ProtobufError) in try rest.next() }) {
      guard Field(rawValue: field.number) != nil else {
        throw .unknownField(name, number: field.number, offset: field.offset)
      }
      fields.append(field)
    }
    self.fields = fields
  }

  /// All fields of a number, in the order of the file.
  private func all(_ field: Field) -> [ProtobufField] {
    fields.filter { $0.number == field.rawValue }
  }

  /// The field of a number; `nil` where it is left out.
  private func one(_ field: Field) throws(CoreMLError) -> ProtobufField? {
    let found = all(field)
    guard found.count <= 1 else { throw .notOne("\(field)", of: name, found: found.count) }
    return found.first
  }

  /// The one field that a message has among several.
  func choice(_ choices: [Field]) throws(CoreMLError) -> Field {
    let numbers = choices.map(\.rawValue)
    let found = fields.filter { numbers.contains($0.number) }
    guard found.count == 1, let field = Field(rawValue: found[0].number) else {
      throw .notOne(
        choices.map { "\($0)" }.joined(separator: ", "), of: name, found: found.count)
    }
    return field
  }

  /// The integer of a field; 0 where it is left out.
  func integer(_ field: Field) throws(CoreMLError) -> Int64 {
    guard let found = try one(field) else { return 0 }
    return try CoreMLError.wrapping { () throws(ProtobufError) in try found.integer }
  }

  /// The single-precision number of a field; 0 where it is left out.
  func float(_ field: Field) throws(CoreMLError) -> Float {
    guard let found = try one(field) else { return 0 }
    return try CoreMLError.wrapping { () throws(ProtobufError) in try found.float }
  }

  /// The text of a field; empty where it is left out.
  func text(_ field: Field) throws(CoreMLError) -> String {
    guard let found = try one(field) else { return "" }
    return try CoreMLError.wrapping { () throws(ProtobufError) in try reader.text(found) }
  }

  /// The texts of a repeated field.
  func texts(_ field: Field) throws(CoreMLError) -> [String] {
    var texts: [String] = []
    for found in all(field) {
      texts.append(try CoreMLError.wrapping { () throws(ProtobufError) in try reader.text(found) })
    }
    return texts
  }

  /// The integers of a repeated field.
  func integers(_ field: Field) throws(CoreMLError) -> [Int64] {
    var list: ContiguousArray<Int64> = []
    for found in all(field) {
      try CoreMLError.wrapping { () throws(ProtobufError) in
        try reader.appendIntegers(of: found, to: &list)
      }
    }
    return Array(list)
  }

  /// The bytes of the numbers of a repeated field.
  func fixed(_ field: Field, width: Int) throws(CoreMLError) -> ContiguousArray<UInt8> {
    var bytes: ContiguousArray<UInt8> = []
    for found in all(field) {
      try CoreMLError.wrapping { () throws(ProtobufError) in
        try reader.appendFixed(of: found, width: width, to: &bytes)
      }
    }
    return bytes
  }

  /// The message of a field; `nil` where it is left out.
  func message<Inner: RawRepresentable<Int>>(
    _ field: Field, _ name: String, _ schema: Inner.Type
  ) throws(CoreMLError) -> CoreMLMessage<Inner>? {
    guard let found = try one(field) else { return nil }
    return try inner(found, name, schema)
  }

  /// The message of a field that must be there.
  func needed<Inner: RawRepresentable<Int>>(
    _ field: Field, _ name: String, _ schema: Inner.Type
  ) throws(CoreMLError) -> CoreMLMessage<Inner> {
    guard let message = try message(field, name, schema) else {
      throw .notOne("\(field)", of: self.name, found: 0)
    }
    return message
  }

  /// The messages of a repeated field.
  func messages<Inner: RawRepresentable<Int>>(
    _ field: Field, _ name: String, _ schema: Inner.Type
  ) throws(CoreMLError) -> [CoreMLMessage<Inner>] {
    var messages: [CoreMLMessage<Inner>] = []
    for found in all(field) { messages.append(try inner(found, name, schema)) }
    return messages
  }

  private func inner<Inner: RawRepresentable<Int>>(
    _ field: ProtobufField, _ name: String, _ schema: Inner.Type
  ) throws(CoreMLError) -> CoreMLMessage<Inner> {
    let reader = try CoreMLError.wrapping { () throws(ProtobufError) -> ProtobufReader in
      try self.reader.message(field)
    }
    return try CoreMLMessage<Inner>(reader, name, schema)
  }
}

/// No field at all.
enum CoreMLNoField: Int, CaseIterable {
  // A message without fields still needs a type for their numbers, and no field has the number 0.
  case none = 0
}

extension CoreMLError {
  /// Reads something, with the error of Protocol Buffers as one of this module.
  static func wrapping<Value>(
    _ read: () throws(ProtobufError) -> Value
  ) throws(CoreMLError) -> Value {
    do { return try read() } catch { throw .protobuf(error) }
  }
}
