import Files
import NPZ
import Zip
import Coefs
import Foundation
import TestSupport
import Testing

import Platform

/// Whatever is wrong is one line on stderr with the file's name, the right exit code, and no output.
@Suite struct ErrorTests {
  private func expectError(
    _ run: CommandRun, _ exitCode: Int32, _ file: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.exitCode == exitCode, "\(run.stderr)", sourceLocation: sourceLocation)
    #expect(run.output == "", sourceLocation: sourceLocation)
    let prefix = "coefs: " + (file.map { $0 + ": " } ?? "")
    #expect(run.stderr.hasPrefix(prefix), "\(run.stderr)", sourceLocation: sourceLocation)
    #expect(
      run.stderr.utf8.count { $0 == UInt8(ascii: "\n") } == 1 && run.stderr.hasSuffix("\n"),
      "\(run.stderr)", sourceLocation: sourceLocation)
  }

  // MARK: 64

  static let usage: [[String]] = [
    ["verify"], ["nonsense"], ["verify", "x.npz", "--bogus"],
    ["verify", "x.npz", "--rows", "5:3"], ["verify", "x.npz", "--rows", "some"],
    ["verify", "x.npz", "--rows", "1:2:3"], ["verify", "x.npz", "--rows=-1:2"],
    ["verify", "x.npz", "--scale", "0"], ["verify", "x.npz", "--scale", "nan"],
    ["verify", "x.npz", "--scale=-15"],
    ["verify", "x.npz", "--scale", "x"], ["verify", "x.npz", "--min-accuracy", "2"],
    ["verify", "x.npz", "--max-cost=-1"], ["verify", "x.npz", "--layout", "keras"],
    ["verify", "x.npz", "--activation", "softmax"], ["verify", "x.npz", "--report", "-"],
    ["verify", "-", "--data", "-"], ["predict", "-", "--data", "-"],
    ["predict", "x.npy", "--intercepts", "-", "--data", "-"],
    ["inspect", "-", "--intercepts", "-"],
    ["convert", "x.npz", "-"], ["convert", "x.npz", "-", "--format", "npz", "--json"],
    ["convert", "x.npz", "y.npz", "--dtype", "float16"], ["digits", "show", "1797"],
    ["digits", "average", "10"], ["digits", "show", "0", "--output", "-", "--json"],
    ["digits", "export", "-", "--json"], ["predict", "x.npz", "--label", "last"],
    ["predict", "x.npz", "--data", "x.csv", "--separator", "1"],
    ["verify", "x.npz", "--data", "x.csv", "--header", "maybe"],
    ["train", "x.npz", "--max-bytes", "0"],
  ]

  @Test(arguments: usage)
  func `a wrong command line is exit code 64`(arguments: [String]) throws {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let run = try shell("\"$1\" \(quoted)")
    expectError(run, 64)
    #expect(run.stderr.contains("--help' for more information."))
  }

  @Test func `rows that are not there and an unknown ending are exit code 64 too`() throws {
    let model = fixturePath("chapter-coefs.npz")
    expectError(try coefs("verify", model, "--rows", "1700:1900"), 64, "digits")
    try withTemporaryFolder { folder throws in
      expectError(try coefs("convert", model, folder + "/out.txt"), 64, folder + "/out.txt")
      #expect(try fileNames(in: folder) == [])
    }
  }

  // MARK: 65

  /// Files that are not what they should be.
  static let contents: [(name: String, bytes: @Sendable () throws -> ContiguousArray<UInt8>)] = [
    ("empty", { [] }),
    ("text", { ContiguousArray("name,value\nx,1\n".utf8) }),
    ("truncated", { try ContiguousArray(fixture("chapter-coefs.npz").dropLast(100)) }),
    ("half", { try ContiguousArray(fixture("chapter-coefs.npz").prefix(5_000)) }),
    ("no weights", { try fixture("npz/savez-mixed.npz") }),
    ("nothing", { try fixture("npz/savez-empty.npz") }),
    ("damaged", { try damaged() }),
    ("10^12 elements, alone", { hugeHeader }),
    (
      "10^12 elements, in an archive",
      { try archive([("coefs_0.npy", hugeHeader), ("intercepts_0.npy", hugeBiases)]) }
    ),
    ("2·10^9 bytes declared, deflated", { try declaring(2_000_000_000, compressed: true) }),
    ("10^9 bytes declared, stored", { try declaring(1_000_000_000, compressed: false) }),
  ]

  private static let hugeHeader = npyFile(
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }",
    data: [0, 0, 0, 0, 0, 0, 0, 0])

  private static let hugeBiases = npyFile(
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000,), }")

  private static func archive(
    _ members: [(name: String, bytes: ContiguousArray<UInt8>)], compressed: Bool = false
  ) throws -> ContiguousArray<UInt8> {
    var writer = ZipWriter(to: MemorySink())
    for member in members {
      try writer.add(member.name, parts: [member.bytes], compressed: compressed)
    }
    return try writer.finish().bytes
  }

  /// The chapter's weights with one bit flipped.
  private static func damaged() throws -> ContiguousArray<UInt8> {
    var bytes = try fixture("chapter-coefs.npz")
    bytes[2_000] ^= 1
    return bytes
  }

  /// An archive whose one member says in every place to be so large, and is not.
  private static func declaring(
    _ size: UInt32, compressed: Bool
  ) throws -> ContiguousArray<UInt8> {
    let name = "coefs_0.npy"
    let content = npyFile(
      "{'descr': '|u1', 'fortran_order': False, 'shape': (\(size - 128), 1), }")
    var bytes = try archive([(name, content)], compressed: compressed)
    // The local header has its sizes in a zip64 extra behind the name, the unpacked one first; the
    // central header in fields of 32 bits, the unpacked one at 24, as in APPNOTE.TXT 4.3.12.
    let central = bytes.count - 22 - 46 - name.utf8.count
    for offset in [30 + name.utf8.count + 4, central + 24] {
      for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte)) }
    }
    return bytes
  }

  @Test(arguments: contents.indices)
  func `bad content is exit code 65`(index: Int) throws {
    try withTemporaryFolder { folder throws in
      let input = try write(Self.contents[index].bytes(), to: folder + "/input.npz")
      // 24 MB for data and the stack of a thread for each processor, with which the code that is mapped
      // stays below 64 MB on two of them.
      let limited = #"""
        ulimit -d $((24576 + 8192 * $(getconf _NPROCESSORS_ONLN))) 2>/dev/null; exec "$@"
        """#
      let run = try shell(limited, "convert", input, folder + "/out.npz")
      expectError(run, 65, input)
      #expect(try fileNames(in: folder) == ["input.npz"], "no output is left")
    }
  }

  @Test func `layers that do not chain are exit code 65`() throws {
    try withTemporaryFolder { folder throws in
      var writer = NPZWriter(to: MemorySink())
      for (layer, inputs, outputs) in [(0, 4, 3), (1, 5, 2)] {
        let weights = repeatElement(0.5, count: inputs * outputs)
        try writer.add("coefs_\(layer)", NDArray(weights, shape: [inputs, outputs]))
        try writer.add("intercepts_\(layer)", NDArray(repeatElement(0.5, count: outputs)))
      }
      let input = try write(writer.finish().bytes, to: folder + "/input.npz")
      let run = try coefs("convert", input, folder + "/out.npz")
      expectError(run, 65, input)
      #expect(run.stderr.contains("'coefs_0' (4, 3) has 3 outputs"))
      #expect(run.stderr.contains("'coefs_1' (5, 2) takes 5 inputs"))
      #expect(try fileNames(in: folder) == ["input.npz"])
    }
  }

  @Test func `data that is none is exit code 65`() throws {
    let model = fixturePath("chapter-coefs.npz")
    let readme = fixturePath("README.md")
    expectError(try coefs("predict", model, "--data", readme), 65, readme)
    let square = fixturePath("square.truth.npz")
    expectError(try coefs("verify", model, "--data", square), 65, square)
    expectError(try coefs("verify", fixturePath("binary.npz")), 65, "digits")
  }

  // MARK: 66

  @Test func `what cannot be opened is exit code 66`() throws {
    try withTemporaryFolder { folder throws in
      expectError(try coefs("verify", folder + "/none.npz"), 66, folder + "/none.npz")
      expectError(try coefs("inspect", folder), 66, folder)
      let model = fixturePath("chapter-coefs.npz")
      expectError(try coefs("predict", model, "--data", "/nowhere.csv"), 66, "/nowhere.csv")
      expectError(
        try coefs("inspect", fixturePath("perceptron-coefs.npy"), "--intercepts", "/nowhere.npy"),
        66, "/nowhere.npy")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func `a file that may not be read is exit code 66`() throws {
    try withTemporaryFolder { folder throws in
      let file = try write(fixture("chapter-coefs.npz"), to: folder + "/weights.npz")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
      expectError(try coefs("verify", file), 66, file)
    }
  }

  // MARK: 73

  @Test func `an output in a folder that is not there is exit code 73`() throws {
    let model = fixturePath("chapter-coefs.npz")
    let output = "/nowhere/out.npz"
    expectError(try coefs("convert", model, output), 73, output)
    expectError(try coefs("predict", model, "--rows", "0:1", "--output", output), 73, output)
    expectError(try coefs("digits", "show", "1", "--output", output), 73, output)
    try withTemporaryFolder { folder throws in
      let named = folder + "/folder.npz"
      try FileManager.default.createDirectory(
        atPath: named, withIntermediateDirectories: false)
      expectError(try coefs("convert", model, named, "--force"), 73, named)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write to every folder"))
  func `an output in a folder that may not be written is exit code 73`() throws {
    try withTemporaryFolder { folder throws in
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
      defer {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
      }
      let output = folder + "/out.npz"
      expectError(try coefs("convert", fixturePath("chapter-coefs.npz"), output), 73, output)
      #expect(try fileNames(in: folder) == [])
    }
  }

  // MARK: 0, and 74

  @Test func `a reader that has gone away ends the command without a word`() throws {
    try withTemporaryFolder { folder throws in
      // The pipe has a writer and no reader any more when the command starts.
      let script = """
        mkfifo "\(folder)/pipe"; (: < "\(folder)/pipe") & exec 9> "\(folder)/pipe"; wait
        exec "$@" >&9
        """
      let model = fixturePath("chapter-coefs.npz")
      for arguments in [["inspect", model], ["digits", "export"], ["predict", model]] {
        let last = ["digits": "-", "predict": "--proba"][arguments[0]] ?? "--json"
        let run = try shell(script, arguments[0], arguments[1], last)
        #expect(run.exitCode == 0)
        #expect(run.stderr == "")
        try FileManager.default.removeItem(atPath: folder + "/pipe")
      }
    }
  }

  @Test func `half of an output is enough for head`() throws {
    let run = try shell(
      #"{ "$@" --rows 0:1797 --proba; echo $? >&2; } | head -n 2"#, "predict",
      fixturePath("chapter-coefs.npz"))
    #expect(run.stderr == "0\n")
    #expect(run.output.split(separator: "\n").count == 2)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "only on Linux"))
  func `a full disk is exit code 74`() throws {
    let model = fixturePath("chapter-coefs.npz")
    for arguments in ["inspect", "verify"] {
      expectError(try shell(#"exec "$@" > /dev/full"#, arguments, model), 74)
    }
    expectError(
      try shell(#"exec "$@" > /dev/full"#, "convert", model, "-", "--format", "npz"), 74)
  }

  @Test func `stdout that is closed is exit code 74`() throws {
    let run = try shell(#"exec "$@" >&-"#, "inspect", fixturePath("chapter-coefs.npz"))
    expectError(run, 74)
  }
}
