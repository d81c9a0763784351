extension PickleNode {
  /// The keys and values of an object that holds values by name as a dictionary does, in the order of the file:
  /// `OrderedDict`, `defaultdict`, `SimpleNamespace` and scikit-learn's `Bunch`.
  ///
  /// - Parameter most: The maximum number of them.
  /// - Returns: `nil` for any other node, and for more of them.
  package func entries(atMost most: Int) -> [(key: PickleNode, value: PickleNode)]? {
    let arena = pickle.arena
    guard case .object(let object) = arena.content(index),
      let name = arena.className(object) ?? arena.callee(object),
      PickleNames.containers.contains(name) || arena.entries[index] != nil
    else { return nil }
    var entries: [(key: PickleNode, value: PickleNode)] = []
    func add(_ places: Arena.Places) -> Bool {
      let pairs = PicklePairs(pickle, places)
      guard pairs.count <= most - entries.count else { return false }
      entries += pairs
      return true
    }
    // A namespace has no items, but attributes.
    if name.name == "SimpleNamespace" {
      guard let state = object.state else { return [] }
      guard case .dict(let places) = arena.content(state), add(places) else { return nil }
      return entries
    }
    // Python 2 passes the items of an OrderedDict: [[key, value], …].
    if let arguments = arena.tuple(object.arguments, 1...1),
      case .list(let pairs) = arena.content(arguments[0])
    {
      guard Int(pairs.count) <= most else { return nil }
      for place in pairs.range {
        guard case .list(let pair) = arena.content(arena.items[place]), pair.count == 2 else {
          return nil
        }
        let parts = PickleItems(pickle, pair)
        entries.append((parts[0], parts[1]))
      }
    }
    // copyreg._reconstructor(Bunch, dict, {…})
    if let arguments = arena.tuple(object.arguments, 3...3),
      case .dict(let places) = arena.content(arguments[2])
    {
      guard add(places) else { return nil }
    }
    guard add(arena.entries[index] ?? Arena.Places()) else { return nil }
    return entries
  }
}
