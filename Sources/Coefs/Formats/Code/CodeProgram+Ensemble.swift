import MLP
import Sklearn

/// Stages whose outputs are a score for each class, or the values of a regressor; then the place of the label, where
/// it is not that of the maximum.
private struct Scored {
  typealias Stage = CodeProgram.Stage

  var stages: [Stage]
  /// The number of scores.
  var width: Int
  var hasPlace = false

  /// The scores alone.
  var scores: [Stage] { hasPlace ? stages + [.select(Array(0..<width))] : stages }

  /// The place of the label alone.
  var place: [Stage] { stages + (hasPlace ? [.select([width])] : [.place(.first)]) }

  /// The place of the label as 1 in one of so many columns, by the places of its own classes.
  func oneHot(_ places: [Int], width: Int) -> [Stage] {
    let encoding = InputTransform.Encoding(
      categories: places.indices.map(Double.init), codes: places.map(Double.init), unknown: nil,
      width: width)
    return place + [.encode([encoding], isOneHot: true)]
  }

  /// 1 − p and p of a row of one value.
  static let twoColumns = Stage.branches([
    [.arithmetic(.multiply, [-1]), .arithmetic(.add, [1])], [],
  ])
}

extension CodeProgram {
  /// The stages of an ensemble, in the order in which scikit-learn computes.
  ///
  /// - Throws: ``ModelError`` for what the code cannot express.
  static func stages(
    of ensemble: Ensemble
  ) throws(ModelError) -> (stages: [Stage], outputs: Int, hasPlace: Bool) {
    let scored = try scored(ensemble)
    return (scored.stages, scored.width, scored.hasPlace)
  }

  /// Why an ensemble cannot be written; `nil` where it can.
  static func refusal(of ensemble: Ensemble) -> ModelError? {
    do throws(ModelError) {
      _ = try scored(ensemble)
      return nil
    } catch {
      return error
    }
  }

  /// The stages of a network: its preprocessing, and its layers.
  ///
  /// - Parameter output: The activation of the outputs; `nil` for the network's own.
  static func stages(
    of weights: SklearnWeights, output: Activation? = nil
  ) throws(ModelError) -> [Stage] {
    var result: [Stage] = []
    if let transform = weights.inputTransform { result = try stages(transform) + [.demandFinite] }
    var network = weights.mlp()
    if let output { network = network.replacing(output: output) }
    for layer in network.layers {
      result.append(
        .dense(Array(layer.weights), biases: Array(layer.biases), inputs: layer.inputs))
      switch layer.activation {
      case .identity: break
      case .softmax: result.append(.softmax)
      case .logistic: result.append(.function(.logistic))
      case .tanh: result.append(.function(.tanh))
      case .relu: result.append(.function(.relu))
      case .exp: result.append(.function(.exp))
      }
    }
    return result
  }

  private static func scored(_ member: Ensemble.Member) throws(ModelError) -> Scored {
    switch member {
    case .ensemble(let ensemble): return try scored(ensemble)
    case .network(let weights):
      let stages = try stages(of: weights)
      let outputs = weights.layerSizes[weights.layerSizes.count - 1]
      guard weights.task == .classifier, outputs == 1 else {
        return Scored(stages: stages, width: outputs)
      }
      return Scored(stages: stages + [Scored.twoColumns], width: 2)
    }
  }

  private static func scored(_ ensemble: Ensemble) throws(ModelError) -> Scored {
    var scored = try combined(ensemble)
    if let transform = ensemble.transform {
      scored.stages = try stages(transform) + [.demandFinite] + scored.stages
    }
    return scored
  }

  /// The members' outputs made one.
  private static func combined(_ ensemble: Ensemble) throws(ModelError) -> Scored {
    let width = ensemble.outputs
    switch ensemble.rule {
    case .average(let weights):
      var parts: [[Stage]] = []
      for (index, member) in ensemble.members.enumerated() {
        let (scored, places) = (try scored(member), ensemble.places(of: index))
        if !member.hasProbabilities, ensemble.task == .classifier {
          parts.append(scored.oneHot(places, width: width))
        } else {
          parts.append(scored.scores + spread(places, width: width))
        }
      }
      let total = weights.reduce(0, +)
      return Scored(
        stages: [
          .branches(parts), .weightedSum(weights, width: width),
          .arithmetic(.divide, Array(repeating: total, count: width)),
        ], width: width)
    case .vote(let weights):
      var parts: [[Stage]] = []
      for (index, member) in ensemble.members.enumerated() {
        parts.append(try scored(member).oneHot(ensemble.places(of: index), width: width))
      }
      return Scored(
        stages: [.branches(parts), .weightedSum(weights, width: width)], width: width)
    case .oneVsRest(let isMultilabel):
      var parts: [[Stage]] = []
      for member in ensemble.members {
        let scored = try scored(member)
        parts.append(scored.stages + [.select([scored.width - 1])])
      }
      let shares = Stage.branches(parts)
      if isMultilabel { return Scored(stages: [shares], width: width) }
      // Above one half, and not the maximum: the two differ in the last digit.
      let isBinary = parts.count == 1
      return placed(
        [shares], [isBinary ? Scored.twoColumns : .normalize(.sum)],
        [.place(isBinary ? .above(0.5) : .last)], width: width)
    case .separate:
      guard ensemble.task == .regressor else {
        throw .notInFormat(
          ensemble.name, format: "source code", problem: "a row has a label for each output")
      }
      var parts: [[Stage]] = []
      for member in ensemble.members { parts.append(try scored(member).scores) }
      return Scored(stages: [.branches(parts)], width: width)
    case .calibrated(let calibrations):
      var parts: [[Stage]] = []
      for (member, curves) in zip(ensemble.members, calibrations) {
        parts.append(try calibrated(member, curves, classes: width))
      }
      return Scored(
        stages: [
          .branches(parts), .weightedSum(Array(repeating: 1, count: parts.count), width: width),
          .arithmetic(.divide, Array(repeating: Double(parts.count), count: width)),
        ], width: width)
    case .threshold(let threshold, let positive, let ofSums):
      let member = try scored(ensemble.members[0])
      let place = Stage.place(positive == 1 ? .atLeast(threshold) : .below(threshold))
      guard ofSums else {
        return placed(member.scores, [], [.select([positive]), place], width: width)
      }
      // The sums are those of the same model.
      var sums = try responses(of: ensemble.members[0]).stages
      if positive == 0 { sums.append(.function(.negative)) }
      return placed([], member.scores, sums + [place], width: width)
    case .transformed(let operations, _):
      return Scored(
        stages: try scored(ensemble.members[0]).scores
          + stages(operations, of: ensemble.name), width: width)
    case .linear(let kind): return linear(try scored(ensemble.members[0]), kind, width: width)
    }
  }

