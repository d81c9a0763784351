/// The name of a class or function in a skops archive: two texts, which are never looked up.
public struct SkopsName: Hashable, Sendable, CustomStringConvertible {
  /// The module: `sklearn.neural_network._multilayer_perceptron`.
  public let module: String
  /// The name in it: `MLPClassifier`.
  public let name: String

  /// A name of two parts.
  public init(_ module: String, _ name: String) {
    self.module = module
    self.name = name
  }

  /// Both parts with a dot between them.
  public var description: String { "\(module).\(name)" }

  /// A name, and the place of its first mention.
  public struct Mention: Hashable, Sendable {
    /// The name.
    public let name: SkopsName
    /// Where the node begins that it stands in, in bytes from the beginning of the schema.
    public let offset: Int
    /// Whether it is one of the names that the archive may hold.
    public let isKnown: Bool
  }

  /// The names of Python and NumPy that any archive may hold: exact pairs, never split at their dots.
  public static let values = Set(
    modules.flatMap { module, names in
      names.map { SkopsName(module, $0) }
    })

  private static let modules: [(module: String, names: [String])] = [
    (
      "builtins",
      [
        "bool", "bytearray", "bytes", "dict", "float", "int", "list", "NoneType", "set", "slice",
        "str", "tuple",
      ]
    ),
    ("collections", ["OrderedDict", "defaultdict"]),
    (
      "numpy",
      [
        "ndarray", "dtype", "memmap", "matrix", "bool", "bool_", "str_", "bytes_", "int8", "int16",
        "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
        "longdouble", "float128", "complex64", "complex128", "datetime64", "timedelta64",
        "number", "generic", "integer", "signedinteger", "unsignedinteger", "inexact", "floating",
        "flexible", "character",
      ]
    ),
    ("numpy.ma", ["MaskedArray"]),
    ("numpy.ma.core", ["MaskedArray"]),
    ("numpy.random", ["RandomState"]),
    ("numpy.random.mtrand", ["RandomState"]),
    ("numpy.random._generator", ["Generator"]),
  ]
}
