import NPY
import Pickle

/// A value in a fitted step, whatever file it comes from; what is in it is looked at only when it is asked for.
enum StepValue {
  case none
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([StepNode])
  case dictionary([String: StepNode])
  case array(NDArray)
  /// An array of objects with one axis.
  case objects([StepNode])
  /// Start, end and step.
  case slice([StepNode])
  case object(any FittedStep)
  /// The name of a class or function.
  case name(PickleGlobal)
  /// Anything else, in a few words.
  case other(String)
}

/// A place in a file where a value is.
struct StepNode {
  /// Where it is, for errors.
  let path: String
  /// Looks at the value.
  let value: () -> StepValue

  /// Its number, if it is one.
  var number: Double? {
    switch value() {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }

  /// Its integer, if it is one.
  var integer: Int? {
    if case .integer(let value) = value() { Int(exactly: value) } else { nil }
  }

  /// Its text, if it is one.
  var text: String? {
    if case .text(let value) = value() { value } else { nil }
  }
}

/// The attributes of a fitted step.
protocol FittedStep {
  /// Where it is, for errors.
  var path: String { get }
  /// Its class.
  var kind: PickleGlobal { get }
  /// An attribute; `nil` where it is missing, or `None`.
  func attribute(_ name: String) -> StepNode?
  /// The error of an attribute that has to be something else.
  func wrong(_ name: String, _ expected: String) -> SklearnError
  /// A flag, or its default where it is not stored.
  func boolean(_ name: String, default value: Bool) throws(SklearnError) -> Bool
  /// A numeric vector.
  func vector(_ name: String) throws(SklearnError) -> [Double]
  /// A pair of numbers, the smaller first; 0 and 1 where it is not stored.
  func range(_ name: String) throws(SklearnError) -> ClosedRange<Double>
}

extension FittedStep {
  /// Whether an attribute is there, and not `None`.
  func has(_ name: String) -> Bool { attribute(name) != nil }

  /// A number, or its default where it is not stored.
  func number(_ name: String, default value: Double) throws(SklearnError) -> Double {
    guard let node = attribute(name) else { return value }
    guard let number = node.number else { throw wrong(name, "a number") }
    return number
  }

  /// A count; `nil` where it is not stored.
  func count(_ name: String) throws(SklearnError) -> Int? {
    guard let node = attribute(name) else { return nil }
    guard let count = node.integer, count >= 0 else { throw wrong(name, "a count") }
    return count
  }

  /// A text, or its default where it is not stored.
  func word(_ name: String, default value: String) throws(SklearnError) -> String {
    guard let node = attribute(name) else { return value }
    guard let text = node.text else { throw wrong(name, "a text") }
    return text
  }

  /// A matrix: its rows and columns, and its values in C order.
  func matrix(
    _ name: String
  ) throws(SklearnError) -> (rows: Int, columns: Int, values: [Double]) {
    guard let node = attribute(name) else { throw .notFitted(path, missing: name) }
    guard case .array(let array) = node.value(), array.shape.count == 2, array.dtype.isReal else {
      throw wrong(name, "a numeric matrix")
    }
    do {
      return (array.shape[0], array.shape[1], Array(try array.reals(as: Double.self)))
    } catch {
      throw .unreadable("\(path).\(name)", error)
    }
  }

  /// The values of a vector of truth values.
  func mask(_ name: String) throws(SklearnError) -> [Bool] {
    guard let node = attribute(name) else { throw .notFitted(path, missing: name) }
    guard case .array(let array) = node.value(), array.shape.count == 1,
      let values = try? array.integers()
    else { throw wrong(name, "a vector of truth values") }
    return values.map { $0 != 0 }
  }

  /// The parts of a list, a tuple or an array of objects.
  func parts(_ name: String) throws(SklearnError) -> [StepNode] {
    guard let node = attribute(name) else { throw .notFitted(path, missing: name) }
    switch node.value() {
    case .list(let parts), .objects(let parts): return parts
    default: throw wrong(name, "a list")
    }
  }

  /// The version of scikit-learn that it was fitted with, as major and minor; `nil` where it is not stored.
  var version: (Int, Int)? {
    let parts = attribute("_sklearn_version")?.text?.split(separator: ".").prefix(2).map { Int($0) }
    guard let parts, parts.count == 2, let major = parts[0], let minor = parts[1] else {
      return nil
    }
    return (major, minor)
  }
}

extension StoredInstance: FittedStep {
  func attribute(_ name: String) -> StepNode? {
    node(name).map { stepNode($0, "\(path).\(name)") }
  }

  func wrong(_ name: String, _ expected: String) -> SklearnError {
    guard let node = node(name) else { return .notFitted(path, missing: name) }
    return wrong(name, value(of: node), expected)
  }

  func vector(_ name: String) throws(SklearnError) -> [Double] {
    guard let array = try array(name) else { throw .notFitted(path, missing: name) }
    guard array.shape.count == 1, array.dtype.isReal else {
      throw wrong(name, .array(array), "a numeric vector")
    }
    do { return Array(try array.reals(as: Double.self)) } catch {
      throw .unreadable("\(path).\(name)", error)
    }
  }

  func range(_ name: String) throws(SklearnError) -> ClosedRange<Double> {
    guard let items = try items(name) else { return 0...1 }
    var ends: [Double] = []
    for item in items { if let number = number(item) { ends.append(number) } }
    guard items.count == 2, ends.count == 2, ends[0] <= ends[1] else {
      throw .badObject("\(path).\(name)", problem: "is no pair of numbers, the smaller first")
    }
    return ends[0]...ends[1]
  }

  private func stepNode(_ node: Objects.Node, _ path: String) -> StepNode {
    StepNode(path: path) { stepValue(value(of: node), path) }
  }

  private func stepValue(_ value: StoredObject<Objects.Node>, _ path: String) -> StepValue {
    func nodes(_ items: [Objects.Node]) -> [StepNode] {
      items.enumerated().map { stepNode($1, "\(path)[\($0)]") }
    }
    switch value {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .text(let value): return .text(value)
    case .list(let items): return .list(nodes(items))
    case .dictionary(let entries):
      return .dictionary(
        Dictionary(
          uniqueKeysWithValues: entries.map { ($0, stepNode($1, "\(path).\($0.prefix(100))")) }))
    case .array(let array): return .array(array)
    case .objects(let shape, let items):
      return shape.count == 1 ? .objects(nodes(items)) : .other(value.kind)
    case .slice(let parts):
      return .slice(parts.map { part in StepNode(path: path) { stepValue(part, path) } })
    case .object:
      do { return .object(try StoredInstance(objects, value, path: path)) } catch {
        return .other(value.kind)
      }
    case .name(let name): return .name(name)
    case .other, .unreadable: return .other(value.kind)
    }
  }
}

extension StepValue {
  /// What to call it in an error.
  var kind: String {
    switch self {
    case .none: "None"
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .text(let value): "the text '\(value.prefix(60))'"
    case .list, .objects: "a list"
    case .dictionary: "a dictionary"
    case .array: "an array"
    case .slice: "a slice"
    case .object(let step): "an instance of \(step.kind)"
    case .name(let name): "the name \(name)"
    case .other(let what): what
    }
  }
}
