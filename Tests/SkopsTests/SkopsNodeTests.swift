import NPY
import Skops
import TestSupport
import Testing

@Suite struct SkopsNodeTests {
  @Test(arguments: [
    ("null", "none"), ("true", "boolean(true)"), ("false", "boolean(false)"), ("12", "integer(12)"),
    ("-9223372036854775808", "integer(-9223372036854775808)"),
    ("9223372036854775808", #"other("the number 9223372036854775808")"#),
    ("0.5", "number(0.5)"), ("1e-08", "number(1e-08)"), ("NaN", "number(nan)"),
    ("Infinity", "number(inf)"), ("-Infinity", "number(-inf)"),
    ("1e999", #"other("the number 1e999")"#), (#""relu""#, #"text("relu")"#),
    ("[1]", #"other("a JSON text")"#), ("{}", #"other("a JSON text")"#),
  ])
  func `a JSON node is the value of its text`(json: String, value: String) throws {
    let archive = try open(literal(json, id: 1))
    #expect("\(try archive.node(archive.root))" == value)
  }

  @Test(arguments: ["", "nul", "1 2", "\"\\ud800\"", "{\"a\":1,\"a\":2}"])
  func `a JSON node of no JSON is refused`(json: String) {
    #expect { try open(literal(json, id: 1)) } throws: {
      if case .badSchema? = $0 as? SkopsError { true } else { false }
    }
  }

  @Test func `a dictionary has the entries whose keys are texts`() throws {
    let root = dictionary(
      #""a":\#(literal("1", id: 50)),"1":\#(literal("2", id: 51))"#, types: ["str", "int"], id: 1)
    let archive = try open(root)
    guard case .dictionary(let entries) = try archive.node(archive.root) else {
      Issue.record("no dictionary")
      return
    }
    #expect(entries.map(\.key) == ["a"])
    guard case .integer(1) = try archive.node(entries[0].value) else {
      Issue.record("no entry")
      return
    }
  }

  @Test func `an array is the member's, and a number without axes is one`() throws {
    let root = list(
      array(id: 2), array("scalar.npy", "float64", id: 3), array("scalar.npy", id: 4),
      array("scalar.npy", "float32", id: 5), array("1.npy", "float64", id: 6),
      array("1.npy", "memmap", id: 7), id: 1)
    let archive = try open(root)
    let nodes = try items(of: archive.root, in: archive).map { try archive.node($0) }
    guard case .array(let vector) = nodes[0], case .number(0.5) = nodes[1],
      case .array(let scalar) = nodes[2], case .other("a numpy.float32") = nodes[3],
      case .other("a numpy.float64") = nodes[4], case .other("a numpy.memmap") = nodes[5]
    else {
      Issue.record("\(nodes)")
      return
    }
    #expect(try vector == NDArray([0.5, 1.5, 2.5]))
    #expect(scalar.shape.isEmpty)
  }

  @Test func `of two nodes with one number the first counts, as it does for skops`() throws {
    // skops looks at the types of a dictionary's keys before its values.
    let root = list(
      literal("1", id: 2), literal("2", id: 2), node("CachedNode", "str", id: 2), id: 1)
    let archive = try open(root)
    let items = try items(of: archive.root, in: archive)
    #expect(items == [items[0], items[0], items[0]])
    guard case .integer(1) = try archive.node(items[0]) else {
      Issue.record("not the first")
      return
    }
    let entries = dictionary(#""a":\#(literal("1", id: 8))"#, types: ["str"], id: 7)
    // The value has the number of the list of types, which skops has visited before.
    let shared = try open(entries)
    guard case .dictionary(let pairs) = try shared.node(shared.root) else {
      Issue.record("no dictionary")
      return
    }
    guard case .list = try shared.node(pairs[0].value) else {
      Issue.record("not the list of types")
      return
    }
  }

  @Test func `an object may contain itself`() throws {
    let archive = try open(list(list(literal("1", id: 1), id: 2), id: 1))
    var number = archive.root
    for _ in 0..<1_000 { number = try items(of: number, in: archive)[0] }
    #expect(try items(of: number, in: archive).count == 1)
  }

  @Test func `an instance has its attributes, or none`() throws {
    let bare = try open(node("ObjectNode", "Pipeline", id: 1, module: "sklearn.pipeline"))
    guard case .object(let kind, attributes: nil) = try bare.node(bare.root) else {
      Issue.record("no object")
      return
    }
    #expect("\(kind)" == "sklearn.pipeline.Pipeline")
    let full = try open(
      node(
        "ObjectNode", "Pipeline", #""content":\#(dictionary("", types: [], id: 2))"#, id: 1,
        module: "sklearn.pipeline"))
    guard case .object(_, let attributes?) = try full.node(full.root),
      case .dictionary = try full.node(attributes)
    else {
      Issue.record("no attributes")
      return
    }
  }

  @Test func `an array of objects has its shape and its items`() throws {
    let shape = node("TupleNode", "tuple", #""content":[\#(literal("2", id: 6))]"#, id: 5)
    let root = node(
      "NdArrayNode", "ndarray",
      #""type":"json","content":[\#(literal("1", id: 2)),\#(literal("2", id: 3))],"shape":\#(shape)"#,
      id: 1, module: "numpy")
    let archive = try open(root)
    guard case .objects(let axes, let items) = try archive.node(archive.root) else {
      Issue.record("no objects")
      return
    }
    #expect(items.count == 2)
    guard case .list(let lengths) = try archive.node(axes) else {
      Issue.record("no shape")
      return
    }
    #expect(lengths.count == 1)
  }

  @Test func `what no network needs is told by its name`() throws {
    let root = list(
      node("TupleNode", "Point", #""content":[]"#, id: 2, module: "numpy"),
      node("TypeNode", "str", id: 3),
      node("SetNode", "set", #""content":[]"#, id: 4),
      node("SliceNode", "slice", #""content":{"start":null,"stop":null,"step":null}"#, id: 5),
      id: 1)
    let bytes = try archive(schema: schema(root))
    let archive = try SkopsArchive(bytes: bytes, allowsUnknownNames: true)
    let texts = try items(of: archive.root, in: archive).map { "\(try archive.node($0))" }
    #expect(
      texts == [
        #"other("a numpy.Point")"#, "name(builtins.str)",
        #"other("a builtins.set")"#, "slice([nil, nil, nil])",
      ])
  }
}
