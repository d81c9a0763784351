import Foundation
import TestSupport
import Testing

@Suite struct PageTests {
  @Test func `every command prints what the page shows`() throws {
    let commands = try Page.commands()
    #expect(commands.count == 10)
    try withTemporaryFolder { folder throws in
      for command in commands {
        let name = command.arguments.joined(separator: " ")
        let run = try coefs(command.arguments, in: folder)
        #expect(run.exitCode == 0, "coefs \(name): \(run.stderr)")
        let lines = run.output.split(separator: "\n")
        // At the end, it stands for any more lines.
        let goesOn = command.output.last == "…"
        let expected = goesOn ? command.output.dropLast() : command.output[...]
        #expect(
          goesOn ? lines.count > expected.count : lines.count == expected.count, "coefs \(name)")
        for (line, shown) in zip(lines, expected) {
          #expect(isSame(line, shown), "coefs \(name): \(line)")
        }
      }
      #expect(try fileNames(in: folder) == ["coefs.npz", "mlp.npz", "nine.svg"])
    }
  }

  @Test func `every Swift line of the page is run in these tests`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "ChapterTests.swift")
    let code = Self.unindented(try String(contentsOf: file, encoding: .utf8))
    let blocks = try Page.blocks("swift")
    #expect(blocks.count == 15)
    for block in blocks {
      let text = block.joined(separator: "\n")
      #expect(code.contains(Self.unindented(text)), "the tests do not have\n\(text)")
    }
  }

  @Test func `lines may differ in a number's last digits only`() {
    #expect(isSame("cost 0.06391514180267521 with", "cost 0.06391514180267523 with"))
    #expect(!isSame("cost 0.063915 with", "cost 0.063916 with"))
    #expect(!isSame("cost 0.0639 with", "cost 0.0639"))
    #expect(!isSame("cost 0.0639 with", "cost 0.0639 for"))
    #expect(!isSame("Iteration 1, loss = 2.21958598", "Iteration 1, loss = 2.21958599"))
  }

  private static func unindented(_ text: String) -> String {
    "\n"
      + text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " } }.joined(separator: "\n") + "\n"
  }
}
