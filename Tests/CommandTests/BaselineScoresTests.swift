import NPZ
import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

@Suite struct BaselineScoresTests {
  @Test func `the average image tells 853 of 1000 digits, chance about a tenth`() throws {
    let scores = try BaselineScores()
    #expect(scores.rows == [0, 1_000])
    #expect(scores.averageImage == 0.853)
    #expect((0.05...0.15).contains(scores.random))
    #expect(try scores.random == BaselineScores().random)
    #expect(Set(try jsonObject(scores).keys) == ["rows", "averageImage", "random"])
  }

  @Test func `exported digits load as the same data`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/digits.npz"
      let byteCount = try Digits.export(to: .path(file))
      #expect(try Data(contentsOf: URL(filePath: file)).count == byteCount)
      let data = try Dataset(contentsOf: file, rows: .heldOut, scale: 15)
      #expect(try data.inputs == Dataset.digits().inputs)
      #expect(try model("chapter-coefs.npz").verify(on: data).correct == 481)
      let X = try #require(try NPZReader(path: file).array(named: "X"))
      #expect(X.dtype.description == "|u1")
      #expect(X.shape == [1_797, 64])

      let error = coefsError { try Digits.export(to: .path(file)) }
      #expect(error?.cause as? FileError == .outputExists)
      #expect(try Digits.export(to: .path(file), replacing: true) == byteCount)
      #expect(try fileNames(in: folder) == ["digits.npz"])
    }
  }
}
