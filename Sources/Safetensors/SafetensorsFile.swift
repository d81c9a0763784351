internal import Files
internal import JSON
public import NPY

/// A safetensors file to be written: its header, and the arrays in the order of their data.
///
/// The bytes are those that the `safetensors` package writes of the same tensors: the header without
/// blanks but for those that fill it up to a multiple of eight bytes, the tensors by type and then by
/// name. The metadata come in the order of their keys; the package has them in another on every run.
public struct SafetensorsFile: Sendable {
  /// The length of the header, and the header.
  public let header: ContiguousArray<UInt8>

  /// The arrays in the order of their data, in C order, little-endian.
  public let arrays: [NamedArray]

  /// The metadata in the order of their keys.
  public let metadata: [SafetensorsHeader.Note]

  /// Lays out a file.
  ///
  /// - Parameters:
  ///   - arrays: The arrays in any order.
  ///   - metadata: Texts about them, in any order.
  /// - Throws: ``SafetensorsError/unwritableType(array:dtype:)`` and
  ///   ``SafetensorsError/unusableName(_:)``.
  public init(
    _ arrays: [NamedArray], metadata: [SafetensorsHeader.Note] = []
  ) throws(SafetensorsError) {
    var sorted: [(type: TensorType, item: NamedArray)] = []
    for item in arrays {
      guard let type = TensorType(item.array.dtype) else {
        throw .unwritableType(array: item.name, dtype: item.array.dtype.description)
      }
      sorted.append((type, NamedArray(item.name, item.array.inCOrder().inLittleEndian())))
    }
    sorted.sort {
      $0.type == $1.type
        ? $0.item.name.utf8.lexicographicallyPrecedes($1.item.name.utf8)
        : $0.type.rank > $1.type.rank
    }
    let notes = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    try Self.checkNames(sorted.map(\.item.name), notes.map(\.key))

    var members: [String] = []
    if !notes.isEmpty {
      let texts = notes.map { "\($0.key.jsonQuoted):\($0.text.jsonQuoted)" }
      members.append(
        "\(SafetensorsHeader.metadataKey.jsonQuoted):{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (type, item) in sorted {
      let end = offset + item.array.bytes.count
      let shape = item.array.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(item.name.jsonQuoted):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = ContiguousArray("{\(members.joined(separator: ","))}".utf8)
    let alignment = SafetensorsHeader.lengthBytes
    text += repeatElement(
      UInt8(ascii: " "), count: (alignment - text.count % alignment) % alignment)
    var header = ContiguousArray<UInt8>()
    header.append(littleEndian: UInt64(text.count))
    self.header = header + text
    self.arrays = sorted.map(\.item)
    self.metadata = notes
  }

  /// The whole file.
  public var fileBytes: ContiguousArray<UInt8> {
    arrays.reduce(into: header) { $0 += $1.array.bytes }
  }

  /// Each name and each key can be there once, and no tensor can have the name of the metadata.
  private static func checkNames(
    _ names: [String], _ keys: [String]
  ) throws(SafetensorsError) {
    for list in [names + [SafetensorsHeader.metadataKey], keys] {
      var seen: Set<ContiguousArray<UInt8>> = []
      for name in list where !seen.insert(ContiguousArray(name.utf8)).inserted {
        throw .unusableName(name)
      }
    }
  }
}
