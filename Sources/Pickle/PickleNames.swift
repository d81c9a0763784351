/// Which names a pickle may hold: exact pairs, compared as bytes; a name is never split at its dots.
public struct PickleNames: Sendable {
  /// What becomes of a pair that is not known.
  package enum Others: Sendable {
    /// It is an error.
    case refused
    /// It is a node like any other.
    case accepted
    /// It is a node like any other; but a file that is not sound is refused for the first of them, if it has one:
    /// that says more of it than where it breaks off.
    case acceptedIfSound
  }

  /// The pairs that may occur.
  public let known: Set<PickleGlobal>
  /// What becomes of others.
  package let others: Others
  /// Whether persistent ids are nodes, and any object may get items, as in the files of `torch.save`.
  package private(set) var isOfTorch = false

  /// The names of Python, NumPy and joblib that stand around any array.
  public static let arrays = PickleNames(known: table, others: .refused)

  /// Any name, for whoever wants to see which there are. They are as inert as the known ones.
  public static let any = PickleNames(known: table, others: .accepted)

  /// These names and more.
  ///
  /// - Parameters:
  ///   - more: More names that may occur.
  ///   - others: What becomes of any other.
  package func adding(_ more: some Sequence<PickleGlobal>, others: Others) -> PickleNames {
    PickleNames(known: known.union(more), others: others)
  }

  /// The same names for a file of `torch.save`: the bytes of tensors lie outside of its pickle.
  package func ofTorch() -> PickleNames {
    var names = self
    names.isOfTorch = true
    return names
  }

  /// What to say about a file.
  ///
  /// - Parameters:
  ///   - error: What is wrong with it.
  ///   - mentions: The names that were read before.
  func reason(
    for error: PickleError, among mentions: some Sequence<(name: PickleGlobal, offset: Int)>
  ) -> PickleError {
    let first: (name: PickleGlobal, offset: Int)? =
      switch others {
      case .acceptedIfSound: mentions.first { !known.contains($0.name) }
      // Of a sound pickle it would have been found out whether it is one of the known.
      case .refused: mentions.first { Self.binders.contains($0.name) }
      case .accepted: nil
      }
    return first.map { .unknownName(offset: $0.offset, $0.name) } ?? error
  }
}

extension PickleNames {
  /// The classes of objects that hold values by name and do nothing else, as a dictionary does.
  static let containers: Set<PickleGlobal> = [
    PickleGlobal("collections", "OrderedDict"),
    PickleGlobal("collections", "defaultdict"),
    PickleGlobal("types", "SimpleNamespace"),
    PickleGlobal("sklearn.utils._bunch", "Bunch"),
    PickleGlobal("sklearn.utils", "Bunch"),
    PickleGlobal("sklearn.datasets.base", "Bunch"),
  ]

  /// The names with which a bound method is written. Such a name is known where it is used for nothing but the
  /// methods of objects of known classes; see ``Arena/onlyBindsMethods(_:of:root:)``.
  static let binders: Set<PickleGlobal> = [
    PickleGlobal("builtins", "getattr"), PickleGlobal("__builtin__", "getattr"),
  ]

  /// The classes of dictionaries that may get items as such; what these are is not kept.
  static let dictionaries: Set<PickleGlobal> = [
    PickleGlobal("scipy.optimize._optimize", "OptimizeResult"),
    PickleGlobal("scipy.optimize.optimize", "OptimizeResult"),
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
    return names.union(containers)
  }()

  private static let entries: [(modules: [String], names: [String])] = [
    // Python: how protocols 0 and 1 make an object, and protocols 0 to 2 (in Python 3) bytes.
    (["copy_reg", "copyreg"], ["_reconstructor"]),
    (
      ["__builtin__", "builtins"],
      [
        "object", "bytes", "bytearray", "set", "frozenset", "complex", "dict", "FutureWarning",
        // What parameters are: types, slices and ranges.
        "bool", "int", "float", "str", "list", "tuple", "slice", "range", "xrange",
      ]
    ),
    (["exceptions"], ["FutureWarning"]),
    (["_codecs"], ["encode"]),

    // NumPy: arrays and their types.
    (["numpy"], ["ndarray", "dtype", "matrix", "memmap"]),
    // The classes of its scalars, which estimators have as parameters.
    (
      ["numpy"],
      [
        "bool", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "intc", "uintc", "longlong", "ulonglong", "float16", "float32", "float64", "longdouble",
        "object_", "str_", "bytes_",
        // Kinds of them, by which columns are selected.
        "number", "generic", "integer", "signedinteger", "unsignedinteger", "inexact", "floating",
        "flexible", "character",
      ]
    ),
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

    // dill's way to write an array.
    (["dill._dill", "dill.dill"], ["_create_array"]),

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
