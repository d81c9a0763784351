import Files
import NPY
import NPZ
import Pickle
import Sklearn

extension ArrayList {
  /// The pickle of the only array, where that holds a single object: what `numpy.save` makes of an
  /// estimator.
  func loneObject(limits: ReadLimits) throws(CoefsError) -> PickleObjects? {
    guard isLoneArray, case .success(let header) = entries[0].header,
      header.dtype.kind == .object, header.shape.isEmpty, let readWhole = entries[0].readWhole
    else { return nil }
    let whole = try readWhole()
    do {
      return PickleObjects(
        try Pickle(objectsInNPY: whole, limits: limits, names: .anyBesideNetworks))
    } catch {
      throw CoefsError(file, error)
    }
  }

  /// The same with the arrays that are in arrays of objects in place of these: lists of matrices, as
  /// `numpy.save(file, clf.coefs_)` wrote them until NumPy 1.23.
  ///
  /// An array whose objects cannot be read stays, and ``unreadObjects`` says why: the others can be
  /// used.
  func unfoldingObjects(
    limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) -> ArrayList {
    guard entries.contains(where: \.holdsObjects) else { return self }
    var result = self
    result.entries = []
    // np.savez(file, clf.coefs_, clf.intercepts_)
    let isPair =
      entries.map(\.name) == ["arr_0", "arr_1"] && entries.allSatisfy { $0.holdsObjects }
    var named: Set<PickleGlobal> = []
    for (index, entry) in entries.enumerated() {
      guard entry.holdsObjects, let readWhole = entry.readWhole else {
        result.entries.append(entry)
        continue
      }
      let objects: PickleObjects
      let whole = try readWhole()
      do throws(PickleError) {
        objects = PickleObjects(
          try Pickle(objectsInNPY: whole, limits: limits, names: .anyBesideNetworks))
        result.names += objects.names.filter { named.insert($0.name).inserted }
        if !allowsUnknownNames, let name = objects.names.first(where: { !$0.isKnown }) {
          throw .unknownName(offset: name.offset, name.name)
        }
      } catch {
        result.entries.append(entry)
        result.unreadObjects.append((entry.name, error))
        continue
      }
      let arrays: [NamedArray]
      do {
        arrays = try objects.arrays(
          named: isPair ? ["coefs", "intercepts"][index] : entry.name ?? "")
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
