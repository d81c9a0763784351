import Files
package import JSON
public import MLP

/// A few rows and the outputs that a network makes of them, to the bit: a file that carries one can be checked wherever
/// it is, by any program that computes the network.
///
/// As text it is a JSON object. `inputs` and `outputs` are the values row after row, as the hexadecimal digits of their
/// little-endian bytes, in the type that `precision` names:
///
///     {"precision":"float64","rows":2,"inputs":"000000000000f03f…","outputs":"9a9999999999e93f…"}
///
/// NumPy reads them with `np.frombuffer(bytes.fromhex(check["inputs"]), check["precision"]).reshape(check["rows"], -1)`.
/// The outputs are what scikit-learn's `predict_proba` gives, two columns for two classes; of a regressor the values,
/// a column for each.
public struct SelfCheck: Hashable, Sendable {
  /// The type in which the network is computed, and in which inputs and outputs are stored.
  public let precision: SklearnWeights.Precision
  /// The rows, before any preprocessing.
  public let inputs: Matrix<Double>
  /// A row of outputs for each row.
  public let outputs: Matrix<Double>

  /// Creates a self-check.
  ///
  /// - Parameters:
  ///   - precision: The type in which the outputs were computed.
  ///   - inputs: At least one row; each value is one of that type.
  ///   - outputs: As many rows, each value one of that type.
  /// - Precondition: Both have the same number of rows, and some values.
  public init(
    precision: SklearnWeights.Precision, inputs: Matrix<Double>, outputs: Matrix<Double>
  ) {
    precondition(inputs.rows == outputs.rows && !inputs.values.isEmpty && !outputs.values.isEmpty)
    self.precision = precision
    self.inputs = inputs
    self.outputs = outputs
  }

  /// How far an output may be from the stored one, as a part of it, or of 1 where it is smaller.
  ///
  /// Sums have another order in another program, and with it other last digits; this package computes with the
  /// instructions of the processor, and has the same bits wherever these are the same.
  public var tolerance: Double { precision == .float64 ? 1e-12 : 1e-5 }

  /// Whether both have the same bits; NaN is equal to itself.
  public static func == (one: SelfCheck, other: SelfCheck) -> Bool {
    one.jsonText == other.jsonText
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(jsonText) }
}

extension SklearnWeights.Precision {
  fileprivate var byteCount: Int { self == .float64 ? 8 : 4 }
}

// MARK: As text

extension SelfCheck {
  /// The name under which files carry it.
  public static let name = Attribute.selfCheck.rawValue

  /// The self-check as a JSON object.
  public var jsonText: String {
    "{\"precision\":\"\(precision.rawValue)\",\"rows\":\(inputs.rows),"
      + "\"inputs\":\"\(digits(of: inputs))\",\"outputs\":\"\(digits(of: outputs))\"}"
  }

  /// The self-check in a text.
  ///
  /// - Parameters:
  ///   - text: What ``jsonText`` gives.
  ///   - name: The name of the text in errors.
  /// - Throws: ``SklearnError/badAttribute(_:problem:)``.
  package init(json text: String, name: String = Self.name) throws(SklearnError) {
    let document: JSONDocument
    do { document = try JSONDocument(parsing: ContiguousArray(text.utf8)) } catch {
      throw .badAttribute(name, problem: "is no JSON: \(error)")
    }
    try self.init(document.root, name: name)
  }

  /// The self-check in a JSON value.
  ///
  /// - Parameters:
  ///   - value: An object as in ``jsonText``.
  ///   - name: The name of the value in errors.
  /// - Throws: ``SklearnError/badAttribute(_:problem:)``.
  package init(_ value: JSONValue, name: String = Self.name) throws(SklearnError) {
    guard let precision = value["precision"]?.string.flatMap(SklearnWeights.Precision.init),
      let rows = value["rows"]?.integer, rows > 0, let count = Int(exactly: rows)
    else {
      throw .badAttribute(name, problem: "has no precision or no number of rows")
    }
    self.init(
      precision: precision,
      inputs: try Self.matrix(value["inputs"], rows: count, precision, "\(name).inputs"),
      outputs: try Self.matrix(value["outputs"], rows: count, precision, "\(name).outputs"))
  }

  private func digits(of matrix: Matrix<Double>) -> String {
    var bytes = ContiguousArray<UInt8>()
    bytes.reserveCapacity(matrix.values.count * precision.byteCount)
    for value in matrix.values {
      switch precision {
      case .float64: bytes.append(littleEndian: value.bitPattern)
      case .float32: bytes.append(littleEndian: Float(value).bitPattern)
      }
    }
    let digits = Array("0123456789abcdef".utf8)
    var text = ContiguousArray<UInt8>()
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func matrix(
    _ value: JSONValue?, rows: Int, _ precision: SklearnWeights.Precision, _ name: String
  ) throws(SklearnError) -> Matrix<Double> {
    guard let text = value?.string else {
      throw .badAttribute(name, problem: "is missing, or no text")
    }
    var bytes = ContiguousArray<UInt8>()
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8 {
      guard let digit = Character(Unicode.Scalar(character)).hexDigitValue.map(UInt8.init) else {
        throw .badAttribute(name, problem: "has a character that is no hexadecimal digit")
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    let width = precision.byteCount
    let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: width)
    guard high == nil, rest == 0, count > 0, count.isMultiple(of: rows) else {
      throw .badAttribute(
        name,
        problem:
          "has \(text.utf8.count) digits, which make no \(rows) rows of \(precision.rawValue)"
      )
    }
    let values = ContiguousArray(
      (0..<count).map { index -> Double in
        switch precision {
        case .float64: Double(bitPattern: bytes.u64(index * width))
        case .float32: Double(Float(bitPattern: bytes.u32(index * width)))
        }
      })
    return Matrix(checkedRows: rows, columns: count / rows, values: values)
  }
}
