/// Which names a pickle may hold: exact pairs, compared as bytes; a name is never split at its dots.
public struct PickleNames: Sendable {
  /// The pairs that may occur.
  public let known: Set<PickleGlobal>
  /// Whether a pair that is not known is an error, or a node like any other.
  public let refusesOthers: Bool
  /// Whether an unknown name is what is wrong with a file that is also not sound.
  let comesFirst: Bool

  private init(refusesOthers: Bool, comesFirst: Bool) {
    known = Self.table
    self.refusesOthers = refusesOthers
    self.comesFirst = comesFirst
  }

  /// Only the table below: for whoever will use what the pickle holds.
  public static let known = PickleNames(refusesOthers: true, comesFirst: true)

  /// Any name, for whoever wants to see which there are. They are as inert as the known ones.
  public static let any = PickleNames(refusesOthers: false, comesFirst: false)

  /// Any name, but a file that is not sound is refused for the first one that is not known, if it has one:
  /// that says more of it than where it breaks off.
  public static let anyIfSound = PickleNames(refusesOthers: false, comesFirst: true)

  /// What to say about a file.
  ///
  /// - Parameters:
  ///   - error: What is wrong with it.
  ///   - mentions: The names that were read before.
  func reason(
    for error: PickleError, among mentions: some Sequence<(name: PickleGlobal, offset: Int)>
  ) -> PickleError {
    guard comesFirst, !refusesOthers,
      let first = mentions.first(where: { !known.contains($0.name) })
    else { return error }
    return .unknownName(offset: first.offset, first.name)
  }
}

extension PickleNames {
  /// The classes of dictionaries that may get items as such; what these are is not kept.
  static let dictionaries: Set<PickleGlobal> = [
    PickleGlobal("collections", "OrderedDict"),
    PickleGlobal("sklearn.utils.deprecation", "DeprecationDict"),
  ]
}

// MARK: The table

extension PickleNames {
  /// Every name that the pickle of a network may hold, in all versions of the packages since
  /// scikit-learn 0.18, NumPy 1.11 and joblib 0.10.
  private static let table: Set<PickleGlobal> = {
    var names: Set<PickleGlobal> = []
    for (modules, words) in entries {
      for module in modules {
        for word in words { names.insert(PickleGlobal(module, word)) }
      }
    }
    return names
  }()

  private static let entries: [(modules: [String], names: [String])] = [
    // Python: how protocols 0 and 1 make an object, and protocols 0 to 2 (in Python 3) bytes.
    (["copy_reg", "copyreg"], ["_reconstructor"]),
    (
      ["__builtin__", "builtins"],
      [
        "object", "bytes", "bytearray", "set", "frozenset", "complex", "dict", "FutureWarning",
      ]
    ),
    (["exceptions"], ["FutureWarning"]),
    (["_codecs"], ["encode"]),
    (["collections"], ["OrderedDict"]),

    // NumPy: arrays and their types.
    (["numpy"], ["ndarray", "dtype", "matrix", "memmap"]),
    (
      [
        "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core._multiarray_umath",
        "numpy._core._multiarray_umath",
      ],
      ["_reconstruct", "scalar"]
    ),
    (["numpy.core.numeric", "numpy._core.numeric"], ["_frombuffer"]),
    (["numpy.matrixlib.defmatrix"], ["matrix"]),
    (["numpy.core.memmap", "numpy._core.memmap"], ["memmap"]),
    (["numpy.ma.core"], ["_mareconstruct", "MaskedArray"]),
    (["numpy.ma"], ["MaskedArray"]),

    // NumPy: the random state, in its four generations.
    (["numpy.random"], ["__RandomState_ctor"]),
    (["numpy.random._pickle"], ["__randomstate_ctor", "__bit_generator_ctor"]),
    (["numpy.random._mt19937"], ["MT19937"]),
    (["numpy.random.bit_generator"], ["__pyx_unpickle_SeedSequence", "SeedSequence"]),

    // joblib: what stands for an array whose bytes follow.
    (
      ["joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"],
      ["NumpyArrayWrapper"]
    ),
    // Before 0.10, for arrays in other files; known, so that the error can say it.
    (
      [
        "joblib.numpy_pickle", "joblib.numpy_pickle_compat",
        "sklearn.externals.joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle_compat",
      ],
      ["NDArrayWrapper", "ZNDArrayWrapper"]
    ),

    // scikit-learn: the networks, and what they are made of.
    (
      [
        "sklearn.neural_network._multilayer_perceptron",
        "sklearn.neural_network.multilayer_perceptron",
      ],
      ["MLPClassifier", "MLPRegressor"]
    ),
    (
      [
        "sklearn.neural_network._stochastic_optimizers",
        "sklearn.neural_network.stochastic_optimizers", "sklearn.neural_network._base",
      ],
      ["AdamOptimizer", "SGDOptimizer"]
    ),
    (["sklearn.preprocessing._label", "sklearn.preprocessing.label"], ["LabelBinarizer"]),

    // scikit-learn: what may stand around a network.
    (["sklearn.pipeline"], ["Pipeline"]),
    (
      ["sklearn.preprocessing._data", "sklearn.preprocessing.data"],
      ["StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler"]
    ),
    (
      ["sklearn.model_selection._search", "sklearn.grid_search"],
      ["GridSearchCV", "RandomizedSearchCV"]
    ),
    (
      ["sklearn.model_selection._split"],
      ["KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit"]
    ),
    (
      ["sklearn.metrics._scorer", "sklearn.metrics.scorer"],
      ["_PassthroughScorer", "_passthrough_scorer"]
    ),
    (["sklearn.utils.deprecation"], ["DeprecationDict"]),

    // SciPy: what a random search draws its parameters from.
    (
      ["scipy.stats._distn_infrastructure"],
      ["rv_frozen", "rv_continuous_frozen", "rv_discrete_frozen"]
    ),
    (
      ["scipy.stats._continuous_distns"],
      ["uniform_gen", "loguniform_gen", "reciprocal_gen", "norm_gen", "lognorm_gen", "expon_gen"]
    ),
    (["scipy.stats._discrete_distns"], ["randint_gen"]),
  ]
}
