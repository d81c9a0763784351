import MLP
import ONNX
import Sklearn

// The rules of ensembles, in the order of operations of `EnsembleNetwork`.

extension ONNXBuilder {
  /// Adds an ensemble.
  ///
  /// - Parameter networks: The networks of its members, which are taken from the front.
  mutating func apply(
    _ ensemble: Ensemble, _ networks: inout ArraySlice<Network>, _ rows: Columns
  ) throws(ModelError) -> Scores {
    var rows = rows
    if let transform = ensemble.transform { rows = try apply(transform, to: rows) }
    switch ensemble.rule {
    case .average(let weights):
      let total = try sum(ensemble, &networks, rows, weights, ofLabels: false)
      let mean = node("Div", [total.name, try number(weights.reduce(0, +))])
      return Scores(columns: Columns(name: mean, width: total.width))
    case .vote(let weights):
      return Scores(columns: try sum(ensemble, &networks, rows, weights, ofLabels: true))
    case .oneVsRest(let isMultilabel):
      var shares: [Columns] = []
      for member in ensemble.members {
        let scores = try apply(member, &networks, rows).columns
        shares.append(columns([scores.width - 1], of: scores))
      }
      return try oneVsRest(joined(shares), isMultilabel)
    case .separate:
      var parts: [Columns] = []
      for member in ensemble.members {
        parts.append(try apply(member, &networks, rows).columns)
      }
      return Scores(columns: joined(parts))
    case .calibrated(let calibrations):
      return try calibrate(ensemble, &networks, rows, calibrations)
    case .threshold(let threshold, let positive, let ofSums):
      // Both the sums and the scores are made of the same networks.
      var again = networks
      let scores = try apply(ensemble.members[0], &networks, rows)
      var response = columns([positive], of: scores.columns).name
      if ofSums {
        let sums = try responses(of: ensemble.members[0], &again, rows).values.name
        response = positive == 1 ? sums : node("Neg", [sums])
      }
      let isBelow = node("Less", [response, try number(threshold)])
      return Scores(
        columns: scores.columns,
        place: place(where: positive == 1 ? node("Not", [isBelow]) : isBelow))
    case .transformed(let operations, _):
      let values = try apply(ensemble.members[0], &networks, rows).columns
      return Scores(columns: try apply(operations, of: ensemble.name, to: values))
    case .linear(let kind):
      return try linear(try apply(ensemble.members[0], &networks, rows).columns, kind)
    }
  }

  /// 1 where a condition of one column holds, as a place.
  private mutating func place(where condition: String) -> String {
    let integer = ONNXFile.Setting("to", .integer(Int64(ONNXElementType.int64.rawValue)))
    return node("Squeeze", [node("Cast", [condition], [integer]), integers([1], [1])])
  }

  /// Adds a member; a binary network has two columns.
  private mutating func apply(
    _ member: Ensemble.Member, _ networks: inout ArraySlice<Network>, _ rows: Columns
  ) throws(ModelError) -> Scores {
    switch member {
    case .ensemble(let inner): return try apply(inner, &networks, rows)
    case .network(let weights):
      guard let network = networks.popFirst() else {
        preconditionFailure("there is a network for each member")
      }
      let values = try layers(network, rows)
      let isBinary = weights.task == .classifier && values.width == 1
      return Scores(columns: isBinary ? try twoColumns(values) : values)
    }
  }

  // MARK: The rules

  /// The sum of the members' probabilities, or of 1 for their labels, each times its weight.
  private mutating func sum(
    _ ensemble: Ensemble, _ networks: inout ArraySlice<Network>, _ rows: Columns,
    _ weights: [Double], ofLabels: Bool
  ) throws(ModelError) -> Columns {
    let width = ensemble.outputs
    var total: Columns?
    for (index, member) in ensemble.members.enumerated() {
      let scores = try apply(member, &networks, rows)
      let places = ensemble.places(of: index)
      var part: Columns
      if ofLabels || !member.hasProbabilities {
        let label = try numbers(places.map(Double.init), at: place(of: scores))
        part = try oneHot(label, width: width)
      } else {
        part = scores.columns
        if places != Array(0..<width) {
          // The column after the last is 0, for the classes that the member does not know.
          let zeros = node("Pad", [part.name, integers([0, 0, 0, 1], [4]), try numbers([0], [])])
          let own = Dictionary(
            places.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { $1 })
          part = columns(
            (0..<width).map { own[$0] ?? part.width },
            of: Columns(name: zeros, width: part.width + 1))
        }
      }
      if weights[index] != 1 {
        part = Columns(name: node("Mul", [part.name, try number(weights[index])]), width: width)
      }
      total = total.map { Columns(name: node("Add", [$0.name, part.name]), width: width) } ?? part
    }
    guard let total else { preconditionFailure("an ensemble has a member") }
    return total
  }

