public import NPY

/// The labels of a classifier's outputs: scikit-learn's `classes_`, as stored.
public struct ClassLabels: Hashable, Sendable {
  /// One label.
  @nonexhaustive
  public enum Label: Hashable, Sendable {
    /// An integer.
    case integer(Int64)
    /// An integer beyond `Int64`.
    case unsigned(UInt64)
    /// A floating-point number.
    case number(Double)
    /// True or false.
    case boolean(Bool)
    /// A text.
    case text(String)
  }

  /// The labels of a network without stored labels: 0, 1, 2, … as many as it can predict.
  package static func counted(_ count: Int) -> [Label] { (0..<count).map { .integer(Int64($0)) } }

  /// The labels in the order of the outputs; for a network of one output, the label below one half
  /// and the label above.
  public let labels: [Label]

  /// The array that the labels were read from, or are written as.
  public let array: NDArray

  /// Labels as an array, of the type that they have; labels of several types as texts.
  ///
  /// - Throws: `NPYError`, for texts too long to be elements of an array.
  package static func array(of labels: [Label]) throws(NPYError) -> NDArray {
    let booleans = labels.compactMap { if case .boolean(let value) = $0 { value } else { nil } }
    if booleans.count == labels.count { return try NDArray(booleans) }
    let integers = labels.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    if integers.count == labels.count { return try NDArray(integers) }
    let unsigned = labels.compactMap { label -> UInt64? in
      switch label {
      case .integer(let value): UInt64(exactly: value)
      case .unsigned(let value): value
      default: nil
      }
    }
    if unsigned.count == labels.count { return try NDArray(unsigned) }
    let numbers = labels.compactMap { if case .number(let value) = $0 { value } else { nil } }
    if numbers.count == labels.count { return try NDArray(numbers) }
    return try NDArray(strings: labels.map(\.description))
  }

  /// The labels that an array holds.
  ///
  /// - Parameters:
  ///   - array: One axis of integers, numbers, booleans or texts, each of them once.
  ///   - name: The array's name, for errors.
  /// - Throws: ``SklearnError``.
  init(_ array: NDArray, name: String) throws(SklearnError) {
    guard array.shape.count == 1, array.count > 0 else {
      throw .wrongAxes(name, shape: array.shape, expected: "a vector of labels")
    }
    do { labels = try Label.labels(in: array) } catch { throw .unreadable(name, error) }
    var seen: Set<Label> = []
    for label in labels where !seen.insert(label).inserted {
      throw .badAttribute(name, problem: "holds the class \(label) twice")
    }
    self.array = array
  }
}

extension ClassLabels.Label {
  /// The elements of an array as labels.
  package static func labels(in array: NDArray) throws(NPYError) -> [Self] {
    switch array.dtype.kind {
    case .bool: try array.integers().map { .boolean($0 != 0) }
    case .int: try array.integers().map { .integer($0) }
    case .uint:
      try array.unsignedIntegers().map { value in
        Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
      }
    case .float: try array.reals(as: Double.self).map { .number($0) }
    case .bytes, .unicode: try array.strings().map { .text($0) }
    case .complex, .datetime, .timedelta, .void, .object:
      throw .notConvertible(dtype: array.dtype.description, to: "labels")
    }
  }

  /// The label that Python's `==` takes this one for: `True` is 1, and 3.0 is 3.
  package var canonical: Self {
    switch self {
    case .boolean(let value): .integer(value ? 1 : 0)
    case .number(let value):
      Int64(exactly: value).map { .integer($0) }
        ?? UInt64(exactly: value).map { .unsigned($0) } ?? self
    case .unsigned(let value): Int64(exactly: value).map { .integer($0) } ?? self
    case .integer, .text: self
    }
  }
}

// So that an app writes labels as they are: `[0, 1, 2]`, `["no", "yes"]`.
extension ClassLabels.Label: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral
{
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A floating-point number.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension ClassLabels.Label: CustomStringConvertible {
  /// The label as it is printed; texts without quotes.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): value ? "True" : "False"
    case .text(let value): value
    }
  }
}

extension ClassLabels.Label: Codable {
  /// Decodes a JSON number, boolean or string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Encodes the label as a JSON number, boolean or string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }
}
