internal import Files
import NPY

// The stack, and the containers that are made of what is on it.

extension PickleReader {
  /// The lowest value that may be taken: those below the last MARK belong to what was begun before.
  var floor: Int { marks.last ?? 0 }

  func content(_ index: Index) -> Arena.Content { arena.nodes[Int(index)].content }

  func top() throws(PickleError) -> Index {
    guard stack.count > floor, let value = stack.last else {
      throw bad("nothing is on the stack for it")
    }
    return value
  }

  mutating func pop() throws(PickleError) -> Index {
    let value = try top()
    stack.removeLast()
    return value
  }

  mutating func push(_ content: Arena.Content) throws(PickleError) {
    try push(arena.add(content, offset: start))
  }

  mutating func push(_ index: Index) throws(PickleError) {
    guard stack.count < limits.maxPickleStack else {
      throw .limitExceeded(offset: start, name: "maxPickleStack", allowed: limits.maxPickleStack)
    }
    stack.append(index)
  }

  /// Takes the last MARK away.
  ///
  /// - Returns: Where the values after it begin on the stack.
  mutating func mark() throws(PickleError) -> Int {
    guard let mark = marks.popLast() else { throw bad("no MARK is there") }
    return mark
  }

  mutating func pushTuple(_ count: Int) throws(PickleError) {
    guard stack.count - floor >= count else { throw bad("nothing is on the stack for it") }
    let places = try arena.places(of: stack.suffix(count), offset: start)
    stack.removeLast(count)
    try push(.tuple(places))
  }

  /// Makes a container of the values after the last MARK.
  mutating func collect(
    mayGrow: Bool = false, _ content: (Arena.Places) -> Arena.Content
  ) throws(PickleError) {
    let first = try mark()
    let places =
      try mayGrow
      ? arena.extend(Arena.Places(), by: stack[first...], offset: start)
      : arena.places(of: stack[first...], offset: start)
    stack.removeLast(stack.count - first)
    try push(content(places))
  }

  /// Adds the values from a height of the stack on to the container below.
  mutating func extend(from first: Int) throws(PickleError) {
    guard first > floor else { throw bad("nothing is on the stack for it") }
    let target = stack[first - 1]
    // No slice of the stack is kept: it would have to be copied when the values are dropped.
    switch (operation, content(target)) {
    case (.append, .list(let places)), (.appends, .list(let places)):
      arena.set(target, .list(try arena.extend(places, by: stack[first...], offset: start)))
    case (.additems, .set(let places)):
      arena.set(target, .set(try arena.extend(places, by: stack[first...], offset: start)))
    case (.setitem, .dict(let places)), (.setitems, .dict(let places)):
      try checkPairs(stack[first...])
      arena.set(target, .dict(try arena.extend(places, by: stack[first...], offset: start)))
    case (_, .object) where names.isOfTorch:
      // Any class may be one of dictionaries, lists or sets. Only items with keys are ever looked at.
      if operation == .setitem || operation == .setitems {
        try checkPairs(stack[first...])
        try arena.extend(entriesOf: target, by: stack[first...], offset: start)
      }
    case (.setitem, .object(let object)), (.setitems, .object(let object)):
      let name = arena.className(object) ?? arena.callee(object)
      // The results of a search were a dictionary of its own class before scikit-learn 0.21. Nothing
      // that is looked for stands in one, so that its items are passed over.
      let isPassedOver = name.map(PickleNames.dictionaries.contains) ?? false
      guard isPassedOver || name.map(PickleNames.containers.contains) ?? false else {
        throw bad("it adds to \(kind(target))")
      }
      try checkPairs(stack[first...])
      if !isPassedOver {
        try arena.extend(entriesOf: target, by: stack[first...], offset: start)
      }
    default:
      throw bad("it adds to \(kind(target))")
    }
    stack.removeLast(stack.count - first)
  }

  /// Demands keys and values in turn, and no key that no dictionary can have.
  func checkPairs(_ values: ArraySlice<Index>) throws(PickleError) {
    guard values.count.isMultiple(of: 2) else { throw bad("a key without a value") }
    for place in stride(from: values.startIndex, to: values.endIndex, by: 2) {
      switch content(values[place]) {
      case .list, .dict, .set: throw bad("\(kind(values[place])) as a key")
      default: continue
      }
    }
  }
}
