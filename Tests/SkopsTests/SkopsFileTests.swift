import Files
import NPY
import Skops
import Testing
import Zip

@Suite struct SkopsFileTests {
  /// One of everything.
  private func value() throws -> SkopsValue {
    .object(
      SkopsName("sklearn.pipeline", "Pipeline"),
      [
        ("a", .none), ("b", .boolean(true)), ("c", .integer(-3)), ("d", .number(1e-8)),
        ("e", .number(.nan)), ("f", .number(-.infinity)), ("g", .text("é\"\n")),
        ("h", .list([.integer(1), .text("x")])), ("i", .tuple([])),
        ("j", .array(try NDArray([0.5, 1.5]))), ("k", .array(try NDArray([0.5, 1.5]))),
        ("l", .object(SkopsName("sklearn.preprocessing._label", "LabelBinarizer"), [])),
      ])
  }

  @Test(arguments: [false, true])
  func `what is written is read`(isCompressed: Bool) throws {
    let file = SkopsFile(try value())
    let bytes = try file.write(to: MemorySink(), isCompressed: isCompressed).bytes
    let archive = try SkopsArchive(bytes: bytes)
    guard case .object(let name, let attributes?) = try archive.node(archive.root),
      case .dictionary(let entries) = try archive.node(attributes)
    else {
      Issue.record("no object")
      return
    }
    #expect(name == SkopsName("sklearn.pipeline", "Pipeline"))
    #expect(entries.map(\.key).joined() == "abcdefghijkl")
    let texts = try entries.prefix(7).map { "\(try archive.node($0.value))" }
    #expect(
      texts == [
        "none", "boolean(true)", "integer(-3)", "number(1e-08)", "number(nan)", "number(-inf)",
        #"text("é\"\n")"#,
      ])
    #expect(try items(of: entries[7].value, in: archive).count == 2)
    #expect(try items(of: entries[8].value, in: archive).isEmpty)
    guard case .array(let array) = try archive.node(entries[9].value) else {
      Issue.record("no array")
      return
    }
    #expect(try array == NDArray([0.5, 1.5]))
  }

  @Test func `the same object gives the same bytes, and every array a member of its own`() throws {
    let files = [SkopsFile(try value()), SkopsFile(try value())]
    let bytes = try files.map { try $0.write(to: MemorySink(), isCompressed: false).bytes }
    #expect(bytes[0] == bytes[1])
    let archive = try ZipReader(bytes: bytes[0], maxMembers: 10, maxTotalBytes: 1 << 20)
    #expect(archive.members.count == 3)
    #expect(archive.members.last?.name == "schema.json")
    #expect(files[0].arrays.map { $0.name + ".npy" } == archive.members.dropLast().map(\.name))
  }
}
