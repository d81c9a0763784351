package import Files
package import Protobuf

/// Why bytes are not a Core ML model that this package writes.
package enum CoreMLError: Error, Equatable, Sendable {
  /// The bytes are no Protocol Buffers, or another message.
  case protobuf(ProtobufError)
  /// A message has a field that is never written; the message and the number of the field.
  case unknownField(String, number: Int, offset: Int)
  /// A message has no field, or more than one, where exactly one is needed.
  case notOne(String, of: String, found: Int)
  /// A part does not fit the others: the part, what it has, and what it must have.
  case mismatch(String, found: String, expected: String)
}

extension CoreMLError: CategorizedError {
  /// The family that this error belongs to.
  package var category: ErrorCategory {
    if case .protobuf(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence.
  package var description: String {
    switch self {
    case .protobuf(let error): "the Core ML model is damaged: \(error)"
    case .unknownField(let message, let number, let offset):
      "at byte \(offset): field \(number) of \(message) is not supported"
    case .notOne(let field, let message, let found):
      "\(message) has \(found) of \(field), expected 1"
    case .mismatch(let part, let found, let expected):
      "\(part) is \(found), expected \(expected)"
    }
  }
}
