/// What a file may ask of the reader, checked before anything is allocated for it.
///
/// The defaults fit real models; raise a limit only for a file that you trust.
public struct ReadLimits: Hashable, Sendable {
  /// The longest NPY header, in characters. NumPy's own default (`max_header_size`) is the same.
  public var maxHeaderLength = 10_000

  /// The longest JSON text: the header of a safetensors file, or the schema of a skops archive. Those
  /// of large language models have some megabytes.
  public var maxJSONLength = 16 << 20

  /// The most values of a JSON text, keys included, of 8 bytes each. A safetensors file has some 14 for a
  /// tensor.
  public var maxJSONValues = 1 << 21

  /// How deep the literal in an NPY header may nest, where a plain array needs 2; and a JSON text.
  public var maxNesting = 64

  /// The most members that an archive may have.
  public var maxMembers = 100_000

  /// The most tensors that a safetensors file may have, and entries that its metadata may. Those of large
  /// language models have some thousands.
  public var maxTensors = 1 << 15

  /// The most bytes that one file may unfold to: all members of an archive together, inflated.
  public var maxTotalBytes = 1 << 30

  /// The most operations of a pickle, those of pickles inside it included. A network has thousands; a
  /// compressed file of some kilobytes may have any number of them.
  public var maxPickleOperations = 1 << 22

  /// The most values that a pickle may make, of 32 bytes each; in its tuples, lists and dictionaries
  /// there may be four times as many places, of 4 bytes each.
  public var maxPickleNodes = 1 << 19

  /// The most values that a pickle may have on its stack.
  public var maxPickleStack = 1 << 19

  /// The most values that a pickle may keep for later.
  public var maxPickleMemo = 1 << 19

  /// The most tuples, lists and dictionaries that a pickle may have begun at once.
  public var maxPickleMarks = 10_000

  /// The most names that a pickle may hold. A network has a few dozen.
  public var maxPickleNames = 10_000

  /// The most arrays whose bytes stand in a joblib file. No network has as many layers.
  public var maxPickleArrays = 1 << 15

  /// How deep pickles may stand in a pickle: joblib writes arrays of objects so, one level deep.
  public var maxPickleNesting = 2

  /// The defaults.
  public init() {}

  /// No bound on what an archive unfolds to: for files that one has just written oneself.
  package static var ownFiles: ReadLimits {
    var limits = ReadLimits()
    limits.maxTotalBytes = .max
    return limits
  }
}
