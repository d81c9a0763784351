extension DType {
  /// Parses the text of a dtype as `numpy.dtype(text)` does.
  ///
  /// That is an optional byte order (`<`, `>`, `=` or `|`; the last two mean native), then a letter
  /// with a size in bytes (`f8`; characters for `U`) or a letter alone (`d`); or a long name without
  /// an order (`float64`). `l`, `L`, `int` and `uint` have 8 bytes, as on every 64-bit system with
  /// NumPy 2.
  ///
  /// - Parameter text: The text between the quotes of a header's `descr`.
  /// - Throws: ``NPYError/unsupportedDType(descr:reason:)``, which tells a type that NumPy has and
  ///   this reader refuses (objects, dates, records, empty elements) from one that does not exist.
  public init(_ text: String) throws(NPYError) {
    func refuse(_ reason: String) -> NPYError {
      .unsupportedDType(descr: "'\(text)'", reason: reason)
    }
    var rest = text[...]
    var order = ByteOrder.native
    if let first = rest.first, "<>=|".contains(first) {
      order = ByteOrder(rawValue: first) ?? .native
      rest.removeFirst()
    }
    let code = Self.names[text] ?? String(rest)
    // Scalars, not characters: an accent on the letter belongs to the digits, and is none.
    guard let letter = code.unicodeScalars.first.map(Character.init) else {
      throw refuse("it names no type")
    }
    let digits = Substring(code.unicodeScalars.dropFirst())
    let size = digits.isEmpty ? nil : Int(digits)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.isEmpty || size != nil
    else {
      throw refuse(Self.whyNotPlain(text) ?? "NumPy has no such type")
    }

    if let size {
      if let reason = Self.refusal(letter, size: size) { throw refuse(reason) }
      let kind = letter == "a" ? Kind.bytes : Kind(rawValue: letter)
      let (bytes, tooBig) = size.multipliedReportingOverflow(by: kind == .unicode ? 4 : 1)
      guard let kind, !tooBig, let dtype = DType(kind, itemSize: bytes, byteOrder: order) else {
        throw refuse("NumPy has no such type")
      }
      self = dtype
      return
    }
    if let reason = Self.refusal(letter, size: 0) { throw refuse(reason) }
    guard let (kind, bytes) = Self.letters[letter],
      let dtype = DType(kind, itemSize: bytes, byteOrder: order)
    else {
      throw refuse("NumPy has no such type")
    }
    self = dtype
  }

  /// The reason why a type that NumPy does have is not read, by its letter and size.
  private static func refusal(_ letter: Character, size: Int) -> String? {
    switch letter {
    case "O":
      "it holds Python objects as a pickle; save plain arrays instead, "
        + "np.savez(file, *clf.coefs_, *clf.intercepts_)"
    case "M": "it holds dates, not weights; convert it with .astype('f8')"
    case "m": "it holds time spans, not weights; convert it with .astype('f8')"
    case "V" where size == 2:
      "raw bytes without a meaning; perhaps a bfloat16 of ml_dtypes, saved without its name: "
        + "save it as float32"
    case "V" where size == 1:
      "raw bytes without a meaning; perhaps a float8 of ml_dtypes, saved without its name: "
        + "save it as float32"
    case "V": "raw bytes without a meaning"
    case "T": "it holds strings of varying width; convert it with .astype('U')"
    case "f" where size == 1: "a float8 of ml_dtypes, which NumPy cannot read either"
    case "S" where size == 0, "a" where size == 0, "U" where size == 0:
      "its elements have no bytes"
    default: nil
    }
  }

  /// The reason for texts beyond letter and size.
  private static func whyNotPlain(_ text: String) -> String? {
    let body = text.drop { "<>=|".contains($0) }
    if body.hasPrefix("M8[") || body.hasPrefix("datetime64") {
      return refusal("M", size: 8)
    }
    if body.hasPrefix("m8[") || body.hasPrefix("timedelta64") {
      return refusal("m", size: 8)
    }
    if body.contains(",") || body.first?.isNumber == true || body.first == "(" {
      return "a record or sub-array type; save one plain array a field"
    }
    return nil
  }

  /// Letters that stand alone (`numpy.typecodes`).
  private static let letters: [Character: (Kind, Int)] = [
    "?": (.bool, 1), "c": (.bytes, 1),
    "b": (.int, 1), "h": (.int, 2), "i": (.int, 4), "l": (.int, 8), "q": (.int, 8),
    "n": (.int, 8), "p": (.int, 8),
    "B": (.uint, 1), "H": (.uint, 2), "I": (.uint, 4), "L": (.uint, 8), "Q": (.uint, 8),
    "N": (.uint, 8), "P": (.uint, 8),
    "e": (.float, 2), "f": (.float, 4), "d": (.float, 8), "g": (.float, 16),
    "F": (.complex, 8), "D": (.complex, 16), "G": (.complex, 32),
  ]

  /// Long names (`numpy.sctypeDict` and Python's own types) and the letter each stands for.
  private static let names: [String: String] = [
    "bool": "?", "bool_": "?",
    "int8": "b", "byte": "b", "int16": "h", "short": "h", "int32": "i", "intc": "i",
    "int64": "l", "int": "l", "int_": "l", "long": "l", "longlong": "q", "intp": "p",
    "uint8": "B", "ubyte": "B", "uint16": "H", "ushort": "H", "uint32": "I", "uintc": "I",
    "uint64": "L", "uint": "L", "ulong": "L", "ulonglong": "Q", "uintp": "P",
    "float16": "e", "half": "e", "float32": "f", "single": "f", "float64": "d", "float": "d",
    "double": "d", "float128": "g", "longdouble": "g",
    "complex64": "F", "csingle": "F", "complex128": "D", "cdouble": "D", "complex": "D",
    "complex256": "G", "clongdouble": "G",
    "bytes": "S", "bytes_": "S", "str": "U", "str_": "U", "unicode": "U",
    "datetime64": "M", "timedelta64": "m", "object": "O", "object_": "O", "void": "V",
  ]
}
