/// The operations of protocols 0 to 5, by the byte that asks for each (CPython, `Lib/pickle.py`).
///
/// The names are those of `pickletools`, so that ``name`` can be made of them.
enum Operation: UInt8 {
  // MARK: Protocol 0

  case int = 0x49  // I
  case long = 0x4C  // L
  case string = 0x53  // S
  case none = 0x4E  // N
  case unicode = 0x56  // V
  case float = 0x46  // F
  case append = 0x61  // a
  case list = 0x6C  // l
  case tuple = 0x74  // t
  case dict = 0x64  // d
  case setitem = 0x73  // s
  case pop = 0x30  // 0
  case dup = 0x32  // 2
  case mark = 0x28  // (
  case get = 0x67  // g
  case put = 0x70  // p
  case global = 0x63  // c
  case reduce = 0x52  // R
  case build = 0x62  // b
  case inst = 0x69  // i
  case stop = 0x2E  // .
  case persid = 0x50  // P

  // MARK: Protocol 1

  case binint = 0x4A  // J
  case binint1 = 0x4B  // K
  case binint2 = 0x4D  // M
  case binstring = 0x54  // T
  case shortBinstring = 0x55  // U
  case binunicode = 0x58  // X
  case binfloat = 0x47  // G
  case emptyList = 0x5D  // ]
  case appends = 0x65  // e
  case emptyTuple = 0x29  // )
  case emptyDict = 0x7D  // }
  case setitems = 0x75  // u
  case popMark = 0x31  // 1
  case binget = 0x68  // h
  case longBinget = 0x6A  // j
  case binput = 0x71  // q
  case longBinput = 0x72  // r
  case obj = 0x6F  // o
  case binpersid = 0x51  // Q

  // MARK: Protocol 2

  case long1 = 0x8A
  case long4 = 0x8B
  case newtrue = 0x88
  case newfalse = 0x89
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case ext1 = 0x82
  case ext2 = 0x83
  case ext4 = 0x84
  case newobj = 0x81
  case proto = 0x80

  // MARK: Protocol 3

  case binbytes = 0x42  // B
  case shortBinbytes = 0x43  // C

  // MARK: Protocol 4

  case binbytes8 = 0x8E
  case shortBinunicode = 0x8C
  case binunicode8 = 0x8D
  case emptySet = 0x8F
  case additems = 0x90
  case frozenset = 0x91
  case memoize = 0x94
  case stackGlobal = 0x93
  case newobjEx = 0x92
  case frame = 0x95

  // MARK: Protocol 5

  case bytearray8 = 0x96
  case nextBuffer = 0x97
  case readonlyBuffer = 0x98

  /// The name that `pickletools` prints: `SHORT_BINUNICODE`.
  var name: String {
    var name = ""
    for scalar in "\(self)".unicodeScalars {
      if scalar.properties.isUppercase { name += "_" }
      name += scalar.properties.uppercaseMapping
    }
    return name
  }
}

extension Operation {
  /// Why an operation is refused that the format has and no model needs.
  var reasonForRefusal: String {
    switch self {
    case .obj: "it calls a class, and no model needs it"
    case .newobjEx: "it calls a class with arguments by name, as no model needs"
    case .ext1, .ext2, .ext4: "its number stands for a name that only the writer's Python knows"
    case .persid, .binpersid: "what it refers to lies outside the file"
    case .nextBuffer, .readonlyBuffer: "the bytes that it refers to lie outside the file"
    default: "no model needs it"
    }
  }
}
