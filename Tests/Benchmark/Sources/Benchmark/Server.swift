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
  while readLine() != nil {
    let start = ContinuousClock.now
    var result = try work()
    for _ in 1..<calls { result = try work() }
    let elapsed = ContinuousClock.now - start
    print(elapsed / .milliseconds(1) / Double(calls), try answer(result))
    fflush(nil)
  }
}

/// The command line, one word after another.
struct Arguments {
  private var rest: ArraySlice<String>

  init(_ words: ArraySlice<String>) { rest = words }

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
