import Pickle

/// The text that `told` in tools/fixtures/make_pickle_fixtures.py makes of a value, so that both can be
/// compared.
struct Teller {
  /// A value that is none of plain data, or no value in Python.
  struct NotPlain: Error { let summary: String }

  private var seen: [PickleNode: Int] = [:]

  /// The text of a node and of all below it.
  static func told(_ node: PickleNode) throws -> String {
    var teller = Teller()
    return try teller.tell(node)
  }

  /// The same of several nodes, as if they were a list.
  static func told(_ items: PickleItems) throws -> String {
    var teller = Teller()
    // The list itself is the first container.
    return try "["
      + items.map { node throws in try teller.tell(node, after: 1) }
      .joined(separator: ",") + "]"
  }

  private mutating func tell(_ node: PickleNode, after count: Int = 0) throws -> String {
    switch node.value {
    case .none: return "N"
    case .bool(let value): return value ? "T" : "F"
    case .integer(let value):
      // One bit for the sign, in whole bytes.
      let bits = Int64.bitWidth - (value < 0 ? 0 &- value : value).magnitude.leadingZeroBitCount
      let bytes = (0..<max(bits / 8 + 1, 1)).map {
        $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) : value < 0 ? 0xFF : 0
      }
      return "i" + hex(bytes)
    case .bigInteger(let bytes): return "i" + hex(pythonLength(bytes))
    case .float(let value): return "f" + hex(value)
    case .text(let bytes):
      // Lone surrogates are texts in Python, and not in Swift.
      guard isSurrogateText(bytes) else { throw NotPlain(summary: "text that is not UTF-8") }
      return "u" + hex(bytes)
    case .bytes(let bytes), .legacyString(let bytes): return "b" + hex(bytes)
    case .set(let items): return try set(items)
    case .persistent: throw NotPlain(summary: node.summary)
    case .tuple(let items) where items.isEmpty: return "()"
    case .tuple(let items):
      return try container(node, after: count) { teller in
        try "("
          + items.map { item throws in try teller.tell(item, after: count) }
          .joined(separator: ",") + ")"
      }
    case .list(let items):
      return try container(node, after: count) { teller in
        try "["
          + items.map { item throws in try teller.tell(item, after: count) }
          .joined(separator: ",") + "]"
      }
    case .dict(let pairs):
      return try container(node, after: count) { teller in
        var keys: [String] = []
        var values: [String: String] = [:]
        for (key, value) in pairs {
          let name = try teller.tell(key, after: count)
          if values[name] == nil { keys.append(name) }
          values[name] = try teller.tell(value, after: count)
        }
        return "<" + keys.map { "\($0):\(values[$0] ?? "")" }.joined(separator: ",") + ">"
      }
    case .object(let object): return try call(object, node)
    case .global, .array: throw NotPlain(summary: node.summary)
    }
  }

  private mutating func container(
    _ node: PickleNode, after count: Int, _ body: (inout Teller) throws -> String
  ) throws -> String {
    if let number = seen[node] { return "#\(number)" }
    seen[node] = seen.count + count
    return try body(&self)
  }

  private mutating func set(_ items: some Sequence<PickleNode>) throws -> String {
    let texts = Set(try items.map { item throws in try tell(item) })
    return "{" + texts.sorted().joined(separator: ",") + "}"
  }

  /// What older protocols write as calls.
  private mutating func call(_ object: PickleObject, _ node: PickleNode) throws -> String {
    let arguments = object.arguments
    guard let callee = object.callee, object.state == nil else {
      throw NotPlain(summary: node.summary)
    }
    switch (callee.name, arguments.count) {
    case ("set", 0), ("frozenset", 0): return "{}"
    case ("set", 1), ("frozenset", 1):
      guard let items = arguments[0].items else { break }
      return try set(items)
    case ("bytes", 0), ("bytearray", 0): return "b"
    case ("bytearray", 1), ("bytes", 1):
      let text = try tell(arguments[0])
      guard text.first == "b" else { break }
      return text
    case ("complex", 2):
      guard case .float(let real) = arguments[0].value,
        case .float(let imaginary) = arguments[1].value
      else { break }
      return "c" + hex(real) + hex(imaginary)
    case ("encode", 2):
      guard let text = arguments[0].string, arguments[1].string == "latin1" else { break }
      let values = text.unicodeScalars.map(\.value)
      guard values.allSatisfy({ $0 < 256 }) else { break }
      return "b" + hex(values.map { UInt8($0) })
    default: break
    }
    throw NotPlain(summary: node.summary)
  }
}

private func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".unicodeScalars)
  var text = String.UnicodeScalarView()
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(text)
}

private func hex(_ value: Double) -> String {
  hex((0..<8).reversed().map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) })
}

/// Python's `bit_length() // 8 + 1` bytes: as many as are needed, but for the least of its length,
/// which gets one more.
private func pythonLength(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  let isLeast = bytes.last == 0x80 && bytes.dropLast().allSatisfy { $0 == 0 }
  return Array(bytes) + (isLeast ? [0xFF] : [])
}

/// Whether bytes are UTF-8 in which surrogates are allowed (`surrogatepass`).
private func isSurrogateText(_ bytes: ArraySlice<UInt8>) -> Bool {
  var rest = Array(bytes)
  var index = 0
  // Put another character of three bytes in the place of each surrogate.
  while index + 2 < rest.count {
    if rest[index] == 0xED, (0xA0...0xBF).contains(rest[index + 1]),
      (0x80...0xBF).contains(rest[index + 2])
    {
      rest.replaceSubrange(index...index + 2, with: [0xE2, 0x82, 0xAC])
    }
    index += 1
  }
  return String(validating: rest, as: UTF8.self) != nil
}
