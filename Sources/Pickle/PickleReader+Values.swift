// Numbers and texts that stand in a pickle in another form than that of memory.

extension PickleReader {
  /// Python 3.11 and later read no integer of more digits, because the time for it is quadratic.
  private static let maxDigits = 4_300

  /// The integer of INT and LONG in decimal digits. `01` and `00` of INT are protocol 0's booleans.
  mutating func integer(
    of range: Range<Int>, isLong: Bool
  ) throws(PickleError) -> Arena.Content {
    var digits = arena.bytes[range]
    if !isLong, digits.count == 2, digits.first == UInt8(ascii: "0") {
      switch digits.last {
      case UInt8(ascii: "0"): return .bool(false)
      case UInt8(ascii: "1"): return .bool(true)
      default: break
      }
    }
    if isLong, digits.last == UInt8(ascii: "L") { digits.removeLast() }
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    // Python also takes octal, hexadecimal and underlines, which no pickle has.
    guard let first = digits.first, digits.allSatisfy(\.isDigit),
      first != UInt8(ascii: "0") || digits.count == 1
    else { throw bad("its number is no decimal integer") }
    guard digits.count <= Self.maxDigits else {
      throw bad("an integer of \(digits.count) digits; Python reads \(Self.maxDigits) at the most")
    }
    if digits.count < 19 {
      let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
      return .integer(isNegative ? -value : value)
    }
    // Little-endian words of the magnitude, then two's complement. 18 digits at a time: the work grows with the
    // square of their number.
    var words: [UInt64] = []
    while !digits.isEmpty {
      let some = digits.prefix(18)
      digits = digits.dropFirst(18)
      let power = some.reduce(UInt64(1)) { power, _ in power * 10 }
      var carry = some.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
      for index in words.indices {
        let (high, low) = words[index].multipliedFullWidth(by: power)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        words[index] = sum
        // Below the power, so that there is room for one more.
        carry = high + (overflow ? 1 : 0)
      }
      if carry > 0 { words.append(carry) }
    }
    words.append(0)
    if isNegative {
      var carry = true
      for index in words.indices {
        (words[index], carry) = (~words[index]).addingReportingOverflow(carry ? 1 : 0)
      }
    }
    var twosComplement: ContiguousArray<UInt8> = []
    for word in words {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        twosComplement.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    let length = twosComplement[...].significantCount
    if length <= 8 { return .integer(Int64(littleEndian: twosComplement[..<length])) }
    return .bigInteger(arena.keep(ContiguousArray(twosComplement[..<length])))
  }

  /// The integer of LONG1 and LONG4: two's complement, little endian.
  func integer(of range: Range<Int>) -> Arena.Content {
    let length = arena.bytes[range].significantCount
    let significant = range.lowerBound..<range.lowerBound + length
    return length <= 8
      ? .integer(Int64(littleEndian: arena.bytes[significant])) : .bigInteger(significant)
  }

  /// The number of FLOAT, as Python's `repr` writes it.
  func float(of range: Range<Int>) throws(PickleError) -> Double {
    // repr writes up to 24 characters; other writers perhaps all digits of a double.
    let text = arena.bytes[range]
    let allowed = text.allSatisfy {
      $0.isDigit || "+-.eEinfatyINFATY".utf8.contains($0)
    }
    guard text.count <= 2_000, allowed, let value = Double(String(decoding: text, as: UTF8.self)),
      value.isFinite || !text.contains(where: \.isDigit)
    else { throw bad("its number is no float") }
    return value
  }

  /// The bytes of STRING: Python 2's `repr` of them, in quotes and with escapes.
  mutating func legacyString(of range: Range<Int>) throws(PickleError) -> Range<Int> {
    var text = arena.bytes[range]
    guard text.count >= 2, let quote = text.first, text.last == quote,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { throw bad("its text is not in quotes") }
    text = text.dropFirst().dropLast()
    guard text.contains(UInt8(ascii: "\\")) else { return text.startIndex..<text.endIndex }
    var decoded: ContiguousArray<UInt8> = []
    while let byte = text.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        decoded.append(byte)
        continue
      }
      guard let escape = text.popFirst() else { throw bad("an escape that does not end") }
      switch escape {
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): decoded.append(escape)
      case UInt8(ascii: "a"): decoded.append(0x07)
      case UInt8(ascii: "b"): decoded.append(0x08)
      case UInt8(ascii: "t"): decoded.append(0x09)
      case UInt8(ascii: "n"): decoded.append(0x0A)
      case UInt8(ascii: "v"): decoded.append(0x0B)
      case UInt8(ascii: "f"): decoded.append(0x0C)
      case UInt8(ascii: "r"): decoded.append(0x0D)
      case UInt8(ascii: "x"):
        guard let value = text.popHexadecimal(2) else { throw bad("an escape \\x without digits") }
        decoded.append(UInt8(value))
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var value = UInt32(escape - UInt8(ascii: "0"))
        for _ in 0..<2 {
          guard let digit = text.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit)
          else { break }
          value = value * 8 + UInt32(digit - UInt8(ascii: "0"))
          text.removeFirst()
        }
        decoded.append(UInt8(truncatingIfNeeded: value))
      default:
        decoded += [byte, escape]
      }
    }
    return arena.keep(decoded)
  }

  /// The text of UNICODE in UTF-8: Latin-1 with `\uXXXX` and `\UXXXXXXXX` (raw-unicode-escape).
  mutating func rawUnicodeEscape(of range: Range<Int>) throws(PickleError) -> Range<Int> {
    var text = arena.bytes[range]
    if text.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) { return range }
    var decoded: ContiguousArray<UInt8> = []
    while let byte = text.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = text.first else {
        decoded.append(codePoint: UInt32(byte))
        continue
      }
      text.removeFirst()
      switch escape {
      case UInt8(ascii: "u"), UInt8(ascii: "U"):
        guard let value = text.popHexadecimal(escape == UInt8(ascii: "u") ? 4 : 8),
          value <= 0x10_FFFF
        else { throw bad("an escape that stands for no character") }
        decoded.append(codePoint: value)
      default:
        decoded.append(byte)
        decoded.append(codePoint: UInt32(escape))
      }
    }
    return arena.keep(decoded)
  }
}

