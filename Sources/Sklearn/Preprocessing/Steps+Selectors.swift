import MLP
import NPY
import Pickle

// Steps that keep some of the columns (`sklearn/feature_selection`).

extension PreprocessingStep {
  static let selectors: [PreprocessingStep] = [
    selector("VarianceThreshold", "_variance_threshold", "variance_threshold") {
      step throws(SklearnError) in
      let threshold = try step.number("threshold", default: 0)
      return try step.vector("variances_").map { $0 > threshold }
    },
    selector("SelectKBest", "_univariate_selection", "univariate_selection") {
      step throws(SklearnError) in
      let scores = try step.scores()
      if step.attribute("k")?.text == "all" { return scores.map { _ in true } }
      let count = try step.count("k") ?? 10
      var mask = scores.map { _ in false }
      for index in scores.order.suffix(count) { mask[index] = true }
      return mask
    },
    selector("SelectPercentile", "_univariate_selection", "univariate_selection") {
      step throws(SklearnError) in
      let scores = try step.scores()
      let percentile = try step.number("percentile", default: 10)
      if percentile == 100 { return scores.map { _ in true } }
      if percentile == 0 { return scores.map { _ in false } }
      guard 0...100 ~= percentile else { throw step.wrong("percentile", "a share of 100") }
      let threshold = scores.percentile(100 - percentile)
      var mask = scores.map { $0 > threshold }
      let most = Int(Double(scores.count) * percentile / 100)
      let ties = scores.indices.filter { scores[$0] == threshold }
      for index in ties.prefix(max(0, most - mask.count { $0 })) { mask[index] = true }
      return mask
    },
    selector("SelectFpr", "_univariate_selection", "univariate_selection") {
      step throws(SklearnError) in
      let alpha = try step.number("alpha", default: 0.05)
      return try step.vector("pvalues_").map { $0 < alpha }
    },
    selector("SelectFwe", "_univariate_selection", "univariate_selection") {
      step throws(SklearnError) in
      let values = try step.vector("pvalues_")
      let alpha = try step.number("alpha", default: 0.05) / Double(values.count)
      return values.map { $0 < alpha }
    },
    selector("SelectFdr", "_univariate_selection", "univariate_selection") {
      step throws(SklearnError) in
      let values = try step.vector("pvalues_")
      let alpha = try step.number("alpha", default: 0.05) / Double(values.count)
      let most = values.sorted().enumerated().filter { $1 <= alpha * Double($0 + 1) }.map(\.element)
        .max()
      return values.map { value in most.map { value <= $0 } ?? false }
    },
    selector("RFE", "_rfe", "rfe") { step throws(SklearnError) in try step.mask("support_") },
    selector("RFECV", "_rfe", "rfe") { step throws(SklearnError) in try step.mask("support_") },
    selector("SequentialFeatureSelector", "_sequential", "_sequential") {
      step throws(SklearnError) in
      try step.mask("support_")
    },
    selector("SelectFromModel", "_from_model", "from_model") { step throws(SklearnError) in
      try importantFeatures(step)
    },
  ]

  private static func selector(
    _ name: String, _ module: String, _ oldModule: String,
    mask: @escaping @Sendable (any FittedStep) throws(SklearnError) -> [Bool]
  ) -> PreprocessingStep {
    PreprocessingStep(
      name: name,
      modules: ["sklearn.feature_selection.\(module)", "sklearn.feature_selection.\(oldModule)"]
    ) { step, reading throws(SklearnError) in
      let mask = try mask(step)
      try reading.expect(mask.count, at: step.path)
      return [.select(mask.indices.filter { mask[$0] })]
    }
  }

  /// The columns whose coefficients are great enough.
  private static func importantFeatures(_ step: any FittedStep) throws(SklearnError) -> [Bool] {
    let name = step.has("estimator_") ? "estimator_" : "estimator"
    guard case .object(let model)? = step.attribute(name)?.value() else {
      throw .notFitted(step.path, missing: "estimator_")
    }
    guard try step.word("importance_getter", default: "auto") == "auto", model.has("coef_") else {
      throw .unknownStep(
        step.path, kind: step.kind.description,
        problem: "it selects by \(model.kind), which has no coef_")
    }
    let importances = try model.importances(norm: try step.number("norm_order", default: 1))
    var mask = importances.map { _ in true }
    if let most = try step.count(step.has("max_features_") ? "max_features_" : "max_features") {
      let best = Set(importances.map { -$0 }.order.prefix(most))
      mask = importances.indices.map(best.contains)
    }
    let threshold = try step.threshold(of: importances, model)
    for index in mask.indices where importances[index] < threshold { mask[index] = false }
    return mask
  }
}

extension FittedStep {
  /// scores_, where NaN is less than any score.
  fileprivate func scores() throws(SklearnError) -> [Double] {
    try vector("scores_").map { $0.isNaN ? -.greatestFiniteMagnitude : $0 }
  }

  /// How important each column is to a linear model.
  fileprivate func importances(norm: Double) throws(SklearnError) -> [Double] {
    guard case .array(let array)? = attribute("coef_")?.value(), array.shape.count == 2 else {
      return try vector("coef_").map(abs)
    }
    let (rows, columns, values) = try matrix("coef_")
    return try (0..<columns).map { column throws(SklearnError) in
      let sizes = (0..<rows).map { abs(values[$0 * columns + column]) }
      switch norm {
      case 1: return sizes.reduce(0, +)
      case 2: return sizes.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .infinity: return sizes.max() ?? 0
      default: throw wrong("norm_order", "1, 2 or infinity")
      }
    }
  }

  /// The threshold of a `SelectFromModel`.
  fileprivate func threshold(
    of importances: [Double], _ model: any FittedStep
  ) throws(SklearnError) -> Double {
    guard let node = attribute("threshold") else {
      let ratio = try? model.number("l1_ratio", default: 0)
      let isSparse =
        model.attribute("penalty")?.text == "l1" || model.kind.name.contains("Lasso")
        || ["ElasticNet", "LogisticRegression"].contains(model.kind.name)
          && abs((ratio ?? 0) - 1) <= 1e-8 + 1e-5
      return isSparse ? 1e-5 : importances.mean
    }
    guard let text = node.text else { return try number("threshold", default: 0) }
    let parts = text.split(separator: "*").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let factor = parts.count == 2 ? Double(parts[0]) : 1
    guard let factor, let word = parts.last, ["mean", "median"].contains(word) else {
      throw wrong("threshold", "a number, 'mean' or 'median'")
    }
    return factor * (word == "mean" ? importances.mean : importances.percentile(50))
  }
}

extension [Double] {
  /// The places of the values in rising order, equal ones as they come.
  fileprivate var order: [Int] { indices.sorted { (self[$0], $0) < (self[$1], $1) } }

  fileprivate var mean: Double { reduce(0, +) / Double(count) }

  /// As `numpy.percentile`, between two values in proportion.
  fileprivate func percentile(_ share: Double) -> Double {
    let sorted = sorted()
    let place = share / 100 * Double(count - 1)
    let low = Int(place.rounded(.down))
    guard low + 1 < count else { return sorted[count - 1] }
    let part = place - Double(low)
    let step = sorted[low + 1] - sorted[low]
    // NumPy's way to keep the result monotonic.
    return part >= 0.5 ? sorted[low + 1] - step * (1 - part) : sorted[low] + step * part
  }
}
