import Files
import NPY
import Skops
import Sklearn
import Zip

/// An archive of these members, stored.
func archive(
  _ members: [(name: String, bytes: ContiguousArray<UInt8>)]
) throws -> ContiguousArray<UInt8> {
  var writer = ZipWriter(to: MemorySink())
  for member in members {
    try writer.add(member.name, parts: [member.bytes], compressed: false)
  }
  return try writer.finish().bytes
}

/// An archive of this schema and an array of three numbers in the member `1.npy`.
func archive(schema: String) throws -> ContiguousArray<UInt8> {
  try archive([
    ("1.npy", NDArray([0.5, 1.5, 2.5]).fileBytes),
    ("scalar.npy", NDArray([0.5], shape: []).fileBytes),
    ("schema.json", ContiguousArray(schema.utf8)),
  ])
}

/// The text of a node, with a number that no other has unless one is given.
func node(
  _ loader: String, _ name: String, _ payload: String = "", id: Int, module: String = "builtins"
) -> String {
  let payload = payload.isEmpty ? "" : payload + ","
  return
    #"{"__class__":"\#(name)","__module__":"\#(module)","__loader__":"\#(loader)",\#(payload)"__id__":\#(id)}"#
}

/// The text of a list of nodes.
func list(_ nodes: String..., id: Int) -> String {
  node("ListNode", "list", #""content":[\#(nodes.joined(separator: ","))]"#, id: id)
}

/// The text of a JSON node.
func literal(_ json: String, id: Int) -> String {
  node("JsonNode", "str", #""content":\#(json.debugDescription)"#, id: id)
}

/// The text of an array's node.
func array(_ file: String = "1.npy", _ name: String = "ndarray", id: Int) -> String {
  node("NdArrayNode", name, #""type":"numpy","file":"\#(file)""#, id: id, module: "numpy")
}

/// The text of a dictionary's node; the types of its keys are numbered from `id` + 1 on.
func dictionary(_ entries: String, types: [String], id: Int) -> String {
  let nodes = types.enumerated().map { node("TypeNode", $0.element, id: id + 2 + $0.offset) }
  let keyTypes = node(
    "ListNode", "list", #""content":[\#(nodes.joined(separator: ","))]"#, id: id + 1)
  return node(
    "DictNode", "dict", #""content":{\#(entries)},"key_types":\#(keyTypes)"#, id: id)
}

/// A schema of this root.
func schema(_ root: String, protocol version: String = "2") -> String {
  root.dropLast() + #","protocol":\#(version),"_skops_version":"0.16.0"}"#
}

/// The archive that has this root.
func open(_ root: String) throws -> SkopsArchive {
  try SkopsArchive(bytes: archive(schema: schema(root)))
}

/// The nodes that a node lists.
func items(of number: Int, in archive: SkopsArchive) throws -> [Int] {
  guard case .list(let items) = try archive.node(number) else { return [] }
  return items
}

// The archives here are those of networks, whose names are allowed unless a test says otherwise.
extension SkopsArchive {
  init(bytes: ContiguousArray<UInt8>) throws(SkopsError) {
    try self.init(bytes: bytes, known: SkopsName.networks)
  }

  init(bytes: ContiguousArray<UInt8>, limits: ReadLimits) throws(SkopsError) {
    try self.init(bytes: bytes, limits: limits, known: SkopsName.networks)
  }

  init(bytes: ContiguousArray<UInt8>, allowsUnknownNames: Bool) throws(SkopsError) {
    try self.init(
      bytes: bytes, known: SkopsName.networks, allowsUnknownNames: allowsUnknownNames)
  }
}
