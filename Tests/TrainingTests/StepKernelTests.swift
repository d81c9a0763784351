import CNetwork
import MLP
import Testing
import Training

import Platform

/// The C loops of a training step against the plainest Swift, in every length around the widths of
/// vectors.
struct StepKernelTests {
  private static let lengths = Array(0...40) + [100, 257]

  private static func numbers<Scalar: BinaryFloatingPoint>(
    _ count: Int, _ seed: UInt32, _ low: Double = -1
  ) -> [Scalar] {
    var random = RandomState(seed: seed)
    return (0..<count).map { _ in Scalar(random.uniform(low, 1)) }
  }

  @Test(arguments: lengths)
  func `rows are added to and summed`(_ columns: Int) {
    let rows = 7
    let row: [Double] = Self.numbers(columns, 1) + [0]
    let matrix: [Double] = Self.numbers(rows * columns, 2) + [5]
    var sums = [Double](repeating: 9, count: columns + 1)
    unsafe cnetwork_sum_rows_f64(rows, columns, matrix, &sums)
    var added = matrix
    unsafe cnetwork_add_row_f64(rows, columns, row, &added)
    for column in 0..<columns {
      let values = (0..<rows).map { matrix[$0 * columns + column] }
      let sum = values.reduce(0) { $0 + $1 }
      #expect(sums[column] == sum)
      for r in 0..<rows {
        #expect(added[r * columns + column] == matrix[r * columns + column] + row[column])
      }
    }
    #expect(sums[columns] == 9 && added[rows * columns] == 5)
  }

  @Test(arguments: lengths)
  func `rows of Float are added to and summed`(_ columns: Int) {
    let rows = 5
    let row: [Float] = Self.numbers(columns, 1) + [0]
    let matrix: [Float] = Self.numbers(rows * columns, 2) + [5]
    var sums = [Float](repeating: 9, count: columns + 1)
    unsafe cnetwork_sum_rows_f32(rows, columns, matrix, &sums)
    var added = matrix
    unsafe cnetwork_add_row_f32(rows, columns, row, &added)
    for column in 0..<columns {
      let values = (0..<rows).map { matrix[$0 * columns + column] }
      let sum = values.reduce(0) { $0 + $1 }
      #expect(sums[column] == sum)
      #expect(added[column] == matrix[column] + row[column])
    }
    #expect(sums[columns] == 9 && added[rows * columns] == 5)
  }

  @Test(arguments: lengths)
  func `relu and the slopes of activations`(_ count: Int) {
    let z: [Double] = Self.numbers(count, 3) + [-5]
    var rectified = z
    unsafe cnetwork_relu_f64(count, &rectified)
    #expect(Array(rectified.dropLast()) == z.dropLast().map { max($0, 0) })
    #expect(rectified[count] == -5)

    let a: [Double] = Self.numbers(count, 4, 0).map { $0 < 0.3 ? 0 : $0 } + [0.5]
    func expectClose(_ found: [Double], _ slope: (Double) -> Double) {
      for index in 0..<count {
        #expect(abs(found[index] - z[index] * slope(a[index])) <= 0x1p-51)
      }
      #expect(found[count] == -5)
    }
    var values = z
    unsafe cnetwork_times_logistic_slope_f64(count, &values, a)
    expectClose(values) { $0 * (1 - $0) }
    values = z
    unsafe cnetwork_times_tanh_slope_f64(count, &values, a)
    expectClose(values) { 1 - $0 * $0 }
    values = z
    unsafe cnetwork_times_relu_slope_f64(count, &values, a)
    expectClose(values) { $0 == 0 ? 0 : 1 }

    let small = a.map { Float($0) }
    func expectClose(_ found: [Float], _ slope: (Float) -> Float) {
      for index in 0..<count {
        #expect(abs(found[index] - Float(z[index]) * slope(small[index])) <= 0x1p-22)
      }
      #expect(found[count] == -5)
    }
    var floats = z.map { Float($0) }
    unsafe cnetwork_relu_f32(count, &floats)
    #expect(Array(floats.dropLast()) == z.dropLast().map { max(Float($0), 0) })
    floats = z.map { Float($0) }
    unsafe cnetwork_times_logistic_slope_f32(count, &floats, small)
    expectClose(floats) { $0 * (1 - $0) }
    floats = z.map { Float($0) }
    unsafe cnetwork_times_tanh_slope_f32(count, &floats, small)
    expectClose(floats) { 1 - $0 * $0 }
    floats = z.map { Float($0) }
    unsafe cnetwork_times_relu_slope_f32(count, &floats, small)
    expectClose(floats) { $0 == 0 ? 0 : 1 }
  }

  @Test func `relu keeps NaN`() {
    var values = [Double](repeating: .nan, count: 17)
    unsafe cnetwork_relu_f64(17, &values)
    #expect(values.allSatisfy { $0.isNaN })
  }

  // MARK: Optimizers

  private static let step = cnetwork_step(
    alpha: 0.01, weight: 150, learning_rate: 0.05, beta_1: 0.9, beta_2: 0.99, epsilon: 1e-8,
    nesterovs: 0)

