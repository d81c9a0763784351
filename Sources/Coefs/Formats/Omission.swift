import Sklearn

/// A part of a model that a written file is without.
public struct Omission: Codable, Hashable, Sendable {
  /// The parts of a model that a file may be without.
  @nonexhaustive
  public enum Part: String, CaseIterable, Codable, Sendable {
    /// What combines networks, or changes the outputs of one. It is not left out of any file: what is left would be
    /// another model.
    case ensemble
    /// A transformer before the network.
    case preprocessing
    /// The activations of the hidden layers.
    case activation
    /// The labels.
    case classes
    /// The names of the inputs.
    case featureNames = "feature-names"
    /// The bits of values that are wider than the types of the format.
    case precision
    /// The self-check of the file that was read.
    case selfCheck = "self-check"
    /// What `fit` keeps of its way, and to go on.
    case training

    /// The parts that can be left out of a file although predictions change.
    public static let droppable: [Part] = [
      .preprocessing, .activation, .classes, .featureNames, .precision,
    ]

    /// Whether predictions may be others without it.
    public var changesPredictions: Bool { self != .selfCheck && self != .training }
  }

  /// The part.
  public let part: Part
  /// What it is: `StandardScaler (subtract, divide), 'Pipeline.scaler'`.
  public let detail: String
  /// Whether the caller has asked to leave it out.
  public let isAsked: Bool
}

extension Model {
  /// The parts of the model that a file would be without, one by one.
  ///
  /// `write(to:options:)` demands that each that changes predictions is in ``WriteOptions/dropped``.
  ///
  /// - Parameters:
  ///   - format: The format of the file.
  ///   - options: Layout, type, and the parts to leave out.
  /// - Returns: What the format cannot hold, and what is left out as asked.
  public func omissions(
    as format: FileFormat, options: WriteOptions = WriteOptions()
  ) -> [Omission] {
    format.unheld(in: weights.outline, of: file, options, output: file).map(\.omission)
  }
}

/// A part of a model that a file will be without, and the error if nobody has asked for that.
struct UnheldPart {
  let omission: Omission
  /// `nil` where predictions stay the same.
  let error: CoefsError?
}
