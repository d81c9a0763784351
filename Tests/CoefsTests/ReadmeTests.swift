import Coefs
import Foundation
import TestSupport
import Testing

/// Numbers that the README gives and that the code or the fixtures have.
struct ReadmeTests {
  /// The text in one line, with one blank between words.
  private let readme: String

  init() throws {
    let text = try String(contentsOfFile: fixturePath("../README.md"), encoding: .utf8)
    readme = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `the limits are those of ReadLimits`() {
    let limits = ReadLimits()
    #expect(
      readme.contains(
        """
        The limits are in `ReadLimits`: \(grouped(limits.maxPickleOperations)) operations, \
        \(grouped(limits.maxPickleNodes)) nodes, \(grouped(limits.maxPickleStack)) values on the stack and \
        as many in the memo, \(grouped(limits.maxPickleMarks)) open marks, \
        \(grouped(limits.maxPickleNames)) names, \(grouped(limits.maxPickleArrays)) arrays, \
        pickles \(limits.maxPickleNesting) deep in one another, \(grouped(limits.maxJSONValues)) values of a \
        JSON text of \(grouped(limits.maxJSONLength)) bytes, \(grouped(limits.maxTensors)) tensors, \
        \(grouped(limits.maxMembers)) members, \(grouped(limits.maxTotalBytes)) bytes unfolded.
        """))
    #expect(limits.maxPickleMemo == limits.maxPickleStack)
    #expect(
      readme.contains(
        """
        \(grouped(limits.maxMembers)) members, \(grouped(limits.maxTensors)) tensors, \
        \(grouped(limits.maxHeaderLength)) characters of header
        """))
  }

  @Test func `the table of readers counts the files that there are`() throws {
    struct Case: Decodable { let file: String }
    let hostile = try jsonFixture("hostile-pickles/cases.json", as: [Case].self).count
    let folder = URL(filePath: fixturePath("estimators/1.9.1"))
    // Four are compressed in ways that are not read.
    let unread = ["bz2", "xz", "lzma", "lz4"].map { "compressed.\($0).joblib" }
    let estimators = try FileManager.default.contentsOfDirectory(atPath: folder.path()).count {
      name in
      [".pkl", ".joblib"].contains { name.hasSuffix($0) } && !unread.contains(name)
    }
    let counts = try #require(
      readme.firstMatch(
        of: /(\d+) of the files run something when .*?; (\d+) others are .*?; (\d+) are estimators/)
    )
    #expect(Int(counts.1).flatMap { one in Int(counts.2).map { one + $0 } } == hostile)
    #expect(Int(counts.3) == estimators)
  }

  private func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
