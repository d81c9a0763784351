import NPY
import Testing

struct NPYErrorTests {
  @Test(arguments: [
    (NPYError.notNPY(looksLike: nil), "not an NPY array: the first bytes are not \\x93NUMPY"),
    (.notNPY(looksLike: "an HTML page"), "not an NPY array but an HTML page"),
    (
      .unsupportedVersion(major: 4, minor: 0),
      "at byte 6: NPY version 4.0 is unknown; 1.0, 2.0 and 3.0 can be read"
    ),
    (
      .truncatedHeader(expected: 128, found: 100),
      "cut off: the NPY header needs 128 bytes, and 100 are there"
    ),
    (.badHeader(offset: 10, problem: "an indent"), "at byte 10: an indent"),
    (
      .unsupportedDType(descr: "'|O'", reason: "it holds Python objects"),
      "dtype '|O' cannot be read: it holds Python objects"
    ),
    (
      .badShape([-1], problem: "an axis cannot be negative"),
      "shape (-1,): an axis cannot be negative"
    ),
    (
      .wrongByteCount(dtype: "<f8", shape: [2, 3], expected: 48, found: 47),
      "dtype <f8 and shape (2, 3) take 48 bytes of data, and 47 are there"
    ),
    (
      .limitExceeded(name: "maxNesting", allowed: 64, found: 65),
      "65 is over the limit maxNesting of 64; raise it if you trust the file"
    ),
    (
      .notConvertible(dtype: "<U3", to: "Double"),
      "values of dtype <U3 cannot be read as Double"
    ),
    (
      .ambiguousLongDoubles(dtype: "<f16"),
      "values of dtype <f16 written on x86-64 and on another processor cannot be told apart here; "
        + "save them as float64"
    ),
  ])
  func `an error is one sentence`(error: NPYError, sentence: String) {
    #expect(error.description == sentence)
  }

  @Test func `shapes are printed as Python's tuples`() {
    #expect(pythonTuple([]) == "()")
    #expect(pythonTuple([3]) == "(3,)")
    #expect(pythonTuple([2, 0, 4]) == "(2, 0, 4)")
  }
}
