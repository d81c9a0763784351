import Files
import NPZ
import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

@Suite struct InspectTests {
  @Test func `arrays and network are shown`() throws {
    let path = fixturePath("multilabel-two.npz")
    let run = try coefs("inspect", path)
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
    #expect(
      run.output == """
        \(path): npz
        64-12-2 classifier, 806 parameters, float64, named coefs_N, sklearn layout
        hidden activation relu (stored), output activation logistic (stored)
        classes 0, 1

        layer   inputs × outputs  activation  parameters
        hidden           64 × 12        relu         780
        output            12 × 2    logistic          26
        all                                          806

        array           dtype     shape      min     max      mean
        coefs_0           <f8  (64, 12)   -2.341   2.637  -0.01056
        intercepts_0      <f8     (12,)  -0.6767  0.4691  -0.04075
        coefs_1           <f8   (12, 2)   -3.146   3.348   -0.1079
        intercepts_1      <f8      (2,)  -0.4594  0.2793  -0.09004
        activation        <U4        ()
        out_activation    <U8        ()
        classes           <i8      (2,)        0       1       0.5

        """)
    let full = try coefs("inspect", path, "--full").output
    #expect(full.contains(" -2.3406453274606824   2.6367331581656805  -0.010564014623622857\n"))
  }

  @Test func `names that a pickle needs are shown where they are asked for`() throws {
    let path = fixturePath("estimators/1.9.1/pipeline-maxabs.joblib")
    let run = try coefs("inspect", path)
    #expect(!run.output.contains("\nnames "))
    let full = try coefs("inspect", path, "--full")
    #expect(full.output.contains("\nnames sklearn.pipeline.Pipeline\n"))
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-1.5, "-1.5"), (123_456, "123500"), (0.000_123_456, "0.0001235"),
    (-.leastNonzeroMagnitude, "-5e-324"), (1.797e308, "1.797e+308"), (1e22, "1e+22"),
    (9.9999, "10"), (.nan, "nan"),
    (-.infinity, "-inf"),
  ])
  func `numbers have four digits`(value: Double, text: String) {
    #expect(fourDigits(value) == text)
  }

  @Test func `JSON has the promised keys`() throws {
    let path = fixturePath("chapter-arr.npz")
    let run = try coefs("inspect", path, "--json")
    #expect(run.exitCode == 0)
    #expect(run.stdout.count { $0 == UInt8(ascii: "\n") } == 1)
    let object = try run.json
    #expect(Set(object.keys) == ["file", "format", "arrays", "model", "notes"])
    #expect(object["file"] as? String == path)
    let model = try #require(object["model"] as? [String: Any])
    #expect(model["classes"] is NSNull)
    #expect(model["naming"] as? String == "arr_N")
  }

  @Test func `a sound file that is no network is exit code 0 and a note`() throws {
    for name in ["npz/savez-mixed.npz", "npy/f8-c.npy", "npy/objects.npy"] {
      let run = try coefs("inspect", fixturePath(name), "--json")
      #expect(run.exitCode == 0)
      let object = try run.json
      #expect(object["model"] is NSNull)
      #expect((object["notes"] as? [String])?.contains { $0.hasPrefix("no model: ") } == true)
    }
  }

  @Test func `NaN is the string nan in JSON`() throws {
    let array = try NDArray([Double.nan, 1])
    let run = try coefs("inspect", "-", "--json", input: Data(array.fileBytes))
    #expect(run.output.contains(#""first":["nan",1]"#))
    #expect(run.output.contains(#""name":null"#))
  }

  @Test func `names that steer a terminal are escaped`() throws {
    var writer = NPZWriter(to: MemorySink())
    try writer.add("a\u{1B}[2Jb", NDArray([1.0]))
    let archive = try Data(writer.finish().bytes)
    let run = try coefs("inspect", "-", input: archive)
    #expect(run.exitCode == 0)
    #expect(!run.stdout.contains(0x1B))
    #expect(run.output.contains(#"a\u{1b}[2Jb"#))
    let verified = try coefs("verify", "-", input: archive)
    #expect(verified.exitCode == 65)
    #expect(!verified.stderr.unicodeScalars.contains("\u{1B}"))

    let missing = try coefs("inspect", "/nowhere/\u{1B}[2J\n")
    #expect(missing.exitCode == 66)
    #expect(missing.stderr.hasPrefix(#"coefs: /nowhere/\u{1b}[2J\u{a}: "#))
  }
}
