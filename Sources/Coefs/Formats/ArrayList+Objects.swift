import Files
import NPY
import NPZ
import Pickle
import Sklearn

extension ArrayList {
  /// The content of arrays of objects, each of whose pickles is read once.
  enum Objects {
    /// Estimators, with all else that is in the file.
    case estimators(any StoredObjects)
    /// The list with the arrays that are in arrays of objects in place of these.
    case arrays(ArrayList)
  }

  /// What the arrays of objects hold: `numpy.save(file, clf)` and `numpy.savez(file, model=clf, scaler=scaler)` make
  /// pickles of estimators, and `numpy.save(file, clf.coefs_)` wrote the matrices as objects until NumPy 1.23.
  ///
  /// An array whose objects cannot be read stays, and ``refusals`` say why: the others can be used.
  ///
  /// - Throws: ``CoefsError``, where a lone array cannot be read, or where arrays are named again and again.
  func openingObjects(
    limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) -> Objects {
    guard entries.contains(where: \.holdsObjects) else { return .arrays(self) }
    var opened: [Int: Result<PickleObjects, PickleError>] = [:]
    for (place, entry) in entries.enumerated() where entry.holdsObjects {
      guard let readWhole = entry.readWhole else { continue }
      let whole = try readWhole()
      opened[place] = Result { () throws(PickleError) in
        PickleObjects(try Pickle(objectsInNPY: whole, limits: limits, names: .anyBesideNetworks))
      }
    }
    if isLoneArray, let only = opened[0] {
      let shape = (try? entries[0].header.get().shape) ?? []
      switch only {
      case .failure(let error) where shape.isEmpty: throw CoefsError(file, error)
      case .success(let objects)
      where shape.isEmpty || objects.holdEstimator(looksThroughUnknown: allowsUnknownNames):
        return .estimators(objects)
      default: break
      }
    } else if let archive = ArchiveObjects(
      self, opened, looksThroughUnknown: allowsUnknownNames)
    {
      return .estimators(archive)
    }
    return .arrays(try replacingObjects(by: opened, allowsUnknownNames: allowsUnknownNames))
  }

  /// The same list with the arrays that are in objects in place of these.
  private func replacingObjects(
    by opened: [Int: Result<PickleObjects, PickleError>], allowsUnknownNames: Bool
  ) throws(CoefsError) -> ArrayList {
    var result = self
    result.entries = []
    // np.savez(file, clf.coefs_, clf.intercepts_)
    let isPair = entries.map(\.name) == ["arr_0", "arr_1"] && opened.count == 2
    var named: Set<PickleGlobal> = []
    for (place, entry) in entries.enumerated() {
      guard let pickle = opened[place] else {
        result.entries.append(entry)
        continue
      }
      let objects: PickleObjects
      do throws(PickleError) {
        objects = try pickle.get()
        result.names += objects.names.filter { named.insert($0.name).inserted }
        if !allowsUnknownNames, let name = objects.names.first(where: { !$0.isKnown }) {
          throw .unknownName(offset: name.offset, name.name)
        }
      } catch {
        result.entries.append(entry)
        result.refusals.append((entry.name, error))
        continue
      }
      if objects.isNothing { continue }
      let arrays: [NamedArray]
      do {
        arrays = try objects.arrays(
          named: isPair ? ["coefs", "intercepts"][place] : entry.name ?? "")
      } catch {
        throw CoefsError(file, error)
      }
      guard arrays.contains(where: { !$0.array.shape.isEmpty }) else {
        result.entries.append(entry)
        continue
      }
      result.entries += arrays.map { Entry($0.name, $0.array) }
    }
    return result
  }
}

/// The members of an archive as one dictionary of objects: those of its pickles, its texts, and the names of what
/// else it holds.
private struct ArchiveObjects: StoredObjects {
  enum Node: Hashable {
    case root
    case member(String)
    case object(member: String, PickleNode)
  }

  private enum Member {
    case objects(PickleObjects)
    case array(NDArray)
    /// What to call it in an error.
    case other(String)
  }

  private var members: [String: Member] = [:]
  private(set) var names: [StoredName] = []
  private(set) var byteCount = 0

  /// The members of an archive; `nil` where no pickle in it holds an estimator.
  ///
  /// A pickle without one is not looked into if it names what no network needs, so that its names are no reason to
  /// refuse the file.
  init?(
    _ list: ArrayList, _ opened: [Int: Result<PickleObjects, PickleError>],
    looksThroughUnknown: Bool
  ) {
    // Scalers next to arrays may belong to weights that are arrays.
    let mayBeScaler = opened.count == list.entries.count
    let useful = opened.compactMapValues { pickle in
      (try? pickle.get())?.holdEstimator(
        looksThroughUnknown: looksThroughUnknown, orScaler: mayBeScaler)
    }
    guard useful.values.contains(true) else { return nil }
    var named: Set<PickleGlobal> = []
    for (place, entry) in list.entries.enumerated() {
      guard let name = entry.name else { return nil }
      switch opened[place] {
      case .success(let objects)?:
        if useful[place] != true, !looksThroughUnknown,
          let unknown = objects.names.first(where: { !$0.isKnown })
        {
          members[name] = .other("a pickle that names \(unknown.name)")
          continue
        }
        members[name] = .objects(objects)
        names += objects.names.filter { named.insert($0.name).inserted }
        byteCount += objects.byteCount
      case .failure(let error)?: members[name] = .other("not readable (\(error))")
      case nil:
        let texts = entry.smallTexts
        members[name] = texts.map { .array($0) } ?? .other(entry.summary)
        byteCount += 1 + (texts?.bytes.count ?? 0)
      }
    }
  }

  var root: Node { .root }

  func refusal(of name: StoredName) -> any CategorizedError {
    PickleError.unknownName(offset: name.offset, name.name)
  }

  func value(of node: Node) -> StoredObject<Node> {
    switch node {
    case .root:
      return .dictionary(Dictionary(uniqueKeysWithValues: members.keys.map { ($0, .member($0)) }))
    case .member(let name):
      switch members[name] {
      case .objects(let objects): return value(of: objects.root, in: name, objects)
      case .array(let array): return .array(array)
      case .other(let what): return .other(what)
      case nil: return .none
      }
    case .object(let name, let node):
      guard case .objects(let objects) = members[name] else { return .none }
      return value(of: node, in: name, objects)
    }
  }

  func detail(of node: Node) -> StoredDetail<Node> {
    guard case .object(let name, let node) = node, case .objects(let objects) = members[name] else {
      return .nothing
    }
    return objects.detail(of: node).map { .object(member: name, $0) }
  }

  private func value(
    of node: PickleNode, in member: String, _ objects: PickleObjects
  ) -> StoredObject<Node> {
    objects.value(of: node).map { .object(member: member, $0) }
  }
}

extension ArrayList.Entry {
  /// A short list of texts, such as the names of columns; `nil` for any other array.
  fileprivate var smallTexts: NDArray? {
    guard case .success(let header) = header, header.shape.count == 1,
      [.bytes, .unicode].contains(header.dtype.kind), header.byteCount <= 1 << 20
    else { return nil }
    return try? read()
  }

  /// What to call the array in an error.
  fileprivate var summary: String {
    guard case .success(let header) = header else { return "an array that cannot be read" }
    return "an array of \(header.dtype) and shape \(pythonTuple(header.shape))"
  }
}
