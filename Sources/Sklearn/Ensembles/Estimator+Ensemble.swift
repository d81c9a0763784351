import MLP
import NPY
import Pickle

/// The classes of scikit-learn's that combine estimators.
enum EnsembleKind: Sendable {
  case voting
  case mean
  case bagging
  case baggingRegressor
  case oneVsRest
  case separate
  case calibrated
  case threshold
  case transformedTarget
}

extension Estimator {
  /// More members than anyone has.
  private static var mostMembers: Int { 10_000 }
  private static var mostLevels: Int { 10 }

  /// Reads an estimator that combines others.
  mutating func read<Objects: StoredObjects>(
    _ model: StoredInstance<Objects>, in objects: Objects, ensemble kind: EnsembleKind
  ) throws(SklearnError) {
    path = model.path
    try reading.expect(try model.count("n_features_in_"), at: path)
    let isRegressor = kind == .mean || kind == .baggingRegressor || kind == .transformedTarget
    var ownClasses: [[ClassLabels.Label]] = []
    if !isRegressor, let labels = try model.labels("classes_", in: objects, orList: true) {
      ownClasses = [labels.labels]
    }
    let members: [Ensemble.Member]
    var rule: Ensemble.Rule
    switch kind {
    case .voting, .mean:
      members = try self.members(of: model, "estimators_", in: objects)
      let weights = try weights(of: model, members.count)
      let voting = try model.word("voting", default: "hard")
      let isHard = kind == .voting && voting == "hard"
      rule = isHard ? .vote(weights) : .average(weights)
    case .bagging, .baggingRegressor:
      members = try self.members(
        of: model, "estimators_", in: objects, columns: "estimators_features_")
      let weights = Array(repeating: 1.0, count: members.count)
      rule = .average(weights)
    case .oneVsRest:
      members = try self.members(of: model, "estimators_", in: objects)
      let binarizer = try part("label_binarizer_", of: model, in: objects)
      let type = try binarizer.text("y_type_") ?? "multiclass"
      guard let labels = try binarizer.labels("classes_", in: objects) else {
        throw .notFitted(binarizer.path, missing: "classes_")
      }
      ownClasses = [labels.labels]
      let isMultilabel = type.hasPrefix("multilabel")
      guard members.count == labels.labels.count || !isMultilabel && members.count == 1 else {
        throw .contradiction(
          "\(path).estimators_", value: "\(members.count) estimators",
          with: "label_binarizer_ has \(labels.labels.count) classes")
      }
      for member in members where member.classes.count != 2 {
        throw .badObject("\(path).estimators_", problem: "has a member with other than two classes")
      }
      rule = .oneVsRest(isMultilabel: isMultilabel)
    case .separate:
      members = try self.members(of: model, "estimators_", in: objects)
      let tasks = Set(members.map { $0.classes.isEmpty })
      guard tasks.count == 1 else {
        throw .badObject("\(path).estimators_", problem: "mixes classifiers and regressors")
      }
      ownClasses = tasks.first == true ? [] : members.map(\.classes)
      rule = .separate
    case .calibrated: (members, rule) = try calibrated(model, in: objects)
    case .threshold:
      members = [try member(of: model, "estimator_", in: objects)]
      ownClasses = [members[0].classes]
      rule = try threshold(model, of: members[0])
    case .transformedTarget:
      members = [try member(of: model, "regressor_", in: objects)]
      rule = .transformed(
        try model.attribute("transformer_").map { node throws(SklearnError) in
          try reading.inverse(of: node, columns: members[0].outputs)
        } ?? [], givesRows: try model.count("_training_dim") == 2)
    }
    let found = Ensemble(
      name: model.kind.name, transform: nil, members: members, rule: rule, classes: ownClasses)
    try check(found)
    ensemble = found
  }

