// Where Swift's arrays meet the loops in C: every count is checked here, and nowhere else is memory
// touched by hand.

import CNetwork
import MLP

/// A matrix in memory, as stored or transposed.
struct MatrixView<Scalar: TrainingScalar> {
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

extension ContiguousArray where Element: TrainingScalar {
  /// Makes room for so many numbers, whatever they are.
  mutating func resize(_ count: Int) {
    if self.count != count { self = ContiguousArray(repeating: 0, count: count) }
  }

  /// Becomes the product of two matrices, row-major.
  mutating func setProduct(
    _ a: MatrixView<Element>, _ b: MatrixView<Element>, scratch: inout Self
  ) {
    precondition(a.columns == b.rows)
    resize(a.rows * b.columns)
    let needed = cnetwork_gemm_scratch(a.rows, b.columns, a.columns)
    if scratch.count < needed { scratch.resize(needed) }
    unsafe a.values.withPointer { aValues in
      unsafe b.values.withPointer { bValues in
        unsafe scratch.withMutablePointer { scratch in
          unsafe withMutablePointer { c in
            unsafe Element.kernels.gemm(
              a.rows, b.columns, a.columns, aValues, a.strides.row, a.strides.column, bValues,
              b.strides.row, b.strides.column, c, b.columns, 0, scratch)
          }
        }
      }
    }
  }

  /// Replaces each number by a function of it.
  mutating func apply(_ kernel: (Int, UnsafeMutablePointer<Element>) -> Void) {
    let count = count
    unsafe withMutablePointer { unsafe kernel(count, $0) }
  }

  /// Multiplies each number by the derivative of an activation that has given `a`.
  mutating func multiply(
    at a: Self, by kernel: (Int, UnsafeMutablePointer<Element>, UnsafePointer<Element>) -> Void
  ) {
    precondition(a.count >= count)
    let count = count
    unsafe withMutablePointer { values in
      unsafe a.withPointer { unsafe kernel(count, values, $0) }
    }
  }

  /// Adds a row to every row of this matrix.
  mutating func addToRows(_ row: Self) {
    let rows = count / row.count
    unsafe withMutablePointer { matrix in
      unsafe row.withPointer { unsafe Element.kernels.addRow(rows, row.count, $0, matrix) }
    }
  }

  /// Becomes the sum of the rows of a matrix.
  mutating func setSumOfRows(of matrix: Self, columns: Int) {
    resize(columns)
    unsafe withMutablePointer { sums in
      unsafe matrix.withPointer {
        unsafe Element.kernels.sumRows(matrix.count / columns, columns, $0, sums)
      }
    }
  }

  /// Becomes some rows of a row-major matrix, which must have them.
  mutating func gather(_ rows: ArraySlice<Int>, of matrix: Self, columns: Int) {
    resize(rows.count * columns)
    unsafe matrix.withUnsafeBufferPointer { source in
      unsafe withUnsafeMutableBufferPointer { target in
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
}

extension ContiguousArray where Element: TrainingScalar {
  /// One step of an optimizer: changes these weights, and what it remembers of them, by the sums of
  /// their gradients.
  ///
  /// - Parameters:
  ///   - sums: For each weight the sum of its gradients, over one half of the batch and the other.
  ///   - first: Adam's first moments, or SGD's velocities.
  ///   - second: Adam's second moments; empty for SGD.
  ///   - step: What else the optimizer goes by.
  ///   - pair: The threads that do the work, half by half of the weights.
  /// - Returns: The sum of the squares of the changed weights.
  mutating func update(
    by sums: (Self, Self), first: inout Self, second: inout Self, _ step: cnetwork_step,
    _ pair: Pair
  ) -> Double {
    precondition(sums.0.count == count && sums.1.count == count && first.count == count)
    precondition(second.isEmpty || second.count == count)
    let (middle, count, isAdam) = (count / 2, count, !second.isEmpty)
    var squares = (0.0, 0.0)
    unsafe withMutablePointer { w in
      unsafe sums.0.withPointer { sums0 in
        unsafe sums.1.withPointer { sums1 in
          unsafe first.withMutablePointer { m in
            unsafe second.withMutablePointer { v in
              // Each call changes its own half of every array.
              pair.run { half in
                let start = half == 0 ? 0 : middle
                let length = half == 0 ? middle : count - middle
                let sum = unsafe withUnsafePointer(to: step) { step in
                  isAdam
                    ? unsafe Element.kernels.adam(
                      length, w + start, sums0 + start, sums1 + start, m + start, v + start, step)
                    : unsafe Element.kernels.sgd(
                      length, w + start, sums0 + start, sums1 + start, m + start, step)
                }
                if half == 0 { squares.0 = sum } else { squares.1 = sum }
              }
            }
          }
        }
      }
    }
    return squares.0 + squares.1
  }

  /// The address of the values; any address for an empty array.
  private func withPointer<Result>(_ body: (UnsafePointer<Element>) -> Result) -> Result {
    unsafe withUnsafeBufferPointer { buffer in
      // The base address of a contiguous array is never nil, even of an empty one.
      unsafe body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }

  private mutating func withMutablePointer<Result>(
    _ body: (UnsafeMutablePointer<Element>) -> Result
  ) -> Result {
    unsafe withUnsafeMutableBufferPointer { buffer in
      unsafe body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}

/// The threads that do the two halves of a piece of work: two, if there is enough to do.
struct Pair {
  private let isWorthWhile: Bool

  /// Below so many multiplications a step, the second thread costs more than it brings.
  private static let threshold = 200_000

  /// - Parameter multiplications: How many each step takes.
  init(for multiplications: Int) {
    isWorthWhile = multiplications >= Self.threshold
  }

  /// Calls `work` with 0 and with 1, possibly at the same time: the calls must not change the same
  /// memory.
  func run(_ work: (Int) -> Void) {
    guard isWorthWhile else {
      work(0)
      work(1)
      return
    }
    withoutActuallyEscaping(work) { work in
      var work = work
      unsafe withUnsafeMutablePointer(to: &work) { work in
        unsafe cnetwork_shares(
          ThreadPool.runner, 2, Int32(CNETWORK_LONG),
          { context, half in
            guard let context = unsafe context else { return }
            unsafe context.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(half))
          }, work)
      }
    }
  }
}
