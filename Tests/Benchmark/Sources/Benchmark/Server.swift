#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Does the work `calls` times for every line on standard input, and answers with the milliseconds that
/// one call took and what shows that the last one's result is right.
///
/// What `answer` does, and letting go of the result, is not timed.
func serve<Result>(
  calls: Int = 1, _ work: () throws -> Result, answer: (Result) throws -> String
) throws {
  try serveTurns {
    let start = ContinuousClock.now
    var result = try work()
    for _ in 1..<calls { result = try work() }
    let elapsed = ContinuousClock.now - start
    return (elapsed / Double(calls), try answer(result))
  }
}

/// Does the work `calls` times for every line, one each `period`, and answers with the processor time of one.
///
/// It counts all threads of the process, between the calls too: what waits should not compute.
func serve<Result>(
  calls: Int, every period: Duration, _ work: () throws -> Result, answer: (Result) throws -> String
) throws {
  try serveTurns {
    let start = ContinuousClock.now
    let before = processorTime()
    var result = try work()
    for call in 1..<calls {
      sleep(until: start + period * call)
      result = try work()
    }
    sleep(until: start + period * calls)
    let used = processorTime() - before
    return (used / Double(calls), try answer(result))
  }
}

/// Takes a turn for every line on standard input, and answers with its figure and result.
private func serveTurns(_ turn: () throws -> (figure: Duration, answer: String)) throws {
  while readLine() != nil {
    let (figure, answer) = try turn()
    print(figure / .milliseconds(1), answer)
    fflush(nil)
  }
}

/// The processor time of this process so far.
private func processorTime() -> Duration {
  var usage = rusage()
  // RUSAGE_SELF, whose type differs between the platforms.
  unsafe getrusage(0, &usage)
  return [usage.ru_utime, usage.ru_stime].reduce(.zero) {
    $0 + .seconds($1.tv_sec) + .microseconds(Int64($1.tv_usec))
  }
}

private func sleep(until moment: ContinuousClock.Instant) {
  let left = (moment - ContinuousClock.now) / .microseconds(1)
  if left > 0 { usleep(UInt32(left)) }
}

/// The command line, one word after another.
struct Arguments {
  private var rest: ArraySlice<String>

  init(_ words: ArraySlice<String>) { rest = words }

  /// Whether no word is left.
  var isEmpty: Bool { rest.isEmpty }

  /// The next word.
  mutating func next() throws(UsageError) -> String {
    guard let word = rest.popFirst() else { throw UsageError(argument: nil) }
    return word
  }

  /// The next word as a number.
  mutating func next<Number: LosslessStringConvertible>(
    _ type: Number.Type
  ) throws(UsageError) -> Number {
    let word = try next()
    guard let number = Number(word) else { throw UsageError(argument: word) }
    return number
  }
}

/// The command line is not what tools/benchmark sends.
struct UsageError: Error {
  /// The word that was not expected; `nil` where one was missing.
  let argument: String?
}

/// Whether Dispatch shares the work, as in an app, and not the pool: `COEFS_THREADS=guest`.
var isGuest: Bool {
  guard let value = unsafe getenv("COEFS_THREADS") else { return false }
  return unsafe String(cString: value) == "guest"
}
