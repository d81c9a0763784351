import NPY
import Testing

struct DTypeTests {
  @Test func `every dtype is read back from what it prints`() throws {
    for dtype in try everyDType() {
      #expect(try DType(dtype.description) == dtype)
      #expect(DType(dtype.kind, itemSize: dtype.itemSize, byteOrder: dtype.byteOrder) == dtype)
    }
  }

  @Test(arguments: [
    ("|b1", DType.Kind.bool, 1, DType.ByteOrder.none, "bool"),
    ("|i1", .int, 1, .none, "int8"),
    (">i2", .int, 2, .big, "int16"),
    ("<i4", .int, 4, .little, "int32"),
    ("<i8", .int, 8, .little, "int64"),
    ("|u1", .uint, 1, .none, "uint8"),
    (">u8", .uint, 8, .big, "uint64"),
    ("<f2", .float, 2, .little, "float16"),
    (">f4", .float, 4, .big, "float32"),
    ("<f8", .float, 8, .little, "float64"),
    ("<f16", .float, 16, .little, "float128"),
    ("<c8", .complex, 8, .little, "complex64"),
    (">c16", .complex, 16, .big, "complex128"),
    ("<c32", .complex, 32, .little, "complex256"),
    ("|S5", .bytes, 5, .none, "bytes5"),
    ("<U3", .unicode, 12, .little, "str3"),
    (">U536870911", .unicode, 2_147_483_644, .big, "str536870911"),
    ("<M8", .datetime, 8, .little, "datetime64"),
    (">M8[ns]", .datetime, 8, .big, "datetime64[ns]"),
    ("<m8[25s]", .timedelta, 8, .little, "timedelta64[25s]"),
    ("|V3", .void, 3, .none, "void24"),
    ("|O", .object, 8, .none, "object"),
  ])
  func `a dtype has kind, size, order and name`(
    text: String, kind: DType.Kind, itemSize: Int, order: DType.ByteOrder, name: String
  ) throws {
    let dtype = try DType(text)
    #expect(dtype.description == text)
    #expect(dtype.kind == kind)
    #expect(dtype.itemSize == itemSize)
    #expect(dtype.byteOrder == order)
    #expect(dtype.name == name)
    #expect(dtype.isReal == [.int, .uint, .float].contains(kind))
  }

  /// What `numpy.dtype(text).str` is on a little-endian machine.
  @Test(arguments: [
    ("f8", "<f8"), ("=f8", "<f8"), ("|f8", "<f8"), ("d", "<f8"), (">d", ">f8"),
    ("float64", "<f8"), ("float", "<f8"), ("g", "<f16"), ("e", "<f2"), ("half", "<f2"),
    ("?", "|b1"), ("bool", "|b1"), (">b1", "|b1"), ("<i1", "|i1"), ("b", "|i1"), ("B", "|u1"),
    ("l", "<i8"), ("L", "<u8"), ("int", "<i8"), ("uint", "<u8"), ("intc", "<i4"), ("p", "<i8"),
    ("complex", "<c16"), ("F", "<c8"), ("clongdouble", "<c32"), ("c", "|S1"), ("|a3", "|S3"),
    (">S5", "|S5"), ("U3", "<U3"), ("f08", "<f8"), (">V5", "|V5"), ("V2147483647", "|V2147483647"),
    ("O", "|O"), ("object", "|O"), (">O8", "|O"), ("O4", "|O"),
    ("M", "<M8"), ("M8[generic]", "<M8"), ("=M8[s]", "<M8[s]"), ("|M8[01s]", "<M8[s]"),
    ("datetime64[ns]", "<M8[ns]"), (">timedelta64[07D]", ">m8[7D]"), ("m8[0as]", "<m8[0as]"),
  ])
  func `other names mean the same`(text: String, canonical: String) throws {
    let native = DType.ByteOrder.native == .little ? "<" : ">"
    let expected = text.hasPrefix(">") ? canonical : canonical.replacing("<", with: native)
    #expect(try DType(text).description == expected)
  }

