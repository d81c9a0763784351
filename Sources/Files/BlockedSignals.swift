internal import CBytes
import Platform

/// The signals that end a process, held back from one thread while it has something to tidy up.
///
/// Held back are SIGINT, SIGTERM and SIGHUP, except those that the process ignores, and SIGXFSZ, so
/// that a file that grows too large is an error (EFBIG). Hold and release must be on the same thread.
/// Where a process has other threads, they must hold the signals too, or they take them.
@safe
package struct BlockedSignals: ~Copyable {
  /// The signals that were not held before.
  private(set) var held = sigset_t()

  /// Holds the signals back from this thread.
  package init() {
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    unsafe sigaddset(&wanted, SIGXFSZ)
    for signal in [SIGINT, SIGTERM, SIGHUP] where cbytes_ignores_signal(signal) == 0 {
      unsafe sigaddset(&wanted, signal)
    }
    var before = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &wanted, &before)
    unsafe sigemptyset(&held)
    for signal in [SIGXFSZ, SIGINT, SIGTERM, SIGHUP]
    where unsafe sigismember(&wanted, signal) == 1 && sigismember(&before, signal) == 0 {
      unsafe sigaddset(&held, signal)
    }
  }

  /// The signal that waits to end the process, if there is one.
  package func pending() -> Int32? { Self.pending(of: held) }

  /// The same on another thread, which must hold them back too.
  static func pending(of held: sigset_t) -> Int32? {
    var (waiting, held) = (sigset_t(), held)
    unsafe sigpending(&waiting)
    for signal in [SIGINT, SIGTERM, SIGHUP]
    where unsafe sigismember(&waiting, signal) == 1 && sigismember(&held, signal) == 1 {
      return signal
    }
    return nil
  }

  /// Lets the signals through: those that wait take effect at once.
  ///
  /// A waiting SIGXFSZ is dropped, because the failed write has told already.
  deinit {
    var held = held
    var waiting = sigset_t()
    unsafe sigpending(&waiting)
    if unsafe sigismember(&held, SIGXFSZ) == 1 && sigismember(&waiting, SIGXFSZ) == 1 {
      var tooLarge = sigset_t()
      var taken: Int32 = 0
      unsafe sigemptyset(&tooLarge)
      unsafe sigaddset(&tooLarge, SIGXFSZ)
      unsafe sigwait(&tooLarge, &taken)
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &held, nil)
  }
}
