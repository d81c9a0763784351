import CNetwork
import Testing
import Training

/// The C loops against the plainest Swift.
struct KernelTests {
  // MARK: Products

  /// The sizes of a product, and how its factors lie.
  struct Product: CustomTestStringConvertible, Sendable {
    let m: Int
    let n: Int
    let k: Int

    var testDescription: String { "\(m) × \(k) × \(n)" }

    /// Sizes around those of tiles and panels, and some drawn.
    static let all: [Product] = {
      var sizes = [
        (1, 1, 1), (1, 1, 0), (4, 8, 0), (1, 33, 2), (6, 8, 3), (7, 9, 5), (12, 16, 4),
        (13, 17, 4), (25, 33, 7), (3, 5, 256), (3, 5, 257), (5, 3, 513), (200, 10, 16),
        (16, 10, 200),
      ]
      var random = RandomState(seed: 4)
      for _ in 0..<26 {
        sizes.append((1 + draw(36), 1 + draw(70), draw(40)))
      }
      func draw(_ bound: UInt64) -> Int { Int(random.interval(bound)) }
      return sizes.map { Product(m: $0.0, n: $0.1, k: $0.2) }
    }()
  }

  @Test(arguments: Product.all)
  func `a product in Double is the sum of products`(_ product: Product) {
    unsafe check(product, tolerance: 0x1p-50) {
      m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, adds, scratch in
      unsafe cnetwork_gemm_f64(
        m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, adds, scratch)
    }
  }

  @Test(arguments: Product.all)
  func `a product in Float is the sum of products`(_ product: Product) {
    unsafe check(product, tolerance: Float(0x1p-21)) {
      m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, adds, scratch in
      unsafe cnetwork_gemm_f32(
        m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, adds, scratch)
    }
  }

  private typealias Kernel<Scalar> = (
    Int, Int, Int, UnsafePointer<Scalar>, Int, Int, UnsafePointer<Scalar>, Int, Int,
    UnsafeMutablePointer<Scalar>, Int, Int32, UnsafeMutablePointer<Scalar>
  ) -> Void

  /// Multiplies with both factors as they are and transposed, in place of what is there and added
  /// to it, into a wider matrix whose other numbers must stay.
  private func check<Scalar: TrainingScalar>(
    _ sizes: Product, tolerance: Scalar, _ kernel: Kernel<Scalar>
  ) {
    let (m, n, k) = (sizes.m, sizes.n, sizes.k)
    var random = RandomState(seed: UInt32(m * 10_000 + n * 100 + k))
    // One more than is used, so that there is an address where there are no numbers.
    let a = (0...m * k).map { _ in Scalar(random.uniform(-1, 1)) }
    let b = (0...k * n).map { _ in Scalar(random.uniform(-1, 1)) }
    let mark: Scalar = 77
    let width = n + 3
    for variant in 0..<8 {
      let (flipsA, flipsB, adds) = (variant & 1 != 0, variant & 2 != 0, variant & 4 != 0)
      let (aRow, aColumn) = flipsA ? (1, m) : (k, 1)
      let (bRow, bColumn) = flipsB ? (1, k) : (n, 1)
      var c = [Scalar](repeating: mark, count: m * width)
      let needed = cnetwork_gemm_scratch(m, n, k)
      var scratch = [Scalar](repeating: .nan, count: needed + 8)
      unsafe kernel(
        m, n, k, a, aRow, aColumn, b, bRow, bColumn, &c, width, adds ? 1 : 0, &scratch)
      var worst: Scalar = 0
      for i in 0..<m {
        for j in 0..<n {
          var sum: Scalar = 0
          for p in 0..<k { sum += a[i * aRow + p * aColumn] * b[p * bRow + j * bColumn] }
          if adds { sum += mark }
          worst = max(worst, abs(c[i * width + j] - sum) / (Scalar(k) + abs(sum) + 1))
        }
        #expect(c[i * width + n..<(i + 1) * width].allSatisfy { $0 == mark })
      }
      #expect(worst <= tolerance, "variant \(variant)")
      #expect(scratch[needed...].allSatisfy { $0.isNaN })
    }
  }

  @Test func `a row of a product does not depend on the rows around it`() {
    var random = RandomState(seed: 8)
    let a = (0..<29 * 40).map { _ in random.uniform(-1, 1) }
    let b = (0..<40 * 11).map { _ in random.uniform(-1, 1) }
    func product(rows: Range<Int>) -> [Double] {
      var c = [Double](repeating: 0, count: rows.count * 11)
      var scratch = [Double](repeating: 0, count: cnetwork_gemm_scratch(rows.count, 11, 40))
      let part = Array(a[rows.lowerBound * 40..<rows.upperBound * 40])
      unsafe cnetwork_gemm_f64(rows.count, 11, 40, part, 40, 1, b, 11, 1, &c, 11, 0, &scratch)
      return c
    }
    let whole = product(rows: 0..<29)
    for row in 0..<29 {
      #expect(product(rows: row..<row + 1) == Array(whole[row * 11..<(row + 1) * 11]))
    }
  }
}
