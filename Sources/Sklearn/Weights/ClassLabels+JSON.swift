import JSON
package import NPY

extension ClassLabels {
  /// The labels as a JSON array, for files that keep texts next to their arrays: `[0,1,2]`, `["a","b"]`,
  /// `[false,true]`. `nil` where a label is not a finite number, which JSON cannot express.
  ///
  /// The values are kept, and not the width of their type.
  package var jsonText: String? {
    var texts: [String] = []
    for label in labels {
      switch label {
      case .integer(let value): texts.append("\(value)")
      case .unsigned(let value): texts.append("\(value)")
      case .boolean(let value): texts.append("\(value)")
      case .text(let value): texts.append(value.jsonQuoted)
      case .number(let value):
        // Always with a point or an exponent, so that it does not come back as an integer.
        guard value.isFinite else { return nil }
        texts.append("\(value)")
      }
    }
    return "[\(texts.joined(separator: ","))]"
  }

  /// The array that a JSON array of labels stands for: `<i8` (`<u8` beyond it), `<f8`, `|b1` or `<U…`.
  ///
  /// - Parameters:
  ///   - text: What ``jsonText`` gives.
  ///   - name: The name of the array in errors.
  /// - Throws: ``SklearnError/badAttribute(_:problem:)`` for any other text.
  package static func array(json text: String, name: String) throws(SklearnError) -> NDArray {
    let document: JSONDocument
    do { document = try JSONDocument(parsing: ContiguousArray(text.utf8)) } catch {
      throw .badAttribute(name, problem: "is no JSON: \(error)")
    }
    guard let elements = document.root.elements, let first = elements.first else {
      throw .badAttribute(name, problem: "is no JSON array of labels")
    }
    let array: NDArray? =
      switch first.kind {
      case .boolean: try? all(elements, \.boolean).map { try NDArray($0) }
      case .string: all(elements, \.string).flatMap { NDArray(texts: $0) }
      case .number:
        try? all(elements, \.integer).map { try NDArray($0) }
          ?? all(elements, \.unsigned).map { try NDArray($0) }
          ?? all(elements, \.double).map { try NDArray($0) }
      case .null, .array, .object: nil
      }
    guard let array else {
      throw .badAttribute(name, problem: "is a JSON array of things that are no labels of one kind")
    }
    return array
  }

  /// All elements as values of one type; `nil` where one is something else.
  private static func all<T>(_ elements: [JSONValue], _ value: (JSONValue) -> T?) -> [T]? {
    let values = elements.compactMap(value)
    return values.count == elements.count ? values : nil
  }
}

extension JSONValue {
  /// An integer from 0 on, beyond `Int64` too.
  fileprivate var unsigned: UInt64? { numberText.flatMap { UInt64($0) } }
}
