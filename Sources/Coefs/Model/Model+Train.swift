import MLP
import NPY
import Sklearn
import Training

extension Model {
  /// The task that a network is trained for, where the targets allow both.
  public enum Purpose: String, Sendable {
    /// Classification, as with `MLPClassifier`.
    case classification
    /// Regression, as with `MLPRegressor`.
    case regression
  }

  /// A trained network as a model, with the history of its training.
  public struct Trained: Sendable {
    /// The network, with activations and classes known.
    public let model: Model
    /// The loss of each epoch.
    public let losses: [Double]
    /// The score of each epoch with early stopping, else empty.
    public let validationScores: [Double]
    /// Why training ended.
    public let end: TrainingEnd
    /// The last loss.
    public let loss: Double
    /// How the search of `lbfgs` ended; `nil` for other solvers.
    public let search: TrainingSearch?
  }

  /// Trains a network as scikit-learn does.
  ///
  /// - Parameters:
  ///   - data: Rows and targets. A classifier's classes are the labels that occur, sorted; rows of 0
  ///     and 1 are several labels.
  ///   - parameters: scikit-learn's parameters.
  ///   - purpose: Whether the targets are classes or values.
  ///   - precision: The type to train in, as scikit-learn takes it from the type of the rows.
  ///   - sampleWeights: The weight of each row; `nil` for equal weights.
  ///   - report: Called for each event; when it returns false, training ends and keeps the weights
  ///     so far.
  /// - Returns: The network, with the history of its training.
  /// - Throws: ``CoefsError``.
  public static func train(
    on data: Dataset, _ parameters: Parameters, for purpose: Purpose = .classification,
    precision: SklearnWeights.Precision = .float64, sampleWeights: [Double]? = nil,
    report: (TrainingEvent) -> Bool = { _ in true }
  ) throws(CoefsError) -> Trained {
    switch precision {
    case .float64:
      try train(on: data, parameters, purpose, weights: sampleWeights, report, as: Double.self)
    case .float32:
      try train(on: data, parameters, purpose, weights: sampleWeights, report, as: Float.self)
    }
  }

  private static func train<Scalar: TrainingScalar & NPYScalar>(
    on data: Dataset, _ parameters: Parameters, _ purpose: Purpose, weights: [Double]?,
    _ report: (TrainingEvent) -> Bool, as scalar: Scalar.Type
  ) throws(CoefsError) -> Trained {
    let (targets, classes) = try Self.targets(of: data, for: purpose, as: scalar)
    let result: TrainingResult<Scalar>
    let network: SklearnWeights
    do throws(TrainingError) {
      result = try MLP<Scalar>.trained(
        on: data.inputs.rounded(to: scalar), targets, parameters,
        sampleWeights: weights?.map { Scalar($0) }, report: report)
    } catch {
      throw CoefsError(data.name, error)
    }
    do { network = try SklearnWeights(result.network, classes: classes) } catch {
      // Not so for numbers too great to be stored as they are, which training has refused.
      preconditionFailure("a trained network is a network: \(error)")
    }
    return Trained(
      model: Model(name: data.name, weights: network), losses: result.losses,
      validationScores: result.validationScores, end: result.end, loss: result.loss,
      search: result.search)
  }

  /// The targets to learn, and the class labels.
  private static func targets<Scalar: TrainingScalar>(
    of data: Dataset, for purpose: Purpose, as scalar: Scalar.Type
  ) throws(CoefsError) -> (Targets<Scalar>, classes: NDArray?) {
    switch (data.targets, purpose) {
    case (.none, _):
      throw CoefsError(data.name, DataError.noTargets)
    case (.values(let matrix), .regression):
      return (.values(matrix.rounded(to: scalar)), nil)
    case (.values(let matrix), .classification):
      guard matrix.values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw CoefsError(data.name, DataError.notLabels)
      }
      let numbers = try ClassLabels.array(of: ClassLabels.counted(matrix.columns), in: data.name)
      return (.labels(matrix.rounded(to: scalar)), numbers)
    case (.labels(let labels), .regression):
      var values = ContiguousArray<Scalar>()
      for label in labels { values.append(Scalar(try label.number(in: data.name))) }
      return (.values(Dataset.matrix(rows: values.count, columns: 1, values)), nil)
    case (.labels(let labels), .classification):
      if let fraction = labels.first(where: \.isFraction) {
        throw CoefsError(data.name, DataError.notAClass(fraction))
      }
      let classes = Set(labels).sorted()
      let index = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
      return (
        .classes(labels.compactMap { index[$0] }, count: classes.count),
        try ClassLabels.array(of: classes, in: data.name)
      )
    }
  }
}

extension Matrix<Double> {
  /// The values rounded to another type.
  fileprivate func rounded<Other: MLPScalar>(to type: Other.Type) -> Matrix<Other> {
    Dataset.matrix(
      rows: rows, columns: columns, ContiguousArray(values.lazy.map { Other($0) }))
  }
}

extension ClassLabels.Label {
  /// Whether this is a number with a fraction, which is not a class.
  fileprivate var isFraction: Bool {
    if case .number = canonical { true } else { false }
  }
}

extension ClassLabels.Label: Comparable {
  /// The order of NumPy's `unique`: numbers by value, texts by their characters' codes.
  public static func < (one: Self, other: Self) -> Bool {
    switch (one.canonical, other.canonical) {
    case (.integer(let one), .integer(let other)): one < other
    case (.unsigned(let one), .unsigned(let other)): one < other
    case (.number(let one), .number(let other)): one < other
    case (.integer(let one), .number(let other)): Double(one) < other
    case (.number(let one), .integer(let other)): one < Double(other)
    case (.text(let one), .text(let other)):
      one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
    case (.text, _): false
    case (_, .text): true
    case (_, .unsigned): true
    case (.unsigned, _): false
    default: false
    }
  }
}