  /// Checks that the members fit each other.
  private func check(_ ensemble: Ensemble) throws(SklearnError) {
    let members = ensemble.members
    let lengths = Set(members.map(\.inputs))
    guard lengths.count == 1 else {
      throw .badObject(path, problem: "has members of \(lengths.sorted()) inputs")
    }
    if let column = ensemble.demands.contradiction {
      throw .badObject(path, problem: "takes column \(column) for texts and for numbers")
    }
    let isClassifier = ensemble.task == .classifier
    for member in members where member.classes.isEmpty == isClassifier {
      throw .badObject(
        path,
        problem: isClassifier
          ? "has a member that is a regressor" : "has a member that is a classifier")
    }
    switch ensemble.rule {
    case .average, .vote:
      let count = isClassifier ? ensemble.classes[0].count : members[0].outputs
      for member in members {
        guard isClassifier ? member.classes.count <= count : member.outputs == count else {
          throw .badObject(path, problem: "has members of different outputs")
        }
        // A member that knows fewer classes names them by their places.
        guard isClassifier, member.classes.count < count else { continue }
        for label in member.classes {
          guard case .integer(let place) = label.canonical, 0..<Int64(count) ~= place else {
            throw .badObject(path, problem: "has a member with the class \(label)")
          }
        }
      }
    default: break
    }
  }

  // MARK: Members

  /// The only instance under an attribute.
  private func part<Objects: StoredObjects>(
    _ name: String, of model: StoredInstance<Objects>, in objects: Objects
  ) throws(SklearnError) -> StoredInstance<Objects> {
    guard let node = model.node(name) else { throw .notFitted(path, missing: name) }
    return try StoredInstance(objects, objects.value(of: node), path: "\(path).\(name)")
  }

  /// The estimator under an attribute.
  private mutating func member<Objects: StoredObjects>(
    of model: StoredInstance<Objects>, _ name: String, in objects: Objects
  ) throws(SklearnError) -> Ensemble.Member {
    guard let node = model.node(name) else { throw .notFitted(path, missing: name) }
    return try member(at: node, "\(path).\(name)", in: objects, columns: nil)
  }

  /// The estimators in a list.
  ///
  /// - Parameter columns: The attribute with the columns that each takes.
  private mutating func members<Objects: StoredObjects>(
    of model: StoredInstance<Objects>, _ name: String, in objects: Objects, columns: String? = nil
  ) throws(SklearnError) -> [Ensemble.Member] {
    guard let items = try model.items(name) else { throw .notFitted(path, missing: name) }
    guard !items.isEmpty else { throw .badObject("\(path).\(name)", problem: "is empty") }
    guard items.count <= Self.mostMembers else {
      throw .badObject(
        "\(path).\(name)", problem: "has \(items.count) members; \(Self.mostMembers) are read")
    }
    let selections = try columns.map { columns throws(SklearnError) in try model.rows(columns) }
    if let selections, selections.count != items.count {
      throw .badObject("\(path).\(columns ?? "")", problem: "is not one for each member")
    }
    var members: [Ensemble.Member] = []
    for (index, item) in items.enumerated() {
      members.append(
        try member(
          at: item, "\(path).\(name)[\(index)]", in: objects,
          columns: selections.map { $0[index].map { Int(exactly: $0) ?? -1 } }))
    }
    return members
  }

  /// The estimator at a node, on the present columns.
  private mutating func member<Objects: StoredObjects>(
    at node: Objects.Node, _ path: String, in objects: Objects, columns: [Int]?
  ) throws(SklearnError) -> Ensemble.Member {
    var inner = Estimator(byteCount: 0, looksThroughUnknown: looksThroughUnknown)
    inner.level = level + 1
    guard inner.level <= Self.mostLevels else {
      throw .badObject(path, problem: "is in more than \(Self.mostLevels) others")
    }
    inner.remainingBytes = remainingBytes
    inner.reading = reading.forMember()
    if let columns { try inner.reading.select(columns, at: path) }
    try inner.read(objects, node, path)
    guard inner.isRead else {
      throw .noEstimator(path: path, found: "preprocessing without a network after it")
    }
    remainingBytes = inner.remainingBytes
    reading.learn(from: inner.reading)
    return try inner.member
  }