extension Arena {
  /// The text in a range; `nil` where it is not valid Unicode (a lone surrogate is not).
  func text(_ range: Range<Int>) -> String? { String(validating: slice(range), as: UTF8.self) }
}

extension ContiguousArray<UInt8> {
  /// Appends a code point in UTF-8; a surrogate in three bytes, as Python's `surrogatepass` does.
  fileprivate mutating func append(codePoint value: UInt32) {
    switch value {
    case 0..<0x80: append(UInt8(value))
    case 0x80..<0x800: self += [0xC0 | UInt8(value >> 6), 0x80 | UInt8(value & 0x3F)]
    case 0x800..<0x1_0000:
      self += [
        0xE0 | UInt8(value >> 12), 0x80 | UInt8(value >> 6 & 0x3F), 0x80 | UInt8(value & 0x3F),
      ]
    default:
      self += [
        0xF0 | UInt8(value >> 18 & 7), 0x80 | UInt8(value >> 12 & 0x3F),
        0x80 | UInt8(value >> 6 & 0x3F), 0x80 | UInt8(value & 0x3F),
      ]
    }
  }
}

extension ArraySlice<UInt8> {
  /// How many bytes a two's complement number needs, without those that only repeat its sign.
  fileprivate var significantCount: Int {
    guard let last, last == 0 || last == 0xFF else { return count }
    guard let index = lastIndex(where: { $0 != last }) else { return last == 0 ? 0 : 1 }
    let hasSign = self[index] & 0x80 == last & 0x80
    return index - startIndex + (hasSign ? 1 : 2)
  }

  fileprivate mutating func popHexadecimal(_ digits: Int) -> UInt32? {
    guard count >= digits else { return nil }
    var value: UInt32 = 0
    for byte in prefix(digits) {
      guard let digit = byte.hexadecimalDigit else { return nil }
      value = value << 4 | UInt32(digit)
    }
    removeFirst(digits)
    return value
  }
}

extension Int64 {
  /// The number of up to eight bytes of two's complement.
  fileprivate init(littleEndian bytes: ArraySlice<UInt8>) {
    var value: UInt64 = bytes.last.map { $0 & 0x80 != 0 } == true ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    self = Int64(bitPattern: value)
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }

  fileprivate var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
