import Files
import NPY
import TestSupport
import Testing

struct DTypeFieldsTests {
  // MARK: NumPy's files

  @Test(arguments: try Golden.raw())
  func `what has no plain values is its raw bytes, written back to the byte`(
    golden: Golden
  ) throws {
    let file = try golden.bytes()
    let array = try golden.array()
    #expect(array.dtype.description == golden.dtype)
    #expect(array.shape == golden.shape)
    #expect(array.header.isFortranOrder == golden.fortranOrder)
    #expect(array.bytes[...] == file[golden.dataOffset...])
    #expect(array.fileBytes == file)
    let dtype = golden.dtype
    #expect(throws: NPYError.notConvertible(dtype: dtype, to: "Double")) {
      try array.reals(as: Double.self)
    }
    #expect(throws: NPYError.notConvertible(dtype: dtype, to: "Int64")) { try array.integers() }
    #expect(throws: NPYError.notConvertible(dtype: dtype, to: "text")) { try array.strings() }
    #expect(throws: NPYError.notConvertible(dtype: dtype, to: "UInt64")) {
      try array.unsignedIntegers()
    }
    #expect(throws: NPYError.notConvertible(dtype: dtype, to: "complex numbers")) {
      try array.complexNumbers()
    }
  }

  @Test(arguments: try Golden.objects())
  func `objects are named and never read`(golden: Golden) throws {
    let file = try golden.bytes()
    let header = try NPYHeader(parsing: file)
    #expect(header.dtype.holdsObjects)
    #expect(header.dtype.description == golden.dtype)
    #expect(header.shape == golden.shape)
    #expect(header.bytes[...] == file[..<golden.dataOffset])
    #expect(!header.dtype.isReal)
    let bytes = ContiguousArray<UInt8>(repeating: 0, count: header.byteCount)
    let reason =
      "it holds Python objects as a pickle; save plain arrays instead, "
      + "np.savez(file, *clf.coefs_, *clf.intercepts_)"
    let descr = header.dtype.fields.isEmpty ? "'|O'" : golden.dtype
    let refused = NPYError.unsupportedDType(descr: descr, reason: reason)
    #expect(throws: refused) { try NDArray(parsing: file) }
    #expect(throws: refused) { try NDArray(header: header, bytes: bytes) }
  }

  @Test func `the fields of NumPy's record are there, by name and axes`() throws {
    let dtype = try Golden.array("raw-structured").dtype
    #expect(dtype.kind == .void)
    #expect(dtype.itemSize == 4 + 6 * 8 + 5)
    #expect(dtype.name == "void456")
    #expect(
      try dtype.fields == [
        DType.Field("a", DType("<i4")), DType.Field("b", DType(">f8"), shape: [2, 3]),
        DType.Field("c", DType("|S5")),
      ])
    let aligned = try Golden.array("raw-structured-aligned").dtype
    #expect(aligned.fields.map(\.name) == ["f0", "", "f1"])
    #expect(aligned.fields.map(\.isPadding) == [false, true, false])
    let titled = try Golden.array("raw-structured-fortran")
    #expect(titled.dtype.fields.map(\.title) == [nil, "second"])
    #expect(titled.prefix(6).bytes.elementsEqual(0..<18))
  }

  // MARK: Made by hand

  @Test func `a record prints as Python prints its fields`() throws {
    let inner = try DType(fields: [
      .init("x", DType("|i1")), .init("", DType("V2")), .init("", DType("V5")),
      .init("y", DType("M8[1ns]"), shape: [1]),
    ])
    let outer = try DType(fields: [
      .init("it's", inner, shape: [2, 3], title: "say \"a\""), .init("'\"\\", DType(">U2")),
      .init("\n\u{7F}\u{AD}\u{200B}\u{E0001}é日", DType("O")),
    ])
    let nested = "[('x', '|i1'), ('', '|V7'), ('y', '<M8[ns]', (1,))]"
    #expect(inner.description == nested)
    #expect(
      outer.description == """
        [(('say "a"', "it's"), \(nested), (2, 3)), ('\\'"\\\\', '>U2'), \
        ('\\n\\x7f\\xad\\u200b\\U000e0001é日', '|O')]
        """)
    #expect(outer.itemSize == 6 * 16 + 8 + 8)
    #expect(outer.holdsObjects && !inner.holdsObjects)
    let header = try NPYHeader(dtype: outer, isFortranOrder: true, shape: [3, 2])
    #expect(header.bytes[6] == 3)
    #expect(try NPYHeader(parsing: header.bytes) == header)
  }

  @Test func `fields that make no record are refused`() throws {
    let byte = try DType("|i1")
    let void = try DType("|V4")
    let half = try DType("|V1073741824")
    func reason(_ fields: [DType.Field]) -> String? {
      do throws(NPYError) {
        _ = try DType(fields: fields)
        return nil
      } catch {
        guard case .unsupportedDType(_, let reason) = error else { return "\(error)" }
        return reason
      }
    }
    #expect(reason([]) == "its elements have no bytes")
    #expect(reason([.init("", void)]) == nil)
    for unnamed in try [
      DType.Field("", byte), .init("", void, shape: [2]), .init("", void, title: "t"),
      .init("", DType(fields: [.init("a", byte)])),
    ] {
      #expect(reason([unnamed]) == "a field without a name")
    }
    for doubled in [
      [DType.Field("a", byte), .init("a", void)], [.init("a", byte, title: "a")],
      [.init("b", byte, title: "a"), .init("a", byte)],
      [.init("b", byte, title: "a"), .init("c", byte, title: "a")],
    ] {
      #expect(reason(doubled) == "two fields have the name 'a'")
    }
    // The same to the eye, and two names to NumPy.
    #expect(reason([.init("\u{E9}", byte), .init("e\u{301}", byte)]) == nil)
    #expect(reason([.init("a", byte, shape: [2, 0])]) == "a field with the shape (2, 0)")
    #expect(reason([.init("a", byte, shape: [-1])]) == "a field with the shape (-1,)")
    #expect(reason([.init("a", byte, shape: Array(repeating: 1, count: 64))]) == nil)
    #expect(reason([.init("a", byte, shape: Array(repeating: 1, count: 65))]) != nil)
    let tooLong = "elements of 2 GiB or more"
    #expect(reason([.init("a", byte, shape: [Int(Int32.max)])]) == nil)
    #expect(reason([.init("a", byte, shape: [Int.max, Int.max])]) == tooLong)
    #expect(reason([.init("a", half), .init("b", half)]) == tooLong)
    #expect(reason([.init("", half), .init("", half)]) == tooLong)
  }

  @Test func `a malformed list of fields is called so, where it stands`() {
    for descr in [
      "[1]", "['ab']", "[('a',)]", "[('a', '<f4', (2,), 1)]", "[(1, '<f4')]",
      "[(('a', 'b', 'c'), '<f4')]", "[((None, 'a'), '<f4')]", "[('a', 5)]", "[('a', '<f4', 2)]",
      "[('a', '<f4', (2.0,))]", "[('a', '<f4', (99999999999999999999,))]", "{}", "5",
    ] {
      let error = #expect(throws: NPYError.self) {
        try NPYHeader(parsing: headerFile(headerText(descr: descr)))
      }
      guard case .badHeader(20, let problem)? = error else {
        Issue.record("\(descr): \(String(describing: error))")
        continue
      }
      #expect(problem.hasPrefix("'descr' "), "\(problem)")
    }
  }

  @Test func `a list of fields nests no deeper than the limit`() throws {
    func nested(_ depth: Int) -> ContiguousArray<UInt8> {
      let open = String(repeating: "[('a', ", count: depth)
      let close = String(repeating: ")]", count: depth)
      return headerFile(headerText(descr: open + "'<f8'" + close))
    }
    #expect(try NPYHeader(parsing: nested(31)).dtype.itemSize == 8)
    #expect(throws: NPYError.limitExceeded(name: "maxNesting", allowed: 64, found: 65)) {
      try NPYHeader(parsing: nested(32))
    }
  }

  @Test func `a long record is written in version 2.0`() throws {
    let float = try DType("<f4")
    let fields = (0..<5_000).map { DType.Field("a\($0)", float) }
    let header = try NPYHeader(dtype: DType(fields: fields), shape: [1])
    var limits = ReadLimits()
    #expect(throws: NPYError.self) { try NPYHeader(parsing: header.bytes) }
    limits.maxHeaderLength = 1_000_000
    #expect(header.bytes[6] == 2)
    #expect(header.bytes.count.isMultiple(of: 64))
    #expect(try NPYHeader(parsing: header.bytes, limits: limits) == header)
  }
}
