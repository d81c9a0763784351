/// A value of a JSON text: what it is, and what is in it.
///
/// Asking for what a value is not gives `nil`.
public struct JSONValue: Sendable {
  /// What a value is.
  public enum Kind: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean
    /// A number, of any size and exactness.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object: names and values.
    case object
  }

  private let document: JSONDocument

  /// The value's number in its text.
  package let index: Int

  init(_ document: JSONDocument, _ index: Int) {
    self.document = document
    self.index = index
  }

  /// Where the value begins, in bytes from the beginning of the text.
  public var offset: Int { Int(document.nodes[index].offset) }

  private var first: UInt8 { document.bytes[offset] }

  /// What the value is.
  public var kind: Kind {
    switch first {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  /// Whether it is `true`.
  public var boolean: Bool? { kind == .boolean ? first == UInt8(ascii: "t") : nil }

  /// The characters of a string.
  public var string: String? {
    kind == .string
      ? String(decoding: document.bytes.decodedString(at: offset), as: UTF8.self) : nil
  }

  /// Whether a string begins with an escaped quote.
  package var beginsWithQuote: Bool {
    kind == .string && document.bytes[offset...].starts(with: "\"\\\"".utf8)
  }

  /// The bytes from the value's beginning to that of the next in the text.
  package var textLength: Int {
    let next = Int(document.nodes[index].next)
    let end = next < document.nodes.count ? Int(document.nodes[next].offset) : document.bytes.count
    return end - offset
  }

  /// A number as it is written, every digit kept.
  public var numberText: String? {
    guard kind == .number else { return nil }
    let rest = document.bytes[offset...]
    return String(decoding: rest.prefix { Self.numberBytes.contains($0) }, as: UTF8.self)
  }

  private static let numberBytes = Array("+-.0123456789Ee".utf8)

  /// The number of elements of an array of nothing but numbers, one or more, in a text whose numbers were folded; `nil`
  /// for any other value.
  package var numberCount: Int? {
    guard index < document.folds.count, document.folds[index].count > 0 else { return nil }
    return Int(document.folds[index].count)
  }

  /// Whether the numbers of such an array are all integers of at most 18 digits, and none of them is -0.
  package var areIntegers: Bool {
    numberCount != nil && document.folds[index].areIntegers
  }

  /// Hands out the numbers of such an array: the bytes of the text, and where each begins and ends.
  package func forEachNumber(_ body: (Span<UInt8>, Int, Int) -> Void) {
    guard let count = numberCount else { return }
    let bytes = document.bytes.span
    var position = offset + 1
    for _ in 0..<count {
      // Blanks, and the comma before each but the first.
      while bytes[position] <= UInt8(ascii: " ") || bytes[position] == UInt8(ascii: ",") {
        position += 1
      }
      let start = position
      while bytes[position] > UInt8(ascii: " "), bytes[position] != UInt8(ascii: ","),
        bytes[position] != UInt8(ascii: "]")
      {
        position += 1
      }
      body(bytes, start, position)
    }
  }

  /// An integer: a number written without fraction and exponent that fits; `nil` for `-0`, which is no
  /// integer to code that keeps its sign.
  public var integer: Int64? {
    guard let numberText, numberText != "-0" else { return nil }
    return Int64(numberText)
  }

  /// A number as the nearest double; `nil` beyond the largest.
  public var double: Double? {
    guard let numberText, let value = Double(numberText), value.isFinite else { return nil }
    return value
  }

  /// The number of elements of an array, or of members of an object; 0 for all else. For those who
  /// would rather know before they ask for them.
  ///
  /// - Complexity: Linear in the number.
  public var count: Int {
    let isObject = kind == .object
    guard isObject || kind == .array else { return 0 }
    var count = 0
    var child = index + 1
    while child < document.nodes[index].next {
      count += 1
      child = Int(document.nodes[isObject ? child + 1 : child].next)
    }
    return count
  }

  /// The elements of an array.
  public var elements: [JSONValue]? {
    guard kind == .array else { return nil }
    var elements: [JSONValue] = []
    var child = index + 1
    while child < document.nodes[index].next {
      elements.append(JSONValue(document, child))
      child = Int(document.nodes[child].next)
    }
    return elements
  }

  /// The keys and values of an object, in the order of the text; no key is there twice.
  public var members: [(key: String, value: JSONValue)]? {
    guard kind == .object else { return nil }
    var members: [(key: String, value: JSONValue)] = []
    var key = index + 1
    while key < document.nodes[index].next {
      members.append((JSONValue(document, key).string ?? "", JSONValue(document, key + 1)))
      key = Int(document.nodes[key + 1].next)
    }
    return members
  }

  /// The value of a key, byte for byte; `nil` where the key is missing, or this is not an object.
  ///
  /// - Complexity: Linear in the object.
  public subscript(key: String) -> JSONValue? {
    guard kind == .object else { return nil }
    var child = index + 1
    while child < document.nodes[index].next {
      let text = document.bytes.decodedString(at: Int(document.nodes[child].offset))
      if text.elementsEqual(key.utf8) { return JSONValue(document, child + 1) }
      child = Int(document.nodes[child + 1].next)
    }
    return nil
  }
}
