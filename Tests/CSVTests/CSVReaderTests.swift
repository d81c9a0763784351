import CSV
import Deflate
import Files
import TestSupport
import Testing

@Suite struct CSVReaderTests {
  private struct Table: Decodable {
    let text: String
    let separator: String
    let rows: [[String]]
  }

  @Test func `cells are those of Python's csv module, wherever a block ends`() throws {
    let tables = try jsonFixture("field-data/tables.json", as: [Table].self)
    #expect(tables.count > 200)
    for table in tables {
      let separator = CSVSeparator.byte(Array(table.separator.utf8)[0])
      for size in [1, 2, 3, 7, 1 << 18] {
        #expect(
          try rows(table.text.utf8, separator: separator, blockSize: size) == table.rows,
          "\(table.text.debugDescription)")
      }
    }
  }

  static let separators: [(String, CSVSeparator)] = [
    ("a,b\n1,2\n", .comma), ("a;b\n1;2\n", .semicolon), ("a\tb\n1\t2\n", .tab),
    ("a|b\n1|2\n", .byte(UInt8(ascii: "|"))), ("1 2\n3 4\n", .blanks), (" 1  2\n 3 4 \n", .blanks),
    ("1,5;2,5\n3,5;4,5\n", .semicolon), ("1,5\t2\n3,5\t4\n", .tab), ("1,5 2,5\n3,5 4,5\n", .blanks),
    ("1, 2\n3, 4\n", .comma), ("5.1,Iris setosa\n4.9,Iris setosa\n", .comma),
    ("sepal length (cm),kind\n5.1,a\n", .comma), ("1\n2\n", .comma), ("", .comma),
    ("sep=;\n1;2\n", .semicolon), ("\"a;b\",1\n\"c;d\",2\n", .comma), ("1\t\t3\n1\t2\t3\n", .tab),
  ]

  @Test(arguments: separators)
  func `the separator is found`(text: String, separator: CSVSeparator) throws {
    #expect(try reader(text.utf8).separator == separator)
  }

  @Test func `a separator that is given is not looked for`() throws {
    #expect(try rows("1;2,3\n".utf8, separator: .semicolon) == [["1", "2,3"]])
    #expect(try rows("sep=;\n1;2\n".utf8, separator: .comma) == [["1;2"]])
  }

  @Test func `blanks separate in any number`() throws {
    #expect(
      try rows("  1 \t 2\n\n3 \"4 5\"\t\r\n \n6 7".utf8, separator: .blanks)
        == [["1", "2"], ["3", "4 5"], ["6", "7"]])
  }

  @Test func `blanks around a cell, empty lines and all line ends are passed over`() throws {
    #expect(try rows("\n 1 ,\t2\r\r\n\n3,  \"4\" \n".utf8) == [["1", "2"], ["3", "4"]])
    #expect(try rows("1\t 2\t\n".utf8, separator: .tab) == [["1", "2", ""]])
    #expect(try rows("\"\"\n1\n".utf8) == [[""], ["1"]])
  }

  @Test func `lines are counted, also within quotes`() throws {
    var reader = try reader("a,b\n\"x\ny\",1\r\n\n2,3".utf8)
    var lines: [Int] = []
    while try reader.next() { lines.append(reader.line) }
    #expect(lines == [1, 2, 5])
  }

  @Test func `comments at the top are kept`() throws {
    let reader = try reader("# made by a script\n# a b\n1 2\n# 3\n".utf8)
    #expect(reader.comments?.count == 2)
    #expect(reader.comments?.line == 2)
    #expect(reader.namesInComment(count: 2) == ["a", "b"])
    #expect(reader.namesInComment(count: 3) == nil)
    // No comment without a blank: a name, or a value.
    #expect(try rows("#a,b\n1,2\n".utf8) == [["#a", "b"], ["1", "2"]])
  }

  static let errors: [(String, CSVError)] = [
    ("1,\"2\n3,4\n", .openQuote(line: 1)), ("1,2\n3,\"4\"x\n", .textAfterQuote(line: 2)),
    ("1,2\u{0}\n", .notText(offset: 3)),
  ]

  @Test(arguments: errors)
  func `what is no table is refused`(text: String, error: CSVError) {
    #expect(throws: error) { try rows(text.utf8) }
    #expect(!error.description.isEmpty)
  }

  @Test func `a row without an end is refused before it fills the memory`() throws {
    let long = ContiguousArray<UInt8>(repeating: UInt8(ascii: "1"), count: 17 << 20)
    #expect(throws: CSVError.longRecord(line: 1, allowed: CSVReader.maxRowBytes)) {
      try rows(long + [UInt8(ascii: "\n")])
    }
  }

  @Test func `texts that are not UTF-8 are refused where they count`() throws {
    var reader = try reader([UInt8(ascii: "a"), 0xE4, UInt8(ascii: "\n")])
    #expect(try reader.next())
    #expect(reader.string(reader.cells[0]) == "a\u{FFFD}")
    #expect(throws: CSVError.notUTF8(line: 1)) { try reader.validString(reader.cells[0]) }
  }
}