  @Test(arguments: [
    ("M8[]", "unit of time"), ("M8[", "unit of time"), ("M8[s", "unit of time"),
    ("M8s", "unit of time"), ("M8[s]x", "unit of time"), ("m8[sec]", "unit of time"),
    ("m8[B]", "unit of time"), ("m8[2147483648s]", "unit of time"), ("m8[-2s]", "unit of time"),
    ("m8[s/2]", "unit of time"), ("m8[2 s]", "unit of time"), ("m8[\u{662}s]", "unit of time"),
    ("m8[s\u{301}]", "unit of time"), ("m8[2\u{301}s]", "unit of time"), ("M4", "no such type"),
    ("O16", "no such type"), ("V2147483648", "no such type"),
    ("V", "no bytes"), ("|V0", "no bytes"), ("void", "no bytes"),
    ("<f1", "float8 of ml_dtypes, which NumPy cannot read"),
    ("T", "varying width"), ("|T16", "varying width"),
    ("S0", "no bytes"), ("|S", "no bytes"), ("a0", "no bytes"), ("<U0", "no bytes"),
    ("U", "no bytes"), ("str", "no bytes"), ("bytes", "no bytes"),
    ("i4,f8", "record or sub-array"), ("(2,)f8", "record or sub-array"),
    ("3f8", "record or sub-array"),
    ("", "names no type"), ("<", "names no type"),
    ("f3", "no such type"), ("f32", "no such type"), ("c4", "no such type"),
    ("i16", "no such type"),
    ("b2", "no such type"), ("?1", "no such type"), ("x", "no such type"), ("8", "no such type"),
    ("<float64", "no such type"), ("bfloat16", "no such type"), ("Float64", "no such type"),
    ("<<f8", "no such type"), (" f8", "no such type"), ("f8 ", "no such type"),
    ("f8\0", "no such type"), ("f-8", "no such type"),
    ("S2147483648", "no such type"), ("U536870912", "no such type"),
    ("S99999999999999999999", "no such type"), ("U9223372036854775807", "no such type"),
    // An accent makes one character of it and the letter, and another type of neither.
    ("f\u{301}8", "no such type"), ("f\u{301}", "no such type"), ("f8\u{301}", "no such type"),
    ("<\u{338}f8", "no such type"), ("f\u{668}", "no such type"),
    ("float64\u{301}", "no such type"),
  ])
  func `what is no type or is refused has its reason`(text: String, reason: String) {
    let error = #expect(throws: NPYError.self) { try DType(text) }
    guard case .unsupportedDType("'\(text)'", let given)? = error else {
      Issue.record("\(text.debugDescription) gave \(String(describing: error))")
      return
    }
    #expect(given.contains(reason))
  }

  @Test func `only NumPy's sizes exist`() {
    let sizes: [(DType.Kind, [Int])] = [
      (.bool, [1]), (.int, [1, 2, 4, 8]), (.uint, [1, 2, 4, 8]), (.float, [2, 4, 8, 16]),
      (.complex, [8, 16, 32]), (.unicode, [4, 8, 12, 16, 20, 24, 28, 32, 36, 40]),
      (.bytes, Array(1...40)), (.void, Array(1...40)),
      (.datetime, [8]), (.timedelta, [8]), (.object, [8]),
    ]
    for (kind, expected) in sizes {
      #expect((-1...40).filter { DType(kind, itemSize: $0) != nil } == expected, "\(kind)")
    }
    #expect(DType(.bytes, itemSize: Int(Int32.max)) != nil)
    #expect(DType(.bytes, itemSize: Int(Int32.max) + 1) == nil)
    #expect(DType(.unicode, itemSize: Int.min) == nil)
  }

  @Test func `an order is kept only where there is one`() {
    #expect(DType(.int, itemSize: 1, byteOrder: .big)?.byteOrder == DType.ByteOrder.none)
    #expect(DType(.bytes, itemSize: 8, byteOrder: .big)?.byteOrder == DType.ByteOrder.none)
    #expect(DType(.unicode, itemSize: 4, byteOrder: .big)?.byteOrder == .big)
    #expect(DType(.float, itemSize: 8, byteOrder: .none)?.byteOrder == .native)
  }
}
