extension DType {
  /// A field of a record: a name, and an element or a small array of them.
  public struct Field: Hashable, Sendable {
    /// The name; empty for bytes that only fill up.
    public let name: String

    /// A second name that NumPy lets a field have.
    public let title: String?

    /// The type of the element.
    public let dtype: DType

    /// The axes of a field that is an array in C order; empty for a single element.
    public let shape: [Int]

    /// Whether these are bytes that only fill up.
    public var isPadding: Bool { name.isEmpty }

    /// A field of this name and type; ``DType/init(fields:)`` checks that it can be.
    ///
    /// - Parameters:
    ///   - name: The name; empty for padding.
    ///   - dtype: The type of the element; `V` for padding.
    ///   - shape: The axes of a field that is an array.
    ///   - title: A second name.
    public init(_ name: String, _ dtype: DType, shape: [Int] = [], title: String? = nil) {
      self.name = name
      self.title = title
      self.dtype = dtype
      self.shape = shape
    }
  }

  /// A record of these fields, one after the other.
  ///
  /// Adjacent paddings become one, as when NumPy reads them.
  ///
  /// - Parameter fields: The fields; a padding is a field without a name.
  /// - Throws: ``NPYError/unsupportedDType(descr:reason:)``, where a field has no bytes, has no name
  ///   and is no raw bytes, or has a name that another has too, and where a record has more bytes
  ///   than a C `int` counts.
  public init(fields: [Field]) throws(NPYError) {
    func refuse(_ reason: String) -> NPYError {
      .unsupportedDType(
        descr: "[\(fields.map(\.descr).joined(separator: ", "))]", reason: reason)
    }
    var merged: [Field] = []
    // By bytes: Swift's strings are equal where only their normal forms are.
    var names: Set<[UInt8]> = []
    var size = 0
    for field in fields {
      let isPlain = field.title == nil && field.shape.isEmpty
      guard !field.isPadding || isPlain && field.dtype.kind == .void && field.dtype.fields.isEmpty
      else { throw refuse("a field without a name") }
      for case let name? in [field.name, field.title] where !field.isPadding {
        guard names.insert(Array(name.utf8)).inserted else {
          throw refuse("two fields have the name \(pythonString(name))")
        }
      }
      guard field.shape.count <= NPYHeader.maxAxes, field.shape.allSatisfy({ $0 > 0 }) else {
        throw refuse("a field with the shape \(pythonTuple(field.shape))")
      }
      var bytes = field.dtype.itemSize
      for length in field.shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
        bytes = overflow ? Int.max : product
      }
      guard bytes <= Int(Int32.max) - size else { throw refuse("elements of 2 GiB or more") }
      size += bytes
      if field.isPadding, let last = merged.last, last.isPadding {
        let both = last.dtype.itemSize + bytes
        merged[merged.count - 1] = Field("", DType(valid: .void, itemSize: both, byteOrder: .none))
      } else {
        merged.append(field)
      }
    }
    guard size > 0 else { throw refuse("its elements have no bytes") }
    self.init(valid: .void, itemSize: size, byteOrder: .none, fields: merged)
  }
}

// MARK: Reading

extension DType {
  /// Reads the value of a header's `descr`: a text, or a list of fields.
  ///
  /// - Parameters:
  ///   - descr: The value.
  ///   - offset: Its offset, for errors.
  init(descr: PythonLiteral, offset: Int) throws(NPYError) {
    switch descr {
    case .string(let text):
      try self.init(text)
    case .list(let items):
      var fields: [Field] = []
      for item in items { fields.append(try Field(item, offset: offset)) }
      try self.init(fields: fields)
    case .tuple:
      throw .unsupportedDType(
        descr: "(…)", reason: "a sub-array type; save a plain array of more axes")
    default:
      throw .badHeader(
        offset: offset, problem: "'descr' is \(descr.typeName), not a string or a list of fields")
    }
  }
}

extension DType.Field {
  /// Reads a field: `(name, descr)` or `(name, descr, shape)`, where the name may be `(title, name)`.
  fileprivate init(_ literal: PythonLiteral, offset: Int) throws(NPYError) {
    func refuse(_ problem: String) -> NPYError {
      .badHeader(offset: offset, problem: "'descr' holds a field \(problem)")
    }
    guard case .tuple(let parts) = literal, (2...3).contains(parts.count) else {
      throw refuse("that is no (name, type) or (name, type, shape)")
    }
    switch parts[0] {
    case .string(let name):
      self.name = name
      self.title = nil
    case .tuple(let names):
      guard names.count == 2, case .string(let title) = names[0],
        case .string(let name) = names[1]
      else { throw refuse("whose names are no (title, name)") }
      self.name = name
      self.title = title
    default:
      throw refuse("whose name is \(parts[0].typeName)")
    }
    self.dtype = try DType(descr: parts[1], offset: offset)
    var shape: [Int] = []
    if parts.count == 3 {
      guard case .tuple(let axes) = parts[2] else {
        throw refuse("whose shape is \(parts[2].typeName), not a tuple")
      }
      for axis in axes {
        guard case .int(let length?) = axis else { throw refuse("with an axis that is no length") }
        shape.append(length)
      }
    }
    self.shape = shape
  }
}

extension NPYHeader {
  /// The header, if the data is no pickle.
  ///
  /// - Throws: ``NPYError/unsupportedDType(descr:reason:)`` for Python objects.
  package func withoutObjects() throws(NPYError) -> NPYHeader {
    guard dtype.holdsObjects else { return self }
    throw .unsupportedDType(
      descr: dtype.descr,
      reason: "it holds Python objects as a pickle; save plain arrays instead, "
        + "np.savez(file, *clf.coefs_, *clf.intercepts_)")
  }
}

// MARK: Writing

extension DType {
  /// The type as a Python literal: a quoted text, or the list of a record's fields.
  var descr: String { fields.isEmpty ? "'\(self)'" : description }
}

extension DType.Field {
  /// The field as written in the list of a record.
  var descr: String {
    let names = title.map { "(\(pythonString($0)), \(pythonString(name)))" } ?? pythonString(name)
    return "(\(names), \(dtype.descr)\(shape.isEmpty ? "" : ", \(pythonTuple(shape))"))"
  }
}

/// A text as Python's `repr` prints it: in single quotes unless only those are in it, and with
/// escapes for what `str.isprintable` says no to.
private func pythonString(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
  var result = String.UnicodeScalarView([quote])
  for scalar in scalars {
    switch scalar {
    case quote, "\\": result += ["\\", scalar]
    case "\n": result += "\\n".unicodeScalars
    case "\r": result += "\\r".unicodeScalars
    case "\t": result += "\\t".unicodeScalars
    case _ where scalar.isPrintable: result.append(scalar)
    default:
      let (letter, width) =
        scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x1_0000 ? ("u", 4) : ("U", 8)
      let digits = String(scalar.value, radix: 16)
      let zeros = String(repeating: "0", count: width - digits.count)
      result += "\\\(letter)\(zeros)\(digits)".unicodeScalars
    }
  }
  result.append(quote)
  return String(result)
}

extension Unicode.Scalar {
  /// Python's `str.isprintable`.
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    case .lineSeparator, .paragraphSeparator, .spaceSeparator: self == " "
    default: true
    }
  }
}
