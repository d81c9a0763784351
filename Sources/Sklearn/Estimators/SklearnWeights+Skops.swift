import MLP
package import NPY
package import Skops

extension SklearnWeights {
  /// The estimator that predicts with these weights: a copy of the one that was read, where there is more to it than a
  /// network and scalers; else an `MLPClassifier` or `MLPRegressor`, in a `Pipeline` after its scalers where it has
  /// some.
  ///
  /// The parameters of the latter are scikit-learn's defaults, but for those that the network shows. Of the attributes that
  /// `fit` sets, it has all that predicting needs, and not the optimizer, which skops would not load
  /// without being told to trust it: `partial_fit` begins with a new one.
  ///
  /// - Parameter precision: The type to round every value to; `nil` keeps them. scikit-learn computes in
  ///   float32 or float64, so that narrower types become the latter.
  /// - Throws: ``SklearnError/notExact(_:dtype:)`` for values that float64 does not hold exactly,
  ///   ``SklearnError/severalActivations(_:)``, and
  ///   ``SklearnError/assumedActivation(_:)``: an estimator has its activations in it, and a guess would
  ///   become a fact.
  package func estimator(precision: Precision? = nil) throws(SklearnError) -> SkopsValue {
    if let original = outline.original {
      guard precision == nil else {
        throw .badObject(naming, problem: "is copied unchanged, and cannot be rounded")
      }
      return try original.get()
    }
    if let ensemble = outline.ensemble {
      throw .badObject(
        ensemble.name, problem: "is copied with what it was read with, and not with another scaler")
    }
    if outline.hasSeveralActivations {
      throw .severalActivations(outline.hiddenActivations.map(\.rawValue))
    }
    try demandActivations()
    let names = outline.featureNames.map { names in
      [(Attribute.featureNames.rawValue, SkopsValue.objects(names.map { .text($0) }))]
    }
    var attributes = parameters
    // The first of a pipeline has them: what follows sees an array without names.
    if inputTransform == nil { attributes += names ?? [] }
    attributes.append(("n_features_in_", .integer(layers[0].inputs)))
    if task == .classifier {
      attributes += [
        ("_label_binarizer", try labelBinarizer()), ("classes_", .array(try classLabels())),
      ]
    }
    let arrays = try computableArrays(precision: precision).map { SkopsValue.array($0.array) }
    attributes += [
      ("n_outputs_", .integer(layers[layers.count - 1].outputs)),
      ("n_iter_", .integer(0)), ("t_", .integer(0)), ("n_layers_", .integer(layers.count + 1)),
      ("out_activation_", .text(outActivation.activation.rawValue)),
      ("coefs_", .list(arrays.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))),
      (
        "intercepts_",
        .list(arrays.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element))
      ),
      // As fit sets them before its first epoch.
      ("loss_", .number(.nan)), ("best_loss_", .number(.infinity)), ("loss_curve_", .list([])),
      ("validation_scores_", .none), ("best_validation_score_", .none),
      ("_no_improvement_count", .integer(0)), Self.version,
    ]
    let name = task == .classifier ? "MLPClassifier" : "MLPRegressor"
    let network = SkopsValue.object(
      SkopsName("sklearn.neural_network._multilayer_perceptron", name), attributes)
    guard let inputTransform else { return network }
    return try inputTransform.pipeline(
      before: network, named: name.lowercased(), featureNames: names ?? [])
  }

  /// The version of scikit-learn whose attributes these are; another one warns that it is.
  fileprivate static let version = ("_sklearn_version", SkopsValue.text("1.9.1"))

  /// The parameters of the constructor, in its order.
  private var parameters: [(String, SkopsValue)] {
    let loss =
      switch outActivation.activation {
      case .exp: "poisson"
      case .identity: "squared_error"
      default: "log_loss"
      }
    return [
      ("activation", .text(activation.activation.rawValue)), ("solver", .text("adam")),
      ("alpha", .number(0.0001)), ("batch_size", .text("auto")),
      ("learning_rate", .text("constant")), ("learning_rate_init", .number(0.001)),
      ("power_t", .number(0.5)), ("max_iter", .integer(200)), ("loss", .text(loss)),
      ("hidden_layer_sizes", .tuple(layerSizes.dropFirst().dropLast().map { .integer($0) })),
      ("shuffle", .boolean(true)), ("random_state", .none), ("tol", .number(0.0001)),
      ("verbose", .boolean(false)), ("warm_start", .boolean(false)), ("momentum", .number(0.9)),
      ("nesterovs_momentum", .boolean(true)), ("early_stopping", .boolean(false)),
      ("validation_fraction", .number(0.1)), ("beta_1", .number(0.9)), ("beta_2", .number(0.999)),
      ("epsilon", .number(1e-8)), ("n_iter_no_change", .integer(10)),
      ("max_fun", .integer(15000)),
    ]
  }

  /// Demands that no activation is assumed, for a file that has them in it as facts.
  ///
  /// - Throws: ``SklearnError/assumedActivation(_:)``.
  package func demandActivations() throws(SklearnError) {
    if outActivation.origin == .assumed { throw .assumedActivation("out_activation") }
    if layers.count > 1, activation.origin == .assumed { throw .assumedActivation("activation") }
  }

  /// What turns outputs into labels.
  private func labelBinarizer() throws(SklearnError) -> SkopsValue {
    let outputs = layers[layers.count - 1].outputs
    let type =
      outputs == 1
      ? "binary" : outActivation.activation == .logistic ? "multilabel-indicator" : "multiclass"
    return .object(
      SkopsName("sklearn.preprocessing._label", "LabelBinarizer"),
      [
        ("neg_label", .integer(0)), ("pos_label", .integer(1)), ("sparse_output", .boolean(false)),
        ("y_type_", .text(type)), ("sparse_input_", .boolean(false)),
        ("classes_", .array(try classLabels())), Self.version,
      ])
  }

  /// The labels as stored, else 0, 1, 2, ….
  private func classLabels() throws(SklearnError) -> NDArray {
    if let classes { return classes.array.inLittleEndian() }
    do {
      return try NDArray(0..<Int64(max(2, layers[layers.count - 1].outputs)))
    } catch {
      preconditionFailure("as many numbers as there are: \(error)")
    }
  }

  /// The weights and biases, layer by layer, as `fit` would have made them: float32 or float64, inputs ×
  /// outputs, in C order.
  ///
  /// - Parameter precision: The type to round every value to; `nil` keeps them.
  /// - Throws: ``SklearnError/notExact(_:dtype:)``.
  package func computableArrays(precision: Precision?) throws(SklearnError) -> [NamedArray] {
    var arrays: [NamedArray] = []
    for item in layerArrays(in: .sklearn, precision: precision) {
      let dtype = item.array.dtype
      guard dtype.isComputable else { throw .notExact(item.name, dtype: dtype.description) }
      let array: NDArray
      if dtype.kind == .float, dtype.itemSize > 2 {
        array = item.array.inCOrder().inLittleEndian()
      } else {
        do { array = try item.array.converted(to: Double.self) } catch {
          throw .unreadable(item.name, error)
        }
      }
      arrays.append(NamedArray(item.name, array))
    }
    return arrays
  }
}

