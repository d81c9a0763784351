import MLP
import Testing

@Suite struct MatrixTests {
  @Test func `is row-major`() throws {
    let matrix = try Matrix<Double>(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(matrix[0, 2] == 3)
    #expect(matrix[1, 0] == 4)
    #expect(matrix.row(0) == [1, 2, 3])
    #expect(matrix.row(1) == [4, 5, 6])
  }

  @Test(arguments: [(0, 3), (3, 0), (0, 0)])
  func `may be empty`(rows: Int, columns: Int) throws {
    let matrix = try Matrix<Float>(rows: rows, columns: columns, values: [])
    #expect(matrix.rows == rows)
    #expect(matrix.columns == columns)
    #expect(matrix.values.isEmpty)
  }

  @Test(arguments: [(2, 3, 5), (2, 3, 7), (-1, -6, 6), (-1, 0, 0), (0, -1, 0), (Int.max, 2, 6)])
  func `refuses sizes that do not fit the numbers`(rows: Int, columns: Int, found: Int) {
    #expect(throws: MLPError.matrixShape(rows: rows, columns: columns, found: found)) {
      try Matrix(rows: rows, columns: columns, values: Array(repeating: 0.0, count: found))
    }
  }

  @Test func `traps on a column of the next row`() async {
    await #expect(processExitsWith: .failure) {
      let matrix = try Matrix<Double>(rows: 2, columns: 2, values: [1, 2, 3, 4])
      _ = matrix[0, 2]
    }
  }
}
