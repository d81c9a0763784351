import MLP

// Steps that multiply rows by a matrix (`sklearn/decomposition`, `sklearn/random_projection.py`, `sklearn/neighbors`).

extension PreprocessingStep {
  static let projections: [PreprocessingStep] = [
    PreprocessingStep(
      name: "PCA", modules: ["sklearn.decomposition._pca", "sklearn.decomposition.pca"],
      read: principalComponents),
    PreprocessingStep(
      name: "IncrementalPCA",
      modules: ["sklearn.decomposition._incremental_pca", "sklearn.decomposition.incremental_pca"],
      read: principalComponents),
    PreprocessingStep(
      name: "FastICA",
      modules: ["sklearn.decomposition._fastica", "sklearn.decomposition.fastica_"]
    ) { step, reading throws(SklearnError) in
      let matrix = try projection(step, &reading)
      guard step.has("mean_"), step.attribute("whiten")?.number != 0 else { return [matrix] }
      return [.subtract(try step.vector("mean_")), matrix]
    },
    PreprocessingStep(
      name: "TruncatedSVD",
      modules: ["sklearn.decomposition._truncated_svd", "sklearn.decomposition.truncated_svd"],
      read: plainProjection),
    PreprocessingStep(
      name: "NeighborhoodComponentsAnalysis",
      modules: ["sklearn.neighbors._nca", "sklearn.neighbors.nca"], read: plainProjection),
    PreprocessingStep(
      name: "GaussianRandomProjection", modules: ["sklearn.random_projection"],
      read: plainProjection),
  ]

  private static let plainProjection: Reader = { step, reading throws(SklearnError) in
    [try projection(step, &reading)]
  }

  /// components_, one row an output.
  private static func projection(
    _ step: any FittedStep, _ reading: inout StepReading
  ) throws(SklearnError) -> InputTransform.Operation {
    let (_, columns, values) = try step.matrix("components_")
    try reading.take(values.count, for: step.path)
    try reading.expect(columns, at: step.path)
    return .matrix(values, inputs: columns)
  }

  private static let principalComponents: Reader = { step, reading throws(SklearnError) in
    let matrix = try projection(step, &reading)
    let (rows, columns, values) = try step.matrix("components_")
    let mean = step.has("mean_") ? try step.vector("mean_") : []
    guard mean.isEmpty || mean.count == columns else {
      throw step.wrong("mean_", "a vector of \(columns)")
    }
    var operations: [InputTransform.Operation] = []
    // Since 1.5 the projected mean is subtracted, and not the mean before.
    let isProjected = step.version.map { $0 >= (1, 5) } ?? true
    if mean.isEmpty {
      operations = [matrix]
    } else if isProjected {
      let projected = (0..<rows).map { row in
        (0..<columns).reduce(0.0) { $0 + mean[$1] * values[row * columns + $1] }
      }
      operations = [matrix, .subtract(projected)]
    } else {
      operations = [.subtract(mean), matrix]
    }
    guard try step.boolean("whiten", default: false) else { return operations }
    let scale = try step.vector("explained_variance_").map {
      isProjected ? max($0.squareRoot(), .ulpOfOne) : $0.squareRoot()
    }
    return operations + [.divide(scale)]
  }
}
