internal import Files

// What stands behind an operation's byte.

extension PickleReader {
  /// The number of the bytes that an operation needs, compared with those that are left.
  mutating func checked(_ needed: UInt64) throws(PickleError) -> Int {
    let available = try unfold(needed)
    guard needed <= UInt64(available) else {
      throw .truncated(
        offset: start, operation: operation.name, needed: needed, available: available)
    }
    return Int(needed)
  }

  mutating func byte() throws(PickleError) -> UInt8 {
    _ = try checked(1)
    defer { position += 1 }
    return arena.bytes[position]
  }

  /// A little-endian number of so many bytes.
  mutating func number(bytes width: Int) throws(PickleError) -> UInt64 {
    _ = try checked(UInt64(width))
    defer { position += width }
    return arena.bytes.number(at: position, bytes: width)
  }

  /// The length of what follows, which must all be there.
  mutating func count(bytes width: Int) throws(PickleError) -> Int {
    // In two steps: as an argument it would be read after the bytes left have been counted.
    let length = try number(bytes: width)
    return try checked(length)
  }

  /// The length of what follows, where the format gives it a sign.
  mutating func signedCount() throws(PickleError) -> Int {
    let length = Int32(truncatingIfNeeded: try number(bytes: 4))
    guard length >= 0 else { throw bad("a length of \(length)") }
    return try checked(UInt64(length))
  }

  /// The next bytes, known to be there.
  mutating func take(_ count: Int) -> Range<Int> {
    defer { position += count }
    return position..<position + count
  }

  /// The bytes up to the next line break, which is passed over.
  ///
  /// - Parameter most: The maximum number to decompress in search of it. Only texts are longer than a number or a
  ///   name; those that are not compressed are in memory, and are searched to the end.
  mutating func line(unfoldingAtMost most: Int = 5_000) throws(PickleError) -> Range<Int> {
    var searched = position
    while true {
      if let end = arena.bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = end + 1 }
        return position..<end
      }
      // What has been looked through is not looked through again.
      searched = arena.bytes.count
      guard source == nil || searched - position <= most else {
        throw bad("a line of more than \(most) bytes")
      }
      guard try unfoldBlock() else { break }
    }
    let available = arena.bytes.count - position
    throw .truncated(
      offset: start, operation: operation.name, needed: UInt64(available) + 1,
      available: available)
  }

  /// A number of the memo, in decimal digits.
  mutating func lineNumber() throws(PickleError) -> UInt32 {
    let line = try line()
    let digits = arena.bytes[line]
    guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy(\.isDigit),
      let number = UInt32(String(decoding: digits, as: UTF8.self))
    else { throw bad("its number is invalid") }
    return number
  }
}
