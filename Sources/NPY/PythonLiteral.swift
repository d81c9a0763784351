/// A value of Python's literal syntax, as far as the header of an array can need one.
///
/// NumPy reads a header with `ast.literal_eval`; this is the same language, less what no valid
/// header contains: sets, byte strings, complex numbers and `\N{…}` escapes are refused where they
/// stand, and floats are told apart from integers but not evaluated.
enum PythonLiteral: Equatable {
  case none
  case bool(Bool)
  /// An integer; `nil` where it does not fit an `Int`.
  case int(Int?)
  case float
  case string(String)
  case tuple([PythonLiteral])
  case list([PythonLiteral])
  case dict([Item])

  /// One `key: value` of a dictionary, with the byte at which each starts.
  struct Item: Equatable {
    let keyOffset: Int
    let key: PythonLiteral
    let valueOffset: Int
    let value: PythonLiteral
  }

  /// What the value is, for an error's sentence.
  var typeName: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dict: "a dictionary"
    }
  }
}

/// Reads one literal from bytes; errors name the byte, counted from `origin`.
struct PythonLiteralParser {
  enum Encoding { case latin1, utf8 }

  private let bytes: ContiguousArray<UInt8>
  private let origin: Int
  private let encoding: Encoding
  /// Whether Python 2's `3L` is read as 3, as NumPy does for format versions 1.0 and 2.0.
  private let allowsLongSuffix: Bool
  private let maxNesting: Int

  private var position = 0
  private var nesting = 0

  /// - Precondition: With `utf8`, `bytes` are valid UTF-8.
  init(
    _ bytes: ContiguousArray<UInt8>, origin: Int, encoding: Encoding, allowsLongSuffix: Bool,
    maxNesting: Int
  ) {
    self.bytes = bytes
    self.origin = origin
    self.encoding = encoding
    self.allowsLongSuffix = allowsLongSuffix
    self.maxNesting = maxNesting
  }

  /// The one literal that the bytes consist of.
  mutating func parse() throws(NPYError) -> PythonLiteral {
    // literal_eval strips blanks from the left; a blank after a leading line break is an indent.
    while let byte = peek(), byte == .space || byte == .tab { position += 1 }
    try skipBlankLines()
    let value = try value()
    try skipBlankLines(atEnd: true)
    guard position == bytes.count else { throw error("unexpected \(quoted(at: position))") }
    return value
  }

  // MARK: Values

