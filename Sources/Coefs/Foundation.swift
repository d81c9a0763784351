public import CSV
public import Deflate
import Files
public import JSON
import MLP
import NPY
import NPZ
public import Pickle
public import Protobuf
public import Safetensors
import Sklearn
public import Skops
import Training
public import Zip

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

// The only file of the library that knows Foundation: paths as `URL`, bytes as `Data`, and errors as an app shows
// them.

// MARK: URL and Data

extension Model {
  /// Reads a network from a file or folder of any format in ``FileFormat/all``, recognized by its content.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - options: Options such as the layout and the activations.
  ///   - limits: Bounds on what a file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf url: URL, options: SklearnWeights.Options = SklearnWeights.Options(),
    limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(contentsOf: url.filePath, options: options, limits: limits)
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - data: A file of any format in ``FileFormat/all``.
  ///   - name: The name of the file in errors.
  ///   - options: Options such as the layout and the activations.
  ///   - limits: Bounds on what it may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    _ data: Data, name: String = "data",
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(ContiguousArray(data), name: name, options: options, limits: limits)
  }

  /// Writes the network to a file, reads it back, and compares it bit for bit with what was meant.
  ///
  /// - Parameters:
  ///   - url: A file URL; its ending selects the format, unless the options do.
  ///   - options: Format, layout and so on.
  /// - Returns: The written file, its arrays and its network.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public func write(
    to url: URL, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Conversion {
    try write(to: url.filePath, options: options)
  }

  /// The bytes of the file that `write(to:options:)` would write.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - options: Layout and so on.
  /// - Throws: ``CoefsError``.
  public func data(
    as format: FileFormat, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Data {
    Data(try bytes(as: format, options: options))
  }
}

extension Dataset {
  /// Reads rows from an NPZ, an NPY or a text of comma-separated values, recognized by its content.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - rows: The rows to read.
  ///   - scale: The number to divide the values by.
  ///   - labelsLast: Whether the last column of a CSV holds the targets.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf url: URL, rows: Rows = .all, scale: Double = 1, labelsLast: Bool = false,
    limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      contentsOf: url.filePath, rows: rows, scale: scale, labelsLast: labelsLast, limits: limits)
  }
}

extension Dataset {
  /// Reads rows from an NPZ, an NPY or a text of separated values, recognized by its content.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - options: What the caller says about the file.
  ///   - model: The network that the rows are for; `nil` where that is not known.
  ///   - rows: Which of its rows.
  ///   - scale: What to divide the values by.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf url: URL, _ options: TableOptions, for model: Model? = nil, rows: Rows = .all,
    scale: Double = 1, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      contentsOf: url.filePath, options, for: model, rows: rows, scale: scale, limits: limits)
  }
}

extension NPYFile {
  /// Reads an array into memory.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``NPYError``.
  public static func read(
    _ url: URL, limits: ReadLimits = ReadLimits()
  ) throws(NPYError) -> NDArray {
    try read(url.filePath, limits: limits)
  }

  /// Writes an array to a file, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - url: A file URL.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Throws: ``NPYError``.
  public static func write(
    _ array: NDArray, to url: URL, replacing: Bool = false
  ) throws(NPYError) {
    try write(array, to: url.filePath, replacing: replacing)
  }
}

extension NPZFile {
  /// Reads all arrays of an archive.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: Bounds on what the archive may ask for.
  /// - Throws: ``NPZError``.
  public static func read(
    _ url: URL, limits: ReadLimits = ReadLimits()
  ) throws(NPZError) -> [NamedArray] {
    try read(url.filePath, limits: limits)
  }

  /// Writes arrays to an archive, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in their order.
  ///   - url: A file URL.
  ///   - isCompressed: Whether to deflate them.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Throws: ``NPZError``.
  public static func write(
    _ arrays: [NamedArray], to url: URL, isCompressed: Bool = false, replacing: Bool = false
  ) throws(NPZError) {
    try write(arrays, to: url.filePath, isCompressed: isCompressed, replacing: replacing)
  }
}

extension URL {
  /// The path as the file system takes it.
  fileprivate var filePath: String { path(percentEncoded: false) }
}

// MARK: Errors, as an app's `error.localizedDescription` shows them

extension CoefsError: LocalizedError {
  /// The error as one line.
  public var errorDescription: String? { description }
}

extension LocalizedError where Self: CategorizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension FileError: LocalizedError {}
extension DeflateError: LocalizedError {}
extension CSVError: LocalizedError {}
extension ZipError: LocalizedError {}
extension NPYError: LocalizedError {}
extension NPZError: LocalizedError {}
extension PickleError: LocalizedError {}
extension ProtobufError: LocalizedError {}
extension SafetensorsError: LocalizedError {}
extension SkopsError: LocalizedError {}
extension SklearnError: LocalizedError {}
extension MLPError: LocalizedError {}
extension TrainingError: LocalizedError {}
extension DataError: LocalizedError {}
extension ModelError: LocalizedError {}
extension MetricError: LocalizedError {}
extension JSONError: LocalizedError {}
