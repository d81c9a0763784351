import MLP
import NPY
import Safetensors
import Sklearn

/// What a file of a format holds of a model: its row of the table of all formats.
struct FormatContent: Sendable {
  /// Transformers before the network.
  enum Steps: Sendable {
    case nothing
    /// A mean and a scale of each input.
    case meanAndScale
    /// Any number of values to add to each input, or to multiply it with.
    case shiftsAndScales
    /// Scalers; and all others in a copy of the estimator that was read.
    case estimators
    /// What operators compute.
    case operators
    /// What source code computes without a library.
    case code
  }

  /// Activations of hidden layers that differ.
  enum Activations: Sendable {
    case one
    case each
    /// One for each layer, but one for all in scikit-learn's layout.
    case eachOutsideSklearn
  }

  /// Labels.
  enum Labels: Sendable {
    case all
    /// What JSON can say, which knows no NaN and no infinity.
    case finite
    /// The same, and all of one kind.
    case oneKind
    /// All integers of 64 bits or all texts, and at least two.
    case coreML
  }

  /// The types of values.
  enum Values: Sendable {
    case all
    /// Those of safetensors.
    case tensorTypes
    /// What single or double precision holds exactly.
    case computed
  }

  let steps: Steps
  let activations: Activations
  let labels: Labels
  let values: Values
  /// Whether lists of texts come back with room for each text, and not for the longest of them in every place.
  var holdsLongNames = false
  /// The type to which every value is rounded, whatever is asked for; `nil` where values keep their type.
  var precision: SklearnWeights.Precision?
}

extension FileFormat {
  /// The parts of a network that a file would be without.
  ///
  /// - Parameters:
  ///   - outline: The network.
  ///   - file: The file that it was read from, for errors.
  ///   - options: Layout and type, and the parts to leave out.
  ///   - output: The file, for errors.
  /// - Returns: What the format cannot hold, and what is left out as asked.
  func unheld(
    in outline: SklearnOutline, of file: String, _ options: Model.WriteOptions, output: String
  ) -> [UnheldPart] {
    guard let content else { return [] }
    let check = ContentCheck(
      outline: outline, file: file, options: options, output: output, format: self, content: content
    )
    return Omission.Part.allCases.flatMap { part in
      let isAsked = options.dropped.contains(part)
      // What is asked for is left out of any file; values are rounded only where they have to be.
      let found = isAsked && part != .precision ? check.all(part) : check.unheld(part)
      return found.map { item in
        UnheldPart(
          omission: Omission(part: part, detail: item.detail, isAsked: isAsked),
          error: isAsked || !part.changesPredictions ? nil : item.error)
      }
    }
  }
}

/// Compares a network with what a format holds.
private struct ContentCheck {
  let outline: SklearnOutline
  let file: String
  let options: Model.WriteOptions
  let output: String
  let format: FileFormat
  let content: FormatContent

  typealias Item = (detail: String, error: CoefsError?)

  /// All of a part that the network has.
  func all(_ part: Omission.Part) -> [Item] {
    switch part {
    case .preprocessing:
      transforms.flatMap { transform, paths in
        transform.steps.indices.map { (Self.detail(of: transform.steps[$0], paths, $0), nil) }
      }
    case .ensemble: outline.ensemble.map { [(Self.detail(of: $0), nil)] } ?? []
    case .activation:
      outline.hiddenActivations.isEmpty || outline.activation.origin == .assumed
        ? [] : [("the activation \(activationNames) of the hidden layers", nil)]
    case .classes:
      labels.isEmpty ? [] : [("the classes \(Self.shown(labels.flatMap(\.self)))", nil)]
    case .featureNames:
      outline.featureNames.map { [("the names of \(Self.count($0.count, "input"))", nil)] } ?? []
    case .selfCheck:
      outline.selfCheck.map {
        [("the self-check of \(Self.count($0.inputs.rows, "row"))", nil)]
      } ?? []
    case .training:
      outline.training.isEmpty
        ? [] : [("the training (\(outline.training.joined(separator: ", ")))", nil)]
    case .precision: []
    }
  }

