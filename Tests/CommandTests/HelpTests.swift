import TestSupport
import Testing

@Suite struct HelpTests {
  static let help = """
    OVERVIEW: Convert, check and run small neural networks trained in scikit-learn.

    Reads MLPClassifier and MLPRegressor from the files of pickle, joblib and
    skops, as data and with nothing executed, and weights under any of the usual
    names, in either layout and any real dtype. Reads .safetensors, .pt, .pth,
    .ckpt, .skops, .npz, .onnx, .npy, .pkl, .pickle, .joblib or .json. Writes .npz,
    .safetensors, .skops, .onnx, .mlmodel, .json, .c, .h or .swift.

    Exit codes: 0 done; 1 a threshold is not met; 64 wrong command line; 65 the
    input is damaged, has another format, or cannot be a model; 66 the input cannot
    be opened; 73 the output cannot be created; 74 reading or writing failed.

    USAGE: coefs <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    SUBCOMMANDS:
      inspect                 Show the arrays of a file, and the network that they
                              make.
      convert                 Write a network in another layout or dtype, bit for
                              bit.
      verify                  Measure a network's accuracy and cost, and fail if a
                              threshold is not met.
      compare                 Measure two networks on the same rows, and fail if
                              the second is worse.
      report                  Write an HTML page about a network, and about rows if
                              they are given.
      predict                 Predict rows of data as scikit-learn's predict does.
      diff                    Compare two networks, layer by layer, and fail if
                              they differ.
      train                   Train a network as scikit-learn's MLPClassifier does,
                              to the digit.
      digits                  Look at the handwritten digits that are built in.

      See 'coefs help <subcommand>' for detailed help.

    """

  @Test(arguments: ["--help", "-h", "help"])
  func `help is this text`(argument: String) throws {
    let run = try coefs(argument, environment: ["COLUMNS": "80"])
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
    #expect(run.output == Self.help)
  }

  @Test func `the version is a number`() throws {
    let run = try coefs("--version")
    #expect(run.exitCode == 0)
    #expect(run.output == "0.1.0\n")
  }

  @Test(arguments: [
    "inspect", "convert", "verify", "compare", "report", "predict", "diff", "digits",
  ])
  func `every command has help`(command: String) throws {
    let run = try coefs(command, "--help")
    #expect(run.exitCode == 0)
    #expect(run.output.contains("USAGE: coefs \(command)"))
    #expect(run.stderr == "")
  }
}
