public import MLP

/// An event of the training of a network.
@nonexhaustive
public enum TrainingEvent: Hashable, Sendable {
  /// The consequence when training no longer improves.
  @nonexhaustive
  public enum Consequence: Hashable, Sendable {
    /// Training ends.
    case stops
    /// Training ends, because the learning rate cannot be lowered any more.
    case learningRateTooSmall
    /// Training goes on with this learning rate.
    case learningRate(Double)
  }

  /// An epoch has ended: its number from 1, the mean loss over its batches, and the score on the rows
  /// that early stopping keeps, if it does.
  case epoch(Int, loss: Double, validationScore: Double?)
  /// Loss or score has not improved for too many epochs.
  case noImprovement(ofScore: Bool, tol: Double, epochs: Int, Consequence)
}

/// The reason why training ended.
@nonexhaustive
public enum TrainingEnd: String, Sendable, Codable {
  /// Loss or score no longer improved.
  case converged
  /// The maximum number of epochs was reached.
  case maxIter = "max-iter"
  /// `lbfgs` has evaluated the loss more often than `max_fun`.
  case maxFun = "max-fun"
  /// The line search of `lbfgs` found no better weights.
  case abnormal
  /// The caller asked for it.
  case interrupted
}

/// How the search of `lbfgs` ended, in SciPy's words.
public struct TrainingSearch: Hashable, Sendable, Codable {
  /// The number of evaluations of the loss and its gradient.
  public let evaluations: Int
  /// 0 where it has converged, 1 at a limit, 2 after a line search that failed.
  public let status: Int
  /// SciPy's message.
  public let message: String
}

/// A trained network, with the history of its training.
public struct TrainingResult<Scalar: TrainingScalar>: Sendable {
  /// The network, with the best weights where early stopping kept them.
  public let network: MLP<Scalar>
  /// The loss of each epoch (`loss_curve_`); of `lbfgs`, which has no such attribute, that of each iteration.
  public let losses: [Double]
  /// The score of each epoch with early stopping (`validation_scores_`), else empty.
  public let validationScores: [Double]
  /// The reason why training ended.
  public let end: TrainingEnd
  /// The last loss (`loss_`).
  public let loss: Double
  /// How the search of `lbfgs` ended; `nil` for other solvers.
  public let search: TrainingSearch?
  /// The number of epochs (`n_iter_`).
  public var iterations: Int { losses.count }
}