  private mutating func value() throws(NPYError) -> PythonLiteral {
    skipSpace()
    guard let byte = peek() else { throw error("the header ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return .dict(try nested(Self.dict))
    case UInt8(ascii: "["): return .list(try nested(Self.list))
    case UInt8(ascii: "("): return try nested(Self.parenthesised)
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      position += 1
      skipSpace()
      guard let digit = peek(), digit.isDigit || digit == UInt8(ascii: ".") else {
        throw error("a sign without a number")
      }
      let number = try number()
      guard byte == UInt8(ascii: "-"), case .int(let magnitude?) = number else { return number }
      return .int(-magnitude)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
      return try number()
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      return .string(try strings())
    default:
      return try word()
    }
  }

  private mutating func nested<T>(
    _ body: (inout Self) throws(NPYError) -> T
  ) throws(NPYError) -> T {
    nesting += 1
    guard nesting <= maxNesting else {
      throw .limitExceeded(name: "maxNesting", allowed: maxNesting, found: nesting)
    }
    position += 1
    defer { nesting -= 1 }
    return try body(&self)
  }

  private static func dict(_ parser: inout Self) throws(NPYError) -> [PythonLiteral.Item] {
    var items: [PythonLiteral.Item] = []
    while true {
      parser.skipSpace()
      if parser.take(UInt8(ascii: "}")) { return items }
      let keyOffset = parser.offset
      let key = try parser.value()
      parser.skipSpace()
      guard parser.take(UInt8(ascii: ":")) else {
        throw parser.error("expected ':' after a key, found \(parser.quoted(at: parser.position))")
      }
      parser.skipSpace()
      let valueOffset = parser.offset
      let value = try parser.value()
      items.append(.init(keyOffset: keyOffset, key: key, valueOffset: valueOffset, value: value))
      parser.skipSpace()
      if parser.take(UInt8(ascii: ",")) { continue }
      guard parser.peek() == UInt8(ascii: "}") else {
        throw parser.error("expected ',' or '}', found \(parser.quoted(at: parser.position))")
      }
    }
  }

  private static func list(_ parser: inout Self) throws(NPYError) -> [PythonLiteral] {
    try parser.elements(until: UInt8(ascii: "]")).values
  }

  /// `()`, `(a,)` and `(a, b)` are tuples; `(a)` is `a`.
  private static func parenthesised(_ parser: inout Self) throws(NPYError) -> PythonLiteral {
    let (values, endsInComma) = try parser.elements(until: UInt8(ascii: ")"))
    return values.count == 1 && !endsInComma ? values[0] : .tuple(values)
  }

  private mutating func elements(
    until close: UInt8
  ) throws(NPYError) -> (values: [PythonLiteral], endsInComma: Bool) {
    var values: [PythonLiteral] = []
    var endsInComma = false
    while true {
      skipSpace()
      if take(close) { return (values, endsInComma) }
      guard values.isEmpty || endsInComma else {
        throw error(
          "expected ',' or '\(Character(Unicode.Scalar(close)))', found \(quoted(at: position))")
      }
      values.append(try value())
      skipSpace()
      endsInComma = take(UInt8(ascii: ","))
    }
  }

  /// `None`, `True`, `False`, or a string with a prefix.
  private mutating func word() throws(NPYError) -> PythonLiteral {
    let start = position
    while let byte = peek(), byte.isWordByte { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if peek() == UInt8(ascii: "'") || peek() == UInt8(ascii: "\"") {
      position = start
      return .string(try strings())
    }
    switch word {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "":
      throw error("unexpected \(quoted(at: start))")
    case "np", "numpy":
      position = start
      throw error(
        "'\(word)' is no literal: a NumPy scalar was written into the header (numpy issue 28334); "
          + "save the array again with plain integers in its shape")
    default:
      position = start
      throw error("'\(word)' is no literal")
    }
  }

  // MARK: Numbers

  /// Python's integers, decimal or with 0x, 0o, 0b, with single underscores between digits; and
  /// floats, which are recognised only.
  private mutating func number() throws(NPYError) -> PythonLiteral {
    let start = position
    var radix = 10
    if peek() == UInt8(ascii: "0"), let next = peek(1) {
      switch next | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: break
      }
    }
    if radix != 10 {
      position += 2
      if peek() == UInt8(ascii: "_") { position += 1 }
    }
    var value: Int? = 0
    var hasDigits = false
    var isZero = true
    while let byte = peek() {
      if byte == UInt8(ascii: "_"), hasDigits, peek(1)?.digitValue(radix: radix) != nil {
        position += 1
        continue
      }
      guard let digit = byte.digitValue(radix: radix) else { break }
      hasDigits = true
      isZero = isZero && digit == 0
      if let magnitude = value {
        let (product, high) = magnitude.multipliedReportingOverflow(by: radix)
        let (sum, carry) = product.addingReportingOverflow(digit)
        value = high || carry ? nil : sum
      }
      position += 1
    }
    if radix == 10, try isFloat(hasDigits: hasDigits) { return .float }
    guard hasDigits else { throw error("a number without digits") }
    if radix == 10, !isZero, bytes[start] == UInt8(ascii: "0") {
      position = start
      throw error("leading zeros are not allowed in a number")
    }
    if allowsLongSuffix {
      // NumPy drops the token `L` behind a number, blanks between them or not.
      let end = position
      skipSpace()
      if peek() == UInt8(ascii: "L"), peek(1)?.isWordByte != true {
        position += 1
      } else {
        position = end
      }
    }
    if let byte = peek(), byte.isWordByte { throw error("unexpected \(quoted(at: position))") }
    return .int(value)
  }

  /// Whether a decimal point or an exponent follows; if so it is passed over.
  private mutating func isFloat(hasDigits: Bool) throws(NPYError) -> Bool {
    var isFloat = false
    if take(UInt8(ascii: ".")) {
      isFloat = true
      let fraction = passDigits()
      guard hasDigits || fraction else { throw error("a number without digits") }
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
      let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
      if peek(1 + sign)?.isDigit == true {
        position += 1 + sign
        _ = passDigits()
        isFloat = true
      }
    }
    return isFloat
  }

  private mutating func passDigits() -> Bool {
    let start = position
    while let byte = peek(), byte.isDigit || (byte == UInt8(ascii: "_") && peek(1)?.isDigit == true)
    {
      position += 1
    }
    return position > start
  }

  // MARK: Strings

  /// One string, or several in a row, which Python joins.
  private mutating func strings() throws(NPYError) -> String {
    var joined = ""
    while true {
      joined.unicodeScalars += try string()
      let end = position
      skipSpace()
      let start = position
      while let byte = peek(), byte.isWordByte { position += 1 }
      let continues = peek() == UInt8(ascii: "'") || peek() == UInt8(ascii: "\"")
      position = continues ? start : end
      guard continues else { return joined }
    }
  }

  private mutating func string() throws(NPYError) -> String.UnicodeScalarView {
    let start = position
    var isRaw = false
    while let byte = peek(), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\"") {
      position += 1
      isRaw = isRaw || byte | 0x20 == UInt8(ascii: "r")
    }
    let prefix = String(decoding: bytes[start..<position], as: UTF8.self)
    guard ["", "u", "U", "r", "R"].contains(prefix), let quote = peek() else {
      position = start
      throw error("strings with the prefix '\(prefix)' have no place in a header")
    }
    position += 1
    let isTriple = peek() == quote && peek(1) == quote
    if isTriple { position += 2 }

    var scalars = String.UnicodeScalarView()
    while let byte = peek() {
      if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
        position += isTriple ? 3 : 1
        return scalars
      }
      switch byte {
      case .newline, .return:
        guard isTriple else { throw error("a string that does not end on its line") }
        position += byte == .return && peek(1) == .newline ? 2 : 1
        scalars.append("\n")
      case UInt8(ascii: "\\"):
        try escape(isRaw: isRaw, into: &scalars)
      case 0:
        throw error("a zero byte")
      default:
        scalars.append(nextScalar())
      }
    }
    position = start
    throw error("a string that does not end")
  }

  private mutating func nextScalar() -> Unicode.Scalar {
    let lead = bytes[position]
    guard encoding == .utf8, lead >= 0x80 else {
      position += 1
      return Unicode.Scalar(lead)
    }
    let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    let scalar = String(
      decoding: bytes[position..<min(position + width, bytes.count)], as: UTF8.self
    )
    .unicodeScalars.first
    position += width
    return scalar ?? "\u{FFFD}"
  }

  /// The characters after a backslash; in a raw string both characters stay.
  private mutating func escape(
    isRaw: Bool, into scalars: inout String.UnicodeScalarView
  ) throws(NPYError) {
    let start = position
    position += 1
    guard let byte = peek() else { throw error("a string that does not end") }
    if isRaw {
      scalars.append("\\")
      if byte != .newline, byte != .return { scalars.append(nextScalar()) }
      return
    }
    position += 1
    switch byte {
    case .newline: break
    case .return: _ = take(.newline)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""):
      scalars.append(Unicode.Scalar(byte))
    case UInt8(ascii: "a"): scalars.append("\u{07}")
    case UInt8(ascii: "b"): scalars.append("\u{08}")
    case UInt8(ascii: "f"): scalars.append("\u{0C}")
    case UInt8(ascii: "n"): scalars.append("\n")
    case UInt8(ascii: "r"): scalars.append("\r")
    case UInt8(ascii: "t"): scalars.append("\t")
    case UInt8(ascii: "v"): scalars.append("\u{0B}")
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      scalars.append(try codePoint(digits: 1...3, radix: 8, from: start))
    case UInt8(ascii: "x"):
      scalars.append(try codePoint(digits: 2...2, radix: 16, from: start))
    case UInt8(ascii: "u"):
      scalars.append(try codePoint(digits: 4...4, radix: 16, from: start))
    case UInt8(ascii: "U"):
      scalars.append(try codePoint(digits: 8...8, radix: 16, from: start))
    case UInt8(ascii: "N"):
      position = start
      throw error("\\N{…} escapes are not read")
    default:
      // An escape that Python does not know stands for itself.
      scalars.append("\\")
      position -= 1
      scalars.append(nextScalar())
    }
  }

  private mutating func codePoint(
    digits: ClosedRange<Int>, radix: Int, from start: Int
  ) throws(NPYError) -> Unicode.Scalar {
    var value: UInt32 = 0
    var count = 0
    while count < digits.upperBound, let digit = peek()?.digitValue(radix: radix) {
      value = value &* UInt32(radix) &+ UInt32(digit)
      count += 1
      position += 1
    }
    guard count >= digits.lowerBound, let scalar = Unicode.Scalar(value) else {
      position = start
      throw error("an escape that stands for no character")
    }
    return scalar
  }

  // MARK: Bytes

  private func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  /// Passes over blanks, comments and joined lines, and inside brackets over line breaks.
  private mutating func skipSpace() {
    while let byte = peek() {
      switch byte {
      case .space, .tab, .formFeed:
        position += 1
      case .newline, .return:
        guard nesting > 0 else { return }
        position += 1
      case UInt8(ascii: "#"):
        while let byte = peek(), byte != .newline, byte != .return { position += 1 }
      case UInt8(ascii: "\\"):
        guard let next = peek(1), next == .newline || next == .return else { return }
        let length = next == .return && peek(2) == .newline ? 3 : 2
        guard peek(length) != nil else { return }
        position += length
      default:
        return
      }
    }
  }

  /// Skips lines of blanks and comments before or after the value.
  private mutating func skipBlankLines(atEnd: Bool = false) throws(NPYError) {
    while true {
      let lineStart = position
      skipSpace()
      guard peek() == .newline || peek() == .return else {
        let isIndented = position > lineStart && lineStart > 0 && !atEnd
        guard !isIndented else { throw error("an indent") }
        return
      }
      position += 1
    }
  }

  private var offset: Int { origin + position }

  private func error(_ problem: String) -> NPYError {
    .badHeader(offset: offset, problem: problem)
  }

  private func quoted(at position: Int) -> String {
    guard position < bytes.count else { return "the end of the header" }
    let byte = bytes[position]
    guard (0x20..<0x7F).contains(byte) else { return "byte 0x\(String(byte, radix: 16))" }
    return "'\(Character(Unicode.Scalar(byte)))'"
  }
}

extension UInt8 {
  fileprivate static var tab: UInt8 { 0x09 }
  fileprivate static var newline: UInt8 { 0x0A }
  fileprivate static var formFeed: UInt8 { 0x0C }
  fileprivate static var `return`: UInt8 { 0x0D }
  fileprivate static var space: UInt8 { 0x20 }

  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }

  fileprivate var isWordByte: Bool {
    isDigit || self == UInt8(ascii: "_") || self >= 0x80
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  fileprivate func digitValue(radix: Int) -> Int? {
    let value =
      switch self {
      case 0x30...0x39: Int(self) - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self) - 0x61 + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self) - 0x41 + 10
      default: Int.max
      }
    return value < radix ? value : nil
  }
}
