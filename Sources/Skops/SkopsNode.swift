import JSON
public import NPY

/// One object of a skops archive; the objects in it are numbers of others.
public enum SkopsNode: Sendable {
  /// `None`.
  case none
  /// `True` and `False`, and NumPy's.
  case boolean(Bool)
  /// An integer, Python's or NumPy's.
  case integer(Int64)
  /// A float, Python's or NumPy's.
  case number(Double)
  /// A `str`.
  case text(String)
  /// A list or a tuple.
  case list([Int])
  /// A dictionary: its entries with a `str` for a key.
  case dictionary([(key: String, value: Int)])
  /// An array of plain values.
  case array(NDArray)
  /// An array of objects, in C order; its shape is a node, too.
  case objects(shape: Int, [Int])
  /// An instance of a class, with the node of its attributes if it has any.
  case object(SkopsName, attributes: Int?)
  /// A slice: its start, end and step; `nil` for `None`.
  case slice([SkopsValue.Key?])
  /// The name of a class or function.
  case name(SkopsName)
  /// An object that no network needs; what to call it in an error.
  case other(String)
}

extension SkopsArchive {
  /// The number of the node that the archive is about.
  public var root: Int { canonical(schema.root.index) }

  /// What a node is. It looks at this node alone.
  ///
  /// - Parameter number: ``root``, or a number from another node.
  /// - Throws: ``SkopsError/badSchema(offset:problem:)``, where an array of objects or a number of
  ///   NumPy's is not what it says.
  public func node(_ number: Int) throws(SkopsError) -> SkopsNode {
    let value = schema[number]
    let name = try value.skopsName()
    switch value["__loader__"]?.string.flatMap(SkopsLoader.init) {
    case .json?: return try value.literal()
    case .dictionary?: return .dictionary(try entries(ofDictionary: value))
    case .list?: return .list(try numbers(value.content().nodes()))
    case .tuple?:
      guard name == SkopsName("builtins", "tuple") else { return .other("a \(name)") }
      return .list(try numbers(value.content().nodes()))
    case .array?: return try array(value, name)
    case .object?: return .object(name, attributes: value.attributes.map { canonical($0.index) })
    case .type?, .function?: return .name(name)
    case .slice?:
      let content = try value.content()
      return .slice(
        ["start", "stop", "step"].map { part in
          guard let part = content[part] else { return nil }
          return part.string.map { .text($0) }
            ?? part.integer.flatMap { Int(exactly: $0) }.map { .integer($0) }
        })
    default: return .other("a \(name)")
    }
  }

  /// What ``node(_:)`` does not say, and a copy of a node needs.
  package enum Detail {
    /// A list that is a tuple.
    case tuple
    /// A dictionary: its class, and all of its entries; `nil` for a key that is no text and no integer.
    case entries(SkopsName, [(key: SkopsValue.Key?, value: Int)])
    /// A `numpy.dtype`.
    case elementType(DType)
    /// Nothing else.
    case nothing
  }

  /// What a copy of a node needs and ``node(_:)`` does not say.
  ///
  /// - Throws: ``SkopsError``, as ``node(_:)``.
  package func detail(of number: Int) throws(SkopsError) -> Detail {
    let value = schema[number]
    switch value["__loader__"]?.string.flatMap(SkopsLoader.init) {
    case .tuple?: return .tuple
    case .dictionary?:
      return .entries(
        try value.skopsName(),
        try keyed(ofDictionary: value).map { type, member in
          let value = canonical(member.value.index)
          return switch (type.module, type.name) {
          case ("builtins", "str"): (.text(member.key), value)
          case ("builtins", "int"): (Int(member.key).map { .integer($0) }, value)
          default: (nil, value)
          }
        })
    case .dtype?:
      let content = schema[canonical(try value.content().index)]
      if content["type"]?.string == "json" {
        return (try? DType("|O")).map { .elementType($0) } ?? .nothing
      }
      guard let array = content["file"]?.string.flatMap({ arrays[$0] }) else { return .nothing }
      return .elementType(array.dtype)
    default: return .nothing
    }
  }

  private func numbers(_ nodes: [JSONValue]) -> [Int] { nodes.map { canonical($0.index) } }

  /// The entries of a dictionary whose keys are texts.
  func entries(
    ofDictionary value: JSONValue
  ) throws(SkopsError) -> [(key: String, value: Int)] {
    try keyed(ofDictionary: value).compactMap { type, member in
      type == SkopsName("builtins", "str") ? (member.key, canonical(member.value.index)) : nil
    }
  }

  /// The entries of a dictionary, with the type of each key.
  private func keyed(
    ofDictionary value: JSONValue
  ) throws(SkopsError) -> [(type: SkopsName, member: (key: String, value: JSONValue))] {
    let members = try value.content().members ?? []
    let types = schema[canonical(try value.member("key_types").index)]
    guard types["__loader__"]?.string == SkopsLoader.list.rawValue else {
      throw value.problem("a dictionary's key_types are no list")
    }
    let typeNodes = try types.content().nodes()
    guard typeNodes.count == members.count else {
      throw value.problem(
        "a dictionary has \(members.count) entries and \(typeNodes.count) types of keys")
    }
    var entries: [(type: SkopsName, member: (key: String, value: JSONValue))] = []
    for (type, member) in zip(typeNodes, members) {
      let type = schema[canonical(type.index)]
      guard type["__loader__"]?.string == SkopsLoader.type.rawValue else {
        throw type.problem("the type of a key is no type")
      }
      entries.append((try type.skopsName(), member))
    }
    return entries
  }

  private func array(_ value: JSONValue, _ name: SkopsName) throws(SkopsError) -> SkopsNode {
    if value["type"]?.string == "json" {
      return .objects(
        shape: canonical(try value.member("shape").index),
        numbers(try value.content().nodes()))
    }
    guard let array = value["file"]?.string.flatMap({ arrays[$0] }) else {
      throw value.problem("an array has no member")
    }
    guard name != SkopsName("numpy", "ndarray") else { return .array(array) }
    return try scalar(array, name) ?? .other("a \(name)")
  }

  /// A number, truth value or text of NumPy's, which is stored as an array without axes; `nil` where
  /// it is not of the type that its class says.
  private func scalar(_ array: NDArray, _ name: SkopsName) throws(SkopsError) -> SkopsNode? {
    guard name.module == "numpy", array.shape.isEmpty else { return nil }
    let dtype = array.dtype
    do throws(NPYError) {
      switch dtype.kind {
      case .bool where ["bool", "bool_"].contains(name.name):
        return try array.integers().first.map { .boolean($0 != 0) }
      case .int where dtype.name == name.name:
        return try array.integers().first.map { .integer($0) }
      case .uint where dtype.name == name.name:
        return try array.unsignedIntegers().first.flatMap { Int64(exactly: $0) }
          .map { .integer($0) }
      case .float where dtype.name == name.name || name.name == "longdouble":
        return try array.reals(as: Double.self).first.map { .number($0) }
      case .unicode where name.name == "str_":
        return try array.strings().first.map { .text($0) }
      default: return nil
      }
    } catch {
      return nil
    }
  }
}
