import TestSupport
import Testing

/// A word that is no command is named, with the command that was perhaps meant.
@Suite struct UnknownCommandTests {
  static let slips = [
    ("verfy", "verify"), ("vreify", "verify"), ("inspct", "inspect"), ("convret", "convert"),
    ("predicts", "predict"), ("dif", "diff"), ("trian", "train"), ("digit", "digits"),
    ("Verify", "verify"),
    ("veriyf", "verify"), ("verifyy", "verify"),
  ]

  @Test(arguments: slips)
  func `a slip is told with the command that was meant`(word: String, meant: String) throws {
    let run = try coefs(word, "x.npz")
    #expect(run.exitCode == 64)
    #expect(run.output == "")
    #expect(
      run.stderr
        == """
        coefs: '\(word)' is not a command; did you mean '\(meant)'? \
        See 'coefs --help' for more information.

        """)
  }

  @Test(arguments: ["nonsense", "x", "model.npz", "quantize", "", "é"])
  func `where nothing is near, nothing is suggested`(word: String) throws {
    let run = try coefs(word)
    #expect(run.exitCode == 64)
    #expect(run.output == "")
    #expect(
      run.stderr
        == "coefs: '\(word)' is not a command. See 'coefs --help' for more information.\n")
  }

  @Test func `commands of a command, and what help is asked for, are looked at too`() throws {
    let digits = try coefs("digits", "shwo", "3")
    #expect(digits.exitCode == 64)
    #expect(
      digits.stderr
        == """
        coefs: 'shwo' is not a command; did you mean 'show'? \
        See 'coefs digits --help' for more information.

        """)
    let help = try coefs("help", "verfy")
    #expect(help.exitCode == 64)
    #expect(help.stderr.hasPrefix("coefs: 'verfy' is not a command; did you mean 'verify'?"))
  }

  @Test(arguments: [
    ["help"], ["help", "verify"], ["help", "digits", "show"], ["digits", "--help"],
    ["help", "verify", "x.npz"], ["--version"], ["digits"],
  ])
  func `what was right before stays right`(words: [String]) throws {
    let run = try coefs(words)
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
  }
}
