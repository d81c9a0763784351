/// An object of a class, or what a call would give. Nothing was made and nothing was called.
public struct PickleObject: Sendable {
  private let pickle: Pickle
  private let object: Arena.Object

  init(_ pickle: Pickle, _ object: Arena.Object) {
    self.pickle = pickle
    self.object = object
  }

  /// The class, where it is an object of one; `nil` for the call of a function.
  ///
  /// Protocols 0 and 1 have Python's `copyreg._reconstructor(class, object, None)` make it; that is
  /// seen through.
  public var className: PickleGlobal? { pickle.arena.className(object) }

  /// Whether it is an instance of a class. That class may be one that the file itself makes, as cloudpickle writes those
  /// of a script; it has no ``className`` then.
  public var isInstance: Bool { className != nil || !object.isCall }

  /// What Python would call: the function of a REDUCE, or the class of a NEWOBJ. `nil` where that is
  /// no name but a value itself, as only ``PickleNames/any`` allows.
  public var callee: PickleGlobal? { pickle.arena.callee(object) }

  /// What it would be called with.
  public var arguments: PickleItems {
    PickleNode(pickle, object.arguments).items ?? PickleItems(pickle, Arena.Places())
  }

  /// What would be put into the object: a dictionary of attributes, mostly.
  public var state: PickleNode? { object.state.map { PickleNode(pickle, $0) } }
}

extension PickleNode {
  /// The attributes of an object whose state is a dictionary of them: name and value. Of a name that
  /// occurs twice, the last counts, as in Python.
  ///
  /// - Returns: The attributes; none for an object without a state.
  /// - Throws: ``PickleError/unexpected(offset:expected:found:)`` where it is no object of a class, or
  ///   where its state is of another form or has more than 10,000 attributes; also for an attribute
  ///   `__class__` or `__dict__`, which would make another object of it.
  public func attributes() throws(PickleError) -> [String: PickleNode] {
    guard let object, object.isInstance else { throw unexpected("an object of a class") }
    guard let state = object.state else { return [:] }
    // A file can name one attribute a million times.
    guard case .dict(let pairs) = state.value, pairs.count <= 10_000 else {
      throw state.unexpected("a state of attributes")
    }
    var attributes: [String: PickleNode] = [:]
    attributes.reserveCapacity(pairs.count)
    for (key, value) in pairs {
      guard let name = key.shortString, !["__class__", "__dict__"].contains(name) else {
        throw key.unexpected("the name of an attribute")
      }
      attributes[name] = value
    }
    return attributes
  }
}
