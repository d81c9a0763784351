import JSON
import TestSupport
import Testing

@Suite struct JSONDocumentTests {
  @Test func `every text means what Python's json says, or is refused as there`() throws {
    let cases = try jsonFixture("json/cases.json", as: [Case].self)
    #expect(cases.count > 1_000)
    #expect(cases.count { $0.value != nil } > 200)
    for item in cases {
      let text = ContiguousArray<UInt8>(hex: item.text)
      let found = try? JSONDocument(parsing: text)
      #expect(
        found.map { Description($0.root) } == item.value, "\(String(decoding: text, as: UTF8.self))"
      )
    }
  }

  @Test func `values are counted before there is room for them`() throws {
    let text = ContiguousArray("{\"a\":[1,2,3]}".utf8)
    #expect(throws: Never.self) { try JSONDocument(parsing: text, maxValues: 6) }
    #expect(throws: JSONError(offset: 10, problem: "the text has more than 5 values")) {
      try JSONDocument(parsing: text, maxValues: 5)
    }
  }

  @Test(arguments: [
    ("", 0, "the text ends where a value should be"),
    ("[1,]", 3, "there is ']' where a value should be"),
    ("{\"a\":1,}", 7, "there is '}' where a key in quotes should be"),
    ("{\"a\" 1}", 5, "there is '1' where a colon should be"),
    ("[1 2]", 3, "there is '2' where a comma or the end of the array should be"),
    ("{\"a\":1]", 6, "there is ']' where a comma or the end of the object should be"),
    ("[1] 2", 4, "there is '2' where the end of the text should be"),
    ("01", 0, "a number begins with a zero too many"),
    ("1.", 2, "the text ends where a digit should be"),
    ("\"a", 2, "the text ends where the end of a string should be"),
    ("\"\u{1}\"", 1, "a control character in a string must be escaped"),
    ("\"\\x\"", 1, "no character is escaped so"),
    ("\"\\u00g0\"", 5, "there is 'g' where four hexadecimal digits should be"),
    ("\"\\ud800\"", 1, "half of a surrogate pair is no character"),
    ("\"\\ud800\\u0041\"", 1, "half of a surrogate pair is no character"),
    ("\"\\udc00\"", 1, "half of a surrogate pair is no character"),
    ("nulx", 0, "there is 'n' where a value should be"),
    ("\u{FEFF}1", 0, "there is a byte of 239 where a value should be"),
    ("[[[1]]]", 2, "arrays and objects lie deeper than 2 in one another"),
    ("{\"a\":1,\"b\":2,\"b\":3,\"a\":4}", 13, "the key 'b' is there twice in one object"),
    ("{\"\\u0061\":1,\"a\":2}", 12, "the key 'a' is there twice in one object"),
  ])
  func `an error says where and what`(text: String, offset: Int, problem: String) {
    let error = JSONError(offset: offset, problem: problem)
    #expect(throws: error) {
      try JSONDocument(parsing: ContiguousArray(text.utf8), maxDepth: 2)
    }
    #expect("\(error)" == "at byte \(offset) of the JSON text: \(problem)")
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for bytes: ContiguousArray<UInt8> in [
      [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ] {
      #expect(throws: JSONError(offset: 1, problem: "the text is not valid UTF-8")) {
        try JSONDocument(parsing: bytes)
      }
    }
  }

  @Test func `300,000 brackets are an error and no crash`() {
    for text in ["[", "{\"a\":", "[[],"] {
      let bytes = ContiguousArray(String(repeating: text, count: 300_000).utf8)
      #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
      // Whoever allows any depth gets it, without recursion.
      #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes, maxDepth: .max) }
    }
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(throws: Never.self) {
      try JSONDocument(parsing: ContiguousArray(deep.utf8), maxDepth: .max)
    }
  }

  @Test func `many keys are told apart, and the first repetition is found`() throws {
    let keys = (0..<5_000).map { "\"key \($0)\":\($0)" }.joined(separator: ",")
    let document = try JSONDocument(parsing: ContiguousArray("{\(keys)}".utf8))
    #expect(document.root.members?.count == 5_000)
    #expect(document.root["key 4999"]?.integer == 4_999)
    let twice = ContiguousArray("{\(keys),\"key 7\":0,\"key 3\":0}".utf8)
    #expect(
      throws: JSONError(
        offset: keys.utf8.count + 2, problem: "the key 'key 7' is there twice in one object")
    ) { try JSONDocument(parsing: twice) }
  }

  @Test func `keys are told apart by their bytes`() throws {
    let document = try JSONDocument(parsing: ContiguousArray("{\"é\":1,\"e\u{301}\":2}".utf8))
    #expect(document.root["é"]?.integer == 1)
    #expect(document.root["e\u{301}"]?.integer == 2)
  }

  @Test func `a value answers only for what it is`() throws {
    let text = "[null,true,-12,1.5,1e999,-0,\"a\\n\",[],{\"b\":[3]}]"
    let document = try JSONDocument(parsing: ContiguousArray(text.utf8))
    let elements = try #require(document.root.elements)
    let kinds: [JSONValue.Kind] = [
      .null, .boolean, .number, .number, .number, .number, .string, .array, .object,
    ]
    #expect(elements.map(\.kind) == kinds)
    #expect(elements.map(\.boolean) == [nil, true, nil, nil, nil, nil, nil, nil, nil])
    #expect(elements.map(\.integer) == [nil, nil, -12, nil, nil, nil, nil, nil, nil])
    #expect(elements.map(\.double) == [nil, nil, -12, 1.5, nil, 0, nil, nil, nil])
    #expect(
      elements.map(\.numberText) == [nil, nil, "-12", "1.5", "1e999", "-0", nil, nil, nil])
    #expect(elements.map(\.string) == [nil, nil, nil, nil, nil, nil, "a\n", nil, nil])
    #expect(elements[7].elements?.isEmpty == true)
    #expect(elements.map(\.count) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(document.root.count == 9)
    #expect(elements[8].elements == nil)
    #expect(elements[8]["b"]?.elements?.first?.integer == 3)
    #expect(elements[8]["c"] == nil)
    #expect(elements[7]["b"] == nil)
    #expect(elements[0].members == nil)
    #expect(elements[8].offset == text.utf8.count - 10)
  }

  @Test func `a quoted text reads back`() throws {
    let text = "\"\\/\u{8}\u{C}\n\r\t\0\u{1F}\u{7F}é€😀\u{2028}"
    #expect(text.jsonQuoted == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é€😀\u{2028}\"")
    let document = try JSONDocument(parsing: ContiguousArray(text.jsonQuoted.utf8))
    #expect(document.root.string == text)
  }
}

