import MLP
import NPY
import Pickle

// Steps that change each value, or each row by its norm (`sklearn/preprocessing/_data.py`, `_discretization.py`,
// `_polynomial.py`, `_function_transformer.py`).

extension PreprocessingStep {
  static let functions: [PreprocessingStep] = [
    PreprocessingStep(
      name: "FunctionTransformer",
      modules: [
        "sklearn.preprocessing._function_transformer", "sklearn.preprocessing.function_transformer",
      ]
    ) { step, _ throws(SklearnError) in
      for name in ["kw_args", "inv_kw_args"] {
        guard let node = step.attribute(name) else { continue }
        guard case .dictionary(let arguments) = node.value(), arguments.isEmpty else {
          throw .unknownStep(
            step.path, kind: step.kind.description,
            problem: "its \(name) are arguments for its function")
        }
      }
      return try step.function("func").map { [.function($0)] } ?? []
    },

    PreprocessingStep(name: "Normalizer", modules: data) { step, _ throws(SklearnError) in
      let name = try step.word("norm", default: "l2")
      guard let norm = InputTransform.Norm(rawValue: name), norm != .sum else {
        throw step.wrong("norm", "'l1', 'l2' or 'max'")
      }
      return [.normalize(norm)]
    },

    PreprocessingStep(name: "Binarizer", modules: data) { step, _ throws(SklearnError) in
      [.binarize(above: try step.number("threshold", default: 0))]
    },

    PreprocessingStep(name: "PowerTransformer", modules: data) { step, _ throws(SklearnError) in
      let (kind, lambdas, scaler) = try step.power()
      return [.power(kind, lambdas)] + scaler
    },

    PreprocessingStep(name: "QuantileTransformer", modules: data) { step, _ throws(SklearnError) in
      let (quantiles, isNormal) = try step.quantiles()
      guard isNormal else { return [.quantiles(quantiles)] }
      let ends = StepConstants.normalEnds
      return [.quantiles(quantiles), .function(.normalQuantile), .clip(ends)]
    },

    PreprocessingStep(
      name: "KBinsDiscretizer", modules: ["sklearn.preprocessing._discretization"]
    ) { step, reading throws(SklearnError) in
      var edges: [[Double]] = []
      for part in try step.rows("bin_edges_") {
        try reading.take(part.count, for: step.path)
        guard part.count >= 2 else { throw step.wrong("bin_edges_", "two edges or more") }
        edges.append(Array(part[1..<part.count - 1]))
      }
      let encode = try step.word("encode", default: "onehot")
      guard encode != "ordinal" else { return [.bins(edges)] }
      let encodings = edges.map { edges in
        InputTransform.Encoding(
          categories: (0...edges.count).map(Double.init),
          codes: (0...edges.count).map(Double.init), unknown: -1, width: edges.count + 1)
      }
      return [.bins(edges), .oneHot(encodings)]
    },

    PreprocessingStep(
      name: "PolynomialFeatures",
      modules: ["sklearn.preprocessing._polynomial"] + data
    ) { step, reading throws(SklearnError) in
      try reading.expect(try step.count("n_input_features_"), at: step.path)
      let columns = try reading.width(for: step)
      var degrees = 0...2
      if let node = step.attribute("degree") {
        switch node.value() {
        case .integer(let degree) where 0...1_000 ~= degree: degrees = 0...Int(degree)
        case .list(let pair):
          let ends = pair.compactMap(\.integer)
          guard ends.count == 2, pair.count == 2, ends[0] >= 0, ends[0] <= ends[1],
            ends[1] <= 1_000
          else { throw step.wrong("degree", "a degree or two") }
          degrees = ends[0]...ends[1]
        default: throw step.wrong("degree", "a degree or two")
        }
      }
      return [
        .products(
          try products(
            of: columns, degrees: degrees,
            once: try step.boolean("interaction_only", default: false),
            bias: try step.boolean("include_bias", default: true), at: step.path))
      ]
    },
  ]

