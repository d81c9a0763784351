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
    subcommands: [
      Inspect.self, Convert.self, Verify.self, Predict.self, Train.self, DigitsCommand.self,
    ])

  static func main() {
    // A reader that has gone away is an error to report, not a signal to die of.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as CoefsError {
      printError(error.cause == .zip(.outputExists) ? "\(error): add --force" : "\(error)")
      exit(withError: ExitCode(error.category.exitCode))
    } catch  where exitCode(for: error) == .validationFailure {
      printError(usageError(error))
      exit(withError: ExitCode.validationFailure)
    } catch {
      exit(withError: error)
    }
  }

  /// What is wrong with the command line, in one line: the message, and the last line of what
  /// ArgumentParser would print, which says whose help to see.
  private static func usageError(_ error: any Error) -> String {
    let message = message(for: error).split(separator: "\n").joined(separator: " ")
    let help = fullMessage(for: error).split(separator: "\n").last?.drop { $0 == " " } ?? ""
    return "\(message)\(message.hasSuffix(".") || message.hasSuffix("?") ? "" : ".") \(help)"
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
