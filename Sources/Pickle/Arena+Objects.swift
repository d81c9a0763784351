// What a node is to whoever follows it.

extension Arena {
  /// The name that a call or an object has.
  func callee(_ object: Object) -> PickleGlobal? {
    switch content(object.callee) {
    case .global(let number): return globals[Int(number)].name
    case .persistent(let id):
      // Until 1.6 torch wrote the class of a module as ('module', class, file, source).
      guard let parts = tuple(id, 2...4), string(parts[0], atMost: 6) == "module",
        case .global(let number) = content(parts[1])
      else { return nil }
      return globals[Int(number)].name
    default: return nil
    }
  }

  /// The class of an object: what NEWOBJ names, or what protocols 0 and 1 have Python's
  /// `copyreg._reconstructor` make. `nil` for any other call.
  func className(_ object: Object) -> PickleGlobal? {
    guard object.isCall else { return callee(object) }
    guard let name = callee(object), name.name == "_reconstructor",
      ["copyreg", "copy_reg"].contains(name.module),
      let arguments = tuple(object.arguments, 3...3),
      case .global(let number) = content(arguments[0])
    else { return nil }
    return globals[Int(number)].name
  }

  /// The parts of a tuple that has so many.
  func tuple(_ index: Index, _ count: ClosedRange<Int>) -> Swift.Array<Index>? {
    // The number first: a tuple may be huge, and may be asked for often.
    guard case .tuple(let places) = content(index), count.contains(Int(places.count)) else {
      return nil
    }
    return Swift.Array(items[places.range])
  }

  /// A text, or Python 2's string if it is one, of so many bytes at the most.
  func string(_ index: Index, atMost longest: Int = .max) -> String? {
    switch content(index) {
    case .text(let range), .legacyString(let range): range.count <= longest ? text(range) : nil
    default: nil
    }
  }
}
