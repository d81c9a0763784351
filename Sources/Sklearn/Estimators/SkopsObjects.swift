package import Files
import Pickle
package import Skops

/// The objects of a skops archive, as ``SklearnWeights`` looks for a network in them.
package struct SkopsObjects: StoredObjects {
  private let archive: SkopsArchive

  /// The objects of this archive.
  package init(_ archive: SkopsArchive) { self.archive = archive }

  /// What the archive is about.
  package var root: Int { archive.root }

  /// The decompressed size of the archive, in bytes.
  package var byteCount: Int { archive.byteCount }

  /// The names in the schema.
  package var names: [StoredName] {
    archive.mentions.map {
      StoredName(
        name: PickleGlobal($0.name.module, $0.name.name), offset: $0.offset, isKnown: $0.isKnown)
    }
  }

  /// The error that refuses an archive for a name that no network needs.
  package func refusal(of name: StoredName) -> any CategorizedError {
    SkopsError.unknownName(
      offset: name.offset, SkopsName(name.name.module, name.name.name))
  }

  /// What a node is.
  package func value(of node: Int) -> StoredObject<Int> {
    do throws(SkopsError) {
      switch try archive.node(node) {
      case .none: return .none
      case .boolean(let value): return .boolean(value)
      case .integer(let value): return .integer(value)
      case .number(let value): return .number(value)
      case .text(let value): return .text(value)
      case .list(let items): return .list(items)
      case .dictionary(let entries): return .dictionary(Self.byName(entries))
      case .array(let array): return .array(array)
      case .objects(let shape, let items): return try objects(shape: shape, items)
      case .object(let name, let attributes): return try object(name, attributes)
      case .slice(let parts): return .slice(parts.map { $0.map(Self.object) ?? .none })
      case .name(let name): return .name(PickleGlobal(name.module, name.name))
      case .other(let what): return .other(what)
      }
    } catch {
      return .unreadable("\(error)")
    }
  }

  /// What a copy of a node needs and its value does not say.
  package func detail(of node: Int) -> StoredDetail<Int> {
    switch try? archive.detail(of: node) {
    case .tuple?: .tuple
    case .entries(let name, let entries)?:
      .entries(
        PickleGlobal(name.module, name.name),
        entries.map { key, value in
          (key.map(Self.object) ?? .other("a key of another class"), value)
        })
    case .elementType(let dtype)?: .dtype(dtype)
    case .nothing?, nil: .nothing
    }
  }

  private static func object(_ key: SkopsValue.Key) -> StoredObject<Int> {
    switch key {
    case .text(let text): .text(text)
    case .integer(let integer): .integer(Int64(integer))
    }
  }

  /// An array of objects, whose shape is a list of integers.
  private func objects(shape: Int, _ items: [Int]) throws(SkopsError) -> StoredObject<Int> {
    guard case .list(let lengths) = try archive.node(shape) else {
      return .unreadable("an array of objects without a shape")
    }
    // skops keeps one axis as it is, and makes more of lists of lists, which no network has.
    guard lengths.count == 1, case .integer(let length) = try archive.node(lengths[0]),
      length == items.count
    else { return .unreadable("an array of objects of another shape than one axis of them") }
    return .objects(shape: [items.count], items)
  }

  /// An instance of a class; its attributes are a dictionary.
  private func object(
    _ name: SkopsName, _ attributes: Int?
  ) throws(SkopsError) -> StoredObject<Int> {
    let kind = PickleGlobal(name.module, name.name)
    guard let attributes else { return .object(kind, attributes: [:]) }
    guard case .dictionary(let entries) = try archive.node(attributes) else {
      return .other("an instance of \(name) without attributes by name")
    }
    return .object(kind, attributes: Self.byName(entries))
  }

  private static func byName(_ entries: [(key: String, value: Int)]) -> [String: Int] {
    Dictionary(entries.map { ($0.key, $0.value) }) { $1 }
  }
}
