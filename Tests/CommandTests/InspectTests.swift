import Files
import NPZ
import Coefs
import Foundation
import TestSupport
import Testing

@Suite struct InspectTests {
  @Test func `arrays and network are shown`() throws {
    let path = fixturePath("multilabel-two.npz")
    let run = try coefs("inspect", path)
    #expect(run.exitCode == 0)
    #expect(run.stderr == "")
    let lines = run.output.split(separator: "\n")
    #expect(lines[0] == "\(path): npz")
    #expect(lines[1].hasPrefix("  coefs_0  <f8  (64, 12)  "))
    #expect(lines[5] == "  activation  <U4  ()")
    #expect(lines[8].hasPrefix("64-12-2 classifier, 806 parameters, float64, named coefs_N"))
    #expect(lines[9] == "hidden activation relu (stored), output activation logistic (stored)")
    #expect(lines[10] == "classes 0, 1")
    #expect(lines.count == 11)
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
