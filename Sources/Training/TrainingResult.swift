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
  /// The caller asked for it.
  case interrupted
}

/// A trained network, with the history of its training.
public struct TrainingResult<Scalar: TrainingScalar>: Sendable {
  /// The network, with the best weights where early stopping kept them.
  public let network: MLP<Scalar>
  /// The loss of each epoch (`loss_curve_`).
  public let losses: [Double]
  /// The score of each epoch with early stopping (`validation_scores_`), else empty.
  public let validationScores: [Double]
  /// The reason why training ended.
  public let end: TrainingEnd
  /// The number of epochs (`n_iter_`).
  public var iterations: Int { losses.count }
}
