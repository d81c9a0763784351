/// What is in a file: its arrays, and the network that they make if they make one.
public struct Inspection: Encodable, Sendable {
  /// One array.
  public struct Entry: Encodable, Sendable {
    /// The name; `nil` for a lone array.
    @ExplicitNull public internal(set) var name: String?
    /// The element type as NumPy writes it: `<f8`; for one that NumPy has not, as the file does: `BF16`.
    public internal(set) var dtype: String
    /// The length of each axis; `nil` where the array cannot be read.
    @ExplicitNull public internal(set) var shape: [Int]?
    /// Whether the first axis varies fastest in the file.
    public let fortranOrder: Bool
    /// The bytes of data; `nil` where the array cannot be read.
    @ExplicitNull public internal(set) var byteCount: Int?
    /// The least finite value.
    @ExplicitNull public internal(set) var min: Double?
    /// The greatest finite value.
    @ExplicitNull public internal(set) var max: Double?
    /// The mean of the finite values.
    @ExplicitNull public internal(set) var mean: Double?
    /// The number of values that are NaN or infinite.
    @ExplicitNull public internal(set) var nonFinite: Int?
    /// Up to six values, in C order.
    @ExplicitNull public internal(set) var first: [PlainValue]?
  }

  /// The file, as it was named.
  public let file: String
  /// `npz`, `npy`, `folder` or `safetensors`.
  public let format: String
  /// The arrays, in the order of the file.
  public let arrays: [Entry]
  /// The network; `nil` where the arrays are none, and then ``notes`` says why.
  @ExplicitNull public private(set) var model: ModelSummary?
  /// What else there is to know.
  public let notes: [String]

  /// Looks into a file.
  ///
  /// - Parameters:
  ///   - file: The path of a file or of a folder of NPY files; `-` is standard input.
  ///   - intercepts: The path of the biases, where `file` holds the weights alone.
  ///   - options: What the caller says about the network.
  ///   - limits: Bounds on what a file may ask for.
  /// - Throws: ``CoefsError``, where the file itself is not sound.
  public init(
    contentsOf file: String, intercepts: String? = nil,
    options: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    let source = try ArrayFile(file, limits: limits)
    var arrays: [Entry] = []
    arrays.reserveCapacity(source.entries.count)
    var notes = source.others.map { "'\($0)' is no array" } + source.notes
    for entry in source.entries {
      switch entry.header {
      case .success(let header):
        do throws(NPYError) { _ = try header.withoutObjects() } catch {
          arrays.append(Entry(entry.name, objects: header))
          notes.append("array '\(entry.name ?? "")': \(error)")
          continue
        }
        arrays.append(Entry(entry.name, try entry.read()))
      case .failure(let error):
        arrays.append(Entry(entry.name, unreadable: error))
        notes.append("array '\(entry.name ?? "")': \(error)")
      }
      if let stored = entry.stored {
        arrays[arrays.count - 1].dtype = stored.type
        arrays[arrays.count - 1].shape = stored.shape
      }
    }
    self.file = file
    self.format = source.format.rawValue
    self.arrays = arrays
    do throws(CoefsError) {
      let biases = try Model.openIntercepts(intercepts, limits: limits)
      model = ModelSummary(try Model(source, intercepts: biases, options: options).weights)
    } catch  where error.category == .badContent {
      notes.append("no model: \(error.file == file ? "\(error.cause)" : "\(error)")")
    }
    self.notes = notes
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

  init(_ name: String?, _ array: NDArray) {
    dtype = array.dtype.description
    fortranOrder = array.header.isFortranOrder
    shape = array.shape
    byteCount = array.bytes.count
    first = PlainValue.first(6, of: array)
    self.name = name
    guard array.dtype.isReal else { return }
    var (sum, finite) = (0.0, 0)
    var (least, greatest) = (Double.infinity, -Double.infinity)
    try? array.forEachBlockOfReals { values in
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
      try? array.forEachBlockOfReals { values in
        for value in values where value.isFinite { average += value / Double(finite) }
      }
    }
    mean = average
  }
}

/// An element of an array as JSON has it.
public enum PlainValue: Hashable, Sendable {
  /// True or false.
  case boolean(Bool)
  /// An integer.
  case integer(Int64)
  /// An integer beyond `Int64`.
  case unsigned(UInt64)
  /// A number of four bytes or fewer, so that it prints as short as it is.
  case single(Float)
  /// A number.
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

extension PlainValue: Encodable {
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
