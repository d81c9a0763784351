/// Walks through a text once and notes where its values are.
///
/// What is open stands on a stack of its own: a text of a million brackets is an error and no crash.
struct JSONParser {
  private let bytes: ContiguousArray<UInt8>
  private let maxDepth: Int
  private let maxValues: Int
  private var position = 0
  private(set) var nodes: ContiguousArray<JSONDocument.Node> = []
  /// The arrays and objects that are open, outermost first, by their places in `nodes`.
  private var open: [Int] = []
  /// Whether arrays of nothing but numbers are one node each.
  private let isFolding: Bool
  /// For each node what is folded in it.
  private(set) var folds: ContiguousArray<Fold> = []

  /// The numbers of an array.
  struct Fold {
    var count: UInt32 = 0
    /// Whether all are integers of at most 18 digits, none of them -0.
    var areIntegers = false
  }

  init(_ bytes: ContiguousArray<UInt8>, maxDepth: Int, maxValues: Int, isFolding: Bool) {
    self.bytes = bytes
    self.maxDepth = maxDepth
    self.maxValues = maxValues
    self.isFolding = isFolding
  }

  /// Reads the whole text.
  mutating func parse() throws(JSONError) {
    // Offsets are kept in four bytes.
    guard bytes.count < UInt32.max else { throw error("the text is too long", at: 0) }
    while true {
      try beginValue()
      if try endValues() { return }
    }
  }

  // MARK: Structure