  /// What the format cannot hold of a part.
  func unheld(_ part: Omission.Part) -> [Item] {
    switch part {
    case .preprocessing: options.foldsInputTransform ? [] : transforms.flatMap(steps)
    case .ensemble: ensemble
    case .activation: activations
    case .classes: classes
    case .featureNames:
      content.holdsLongNames || outline.featureNames.map { NDArray(texts: $0) != nil } ?? true
        ? []
        : failing(
          all(.featureNames),
          CoefsError(
            output,
            ModelError.notInFormat(
              "a long name of an input next to many short ones", format: format.name, problem: nil))
        )
    case .precision: precision
    case .selfCheck: options.selfCheck == nil ? all(part) : []
    case .training: isCopied ? [] : all(part)
    }
  }

  private func failing(_ items: [Item], _ error: CoefsError) -> [Item] {
    items.map { ($0.detail, error) }
  }

  /// Whether the whole estimator is copied as it was read.
  private var isCopied: Bool {
    guard content.steps == .estimators, case .success? = outline.original else { return false }
    return true
  }

  // MARK: Preprocessing

  /// The preprocessing before the network, or before those of an ensemble, with the places of its steps.
  private var transforms: [(InputTransform, [String])] {
    guard let ensemble = outline.ensemble else {
      return outline.inputTransform.map { [($0, outline.stepPaths)] } ?? []
    }
    return (ensemble.transform.map { [($0, outline.stepPaths)] } ?? [])
      + ensemble.networks.compactMap { network in
        network.inputTransform.map { ($0, network.outline.stepPaths) }
      }
  }

  /// The steps of a transform that the format cannot hold.
  private func steps(of transform: InputTransform, _ paths: [String]) -> [Item] {
    let steps = transform.steps
    switch content.steps {
    case .nothing:
      let error = CoefsError(file, SklearnError.transformNotFolded(transform.names))
      return steps.indices.map { (Self.detail(of: steps[$0], paths, $0), error) }
    case .meanAndScale:
      let error = CoefsError(file, SklearnError.transformNotFolded(transform.names))
      var held = MeanAndScale()
      return steps.indices.filter { !held.take(steps[$0].operations) }.map {
        (Self.detail(of: steps[$0], paths, $0), error)
      }
    case .shiftsAndScales:
      let error = CoefsError(file, SklearnError.transformNotFolded(transform.names))
      return steps.indices.filter { !CoreMLBuilder.holds(steps[$0]) }.map {
        (Self.detail(of: steps[$0], paths, $0), error)
      }
    case .estimators:
      if isCopied { return [] }
      return steps.indices.filter { !steps[$0].isWritable }.map { index in
        var error = SklearnError.badObject(
          steps[index].name, problem: "cannot be written; scalers can")
        if case .failure(let reason)? = outline.original { error = reason }
        return (Self.detail(of: steps[index], paths, index), CoefsError(output, error))
      }
    case .operators:
      let precision = outline.computedPrecision(options.precision)
      return ONNXBuilder.refusals(of: transform, precision).map { index, error in
        (Self.detail(of: steps[index], paths, index), CoefsError(output, error))
      }
    case .code:
      return CodeProgram.refusals(of: transform).map { index, error in
        (Self.detail(of: steps[index], paths, index), CoefsError(output, error))
      }
    }
  }

  /// A step and where it was.
  private static func detail(
    of step: InputTransform.Step, _ paths: [String], _ index: Int
  ) -> String {
    let operations = step.operationNames
    let shown = operations.isEmpty ? "" : " (\(operations.joined(separator: ", ")))"
    return step.name + shown + (paths.indices.contains(index) ? ", '\(paths[index])'" : "")
  }

  // MARK: Ensembles

  private var ensemble: [Item] {
    guard let ensemble = outline.ensemble else { return [] }
    let error: CoefsError
    if !format.capabilities.contains(.ensembles) {
      error = CoefsError(
        file, ModelError.ensemble(ensemble.name, networks: ensemble.networkCount))
    } else if content.steps == .estimators, !isCopied {
      var reason = SklearnError.badObject(
        ensemble.name, problem: "is copied with what it was read with, and not with another scaler")
      if case .failure(let failure)? = outline.original { reason = failure }
      error = CoefsError(output, reason)
    } else if content.steps == .code, let refusal = CodeProgram.refusal(of: ensemble) {
      error = CoefsError(output, refusal)
    } else {
      return []
    }
    return [(Self.detail(of: ensemble), error)]
  }

