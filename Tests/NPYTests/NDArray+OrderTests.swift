import NPY
import TestSupport
import Testing

struct NDArrayOrderTests {
  @Test func `transposing swaps the axes of every element, and twice gives it back`() throws {
    var generator = SeededGenerator(seed: 2)
    for dtype in try everyDType() {
      for isFortranOrder in [false, true] {
        // Beyond 32 an axis is cut into tiles; beside it a short one keeps the test quick.
        let lengths = [0...4, 1...9, 30...34, 60...70]
        for (rows, columns) in [(0, 0), (1, 1), (1, 2), (2, 1), (3, 1), (0, 1), (2, 2)] {
          let shape = [
            Int.random(in: lengths[rows], using: &generator),
            Int.random(in: lengths[columns], using: &generator),
          ]
          let array = try random(dtype, isFortranOrder, shape, using: &generator)
          let transposed = array.transposed()
          #expect(transposed.shape == [shape[1], shape[0]])
          #expect(transposed.header.isFortranOrder == array.header.isFortranOrder)
          #expect(transposed.transposed() == array)
          let moved = (0..<shape[0]).allSatisfy { row in
            (0..<shape[1]).allSatisfy { column in
              element(array, row, column) == element(transposed, column, row)
            }
          }
          #expect(moved, "\(dtype) \(shape), Fortran order: \(isFortranOrder)")
        }
      }
    }
  }

  @Test func `a matrix that several threads share is transposed as a small one is`() throws {
    for itemSize in [1, 2, 4, 8] {
      for shape in [[1_031, 2_063], [5, 600_011], [600_011, 5]] {
        let dtype = try #require(DType(.uint, itemSize: itemSize))
        let header = try NPYHeader(dtype: dtype, shape: shape)
        var bytes = ContiguousArray<UInt8>(repeating: 0, count: header.byteCount)
        for index in bytes.indices {
          bytes[index] = UInt8(truncatingIfNeeded: index &* 40_503 >> 7)
        }
        let array = try NDArray(header: header, bytes: bytes)
        let transposed = array.transposed()
        #expect(transposed.shape == shape.reversed())
        #expect(transposed.transposed() == array)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
          let row = Int.random(in: 0..<shape[0], using: &generator)
          let column = Int.random(in: 0..<shape[1], using: &generator)
          #expect(element(array, row, column) == element(transposed, column, row))
        }
      }
    }
  }

  @Test(
    arguments: fixtureNames(in: "npy", suffix: "-fortran.npy").filter {
      !$0.hasPrefix("shape-") && !$0.contains("big-endian")
    })
  func `in the other order NumPy's bytes are those of the transpose`(name: String) throws {
    let fortran = try NDArray(parsing: fixture("npy/\(name)"))
    let inC = try Golden.array(name.replacing("-fortran.npy", with: "-c"))
    #expect(fortran.header.isFortranOrder && !inC.header.isFortranOrder)
    #expect(fortran.inCOrder().shape == fortran.shape)
    #expect(fortran.inCOrder().prefix(fortran.count) == fortran.prefix(fortran.count))
    #expect(!fortran.inCOrder().header.isFortranOrder && inC.inCOrder() == inC)
    #expect(inC.transposed().bytes == fortran.bytes)
    #expect(fortran.transposed().bytes == inC.bytes)
  }

  @Test func `long axes without an element take no time`() throws {
    let tall = try Golden.array("shape-large-axis")
    let wide = try Golden.array("shape-large-last-axis")
    #expect(tall.shape == [100_000_000_000_000_000, 0])
    #expect(tall.transposed() == wide)
    #expect(wide.transposed() == tall)
    for dtype in try everyDType() {
      let header = try NPYHeader(dtype: dtype, shape: [0, 1 << 40])
      #expect(try NDArray(header: header, bytes: []).transposed().shape == [1 << 40, 0])
    }
  }

  @Test func `a vector takes another shape with the same bytes`() throws {
    let vector = try NDArray([1.0, 2, 3])
    #expect(vector.reshapedVector([3, 1]).shape == [3, 1])
    #expect(vector.reshapedVector([1, 3]).bytes == vector.bytes)
    #expect(vector.reshapedVector([1, 3]).reshapedVector([3]) == vector)
    #expect(try NDArray([5.0], shape: []).reshapedVector([1, 1]).count == 1)
    #expect(try NDArray([Double]()).reshapedVector([0, 2]).shape == [0, 2])
    // (3, 1) in Fortran order is the same as in C order, and so may be reshaped.
    let header = try NPYHeader(dtype: vector.dtype, isFortranOrder: true, shape: [3, 1])
    #expect(try NDArray(header: header, bytes: vector.bytes).reshapedVector([3]) == vector)
  }

  @Test(arguments: ["shape-2x3x4x5", "shape-2x3x4x5-fortran"])
  func `a slice is counted in C order`(name: String) throws {
    // NumPy's arange(120), under four axes.
    let array = try Golden.array(name)
    #expect(try array.prefix(5).integers() == [0, 1, 2, 3, 4])
    #expect(array.prefix(5).shape == [5])
    #expect(array.prefix(500).shape == [120])
    #expect(array.prefix(0).bytes.isEmpty)
    let slice = array.slice(60..<66, shape: [2, 3])
    #expect(slice.shape == [2, 3] && slice.dtype == array.dtype && !slice.header.isFortranOrder)
    #expect(try slice.integers() == [60, 61, 62, 63, 64, 65])
    #expect(try NDArray(parsing: slice.fileBytes) == slice)
  }

  /// The bytes of an element of a matrix.
  private func element(_ array: NDArray, _ row: Int, _ column: Int) -> ArraySlice<UInt8> {
    let index =
      array.header.isFortranOrder
      ? column * array.shape[0] + row : row * array.shape[1] + column
    let size = array.dtype.itemSize
    return ArraySlice(array.bytes[index * size..<(index + 1) * size])
  }
}
