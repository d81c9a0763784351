/// The limits on a file, checked before anything is allocated for it.
///
/// The defaults fit real models; raise a limit only for a file that you trust.
public struct ReadLimits: Hashable, Sendable {
  /// The maximum length of an NPY header, in characters. NumPy's own default (`max_header_size`) is the same.
  public var maxHeaderLength: Int

  /// The maximum length of a JSON text: the header of a safetensors file, or the schema of a skops archive. Those
  /// of large language models have some megabytes.
  public var maxJSONLength: Int

  /// The maximum number of values of a JSON text, keys included, of 8 bytes each. A safetensors file has some 14 for a
  /// tensor.
  public var maxJSONValues: Int

  /// The maximum nesting of the literal in an NPY header, where a plain array needs 2; and of a JSON text.
  public var maxNesting: Int

  /// The maximum number of members of an archive.
  public var maxMembers: Int

  /// The maximum number of tensors of a safetensors file, of tensors and of nodes of an ONNX graph, and of entries of
  /// the metadata. Those of large language models have some thousands.
  public var maxTensors: Int

  /// The maximum decompressed size of one file, in bytes: all members of an archive together.
  public var maxTotalBytes: Int

  /// The maximum number of operations of a pickle, with those of pickles inside it. A network has thousands; a
  /// compressed file of some kilobytes may have any number of them.
  public var maxPickleOperations: Int

  /// The maximum number of values that a pickle creates, of 32 bytes each; its tuples, lists and dictionaries
  /// may have four times as many elements, of 4 bytes each.
  public var maxPickleNodes: Int

  /// The maximum number of values on a pickle's stack.
  public var maxPickleStack: Int

  /// The maximum number of values in a pickle's memo.
  public var maxPickleMemo: Int

  /// The maximum number of tuples, lists and dictionaries that are open at once in a pickle.
  public var maxPickleMarks: Int

  /// The maximum number of globals of a pickle. A network has a few dozen.
  public var maxPickleNames: Int

  /// The maximum number of arrays whose bytes are in a joblib file. No network has as many layers.
  public var maxPickleArrays: Int

  /// The maximum nesting of pickles in a pickle: joblib writes arrays of objects so, one level deep.
  public var maxPickleNesting: Int

  /// These limits; those that are not given have their defaults.
  public init(
    maxHeaderLength: Int = 10_000,
    maxJSONLength: Int = 16 << 20,
    maxJSONValues: Int = 1 << 21,
    maxNesting: Int = 64,
    maxMembers: Int = 100_000,
    maxTensors: Int = 1 << 15,
    maxTotalBytes: Int = 1 << 30,
    maxPickleOperations: Int = 1 << 22,
    maxPickleNodes: Int = 1 << 19,
    maxPickleStack: Int = 1 << 19,
    maxPickleMemo: Int = 1 << 19,
    maxPickleMarks: Int = 10_000,
    maxPickleNames: Int = 10_000,
    maxPickleArrays: Int = 1 << 15,
    maxPickleNesting: Int = 2
  ) {
    self.maxHeaderLength = maxHeaderLength
    self.maxJSONLength = maxJSONLength
    self.maxJSONValues = maxJSONValues
    self.maxNesting = maxNesting
    self.maxMembers = maxMembers
    self.maxTensors = maxTensors
    self.maxTotalBytes = maxTotalBytes
    self.maxPickleOperations = maxPickleOperations
    self.maxPickleNodes = maxPickleNodes
    self.maxPickleStack = maxPickleStack
    self.maxPickleMemo = maxPickleMemo
    self.maxPickleMarks = maxPickleMarks
    self.maxPickleNames = maxPickleNames
    self.maxPickleArrays = maxPickleArrays
    self.maxPickleNesting = maxPickleNesting
  }

  /// No limit on the decompressed size: for files that this process has just written.
  package static var ownFiles: ReadLimits {
    var limits = ReadLimits()
    limits.maxTotalBytes = .max
    return limits
  }
}
