import Sklearn

/// A file format, with all that this package knows about it.
///
/// ``all`` is the only list of formats. Options, help, notes about names, the documentation's tables and the
/// fuzzer's targets come from it. A new format is a file next to this one, and a line in the list.
public struct FileFormat: Sendable {
  /// The name in options and inspections: `npz`.
  public let name: String
  /// The endings of its file names, without the dot, the usual one first.
  public let endings: [String]
  /// A file of this format in a few words: `an archive of arrays`.
  public let summary: String
  /// The capabilities of the format.
  public let capabilities: Capabilities

  /// What a written file holds next to the weights; `nil` where the format is only read.
  let content: FormatContent?
  /// Whether the first bytes of a file allow this format.
  let begins: @Sendable (FormatInput) -> Bool
  /// The reader; `nil` where the format is only written.
  let reader: Reader?
  /// Lays out the file of a network; `nil` where the format is only read.
  let output: Output?

  /// How a file is read: as arrays by name, as objects, or as a network of its own kind. `nil` where the file has another format after all.
  enum Reader: Sendable {
    case arrays(@Sendable (FormatInput) throws(CoefsError) -> ArrayList?)
    case objects(@Sendable (FormatInput) throws(CoefsError) -> (any StoredObjects)?)
    case network(@Sendable (FormatInput) throws(CoefsError) -> StoredNetwork?)
  }

  /// Lays out a file: of a network, as asked, under a path, which errors name.
  typealias Output =
    @Sendable (NetworkFile, Model.WriteOptions, String) throws(CoefsError)
    -> any CheckedOutput

  /// The capabilities of a format.
  public struct Capabilities: OptionSet, Sendable {
    /// One bit for each.
    public let rawValue: Int
    /// The capabilities of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Scalers before the network.
    public static let scalers = Capabilities(rawValue: 1)
    /// Compressed data, if the caller asks for it.
    public static let compression = Capabilities(rawValue: 2)
    /// Names and layout of the arrays are the writer's choice.
    public static let names = Capabilities(rawValue: 4)
    /// Floats of 16 bytes.
    public static let longDoubles = Capabilities(rawValue: 8)
    /// Activations and classes next to the weights.
    public static let metadata = Capabilities(rawValue: 16)
    /// Python runs code from a file of this format when it loads the file.
    public static let program = Capabilities(rawValue: 32)
    /// Several networks whose outputs are combined.
    public static let ensembles = Capabilities(rawValue: 64)
    /// Weights of 8 bits, calibrated on samples.
    public static let quantization = Capabilities(rawValue: 128)
  }

  init(
    _ name: String, endings: [String], _ summary: String, _ capabilities: Capabilities,
    content: FormatContent? = nil,
    begins: @escaping @Sendable (FormatInput) -> Bool, reader: Reader?,
    output: Output? = nil
  ) {
    self.name = name
    self.endings = endings
    self.summary = summary
    self.capabilities = capabilities
    self.content = content
    self.begins = begins
    self.reader = reader
    self.output = output
  }

  /// Every format, in the order in which they are tried on a file: the more specific format comes first.
  public static let all: [FileFormat] = [
    .safetensors,
    .torch,
    .skops,
    .npz,
    .onnx,
    .coreML,
    .npy,
    .folder,
    .pickle,
    .json,
    .c,
    .header,
    .swift,
  ]
}

extension FileFormat {
  /// Whether files of this format can be read.
  public var isReadable: Bool { reader != nil }

  /// Whether a network can be written to this format.
  public var isWritable: Bool { output != nil }

  /// The formats that a network can be written to, NPZ first.
  public static let writable = [npz] + all.filter { $0.isWritable && $0 != .npz }

  /// The endings of the formats that can be read, for a sentence.
  package static var readableEndings: String {
    list(all.filter(\.isReadable).flatMap(\.endings))
  }

  /// The endings of the formats that can be written, for a sentence: `.npz, .safetensors or .skops`.
  package static var writableEndings: String { list(writable.map { $0.endings[0] }) }

  private static func list(_ endings: [String]) -> String {
    let names = endings.map { ".\($0)" }
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }

  /// The format with a name; `nil` for an unknown name.
  public init?(name: String) {
    guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
    self = format
  }

  /// The format with the ending of a file's name; `nil` for an unknown ending.
  public init?(fileName: String) {
    guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let ending = String(fileName[fileName.index(after: dot)...]).lowercased()
    guard let format = Self.all.first(where: { $0.endings.contains(ending) }) else { return nil }
    self = format
  }
}

extension FileFormat: Hashable {
  /// Whether both have the same name.
  public static func == (one: FileFormat, other: FileFormat) -> Bool { one.name == other.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FileFormat: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
