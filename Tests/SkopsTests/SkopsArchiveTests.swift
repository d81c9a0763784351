import Files
import JSON
import NPY
import NPZ
import Sklearn
import Skops
import TestSupport
import Testing
import Zip

@Suite struct SkopsArchiveTests {
  @Test(arguments: fixtureNames(in: "skops", suffix: ".skops"))
  func `what skops writes of a network is read`(name: String) throws {
    let archive = try SkopsArchive(bytes: fixture("skops/" + name))
    guard case .object(let kind, let attributes?) = try archive.node(archive.root) else {
      Issue.record("no object")
      return
    }
    #expect(!archive.mentions.contains { !$0.isKnown })
    guard case .dictionary(let entries) = try archive.node(attributes) else {
      Issue.record("no dictionary")
      return
    }
    #expect(entries.last?.key == "_sklearn_version")
    let version = try #require(entries.last?.value)
    guard case .text("1.9.1") = try archive.node(version) else {
      Issue.record("no version")
      return
    }
    #expect(archive.mentions.first?.name == kind)
    #expect(archive.mentions.first?.offset == 0)
    #expect(archive.byteCount > 1_000)
  }

  @Test func `the names of what no network needs are refused, or listed`() throws {
    let bytes = try fixture("skops/refused/rounded.skops")
    let name = SkopsName("numpy", "round")
    let unknown = try SkopsArchive(
      bytes: bytes, known: SkopsName.networks, allowsUnknownNames: true
    ).mentions.filter { !$0.isKnown }
    #expect(unknown.map(\.name) == [name])
    #expect(throws: SkopsError.unknownName(offset: unknown[0].offset, name)) {
      try SkopsArchive(bytes: bytes, known: SkopsName.networks)
    }
  }

  @Test(
    arguments: [
      ("FunctionNode", "os", "system", ""),
      ("TypeNode", "builtins", "eval", ""),
      (
        "MethodNode", "builtins", "object",
        #""content":{"func":"__reduce__","obj":\#(literal("1", id: 9))}"#
      ),
      ("OperatorFuncNode", "operator", "methodcaller", #""attrs":\#(list(id: 9))"#),
      (
        "PartialNode", "functools", "partial",
        #""content":{"func":\#(literal("1", id: 6)),"args":\#(list(id: 7)),"#
          + #""kwds":\#(literal("1", id: 8)),"namespace":\#(literal("null", id: 9))}"#
      ),
      ("ConstructorFromReduceNode", "subprocess", "Popen", #""content":\#(list(id: 9))"#),
      ("ObjectNode", "joblib.numpy_pickle", "NumpyArrayWrapper", ""),
      ("ObjectNode", "builtins", "dict.fromkeys", ""),
      (
        "TreeNode", "sklearn.tree._tree", "Tree",
        #""content":\#(list(id: 8)),"__reduce__":{"args":\#(list(id: 9))}"#
      ),
    ])
  func `nothing that a name says is done, and the name is told`(
    loader: String, module: String, name: String, payload: String
  ) throws {
    let root = list(node(loader, name, payload, id: 2, module: module), id: 1)
    let error = SkopsError.unknownName(
      offset: root.utf8.count - root.drop { $0 != "[" }.dropFirst().utf8.count,
      SkopsName(module, name))
    let bytes = try archive(schema: schema(root))
    #expect(throws: error) { try SkopsArchive(bytes: bytes) }
    let tolerant = try SkopsArchive(bytes: bytes, allowsUnknownNames: true)
    let item = try #require(items(of: tolerant.root, in: tolerant).first)
    switch try tolerant.node(item) {
    case .name(let found): #expect(found == SkopsName(module, name))
    case .other(let what): #expect(what.contains("\(module).\(name)"))
    case .object(let kind, attributes: nil): #expect(kind == SkopsName(module, name))
    default: Issue.record("it is something")
    }
  }

  // MARK: Schemas that lie

  @Test func `an archive without a schema is none`() throws {
    let bytes = try archive([("1.npy", NDArray([1.0]).fileBytes)])
    #expect(throws: SkopsError.noSchema) { try SkopsArchive(bytes: bytes) }
    let other = try archive(schema: #"{"a":1}"#)
    #expect(throws: SkopsError.notSkops) { try SkopsArchive(bytes: other) }
    let listed = try archive(schema: "[]")
    #expect(throws: SkopsError.notSkops) { try SkopsArchive(bytes: listed) }
    #expect(throws: SkopsError.self) { try SkopsArchive(bytes: [0x50, 0x4B, 3, 4]) }
  }

  @Test func `two schemas are refused`() throws {
    var bytes = try archive([
      ("schema.json", ContiguousArray(schema(list(id: 1)).utf8)),
      ("schemb.json", ContiguousArray(schema(list(id: 1)).utf8)),
    ])
    for index in bytes.indices where bytes[index...].starts(with: "schemb".utf8) {
      bytes[index + 5] = UInt8(ascii: "a")
    }
    #expect(throws: SkopsError.npz(.zip(.duplicateMember(name: "schema.json")))) {
      try SkopsArchive(bytes: bytes)
    }
  }

  @Test(arguments: [
    ("3", "3"), ("-1", "-1"), ("true", "true"), ("2.0", "2.0"), ("1e0", "1e0"),
    ("99999999999999999999", "99999999999999999999"), ("null", "of no number"),
    (#""2""#, "of no number"), ("[]", "of no number"),
  ])
  func `protocols that are none are refused`(text: String, said: String) throws {
    let bytes = try archive(schema: schema(list(id: 1), protocol: text))
    #expect(throws: SkopsError.unsupportedProtocol(said)) { try SkopsArchive(bytes: bytes) }
  }

  @Test(arguments: ["0", "1", "2"])
  func `protocols 0 to 2 are read`(text: String) throws {
    let bytes = try archive(schema: schema(list(array(id: 2), id: 1), protocol: text))
    #expect(throws: Never.self) { try SkopsArchive(bytes: bytes) }
  }

  @Test(arguments: [("0", "posix.system"), ("1", "evil.function"), ("2", "evil.function")])
  func `a function's name is where its protocol has it`(text: String, name: String) throws {
    let function = """
      {"__class__":"function","__module__":"evil","__loader__":"FunctionNode","__id__":2,\
      "content":{"module_path":"posix","function":"system"}}
      """
    let bytes = try archive(schema: schema(list(function, id: 1), protocol: text))
    #expect { try SkopsArchive(bytes: bytes) } throws: {
      if case .unknownName(_, let found)? = $0 as? SkopsError {
        found.description == name
      } else {
        false
      }
    }
  }

  @Test func `a schema without a protocol is refused`() throws {
    let bytes = try archive(schema: list(id: 1))
    #expect(throws: SkopsError.unsupportedProtocol(nil)) { try SkopsArchive(bytes: bytes) }
  }

  @Test func `a schema that is no JSON, or means two things, is refused`() throws {
    for text in ["", "{", "{\"protocol\":2,\"protocol\":1}", "\u{FEFF}{}", "{\"protocol\":NaN}"] {
      let bytes = try archive(schema: text)
      #expect { try SkopsArchive(bytes: bytes) } throws: {
        if case .badJSON? = $0 as? SkopsError { true } else { false }
      }
    }
  }

  @Test func `a schema as long or deep as it likes is bounded`() throws {
    let deep = String(repeating: "{\"content\":", count: 100_000)
    #expect { try SkopsArchive(bytes: archive(schema: deep)) } throws: {
      $0 as? SkopsError
        == .badJSON(
          JSONError(
            offset: 704, problem: "arrays and objects lie deeper than 64 in one another"))
    }
    var nested = literal("1", id: 1)
    for id in 2..<60 { nested = list(nested, id: id) }
    #expect { try SkopsArchive(bytes: archive(schema: schema(nested))) } throws: {
      if case .badJSON? = $0 as? SkopsError { true } else { false }
    }
    let wide = String(repeating: "0,", count: 1 << 20) + "0"
    let lists = node("ListNode", "list", "\"content\":[\(wide)]", id: 1)
    #expect { try SkopsArchive(bytes: archive(schema: schema(lists))) } throws: {
      if case .badSchema(_, "a node has more than 131072 others in it")? = $0 as? SkopsError {
        true
      } else {
        false
      }
    }
    var limits = ReadLimits()
    limits.maxJSONLength = 10
    let sound = try archive(schema: schema(list(id: 1)))
    #expect {
      try SkopsArchive(bytes: sound, limits: limits)
    } throws: {
      if case .limitExceeded("maxJSONLength", 10, _)? = $0 as? SkopsError { true } else { false }
    }
  }

  @Test(arguments: [
    ("1", "a node is no object"),
    (
      #"{"__class__":"list","__module__":"builtins","__loader__":"ListNode","content":[]}"#,
      "a node has no integer as its __id__"
    ),
    (
      #"{"__id__":2,"__class__":"list","__module__":"builtins","content":[]}"#,
      "a node has no text as its __loader__"
    ),
    (
      #"{"__id__":2,"__class__":"list","__loader__":"ListNode","content":[]}"#,
      "a node has no texts as its __module__ and __class__"
    ),
    (
      #"{"__id__":2.0,"__class__":"list","__module__":"builtins","__loader__":"ListNode","content":[]}"#,
      "a node has no integer as its __id__"
    ),
    (node("ListNode", "list", id: 2), "a node has no 'content'"),
    (node("ListNode", "list", #""content":{}"#, id: 2), "a node has no list as its content"),
    (
      node("ListNode", "MyList", #""content":[]"#, id: 2),
      "a node of loader 'ListNode' is a builtins.MyList"
    ),
    (
      node("DictNode", "list", #""content":{},"key_types":\#(list(id: 3))"#, id: 2),
      "a node of loader 'DictNode' is a builtins.list"
    ),
    (
      node("DictNode", "dict", #""content":[],"key_types":\#(list(id: 3))"#, id: 2),
      "a dictionary has no object as its content"
    ),
    (node("DictNode", "dict", #""content":{}"#, id: 2), "a node has no 'key_types'"),
    (
      dictionary(#""a":\#(literal("1", id: 9))"#, types: [], id: 2),
      "a dictionary has 1 entries and 0 types of keys"
    ),
    (dictionary("", types: ["str"], id: 2), "a dictionary has 0 entries and 1 types of keys"),
    (
      node("DictNode", "dict", #""content":{},"key_types":\#(literal("1", id: 3))"#, id: 2),
      "a dictionary's key_types are no list"
    ),
    (
      node(
        "DictNode", "dict",
        #""content":{"a":\#(literal("1", id: 4))},"key_types":\#(list(literal("1", id: 5), id: 3))"#,
        id: 2),
      "the type of a key is no type"
    ),
    (
      node("JsonNode", "str", #""content":1"#, id: 2),
      "a node of loader 'JsonNode' has no text as its content"
    ),
    (
      node("CachedNode", "list", id: 77),
      "a cached node refers to the __id__ 77, which was not there before"
    ),
    (
      node("NdArrayNode", "ndarray", #""file":"1.npy""#, id: 2, module: "numpy"),
      "an array's type is neither 'numpy' nor 'json'"
    ),
    (
      node("NdArrayNode", "ndarray", #""type":"numpy","file":1"#, id: 2, module: "numpy"),
      "an array has no text as its file"
    ),
    (
      node("NdArrayNode", "ndarray", #""type":"json","content":[]"#, id: 2, module: "numpy"),
      "a node has no 'shape'"
    ),
    (array("2.npy", id: 2), "the archive has no member '2.npy' that is an array of its own"),
    (array("../1.npy", id: 2), "the archive has no member '../1.npy' that is an array of its own"),
    (array("./1.npy", id: 2), "the archive has no member './1.npy' that is an array of its own"),
    (array("1", id: 2), "the archive has no member '1' that is an array of its own"),
    (
      array("/etc/passwd", id: 2),
      "the archive has no member '/etc/passwd' that is an array of its own"
    ),
    (
      array("schema.json", id: 2),
      "the archive has no member 'schema.json' that is an array of its own"
    ),
  ])
  func `a node that is not what it should be is refused`(text: String, problem: String) throws {
    let bytes = try archive(schema: schema(list(text, id: 1)))
    #expect {
      try SkopsArchive(bytes: bytes)
    } throws: {
      guard case .badSchema(_, let found)? = $0 as? SkopsError else { return false }
      return found == problem
    }
  }

  @Test func `loaders that skops does not have are refused by name`() throws {
    let root = list(node("EvalNode", "list", id: 2), id: 1)
    #expect { try open(root) } throws: {
      if case .unknownLoader(_, "EvalNode")? = $0 as? SkopsError { true } else { false }
    }
  }

  @Test func `a member with a name that leads elsewhere is never used`() throws {
    let bytes = try archive([
      ("../1.npy", NDArray([1.0]).fileBytes), ("a/1.npy", NDArray([1.0]).fileBytes),
      ("schema.json", ContiguousArray(schema(list(array("../1.npy", id: 2), id: 1)).utf8)),
    ])
    #expect(throws: SkopsError.self) { try SkopsArchive(bytes: bytes) }
  }

  @Test func `members that are damaged or hold objects are refused`() throws {
    let text = ContiguousArray(schema(list(array(id: 2), id: 1)).utf8)
    let objects = try archive([("1.npy", fixture("npy/objects.npy")), ("schema.json", text)])
    #expect { try SkopsArchive(bytes: objects) } throws: {
      if case .npz(.array("1.npy", _))? = $0 as? SkopsError { true } else { false }
    }
    let noArray = try archive([("1.npy", ContiguousArray("text".utf8)), ("schema.json", text)])
    #expect { try SkopsArchive(bytes: noArray) } throws: {
      if case .npz(.array("1.npy", .notNPY))? = $0 as? SkopsError { true } else { false }
    }
    var damaged = try archive(schema: schema(list(array(id: 2), id: 1)))
    damaged[190] ^= 1
    #expect { try SkopsArchive(bytes: damaged) } throws: {
      if case .npz(.zip(.crcMismatch))? = $0 as? SkopsError { true } else { false }
    }
  }
}
