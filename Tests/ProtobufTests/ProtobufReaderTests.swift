import Files
import Protobuf
import Testing

@Suite struct ProtobufReaderTests {
  /// The fields of a message.
  func fields(_ bytes: ContiguousArray<UInt8>) throws(ProtobufError) -> [ProtobufField] {
    var reader = ProtobufReader(InputFile(bytes))
    var fields: [ProtobufField] = []
    while let field = try reader.next() { fields.append(field) }
    return fields
  }

  @Test func `fields have a number, a value and a place`() throws {
    let found = try fields([
      0x08, 0x96, 0x01, 0x12, 2, 7, 7, 0x1D, 1, 0, 0, 0x80, 0x21, 1, 2, 3, 4, 5, 6, 7, 8,
    ])
    #expect(
      found == [
        ProtobufField(number: 1, value: .varint(150), offset: 0),
        ProtobufField(number: 2, value: .bytes(5..<7), offset: 3),
        ProtobufField(number: 3, value: .fixed32(0x8000_0001), offset: 7),
        ProtobufField(number: 4, value: .fixed64(0x0807_0605_0403_0201), offset: 12),
      ])
    #expect(try found[0].integer == 150)
    #expect(try found[1].range == 5..<7)
    #expect(try found[2].float == Float(bitPattern: 0x8000_0001))
    #expect(try found[3].double == Double(bitPattern: 0x0807_0605_0403_0201))
    #expect(try fields([]) == [])
  }

  @Test func `a negative number takes ten bytes, and the highest field number five`() throws {
    let minusOne = ContiguousArray(repeatElement(0xFF as UInt8, count: 9) + [0x01])
    #expect(try fields([0x08] + minusOne)[0].integer == -1)
    let highest = try fields([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0])
    #expect(highest == [ProtobufField(number: 1 << 29 - 1, value: .varint(0), offset: 0)])
    // As many bytes as allowed, though fewer would do.
    #expect(try fields([0x88, 0x80, 0x00, 5])[0].integer == 5)
  }

  @Test(
    arguments: [
      ([0x80], ProtobufError.truncated(offset: 1, expected: 1, found: 0)),
      ([0x08], .truncated(offset: 1, expected: 1, found: 0)),
      ([0x08, 0x80], .truncated(offset: 2, expected: 1, found: 0)),
      ([0x0A, 3, 1, 2], .truncated(offset: 2, expected: 3, found: 2)),
      ([0x0D, 1, 2, 3], .truncated(offset: 1, expected: 4, found: 3)),
      ([0x09, 1, 2, 3], .truncated(offset: 1, expected: 8, found: 3)),
      (
        [0x0A] + Array(repeating: 0xFF, count: 9) + [1],
        .truncated(offset: 11, expected: .max, found: 0)
      ),
      ([0x08] + Array(repeating: 0xFF, count: 9) + [2], .badVarint(offset: 1)),
      ([0x08] + Array(repeating: 0x80, count: 10) + [0], .badVarint(offset: 1)),
      ([0x00, 0], .badTag(offset: 0, problem: "field 0, expected 1 to 536870911")),
      (
        [0x80, 0x80, 0x80, 0x80, 0x10, 0],
        .badTag(offset: 0, problem: "field 536870912, expected 1 to 536870911")
      ),
      ([0x0B], .badTag(offset: 0, problem: "field 1 is a group, which is not supported")),
      ([0x0C], .badTag(offset: 0, problem: "field 1 is a group, which is not supported")),
      ([0x0E], .badTag(offset: 0, problem: "field 1 has wire type 6, which does not exist")),
      (
        [0x08, 0, 0x0F],
        .badTag(offset: 2, problem: "field 1 has wire type 7, which does not exist")
      ),
    ] as [([UInt8], ProtobufError)])
  func `damage is named with its place`(bytes: [UInt8], error: ProtobufError) {
    #expect(throws: error) { try fields(ContiguousArray(bytes)) }
  }

  @Test func `a value of another type than expected is refused`() throws {
    let found = try fields([0x08, 1, 0x12, 0])
    #expect(
      throws: ProtobufError.wrongType(
        offset: 0, field: 1, expected: "length-delimited", found: "a varint")
    ) { try found[0].range }
    #expect(
      throws: ProtobufError.wrongType(
        offset: 2, field: 2, expected: "a varint", found: "length-delimited")
    ) { try found[1].integer }
  }

  @Test func `messages, texts and packed numbers are read from their fields`() throws {
    // 1: {1: "é", 2: packed 1, -1, 300; 2: 7}, 2: not UTF-8
    let bytes: ContiguousArray<UInt8> =
      [0x0A, 21, 0x0A, 2, 0xC3, 0xA9, 0x12, 13, 1] + Array(repeating: 0xFF, count: 9)
      + [1, 0xAC, 2, 0x10, 7, 0x12, 1, 0xC3]
    var reader = ProtobufReader(InputFile(bytes))
    var inner = try reader.message(#require(try reader.next()))
    #expect(inner.range == 2..<23)
    #expect(try inner.text(#require(try inner.next())) == "é")
    var integers: ContiguousArray<Int64> = []
    while let field = try inner.next() { try inner.appendIntegers(of: field, to: &integers) }
    #expect(integers == [1, -1, 300, 7])
    let text = try #require(try reader.next())
    #expect(throws: ProtobufError.notText(offset: 23, field: 2)) { try reader.text(text) }
    #expect(try reader.bytes(text) == [0xC3])
  }

  @Test func `a packed number that is cut off is damage`() throws {
    var reader = ProtobufReader(InputFile([0x0A, 2, 1, 0x80, 0x08, 1]))
    let field = try #require(try reader.next())
    var integers: ContiguousArray<Int64> = []
    #expect(throws: ProtobufError.truncated(offset: 4, expected: 1, found: 0)) {
      try reader.appendIntegers(of: field, to: &integers)
    }
  }

  @Test func `floats and doubles are appended as bytes, packed or not`() throws {
    var reader = ProtobufReader(
      InputFile([
        0x0D, 1, 2, 3, 4, 0x0A, 8, 5, 6, 7, 8, 9, 10, 11, 12, 0x0A, 3, 1, 2, 3,
        0x09, 1, 2, 3, 4, 5, 6, 7, 8,
      ]))
    var bytes: ContiguousArray<UInt8> = []
    for _ in 0..<2 {
      try reader.appendFixed(of: #require(try reader.next()), width: 4, to: &bytes)
    }
    #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    let odd = try #require(try reader.next())
    #expect(throws: ProtobufError.partialNumber(offset: 15, field: 1, width: 4, found: 3)) {
      try reader.appendFixed(of: odd, width: 4, to: &bytes)
    }
    let long = try #require(try reader.next())
    #expect(
      throws: ProtobufError.wrongType(
        offset: 20, field: 1, expected: "numbers of 4 bytes", found: "a number of 8 bytes")
    ) { try reader.appendFixed(of: long, width: 4, to: &bytes) }
    bytes = []
    try reader.appendFixed(of: long, width: 8, to: &bytes)
    #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func `messages are nested as deep as the limit, and not deeper`() throws {
    // A message of 0x0A and a length is a field that holds the rest.
    var bytes: ContiguousArray<UInt8> = []
    for _ in 0..<5 { bytes = [0x0A, UInt8(bytes.count)] + bytes }
    var limits = ReadLimits()
    limits.maxNesting = 3
    var reader = ProtobufReader(InputFile(bytes), limits: limits)
    for _ in 0..<3 { reader = try reader.message(#require(try reader.next())) }
    let field = try #require(try reader.next())
    #expect(throws: ProtobufError.tooDeep(offset: 6, allowed: 3)) { try reader.message(field) }
  }

  @Test func `long values are skipped, and what follows is read`() throws {
    let long = ContiguousArray<UInt8>(repeating: 0xFF, count: 100_000)
    var inner = ProtobufWriter()
    inner.add(Number(1), long)
    inner.add(Number(2), 5)
    var outer = ProtobufWriter()
    outer.add(Number(1), inner)
    outer.add(Number(2), "end")
    var reader = ProtobufReader(InputFile(outer.bytes))
    var message = try reader.message(#require(try reader.next()))
    #expect(try message.bytes(#require(try message.next())) == long)
    #expect(try #require(try message.next()).integer == 5)
    #expect(try message.next() == nil)
    #expect(try reader.text(#require(try reader.next())) == "end")
    #expect(try reader.next() == nil)
  }

  @Test func `every cut of a message is damage or a shorter message, and nothing else`() throws {
    var inner = ProtobufWriter()
    inner.add(Number(1), packed: [1, -1, 1 << 40])
    inner.add(Number(2), float: 1.5)
    inner.add(Number(3), double: -2.5)
    var outer = ProtobufWriter()
    for _ in 0..<3 { outer.add(Number(7), inner) }
    let bytes = outer.bytes
    let ends = Set((0...3).map { $0 * bytes.count / 3 })
    for count in 0..<bytes.count where !ends.contains(count) {
      #expect(throws: ProtobufError.self) { try fields(ContiguousArray(bytes[..<count])) }
    }
    for count in ends { #expect(try fields(ContiguousArray(bytes[..<count])).count <= 3) }
  }
}

@Suite struct ProtobufErrorTests {
  @Test(arguments: [
    (
      ProtobufError.truncated(offset: 3, expected: 9, found: 2),
      "at byte 3: cut off: 9 bytes are stated, and 2 are left"
    ),
    (.badVarint(offset: 3), "at byte 3: a number of more than 64 bits"),
    (.badTag(offset: 3, problem: "field 0"), "at byte 3: field 0"),
    (
      .wrongType(offset: 3, field: 1, expected: "a varint", found: "length-delimited"),
      "at byte 3: field 1 is length-delimited, expected a varint"
    ),
    (
      .partialNumber(offset: 3, field: 4, width: 4, found: 6),
      "at byte 3: field 4 packs numbers of 4 bytes in 6 bytes"
    ),
    (.notText(offset: 3, field: 1), "at byte 3: the text of field 1 is not UTF-8"),
    (.tooDeep(offset: 3, allowed: 64), "at byte 3: messages nested more than 64 deep (maxNesting)"),
    (.file(.changedWhileRead), FileError.changedWhileRead.description),
  ])
  func `an error is one sentence`(error: ProtobufError, text: String) {
    #expect("\(error)" == text)
  }
}

/// A field number.
struct Number: RawRepresentable {
  let rawValue: Int
  init(rawValue: Int) { self.rawValue = rawValue }
  init(_ number: Int) { rawValue = number }
}
