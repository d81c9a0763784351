import MLP
import NPY
import Pickle

// Steps that fill gaps (`sklearn/impute/_base.py`).

extension PreprocessingStep {
  static let imputers: [PreprocessingStep] = [
    PreprocessingStep(name: "SimpleImputer", modules: imputerModules) {
      step, reading throws(SklearnError) in
      let fills = try step.statistics(in: &reading)
      let missing = try step.missing(fills.count, in: &reading)
      let keepsEmpty = try step.boolean("keep_empty_features", default: false)
      let kept = fills.indices.filter { keepsEmpty || !fills[$0].isNaN }
      var operations: [InputTransform.Operation] = []
      if kept.count < fills.count { operations.append(.select(kept)) }
      operations.append(.fill(kept.map { fills[$0] }, missing: kept.map { missing[$0] }))
      guard try step.boolean("add_indicator", default: false) else { return operations }
      guard case .object(let indicator)? = step.attribute("indicator_")?.value() else {
        throw .notFitted(step.path, missing: "indicator_")
      }
      return [.concatenate([operations, try indicator.indication(missing)])]
    },

    // Until scikit-learn 0.22.
    PreprocessingStep(name: "Imputer", modules: ["sklearn.preprocessing.imputation"]) {
      step, reading throws(SklearnError) in
      guard try step.number("axis", default: 0) == 0 else {
        throw .unknownStep(
          step.path, kind: step.kind.description, problem: "it fills along rows")
      }
      let fills = try step.statistics(in: &reading)
      var missing = Double.nan
      if let node = step.attribute("missing_values"), node.text != "NaN" {
        missing = try step.number("missing_values", default: .nan)
      }
      let kept = fills.indices.filter { !fills[$0].isNaN }
      let fill = InputTransform.Operation.fill(
        kept.map { fills[$0] }, missing: kept.map { _ in missing })
      return kept.count < fills.count ? [.select(kept), fill] : [fill]
    },

    PreprocessingStep(name: "MissingIndicator", modules: imputerModules) {
      step, reading throws(SklearnError) in
      try reading.expect(try step.count("_n_features"), at: step.path)
      let columns = try reading.width(for: step)
      return try step.indication(try step.missing(columns, in: &reading))
    },
  ]

  private static let imputerModules = ["sklearn.impute._base", "sklearn.impute"]
}

extension FittedStep {
  /// The value that fills the gaps of each column; NaN for a column without one.
  fileprivate func statistics(in reading: inout StepReading) throws(SklearnError) -> [Double] {
    guard let node = attribute("statistics_") else {
      throw .notFitted(path, missing: "statistics_")
    }
    switch node.value() {
    case .array(let array) where [.unicode, .bytes].contains(array.dtype.kind):
      let texts: [String]
      do { texts = try array.strings() } catch { throw .unreadable(node.path, error) }
      try reading.expect(texts.count, at: path)
      var values: [Double] = []
      for (column, text) in texts.enumerated() {
        values.append(try reading.learn(text, in: column, at: node.path))
      }
      return values
    case .objects(let parts):
      try reading.expect(parts.count, at: path)
      var values: [Double] = []
      for (column, part) in parts.enumerated() {
        values.append(try reading.value(of: part, inColumn: column))
      }
      return values
    default:
      let values = try vector("statistics_")
      try reading.expect(values.count, at: path)
      return values
    }
  }

  /// The value that says in each column that one is missing.
  fileprivate func missing(
    _ columns: Int, in reading: inout StepReading
  ) throws(SklearnError) -> [Double] {
    try reading.expect(columns, at: path)
    guard let node = attribute("missing_values") else {
      return Array(repeating: .nan, count: columns)
    }
    var values: [Double] = []
    for column in 0..<columns { values.append(try reading.value(of: node, inColumn: column)) }
    return values
  }

  /// The columns of 0 and 1 of a `MissingIndicator`.
  ///
  /// - Parameter missing: The value that says in each column that one is missing.
  fileprivate func indication(
    _ missing: [Double]
  ) throws(SklearnError) -> [InputTransform.Operation] {
    let features = try vector("features_").map { Int(exactly: $0) ?? -1 }
    guard features.allSatisfy({ missing.indices.contains($0) }) else {
      throw wrong("features_", "columns among \(missing.count)")
    }
    let indication: [InputTransform.Operation] = [
      .select(features), .isMissing(features.map { missing[$0] }),
    ]
    // It was fitted on columns without gaps, and new ones are an error.
    let others = missing.indices.filter { !features.contains($0) }
    guard !others.isEmpty, try word("features", default: "missing-only") == "missing-only",
      try boolean("error_on_new", default: true)
    else { return indication }
    return [.demandValues(others)] + indication
  }
}
