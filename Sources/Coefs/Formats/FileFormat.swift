import Sklearn

/// A file format: all that this package knows of it, in one value.
///
/// ``all`` is the only list of formats. Options, help, notes about names, the documentation's tables and the
/// fuzzer's targets come from it. A new format is a file beside this one, and a line in the list.
public struct FileFormat: Sendable {
  /// What options and inspections call it: `npz`.
  public let name: String
  /// The endings of file names that promise it, without the dot, the usual one first.
  public let endings: [String]
  /// What a file of this format is: `an archive of arrays`.
  public let summary: String
  /// What it can hold.
  public let capabilities: Capabilities

  /// Whether a file may be of this format, as far as its first bytes tell.
  let begins: @Sendable (FormatInput) -> Bool
  /// How it is read; `nil` where it is only written.
  let reader: Reader?
  /// Lays out the file of a network; `nil` where it is only read.
  let output: Output?

  /// What a file gives: arrays by name, or objects. `nil` where the file is of another format after all.
  enum Reader: Sendable {
    case arrays(@Sendable (FormatInput) throws(CoefsError) -> ArrayList?)
    case objects(@Sendable (FormatInput) throws(CoefsError) -> (any StoredObjects)?)
  }

  /// Lays out a file: of a network, as asked, under a path, which errors name.
  typealias Output =
    @Sendable (NetworkFile, Model.WriteOptions, String) throws(CoefsError)
    -> any CheckedOutput

  /// What a format can hold.
  public struct Capabilities: OptionSet, Sendable {
    /// One bit for each.
    public let rawValue: Int
    /// The capabilities of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Scalers before the network.
    public static let scalers = Capabilities(rawValue: 1)
    /// Compressed data, written where asked.
    public static let compression = Capabilities(rawValue: 2)
    /// Arrays under names, and in a layout, of the writer's choice.
    public static let names = Capabilities(rawValue: 4)
    /// Floats of 16 bytes.
    public static let longDoubles = Capabilities(rawValue: 8)
    /// Activations and classes beside the weights.
    public static let metadata = Capabilities(rawValue: 16)
    /// Python runs a file of this format when it loads it.
    public static let program = Capabilities(rawValue: 32)
  }

  init(
    _ name: String, endings: [String], _ summary: String, _ capabilities: Capabilities,
    begins: @escaping @Sendable (FormatInput) -> Bool, reader: Reader?,
    output: Output? = nil
  ) {
    self.name = name
    self.endings = endings
    self.summary = summary
    self.capabilities = capabilities
    self.begins = begins
    self.reader = reader
    self.output = output
  }

  /// Every format, in the order in which a file is tried: of two that a file may be, the narrower comes first.
  public static let all: [FileFormat] = [
    .safetensors,
    .skops,
    .npz,
    .npy,
    .folder,
    .pickle,
  ]
}

extension FileFormat {
  /// Whether files of this format are read.
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

  /// The format of a name, such as an option gives; `nil` where there is none.
  public init?(name: String) {
    guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
    self = format
  }

  /// The format that a file's name promises; `nil` where it promises none.
  public init?(fileName: String) {
    guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let ending = String(fileName[fileName.index(after: dot)...]).lowercased()
    guard let format = Self.all.first(where: { $0.endings.contains(ending) }) else { return nil }
    self = format
  }
}

extension FileFormat: Hashable {
  /// Whether both have one name.
  public static func == (one: FileFormat, other: FileFormat) -> Bool { one.name == other.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FileFormat: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
