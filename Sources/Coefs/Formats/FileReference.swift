/// A file that is read or written: a path; or, for the command alone, standard input or output.
package enum FileReference: Hashable, Sendable {
  /// The file or folder at a path.
  case path(String)
  /// Standard input where it is read, standard output where it is written.
  case standardStream

  /// The file of a command-line argument: `-` is a standard stream.
  package init(argument: String) { self = argument == "-" ? .standardStream : .path(argument) }

  /// The name in errors and results.
  package var name: String {
    switch self {
    case .path(let path): path
    case .standardStream: "-"
    }
  }
}
