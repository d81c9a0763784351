import NPY
import Pickle
import TestSupport
import Testing

@Suite struct PickleNodeTests {
  @Test(arguments: 0..<6)
  func `an object has a class and attributes in every protocol`(version: Int) throws {
    // A pipeline of nothing: Pipeline.__new__(Pipeline), and a state.
    let made =
      version < 2
      ? bytes(
        "ccopy_reg\n_reconstructor\n(csklearn.pipeline\nPipeline\nc__builtin__\nobject\nNtR".utf8)
      : bytes([0x80, UInt8(version)], "csklearn.pipeline\nPipeline\n)".utf8, [0x81])
    let state = bytes("(dVsteps\n(lsVverbose\nI00\nsVverbose\nI01\nsb.".utf8)
    let root = try Pickle(parsing: made + state).root
    let object = try #require(root.object)
    #expect(object.className == PickleGlobal("sklearn.pipeline", "Pipeline"))
    #expect(object.callee?.name == (version < 2 ? "_reconstructor" : "Pipeline"))
    #expect(object.arguments.count == (version < 2 ? 3 : 0))
    #expect(root.summary == "an object of sklearn.pipeline.Pipeline")
    let attributes = try root.attributes()
    #expect(Set(attributes.keys) == ["steps", "verbose"])
    #expect(attributes["steps"]?.items?.isEmpty == true)
    // The last of two counts, as in Python.
    #expect(attributes["verbose"]?.summary == "True")
  }

  @Test func `a state that would change the class has no attributes`() throws {
    let root = try Pickle(parsing: fixture("hostile-pickles/class-in-state.pkl")).root
    let error = try #require(#expect(throws: PickleError.self) { try root.attributes() })
    #expect("\(error)".hasSuffix("'__class__' where the name of an attribute belongs"))
  }

  @Test func `only an object of a class has attributes`() throws {
    let pipeline = "csklearn.pipeline\nPipeline\n"
    for (file, expected) in [
      ("N.", "None where an object of a class belongs"),
      (pipeline + ".", "the name sklearn.pipeline.Pipeline where an object of a class belongs"),
      ("cnumpy\ndtype\n)R}b.", "a call of numpy.dtype where an object of a class belongs"),
      (pipeline + ")\u{81}NI1\n\u{86}b.", "a tuple of 2 where a state of attributes belongs"),
      (pipeline + ")\u{81}}NNsb.", "None where the name of an attribute belongs"),
    ] {
      let root = try Pickle(parsing: ContiguousArray(file.unicodeScalars.map { UInt8($0.value) }))
        .root
      let error = try #require(#expect(throws: PickleError.self) { try root.attributes() })
      #expect("\(error)".hasSuffix(": " + expected), "\(error)")
    }
    let bare = try Pickle(parsing: bytes([0x80, 2], pipeline.utf8, ")".utf8, [0x81], ".".utf8)).root
    #expect(try bare.attributes().isEmpty)
  }

  @Test func `a node is itself, and no other that holds the same`() throws {
    let pickle = try Pickle(
      parsing: bytes([0x80, 2], "]q".utf8, [0], "h".utf8, [0], "]".utf8, [0x87], ".".utf8))
    let items = try #require(pickle.root.items)
    #expect(items[0] == items[1])
    #expect(items[0] != items[2])
    #expect(Set(items).count == 2)
    #expect(items.map(\.offset) == [2, 2, 7])
    let again = try Pickle(parsing: bytes([0x80, 2], "].".utf8))
    #expect(again.root != items[0])
  }

  @Test func `every kind of node has words and a value`() throws {
    let file = bytes(
      [0x80, 4], "(NI01\nK\u{7}".utf8, [0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      "F1.5\nVa\\u0007b\nC\u{2}abS'old'\n)]}".utf8, [0x8F],
      "cnumpy\ndtype\ncnumpy\ndtype\n)RV".utf8,
      String(repeating: "x", count: 41).utf8, "\nX\u{3}\0\0\0".utf8, [0xED, 0xA0, 0x80], "t.".utf8)
    let items = try #require(try Pickle(parsing: file).root.items)
    #expect(
      items.map(\.summary) == [
        "None", "True", "the integer 7", "an integer of 9 bytes", "the number 1.5", "'a\\u{07}b'",
        "2 bytes", "'old'", "a tuple of 0", "a list of 0", "a dictionary of 0", "a set of 0",
        "the name numpy.dtype", "a call of numpy.dtype", "a text", "a text",
      ])
    #expect(items[5].string == "a\u{7}b")
    #expect(items[7].string == "old")
    // A lone surrogate is a text of Python's, and none of Swift's.
    #expect(items[15].string == nil)
    guard case .text(let surrogate) = items[15].value else {
      Issue.record("\(items[15].summary)")
      return
    }
    #expect(Array(surrogate) == [0xED, 0xA0, 0x80])
    guard case .bigInteger(let big) = items[3].value, case .legacyString(let old) = items[7].value
    else {
      Issue.record("\(items[3].summary), \(items[7].summary)")
      return
    }
    #expect(big.count == 9 && big.last == 1)
    #expect(old.elementsEqual("old".utf8))
  }

  @Test func `texts and integers in every form are the same`() throws {
    for (file, expected) in [
      ("Vzéro\n.".unicodeScalars.map { UInt8($0.value) }, "'z\\u{00E9}ro'"),
      (Array("V\\u0041\\U0001f600\\\\u0041\n.".utf8), "'A\\u{0001F600}\\\\\\\\u0041'"),
      (Array("S'\\x41\\102\\n\\q'\n.".utf8), "'AB\\n\\\\q'"),
      (Array("I-9223372036854775808\n.".utf8), "the integer -9223372036854775808"),
      (Array("L9223372036854775808L\n.".utf8), "an integer of 9 bytes"),
      (
        [0x80, 2, 0x8A, 10, 0xFE, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0x2E],
        "the integer -2"
      ),
      ([0x80, 2, 0x8B, 0, 0, 0, 0, 0x2E], "the integer 0"),
      (Array("J".utf8) + [0, 0, 0, 0x80, 0x2E], "the integer -2147483648"),
      (Array("M".utf8) + [0xFF, 0xFF, 0x2E], "the integer 65535"),
      (Array("F-inf\n.".utf8), "the number -inf"),
    ] {
      let summary = try Pickle(parsing: ContiguousArray(file)).root.summary
      #expect(summary == expected)
    }
  }
}
