package import CNetwork
import Dispatch
import Synchronization

/// Who does work that several threads share: large batches, and the steps of training.
///
/// By default the library is a guest. It asks Dispatch, which knows the machine's load and the caller's quality of
/// service, keeps no thread of its own, and leaves work of some microseconds to the calling thread. A program that has
/// the machine to itself, such as a command or a benchmark, may choose the pool instead: threads that stay, spin for
/// some tenths of a millisecond after each piece of work, and so share even short work.
///
/// Results have the same bits either way.
public enum ThreadPool {
  private static let isChosen = Atomic(false)

  /// Whether this process uses the pool; `false` unless it is set.
  public static var isEnabled: Bool {
    get { isChosen.load(ordering: .relaxed) }
    set { isChosen.store(newValue, ordering: .relaxed) }
  }

  /// The threads that run shared work.
  package static var runner: cnetwork_runner { unsafe isEnabled ? cnetwork_pool : dispatchRunner }
}

/// Has Dispatch do the work, if it is long enough to wake threads for it.
private let dispatchRunner: cnetwork_runner = { most, length, work, context in
  guard let work = unsafe work else { return }
  guard length != Int32(CNETWORK_SHORT), most > 1 else {
    unsafe work(context, 0)
    return
  }
  // The work knows what its threads share; each of them writes a part of its own.
  nonisolated(unsafe) let (shared, call) = unsafe (context, work)
  DispatchQueue.concurrentPerform(iterations: most) { thread in
    unsafe call(shared, Int32(thread))
  }
}
