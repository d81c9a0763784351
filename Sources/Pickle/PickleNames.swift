/// Which names a pickle may hold: exact pairs, compared as bytes; a name is never split at its dots.
public struct PickleNames: Sendable {
  /// The pairs that may occur.
  public let known: Set<PickleGlobal>
  /// Whether a pair that is not known is an error, or a node like any other.
  public let refusesOthers: Bool

  /// The names of Python, NumPy and joblib that stand around any array.
  public static let arrays = PickleNames(known: table, refusesOthers: true)

  /// Any name, for whoever wants to see which there are. They are as inert as the known ones.
  public static let any = PickleNames(known: table, refusesOthers: false)

  /// These names and others.
  ///
  /// - Parameters:
  ///   - others: More names that may occur.
  ///   - refusesOthers: Whether a pair that is not known is an error.
  package func adding(_ others: some Sequence<PickleGlobal>, refusesOthers: Bool) -> PickleNames {
    PickleNames(known: known.union(others), refusesOthers: refusesOthers)
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
  /// Every name that the pickle of an array may hold, in all versions of the packages since NumPy 1.11 and
  /// joblib 0.10.
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
  ]
}