  private static func detail(of ensemble: Ensemble) -> String {
    "\(ensemble.name) of \(count(ensemble.networkCount, "network"))"
  }

  // MARK: Activations, labels, values

  private var activationNames: String {
    outline.hasSeveralActivations
      ? outline.hiddenActivations.map(\.rawValue).joined(separator: ", ")
      : outline.activation.activation.rawValue
  }

  private var activations: [Item] {
    guard outline.hasSeveralActivations else { return [] }
    let holdsEach =
      switch content.activations {
      case .one: false
      case .each: true
      case .eachOutsideSklearn: options.layout != .sklearn
      }
    let names = outline.hiddenActivations.map(\.rawValue)
    return holdsEach
      ? []
      : [
        (
          "the different activations \(activationNames) of the hidden layers",
          CoefsError(file, SklearnError.severalActivations(names))
        )
      ]
  }

  /// The labels of each output that decides about some.
  private var labels: [[ClassLabels.Label]] {
    if let ensemble = outline.ensemble { return ensemble.classes }
    return outline.classes.map { [$0.labels] } ?? []
  }

  private var classes: [Item] {
    guard content.labels != .all, !labels.isEmpty else { return [] }
    // Those of an ensemble are in the graph, and these in a text next to it.
    if let classes = outline.classes, classes.jsonText == nil {
      let error = SklearnError.badAttribute(
        "classes", problem: "holds NaN or infinity, which no text can say")
      return failing(all(.classes), CoefsError(output, error))
    }
    let refusal =
      switch content.labels {
      case .oneKind: ONNXBuilder.refusal(ofLabels: labels)
      case .coreML where !outline.isMultilabel: CoreMLBuilder.refusal(ofLabels: labels[0])
      default: ModelError?.none
      }
    guard let refusal else { return [] }
    return failing(all(.classes), CoefsError(output, refusal))
  }

  private static func shown(_ labels: [ClassLabels.Label]) -> String {
    let some = labels.prefix(6).map(\.description).joined(separator: ", ")
    return labels.count > 6 ? some + ", …" : some
  }

  /// The arrays whose values would be rounded.
  private var precision: [Item] {
    guard options.precision == nil, content.values != .all, !isCopied else { return [] }
    let networks =
      outline.ensemble.map { $0.networks.map(\.outline) } ?? [outline]
    // What is computed has scikit-learn's layout and names.
    let isOwn = content.values == .computed
    let wide = networks.flatMap { network in
      network.arrayTypes(
        in: isOwn ? .sklearn : options.layout, named: isOwn ? .own : options.naming
      ).filter { _, dtype in
        switch content.values {
        case .all: false
        case .tensorTypes: TensorType(dtype) == nil
        case .computed: !dtype.isComputable
        }
      }
    }
    guard let first = wide.first else { return [] }
    let error =
      content.values == .tensorTypes
      ? CoefsError(
        output,
        SafetensorsError.unwritableType(array: first.name, dtype: first.dtype.description))
      : CoefsError(file, SklearnError.notExact(first.name, dtype: first.dtype.description))
    return [
      (
        "the \(first.dtype.name) values of \(Self.count(wide.count, "array")), first '\(first.name)'",
        error
      )
    ]
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

/// The mean and the scale of each input that steps before a network come to.
struct MeanAndScale {
  private(set) var mean: [Double] = []
  private(set) var scale: [Double] = []

  /// Takes the operations of a step, if all of them fit after those before.
  mutating func take(_ operations: [InputTransform.Operation]) -> Bool {
    var (mean, scale) = (mean, scale)
    for operation in operations {
      switch operation {
      case .subtract(let values) where mean.isEmpty && scale.isEmpty: mean = values
      case .divide(let values) where scale.isEmpty: scale = values
      default: return false
      }
    }
    (self.mean, self.scale) = (mean, scale)
    return true
  }
}
