import Files
import ArgumentParser
import Coefs

import Platform

/// The command `coefs`: each subcommand makes one call of the library and prints what it gives.
///
/// Each states its name: ArgumentParser would derive it from the type, by reflection that takes half a
/// millisecond of every run.
@main
struct CoefsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coefs",
    abstract: "Convert, check and run small neural networks trained in scikit-learn.",
    discussion: """
      Reads MLPClassifier and MLPRegressor from the files of pickle, joblib and skops, as data and with \
      nothing executed, and weights under any of the usual names, in either layout and any real dtype. \
      Reads \(FileFormat.readableEndings). Writes \(FileFormat.writableEndings).

      Exit codes: 0 done; 1 a threshold is not met; 64 wrong command line; 65 the input is damaged, has \
      another format, or cannot be a model; 66 the input cannot be opened; 73 the output cannot be \
      created; 74 reading or writing failed.
      """,
    version: "0.1.0",
    subcommands: [
      Inspect.self, Convert.self, Verify.self, Compare.self, Report.self, Predict.self, Diff.self,
      Train.self,
      DigitsCommand.self,
    ])

  static func main() {
    // A reader that has gone away is an error to report, not a signal to die of.
    signal(SIGPIPE, SIG_IGN)
    keepStandardDescriptors()
    ThreadPool.isEnabled = true
    if let problem = argumentProblem() {
      printError(problem)
      exit(withError: ExitCode(ErrorCategory.cannotOpen.exitCode))
    }
    do {
      var command = try parsedAlone() ?? parsedInTree()
      try command.run()
    } catch let error as CoefsError where error.isClosedPipe {
      // Who reads the output has enough of it, as `head` has.
      exit(withError: ExitCode.success)
    } catch let error as CoefsError {
      printError("\(error)\(error.hint ?? "")")
      exit(withError: ExitCode(error.category.exitCode))
    } catch  where exitCode(for: error) == .validationFailure {
      printError(usageError(error))
      exit(withError: ExitCode.validationFailure)
    } catch {
      exit(withError: error)
    }
  }

  /// The subcommand that the first word names, from the rest of the words, if they are right.
  ///
  /// It is parsed by itself: the tree of all subcommands takes another millisecond, of the five that a
  /// run may take. `_superCommandName` in its configuration keeps ArgumentParser from looking for
  /// requests of completion scripts, which takes most of that. Whatever is wrong, or asks for help or
  /// for such a script, is left to the tree, which knows what to say.
  private static func parsedAlone() -> (any ParsableCommand)? {
    let words = CommandLine.arguments.dropFirst()
    let named = configuration.subcommands.first { $0._commandName == words.first }
    guard let named, named.configuration.subcommands.isEmpty else { return nil }
    let rest = Array(words.dropFirst())
    if let command = try? named.parseAsRoot(rest) { return command }
    // `--json` takes a file, or none: what comes after it may be the model.
    guard let flag = rest.firstIndex(of: "--json"), flag + 1 < rest.count else { return nil }
    return try? named.parseAsRoot(Array(rest[..<flag] + rest[(flag + 1)...]) + ["--json"])
  }

  /// The command of the whole command line, by the tree of all subcommands.
  private static func parsedInTree() throws -> any ParsableCommand {
    if let unknown = UnknownCommand(in: CommandLine.arguments.dropFirst(), of: Self.self) {
      printError(unknown.description)
      exit(withError: ExitCode.validationFailure)
    }
    return try parseAsRoot()
  }

  /// What is wrong with the command line, in one line: the message, and the last line of what
  /// ArgumentParser would print, which says whose help to see.
  private static func usageError(_ error: any Error) -> String {
    let message = message(for: error).split(separator: "\n").joined(separator: " ")
    let help = fullMessage(for: error).split(separator: "\n").last?.drop { $0 == " " } ?? ""
    return "\(message)\(message.hasSuffix(".") || message.hasSuffix("?") ? "" : ".") \(help)"
  }
}

/// Opens a standard descriptor that was closed, so that no file that is opened later gets
/// its number and is read or written by mistake. Using it fails, as it should.
private func keepStandardDescriptors() {
  let modes = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
  for (descriptor, mode) in modes where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest free number is this one, for all below it are taken.
    _ = unsafe open("/dev/null", mode)
  }
}

/// Why the arguments are not what the caller gave, if so.
private func argumentProblem() -> String? {
  // Swift finds them through /proc on Linux; a bare `coefs` prints help and succeeds.
  if CommandLine.arguments.isEmpty { return "the arguments cannot be read: mount /proc" }
  for (index, argument) in CommandLine.arguments.enumerated() {
    // What is not UTF-8 has been repaired by now, and would name another file.
    guard let bytes = unsafe CommandLine.unsafeArgv[index],
      unsafe String(validatingCString: bytes) == nil
    else { continue }
    return "\(argument): is not UTF-8: rename the file, or redirect it and say -"
  }
  return nil
}

extension CoefsError {
  /// Whether standard output is a pipe that nobody reads any more.
  fileprivate var isClosedPipe: Bool {
    file == FileReference.standardStream.name
      && (cause as? FileError) == .writeFailed(errno: EPIPE)
  }
}

extension ErrorCategory {
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