  @Test(arguments: lengths)
  func `Adam changes weights and moments as its paper has it`(_ count: Int) {
    let (s, w0): ([Double], [Double]) = (Self.numbers(count, 1), Self.numbers(count, 2))
    let (more, m0): ([Double], [Double]) = (Self.numbers(count, 3), Self.numbers(count, 4))
    let v0: [Double] = Self.numbers(count, 5, 0)
    var (w, m, v) = (w0 + [7], m0 + [7], v0 + [7])
    let step = Self.step
    let squares = unsafe withUnsafePointer(to: step) {
      unsafe cnetwork_adam_f64(count, &w, s + [0], more + [0], &m, &v, $0)
    }
    var wanted = 0.0
    for i in 0..<count {
      let g = (s[i] + more[i] + step.alpha * w0[i]) / step.weight
      let newM = 0.9 * m0[i] + (1 - 0.9) * g
      let newV = 0.99 * v0[i] + (1 - 0.99) * g * g
      let newW = w0[i] - step.learning_rate * newM / (newV.squareRoot() + 1e-8)
      #expect(abs(m[i] - newM) <= 0x1p-51 && abs(v[i] - newV) <= 0x1p-51)
      #expect(abs(w[i] - newW) <= 0x1p-45 * max(1, abs(newW)))
      wanted += w[i] * w[i]
    }
    #expect(abs(squares - wanted) <= 0x1p-48 * (1 + wanted))
    #expect(w[count] == 7 && m[count] == 7 && v[count] == 7)
  }

  @Test(arguments: lengths, [Int32(0), 1])
  func `SGD changes weights and velocities, with either momentum`(_ count: Int, nesterovs: Int32) {
    let (s, w0): ([Double], [Double]) = (Self.numbers(count, 1), Self.numbers(count, 2))
    let (more, m0): ([Double], [Double]) = (Self.numbers(count, 3), Self.numbers(count, 4))
    var (w, m) = (w0 + [7], m0 + [7])
    var step = Self.step
    step.nesterovs = nesterovs
    let squares = unsafe withUnsafePointer(to: step) {
      unsafe cnetwork_sgd_f64(count, &w, s + [0], more + [0], &m, $0)
    }
    var wanted = 0.0
    for i in 0..<count {
      let descent = 0.05 * (s[i] + more[i] + step.alpha * w0[i]) / step.weight
      let newM = 0.9 * m0[i] - descent
      let newW = w0[i] + (nesterovs == 1 ? 0.9 * newM - descent : newM)
      #expect(abs(m[i] - newM) <= 0x1p-51 && abs(w[i] - newW) <= 0x1p-51)
      wanted += w[i] * w[i]
    }
    #expect(abs(squares - wanted) <= 0x1p-48 * (1 + wanted))
    #expect(w[count] == 7 && m[count] == 7)
  }

  @Test(arguments: lengths)
  func `both optimizers do the same in Float, as far as it goes`(_ count: Int) {
    let (s, w0): ([Double], [Double]) = (Self.numbers(count, 1), Self.numbers(count, 2))
    let (more, m0): ([Double], [Double]) = (Self.numbers(count, 3), Self.numbers(count, 4))
    let v0: [Double] = Self.numbers(count, 5, 0)
    func floats(_ values: [Double]) -> [Float] { values.map { Float($0) } + [7] }
    func expectClose(_ found: [Float], _ wanted: [Double]) {
      for i in 0..<count { #expect(abs(Double(found[i]) - wanted[i]) <= 1e-5) }
      #expect(found[count] == 7)
    }
    unsafe withUnsafePointer(to: Self.step) { step in
      var (w, m, v) = (w0 + [0], m0 + [0], v0 + [0])
      var (fw, fm, fv) = (floats(w0), floats(m0), floats(v0))
      var squares = unsafe cnetwork_adam_f64(count, &w, s + [0], more + [0], &m, &v, step)
      var found = unsafe cnetwork_adam_f32(
        count, &fw, floats(s), floats(more), &fm, &fv, step)
      expectClose(fw, w)
      expectClose(fm, m)
      expectClose(fv, v)
      #expect(abs(found - squares) <= 1e-4 * (1 + squares))
      (w, m, fw, fm) = (w0 + [0], m0 + [0], floats(w0), floats(m0))
      squares = unsafe cnetwork_sgd_f64(count, &w, s + [0], more + [0], &m, step)
      found = unsafe cnetwork_sgd_f32(count, &fw, floats(s), floats(more), &fm, step)
      expectClose(fw, w)
      expectClose(fm, m)
      #expect(abs(found - squares) <= 1e-4 * (1 + squares))
    }
  }

  // MARK: Two threads

  @Test(arguments: [1, 2, 64])
  func `each share is done once, asleep or awake`(count: Int) {
    var calls = [Int32](repeating: 0, count: count)
    for round in 0..<2_000 {
      // Long enough for the second thread to fall asleep.
      if round % 500 == 499 { usleep(20_000) }
      unsafe cnetwork_shares(
        cnetwork_pool, count, Int32(round % 2 == 0 ? CNETWORK_LONG : CNETWORK_SHORT),
        { context, half in
          unsafe context?.assumingMemoryBound(to: Int32.self)[Int(half)] += 1
        }, &calls)
    }
    #expect(calls.allSatisfy { $0 == 2_000 })
  }
}
