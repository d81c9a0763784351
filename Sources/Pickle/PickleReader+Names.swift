internal import Files
import NPY

// Names, and what would be calls of what they name.

extension PickleReader {
  mutating func pushGlobal(
    module: Range<Int>, name: Range<Int>
  ) throws(PickleError) {
    let global = try global(module: module, name: name)
    // What was mentioned before was compared with the table then.
    if let number = arena.number(of: global) {
      try push(.global(number))
      return
    }
    // Of getattr the whole pickle tells.
    guard
      names.known.contains(global) || names.others != .refused
        || PickleNames.binders.contains(global)
    else {
      throw .unknownName(offset: start, global)
    }
    guard arena.globals.count < limits.maxPickleNames else {
      throw .limitExceeded(offset: start, name: "maxPickleNames", allowed: limits.maxPickleNames)
    }
    try push(.global(arena.add(global, offset: start)))
  }

  /// More than any module or class has. A name is compared with others whenever it is mentioned, and a
  /// text may be mentioned again and again.
  private static let longestName = 255

  func global(
    module: Range<Int>, name: Range<Int>
  ) throws(PickleError) -> PickleGlobal {
    guard max(module.count, name.count) <= Self.longestName else {
      throw bad("a module or a name of more than \(Self.longestName) bytes")
    }
    guard let module = arena.text(module), let name = arena.text(name), !module.isEmpty,
      !name.isEmpty
    else { throw bad("a module or a name that is no text") }
    return PickleGlobal(module, name)
  }

  /// The names that are known, now that all of the pickle is read.
  func knownNames(root: Index) -> Set<PickleGlobal> {
    var known = names.known
    for (number, global) in arena.globals.enumerated()
    where PickleNames.binders.contains(global.name)
      && arena.onlyBindsMethods(UInt32(number), of: names.known, root: root)
    {
      known.insert(global.name)
    }
    return known
  }

  mutating func pushObject(isCall: Bool) throws(PickleError) {
    let (arguments, callee) = (try pop(), try pop())
    guard case .tuple = content(arguments) else {
      throw bad("the arguments are \(kind(arguments)), not a tuple")
    }
    let object = Arena.Object(callee: callee, arguments: arguments, isCall: isCall)
    switch content(callee) {
    case .global: break
    case .persistent where arena.callee(object) != nil: break
    // Whoever only lists the names wants to see those behind a getattr as well.
    case .object where names.others != .refused: break
    default: throw bad("it is asked of \(kind(callee)), not of a name")
    }
    try push(.object(object))
  }

  mutating func build(nesting: Int) throws(PickleError) {
    let (state, target) = (try pop(), try top())
    guard case .object(var object) = content(target) else {
      throw bad("it gives a state to \(kind(target))")
    }
    guard object.state == nil else { throw bad("it gives a second state to an object") }
    object.state = state
    arena.set(target, .object(object))
    guard let wrapper = try arrayWrapper(of: object) else { return }
    // As in joblib, the array takes the place of what stands for it; the memo keeps the latter.
    _ = try pop()
    let array = try readArray(of: wrapper, nesting: nesting)
    try push(array)
  }
}
