import Pickle
import Files
import MLP
import NPY
import NPZ
import Sklearn

/// The content of a file: its arrays, and the network that they form, if they form one.
public struct Inspection: Sendable {
  /// One array.
  public struct Entry: Sendable {
    /// The name; `nil` for a lone array.
    public internal(set) var name: String?
    /// The element type as NumPy writes it: `<f8`; for a type that NumPy does not have, as in the file: `BF16`.
    public internal(set) var dtype: String
    /// The length of each axis; `nil` where the array cannot be read.
    public internal(set) var shape: [Int]?
    /// Whether the first axis varies fastest in the file.
    public let fortranOrder: Bool
    /// The bytes of data; `nil` where the array cannot be read.
    public internal(set) var byteCount: Int?
    /// The minimum of the finite values.
    public internal(set) var min: Double?
    /// The maximum of the finite values.
    public internal(set) var max: Double?
    /// The mean of the finite values.
    public internal(set) var mean: Double?
    /// The number of values that are NaN or infinite.
    public internal(set) var nonFinite: Int?
    /// Up to six values, in C order.
    public internal(set) var first: [PlainValue]?
  }

  /// A global that a pickle names: Python would import it; here it is only a text.
  public struct Global: Codable, Hashable, Sendable {
    /// The module and the name in it, with a dot between: `posix.system`.
    public let name: String
    /// Whether it is an allowed global: one that a network needs.
    public let known: Bool
    /// The offset of its first mention, in the decompressed pickle or in
    /// the schema of a skops archive.
    public let offset: Int

    init(_ name: StoredName) {
      self.name = name.name.description
      known = name.isKnown
      offset = name.offset
    }
  }

  /// The file, as the caller named it.
  public let file: String
  /// The name of a ``FileFormat``: `npz`, `pickle`.
  public let format: String
  /// Every global that a pickle or a skops archive names, in the order of the first mentions; `nil` where the
  /// file is not one of these and has no pickle in it.
  public let globals: [Global]?
  /// The arrays, in the order of the file.
  public let arrays: [Entry]
  /// The network; `nil` where the arrays do not form one, and then ``notes`` has the reason.
  public let model: ModelSummary?
  /// Warnings about the file.
  public let notes: [String]

  /// Inspects a file.
  ///
  /// - Parameters:
  ///   - path: The path of a file or of a folder of NPY files.
  ///   - intercepts: The path of the biases, where the file holds the weights alone.
  ///   - options: Options such as the layout and the activations.
  ///   - limits: Bounds on what a file may ask for.
  /// - Throws: ``CoefsError``, where the file itself cannot be opened or is damaged.
  public init(
    contentsOf path: String, intercepts: String? = nil,
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      .path(path), intercepts: intercepts.map { .path($0) }, options: options, limits: limits)
  }

  /// Inspects a file, a folder or standard input.
  package init(
    _ reference: FileReference, intercepts: FileReference?, options: SklearnWeights.Options,
    limits: ReadLimits
  ) throws(CoefsError) {
    let file = reference.name
    let source = try ModelSource(
      reference, limits: limits, allowsUnknownNames: options.allowsUnknownNames)
    self.file = file
    format = source.format.name
    var notes = source.notes
    // What is known of each array that has been read, by its place.
    var measured: [Int: Measured] = [:]
    var network: NetworkFile?
    var stored: [NamedArray] = []
    var problem: String?
    do throws(CoefsError) {
      let biases = try NetworkFile.openIntercepts(intercepts, limits: limits)
      let found = try NetworkFile(source, intercepts: biases, options: options)
      for (place, array) in found.readAlready { measured[place] = Entry.measured(nil, array) }
      if case .arrays = source.content {
        // Every layer is looked at, and few are in memory at a time.
        for group in found.groups {
          _ = try found.layers(group) { place, array in
            if measured[place] == nil { measured[place] = Entry.measured(nil, array) }
          }
        }
      } else if case .objects = source.content {
        stored = try Model(found).weights.layerArrays(in: found.outline.layout)
      }
      network = found
    } catch  where error.category == .badContent {
      problem = "no model: \(error.file == file ? "\(error.cause)" : "\(error)")"
    }
    var globals: [Global]?
    switch source.content {
    case .arrays(let list):
      arrays = try Self.entries(of: list, measured: measured, notes: &notes)
      if !list.names.isEmpty { globals = list.names.map(Global.init) }
    case .objects(let objects):
      arrays = stored.map { Entry.measured($0.name, $0.array).entry }
      globals = objects.names.map(Global.init)
    case .network(let described):
      // How the graph is read is no property of one of its arrays.
      notes += network?.outline.notes ?? []
      arrays = try Self.entries(of: described.arrays(options), measured: [:], notes: &notes)
    }
    if let problem { notes.append(problem) }
    let unknown = (globals ?? []).filter { !$0.known }.map(\.name)
    if !unknown.isEmpty {
      notes.append(
        "names that no network needs: \(unknown.joined(separator: ", ")); nothing was called")
    }
    self.globals = globals
    model = network.map { ModelSummary($0.outline) }
    self.notes = notes
  }

  /// An array as far as its values can be read, and the error if they cannot all be read.
  typealias Measured = (entry: Entry, problem: NPYError?)

  /// The arrays of a file, each measured; those that have not been read are read now.
  private static func entries(
    of source: ArrayList, measured: [Int: Measured], notes: inout [String]
  ) throws(CoefsError) -> [Entry] {
    var arrays: [Entry] = []
    arrays.reserveCapacity(source.entries.count)
    notes += source.others.map { "'\($0)' is no array" }
    for (place, entry) in source.entries.enumerated() {
      switch entry.header {
      case .success(let header):
        do throws(NPYError) { _ = try header.withoutObjects() } catch {
          arrays.append(Entry(entry.name, objects: header))
          notes.append("array '\(entry.name ?? "")': \(error)")
          continue
        }
        var found =
          if let known = measured[place] { known } else { Entry.measured(nil, try entry.read()) }
        found.entry.name = entry.name
        arrays.append(found.entry)
        if let problem = found.problem {
          notes.append("array '\(entry.name ?? "")': \(problem)")
        }
      case .failure(let error):
        arrays.append(Entry(entry.name, unreadable: error))
        notes.append("array '\(entry.name ?? "")': \(error)")
      }
      if let stored = entry.stored {
        arrays[arrays.count - 1].dtype = stored.type
        arrays[arrays.count - 1].shape = stored.shape
      }
    }
    return arrays
  }
}

