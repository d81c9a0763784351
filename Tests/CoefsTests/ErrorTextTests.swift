import Foundation
import TestSupport
import Testing

/// What the library says is read in apps and on servers, where no command line is.
@Suite struct ErrorTextTests {
  @Test func `no text of the library names an option of the command`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      if file.pathComponents.contains("CoefsCommand") { continue }
      count += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        #expect(Self.option(in: code) == nil, "\(file.lastPathComponent): \(code)")
      }
    }
    #expect(count > 100)
    #expect(Self.option(in: #"  + "say --layout""#) == "--layout")
  }

  /// The first option in a line's string literals: two hyphens and a letter.
  private static func option(in line: some StringProtocol) -> Substring? {
    String(line).firstMatch(of: /"[^"]*?(--[a-z][a-z-]*)/)?.output.1
  }
}
