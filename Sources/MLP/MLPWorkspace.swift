/// Memory for the activations between layers, which ``MLP/evaluate(_:into:using:)`` uses again and again.
///
/// It grows with the largest network and batch that it has served, up to some megabytes for each
/// thread; from then on nothing is allocated. Any networks may share it, one call at a time.
public struct MLPWorkspace: ~Copyable, Sendable {
  /// The maximum number of threads of an evaluation, this one included.
  ///
  /// Fewer are taken where there is little work. Some microseconds of it are enough for more than one
  /// where such batches follow each other closely: the other threads then stay awake, and on their
  /// processors, for some tenths of a millisecond after each. A limit of 1 uses no other threads.
  public let maxThreads: Int

  // Numbers of the greatest alignment that an array has; only their bytes are used.
  private var memory: ContiguousArray<UInt64> = []

  /// Creates a workspace that has no memory yet.
  ///
  /// - Parameter maxThreads: The maximum number of threads of an evaluation; by default as many as there
  ///   are processors.
  public init(maxThreads: Int = .max) { self.maxThreads = max(1, maxThreads) }

  /// Calls `body` with room for at least so many bytes.
  @unsafe mutating func withBytes(_ count: Int, _ body: (UnsafeMutableRawPointer?) -> Void) {
    let needed = (count + 7) / 8
    if memory.count < needed {
      // Not filled: every byte is written before it is read, and most of them never by small batches,
      // for which the pages would have to be found.
      memory = unsafe ContiguousArray(unsafeUninitializedCapacity: needed) { $1 = needed }
    }
    unsafe memory.withUnsafeMutableBytes { unsafe body($0.baseAddress) }
  }
}
