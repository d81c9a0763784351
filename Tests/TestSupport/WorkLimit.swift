import Foundation
import Synchronization
public import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ends the tests if one of them works on and on.
///
/// A limit is work and not time: minutes that this process has had on the processors, all tests of it
/// together, since the test began. So it is the same on a busy machine and on a quiet one; and it is so
/// large that no suite comes near it. Hours by the clock end a test that waits for ever.
///
/// Swift Testing's own limit goes by the clock, and waits for a test that does not listen to it.
public struct WorkLimit: TestTrait, SuiteTrait, TestScoping {
  /// Minutes on the processors.
  public let minutes: Double

  /// A suite's limit is that of each of its tests.
  public var isRecursive: Bool { true }

  /// Does a test while it is watched.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withWorkLimit(test.name, minutes: minutes, function)
  }
}

/// Does something that has to end within these minutes on the processors, or the process does.
public func withWorkLimit(
  _ name: String, minutes: Double, _ body: () async throws -> Void
) async throws {
  let test = Watched(name: name, begun: processorSeconds(), limit: minutes * 60)
  let key = watched.withLock { $0.begin(test) }
  defer { watched.withLock { $0.tests[key] = nil } }
  try await body()
}

extension Trait where Self == WorkLimit {
  /// The test has to end within these minutes on the processors.
  public static func workLimit(minutes: Double) -> Self { WorkLimit(minutes: minutes) }
}

/// A test that runs, the seconds that had been worked when it began, and how many more it may take.
private struct Watched {
  let name: String
  let begun: Double
  let start = ContinuousClock.now
  let limit: Double
}

/// The tests that run, and whether there is a thread yet that looks after them.
private struct Watch {
  var tests: [Int: Watched] = [:]
  var next = 0

  mutating func begin(_ test: Watched) -> Int {
    if next == 0 { Thread(block: look).start() }
    next += 1
    tests[next] = test
    return next
  }
}

private let watched = Mutex(Watch())

/// Looks each second how much was worked.
@Sendable private func look() {
  while true {
    sleep(1)
    let (now, worked) = (ContinuousClock.now, processorSeconds())
    let overdue = watched.withLock {
      $0.tests.values.first {
        worked - $0.begun > $0.limit || now - $0.start > .seconds(4 * 3600)
      }
    }
    guard let overdue else { continue }
    let text = "\(overdue.name): does not end; \(Int(worked - overdue.begun)) s were worked since\n"
    FileHandle.standardError.write(Data(text.utf8))
    _exit(1)
  }
}

/// The seconds that this process has had on the processors.
private func processorSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