  /// What was read, as a member of an ensemble.
  private var member: Ensemble.Member {
    get throws(SklearnError) {
      if var ensemble {
        if let preprocessing {
          ensemble.transform = try preprocessing.transform(before: ensemble.inputs)
        }
        return .ensemble(ensemble)
      }
      var weights = try SklearnWeights(
        self, options: SklearnWeights.Options(), classes: classes)
      if let preprocessing { try weights.outline.put(preprocessing) }
      return .network(weights)
    }
  }

  // MARK: Attributes

  /// A weight for each member.
  private func weights(
    of model: some FittedStep, _ count: Int
  ) throws(SklearnError) -> [Double] {
    guard let node = model.attribute("weights") else { return Array(repeating: 1, count: count) }
    var weights: [Double]
    switch node.value() {
    case .array: weights = try model.vector("weights")
    case .list(let parts):
      weights = parts.compactMap(\.number)
      guard weights.count == parts.count else { throw model.wrong("weights", "numbers") }
    default: throw model.wrong("weights", "numbers")
    }
    // A member that is left out has a weight all the same.
    if let members = try? model.namedSteps("estimators"), members.count == weights.count {
      weights = zip(members, weights).filter {
        $0.0.step.text != "drop" && !$0.0.step.isNone
      }.map(\.1)
    }
    guard weights.count == count, weights.allSatisfy(\.isFinite), weights.reduce(0, +) != 0 else {
      throw model.wrong("weights", "a number for each member")
    }
    return weights
  }

  /// The members of a `CalibratedClassifierCV`, and their calibrations.
  private mutating func calibrated<Objects: StoredObjects>(
    _ model: StoredInstance<Objects>, in objects: Objects
  ) throws(SklearnError) -> ([Ensemble.Member], Ensemble.Rule) {
    guard let items = try model.items("calibrated_classifiers_"), !items.isEmpty else {
      throw .notFitted(path, missing: "calibrated_classifiers_")
    }
    guard items.count <= Self.mostMembers else {
      throw .badObject(path, problem: "has \(items.count) members; \(Self.mostMembers) are read")
    }
    var members: [Ensemble.Member] = []
    var calibrations: [[Ensemble.Calibration]] = []
    for (index, item) in items.enumerated() {
      let one = try StoredInstance(
        objects, objects.value(of: item), path: "\(path).calibrated_classifiers_[\(index)]")
      let names = ["estimator", "base_estimator"].filter { one.node($0) != nil }
      guard let name = names.first, let node = one.node(name) else {
        throw .notFitted(one.path, missing: "estimator")
      }
      let found = try member(at: node, "\(one.path).\(name)", in: objects, columns: nil)
      let list = one.has("calibrators") ? "calibrators" : "calibrators_"
      var curves: [Ensemble.Calibration] = []
      for part in try one.parts(list) {
        guard case .object(let curve) = part.value() else {
          throw .badObject(part.path, problem: "is no calibration")
        }
        curves.append(try calibration(curve))
      }
      let classes = found.classes.count
      // Two classes have one curve, and a temperature is one for all.
      var fits = classes > 1 && curves.count == (classes == 2 ? 1 : classes)
      if case .temperature = curves.first, curves.count == 1 { fits = classes > 1 }
      guard fits else {
        throw .badObject(
          one.path, problem: "has \(curves.count) calibrations for \(classes) classes")
      }
      members.append(found)
      calibrations.append(curves)
    }
    return (members, .calibrated(calibrations))
  }

  private func calibration(
    _ curve: any FittedStep
  ) throws(SklearnError) -> Ensemble.Calibration {
    switch curve.kind.name {
    case "_SigmoidCalibration":
      return .sigmoid(a: try curve.fitted("a_"), b: try curve.fitted("b_"))
    case "_TemperatureScaling":
      return .temperature(try curve.fitted("beta_"))
    case "IsotonicRegression":
      let (x, y) = (try curve.vector("X_thresholds_"), try curve.vector("y_thresholds_"))
      guard x.count == y.count, !x.isEmpty else {
        throw curve.wrong("y_thresholds_", "a vector as long as X_thresholds_")
      }
      return .isotonic(x: x, y: y)
    default:
      throw .unknownStep(curve.path, kind: curve.kind.description, problem: nil)
    }
  }