  /// The lists of columns that are multiplied, in scikit-learn's order.
  private static func products(
    of columns: Int, degrees: ClosedRange<Int>, once: Bool, bias: Bool, at path: String
  ) throws(SklearnError) -> [[Int]] {
    var result: [[Int]] = bias ? [[]] : []
    var factors = 0
    var last: [[Int]] = [[]]
    for degree in 1...max(1, degrees.upperBound) where degree <= degrees.upperBound {
      var next: [[Int]] = []
      for product in last {
        let start = product.last.map { once ? $0 + 1 : $0 } ?? 0
        for column in start..<max(start, columns) {
          next.append(product + [column])
          factors += degree
          guard result.count + next.count <= StepReading.maxColumns, factors <= 1 << 22 else {
            throw .badObject(
              path,
              problem: "makes more than \(StepReading.maxColumns) products of \(columns) columns")
          }
        }
      }
      if degree >= max(1, degrees.lowerBound) { result += next }
      if next.isEmpty { break }
      last = next
    }
    return result
  }
}

/// Numbers of scikit-learn's.
enum StepConstants {
  /// How near to its ends a distribution counts as being at them (`BOUNDS_THRESHOLD`).
  static let quantileMargin = 1e-7

  /// Where `QuantileTransformer` clips the normal distribution: SciPy's `norm.ppf` of 1e-7 and of 1 − 1e-7, moved by
  /// the spacing of numbers at 1.
  static let normalEnds = -5.199337582605575...5.19933758270342
}

extension FittedStep {
  /// A function that an attribute names; `nil` for the identity.
  func function(_ name: String) throws(SklearnError) -> InputTransform.Function? {
    guard let node = attribute(name) else { return nil }
    guard case .name(let found) = node.value() else {
      throw .unknownStep(
        path, kind: kind.description, problem: "its \(name) is \(node.value().kind)")
    }
    guard KnownClass.functionModules.contains(found.module),
      let function = KnownClass.functions[found.name]
    else {
      throw .unknownStep(
        path, kind: kind.description, problem: "its \(name) is the function \(found)")
    }
    return function
  }

  /// A list of numeric vectors, or a matrix of such rows.
  func rows(_ name: String) throws(SklearnError) -> [[Double]] {
    guard let node = attribute(name) else { throw .notFitted(path, missing: name) }
    if case .array(let array) = node.value(), array.shape.count == 2 {
      let (rows, columns, values) = try matrix(name)
      return (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
    }
    return try parts(name).map { part throws(SklearnError) in
      guard case .array(let array) = part.value(), array.shape.count == 1,
        let values = try? array.reals(as: Double.self)
      else {
        throw .badObject(
          part.path, problem: "is \(part.value().kind) where a numeric vector belongs")
      }
      return Array(values)
    }
  }

  /// The powers of a `PowerTransformer`, and the scaler after them.
  func power() throws(SklearnError) -> (
    InputTransform.PowerKind, lambdas: [Double], scaler: [InputTransform.Operation]
  ) {
    let method = try word("method", default: "yeo-johnson")
    guard let kind = InputTransform.PowerKind(rawValue: method) else {
      throw wrong("method", "'yeo-johnson' or 'box-cox'")
    }
    let lambdas = try vector("lambdas_")
    guard try boolean("standardize", default: true) else { return (kind, lambdas, []) }
    guard case .object(let scaler)? = attribute("_scaler")?.value() else {
      throw .notFitted(path, missing: "_scaler")
    }
    return (
      kind, lambdas,
      [.subtract(try scaler.vector("mean_")), .divide(try scaler.vector("scale_"))]
    )
  }

  /// The quantiles of a `QuantileTransformer`, and whether it makes a normal distribution of them.
  func quantiles() throws(SklearnError) -> (InputTransform.Quantiles, isNormal: Bool) {
    let (rows, columns, values) = try matrix("quantiles_")
    let shares = try vector("references_")
    guard shares.count == rows, rows > 0 else {
      throw wrong("references_", "a vector as long as quantiles_")
    }
    let distribution = try word("output_distribution", default: "uniform")
    guard ["uniform", "normal"].contains(distribution) else {
      throw wrong("output_distribution", "'uniform' or 'normal'")
    }
    let isNormal = distribution == "normal"
    return (
      InputTransform.Quantiles(
        columns: (0..<columns).map { column in (0..<rows).map { values[$0 * columns + column] } },
        shares: shares, margin: isNormal ? StepConstants.quantileMargin : 0), isNormal
    )
  }
}