extension Inspection.Entry {
  init(_ name: String?, unreadable error: NPYError) {
    if case .unsupportedDType(let descr, _) = error { dtype = descr } else { dtype = "?" }
    fortranOrder = false
    self.name = name
  }

  init(_ name: String?, objects header: NPYHeader) {
    dtype = header.dtype.description
    fortranOrder = header.isFortranOrder
    shape = header.shape
    self.name = name
  }

  private init(_ name: String?, _ array: NDArray) {
    dtype = array.dtype.description
    fortranOrder = array.header.isFortranOrder
    shape = array.shape
    byteCount = array.bytes.count
    first = PlainValue.first(6, of: array)
    self.name = name
  }

  /// The array as far as its values can be read, and the error if they cannot all be read.
  static func measured(_ name: String?, _ array: NDArray) -> (entry: Self, problem: NPYError?) {
    var entry = Self(name, array)
    do throws(NPYError) { try entry.measure(array) } catch { return (entry, error) }
    return (entry, nil)
  }

  private mutating func measure(_ array: NDArray) throws(NPYError) {
    guard array.dtype.isReal else {
      if array.dtype.kind == .complex { _ = try array.prefix(1).complexNumbers() }
      return
    }
    var (sum, finite) = (0.0, 0)
    var (least, greatest) = (Double.infinity, -Double.infinity)
    try array.forEachBlock(ofReals: Double.self) { values in
      for value in values where value.isFinite {
        least = Swift.min(least, value)
        greatest = Swift.max(greatest, value)
        sum += value
        finite += 1
      }
    }
    nonFinite = array.count - finite
    guard finite > 0 else { return }
    (min, max) = (least, greatest)
    // The sum of the greatest numbers is infinite, their mean is not.
    var average = sum / Double(finite)
    if !average.isFinite {
      average = 0
      try array.forEachBlock(ofReals: Double.self) { values in
        for value in values where value.isFinite { average += value / Double(finite) }
      }
    }
    mean = average
  }
}

extension Inspection.Entry: Codable {
  private enum CodingKeys: CodingKey {
    case name, dtype, shape, fortranOrder, byteCount, min, max, mean, nonFinite, first
  }

  /// Encodes all of it; `null` for unknown values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(shape, forKey: .shape)
    try container.encode(fortranOrder, forKey: .fortranOrder)
    try container.encode(byteCount, forKey: .byteCount)
    try container.encode(min, forKey: .min)
    try container.encode(max, forKey: .max)
    try container.encode(mean, forKey: .mean)
    try container.encode(nonFinite, forKey: .nonFinite)
    try container.encode(first, forKey: .first)
  }
}

extension Inspection: Codable {
  private enum CodingKeys: CodingKey { case file, format, globals, arrays, model, notes }

  /// Encodes all of it; `null` for no model.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(format, forKey: .format)
    try container.encodeIfPresent(globals, forKey: .globals)
    try container.encode(arrays, forKey: .arrays)
    try container.encode(model, forKey: .model)
    try container.encode(notes, forKey: .notes)
  }
}

/// An element of an array, as a JSON value.
@nonexhaustive
public enum PlainValue: Hashable, Sendable {
  /// True or false.
  case boolean(Bool)
  /// An integer.
  case integer(Int64)
  /// An integer beyond `Int64`.
  case unsigned(UInt64)
  /// A floating-point number of four bytes or fewer, printed with no more digits than it needs.
  case single(Float)
  /// A floating-point number.
  case double(Double)
  /// A real and an imaginary part.
  case complex(Double, Double)
  /// A text.
  case text(String)

  /// The first elements of an array, in C order; `nil` where they cannot be shown.
  static func first(_ count: Int, of array: NDArray) -> [PlainValue]? {
    let start = array.prefix(count)
    switch array.dtype.kind {
    case .bool: return try? start.integers().map { .boolean($0 != 0) }
    case .int: return try? start.integers().map { .integer($0) }
    case .uint: return try? start.unsignedIntegers().map { .unsigned($0) }
    case .float:
      return array.dtype.itemSize <= 4
        ? try? start.reals(as: Float.self).map { .single($0) }
        : try? start.reals(as: Double.self).map { .double($0) }
    case .complex: return try? start.complexNumbers().map { .complex($0.real, $0.imaginary) }
    case .bytes, .unicode: return try? start.strings().map { .text($0) }
    case .datetime, .timedelta, .void, .object: return nil
    }
  }
}

extension PlainValue: Codable {
  /// Decodes a bare value, as the narrowest case that holds it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let parts = try? container.decode([Double].self), parts.count == 2 {
      self = .complex(parts[0], parts[1])
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Encodes the bare value; a complex number as a list of two.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .single(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .complex(let real, let imaginary): try container.encode([real, imaginary])
    case .text(let value): try container.encode(value)
    }
  }
}
