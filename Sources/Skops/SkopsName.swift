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

  /// A name and where it stands first.
  public struct Mention: Hashable, Sendable {
    /// The name.
    public let name: SkopsName
    /// Where the node begins that it stands in, in bytes from the beginning of the schema.
    public let offset: Int
  }

  /// Whether it is one of those that the archive of a network may hold.
  public var isKnown: Bool { Self.known[module]?.contains(name) == true }

  /// The names by module: exact pairs, never split at their dots.
  private static let known: [String: Set<String>] = [
    "builtins": [
      "bool", "bytearray", "bytes", "dict", "float", "int", "list", "NoneType", "set", "slice",
      "str",
      "tuple",
    ],
    "collections": ["OrderedDict", "defaultdict"],
    "numpy": [
      "ndarray", "dtype", "memmap", "matrix", "bool", "bool_", "str_", "bytes_", "int8", "int16",
      "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
      "longdouble", "float128", "complex64", "complex128", "datetime64", "timedelta64",
    ],
    "numpy.ma": ["MaskedArray"],
    "numpy.ma.core": ["MaskedArray"],
    "numpy.random": ["RandomState"],
    "numpy.random.mtrand": ["RandomState"],
    "numpy.random._generator": ["Generator"],
    // What a random search draws its parameters from.
    "scipy.stats._continuous_distns": [
      "uniform_gen", "loguniform_gen", "reciprocal_gen", "norm_gen", "lognorm_gen", "expon_gen",
    ],
    "scipy.stats._discrete_distns": ["randint_gen"],
    "scipy.stats._distn_infrastructure": [
      "rv_frozen", "rv_continuous_frozen", "rv_discrete_frozen",
    ],
    "sklearn.metrics._scorer": ["_PassthroughScorer", "_passthrough_scorer"],
    "sklearn.model_selection._search": ["GridSearchCV", "RandomizedSearchCV"],
    "sklearn.model_selection._split": [
      "KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit",
    ],
    "sklearn.neural_network._multilayer_perceptron": ["MLPClassifier", "MLPRegressor"],
    "sklearn.neural_network._stochastic_optimizers": ["AdamOptimizer", "SGDOptimizer"],
    "sklearn.pipeline": ["Pipeline"],
    "sklearn.preprocessing._data": [
      "StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler",
    ],
    "sklearn.preprocessing._label": ["LabelBinarizer"],
  ]
}
