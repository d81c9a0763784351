import Foundation
import TestSupport

/// The page of the documentation that goes through the chapter.
enum Page {
  /// A command that the page shows, and what it says the command prints.
  struct Command {
    let arguments: [String]
    let output: [String]
  }

  static let text = Result {
    try String(
      contentsOf: fixturesFolder.deletingLastPathComponent()
        .appending(path: "Sources/Coefs/Coefs.docc/Chapter.md"), encoding: .utf8)
  }

  /// The blocks of one kind, each as its lines.
  static func blocks(_ kind: String) throws -> [[String]] {
    var blocks: [[String]] = []
    var isOpen = false
    for line in try text.get().split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```\(kind)" {
        blocks.append([])
        isOpen = true
      } else if line == "```" {
        isOpen = false
      } else if isOpen {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks
  }

  /// The commands of the console blocks, in order. One that ends in a backslash goes on in the next
  /// line.
  static func commands() throws -> [Command] {
    var commands: [Command] = []
    for block in try blocks("console") {
      var lines = block[...]
      while let first = lines.popFirst() {
        guard first.hasPrefix("$ coefs ") else { throw StrayLine(line: first) }
        var command = String(first.dropFirst("$ coefs ".count))
        while command.hasSuffix("\\"), let next = lines.popFirst() {
          command = command.dropLast() + next
        }
        let output = lines.prefix { !$0.hasPrefix("$ ") }
        lines = lines.dropFirst(output.count)
        commands.append(
          Command(
            arguments: command.split(separator: " ").map(String.init), output: Array(output)))
      }
    }
    return commands
  }

  /// A line of a console block that belongs to no command.
  struct StrayLine: Error {
    let line: String
  }
}

/// Whether two lines say the same: word for word, but that a number's last digits may differ, as the
/// platforms' exponentials do.
func isSame(_ line: some StringProtocol, _ other: some StringProtocol) -> Bool {
  if line == other { return true }
  let words = line.split(separator: " ")
  let others = other.split(separator: " ")
  guard words.count == others.count else { return false }
  return zip(words, others).allSatisfy { word, other in
    if word == other { return true }
    guard let number = Double(word), let known = Double(other) else { return false }
    return abs(number - known) <= 1e-9 * abs(known)
  }
}
