extension Pickle {
  /// Every function that Python would call, with the offset of its first call; `nil` for what a call gives itself.
  /// The classes of objects are not among them.
  package var calls: [(function: PickleGlobal?, offset: Int)] {
    var seen: Set<PickleGlobal?> = []
    var calls: [(function: PickleGlobal?, offset: Int)] = []
    for node in arena.nodes {
      guard case .object(let object) = node.content, object.isCall else { continue }
      let function = arena.callee(object)
      if seen.insert(function).inserted { calls.append((function, node.offset)) }
    }
    return calls
  }

  /// Every call of a function.
  package func objects(madeBy function: PickleGlobal) -> [(node: PickleNode, object: PickleObject)]
  {
    guard arena.number(of: function) != nil else { return [] }
    var found: [(node: PickleNode, object: PickleObject)] = []
    for (index, node) in arena.nodes.enumerated() {
      guard case .object(let object) = node.content, object.isCall,
        arena.callee(object) == function
      else { continue }
      found.append((PickleNode(self, Arena.Index(index)), PickleObject(self, object)))
    }
    return found
  }

  /// What each persistent id says, in the order of the pickle.
  package var persistentIDs: [PickleNode] {
    arena.nodes.compactMap { node in
      if case .persistent(let id) = node.content { PickleNode(self, id) } else { nil }
    }
  }
}
