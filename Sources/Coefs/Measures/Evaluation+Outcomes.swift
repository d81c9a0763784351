import MLP
import Sklearn

extension Model {
  /// The predictions for rows that have been evaluated, next to the targets.
  ///
  /// - Throws: ``CoefsError``, where targets and network do not fit.
  package func outcomes(_ evaluation: Evaluation) throws(CoefsError) -> Outcomes {
    let data = evaluation.data
    let combined = evaluation.combined
    let outputs = combined?.scores ?? weights.outActivation.activation(evaluation.sums)
    switch data.targets {
    case .none: throw CoefsError(data.name, DataError.noTargets)
    case .labels(let labels) where task == .classifier:
      return .classes(
        classOutcomes(
          try classIndices(labels, in: data.name), outputs, predicted: combined?.labels))
    case .labels(let labels):
      var values = ContiguousArray<Double>()
      for label in labels { values.append(try label.number(in: data.name)) }
      return .values(ValueOutcomes(predictions: outputs, targets: values))
    case .values(let matrix) where task == .regressor:
      return .values(ValueOutcomes(predictions: outputs, targets: matrix.values))
    case .values(let matrix) where isMultilabel:
      return .labels(
        LabelOutcomes(
          labels: labels, targets: ContiguousArray(matrix.values.lazy.map { $0 == 1 }),
          scores: outputs))
    case .values(let matrix):
      return .classes(
        classOutcomes(
          (0..<matrix.rows).map { argmax(matrix.slice($0)) }, outputs, predicted: combined?.labels))
    }
  }

  /// How targets of other values than 0 and 1 are taken for classes or labels; `nil` for all others.
  func note(on targets: Dataset.Targets) -> String? {
    guard task == .classifier, case .values(let matrix) = targets,
      !matrix.values.allSatisfy({ $0 == 0 || $0 == 1 })
    else { return nil }
    return "the targets have other values than 0 and 1: "
      + (isMultilabel
        ? "a label applies where the target is 1" : "the class of a row is the maximum of them")
  }

  private func classOutcomes(
    _ targets: [Int], _ outputs: Matrix<Double>, predicted: [Int]?
  ) -> ClassOutcomes {
    let labels = labels
    let isVote = ensemble.map { !$0.hasProbabilities } ?? false
    return ClassOutcomes(
      labels: labels, targets: targets,
      predicted: predicted.flatMap { $0.isEmpty ? nil : $0 }
        ?? (0..<outputs.rows).map { labelIndex(in: outputs.slice($0), of: labels.count) },
      scores: isVote ? nil : outputs,
      missing: isVote ? "\(ensemble?.name ?? "") gives labels without probabilities" : nil)
  }

  /// What was assumed for predictions and their labels, one sentence each.
  package var allAssumptionTexts: [String] {
    guard ensemble == nil else { return [] }
    guard task == .classifier, weights.classes == nil, !isMultilabel else {
      return assumptionTexts
    }
    return assumptionTexts + [
      "the classes are not stored; assumed \(labels.prefix(12).map(\.description).joined(separator: ", "))"
        + (labels.count > 12 ? ", …" : "")
    ]
  }
}
