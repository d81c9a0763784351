import MLP
import Sklearn

/// The predictions of a network for rows of data.
public struct Predictions: Sendable {
  /// The prediction for one row.
  @nonexhaustive
  public enum Answer: Hashable, Sendable {
    /// A classifier's label.
    case label(ClassLabels.Label)
    /// A 1 or 0 for each output of a network of several labels.
    case labels([Int])
    /// The value of a regressor with one output.
    case number(Double)
    /// The values of a regressor with several outputs.
    case numbers([Double])
    /// A label for each output of several classifiers.
    case outputs([ClassLabels.Label])
  }

  /// The first row, and the one after the last.
  public private(set) var rows: [Int]
  /// The labels that the network can predict; `nil` for a regressor.
  public let classes: [ClassLabels.Label]?
  /// One prediction for each row.
  public private(set) var predictions: [Answer]
  /// A classifier's output for each row, with two columns for a network of one output; left out
  /// where it was not asked for.
  public private(set) var probabilities: [[Double]]?
  /// What was found out of the file of the rows: see ``Dataset/detected``.
  public let detected: String?
  /// What was assumed of the network, because neither its file nor the options say it.
  public let assumed: [SklearnWeights.Assumption]
  /// What else there is to know of the network: see ``Model/notes``.
  public let notes: [String]

  /// Adds the predictions for the rows that follow these.
  package mutating func append(_ next: Predictions) {
    rows[1] = next.rows[1]
    predictions += next.predictions
    probabilities?.append(contentsOf: next.probabilities ?? [])
  }
}

extension Predictions.Answer: Encodable {
  /// Encodes the bare label or values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .label(let label): try container.encode(label)
    case .labels(let labels): try container.encode(labels)
    case .number(let number): try container.encode(number)
    case .numbers(let numbers): try container.encode(numbers)
    case .outputs(let labels): try container.encode(labels)
    }
  }
}

extension Predictions: Codable {
  private enum CodingKeys: CodingKey {
    case rows, classes, predictions, probabilities, detected, assumed, notes
  }

  /// Encodes all of it; `null` for no classes, and only the lists that are not empty.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(classes, forKey: .classes)
    try container.encode(predictions, forKey: .predictions)
    try container.encodeIfPresent(probabilities, forKey: .probabilities)
    try container.encodeIfPresent(detected, forKey: .detected)
    if !assumed.isEmpty { try container.encode(assumed, forKey: .assumed) }
    if !notes.isEmpty { try container.encode(notes, forKey: .notes) }
  }

  /// Decodes the result of ``encode(to:)``; the classes determine whether a prediction is a label or a value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode([Int].self, forKey: .rows)
    probabilities = try container.decodeIfPresent([[Double]].self, forKey: .probabilities)
    detected = try container.decodeIfPresent(String.self, forKey: .detected)
    assumed =
      try container.decodeIfPresent([SklearnWeights.Assumption].self, forKey: .assumed) ?? []
    notes = try container.decodeIfPresent([String].self, forKey: .notes) ?? []
    let classes = try container.decode([ClassLabels.Label]?.self, forKey: .classes)
    self.classes = classes
    if classes != nil {
      if let labels = try? container.decode([ClassLabels.Label].self, forKey: .predictions) {
        predictions = labels.map { .label($0) }
      } else if let decisions = try? container.decode([[Int]].self, forKey: .predictions) {
        predictions = decisions.map { .labels($0) }
      } else {
        predictions = try container.decode([[ClassLabels.Label]].self, forKey: .predictions)
          .map { .outputs($0) }
      }
    } else if let values = try? container.decode([Double].self, forKey: .predictions) {
      predictions = values.map { .number($0) }
    } else {
      predictions = try container.decode([[Double]].self, forKey: .predictions)
        .map { .numbers($0) }
    }
  }
}

extension Predictions.Answer: CustomStringConvertible {
  /// The prediction as text: values with spaces between them.
  public var description: String {
    switch self {
    case .label(let label): label.description
    case .labels(let labels): labels.map(String.init).joined(separator: " ")
    case .number(let number): "\(number)"
    case .numbers(let numbers): numbers.map { "\($0)" }.joined(separator: " ")
    case .outputs(let labels): labels.map(\.description).joined(separator: " ")
    }
  }
}

extension Model {
  /// Predicts as scikit-learn's `predict` does, and as its `predict_proba` if asked.
  ///
  /// - Parameters:
  ///   - data: The rows.
  ///   - probabilities: Whether to return a classifier's outputs too.
  /// - Returns: One prediction for each row, and what was assumed for it.
  /// - Throws: ``CoefsError``, where the rows do not fit the network, and where
  ///   predictions depend on what neither the file nor the options say (`SklearnError/unstated(_:)`).
  public func predict(
    _ data: Dataset, probabilities: Bool = false
  ) throws(CoefsError) -> Predictions {
    try demandStated()
    return try predict(data, with: computed(), probabilities: probabilities)
  }

  /// Demands that the file or the options say what predictions depend on.
  ///
  /// - Throws: ``CoefsError`` of `SklearnError/unstated(_:)`.
  package func demandStated() throws(CoefsError) {
    let unstated = ensemble == nil ? weights.outline.unsupportedAssumptions : []
    guard unstated.isEmpty else { throw CoefsError(file, SklearnError.unstated(unstated)) }
  }

  /// What was assumed for predictions, one sentence each.
  package var assumptionTexts: [String] {
    weights.assumptions.map { assumption in
      switch assumption {
      case .activation:
        "the hidden activation is not stored; assumed \(weights.activation.activation.rawValue)"
      case .outActivation:
        "the output activation is not stored; assumed \(weights.outActivation.activation.rawValue)"
      }
    }
  }

  /// The same with a model that is ready to compute.
  package func predict(
    _ data: Dataset, with computed: ComputedModel, probabilities: Bool = false
  ) throws(CoefsError) -> Predictions {
    switch computed {
    case .network(let network):
      return predictions(data, try evaluate(network, data), probabilities: probabilities)
    case .ensemble(let network):
      return predictions(
        data, of: network.ensemble, try outputs(network, data), probabilities: probabilities)
    }
  }

  /// The predictions for rows that have been evaluated.
  package func predictions(_ evaluation: Evaluation) -> Predictions {
    if let ensemble, let combined = evaluation.combined {
      return predictions(evaluation.data, of: ensemble, combined, probabilities: false)
    }
    return predictions(
      evaluation.data, weights.outActivation.activation(evaluation.sums), probabilities: false)
  }

  private func predictions(
    _ data: Dataset, _ output: Matrix<Double>, probabilities: Bool
  ) -> Predictions {
    let labels = labels
    var answers: [Predictions.Answer] = []
    var rows: [[Double]] = []
    for index in 0..<output.rows {
      let row = output.slice(index)
      if weights.task == .regressor {
        answers.append(
          row.count == 1 && !weights.outline.givesRows
            ? .number(output[index, 0]) : .numbers(Array(row)))
      } else if isMultilabel {
        answers.append(.labels(row.map { $0 > 0.5 ? 1 : 0 }))
      } else {
        answers.append(.label(labels[labelIndex(in: row, of: labels.count)]))
      }
      if probabilities, weights.task == .classifier {
        rows.append(row.count == 1 ? [1 - output[index, 0], output[index, 0]] : Array(row))
      }
    }
    return Predictions(
      rows: [data.rows.lowerBound, data.rows.upperBound],
      classes: weights.task == .classifier ? labels : nil, predictions: answers,
      probabilities: probabilities && weights.task == .classifier ? rows : nil,
      detected: data.detected, assumed: weights.assumptions, notes: notes)
  }
}
