import JSON

/// Goes through all nodes of a schema once, in the order in which skops does, and checks each.
///
/// What is still to be visited stands on a stack: a schema may nest as deep as its limit allows.
struct SkopsAudit {
  private let schema: JSONDocument
  private let members: Set<ContiguousArray<UInt8>>

  /// For each node whose `__id__` was there before, the node that counts.
  private(set) var aliases: [Int: Int] = [:]
  /// The names in the schema, in the order in which they first occur.
  private(set) var mentions: [SkopsName.Mention] = []
  /// The members that arrays lie in.
  private(set) var usedMembers: Set<String> = []
  /// The nodes that are dictionaries.
  private(set) var dictionaries: [Int] = []

  private var seen: Set<SkopsName> = []
  /// The nodes by their `__id__`.
  private var nodes: [Int64: Int] = [:]

  /// The names that the archive may hold.
  private let known: Set<SkopsName>

  init(_ schema: JSONDocument, members: [String], known: Set<SkopsName>) {
    self.schema = schema
    self.known = known
    self.members = Set(members.map { ContiguousArray($0.utf8) })
  }

  mutating func run() throws(SkopsError) {
    var pending = [schema.root]
    while let value = pending.popLast() { try pending += visit(value).reversed() }
  }

  /// Checks a node.
  ///
  /// - Returns: The nodes in it, in the order in which skops visits them.
  private mutating func visit(_ value: JSONValue) throws(SkopsError) -> [JSONValue] {
    guard value.kind == .object else { throw value.problem("a node is no object") }
    guard let id = value["__id__"]?.integer else {
      throw value.problem("a node has no integer as its __id__")
    }
    guard let loaderName = value["__loader__"]?.string else {
      throw value.problem("a node has no text as its __loader__")
    }
    guard let loader = SkopsLoader(rawValue: loaderName) else {
      throw .unknownLoader(offset: value.offset, loaderName)
    }
    if let first = nodes[id] {
      aliases[value.index] = first
      return []
    }
    guard loader != .cached else {
      throw value.problem("a cached node refers to the __id__ \(id), which was not there before")
    }
    nodes[id] = value.index
    let name = try name(of: value, loader)
    if seen.insert(name).inserted {
      mentions.append(
        SkopsName.Mention(name: name, offset: value.offset, isKnown: known.contains(name)))
    }
    if let kind = loader.fixedNames { try check(value, name, is: kind) }
    switch loader {
    case .dictionary: return try dictionary(value)
    case .list, .tuple, .set: return try value.content().nodes()
    case .array: return try array(value)
    case .object: return value.attributes.map { [$0] } ?? []
    case .json:
      _ = try value.literal()
      return []
    default:
      var children: [JSONValue] = []
      for path in loader.paths {
        var child = value
        for key in path { child = try child.member(key) }
        children.append(child)
      }
      return children
    }
  }

  /// The name that a node stands for. In protocol 0 that of a function is its content
  /// (`skops/io/old/_general_v0.py`); later it is written as that of a class.
  private func name(of value: JSONValue, _ loader: SkopsLoader) throws(SkopsError) -> SkopsName {
    let name = try value.skopsName()
    guard loader == .function, name.name == "function", schema.root["protocol"]?.integer == 0 else {
      return name
    }
    guard let module = try value.content()["module_path"]?.string,
      let function = try value.content()["function"]?.string
    else { throw value.problem("a function has no texts as its module_path and function") }
    return SkopsName(module, function)
  }

  /// Demands that a container is that of Python, and no class that behaves in another way.
  private func check(
    _ value: JSONValue, _ name: SkopsName, is kinds: [SkopsName]
  ) throws(SkopsError) {
    guard kinds.contains(name) else {
      throw value.problem("a node of loader '\(value["__loader__"]?.string ?? "")' is a \(name)")
    }
  }

  private mutating func dictionary(_ value: JSONValue) throws(SkopsError) -> [JSONValue] {
    dictionaries.append(value.index)
    guard try value.content().count <= JSONValue.maxNodes else {
      throw value.problem("a node has more than \(JSONValue.maxNodes) others in it")
    }
    guard let members = try value.content().members else {
      throw value.problem("a dictionary has no object as its content")
    }
    return [try value.member("key_types")] + members.map(\.value)
  }

  private mutating func array(_ value: JSONValue) throws(SkopsError) -> [JSONValue] {
    switch value["type"]?.string {
    case "numpy"?:
      guard let file = value["file"]?.string else {
        throw value.problem("an array has no text as its file")
      }
      // Flat and plain: skops gives them numbers for names.
      guard file.utf8.suffix(4).elementsEqual(".npy".utf8),
        file.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F && $0 != 0x5C }),
        members.contains(ContiguousArray(file.utf8))
      else {
        throw value.problem("the archive has no member '\(file)' that is an array of its own")
      }
      usedMembers.insert(file)
      return []
    case "json"?:
      return try value.content().nodes() + [value.member("shape")]
    default:
      throw value.problem("an array's type is neither 'numpy' nor 'json'")
    }
  }
}

/// The loaders of skops, protocols 0 to 2.
enum SkopsLoader: String {
  case json = "JsonNode"
  case dictionary = "DictNode"
  case list = "ListNode"
  case tuple = "TupleNode"
  case set = "SetNode"
  case array = "NdArrayNode"
  case object = "ObjectNode"
  case type = "TypeNode"
  case function = "FunctionNode"
  case cached = "CachedNode"
  case defaultDictionary = "DefaultDictNode"
  case oldDictionary = "_DictWithDeprecatedKeysNode"
  case bytes = "BytesNode"
  case byteArray = "BytearrayNode"
  case slice = "SliceNode"
  case method = "MethodNode"
  case partial = "PartialNode"
  case constructor = "ConstructorFromReduceNode"
  case operatorFunction = "OperatorFuncNode"
  case maskedArray = "MaskedArrayNode"
  case dtype = "DTypeNode"
  case randomState = "RandomStateNode"
  case randomGenerator = "RandomGeneratorNode"
  case sparseMatrix = "SparseMatrixNode"
  case loss = "LossNode"
  case tree = "TreeNode"
  case forest = "QuantileForestNode"

  /// What a container has to be an instance of, for its content to be all that there is to it.
  var fixedNames: [SkopsName]? {
    switch self {
    case .json: [SkopsName("builtins", "str")]
    case .dictionary:
      [
        SkopsName("builtins", "dict"), SkopsName("collections", "OrderedDict"),
        // A dictionary whose entries are attributes too.
        SkopsName("sklearn.utils._bunch", "Bunch"), SkopsName("sklearn.utils", "Bunch"),
      ]
    case .list: [SkopsName("builtins", "list")]
    case .set: [SkopsName("builtins", "set")]
    default: nil
    }
  }

  /// Where the nodes in a node lie that no network needs the content of.
  var paths: [[String]] {
    switch self {
    case .defaultDictionary: [["content", "main"], ["content", "default_factory"]]
    case .oldDictionary:
      [["content", "main"], ["content", "_deprecated_key_to_new_key"]]
    case .method: [["content", "obj"]]
    case .partial:
      ["func", "args", "kwds", "namespace"].map { ["content", $0] }
    case .constructor, .dtype, .randomState: [["content"]]
    case .operatorFunction: [["attrs"]]
    case .maskedArray: [["content", "data"], ["content", "mask"]]
    case .randomGenerator: [["content", "bit_generator"], ["content", "seed_seq"]]
    case .loss, .tree, .forest: [["content"], ["__reduce__", "args"]]
    default: []
    }
  }
}
