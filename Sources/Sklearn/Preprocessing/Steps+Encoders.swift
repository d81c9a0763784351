import MLP
import NPY
import Pickle

// Steps that turn categories into numbers (`sklearn/preprocessing/_encoders.py`).

extension PreprocessingStep {
  static let encoders: [PreprocessingStep] = [
    PreprocessingStep(name: "OneHotEncoder", modules: encoderModules) {
      step, reading throws(SklearnError) in
      let columns = try step.categories(in: &reading)
      let unknown = try step.word("handle_unknown", default: "error")
      guard ["error", "ignore", "infrequent_if_exist", "warn"].contains(unknown) else {
        throw step.wrong("handle_unknown", "'error', 'ignore', 'infrequent_if_exist' or 'warn'")
      }
      // Until 1.7, "warn" did not put them with the infrequent ones.
      let isIgnored =
        unknown == "ignore" || unknown == "warn" && (step.version.map { $0 < (1, 8) } ?? false)
      let groups = try step.groups(columns.count)
      let drops = try step.drops(columns.count)
      var encodings: [InputTransform.Encoding] = []
      for (index, values) in columns.enumerated() {
        // A category is in a group; one group may be left out, and those after it move up.
        let group = groups[index] ?? Array(values.indices)
        guard group.count == values.count else {
          throw step.wrong("_default_to_infrequent_mappings", "a group for each category")
        }
        let count = (group.max() ?? -1) + 1
        let drop = drops[index]
        func code(_ group: Int) -> Double {
          guard let drop else { return Double(group) }
          return group == drop ? -1 : Double(group > drop ? group - 1 : group)
        }
        let infrequent = groups[index] == nil ? nil : count - 1
        encodings.append(
          InputTransform.Encoding(
            categories: values, codes: group.map(code),
            unknown: unknown == "error"
              ? nil : isIgnored ? -1 : infrequent.map(code) ?? -1,
            width: count - (drop == nil ? 0 : 1), column: reading.source(of: index)))
      }
      return [.oneHot(encodings)]
    },

    PreprocessingStep(name: "OrdinalEncoder", modules: encoderModules) {
      step, reading throws(SklearnError) in
      let columns = try step.categories(in: &reading)
      let groups = try step.groups(columns.count)
      let unknown: Double? =
        switch try step.word("handle_unknown", default: "error") {
        case "error": nil
        case "use_encoded_value": try step.number("unknown_value", default: .nan)
        default: throw step.wrong("handle_unknown", "'error' or 'use_encoded_value'")
        }
      let missing = try step.number("encoded_missing_value", default: .nan)
      var encodings: [InputTransform.Encoding] = []
      for (index, values) in columns.enumerated() {
        let group = groups[index]
        var codes: [Double] = []
        for (place, value) in values.enumerated() {
          if value.isNaN {
            codes.append(missing)
          } else if let group {
            guard place < group.count else {
              throw step.wrong("_default_to_infrequent_mappings", "a group for each category")
            }
            codes.append(Double(group[place]))
          } else {
            codes.append(Double(place))
          }
        }
        encodings.append(
          InputTransform.Encoding(
            categories: values, codes: codes, unknown: unknown,
            column: reading.source(of: index)))
      }
      return [.ordinal(encodings)]
    },
  ]

  private static let encoderModules = ["sklearn.preprocessing._encoders"] + data
}

extension FittedStep {
  /// The categories of each column as numbers; texts are the positions that their columns know them by.
  fileprivate func categories(
    in reading: inout StepReading
  ) throws(SklearnError) -> [[Double]] {
    let columns = try parts("categories_")
    try reading.expect(columns.count, at: path)
    var result: [[Double]] = []
    for (index, column) in columns.enumerated() {
      let values = try reading.values(of: column, inColumn: index)
      try reading.take(values.count, for: column.path)
      result.append(values)
    }
    return result
  }

  /// For each column the group of each category, where infrequent ones share one.
  fileprivate func groups(_ columns: Int) throws(SklearnError) -> [[Int]?] {
    let name = "_default_to_infrequent_mappings"
    guard has(name) else { return Array(repeating: nil, count: columns) }
    let parts = try parts(name)
    guard parts.count == columns else { throw wrong(name, "a list of \(columns)") }
    return try parts.map { part throws(SklearnError) in
      switch part.value() {
      case .none: return nil
      case .array(let array):
        let groups = (try? array.integers()).map { $0.compactMap { Int(exactly: $0) } } ?? []
        guard array.shape == [groups.count], groups.allSatisfy({ 0..<groups.count ~= $0 }) else {
          throw wrong(name, "arrays of groups")
        }
        return groups
      default: throw wrong(name, "arrays of groups")
      }
    }
  }

  /// For each column the group that is left out.
  fileprivate func drops(_ columns: Int) throws(SklearnError) -> [Int?] {
    // The first is after infrequent categories were put together.
    let name = has("_drop_idx_after_grouping") ? "_drop_idx_after_grouping" : "drop_idx_"
    guard let node = attribute(name) else { return Array(repeating: nil, count: columns) }
    let drops: [Int?]
    switch node.value() {
    case .array(let array):
      guard array.shape.count == 1, let values = try? array.integers() else {
        throw wrong(name, "a vector of integers")
      }
      drops = values.map { Int(exactly: $0) }
    case .objects(let parts), .list(let parts):
      drops = try parts.map { part throws(SklearnError) in
        switch part.value() {
        case .none: return nil
        case .integer(let value) where value >= 0: return Int(exactly: value)
        default: throw wrong(name, "a vector of integers")
        }
      }
    default: throw wrong(name, "a vector of integers")
    }
    guard drops.count == columns else { throw wrong(name, "a vector of \(columns)") }
    return drops
  }
}

extension StepReading {
  /// The values of an array for one column as numbers: NaN for what is missing, the position of a text.
  mutating func values(
    of node: StepNode, inColumn column: Int
  ) throws(SklearnError) -> [Double] {
    switch node.value() {
    case .array(let array):
      guard array.shape.count == 1 else {
        throw .badObject(node.path, problem: "has \(array.shape.count) axes instead of one")
      }
      if [.unicode, .bytes].contains(array.dtype.kind) {
        let texts: [String]
        do { texts = try array.strings() } catch { throw .unreadable(node.path, error) }
        return try texts.map { text throws(SklearnError) in
          try learn(text, in: column, at: node.path)
        }
      }
      do { return Array(try array.reals(as: Double.self)) } catch {
        throw .unreadable(node.path, error)
      }
    case .objects(let parts), .list(let parts):
      return try parts.map { part throws(SklearnError) in
        try value(of: part, inColumn: column)
      }
    default:
      throw .badObject(node.path, problem: "is \(node.value().kind) where an array belongs")
    }
  }

  /// One value for a column as a number.
  mutating func value(
    of node: StepNode, inColumn column: Int
  ) throws(SklearnError) -> Double {
    switch node.value() {
    case .none: return .nan
    case .text(let text): return try learn(text, in: column, at: node.path)
    // pandas' NA.
    case .name(let name) where name == PickleGlobal("pandas._libs.missing", "NA"): return .nan
    default:
      guard let number = node.number else {
        throw .badObject(
          node.path, problem: "is \(node.value().kind) where a number or a text belongs")
      }
      return number
    }
  }
}
