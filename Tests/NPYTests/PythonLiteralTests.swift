import Files
import NPY
import Testing

/// The language is tested by NPYHeaderTests against NumPy; here are the places that errors name, and
/// the limits.
struct PythonLiteralTests {
  /// A `^` stands before the byte where the header goes wrong.
  @Test(arguments: [
    ("   ^", "the header ends where a value should stand"),
    ("^'<f8'", "the header is not a dictionary"),
    ("{'descr': '<f8'^", "found the end of the header"),
    ("{'descr' '<f8'^, 'shape': (2, 3)}", "expected ':' after a key, found ','"),
    ("{'descr': '<f8'^; 'shape': (2, 3)}", "expected ',' or '}', found ';'"),
    ("{^5: 1}", "a key is an integer"),
    ("{'descr': '<f8', ^'extra': 1}", "key 'extra' is not one of"),
    ("{'shape': (2,), 'descr': '<f8',\n\n ^'shape': (3,)}", "key 'shape' occurs twice"),
    ("^{'descr': '<f8', 'shape': (2,)}", "key 'fortran_order' is missing"),
    ("{'descr': ^None, 'fortran_order': False, 'shape': (2, 3)}", "'descr' is None"),
    ("{'descr': '<f8', 'fortran_order': ^1, 'shape': (2, 3)}", "'fortran_order' is an integer"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': ^[2, 3]}", "'shape' is a list"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': ^(2, 3.5)}", "'shape' holds a float"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': ^(2, True)}", "'shape' holds True"),
    ("{'shape': (2 ^3)}", "expected ',' or ')', found '3'"),
    ("{'shape': (2, ^x)}", "'x' is no literal"),
    ("{'shape': (2, ^np.int64(3))}", "numpy issue 28334"),
    ("{'shape': (^02, 3)}", "leading zeros"),
    ("{'shape': (0x^, 3)}", "a number without digits"),
    ("{'shape': (2, -^'a')}", "a sign without a number"),
    ("{'shape': (2, ^\u{1}3)}", "unexpected byte 0x1"),
    ("{'shape': (2^l, 3)}", "unexpected"),
    ("{'descr': '<f^\\xg8'}", "an escape that stands for no character"),
    ("{'descr': '^\\N{DIGIT ONE}'}", "escapes are not read"),
    ("{'descr': ^b'<f8'}", "prefix 'b'"),
    ("{'descr': '<f8^\n'}", "does not end on its line"),
    ("{'descr': ^'<f8}", "a string that does not end"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} ^x", "unexpected 'x'"),
  ])
  func `an error names the byte where the header goes wrong`(
    marked: String, problem: String
  ) throws {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    for (version, start) in [(UInt8(1), 10), (2, 12), (3, 12)] {
      let error = #expect(throws: NPYError.self) {
        try NPYHeader(parsing: headerFile(parts.joined(), version: version))
      }
      guard case .badHeader(let offset, let found)? = error else {
        Issue.record("\(marked) gave \(String(describing: error))")
        continue
      }
      #expect(offset == start + parts[0].utf8.count, "\(found)")
      #expect(found.contains(problem))
    }
  }

  @Test func `in UTF-8 bytes are counted, not characters`() throws {
    let text = "{ # größe, 大小\n 'descr': None, 'fortran_order': False, 'shape': ()}"
    let before = "{ # größe, 大小\n 'descr': "
    #expect(
      throws: NPYError.badHeader(
        offset: 12 + before.utf8.count, problem: "'descr' is None, not a string or a list of fields"
      )
    ) {
      try NPYHeader(parsing: headerFile(text, version: 3))
    }
  }

  @Test func `a header is at most as long as its limit`() throws {
    func file(length: Int) -> ContiguousArray<UInt8> {
      let text = headerText()
      return headerFile(text + String(repeating: " ", count: length - text.utf8.count))
    }
    #expect(try NPYHeader(parsing: file(length: 10_000)).shape == [2, 3])
    #expect(
      throws: NPYError.limitExceeded(name: "maxHeaderLength", allowed: 10_000, found: 10_001)
    ) {
      try NPYHeader(parsing: file(length: 10_001))
    }
    var limits = ReadLimits()
    limits.maxHeaderLength = 10_001
    #expect(try NPYHeader(parsing: file(length: 10_001), limits: limits).shape == [2, 3])
    limits.maxHeaderLength = Int.max
    #expect(try NPYHeader(parsing: file(length: 60_000), limits: limits).shape == [2, 3])
  }

  @Test func `in UTF-8 the limit is one of characters`() throws {
    func file(characters: Int) -> ContiguousArray<UInt8> {
      let text = headerText() + "#"
      let rest = characters - text.unicodeScalars.count
      return headerFile(text + String(repeating: "重", count: rest), version: 3)
    }
    #expect(try NPYHeader(parsing: file(characters: 10_000)).shape == [2, 3])
    #expect(
      throws: NPYError.limitExceeded(name: "maxHeaderLength", allowed: 10_000, found: 10_001)
    ) {
      try NPYHeader(parsing: file(characters: 10_001))
    }
    var limits = ReadLimits()
    limits.maxHeaderLength = 10_001
    #expect(try NPYHeader(parsing: file(characters: 10_001), limits: limits).shape == [2, 3])
    limits.maxHeaderLength = Int.max
    #expect(try NPYHeader(parsing: file(characters: 12_000), limits: limits).shape == [2, 3])
  }

  @Test func `a literal nests at most as deep as its limit`() throws {
    // The dictionary is one level, and so is the tuple.
    func file(depth: Int) -> ContiguousArray<UInt8> {
      let brackets = depth - 2
      let shape =
        String(repeating: "(", count: brackets) + "(2, 3)" + String(repeating: ")", count: brackets)
      return headerFile(headerText(shape: shape))
    }
    #expect(try NPYHeader(parsing: file(depth: 64)).shape == [2, 3])
    #expect(throws: NPYError.limitExceeded(name: "maxNesting", allowed: 64, found: 65)) {
      try NPYHeader(parsing: file(depth: 65))
    }
    var limits = ReadLimits()
    limits.maxNesting = 65
    #expect(try NPYHeader(parsing: file(depth: 65), limits: limits).shape == [2, 3])
    limits.maxNesting = 1
    #expect(throws: NPYError.limitExceeded(name: "maxNesting", allowed: 1, found: 2)) {
      try NPYHeader(parsing: file(depth: 2), limits: limits)
    }
  }

  @Test func `thousands of open brackets are refused, whatever the bracket`() {
    for bracket in ["(", "[", "{", "{'a': ", "((2,), "] {
      let text = String(repeating: bracket, count: 9_000 / bracket.utf8.count)
      #expect(throws: NPYError.limitExceeded(name: "maxNesting", allowed: 64, found: 65)) {
        try NPYHeader(parsing: headerFile(bracket == "{" ? "{1: " + text : text))
      }
    }
  }
}
