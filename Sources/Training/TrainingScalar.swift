import CKernels
public import MLP

/// A number that a network can be trained in: `Float` or `Double`.
public protocol TrainingScalar: MLPScalar, BitwiseCopyable {
  /// Fills `c` with the product of two matrices; see `product(_:_:into:scratch:)`.
  static func multiply(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, into c: inout ContiguousArray<Self>,
    scratch: inout ContiguousArray<Self>)

  /// Replaces each number by e to its power.
  static func exponentials(_ values: inout ContiguousArray<Self>)

  /// Replaces each number by its logistic function.
  static func logistic(_ values: inout ContiguousArray<Self>)
}

/// A matrix in memory, as it lies or transposed.
public struct MatrixView<Scalar: MLPScalar> {
  let values: ContiguousArray<Scalar>
  let rows: Int
  let columns: Int
  let isTransposed: Bool

  /// Row-major numbers as rows × columns.
  init(_ values: ContiguousArray<Scalar>, rows: Int, columns: Int) {
    precondition(values.count >= rows * columns)
    self.values = values
    self.rows = rows
    self.columns = columns
    isTransposed = false
  }

  /// Row-major numbers of columns × rows, taken as rows × columns.
  init(transposing values: ContiguousArray<Scalar>, rows: Int, columns: Int) {
    precondition(values.count >= rows * columns)
    self.values = values
    self.rows = rows
    self.columns = columns
    isTransposed = true
  }

  /// The distances between neighbours in a column and in a row.
  var strides: (row: Int, column: Int) { isTransposed ? (1, rows) : (columns, 1) }
}

extension Double: TrainingScalar {
  /// Fills `c` with A B.
  public static func multiply(
    _ a: MatrixView<Double>, _ b: MatrixView<Double>, into c: inout ContiguousArray<Double>,
    scratch: inout ContiguousArray<Double>
  ) {
    unsafe product(a, b, into: &c, scratch: &scratch) { m, n, k, a, b, c, scratch in
      unsafe ckernels_gemm_f64(
        m, n, k, a.0, a.1, a.2, b.0, b.1, b.2, c, n, 0, scratch)
    }
  }

  /// Replaces each number by e to its power.
  public static func exponentials(_ values: inout ContiguousArray<Double>) {
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe ckernels_exp_f64($0.count, $0.baseAddress)
    }
  }

  /// Replaces each number by its logistic function.
  public static func logistic(_ values: inout ContiguousArray<Double>) {
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe ckernels_logistic_f64($0.count, $0.baseAddress)
    }
  }
}

extension Float: TrainingScalar {
  /// Fills `c` with A B.
  public static func multiply(
    _ a: MatrixView<Float>, _ b: MatrixView<Float>, into c: inout ContiguousArray<Float>,
    scratch: inout ContiguousArray<Float>
  ) {
    unsafe product(a, b, into: &c, scratch: &scratch) { m, n, k, a, b, c, scratch in
      unsafe ckernels_gemm_f32(
        m, n, k, a.0, a.1, a.2, b.0, b.1, b.2, c, n, 0, scratch)
    }
  }

  /// Replaces each number by e to its power.
  public static func exponentials(_ values: inout ContiguousArray<Float>) {
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe ckernels_exp_f32($0.count, $0.baseAddress)
    }
  }

  /// Replaces each number by its logistic function.
  public static func logistic(_ values: inout ContiguousArray<Float>) {
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe ckernels_logistic_f32($0.count, $0.baseAddress)
    }
  }
}

/// Calls a kernel with the places of two matrices, of their product, and of scratch memory.
private func product<Scalar>(
  _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: inout ContiguousArray<Scalar>,
  scratch: inout ContiguousArray<Scalar>,
  _ kernel: (
    Int, Int, Int, (UnsafePointer<Scalar>?, Int, Int), (UnsafePointer<Scalar>?, Int, Int),
    UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>?
  ) -> Void
) {
  precondition(a.columns == b.rows && c.count >= a.rows * b.columns)
  let needed = ckernels_gemm_scratch(a.rows, b.columns, a.columns)
  if scratch.count < needed {
    scratch = ContiguousArray(repeating: 0, count: needed)
  }
  unsafe a.values.withUnsafeBufferPointer { aValues in
    unsafe b.values.withUnsafeBufferPointer { bValues in
      unsafe c.withUnsafeMutableBufferPointer { cValues in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          // The views hold rows × columns numbers, C and the scratch memory were checked above.
          unsafe kernel(
            a.rows, b.columns, a.columns, (aValues.baseAddress, a.strides.row, a.strides.column),
            (bValues.baseAddress, b.strides.row, b.strides.column), cValues.baseAddress,
            scratch.baseAddress)
        }
      }
    }
  }
}

/// Copies rows of a row-major matrix, one after another.
///
/// - Precondition: The matrix has all of these rows.
func gather<Scalar: TrainingScalar>(
  _ rows: ArraySlice<Int>, of matrix: ContiguousArray<Scalar>, columns: Int,
  into result: inout ContiguousArray<Scalar>
) {
  if result.count != rows.count * columns {
    result = ContiguousArray(repeating: 0, count: rows.count * columns)
  }
  unsafe matrix.withUnsafeBufferPointer { source in
    unsafe result.withUnsafeMutableBufferPointer { target in
      for (place, row) in rows.enumerated() {
        // Both slices are checked: they lie in the matrix and in the result, which do not overlap.
        let from = unsafe UnsafeBufferPointer(
          rebasing: source[row * columns..<(row + 1) * columns])
        let to = unsafe UnsafeMutableBufferPointer(
          rebasing: target[place * columns..<(place + 1) * columns])
        _ = unsafe to.update(fromContentsOf: from)
      }
    }
  }
}
