extension NPYHeader {
  /// Parses the text of a header as NumPy writes it for numbers, and no other:
  ///
  ///     {'descr': '<f8', 'fortran_order': False, 'shape': (64, 16), }   blanks and a line break
  ///
  /// Nearly every file has such a one, and it is read here in a small part of the time that the parser of
  /// Python's literals takes. Where both read a text, they read the same.
  ///
  /// - Parameters:
  ///   - bytes: The file from its first byte, at least up to the end of the header.
  ///   - text: Where the text stands in it.
  /// - Returns: `nil` for all other texts, and for those that are no header at all.
  init?(plain bytes: ContiguousArray<UInt8>, in text: Range<Int>) {
    var text = PlainText(bytes: bytes, position: text.lowerBound, end: text.upperBound)
    guard text.take("{'descr': '"), let dtype = text.dtype(), text.take("', 'fortran_order': ")
    else { return nil }
    let isFortranOrder = text.take("True")
    guard isFortranOrder || text.take("False"), text.take(", 'shape': ("),
      let shape = text.shape(), text.take(", }"), text.endsInBlanks()
    else { return nil }
    do throws(NPYError) {
      try self.init(dtype: dtype, isFortranOrder: isFortranOrder, shape: shape)
    } catch {
      return nil
    }
  }
}

/// A text that is read from left to right.
private struct PlainText {
  let bytes: ContiguousArray<UInt8>
  var position: Int
  let end: Int

  /// Passes these characters, if they come next.
  mutating func take(_ expected: StaticString) -> Bool {
    let count = expected.utf8CodeUnitCount
    guard end - position >= count else { return false }
    // A constant of the program, of that many bytes.
    let matches = expected.withUTF8Buffer { expected in
      for index in 0..<count where unsafe bytes[position + index] != expected[index] {
        return false
      }
      return true
    }
    if matches { position += count }
    return matches
  }

  /// The type of a number: its order, its letter, its size in bytes.
  mutating func dtype() -> DType? {
    guard end - position >= 3,
      let order = DType.ByteOrder(rawValue: Character(Unicode.Scalar(bytes[position])))
    else { return nil }
    let kind: DType.Kind
    switch bytes[position + 1] {
    case UInt8(ascii: "f"): kind = .float
    case UInt8(ascii: "i"): kind = .int
    case UInt8(ascii: "u"): kind = .uint
    case UInt8(ascii: "b"): kind = .bool
    case UInt8(ascii: "c"): kind = .complex
    default: return nil
    }
    position += 2
    guard let size = number() else { return nil }
    return DType(kind, itemSize: size, byteOrder: order)
  }

  /// The lengths of the axes, up to the bracket that closes them.
  mutating func shape() -> [Int]? {
    var shape: [Int] = []
    while !take(")") {
      guard shape.isEmpty || take(" "), let length = number() else { return nil }
      shape.append(length)
      // A comma stands behind each length but the last; behind the only one too.
      guard take(",") else {
        guard shape.count > 1, take(")") else { return nil }
        break
      }
      if shape.count == 1, take(")") { break }
    }
    return shape
  }

  /// A number that fits an `Int` for certain; Python has none that begins with 0 and goes on.
  private mutating func number() -> Int? {
    let start = position
    var value = 0
    while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
      guard position - start < 18 else { return nil }
      value = value * 10 + Int(digit)
      position += 1
    }
    let isNumber = position == start + 1 || position > start && bytes[start] != UInt8(ascii: "0")
    return isNumber ? value : nil
  }

  /// Whether nothing but blanks and a last line break follow.
  func endsInBlanks() -> Bool {
    guard position < end, bytes[end - 1] == UInt8(ascii: "\n") else { return false }
    for index in position..<end - 1 where bytes[index] != UInt8(ascii: " ") { return false }
    return true
  }
}
