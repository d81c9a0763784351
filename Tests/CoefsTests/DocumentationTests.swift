import Coefs
import Foundation
import TestSupport
import Testing

/// Figures and tables of the README and the documentation's pages that the code or the fixtures have.
struct DocumentationTests {
  @Test func `the limits are those of ReadLimits`() throws {
    let limits = ReadLimits()
    let security = try Self.text(of: "Sources/Coefs/Coefs.docc/Security.md")
    #expect(
      security.contains(
        """
        The limits are in `ReadLimits`: \(grouped(limits.maxPickleOperations)) operations, \
        \(grouped(limits.maxPickleNodes)) nodes, \(grouped(limits.maxPickleStack)) values on the stack and \
        as many in the memo, \(grouped(limits.maxPickleMarks)) open marks, \
        \(grouped(limits.maxPickleNames)) names, \(grouped(limits.maxPickleArrays)) arrays, \
        pickles nested \(limits.maxPickleNesting) deep, \(grouped(limits.maxJSONValues)) values of a \
        JSON text of \(grouped(limits.maxJSONLength)) bytes, \(grouped(limits.maxTensors)) tensors, \
        \(grouped(limits.maxMembers)) members, \(grouped(limits.maxTotalBytes)) bytes decompressed.
        """))
    #expect(limits.maxPickleMemo == limits.maxPickleStack)
    #expect(
      try Self.text(of: "Sources/Coefs/Coefs.docc/Formats.md").contains(
        """
        \(grouped(limits.maxMembers)) members, \(grouped(limits.maxTensors)) tensors, \
        \(grouped(limits.maxHeaderLength)) characters of header
        """))
  }

  @Test func `the table of readers counts the files that are compared`() throws {
    struct Case: Decodable { let file: String }
    let hostile = try jsonFixture("hostile-pickles/cases.json", as: [Case].self).count
    let folder = URL(filePath: fixturePath("estimators/1.9.1"))
    // Four are compressed in ways that are not read.
    let unread = ["bz2", "xz", "lzma", "lz4"].map { "compressed.\($0).joblib" }
    let estimators = try FileManager.default.contentsOfDirectory(atPath: folder.path()).count {
      name in
      [".pkl", ".joblib"].contains { name.hasSuffix($0) } && !unread.contains(name)
    }
    let security = try Self.text(of: "Sources/Coefs/Coefs.docc/Security.md")
    let counts = try #require(
      security.firstMatch(
        of: /(\d+) of the files run code when .*?; (\d+) others are .*?; (\d+) are estimators/)
    )
    #expect(Int(counts.1).flatMap { one in Int(counts.2).map { one + $0 } } == hostile)
    #expect(Int(counts.3) == estimators)
  }

  @Test(arguments: ["README.md", "Sources/Coefs/Coefs.docc/Formats.md"])
  func `the table of formats is the list of formats`(page: String) throws {
    let rows = try Self.lines(of: page).drop { $0 != "| format | endings | read | written |" }
      .dropFirst(2).prefix { $0.hasPrefix("|") }
    let expected = FileFormat.all.map { format in
      let endings = format.endings.map { "`.\($0)`" }.joined(separator: ", ")
      return ["`\(format.name)`", endings]
        + [format.isReadable, format.isWritable].map { $0 ? "yes" : "no" }
    }
    let found = rows.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(found.sorted { $0[0] < $1[0] } == expected.sorted { $0[0] < $1[0] })
  }

  @Test func `the landing page lists every page`() throws {
    let catalog = "Sources/Coefs/Coefs.docc"
    let landing = try Self.lines(of: "\(catalog)/Coefs.md")
    let pages = try FileManager.default.contentsOfDirectory(atPath: fixturePath("../\(catalog)"))
      .filter { $0.hasSuffix(".md") && $0 != "Coefs.md" }
    #expect(pages.count >= 7)
    for page in pages {
      #expect(landing.contains("- <doc:\(page.dropLast(3))>"), "\(page)")
    }
  }

  private static func lines(of page: String) throws -> [String] {
    try String(contentsOfFile: fixturePath("../\(page)"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The text in one line, with one blank between words.
  private static func text(of page: String) throws -> String {
    try lines(of: page).joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  private func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
