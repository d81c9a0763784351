import MLP
import NPY
import Sklearn

/// A summary of a network, as results of measuring and converting contain it.
public struct ModelSummary: Sendable {
  /// An activation's name, and its origin.
  public struct Choice: Codable, Sendable {
    /// scikit-learn's name.
    public let name: String
    /// Stored in the file, given by the caller, or assumed.
    public let from: SklearnWeights.Origin

    init(_ choice: SklearnWeights.Choice) {
      name = choice.activation.rawValue
      from = choice.origin
    }
  }

  /// One of the scalers before a network.
  public struct Scaler: Codable, Sendable {
    /// scikit-learn's name: `StandardScaler`.
    public let name: String
    /// The operations on each value, in this order: `subtract`, `divide`, `multiply`, `add`, `clip`.
    public let operations: [String]
  }

  /// The number of inputs, then of each layer's outputs.
  public let layers: [Int]
  /// The number of weights and biases.
  public let parameters: Int
  /// NumPy's name of the weights' element type.
  public let dtype: String
  /// Classifier or regressor.
  public let task: SklearnWeights.Task
  /// The activation of the hidden layers.
  public let activation: Choice
  /// The activation of the last layer.
  public let outActivation: Choice
  /// The labels, where the file stores them.
  public let classes: [ClassLabels.Label]?
  /// The scalers that are applied to inputs first; `nil` without scalers.
  public let inputTransform: [Scaler]?
  /// The layout of a layer in the file.
  public let layout: WeightLayout
  /// The naming of the arrays in the file.
  public let naming: String

  /// The summary of a network.
  public init(_ weights: SklearnWeights) { self.init(weights.outline) }

  /// The summary of a network whose layers have been read.
  init(_ weights: SklearnOutline) {
    layers = weights.layerSizes
    parameters = weights.parameterCount
    dtype = weights.dtypeName
    task = weights.task
    activation = Choice(weights.activation)
    outActivation = Choice(weights.outActivation)
    classes = weights.classes?.labels
    inputTransform = weights.inputTransform.map { transform in
      transform.steps.map { Scaler(name: $0.name, operations: $0.operations.map(\.name)) }
    }
    layout = weights.layout
    naming = weights.naming
  }
}

extension ModelSummary: Codable {
  private enum CodingKeys: CodingKey {
    case layers, parameters, dtype, task, activation, outActivation, classes, inputTransform
    case layout, naming
  }

  /// Encodes all of it; `null` for no classes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers, forKey: .layers)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(task, forKey: .task)
    try container.encode(activation, forKey: .activation)
    try container.encode(outActivation, forKey: .outActivation)
    try container.encode(classes, forKey: .classes)
    try container.encodeIfPresent(inputTransform, forKey: .inputTransform)
    try container.encode(layout, forKey: .layout)
    try container.encode(naming, forKey: .naming)
  }
}
