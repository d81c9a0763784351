import Coefs
import Foundation
import TestSupport
import Testing

@Suite struct TextFileTests {
  @Test func `a text is written whole, and replaced only when that is asked for`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/report.html"
      try writeText("first é", to: .path(file), replacing: false)
      let error = coefsError { try writeText("second", to: .path(file), replacing: false) }
      #expect(error == CoefsError(file, FileError.outputExists))
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) == "first é")
      try writeText("", to: .path(file), replacing: true)
      #expect(try Data(contentsOf: URL(filePath: file)).isEmpty)
      #expect(try fileNames(in: folder) == ["report.html"])
    }
  }
}
