// Words for errors.

extension Arena {
  func content(_ index: Index) -> Content { nodes[Int(index)].content }

  func unexpected(_ index: Index, _ expected: String, found: String? = nil) -> PickleError {
    .unexpected(
      offset: nodes[Int(index)].offset, expected: expected, found: found ?? kind(of: index))
  }

  /// What a node is, in a few words.
  func kind(of index: Index) -> String {
    switch content(index) {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "the integer \(value)"
    case .bigInteger(let range): "an integer of \(range.count) bytes"
    case .float(let value): "the number \(value)"
    case .text(let range), .legacyString(let range):
      if range.count <= 40, let text = text(range) { "'\(printable(text))'" } else { "a text" }
    case .bytes(let range): "\(range.count) bytes"
    case .tuple(let places): "a tuple of \(places.count)"
    case .list(let places): "a list of \(places.count)"
    case .set(let places), .frozenset(let places): "a set of \(places.count)"
    case .dict(let places): "a dictionary of \(places.count / 2)"
    case .global(let number): "the name \(globals[Int(number)].name)"
    case .object(let object):
      if let name = className(object) {
        "an object of \(name)"
      } else if let name = callee(object) {
        "a call of \(name)"
      } else {
        "a call"
      }
    case .array: "an array"
    case .persistent: "a persistent id"
    }
  }
}
