import CoefsCommand
import TestSupport
import Testing

struct OutputTests {
  @Test(arguments: [
    (100, 0.5, 2.0, ", 50 rows/s, 2 s left"), (3, 0.75, 10, ", 0.3 rows/s, 4 s left"),
    (1_000_000, 0.01, 1, ", 1000000 rows/s, 1 min 39 s left"), (7, nil, 1, ", 7.0 rows/s"),
    (0, 0.5, 1, ""), (5, 1.0, 1, ", 5.0 rows/s, 0 s left"),
  ])
  func `progress has a rate, and the time that is left`(
    count: Int, fraction: Double?, seconds: Double, text: String
  ) {
    #expect(
      ProgressLine.pace(count, "rows", fraction: fraction, in: .seconds(seconds)) == text)
  }

  // macOS has another `script`.
  #if os(Linux)
    /// `script` runs a command on a terminal of its own.
    @Test func `verdicts are in colour on a terminal only, and where nothing forbids it`() throws {
      let model = fixturePath("chapter-coefs.npz")
      let green = "\u{1B}[32mpassed: accuracy is at least 0.96\u{1B}[0m"
      func onTerminal(_ prefix: String, _ options: String) throws -> String {
        try shell(
          #"\#(prefix) script -qec "'$1' verify '$2' \#(options)" /dev/null </dev/null"#, model
        ).output
      }
      let colored = try onTerminal("env -u NO_COLOR TERM=xterm", "")
      #expect(colored.contains(green), "\(colored)")
      #expect(
        try onTerminal("env -u NO_COLOR TERM=xterm", "--min-accuracy 0.99").contains(
          "\u{1B}[31mmissed: "))
      for (prefix, options) in [
        ("env NO_COLOR=1 TERM=xterm", ""), ("env -u NO_COLOR TERM=dumb", ""),
        ("env -u NO_COLOR TERM=xterm", "--no-color"),
      ] {
        let output = try onTerminal(prefix, options)
        #expect(output.contains("passed: accuracy is at least 0.96"))
        #expect(!output.contains("\u{1B}["))
      }
      #expect(!(try coefs("verify", model).output.contains("\u{1B}[")))
    }
  #endif
}
