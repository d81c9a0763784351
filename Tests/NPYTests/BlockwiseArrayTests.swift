import NPY
import TestSupport
import Testing

struct BlockwiseArrayTests {
  @Test func `blocks of any size make the array that is made at once`() throws {
    var generator = SeededGenerator(seed: 11)
    for dtype in try everyDType() {
      for isFortranOrder in [false, true] {
        for shape in [[7, 5], [1, 9], [9, 1], [33, 40], [0, 3]] {
          let source = try random(dtype, isFortranOrder, shape, using: &generator)
          for isTransposed in [false, true] {
            for rounding in [nil, .float, .double] as [BlockwiseArray.Rounding?]
            where rounding == nil || dtype.isReal {
              let array = BlockwiseArray(
                of: source, isTransposed: isTransposed, rounding: rounding)
              let whole = array.array
              #expect(array.header == whole.header)
              for count in [1, 4, 6, 64, 10_000] {
                #expect(
                  blocks(array, of: count) == whole.bytes,
                  "\(dtype) \(shape) F \(isFortranOrder) T \(isTransposed) \(count)")
              }
            }
          }
        }
      }
    }
  }

  @Test func `what is made is the transpose, and what is rounded NumPy's`() throws {
    let source = try NDArray([1.5, 2.1, -3, 4, 5, 1e300], shape: [2, 3])
    let transposed = BlockwiseArray(of: source, isTransposed: true)
    #expect(transposed.array == source.transposed())
    let rounded = BlockwiseArray(of: source, isTransposed: true, rounding: .float)
    #expect(rounded.array == (try source.transposed().converted(to: Float.self)))
    #expect(rounded.header.dtype == Float.dtype && rounded.header.shape == [3, 2])
  }

  @Test func `finite is what has no NaN and no infinity`() throws {
    let values: [Double] = [
      0, -0.0, 1, -1.7976931348623157e308, .leastNonzeroMagnitude, .leastNormalMagnitude,
    ]
    for bad in [nil, Double.nan, .infinity, -.infinity, Double(nan: 1, signaling: true)] {
      for place in 0...6 {
        var all = values
        if let bad { all.insert(bad, at: place) }
        #expect(try NDArray(all).isFinite == (bad == nil))
        let floats = all.map { Float($0) }
        #expect(try NDArray(floats).isFinite == floats.allSatisfy(\.isFinite))
      }
    }
    for (bits, isFinite) in [(0x7BFF, true), (0x7C00, false), (0xFC01, false), (0x83FF, true)] {
      for order in ["<f2", ">f2"] {
        let header = try NPYHeader(dtype: DType(order), shape: [1])
        let (low, high) = (UInt8(bits & 0xFF), UInt8(bits >> 8))
        let array = try NDArray(header: header, bytes: order == "<f2" ? [low, high] : [high, low])
        #expect(array.isFinite == isFinite)
      }
    }
    #expect(try NDArray([Int64.max]).isFinite == nil)
  }

  @Test(arguments: ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"])
  func `a value that is not finite is found at every place`(type: String) throws {
    let dtype = try DType(type)
    for count in [1, 31, 32, 33, 64, 70] {
      let header = try NPYHeader(dtype: dtype, shape: [count])
      // All bits but the lowest of the exponent, which is the greatest finite one; and all.
      let (finite, infinite): (UInt64, UInt64) =
        switch dtype.itemSize {
        case 2: (0xFBFF, 0xFC00)
        case 4: (0xFF7F_FFFF, 0xFF80_0000)
        default: (0xFFEF_FFFF_FFFF_FFFF, 0xFFF0_0000_0000_0000)
        }
      func bytes(_ word: UInt64) -> [UInt8] {
        let little = (0..<dtype.itemSize).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        return dtype.byteOrder == .little ? little : little.reversed()
      }
      for place in -1..<count {
        let all = (0..<count).flatMap { bytes($0 == place ? infinite : finite) }
        #expect(
          try NDArray(header: header, bytes: ContiguousArray(all)).isFinite == (place < 0),
          "\(count) values, \(place)")
      }
    }
  }
}
