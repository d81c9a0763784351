import Coefs
import Foundation
import Testing
import Zip

@Suite struct CoefsErrorTests {
  static let causes: [(any CategorizedError, ErrorCategory)] = [
    (FileError.cannotOpen(errno: 2), .cannotOpen),
    (NPZError.zip(.file(.cannotOpen(errno: 2))), .cannotOpen),
    (FileError.notAFile(.folder), .cannotOpen),
    (ZipError.endRecordMissing, .badContent),
    (FileError.outputExists, .cannotCreate),
    (FileError.writeFailed(errno: 28), .ioFailed),
    (NPZError.ambiguousName("a", first: "a", second: "a.npy"), .badContent),
    (NPYError.notNPY(looksLike: nil), .badContent),
    (SklearnError.loneArray, .badContent),
    (MLPError.noLayers, .badContent),
    (DataError.noTargets, .badContent),
    (DataError.noSuchRows(5..<9, count: 3), .usage),
    (DataError.noSuchRows(0..<0, count: 0), .badContent),
    (ModelError.outOfRange("weights_0", .float32), .badContent),
    (ModelError.notAsWritten("the names differ"), .ioFailed),
    (ModelError.unknownFormat, .usage),
  ]

  @Test(arguments: causes)
  func `a cause has a category, and its description the file before it`(
    cause: any CategorizedError, category: ErrorCategory
  ) {
    let error = CoefsError("weights.npz", cause)
    #expect(error.category == category)
    #expect(error.description == "weights.npz: \(cause)")
    let isSwift = "\(cause)".drop(while: \.isLetter).hasPrefix("(")
    #expect(!isSwift, "a sentence, not Swift's own words: \(cause)")
  }

  @Test(arguments: causes)
  func `an app shows the same sentence`(cause: any CategorizedError, category: ErrorCategory) {
    let error = CoefsError("weights.npz", cause)
    #expect((error as any Error).localizedDescription == error.description)
    #expect((cause as any Error).localizedDescription == "\(cause)")
  }

  @Test func `standard input and output are named in words`() {
    #expect(
      CoefsError("-", SklearnError.loneArray).description.hasPrefix("standard input or output"))
  }

  @Test func `nothing in a description steers a terminal`() {
    let error = CoefsError(
      "\u{1B}[31mred\u{202E}\n.npz", SklearnError.surplusArray("a\u{7}\u{9B}b"))
    let scalars = error.description.unicodeScalars
    #expect(!scalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    #expect(!scalars.contains("\u{202E}"))
    #expect(error.description.hasPrefix(#"\u{1b}[31mred\u{202e}\u{a}.npz: "#))
  }

  @Test func `letters, accents and emoji stay as they are`() {
    #expect("zéro 三 👍🏽 e\u{301}".escapedForTerminal == "zéro 三 👍🏽 e\u{301}")
  }
}
