/// Numbers in rows and columns: a batch of inputs or of outputs, one in each row.
public struct Matrix<Scalar: MLPScalar>: Sendable, Hashable {
  /// The number of rows.
  public let rows: Int

  /// The number of columns.
  public let columns: Int

  /// The numbers, row-major: row `r` and column `c` meet at `r * columns + c`.
  public let values: ContiguousArray<Scalar>

  /// Creates a matrix.
  ///
  /// - Parameters:
  ///   - rows: The number of rows, 0 or more.
  ///   - columns: The number of columns, 0 or more.
  ///   - values: The numbers, row-major.
  /// - Throws: ``MLPError/matrixShape(rows:columns:found:)`` when a size is negative or when there
  ///   are more or fewer than rows × columns numbers.
  public init(rows: Int, columns: Int, values: some Collection<Scalar>) throws(MLPError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, values.count == count else {
      throw .matrixShape(rows: rows, columns: columns, found: values.count)
    }
    self.init(checkedRows: rows, columns: columns, values: ContiguousArray(values))
  }

  /// Creates a matrix of sizes that are known to fit the numbers.
  package init(checkedRows rows: Int, columns: Int, values: ContiguousArray<Scalar>) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The value in a row and column, both counted from 0; traps outside of the matrix.
  public subscript(row: Int, column: Int) -> Scalar {
    // The array's own check would let a column too far pass as one of the next row.
    precondition(0 <= column && column < columns, "column \(column) is not in 0..<\(columns)")
    return values[row * columns + column]
  }

  /// Returns a copy of one row, counted from 0; traps outside of the matrix.
  public func row(_ row: Int) -> [Scalar] { Array(slice(row)) }

  /// One row without a copy, counted from 0; traps outside of the matrix.
  package func slice(_ row: Int) -> ArraySlice<Scalar> {
    precondition(0 <= row && row < rows, "row \(row) is not in 0..<\(rows)")
    return values[row * columns..<(row + 1) * columns]
  }
}
