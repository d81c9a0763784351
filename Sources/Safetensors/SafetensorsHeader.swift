public import Files
internal import JSON
public import NPY

/// What stands before the data of a safetensors file: the name, type, shape and place of every tensor.
///
/// The format (github.com/huggingface/safetensors, section Format of its README):
///
///     length of the header   header                                                       data
///     8 bytes, little endian {"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}, …}  …
///
/// The tensors cover the data from its beginning to the end of the file, without holes and without
/// sharing a byte, so that a file holds nothing that its header does not name. ``tensors`` of a value
/// that exists do.
public struct SafetensorsHeader: Hashable, Sendable {
  /// One tensor.
  public struct Tensor: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The type of its elements in the file.
    public let type: TensorType
    /// The length of each axis; empty for a single value.
    public let shape: [Int]
    /// Where its data lies in the file. The elements are in C order, little-endian.
    public let bytes: Range<Int>

    /// The array that it is read as.
    ///
    /// - Throws: ``SafetensorsError/unreadableType(tensor:type:)``, and
    ///   ``SafetensorsError/badShape(tensor:type:shape:problem:)`` for more than 64 axes.
    public var header: NPYHeader {
      get throws(SafetensorsError) {
        guard let dtype = type.dtype else { throw .unreadableType(tensor: name, type: type) }
        do { return try NPYHeader(dtype: dtype, shape: shape) } catch {
          throw .badShape(tensor: name, type: type, shape: shape, problem: "\(error)")
        }
      }
    }

    /// The array whose data in the file are these bytes; bfloat16 becomes single precision, exactly.
    ///
    /// - Parameter data: The bytes in ``bytes`` of the file.
    /// - Throws: As ``header`` does.
    public func array(_ data: ContiguousArray<UInt8>) throws(SafetensorsError) -> NDArray {
      let header = try header
      do {
        return try NDArray(
          header: header, bytes: type == .bf16 ? data.widenedBFloat16(order: .little) : data)
      } catch {
        throw .badShape(tensor: name, type: type, shape: shape, problem: "\(error)")
      }
    }

    /// Reads the array from its file.
    ///
    /// - Parameter file: The file that the header was read from.
    /// - Throws: As ``header`` does; ``SafetensorsError/file(_:)``.
    package func array(in file: InputFile) throws(SafetensorsError) -> NDArray {
      try array(SafetensorsHeader.read(bytes, of: file))
    }
  }

  /// A text about the file, under a key.
  public struct Note: Hashable, Sendable {
    /// The key.
    public let key: String
    /// The text.
    public let text: String

    /// A text under a key.
    public init(key: String, text: String) {
      self.key = key
      self.text = text
    }
  }

  /// The tensors, in the order of their data.
  public let tensors: [Tensor]

  /// The file's metadata, in the order of the header.
  public let metadata: [Note]

  /// The name under which a header keeps the metadata.
  static let metadataKey = "__metadata__"

  /// No header may be longer, by the format.
  static let maxLength: UInt64 = 100_000_000

  /// The bytes before the header: its length.
  static let lengthBytes = 8

  /// Whether bytes claim to be a safetensors file, as far as their beginning tells.
  ///
  /// - Parameter start: The first bytes; ten are enough for a header without blanks before it.
  package static func isClaimed(by start: some Collection<UInt8>) -> Bool {
    let header = start.dropFirst(lengthBytes)
    // The length before a header has no letters, as eight bytes of a text have.
    let isText = start.prefix(lengthBytes).allSatisfy { 0x20...0x7E ~= $0 || isBlank($0) }
    if !isText,
      ["{\"", "{}", "{ "].contains(where: { header.prefix(2).elementsEqual($0.utf8) })
    {
      return true
    }
    // An indented header, or one after blanks.
    guard start.prefix(lengthBytes).dropFirst(4).allSatisfy({ $0 == 0 }) else { return false }
    let rest = header.drop(while: isBlank)
    guard rest.first == UInt8(ascii: "{") else { return false }
    return rest.count < header.count || rest.dropFirst().first.map(isBlank) ?? false
  }

  /// Whether JSON takes a byte for a blank.
  static func isBlank(_ byte: UInt8) -> Bool { " \n\r\t".utf8.contains(byte) }

  /// Reads the header of a file and none of its data.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - limits: Bounds on the header and on the data.
  /// - Throws: ``SafetensorsError``.
  package init(_ file: InputFile, limits: ReadLimits) throws(SafetensorsError) {
    let prefix = try Self.read(0..<min(Self.lengthBytes, file.count), of: file)
    let length = try Self.length(prefix, size: file.count, limits: limits)
    let text = try Self.read(Self.lengthBytes..<Self.lengthBytes + length, of: file)
    try self.init(parsing: text, size: file.count, limits: limits)
  }

  /// Reads the header of a file that is in memory.
  ///
  /// - Parameters:
  ///   - file: The whole file.
  ///   - limits: Bounds on the header and on the data.
  /// - Throws: ``SafetensorsError``.
  public init(
    parsing file: ContiguousArray<UInt8>, limits: ReadLimits = ReadLimits()
  ) throws(SafetensorsError) {
    try self.init(InputFile(file), limits: limits)
  }

  fileprivate static func read(
    _ range: Range<Int>, of file: InputFile
  ) throws(SafetensorsError) -> ContiguousArray<UInt8> {
    do { return try file.read(at: range.lowerBound, count: range.count) } catch {
      throw .file(error)
    }
  }

  /// A header of parts that are known to go together.
  init(valid tensors: [Tensor], metadata: [Note]) {
    self.tensors = tensors
    self.metadata = metadata
  }
}
