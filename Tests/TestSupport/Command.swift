public import Foundation

/// What a run of the command left behind.
public struct CommandRun {
  /// The bytes on stdout.
  public let stdout: Data
  /// The text on stderr.
  public let stderr: String
  /// The exit code; −1 after a signal.
  public let exitCode: Int32

  /// The text on stdout.
  public var output: String { String(decoding: stdout, as: UTF8.self) }

  /// The one JSON object on stdout.
  public var json: [String: Any] {
    get throws {
      try JSONSerialization.jsonObject(with: stdout) as? [String: Any] ?? [:]
    }
  }
}

/// The command that was built with these tests: it lies beside them.
public let commandPath: String = {
  #if canImport(Darwin)
    let bundle = Bundle(for: BundleMarker.self)
    let folder = bundle.bundleURL.deletingLastPathComponent()
  #else
    let folder = Bundle.main.bundleURL
  #endif
  return folder.appending(path: "coefs").path(percentEncoded: false)
}()

private final class BundleMarker {}

/// Runs the command.
///
/// - Parameters:
///   - arguments: What stands behind `coefs`.
///   - input: The bytes on stdin.
///   - environment: What to add to the environment.
public func coefs(
  _ arguments: String..., input: Data = Data(), environment: [String: String] = [:]
) throws -> CommandRun {
  try run(commandPath, arguments, input: input, environment: environment)
}

/// Runs the command with a list of arguments, in a folder if one is given.
public func coefs(_ arguments: [String], in folder: String? = nil) throws -> CommandRun {
  try run(commandPath, arguments, in: folder)
}

/// Runs a script of `sh`, in which `"$@"` is the command with these arguments.
public func shell(
  _ script: String, _ arguments: String..., environment: [String: String] = [:]
) throws -> CommandRun {
  try run("/bin/sh", ["-c", script, "sh", commandPath] + arguments, environment: environment)
}

/// Runs a program. Its streams are files, because a pipe can fill up, and because processes that
/// start at the same time inherit one another's pipes.
private func run(
  _ program: String, _ arguments: [String], in workingFolder: String? = nil, input: Data = Data(),
  environment: [String: String] = [:]
) throws -> CommandRun {
  try withTemporaryFolder { folder in
    let names = ["stdin", "stdout", "stderr"].map { URL(filePath: "\(folder)/\($0)") }
    try input.write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    if let workingFolder { process.currentDirectoryURL = URL(filePath: workingFolder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let streams = try [
      FileHandle(forReadingFrom: names[0]), FileHandle(forWritingTo: names[1]),
      FileHandle(forWritingTo: names[2]),
    ]
    process.standardInput = streams[0]
    process.standardOutput = streams[1]
    process.standardError = streams[2]
    try process.run()
    process.waitUntilExit()
    for stream in streams { try stream.close() }
    return try CommandRun(
      stdout: Data(contentsOf: names[1]),
      stderr: String(contentsOf: names[2], encoding: .utf8),
      // A signal is no exit code that any test expects.
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -1)
  }
}