  private mutating func oneVsRest(
    _ shares: Columns, _ isMultilabel: Bool
  ) throws(ModelError) -> Scores {
    if isMultilabel { return Scores(columns: shares) }
    if shares.width == 1 {
      // Above one half, and not the maximum: the two differ in the last digit.
      let isAbove = node("Greater", [shares.name, try number(0.5)])
      return Scores(columns: try twoColumns(shares), place: place(where: isAbove))
    }
    // The last of equal ones, as scikit-learn has it here.
    let place = node(
      "ArgMax", [shares.name],
      [
        .init("axis", .integer(1)), .init("keepdims", .integer(0)),
        .init("select_last_index", .integer(1)),
      ])
    let name = node("Div", [shares.name, reduce("ReduceSum", shares.name)])
    return Scores(columns: Columns(name: name, width: shares.width), place: place)
  }

  /// The shares of each row divided by their total, or all the same where it is 0.
  private mutating func share(_ shares: Columns) throws(ModelError) -> Columns {
    let total = reduce("ReduceSum", shares.name)
    let isNone = mask(node("Equal", [total, try number(0)]))
    let divided = node("Div", [shares.name, try select(isNone, try number(1), total)])
    let same = node("Mul", [isNone, try number(1 / Double(shares.width))])
    return Columns(name: node("Add", [divided, same]), width: shares.width)
  }

  /// The outputs of a linear model that has one sum for two classes, or one for each class.
  private mutating func linear(
    _ sums: Columns, _ kind: Ensemble.LinearOutputs
  ) throws(ModelError) -> Scores {
    let label =
      sums.width == 1
      ? place(where: node("Greater", [sums.name, try number(0)])) : place(sums.name)
    var shares = sums
    switch kind {
    case .labelsOnly: break
    case .logistic: shares = Columns(name: node("Sigmoid", [sums.name]), width: sums.width)
    case .modifiedHuber:
      let limited = node("Min", [node("Max", [sums.name, try number(-1)]), try number(1)])
      let share = node("Div", [node("Add", [limited, try number(1)]), try number(2)])
      shares = Columns(name: share, width: sums.width)
    }
    if sums.width == 1 {
      shares = try twoColumns(shares)
    } else if kind != .labelsOnly {
      shares = try share(shares)
    }
    return Scores(columns: shares, place: label)
  }

  // MARK: Calibration

  /// What a calibration is fitted on: the sums of a linear model, else the probabilities; of two classes those of the
  /// second.
  private mutating func responses(
    of member: Ensemble.Member, _ networks: inout ArraySlice<Network>, _ rows: Columns
  ) throws(ModelError) -> (values: Columns, areSums: Bool) {
    switch member {
    case .network(let weights):
      guard let network = networks.popFirst() else {
        preconditionFailure("there is a network for each member")
      }
      let isLinear = weights.outline.isLinearModel
      return (try layers(network, rows, output: isLinear ? .identity : nil), isLinear)
    case .ensemble(let inner):
      if case .linear = inner.rule {
        var rows = rows
        if let transform = inner.transform { rows = try apply(transform, to: rows) }
        return (try apply(inner.members[0], &networks, rows).columns, true)
      }
      let scores = try apply(inner, &networks, rows).columns
      return (scores.width == 2 ? columns([1], of: scores) : scores, false)
    }
  }

  private mutating func calibrate(
    _ ensemble: Ensemble, _ networks: inout ArraySlice<Network>, _ rows: Columns,
    _ calibrations: [[Ensemble.Calibration]]
  ) throws(ModelError) -> Scores {
    let classes = ensemble.outputs
    var total: String?
    for (member, curves) in zip(ensemble.members, calibrations) {
      let (responses, areSums) = try responses(of: member, &networks, rows)
      let shares = try calibrate(responses, areSums, curves, classes: classes)
      total = total.map { node("Add", [$0, shares]) } ?? shares
    }
    guard let total else { preconditionFailure("an ensemble has a member") }
    let mean = node("Div", [total, try number(Double(ensemble.members.count))])
    return Scores(columns: Columns(name: mean, width: classes))
  }

  private mutating func calibrate(
    _ responses: Columns, _ areSums: Bool, _ curves: [Ensemble.Calibration], classes: Int
  ) throws(ModelError) -> String {
    if case .temperature(let factor) = curves[0] {
      var values = responses
      if areSums {
        if responses.width == 1 {
          values = joined([
            Columns(name: node("Neg", [responses.name]), width: 1), responses,
          ])
        }
      } else {
        let shares = responses.width == 1 ? try twoColumns(responses) : responses
        // With what scikit-learn adds, so that no logarithm is infinite.
        let raised = node("Add", [shares.name, try number(1e-12)])
        values = Columns(name: node("Log", [raised]), width: shares.width)
      }
      return node(
        "Softmax", [node("Mul", [values.name, try number(factor)])],
        [.init("axis", .integer(1))])
    }
    var parts: [Columns] = []
    for (index, curve) in curves.enumerated() {
      let response = columns([index], of: responses).name
      let share: String
      switch curve {
      case .sigmoid(let a, let b):
        let sum = node("Add", [node("Mul", [response, try number(a)]), try number(b)])
        share = node("Sigmoid", [node("Neg", [sum])])
      case .isotonic(let x, let y): share = try interpolate([(x, y)], at: response)
      case .temperature: share = response
      }
      parts.append(Columns(name: share, width: 1))
    }
    let shares =
      classes == 2 ? try twoColumns(parts[0]) : try share(joined(parts))
    return node("Min", [shares.name, try number(1)])
  }
}
