import Digits
import NPY
import NPZ
import TestSupport
import Testing

@Suite struct DigitsTests {
  @Test func `there are 1797 images of 8 by 8 pixels`() {
    #expect(Digits.count == 1_797)
    #expect(Digits.pixelCount == 64)
    #expect(Digits.images.count == 1_797 * 64)
    #expect(Digits.labels.count == 1_797)
  }

  @Test func `each digit occurs as often as in scikit-learn's copy`() {
    var histogram = [Int](repeating: 0, count: 10)
    for label in Digits.labels {
      histogram[Int(label)] += 1
    }
    #expect(histogram == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  }

  @Test func `the first image is the zero that the chapter prints`() {
    let zero: ContiguousArray<UInt8> = [
      0, 0, 5, 13, 9, 1, 0, 0,
      0, 0, 13, 15, 10, 15, 5, 0,
      0, 3, 15, 2, 0, 11, 8, 0,
      0, 4, 12, 0, 0, 8, 8, 0,
      0, 5, 8, 0, 0, 9, 8, 0,
      0, 4, 11, 0, 1, 12, 7, 0,
      0, 2, 14, 5, 10, 12, 0, 0,
      0, 0, 6, 13, 10, 0, 0, 0,
    ]
    #expect(Digits.images.prefix(64) == zero[...])
    #expect(Digits.labels.first == 0)
  }

  @Test func `every pixel and label has the checksum that Python computed`() {
    #expect(Digits.images.max() == 16)
    #expect(Digits.images.reduce(0) { $0 + Int($1) } == 561718)
    #expect(fnv1a(Digits.images) == 0x493fa2f67df550a1)
    #expect(fnv1a(Digits.labels) == 0x5c66ed875b0a9785)
  }

  @Test func `every pixel and label is that of scikit-learn's copy`() throws {
    let copy = try NPZReader(path: fixturePath("digits.npz"))
    let images = try #require(try copy.array(named: "images"))
    #expect(images.dtype.description == "|u1")
    #expect(images.shape == [1_797, 64])
    #expect(images.bytes == Digits.images)
    let labels = try #require(try copy.array(named: "labels"))
    #expect(try labels.integers() == ContiguousArray(Digits.labels.map { Int64($0) }))
  }

  @Test func `a vector is its image divided, in any floating-point type`() {
    let first = Digits.vector(at: 0, dividedBy: 15.0)
    #expect(first.count == 64)
    #expect(first[2] == 5.0 / 15)
    #expect(first[3] == 13.0 / 15)
    #expect(
      Digits.vector(at: 1_796, dividedBy: Float(1)).last == Float(Digits.images[1_797 * 64 - 1]))
  }

  @Test func `a matrix is its vectors one after another`() {
    let matrix = Digits.matrix(of: 1_000..<1_003, dividedBy: 15.0)
    let vectors = (1_000..<1_003).flatMap { Digits.vector(at: $0, dividedBy: 15.0) }
    #expect(Array(matrix) == vectors)
    #expect(Digits.matrix(of: 5..<5, dividedBy: 15.0).isEmpty)
  }

  /// The 64-bit FNV-1a hash.
  private func fnv1a(_ bytes: ContiguousArray<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
