// Bound methods, which are calls of getattr in a pickle. As any call they are never made.

extension Arena {
  /// Whether all that a name is used for is to name methods of objects of known classes, and whether none of these
  /// methods is called: `getattr(<object>, '_entropy')`.
  ///
  /// - Parameters:
  ///   - name: The number of the name.
  ///   - known: The known classes.
  ///   - root: What the pickle is of.
  func onlyBindsMethods(_ name: UInt32, of known: Set<PickleGlobal>, root: Index) -> Bool {
    func isName(_ index: Index) -> Bool { content(index) == .global(name) }
    var methods: Set<Index> = []
    for (index, node) in nodes.enumerated() {
      guard case .object(let object) = node.content, isName(object.callee) else { continue }
      guard isMethod(object, of: known) else { return false }
      methods.insert(Index(index))
    }
    for node in nodes {
      guard case .object(let object) = node.content else { continue }
      guard !methods.contains(object.callee), object.state.map(isName) != true else { return false }
    }
    // As a value it could be called by something else.
    return !isName(root) && !items.contains(where: isName)
      && !arrays.contains {
        if case .objects(let root) = $0.data { isName(root) } else { false }
      }
  }

  /// Whether a call is of an object of a known class and the name of a method that is not one of Python's own.
  private func isMethod(_ call: Object, of known: Set<PickleGlobal>) -> Bool {
    guard call.isCall, call.state == nil, let arguments = tuple(call.arguments, 2...2),
      case .object(let object) = content(arguments[0]), let kind = className(object),
      known.contains(kind), let method = string(arguments[1], atMost: 100)
    else { return false }
    return !method.hasPrefix("__")
      && method.utf8.allSatisfy { byte in
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
          || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: "_")
      }
  }
}
