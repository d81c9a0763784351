import MLP
import Sklearn

/// A model that is ready to compute: its network, or the networks of an ensemble.
package enum ComputedModel: Sendable {
  /// One network.
  case network(MLP<Double>)
  /// Several networks whose outputs are combined.
  case ensemble(EnsembleNetwork)
}

extension Model {
  /// The estimators that are combined, where the file holds an ensemble: ``weights`` are those of the first network
  /// then, and predicting uses all.
  public var ensemble: Ensemble? { weights.outline.ensemble }

  /// The length of a row, before any preprocessing.
  public var inputs: Int { weights.outline.rowLength }

  /// The model, ready to compute.
  package func computed() -> ComputedModel {
    ensemble.map { .ensemble(EnsembleNetwork($0)) } ?? .network(weights.mlp())
  }

  /// Demands a single network, for what is done with weights.
  ///
  /// - Throws: ``CoefsError`` of `ModelError/ensemble(_:networks:)`.
  package func demandNetwork() throws(CoefsError) {
    guard let ensemble else { return }
    throw CoefsError(file, ModelError.ensemble(ensemble.name, networks: ensemble.networkCount))
  }

  /// The outputs of an ensemble for rows.
  func outputs(
    _ network: EnsembleNetwork, _ data: Dataset
  ) throws(CoefsError) -> EnsembleNetwork.Outputs {
    guard data.inputs.columns == inputs else {
      throw CoefsError(
        data.name, DataError.wrongWidth(expected: inputs, found: data.inputs.columns))
    }
    do { return try network.evaluate(data.inputs) } catch { throw problem(error, data) }
  }

  /// The error of rows that cannot be evaluated.
  func problem(_ error: MLPError, _ data: Dataset) -> CoefsError {
    rowInputs.problem(error, first: data.rows.lowerBound, lines: data.lines).map {
      CoefsError(data.name, $0)
    }
      ?? CoefsError(file, error)
  }

  /// The predictions that the outputs of an ensemble are.
  func predictions(
    _ data: Dataset, of ensemble: Ensemble, _ outputs: EnsembleNetwork.Outputs,
    probabilities: Bool
  ) -> Predictions {
    let scores = outputs.scores
    let isClassifier = ensemble.task == .classifier
    var answers: [Predictions.Answer] = []
    for row in 0..<scores.rows {
      let values = scores.row(row)
      if !isClassifier {
        answers.append(
          values.count == 1 && !ensemble.givesRows ? .number(values[0]) : .numbers(values))
      } else if ensemble.classes.count > 1 {
        answers.append(.outputs(ensemble.labels(in: values)))
      } else if ensemble.isMultilabel {
        answers.append(.labels(values.map { $0 > 0.5 ? 1 : 0 }))
      } else {
        answers.append(.label(ensemble.classes[0][outputs.labels[row]]))
      }
    }
    let given = probabilities && isClassifier && ensemble.hasProbabilities
    return Predictions(
      rows: [data.rows.lowerBound, data.rows.upperBound],
      classes: isClassifier ? labels : nil, predictions: answers,
      probabilities: given ? (0..<scores.rows).map { scores.row($0) } : nil,
      detected: data.detected, assumed: [], notes: notes)
  }
}

extension Ensemble {
  /// The label of each output of several.
  func labels(in scores: [Double]) -> [ClassLabels.Label] {
    var start = 0
    return classes.map { classes in
      defer { start += classes.count }
      let part = scores[start..<start + classes.count]
      // Of two classes the second only above one half, as of a network with one output.
      return classes[classes.count == 2 ? (part[start + 1] > 0.5 ? 1 : 0) : argmax(part)]
    }
  }
}
