/// A file that is read or written: a path; or, for the command alone, standard input or output.
package enum FileReference: Hashable, Sendable {
  /// The file or folder at a path.
  case path(String)
  /// Standard input where it is read, standard output where it is written.
  case standardStream

  /// What an argument of a command line names: `-` is a standard stream.
  package init(argument: String) { self = argument == "-" ? .standardStream : .path(argument) }

  /// What errors and results call it.
  package var name: String {
    switch self {
    case .path(let path): path
    case .standardStream: "-"
    }
  }
}
