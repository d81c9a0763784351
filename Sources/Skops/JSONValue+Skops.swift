import JSON

// What every node of a schema has, and what some have.

extension JSONValue {
  /// An error at this value.
  func problem(_ problem: String) -> SkopsError { .badSchema(offset: offset, problem: problem) }

  /// A member that has to be there.
  func member(_ key: String) throws(SkopsError) -> JSONValue {
    guard let value = self[key] else { throw problem("a node has no '\(key)'") }
    return value
  }

  /// What is in a node.
  func content() throws(SkopsError) -> JSONValue { try member("content") }

  /// The most nodes in one other. Whoever looks at a list makes room for all of it.
  static let maxNodes = 1 << 17

  /// The nodes that a list is.
  func nodes() throws(SkopsError) -> [JSONValue] {
    guard count <= Self.maxNodes else {
      throw problem("a node has more than \(Self.maxNodes) others in it")
    }
    guard let elements else { throw problem("a node has no list as its content") }
    return elements
  }

  /// The name of the class that a node is an instance of, or of what it names itself.
  func skopsName() throws(SkopsError) -> SkopsName {
    guard let module = self["__module__"]?.string, let name = self["__class__"]?.string else {
      throw problem("a node has no texts as its __module__ and __class__")
    }
    return SkopsName(module, name)
  }

  /// The node of an object's attributes; `nil` where it has none.
  var attributes: JSONValue? {
    guard let content = self["content"], content.kind != .null else { return nil }
    return content
  }

  /// The value of a node that is a JSON text within the text.
  func literal() throws(SkopsError) -> SkopsNode {
    let content = try content()
    guard content.kind == .string else {
      throw problem("a node of loader 'JsonNode' has no text as its content")
    }
    // All that a network needs of what is no text is short. What is long is not taken apart, however often
    // somebody asks for it.
    guard content.beginsWithQuote || content.textLength <= 1_000 else {
      return .other("a JSON text")
    }
    let text = content.string ?? ""
    // Python's json writes these, which are no JSON.
    if let value = Self.notFinite[text] { return .number(value) }
    let value: JSONValue
    do { value = try JSONDocument(parsing: ContiguousArray(text.utf8)).root } catch {
      throw problem("the content of a node is no JSON: \(error)")
    }
    switch value.kind {
    case .null: return .none
    case .boolean: return .boolean(value.boolean == true)
    case .string: return .text(value.string ?? "")
    case .array, .object: return .other("a JSON text")
    case .number:
      if let integer = value.integer { return .integer(integer) }
      // An integer beyond Int64 has a double, too, but is none.
      let isInteger = value.numberText?.allSatisfy { $0.isNumber || $0 == "-" } == true
      guard !isInteger, let number = value.double else {
        return .other("the number \((value.numberText ?? "").prefix(60))")
      }
      return .number(number)
    }
  }

  private static let notFinite: [String: Double] = [
    "NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity,
  ]
}
