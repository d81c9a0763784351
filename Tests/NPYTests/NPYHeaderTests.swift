import Files
import NPY
import TestSupport
import Testing

/// One file of fixtures/npy/headers.json, with NumPy's verdict (tools/fixtures/make_header_oracle.py).
struct OracleCase: Decodable, CustomTestStringConvertible {
  enum Verdict: String, Decodable { case read, refuse, stricter }

  let file: String
  let verdict: Verdict
  let why: String?
  let descr: String?
  let shape: [Int]?
  let fortran_order: Bool?
  /// The header that NumPy writes of what it read, once for each array; empty for this very one.
  let written: String?
  /// The limit that the header was read with, where it is not the default.
  let max_header_size: Int?

  var bytes: ContiguousArray<UInt8> { ContiguousArray(hex: file) }
  var testDescription: String { String(decoding: bytes.dropFirst(10), as: UTF8.self) }

  var limits: ReadLimits {
    var limits = ReadLimits()
    limits.maxHeaderLength = max_header_size ?? limits.maxHeaderLength
    return limits
  }
}

struct NPYHeaderTests {
  @Test func `what NumPy says of thousands of headers, this reader says too`() throws {
    let cases = try jsonFixture("npy/headers.json", as: [OracleCase].self)
    #expect(cases.count > 3_000)
    for verdict in [OracleCase.Verdict.read, .refuse, .stricter] {
      #expect(cases.count { $0.verdict == verdict } > 100)
    }
    for oracle in cases {
      let name = oracle.testDescription
      do throws(NPYError) {
        let header = try NPYHeader(parsing: oracle.bytes, limits: oracle.limits)
        #expect(oracle.verdict == .read, "\(name) was read, as \(header)")
        #expect(header.dtype.description == oracle.descr, "\(name)")
        #expect(header.shape == oracle.shape, "\(name)")
        #expect(header.isFortranOrder == oracle.fortran_order, "\(name)")
        if let written = oracle.written {
          let expected = ContiguousArray(hex: written.isEmpty ? oracle.file : written)
          #expect(header.bytes == expected, "\(name)")
        }
      } catch {
        #expect(oracle.verdict != .read, "\(name) was refused: \(error)")
      }
    }
  }

  @Test func `a plain header and the same text written otherwise are one`() throws {
    for descr in ["<f8", ">f4", "|u1", "<i8", "|b1", ">c16", "|f8", "<f16", "<f3", ">b1"] {
      for shape in [
        "()", "(3,)", "(2, 3)", "(0, 7, 1)", "(123456789012345678,)", "(3)", "(03,)",
        "(9999999999999999999,)", "(2, 3,)", "(2,3)", "(1, )", "(-1,)",
      ] {
        for order in ["True", "False", "1"] {
          let plain = "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }   \n"
          let other = "{ 'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }   \n"
          func parsed(_ text: String) -> NPYHeader? {
            var bytes = NPYHeader.magic + [1, 0, UInt8(text.utf8.count), 0]
            bytes += Array(text.utf8)
            return try? NPYHeader(parsing: bytes)
          }
          #expect(parsed(plain) == parsed(other), "\(plain)")
        }
      }
    }
  }

  @Test(arguments: try Golden.readable())
  func `NumPy's files say dtype, shape and order`(golden: Golden) throws {
    let header = try NPYHeader(parsing: golden.bytes())
    #expect(header.dtype.description == golden.dtype)
    #expect(header.shape == golden.shape)
    #expect(header.isFortranOrder == golden.fortranOrder)
    #expect(header.count == golden.values?.count)
    #expect(try golden.bytes().count == golden.dataOffset + header.byteCount)
  }

  @Test(arguments: try Golden.readable())
  func `a header is written as NumPy writes it`(golden: Golden) throws {
    // NumPy saves in version 1.0; what it wrote in another on demand holds the array of version-1.
    let saved = golden.version == 1 ? try golden.bytes() : try fixture("npy/version-1.npy")
    let array = try golden.array()
    #expect(array.header.bytes[...] == saved[..<(saved.count - array.bytes.count)])
    #expect(array.fileBytes == saved)
  }

