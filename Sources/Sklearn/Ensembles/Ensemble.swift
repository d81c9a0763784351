public import MLP

/// Networks whose outputs are combined: scikit-learn's voting, bagging, calibration and the like.
public struct Ensemble: Sendable {
  /// One of the estimators that are combined.
  public indirect enum Member: Sendable {
    /// A network, or a linear model, which is a network without a hidden layer.
    case network(SklearnWeights)
    /// Another ensemble.
    case ensemble(Ensemble)
  }

  /// How the outputs of the members become one.
  @nonexhaustive
  public enum Rule: Sendable {
    /// The mean of the outputs, with a weight for each member; one that has no probabilities has 1 for its label.
    case average([Double])
    /// The label that most members predict, with a weight for each member.
    case vote([Double])
    /// A member for each class, or for each of several labels.
    case oneVsRest(isMultilabel: Bool)
    /// The outputs of all members, next to each other.
    case separate
    /// The mean of the members' calibrated probabilities, with a curve for each of their responses.
    case calibrated([[Calibration]])
    /// One of two labels where its probability, or the sum of a linear model, is at least a threshold.
    case threshold(Double, positive: Int, ofSums: Bool)
    /// Operations on the values of a regressor. It was fitted on rows of targets, or on a number for each row.
    case transformed([InputTransform.Operation], givesRows: Bool)
    /// Probabilities from the sums of a linear model, if it has some.
    case linear(LinearOutputs)
  }

  /// How a response becomes a probability.
  public enum Calibration: Sendable {
    /// 1 / (1 + exp(a x + b)).
    case sigmoid(a: Double, b: Double)
    /// A curve through points, level before the first and after the last.
    case isotonic(x: [Double], y: [Double])
    /// The softmax of the logarithms of all probabilities times a factor.
    case temperature(Double)
  }

  /// The probabilities of a linear model.
  public enum LinearOutputs: Sendable {
    /// The logistic function of each sum, divided by their total.
    case logistic
    /// Each sum between −1 and 1 as a share.
    case modifiedHuber
    /// No probabilities: the label is that of the maximum.
    case labelsOnly
  }

  /// scikit-learn's name of it: `VotingClassifier`.
  public let name: String
  /// The preprocessing before all members.
  public internal(set) var transform: InputTransform?
  /// The members; at least one.
  public let members: [Member]
  /// How their outputs become one.
  public let rule: Rule
  /// The labels in the order of the probabilities; for several outputs those of each; empty for a regressor.
  public internal(set) var classes: [[ClassLabels.Label]]

  /// The number of networks in it.
  public var networkCount: Int {
    members.reduce(0) {
      switch $1 {
      case .network: $0 + 1
      case .ensemble(let ensemble): $0 + ensemble.networkCount
      }
    }
  }

  /// The networks in it, first to last.
  public var networks: [SklearnWeights] {
    members.flatMap { member in
      switch member {
      case .network(let weights): [weights]
      case .ensemble(let ensemble): ensemble.networks
      }
    }
  }

  /// Classifier or regressor.
  public var task: SklearnWeights.Task { classes.isEmpty ? .regressor : .classifier }

  /// Whether a prediction is a row of values even if it is one value.
  package var givesRows: Bool {
    switch rule {
    case .separate: true
    case .transformed(_, let givesRows): givesRows
    default: false
    }
  }

  /// Whether any number of labels may apply to a row.
  public var isMultilabel: Bool {
    switch rule {
    case .oneVsRest(let isMultilabel): isMultilabel
    case .linear, .calibrated, .vote, .threshold, .separate, .transformed: false
    case .average:
      if case .network(let weights) = members[0] {
        weights.task == .classifier && weights.outActivation.activation == .logistic
          && weights.layerSizes[weights.layerSizes.count - 1] > 1
      } else {
        false
      }
    }
  }

  /// Whether it gives probabilities next to labels.
  public var hasProbabilities: Bool {
    switch rule {
    case .vote, .linear(.labelsOnly): false
    case .average, .calibrated: true
    default: members.allSatisfy(\.hasProbabilities)
    }
  }
}

extension Ensemble.Member {
  /// Whether it gives probabilities next to labels.
  package var hasProbabilities: Bool {
    switch self {
    case .network: true
    case .ensemble(let ensemble): ensemble.hasProbabilities
    }
  }

  /// Whether it is a linear model, which has sums for a threshold or a calibration.
  var hasSums: Bool {
    switch self {
    case .network(let weights): return weights.outline.isLinearModel
    case .ensemble(let ensemble):
      if case .linear = ensemble.rule { return true }
      return false
    }
  }

  /// The labels in the order of the probabilities; empty for a regressor.
  var classes: [ClassLabels.Label] {
    switch self {
    case .network(let weights):
      weights.task == .regressor
        ? []
        : weights.classes?.labels
          ?? ClassLabels.counted(max(2, weights.layerSizes[weights.layerSizes.count - 1]))
    case .ensemble(let ensemble): ensemble.classes.first ?? []
    }
  }

  /// The length of a row.
  var inputs: Int {
    switch self {
    case .network(let weights): weights.outline.rowLength
    case .ensemble(let ensemble): ensemble.inputs
    }
  }

  /// What is demanded of each column of a row.
  var demands: RowDemands {
    switch self {
    case .network(let weights): weights.outline.demands
    case .ensemble(let ensemble): ensemble.demands
    }
  }

  /// The number of its outputs: one for each class, or for each value.
  var outputs: Int {
    switch self {
    case .network(let weights):
      weights.task == .regressor
        ? weights.layerSizes[weights.layerSizes.count - 1] : max(classes.count, 1)
    case .ensemble(let ensemble): ensemble.outputs
    }
  }
}

extension Ensemble {
  /// The length of a row, before any preprocessing.
  public var inputs: Int { transform?.inputs ?? members[0].inputs }

  /// What is demanded of each column of a row.
  package var demands: RowDemands {
    if let transform { return transform.demands }
    var demands = members[0].demands
    for member in members.dropFirst() { demands.add(member.demands) }
    return demands
  }

  /// The classes of the whole by the places of a member's classes, which may be fewer.
  package func places(of member: Int) -> [Int] {
    let labels = members[member].classes
    guard task == .classifier, let all = classes.first, labels.count != all.count else {
      return Array(0..<max(labels.count, outputs))
    }
    // A member that was fitted on other rows knows some of the classes, by their places.
    return labels.map { label in
      if case .integer(let place) = label.canonical { Int(place) } else { 0 }
    }
  }

  /// The number of outputs: one for each class, or for each value.
  public var outputs: Int {
    switch rule {
    case .separate: members.reduce(0) { $0 + $1.outputs }
    default: task == .regressor ? members[0].outputs : classes[0].count
    }
  }
}