  /// The threshold of a classifier that has one of its own.
  private func threshold(
    _ model: some FittedStep, of member: Ensemble.Member
  ) throws(SklearnError) -> Ensemble.Rule {
    let classes = member.classes
    guard classes.count == 2 else {
      throw .badObject(path, problem: "has a threshold for \(classes.count) classes")
    }
    let method = try model.word("response_method", default: "auto")
    let ofSums = method == "decision_function" || method == "auto" && !member.hasProbabilities
    guard ["auto", "predict_proba", "decision_function"].contains(method),
      !ofSums || member.hasSums
    else {
      throw .unknownStep(
        path, kind: model.kind.description, problem: "its threshold is one of \(method)")
    }
    var threshold = ofSums ? 0 : 0.5
    if model.has("best_threshold_") {
      threshold = try model.number("best_threshold_", default: threshold)
    } else if model.attribute("threshold")?.text != "auto" {
      threshold = try model.number("threshold", default: threshold)
    }
    // The label that counts as positive: that of the search for the threshold, else the second.
    var positive = model.attribute("pos_label")
    if positive == nil, case .object(let scorer)? = model.attribute("_curve_scorer")?.value(),
      case .dictionary(let arguments)? = scorer.attribute("_kwargs")?.value()
    {
      positive = arguments["pos_label"]
    }
    guard let positive, !positive.isNone else {
      return .threshold(threshold, positive: 1, ofSums: ofSums)
    }
    let label: ClassLabels.Label? =
      switch positive.value() {
      case .text(let text): .text(text)
      case .integer(let value): .integer(value)
      case .boolean(let value): .boolean(value)
      case .number(let value): .number(value)
      default: nil
      }
    guard let label, let place = classes.firstIndex(where: { $0.canonical == label.canonical })
    else { throw model.wrong("pos_label", "one of the classes") }
    return .threshold(threshold, positive: place, ofSums: ofSums)
  }
}

extension FittedStep {
  /// A number that fitting sets: without it every probability would be NaN.
  fileprivate func fitted(_ name: String) throws(SklearnError) -> Double {
    let value = try number(name, default: .nan)
    guard value.isFinite else {
      throw has(name) ? wrong(name, "a finite number") : .notFitted(path, missing: name)
    }
    return value
  }
}

extension StepNode {
  /// Whether it is `None`.
  var isNone: Bool {
    if case .none = value() { true } else { false }
  }
}

extension StepReading {
  /// Reading of an estimator that starts with the present columns.
  func forMember() -> StepReading {
    var member = self
    member.restart()
    return member
  }

  /// The operations that undo a fitted transformer of targets.
  ///
  /// - Parameter columns: The number of target values.
  func inverse(
    of node: StepNode, columns: Int
  ) throws(SklearnError) -> [InputTransform.Operation] {
    guard case .object(let step) = node.value() else {
      throw .noEstimator(path: node.path, found: node.value().kind)
    }
    switch KnownClass.role(of: step.kind) {
    case .pipeline?:
      var operations: [InputTransform.Operation] = []
      for (_, part) in try step.namedSteps("steps").reversed() {
        if part.isNone || part.text == "passthrough" { continue }
        operations += try inverse(of: part, columns: columns)
      }
      return operations
    case .step(let known)?:
      guard step.kind.name != "FunctionTransformer" else {
        return try step.function("inverse_func").map { [.function($0)] } ?? []
      }
      var targets = StepReading(byteCount: 1 << 20)
      try targets.expect(columns, at: step.path)
      var forward = try known.read(step, &targets)
      // What is clipped on the way in is not on the way back.
      forward.removeAll { if case .clip = $0 { true } else { false } }
      return try forward.reversed().map { operation throws(SklearnError) in
        guard let inverse = operation.inverse else {
          throw .unknownStep(
            step.path, kind: step.kind.description, problem: "it has no inverse")
        }
        return inverse
      }
    default: throw .unknownStep(step.path, kind: step.kind.description, problem: nil)
    }
  }
}
