extension DType {
  /// Parses the text of a dtype as `numpy.dtype(text)` does.
  ///
  /// That is an optional byte order (`<`, `>`, `=` or `|`; the last two mean native), then a letter
  /// with a size in bytes (`f8`; characters for `U`) or a letter alone (`d`); or a long name without
  /// an order (`float64`). After `M8` and `m8` a unit may follow (`M8[ns]`, `m8[25s]`). `l`, `L`,
  /// `int` and `uint` have 8 bytes, as on every 64-bit system with NumPy 2.
  ///
  /// - Parameter text: The text between the quotes of a header's `descr`.
  /// - Throws: ``NPYError/unsupportedDType(descr:reason:)``, which distinguishes a type that NumPy has and
  ///   this reader refuses (strings of varying width, empty elements) from one that does not exist.
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
    if let (kind, unit) = Self.dateOrSpan(rest) {
      guard let unit = Self.unit(unit) else { throw refuse("NumPy has no such unit of time") }
      self.init(valid: kind, itemSize: 8, byteOrder: order == .none ? .native : order, unit: unit)
      return
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
      // On a 64-bit system NumPy takes the 4 bytes of a 32-bit one's objects for its own 8.
      let size = letter == "O" && size == 4 ? 8 : size
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
    case "T": "it holds strings of varying width; convert it with .astype('U')"
    case "f" where size == 1: "a float8 of ml_dtypes, which NumPy cannot read either"
    case "S" where size == 0, "a" where size == 0, "U" where size == 0,
      "V" where size == 0:
      "its elements have no bytes"
    default: nil
    }
  }

  /// The reason for texts beyond letter and size.
  private static func whyNotPlain(_ text: String) -> String? {
    let body = text.drop { "<>=|".contains($0) }
    if body.contains(",") || body.first?.isNumber == true || body.first == "(" {
      return "a record or sub-array type in short; save it by numpy.save, which lists the fields"
    }
    return nil
  }

  /// The kind of a date or time span, and the text of its unit; `nil` for every other type.
  private static func dateOrSpan(_ text: Substring) -> (Kind, unit: Substring)? {
    let names: [(String, Kind)] = [
      ("M8", .datetime), ("datetime64", .datetime), ("m8", .timedelta), ("timedelta64", .timedelta),
    ]
    for (name, kind) in names where text.utf8.starts(with: name.utf8) {
      return (kind, Substring(text.unicodeScalars.dropFirst(name.utf8.count)))
    }
    return nil
  }

  /// The unit between brackets as NumPy writes it: a number unless it is 1, and a unit of time.
  private static func unit(_ text: Substring) -> String? {
    if text.isEmpty || text == "[generic]" { return "" }
    guard text.first == "[", text.last == "]" else { return nil }
    let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
    let unit = String(text.dropFirst(1 + digits.count).dropLast())
    guard ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"].contains(unit)
    else { return nil }
    guard let number = Int32(digits.isEmpty ? "1" : digits) else { return nil }
    return number == 1 ? unit : "\(number)\(unit)"
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
    "M": (.datetime, 8), "m": (.timedelta, 8), "O": (.object, 8),
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
