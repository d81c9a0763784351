import Dispatch
import Platform

/// The results of some pieces of work, in their order, whichever threads did them and when.
///
/// - Parameters:
///   - count: The number of pieces.
///   - isLarge: Whether all of it together is worth the waking of threads; else the calling one does it.
///   - body: Does the piece of a number.
package func concurrentMap<Result>(
  _ count: Int, isLarge: Bool = true, _ body: @Sendable (Int) -> Result
) -> ContiguousArray<Result> {
  guard count > 1, isLarge else { return ContiguousArray((0..<count).map(body)) }
  return unsafe ContiguousArray(unsafeUninitializedCapacity: count) { results, filled in
    // Each piece fills a place of its own.
    nonisolated(unsafe) let places = unsafe results
    DispatchQueue.concurrentPerform(iterations: count) { index in
      unsafe places.initializeElement(at: index, to: body(index))
    }
    filled = count
  }
}

/// The number of processors that are online, at most 64: more workers than that never pay.
package let processorCount = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