private struct Case: Decodable {
  let text: String
  let value: Description?
}

/// A value as tools/fixtures/make_json_fixtures.py describes it.
private indirect enum Description: Equatable, Decodable {
  case null
  case boolean(Bool)
  case string(String)
  case integer(String)
  case number(Double?)
  case array([Description])
  case object([Member])

  struct Member: Equatable, Decodable {
    let key: String
    let value: Description

    init(key: String, value: Description) { (self.key, self.value) = (key, value) }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      key = try container.decode(String.self)
      value = try container.decode(Description.self)
    }

    static func == (one: Member, other: Member) -> Bool {
      one.key.utf8.elementsEqual(other.key.utf8) && one.value == other.value
    }
  }

  init(_ value: JSONValue) {
    switch value.kind {
    case .null: self = .null
    case .boolean: self = .boolean(value.boolean == true)
    case .string: self = .string(value.string ?? "?")
    case .array: self = .array((value.elements ?? []).map(Description.init))
    case .object:
      self = .object(
        (value.members ?? []).map { Member(key: $0.key, value: Description($0.value)) })
    case .number:
      let text = value.numberText ?? "?"
      self = text.contains { ".eE".contains($0) } ? .number(value.double) : .integer(text)
    }
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    switch try container.decode(String.self) {
    case "boolean": self = .boolean(try container.decode(Bool.self))
    case "string": self = .string(try container.decode(String.self))
    case "integer": self = .integer(try container.decode(String.self))
    case "number":
      self = .number(try container.decodeIfPresent(String.self).flatMap(Double.init))
    case "array": self = .array(try container.decode([Description].self))
    case "object": self = .object(try container.decode([Member].self))
    default: self = .null
    }
  }

  static func == (one: Description, other: Description) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.boolean(let one), .boolean(let other)): one == other
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    case (.integer(let one), .integer(let other)): one == other
    // Minus zero is not zero.
    case (.number(let one), .number(let other)): one?.bitPattern == other?.bitPattern
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: false
    }
  }
}
