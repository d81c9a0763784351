import Files
import NPY
import NPZ
import Pickle
import Sklearn

extension ArrayList {
  /// The pickle of the only array, where that holds a single object, or of the only estimator of an archive: what
  /// `numpy.save(file, clf)` and `numpy.savez(file, model=clf)` make of an estimator.
  ///
  /// - Returns: The objects, and the names of the arrays that are not among them.
  func loneObject(
    limits: ReadLimits, allowsUnknownNames: Bool
  ) throws(CoefsError) -> (objects: PickleObjects, others: [String])? {
    var found: [(objects: PickleObjects, name: String?)] = []
    for entry in entries where entry.holdsObjects {
      guard case .success(let header) = entry.header, header.shape.isEmpty,
        let readWhole = entry.readWhole
      else { continue }
      let whole = try readWhole()
      do throws(PickleError) {
        let objects = PickleObjects(
          try Pickle(objectsInNPY: whole, limits: limits, names: .anyBesideNetworks))
        if isLoneArray || objects.holdEstimator(looksThroughUnknown: allowsUnknownNames) {
          found.append((objects, entry.name))
        }
      } catch  where !isLoneArray {
        // It may be no part of a network; else its reader says why it cannot be read.
        continue
      } catch {
        throw CoefsError(file, error)
      }
    }
    guard found.count == 1 else { return nil }
    return (found[0].objects, entries.compactMap(\.name).filter { $0 != found[0].name })
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