extension DType {
  /// Whether float32 or float64, in which scikit-learn computes, holds every value of this type.
  package var isComputable: Bool {
    switch (kind, itemSize) {
    case (.float, 2), (.float, 4), (.float, 8), (.int, ...4), (.uint, ...4): true
    default: false
    }
  }
}

extension InputTransform {
  /// A pipeline of the scalers and the estimator after them, named as `make_pipeline` names its steps.
  fileprivate func pipeline(
    before last: SkopsValue, named lastName: String, featureNames: [(String, SkopsValue)]
  ) throws(SklearnError) -> SkopsValue {
    var items: [SkopsValue] = []
    for (index, step) in steps.enumerated() {
      let isAlone = steps.count { $0.name == step.name } == 1
      let number = steps[...index].count { $0.name == step.name }
      let name = step.name.lowercased() + (isAlone ? "" : "-\(number)")
      items.append(
        .tuple([
          .text(name),
          try step.scaler(inputs: inputs, featureNames: index == 0 ? featureNames : []),
        ]))
    }
    items.append(.tuple([.text(lastName), last]))
    return .object(
      SkopsName("sklearn.pipeline", "Pipeline"),
      [
        ("steps", .list(items)), ("transform_input", .none), ("memory", .none),
        ("verbose", .boolean(false)), SklearnWeights.version,
      ])
  }
}

extension InputTransform.Step {
  /// The scaler that does this, with what its `transform` needs.
  fileprivate func scaler(
    inputs: Int, featureNames: [(String, SkopsValue)]
  ) throws(SklearnError) -> SkopsValue {
    guard let step = PreprocessingStep.named(name), let write = step.write else {
      throw .badObject(name, problem: "cannot be written; scalers can")
    }
    return .object(
      SkopsName(step.modules[0], name),
      write(OperationParts(operations)) + featureNames + [
        ("n_features_in_", .integer(inputs)), SklearnWeights.version,
      ])
  }
}