  @Test(
    arguments: [
      ([], "an empty file"),
      (Array("PK\u{03}\u{04}\u{14}\0".utf8), "a ZIP archive (perhaps an NPZ)"),
      (Array("PK\u{05}\u{06}".utf8) + Array(repeating: 0, count: 18), "an empty ZIP archive"),
      (
        Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a".utf8),
        "a Git LFS pointer; fetch the file itself with 'git lfs pull'"
      ),
      (Array("<!DOCTYPE html>\n<html>".utf8), "an HTML page"),
      (Array("<html><body>404</body></html>".utf8), "an HTML page"),
      (Array("<?xml version='1.0'?>".utf8), "an XML document"),
      (Array("{\"coefs\": []}".utf8), "a JSON text"),
      (Array("%PDF-1.7".utf8), "a PDF document"),
      (Array("BZh91AY".utf8), "a bzip2 file"),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "a gzip file; unpack it with gunzip first"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "an xz file"),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file"),
      (
        [0x80, 4, 0x95, 0x10, 0, 0, 0],
        "a Python pickle, which is no array"
      ),
      ([0x93, 0x4E, 0x55], "the first bytes of one"),
      (Array("0.5, 0.25\n".utf8), "a text"),
      (Array("1".utf8), "a text"),
      ([0, 0, 0, 0, 0, 0, 0xF0, 0x3F], nil),
      ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x58, 1, 0], nil),
      ([0x80, 9, 0, 0], nil),
    ] as [([UInt8], String?)])
  func `a file of another kind is called by its name`(bytes: [UInt8], name: String?) {
    #expect(throws: NPYError.notNPY(looksLike: name)) {
      try NPYHeader(parsing: ContiguousArray(bytes))
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (1, 255), (3, 1), (4, 0), (255, 0)] as [(UInt8, UInt8)])
  func `an unknown version is refused`(major: UInt8, minor: UInt8) {
    let file = NPYHeader.magic + [major, minor] + headerFile(headerText()).dropFirst(8)
    #expect(throws: NPYError.unsupportedVersion(major: major, minor: minor)) {
      try NPYHeader(parsing: file)
    }
  }

  @Test func `a header that is longer than its file is refused`() {
    let whole = headerFile(headerText())
    for length in NPYHeader.magic.count..<12 {
      #expect(throws: NPYError.truncatedHeader(expected: 12, found: length)) {
        try NPYHeader(parsing: ContiguousArray(whole.prefix(length)))
      }
    }
    for length in 12..<whole.count {
      #expect(throws: NPYError.truncatedHeader(expected: whole.count, found: length)) {
        try NPYHeader(parsing: ContiguousArray(whole.prefix(length)))
      }
    }
    let absurd = NPYHeader.magic + [2, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0x7B]
    #expect(
      throws: NPYError.limitExceeded(
        name: "maxHeaderLength", allowed: 10_000, found: 0xFFFF_FFF0)
    ) {
      try NPYHeader(parsing: absurd)
    }
    var limits = ReadLimits()
    limits.maxHeaderLength = Int.max
    #expect(throws: NPYError.truncatedHeader(expected: 0xFFFF_FFFC, found: 13)) {
      try NPYHeader(parsing: absurd, limits: limits)
    }
    #expect(throws: NPYError.badHeader(offset: 10, problem: "the header is empty")) {
      try NPYHeader(parsing: NPYHeader.magic + [1, 0, 0, 0, 0, 0])
    }
  }

  @Test func `a shape is checked`() throws {
    let float64 = try DType("<f8")
    func problem(_ shape: [Int], _ dtype: DType) -> String? {
      do throws(NPYError) {
        _ = try NPYHeader(dtype: dtype, shape: shape)
        return nil
      } catch {
        guard case .badShape(shape, let problem) = error else { return "\(error)" }
        return problem
      }
    }
    #expect(problem([2, -1], float64) == "an axis cannot be negative")
    #expect(problem([0, Int.min], float64) == "an axis cannot be negative")
    #expect(problem([-2, -4], float64) == "an axis cannot be negative")
    #expect(problem(Array(repeating: 1, count: 64), float64) == nil)
    #expect(problem(Array(repeating: 1, count: 65), float64)?.hasPrefix("65 axes") == true)
    #expect(problem([1 << 32, 1 << 32], float64) == "more bytes than can be counted")
    #expect(problem([1 << 60], float64) == "more bytes than can be counted")
    #expect(problem([1 << 60 - 1], float64) == nil)
    #expect(problem([1 << 60], try DType("|b1")) == nil)
    // An axis of length 0 leaves no element, but the others must still make sense, as in NumPy.
    #expect(problem([99_999_999_999_999, 0], float64) == nil)
    #expect(problem([1 << 32, 0, 1 << 32], float64) == "more bytes than can be counted")
  }

  @Test func `Fortran order is said only where it differs`() throws {
    let dtype = try DType("<f8")
    for (shape, differs) in [
      ([], false), ([5], false), ([1, 5], false), ([5, 1, 1], false), ([0, 5], false),
      ([3, 0, 2], false), ([2, 3], true), ([1, 2, 1, 3], true),
    ] {
      let header = try NPYHeader(dtype: dtype, isFortranOrder: true, shape: shape)
      #expect(header.isFortranOrder == differs, "\(shape)")
      #expect(try NPYHeader(parsing: header.bytes) == header)
      #expect(header.bytes.count.isMultiple(of: 64))
    }
  }
}
