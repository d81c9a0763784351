import ArgumentParser
import Coefs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The command `coefs`: each subcommand makes one call of the library and prints what it gives.
@main
struct CoefsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coefs",
    abstract: "Convert, check and run small neural networks trained in scikit-learn.",
    discussion: """
      Reads the weights of MLPClassifier and MLPRegressor from NPZ and NPY files, under any of the \
      usual names, in either layout and any real dtype.

      Exit codes: 0 done; 1 a bar was missed; 64 wrong command line; 65 the input is not what it \
      claims to be; 66 it cannot be opened; 73 the output cannot be created; 74 reading or \
      writing failed.
      """,
    version: "0.1.0",
    subcommands: [Inspect.self, Convert.self, Verify.self, Predict.self, DigitsCommand.self])

  static func main() {
    // A reader that has gone away is an error to report, not a signal to die of.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as CoefsError {
      printError(error.description)
      exit(withError: ExitCode(error.category.exitCode))
    } catch {
      exit(withError: error)
    }
  }
}

extension CoefsError.Category {
  /// The exit codes of sysexits.h.
  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .badContent: 65
    case .cannotOpen: 66
    case .cannotCreate: 73
    case .ioFailed: 74
    }
  }
}
