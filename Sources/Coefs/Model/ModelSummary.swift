import MLP
import NPY
import Sklearn

/// A summary of a network, as results of measuring and converting contain it.
public struct ModelSummary: Sendable {
  /// An activation's name, and its origin.
  public struct Choice: Codable, Sendable {
    /// scikit-learn's name; several with commas between them, where layers differ.
    public let name: String
    /// Stored in the file, given by the caller, or assumed.
    public let from: SklearnWeights.Origin

    init(_ choice: SklearnWeights.Choice, each: [Activation] = []) {
      let names = Set(each).count > 1 ? each : [choice.activation]
      name = names.map(\.rawValue).joined(separator: ", ")
      from = choice.origin
    }
  }

  /// One of the transformers before a network.
  public struct Scaler: Codable, Sendable {
    /// scikit-learn's name: `StandardScaler`.
    public let name: String
    /// The operations, in this order: `subtract`, `divide`, `multiply`, `add`, `clip`, `oneHot` and so on.
    public let operations: [String]
  }

  /// A column of the rows that a model takes.
  public struct Column: Codable, Sendable {
    /// The name that it was fitted with, where it has one.
    public let name: String?
    /// Whether its values are texts.
    public let isText: Bool
    /// Whether a value may be missing.
    public let allowsGaps: Bool
    /// The categories that the model knows; `nil` for a column of numbers without categories.
    public let categories: [ClassLabels.Label]?
  }

  /// The estimators that are combined.
  public struct Combination: Codable, Sendable {
    /// scikit-learn's name of it: `VotingClassifier`.
    public let name: String
    /// The number of networks in it.
    public let networks: Int
    /// The layer sizes of each, the first hundred.
    public let layers: [[Int]]
  }

  /// A self-check.
  public struct Check: Codable, Sendable {
    /// The number of rows.
    public let rows: Int
    /// The type in which the network is computed.
    public let precision: String
  }

  /// The number of inputs, then of each layer's outputs; of an ensemble those of the first network.
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
  /// scikit-learn's name of each layer's activation, first to last.
  public let activations: [String]
  /// The labels, where the file stores them.
  public let classes: [ClassLabels.Label]?
  /// The transformers that are applied to inputs first; `nil` without preprocessing.
  public let inputTransform: [Scaler]?
  /// The columns that are used, where there is more preprocessing than scalers; `nil` for plain numbers.
  public let columns: [Column]?
  /// The ensemble; `nil` for one network.
  public let ensemble: Combination?
  /// The self-check that the file carries; `nil` for none.
  public let selfCheck: Check?
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
    task = weights.ensemble?.task ?? weights.task
    activation = Choice(weights.activation, each: weights.hiddenActivations)
    outActivation = Choice(weights.outActivation)
    activations =
      (weights.hiddenActivations + [weights.outActivation.activation]).map(\.rawValue)
    classes =
      if let ensemble = weights.ensemble {
        ensemble.classes.isEmpty ? nil : ensemble.classes.flatMap(\.self)
      } else {
        weights.classes?.labels
      }
    let transform = weights.ensemble?.transform ?? weights.inputTransform
    columns = weights.demands.areNumbers ? nil : Self.columns(weights)
    ensemble = weights.ensemble.map {
      Combination(
        name: $0.name, networks: $0.networkCount,
        layers: $0.networks.prefix(100).map(\.layerSizes))
    }
    inputTransform = transform.map { transform in
      transform.steps.map { Scaler(name: $0.name, operations: $0.operationNames) }
    }
    selfCheck = weights.selfCheck.map {
      Check(rows: $0.inputs.rows, precision: $0.precision.rawValue)
    }
    layout = weights.layout
    naming = weights.naming
  }
}

extension ModelSummary: Codable {
  private enum CodingKeys: CodingKey {
    case layers, parameters, dtype, task, activation, outActivation, activations, classes
    case inputTransform
    case columns, ensemble, selfCheck, layout, naming
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
    try container.encode(activations, forKey: .activations)
    try container.encode(classes, forKey: .classes)
    try container.encodeIfPresent(inputTransform, forKey: .inputTransform)
    try container.encodeIfPresent(columns, forKey: .columns)
    try container.encodeIfPresent(ensemble, forKey: .ensemble)
    try container.encodeIfPresent(selfCheck, forKey: .selfCheck)
    try container.encode(layout, forKey: .layout)
    try container.encode(naming, forKey: .naming)
  }
}

extension ModelSummary {
  /// The columns that a model uses.
  private static func columns(_ weights: SklearnOutline) -> [Column] {
    let demands = weights.demands
    let transforms =
      weights.ensemble.map { ensemble in
        ensemble.transform.map { [$0] } ?? ensemble.networks.compactMap(\.inputTransform)
      } ?? weights.inputTransform.map { [$0] } ?? []
    return demands.used.sorted().map { column in
      let texts = demands.texts[column]
      let numbers = transforms.lazy.compactMap { $0.categories(of: column) }.first
      return Column(
        name: weights.featureNames?[column], isText: texts != nil,
        allowsGaps: !demands.needsValues.contains(column),
        categories: texts.map { $0.map { .text($0) } }
          ?? numbers.map {
            $0.map { value in Int64(exactly: value).map { .integer($0) } ?? .number(value) }
          })
    }
  }
}

extension InputTransform {
  /// The categories of a column of numbers; `nil` for a column without categories.
  fileprivate func categories(of column: Int) -> [Double]? {
    var pending = operations[...]
    while let operation = pending.popFirst() {
      switch operation {
      case .concatenate(let branches): pending = branches.flatMap(\.self) + pending
      case .ordinal(let encodings), .oneHot(let encodings):
        if let encoding = encodings.first(where: { $0.column == column }) {
          return encoding.categories.filter { !$0.isNaN }
        }
      default: break
      }
    }
    return nil
  }
}