  /// Reads a value, or the beginning of one that has others in it.
  private mutating func beginValue() throws(JSONError) {
    while true {
      skipBlanks()
      let isObject = byte == UInt8(ascii: "{")
      guard isObject || byte == UInt8(ascii: "[") else { return try scalar() }
      guard open.count < maxDepth else {
        throw error("arrays and objects lie deeper than \(maxDepth) in one another", at: position)
      }
      open.append(nodes.count)
      try addNode()
      position += 1
      skipBlanks()
      if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return try close() }
      if isObject {
        try key()
      } else if isFolding, try fold() {
        return try close()
      }
    }
  }

  /// Reads what follows a value: the ends of what it is the last in, and the comma or the end.
  ///
  /// - Returns: Whether the text has ended.
  private mutating func endValues() throws(JSONError) -> Bool {
    while let container = open.last {
      skipBlanks()
      let isObject = bytes[Int(nodes[container].offset)] == UInt8(ascii: "{")
      switch byte {
      case UInt8(ascii: ","):
        position += 1
        skipBlanks()
        if isObject { try key() }
        return false
      case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
        try close()
      default:
        throw unexpected("a comma or the end of the \(isObject ? "object" : "array")")
      }
    }
    skipBlanks()
    guard position == bytes.count else { throw unexpected("the end of the text") }
    return true
  }

  /// Ends the innermost array or object.
  private mutating func close() throws(JSONError) {
    position += 1
    guard let container = open.popLast() else { return }
    nodes[container].next = UInt32(nodes.count)
    if bytes[Int(nodes[container].offset)] == UInt8(ascii: "{") { try checkKeys(of: container) }
  }

  private mutating func key() throws(JSONError) {
    guard byte == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
    try addNode()
    try string()
    skipBlanks()
    guard byte == UInt8(ascii: ":") else { throw unexpected("a colon") }
    position += 1
  }

  /// Demands that no key occurs twice: readers differ on which of its values counts.
  private func checkKeys(of object: Int) throws(JSONError) {
    var keys: [(hash: Int, node: Int)] = []
    var key = object + 1
    while key < nodes.count {
      var hasher = Hasher()
      for byte in bytes.decodedString(at: Int(nodes[key].offset)) { hasher.combine(byte) }
      keys.append((hasher.finalize(), key))
      key = Int(nodes[key + 1].next)
    }
    guard keys.count > 1 else { return }
    keys.sort { ($0.hash, $0.node) < ($1.hash, $1.node) }
    // The first of all repetitions, because the order of hashes is another on every run.
    var repeated: Int?
    for (one, next) in zip(keys, keys.dropFirst()) where one.hash == next.hash {
      let text = bytes.decodedString(at: Int(nodes[next.node].offset))
      if text == bytes.decodedString(at: Int(nodes[one.node].offset)) {
        repeated = min(repeated ?? next.node, next.node)
      }
    }
    guard let repeated else { return }
    let offset = Int(nodes[repeated].offset)
    let text = String(decoding: bytes.decodedString(at: offset).prefix(100), as: UTF8.self)
    throw error("the key '\(text)' is there twice in one object", at: offset)
  }

  // MARK: Arrays of numbers

  /// Passes over the elements of the array that has just been opened, if all of them are numbers.
  ///
  /// - Returns: Whether they are, and the end of the array is next.
  private mutating func fold() throws(JSONError) -> Bool {
    let first = position
    var fold = Fold(areIntegers: true)
    while isDigit || byte == UInt8(ascii: "-") {
      let start = position
      try number()
      fold.count += 1
      fold.areIntegers = fold.areIntegers && isInteger(from: start)
      skipBlanks()
      if byte == UInt8(ascii: "]") {
        folds[folds.count - 1] = fold
        return true
      }
      guard byte == UInt8(ascii: ",") else { break }
      position += 1
      skipBlanks()
    }
    // Something else is among them, or is wrong: value by value it will be found out.
    position = first
    return false
  }

  /// Whether the number that ends at the position is an integer that any reader takes for one.
  private func isInteger(from start: Int) -> Bool {
    guard position - start <= 18 else { return false }
    for index in start..<position {
      let isSign = index == start && bytes[index] == UInt8(ascii: "-")
      guard isSign || UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[index] else { return false }
    }
    return
      !(position - start == 2 && bytes[start] == UInt8(ascii: "-")
      && bytes[start + 1] == UInt8(ascii: "0"))
  }

  // MARK: Values without others in them

  private mutating func scalar() throws(JSONError) {
    try addNode()
    switch byte {
    case UInt8(ascii: "\"")?: try string()
    case UInt8(ascii: "t")?: try word("true")
    case UInt8(ascii: "f")?: try word("false")
    case UInt8(ascii: "n")?: try word("null")
    case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func word(_ word: StaticString) throws(JSONError) {
    let text = "\(word)"
    guard bytes[position...].starts(with: text.utf8) else { throw unexpected("a value") }
    position += text.utf8.count
  }

  private mutating func number() throws(JSONError) {
    if byte == UInt8(ascii: "-") { position += 1 }
    if byte == UInt8(ascii: "0") {
      position += 1
      if isDigit { throw error("a number begins with a zero too many", at: position - 1) }
    } else {
      try digits()
    }
    if byte == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
  }

  /// At least one digit.
  private mutating func digits() throws(JSONError) {
    guard isDigit else { throw unexpected("a digit") }
    while isDigit { position += 1 }
  }

  private mutating func string() throws(JSONError) {
    position += 1
    while true {
      guard let byte else { throw unexpected("the end of a string") }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw error("a control character in a string must be escaped", at: position)
      case 0x80...: try skipScalar()
      default: position += 1
      }
    }
  }

  /// A backslash and what it means.
  private mutating func escape() throws(JSONError) {
    let start = position
    position += 1
    switch byte {
    case UInt8(ascii: "u")?:
      let unit = try hexadecimalUnit()
      switch unit {
      case 0xD800..<0xDC00:
        guard byte == UInt8(ascii: "\\") else { throw loneSurrogate(at: start) }
        position += 1
        guard byte == UInt8(ascii: "u"), try (0xDC00..<0xE000).contains(hexadecimalUnit()) else {
          throw loneSurrogate(at: start)
        }
      case 0xDC00..<0xE000: throw loneSurrogate(at: start)
      default: break
      }
    case let byte? where "\"\\/bfnrt".utf8.contains(byte): position += 1
    default: throw error("no character is escaped so", at: start)
    }
  }

  /// The letter `u` and four hexadecimal digits.
  private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = byte?.hexadecimalDigit else { throw unexpected("four hexadecimal digits") }
      unit = unit << 4 | digit
      position += 1
    }
    return unit
  }

  private func loneSurrogate(at offset: Int) -> JSONError {
    error("half of a surrogate pair is no character", at: offset)
  }

  /// Goes past a character of two to four bytes (table 3-7 of the Unicode standard).
  private mutating func skipScalar() throws(JSONError) {
    let second: ClosedRange<UInt8>
    let length: Int
    switch bytes[position] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    default: throw error("the text is not valid UTF-8", at: position)
    }
    let rest = bytes[(position + 1)...].prefix(length - 1)
    guard rest.count == length - 1, rest.first.map(second.contains) == true,
      rest.dropFirst().allSatisfy({ 0x80...0xBF ~= $0 })
    else { throw error("the text is not valid UTF-8", at: position) }
    position += length
  }

  // MARK: Bytes

  /// The byte at the position, `nil` at the end.
  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private var isDigit: Bool {
    guard let byte else { return false }
    return UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private mutating func skipBlanks() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Notes that a value begins at the position; one without others in it ends before the next.
  private mutating func addNode() throws(JSONError) {
    guard nodes.count < maxValues else {
      throw error("the text has more than \(maxValues) values", at: position)
    }
    nodes.append(JSONDocument.Node(offset: UInt32(position), next: UInt32(nodes.count + 1)))
    if isFolding { folds.append(Fold()) }
  }

  private func error(_ problem: String, at offset: Int) -> JSONError {
    JSONError(offset: offset, problem: problem)
  }

  private func unexpected(_ wanted: String) -> JSONError {
    let rest = bytes[position...].drop { $0 == UInt8(ascii: "-") }
    if let word = ["NaN", "Infinity"].first(where: { rest.starts(with: $0.utf8) }) {
      return error("\(word) is no number of JSON", at: position)
    }
    let found =
      switch byte {
      case nil: "the text ends"
      case let byte? where (0x21...0x7E).contains(byte):
        "there is '\(Character(Unicode.Scalar(byte)))'"
      case let byte?: "there is a byte of \(byte)"
      }
    return error("\(found) where \(wanted) should be", at: position)
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit, `nil` for any other character.
  var hexadecimalDigit: UInt16? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(self - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(self - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

extension ContiguousArray<UInt8> {
  /// The characters of the string whose opening quote is at `start`, in UTF-8; it is known to be sound.
  func decodedString(at start: Int) -> ContiguousArray<UInt8> {
    var text: ContiguousArray<UInt8> = []
    var position = start + 1
    while self[position] != UInt8(ascii: "\"") {
      guard self[position] == UInt8(ascii: "\\") else {
        text.append(self[position])
        position += 1
        continue
      }
      switch self[position + 1] {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        var code = codeUnit(at: position + 2)
        if 0xD800..<0xDC00 ~= code {
          code = 0x10000 + (code - 0xD800) << 10 + (codeUnit(at: position + 8) - 0xDC00)
          position += 6
        }
        position += 4
        if let scalar = Unicode.Scalar(code) {
          text.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
      case let byte: text.append(byte)
      }
      position += 2
    }
    return text
  }

  /// The number that four hexadecimal digits are.
  private func codeUnit(at start: Int) -> UInt32 {
    self[start..<start + 4].reduce(0) { $0 << 4 | UInt32($1.hexadecimalDigit ?? 0) }
  }
}