  /// Scores, and the place of the label, both made of what some stages give.
  private static func placed(
    _ stages: [Stage], _ scores: [Stage], _ place: [Stage], width: Int
  ) -> Scored {
    Scored(stages: stages + [.branches([scores, place])], width: width, hasPlace: true)
  }

  /// Columns at their places among more columns, with 0 elsewhere.
  private static func spread(_ places: [Int], width: Int) -> [Stage] {
    guard places != Array(0..<width) else { return [] }
    var matrix = [Double](repeating: 0, count: width * places.count)
    for (column, place) in places.enumerated() { matrix[place * places.count + column] = 1 }
    return [.dense(matrix, biases: nil, inputs: places.count)]
  }

  /// The outputs of a linear model that has one sum for two classes, or one for each class.
  private static func linear(
    _ sums: Scored, _ kind: Ensemble.LinearOutputs, width: Int
  ) -> Scored {
    var shares: [Stage]
    switch kind {
    case .labelsOnly: shares = []
    case .logistic: shares = [.function(.logistic)]
    case .modifiedHuber:
      shares = [
        .clip(-1...1), .arithmetic(.add, Array(repeating: 1, count: sums.width)),
        .arithmetic(.divide, Array(repeating: 2, count: sums.width)),
      ]
    }
    if sums.width == 1 {
      shares.append(Scored.twoColumns)
    } else if kind != .labelsOnly {
      shares.append(.share)
    }
    return placed(
      sums.scores, shares, [.place(sums.width == 1 ? .above(0) : .first)], width: width)
  }

  // MARK: Calibration

  /// What a calibration is fitted on: the sums of a linear model, else the probabilities; of two classes those of the
  /// second.
  private static func responses(
    of member: Ensemble.Member
  ) throws(ModelError) -> (stages: [Stage], width: Int, areSums: Bool) {
    switch member {
    case .network(let weights):
      let isLinear = weights.outline.isLinearModel
      return (
        try stages(of: weights, output: isLinear ? .identity : nil),
        weights.layerSizes[weights.layerSizes.count - 1], isLinear
      )
    case .ensemble(let inner):
      if case .linear = inner.rule {
        var sums = try scored(inner.members[0])
        if let transform = inner.transform {
          sums.stages = try stages(transform) + [.demandFinite] + sums.stages
        }
        return (sums.scores, sums.width, true)
      }
      let scored = try scored(inner)
      guard scored.width == 2 else { return (scored.scores, scored.width, false) }
      return (scored.stages + [.select([1])], 1, false)
    }
  }

  /// The probabilities of a member after its calibration.
  private static func calibrated(
    _ member: Ensemble.Member, _ curves: [Ensemble.Calibration], classes: Int
  ) throws(ModelError) -> [Stage] {
    let (stages, width, areSums) = try responses(of: member)
    if case .temperature(let factor) = curves[0] {
      var values: [Stage] = []
      if areSums {
        if width == 1 { values = [.branches([[.function(.negative)], []])] }
      } else {
        if width == 1 { values = [Scored.twoColumns] }
        // With what scikit-learn adds, so that no logarithm is infinite.
        values += [
          .arithmetic(.add, Array(repeating: 1e-12, count: classes)), .function(.log),
        ]
      }
      return stages + values + [
        .arithmetic(.multiply, Array(repeating: factor, count: classes)), .softmax,
      ]
    }
    let parts = curves.enumerated().map { index, curve -> [Stage] in
      let response = Stage.select([index])
      switch curve {
      case .sigmoid(let a, let b):
        return [
          response, .arithmetic(.multiply, [a]), .arithmetic(.add, [b]), .function(.negative),
          .function(.logistic),
        ]
      case .isotonic(let x, let y): return [response, .interpolate(x: x, y: y)]
      case .temperature: return [response]
      }
    }
    // A share that is above 1 by a rounding.
    return stages + [
      .branches(parts), classes == 2 ? Scored.twoColumns : .share, .clip(0...1),
    ]
  }
}
