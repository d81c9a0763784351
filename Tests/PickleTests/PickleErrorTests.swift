import Deflate
import Files
import NPY
import Pickle
import TestSupport
import Testing

@Suite struct PickleErrorTests {
  @Test func `every error is a sentence with the place`() {
    let known: [(ContiguousArray<UInt8>, String)] = [
      ([], "not a pickle but an empty file"),
      (bytes("NA".utf8), "at byte 1: 0x41 is no operation of a pickle"),
      (bytes("\u{1}".utf8), "not a pickle: it begins as none does"),
      (
        bytes("BZh9".utf8),
        "compressed by bzip2, which is not read; in Python, write it again with "
          + "joblib.dump(model, file, compress=('zlib', 3))"
      ),
      (bytes([0x78, 0x9C, 3]), "its compressed data is damaged at byte 3: it is cut off"),
      (
        bytes([0x80, 2], "X".utf8, [9, 0, 0, 0], "abc".utf8),
        "at byte 2: cut off: BINUNICODE needs 9 bytes, and 3 are left"
      ),
      (
        bytes([0x80, 2], "N".utf8),
        "at byte 3: cut off: the next operation needs 1 bytes, and 0 are left"
      ),
      (bytes([0x80, 2], "]NNs.".utf8), "at byte 5: SETITEM: it adds to a list of 0"),
      (
        bytes([0x80, 2], "cposix\nsystem\n.".utf8),
        "at byte 2: it names posix.system, which no network needs; nothing was called, and nothing "
          + "else is read of it"
      ),
      (
        bytes("(iposix\nsystem\n.".utf8),
        "at byte 1: INST is refused: it calls posix.system, and no model needs it"
      ),
      (
        bytes([0x80, 2, 0x82, 7], ".".utf8),
        "at byte 2: EXT1 is refused: its number stands for a name that only the writer's Python knows"
      ),
      (bytes([0x80, 2], "N.N".utf8), "at byte 4: 1 bytes follow the end of the pickle"),
      (bytes([0x80, 6], "N.".utf8), "at byte 0: PROTO: protocol 6 is unknown; 0 to 5 are read"),
      (
        bytes(Array(repeating: UInt8(ascii: "("), count: 10_001)),
        "at byte 10000: over the limit maxPickleMarks of 10000; raise it if you trust the file"
      ),
    ]
    for (file, expected) in known {
      #expect(failure(file).map { "\($0)" } == expected)
    }
  }

  @Test func `an array that is none says why`() throws {
    let expected = [
      "array-too-short": "dtype <f8 and shape (2,) take 16 bytes of data, and 8 are there",
      "scalar-of-pointer": "a raw pointer where a number or a text belongs",
      "array-of-pointers": "'AAAAAAAA' where a list of the array's objects belongs",
      "objects-too-few": "one of 2 where a list of 3 objects belongs",
      "array-of-record": "dtype 'V8' cannot be read: its elements are records",
      "array-rot13": "a call of _codecs.encode where _codecs.encode(text, 'latin1') belongs",
      "dtype-size": "dtype 'U4' cannot be read: its elements are said to take 8 bytes",
      "array-negative":
        "a tuple of 5 where an array's state (1, shape, dtype, is_fortran, data) belongs",
    ]
    for (name, problem) in expected {
      let root = try Pickle(parsing: fixture("hostile-pickles/numpy-\(name).pkl")).root
      let error = try #require(#expect(throws: PickleError.self) { try root.numpy() })
      #expect("\(error)".hasSuffix(": " + problem), "\(error)")
    }
  }

  @Test func `what stops unfolding keeps the words of its stratum`() {
    let error = PickleError.damagedCompression(.badStream(offset: 7, problem: "invalid block type"))
    #expect("\(error)" == "its compressed data is damaged at byte 7: invalid block type")
  }
}
