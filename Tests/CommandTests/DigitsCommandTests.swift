import Foundation
import TestSupport
import Testing

@Suite struct DigitsCommandTests {
  @Test func `an image is numbers where there is no terminal`() throws {
    for environment in [[:], ["NO_COLOR": "1"]] {
      let run = try coefs("digits", "show", "0", environment: environment)
      #expect(run.exitCode == 0)
      #expect(
        run.output == """
          image 0, the digit 0
              0    0    5   13    9    1    0    0
              0    0   13   15   10   15    5    0
              0    3   15    2    0   11    8    0
              0    4   12    0    0    8    8    0
              0    5    8    0    0    9    8    0
              0    4   11    0    1   12    7    0
              0    2   14    5   10   12    0    0
              0    0    6   13   10    0    0    0

          """)
    }
  }

  @Test func `JSON has the pixels`() throws {
    let image = try coefs("digits", "show", "5", "--json").json
    #expect(Set(image.keys) == ["index", "digit", "pixels"])
    #expect(image["index"] as? Int == 5)
    #expect(image["digit"] as? Int == 5)
    let average = try coefs("digits", "average", "3", "--json").json
    #expect(average["index"] is NSNull)
    #expect((average["pixels"] as? [[Double]])?.map(\.count) == .init(repeating: 8, count: 8))
  }

  @Test func `a picture goes to an SVG, and obeys --force`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/three.svg"
      let first = try coefs("digits", "average", "3", "--output", file)
      #expect(first.exitCode == 0)
      #expect(first.output == "")
      let svg = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      #expect(svg.hasPrefix("<svg "))
      #expect(svg.contains("<title>the average 3</title>"))
      #expect(try coefs("digits", "show", "3", "--output", file).exitCode == 73)
      #expect(try coefs("digits", "show", "3", "--output", file, "--force").exitCode == 0)
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8) != svg)
      let stdout = try coefs("digits", "average", "3", "--output", "-")
      #expect(stdout.output == svg)
    }
  }

  @Test func `the baseline is the chapter's`() throws {
    let object = try coefs("digits", "baseline", "--json").json
    #expect(Set(object.keys) == ["rows", "averageImage", "random"])
    #expect(object["averageImage"] as? Double == 0.853)
    let random = try #require(object["random"] as? Double)
    #expect((0.05...0.15).contains(random))
    #expect(try coefs("digits", "baseline").output == "average image 0.853\nrandom \(random)\n")
  }

  @Test func `all images go to an NPZ, or to stdout and nothing else with them`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/digits.npz"
      let run = try coefs("digits", "export", file)
      #expect(run.exitCode == 0)
      let bytes = try Data(contentsOf: URL(filePath: file))
      #expect(run.output == "wrote \(file), \(bytes.count) bytes: X (1797, 64), y (1797,)\n")
      #expect(try coefs("digits", "export", file).exitCode == 73)
      #expect(try coefs("digits", "export", file, "--force").exitCode == 0)
      #expect(try Data(contentsOf: URL(filePath: file)) == bytes)
      let stdout = try coefs("digits", "export", "-")
      #expect(stdout.stdout == bytes)
      #expect(stdout.stderr == "wrote -, \(bytes.count) bytes: X (1797, 64), y (1797,)\n")
    }
  }
}
