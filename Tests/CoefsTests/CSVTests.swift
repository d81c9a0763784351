import Coefs
import TestSupport
import Testing

@Suite struct CSVTests {
  private func rows(_ text: String) throws -> Matrix<Double> {
    try withTemporaryFolder { folder throws in
      try Dataset(contentsOf: write(text.utf8, to: folder + "/data.csv")).inputs
    }
  }

  private func cause(_ text: String) -> (any CategorizedError)? {
    coefsError { _ = try rows(text) }?.cause
  }

  @Test(arguments: [
    "1,2.5\n-3,4e1\n", "1,2.5\n-3,4e1", "1,2.5\r\n-3,4e1\r\n", "a,b\n1,2.5\n-3,4e1\n",
    "\"a\",\"b\"\r\n1,2.5\r\n-3,4e1\r\n", "\n\n1,2.5\n\n-3,4e1\n\n", "\na,b\n1,2.5\n-3,4e1\n",
    " 1 ,\t2.5\n-3, 4e1 \n", "\u{FEFF}1,2.5\n-3,4e1\n", "\u{FEFF}a,b\r\n1,2.5\r\n-3,4e1",
  ])
  func `names, blanks, empty lines, CR LF and a byte order mark are passed over`(
    text: String
  ) throws {
    let matrix = try rows(text)
    #expect(matrix.columns == 2)
    #expect(matrix.values == [1, 2.5, -3, 40])
  }

  @Test func `one column needs no comma`() throws {
    #expect(try rows("1\n2\n3\n").rows == 3)
  }

  @Test func `a cell that is no number is named with its line`() {
    #expect(
      cause("1,2\n\n3,x\n")
        == DataError.badCell(line: 3, column: "column 1 (from 0)", text: "x"))
    #expect(cause("a,b\nc,d\n") == DataError.badCell(line: 2, column: "column 'a'", text: "c"))
    #expect(
      cause("1,a\n") == DataError.badCell(line: 1, column: "column 1 (from 0)", text: "a"))
    #expect(
      cause("1,2,\n") == DataError.missingValue(line: 1, column: "column 2 (from 0)"))
    #expect(cause("1,2\n1,2\n1;2\n") == DataError.otherCellCount(line: 3, found: 1, expected: 2))
  }

  @Test func `a long cell is cut in the message`() {
    let cell = String(repeating: "x", count: 10_000)
    let error = coefsError { _ = try rows("1\n\(cell)\n") }
    #expect(error?.cause.description.utf8.count ?? .max < 100)
  }

  @Test func `a row that is longer or shorter is named with its line`() {
    #expect(
      cause("1,2\n3,4\n5\n")
        == DataError.otherCellCount(line: 3, found: 1, expected: 2))
    #expect(
      cause("1,2\r\n3,4,5\r\n")
        == DataError.otherCellCount(line: 2, found: 3, expected: 2))
  }

  @Test(arguments: ["", "\n\n", "a,b\n"])
  func `a text without rows is refused`(text: String) {
    let error = coefsError { _ = try rows(text) }
    #expect(error?.cause == DataError.noSuchRows(0..<0, count: 0))
    #expect(error?.category == .badContent)
  }
}
