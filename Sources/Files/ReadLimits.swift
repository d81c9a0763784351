/// The limits on a file, checked before anything is allocated for it.
///
/// The defaults fit real models; raise a limit only for a file that you trust.
public struct ReadLimits: Hashable, Sendable {
  /// The maximum length of an NPY header, in characters. NumPy's own default (`max_header_size`) is the same.
  public var maxHeaderLength = 10_000

  /// The maximum length of a JSON text: the header of a safetensors file, or the schema of a skops archive. Those
  /// of large language models have some megabytes.
  public var maxJSONLength = 16 << 20

  /// The maximum number of values of a JSON text, keys included, of 8 bytes each. A safetensors file has some 14 for a
  /// tensor.
  public var maxJSONValues = 1 << 21

  /// The maximum nesting of the literal in an NPY header, where a plain array needs 2; and of a JSON text.
  public var maxNesting = 64

  /// The maximum number of members of an archive.
  public var maxMembers = 100_000

  /// The maximum number of tensors of a safetensors file, and of entries of its metadata. Those of large
  /// language models have some thousands.
  public var maxTensors = 1 << 15

  /// The maximum decompressed size of one file, in bytes: all members of an archive together.
  public var maxTotalBytes = 1 << 30

  /// The maximum number of operations of a pickle, with those of pickles inside it. A network has thousands; a
  /// compressed file of some kilobytes may have any number of them.
  public var maxPickleOperations = 1 << 22

  /// The maximum number of values that a pickle creates, of 32 bytes each; its tuples, lists and dictionaries
  /// may have four times as many elements, of 4 bytes each.
  public var maxPickleNodes = 1 << 19

  /// The maximum number of values on a pickle's stack.
  public var maxPickleStack = 1 << 19

  /// The maximum number of values in a pickle's memo.
  public var maxPickleMemo = 1 << 19

  /// The maximum number of tuples, lists and dictionaries that are open at once in a pickle.
  public var maxPickleMarks = 10_000

  /// The maximum number of globals of a pickle. A network has a few dozen.
  public var maxPickleNames = 10_000

  /// The maximum number of arrays whose bytes are in a joblib file. No network has as many layers.
  public var maxPickleArrays = 1 << 15

  /// The maximum nesting of pickles in a pickle: joblib writes arrays of objects so, one level deep.
  public var maxPickleNesting = 2

  /// The defaults.
  public init() {}

  /// No limit on the decompressed size: for files that this process has just written.
  package static var ownFiles: ReadLimits {
    var limits = ReadLimits()
    limits.maxTotalBytes = .max
    return limits
  }
}
