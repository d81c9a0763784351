import ArgumentParser

/// The error for a command line whose first word, or the word after a command that has commands of its
/// own, names no command.
///
/// ArgumentParser takes such a word for an argument too many, and `help` ignores it.
struct UnknownCommand {
  /// The word, the command whose command it should be, and a command that was perhaps meant.
  let word: String
  let parent: String
  let suggestion: String?

  /// The unknown command among the words of a command line, if there is one.
  init?(in words: some Collection<String>, of root: any ParsableCommand.Type) {
    var words = Array(words)
    if words.first == "help" { words.removeFirst() }
    var (command, path) = (root, root._commandName)
    for word in words {
      let configuration = command.configuration
      let names = configuration.subcommands.map { $0._commandName }
      // An option is not a command, and neither is the argument of a command that has none below it.
      guard !word.hasPrefix("-"), !names.isEmpty, configuration.defaultSubcommand == nil else {
        return nil
      }
      guard let next = configuration.subcommands.first(where: { $0._commandName == word }) else {
        guard word != "help" else { return nil }
        self.word = word
        parent = path
        suggestion = nearest(to: word, among: names)
        return
      }
      (command, path) = (next, "\(path) \(word)")
    }
    return nil
  }

  /// The message, in one line.
  var description: String {
    let meant = suggestion.map { "; did you mean '\($0)'?" } ?? "."
    return "'\(word)' is not a command\(meant) See '\(parent) --help' for more information."
  }
}

/// The name that a word is most likely a slip of, if it is near to any: one slip for each three letters.
private func nearest(to word: String, among names: [String]) -> String? {
  let candidates = names.map { (name: $0, distance: editDistance(word, $0)) }
  guard let best = candidates.min(by: { $0.distance < $1.distance }),
    best.distance <= max(word.count, best.name.count) / 3
  else { return nil }
  return best.name
}

/// How many letters have to be inserted, left out, replaced, or swapped with their neighbour to make one
/// word of another.
private func editDistance(_ word: String, _ other: String) -> Int {
  // No name is so long that more letters could make a difference.
  let (word, other) = (Array(word.prefix(100)), Array(other.prefix(100)))
  // The distances of the first letters of `word`, one row for each number of them, from the first
  // letters of `other`.
  var beforeLast: [Int] = []
  var last = Array(0...other.count)
  for (row, letter) in word.enumerated() {
    var current = [row + 1]
    for (column, otherLetter) in other.enumerated() {
      var least = min(
        last[column + 1] + 1, current[column] + 1, last[column] + (letter == otherLetter ? 0 : 1))
      if row > 0, column > 0, letter == other[column - 1], word[row - 1] == otherLetter {
        least = min(least, beforeLast[column - 1] + 1)
      }
      current.append(least)
    }
    (beforeLast, last) = (last, current)
  }
  return last[other.count]
}
