import Files
import MLP
import NPY
import Pickle
import Sklearn
import Testing

/// Estimators that no scikit-learn writes: what contradicts itself is refused, with both values.
struct EstimatorTests {
  @Test func `a network's attributes become its weights`() throws {
    let weights = try SklearnWeights(Objects(classifier()))
    #expect(weights.layerSizes == [4, 3, 2])
    #expect(weights.classes?.labels == [.text("no"), .text("yes")])
    #expect(weights.activation == .init(.tanh, .stored))
    #expect(weights.outActivation == .init(.logistic, .stored))
    #expect(weights.naming == "MLPClassifier.coefs_")
  }

  /// What is changed in a sound estimator, and what the refusal says.
  static let contradictions: [(attribute: String, value: Value, says: String)] = [
    ("n_layers_", .integer(4), "'n_layers_' is 4, but the weights make 3 layers"),
    ("n_outputs_", .integer(3), "'n_outputs_' is 3, but the last layer has 2 outputs"),
    ("n_features_in_", .integer(5), "'n_features_in_' is 5, but the first layer takes 4 inputs"),
    (
      "hidden_layer_sizes", .integer(5),
      "'hidden_layer_sizes' is 5, but the hidden layers have sizes (3,)"
    ),
    (
      "hidden_layer_sizes", .list([.integer(3), .integer(3)]),
      "'hidden_layer_sizes' is [3, 3], but the hidden layers have sizes (3,)"
    ),
    (
      "hidden_layer_sizes", .list(Array(repeating: .integer(3), count: 9)),
      "'MLPClassifier.hidden_layer_sizes' has 9 items, more than layers"
    ),
    (
      "hidden_layer_sizes", .list([.text("x")]),
      "'MLPClassifier.hidden_layer_sizes' is the text 'x' where an integer belongs"
    ),
    (
      "hidden_layer_sizes", .text("x"),
      "'MLPClassifier.hidden_layer_sizes' is the text 'x' where an integer or some of them belongs"
    ),
    (
      "classes_", .strings(["no", "perhaps"]),
      "'MLPClassifier.classes_' is [no, perhaps], but _label_binarizer.classes_ is [no, yes]"
    ),
    (
      "out_activation_", .text("softmax"),
      "'MLPClassifier.out_activation_' is 'softmax', but _label_binarizer.y_type_ is "
        + "'multilabel-indicator', which goes with 'logistic'"
    ),
    ("loss", .text("poisson"), "'MLPClassifier.loss' is 'poisson', but a classifier's is"),
    ("activation", .text("cube"), "'activation' is 'cube', which is not one of identity, logistic"),
    ("activation", .none, "'MLPClassifier.activation' is missing"),
    ("activation", .integer(3), "'MLPClassifier.activation' is the integer 3 where a text belongs"),
    ("coefs_", .none, "'MLPClassifier' is not fitted: it has no coefs_"),
    ("intercepts_", .none, "'MLPClassifier' is not fitted: it has no intercepts_"),
    (
      "coefs_", .list([]),
      "'MLPClassifier.coefs_' is a list of 0 arrays, but intercepts_ is one of 2"
    ),
    ("coefs_", .text("x"), "'MLPClassifier.coefs_' is the text 'x' where a list belongs"),
    (
      "coefs_", .list([.numbers([4, 3]), .text("x")]),
      "'MLPClassifier.coefs_[1]' is the text 'x' where an array belongs"
    ),
    (
      "coefs_", .list([.numbers([4, 3]), .numbers([4, 2])]),
      "'coefs_0' (4, 3) has 3 outputs, but 'coefs_1' (4, 2) takes 4 inputs"
    ),
    (
      "intercepts_", .list([.numbers([3]), .array(infinite)]),
      "array 'intercepts_1' holds inf at (0,)"
    ),
    ("_label_binarizer", .list([]), "'MLPClassifier._label_binarizer' is a list, and no estimator"),
    (
      "_label_binarizer", .object("os", "system", [:]),
      "'MLPClassifier._label_binarizer' is of the class os.system"
    ),
    (
      "_label_binarizer", binarizer(["y_type_": .text("binary")]),
      "'MLPClassifier._label_binarizer.y_type_' is 'binary', but the last layer has 2 outputs"
    ),
    (
      "_label_binarizer", binarizer(["y_type_": .text("continuous")]),
      "'MLPClassifier._label_binarizer.y_type_' is 'continuous', which no network has"
    ),
    (
      "_label_binarizer", binarizer(["neg_label": .integer(-1)]),
      "'MLPClassifier._label_binarizer.neg_label' is -1, but a network's is 0"
    ),
  ]

  @Test(arguments: contradictions)
  func `what contradicts itself is refused with both values`(
    attribute: String, value: Value, says: String
  ) throws {
    let objects = Objects(classifier([attribute: value]))
    let error = try #require(throws: SklearnError.self) { try SklearnWeights(objects) }
    #expect("\(error)".hasPrefix(says), "\(error)")
  }

  @Test(arguments: [Value.integer(3), .list([.integer(3)]), .array(three)])
  func `the sizes of hidden layers may be given in any way that scikit-learn takes`(
    sizes: Value
  ) throws {
    let weights = try SklearnWeights(Objects(classifier(["hidden_layer_sizes": sizes])))
    #expect(weights.layerSizes == [4, 3, 2])
  }

  @Test func `an output activation that is missing is derived, and softmax never assumed`() throws {
    var sound = classifier(["out_activation_": .none])
    #expect(try SklearnWeights(Objects(sound)).outActivation == .init(.logistic, .stored))
    sound = classifier([
      "out_activation_": .none, "_label_binarizer": binarizer(["y_type_": .text("multiclass")]),
    ])
    #expect(try SklearnWeights(Objects(sound)).outActivation == .init(.softmax, .stored))
    let unknown = classifier([
      "out_activation_": .none, "_label_binarizer": binarizer(["y_type_": .none]),
    ])
    let error = #expect(throws: SklearnError.self) { try SklearnWeights(Objects(unknown)) }
    #expect(
      error
        == .badObject(
          "MLPClassifier.out_activation_",
          problem: "is missing, and so is _label_binarizer.y_type_"))
    for (loss, activation) in [
      ("squared_error", Activation.identity), ("squared_loss", .identity), ("poisson", .exp),
    ] {
      let regressor = regressor(["loss": .text(loss)])
      #expect(try SklearnWeights(Objects(regressor)).outActivation.activation == activation)
    }
  }

  @Test func `a regressor has a regressor's output activation`() throws {
    for (changes, says) in [
      (
        ["out_activation_": Value.text("logistic")],
        "'MLPRegressor.out_activation_' is 'logistic', but a regressor of loss 'squared_error' has"
      ),
      (["loss": .text("huber")], "'MLPRegressor.loss' is 'huber', which no regressor has"),
    ] {
      let error = #expect(throws: SklearnError.self) {
        try SklearnWeights(Objects(regressor(changes)))
      }
      #expect("\(try #require(error))".hasPrefix(says))
    }
  }

  @Test func `an option wins over what the estimator stores`() throws {
    let weights = try SklearnWeights(
      Objects(classifier()), options: .init(activation: .relu))
    #expect(weights.activation == .init(.relu, .option))
  }

  // MARK: What stands around it

  @Test func `what is no pair of name and estimator is refused`() throws {
    for (steps, says) in [
      (Value.none, "'Pipeline' has no steps"),
      (.list([.text("net")]), "'Pipeline.steps[0]' is no pair of a name and an estimator"),
      (.list([.list([.text("a"), .list([])])]), "'Pipeline.a' is a list, and no estimator"),
      (
        .list([.list([.text("net"), classifier()]), .list([.text("net2"), classifier()])]),
        "'Pipeline.net2' is of the class sklearn.neural_network._multilayer_perceptron."
          + "MLPClassifier: nothing can follow a network"
      ),
      (
        .list([.list([.text("net"), classifier()]), .list([.text("s"), scaler()])]),
        "'Pipeline.s' is of the class sklearn.preprocessing._data.StandardScaler: nothing can"
      ),
      (.list(Array(repeating: .none, count: 101)), "'Pipeline' has 101 steps; 100 are read"),
    ] {
      let error = try #require(throws: SklearnError.self) {
        try SklearnWeights(Objects(.object("sklearn.pipeline", "Pipeline", ["steps": steps])))
      }
      #expect("\(error)".hasPrefix(says), "\(error)")
    }
  }

  @Test func `a pipeline in itself, and a search of itself, end`() throws {
    for name in [
      ("sklearn.pipeline", "Pipeline"), ("sklearn.model_selection._search", "GridSearchCV"),
    ] {
      let objects = Objects(values: [
        .object(PickleGlobal(name.0, name.1), attributes: ["steps": 1, "best_estimator_": 0]),
        .list([2]), .list([3, 0]), .text("again"),
      ])
      let error = try #require(throws: SklearnError.self) { try SklearnWeights(objects) }
      #expect("\(error)".hasSuffix("contains itself"), "\(error)")
    }
    var deep = classifier()
    for _ in 0..<11 {
      deep = .object("sklearn.pipeline", "Pipeline", ["steps": .list([.list([.text("p"), deep])])])
    }
    let error = try #require(throws: SklearnError.self) { try SklearnWeights(Objects(deep)) }
    #expect("\(error)".hasSuffix("is in more than 10 others"), "\(error)")
  }

  @Test func `arrays that are referred to again and again are no more than the file`() throws {
    let matrix = try NDArray(Array(repeating: 1.0, count: 100), shape: [10, 10])
    var objects = Objects(values: [
      .object(
        PickleGlobal("sklearn.neural_network._multilayer_perceptron", "MLPRegressor"),
        attributes: ["coefs_": 1, "intercepts_": 2, "activation": 5]),
      .list(Array(repeating: 3, count: 10_000)), .list(Array(repeating: 4, count: 10_000)),
      .array(matrix), .array(try NDArray(Array(repeating: 1.0, count: 10))), .text("relu"),
    ])
    objects.byteCount = 50_000
    let error = try #require(throws: SklearnError.self) { try SklearnWeights(objects) }
    #expect(
      error
        == .badObject(
          "MLPRegressor.coefs_[62]", problem: "brings more numbers than the file has room for"))
  }

  // MARK: Scalers

  @Test func `a scaler that is not fitted, or has no sound numbers, is refused`() throws {
    for (changes, says) in [
      (["mean_": Value.none], "'Pipeline.scaler' is not fitted: it has no mean_"),
      (["scale_": .none], "'Pipeline.scaler' is not fitted: it has no scale_"),
      (["scale_": .array(zero)], "'Pipeline.scaler' divides by 0"),
      (["scale_": .array(infinite)], "'Pipeline.scaler' has numbers for 2 inputs instead of 4"),
      (["mean_": .numbers([4, 1])], "'Pipeline.scaler.mean_' is an array of <f8 and shape (4, 1)"),
      (["mean_": .strings(["a"])], "'Pipeline.scaler.mean_' is an array of <U1 and shape (1,)"),
      (["with_mean": .text("yes")], "'Pipeline.scaler.with_mean' is the text 'yes' where True or"),
      (
        ["with_mean": .boolean(false), "with_std": .boolean(false)],
        "'Pipeline.scaler' is not fitted: it has no n_samples_seen_"
      ),
    ] {
      let error = try #require(throws: SklearnError.self) {
        try SklearnWeights(Objects(pipeline(scaler(changes))))
      }
      #expect("\(error)".hasPrefix(says), "\(error)")
    }
    let clipped = Value.object(
      "sklearn.preprocessing._data", "MinMaxScaler",
      [
        "scale_": .numbers([4]), "min_": .numbers([4]), "clip": .boolean(true),
        "feature_range": .list([.integer(2), .integer(1)]),
      ])
    let error = try #require(throws: SklearnError.self) {
      try SklearnWeights(Objects(pipeline(clipped)))
    }
    #expect("\(error)".hasPrefix("'Pipeline.scaler.feature_range' is no pair of numbers"))
  }

  @Test func `folding divides and shifts the first layer's weights`() throws {
    let weights = try SklearnWeights(Objects(pipeline(scaler())))
    let folded = try weights.foldingInputTransform()
    #expect(folded.inputTransform == nil)
    let (before, after) = (weights.mlp().layers[0], folded.mlp().layers[0])
    let mean = [0.0, 1, 2, 3]
    for output in 0..<3 {
      let row = (0..<4).map { before.weights[4 * output + $0] / [1.0, 2, 3, 4][$0] }
      #expect(Array(after.weights[4 * output..<4 * output + 4]) == row)
      let shift = zip(row, mean).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(after.biases[output] - (before.biases[output] - shift)) < 1e-12)
    }
    let input = [0.5, -1, 2, 7]
    let (one, other) = (try weights.mlp().evaluate(input), try folded.mlp().evaluate(input))
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-14 })
    // Nothing to fold.
    let plain = try SklearnWeights(Objects(classifier()))
    #expect(try plain.foldingInputTransform().layers[0].weights == plain.layers[0].weights)
  }

  @Test func `folding keeps float32, and refuses what it cannot say`() throws {
    let single = try NDArray([Float](repeating: 0.1, count: 12), shape: [4, 3])
    let network = classifier(["coefs_": .list([.array(single), .numbers([3, 2])])])
    let weights = try SklearnWeights(Objects(pipeline(scaler(), network)))
    let folded = try weights.foldingInputTransform()
    #expect(folded.layers[0].weights.dtype.description == "<f4")
    #expect(folded.layers[0].weights.shape == [4, 3])
    let clipping = Value.object(
      "sklearn.preprocessing._data", "MaxAbsScaler",
      ["scale_": .array(try NDArray([1.0, 2, 3, 4])), "clip": .boolean(true)])
    let clipped = try SklearnWeights(Objects(pipeline(clipping)))
    #expect(throws: SklearnError.transformNotAffine("MaxAbsScaler", ["divide", "clip"])) {
      try clipped.foldingInputTransform()
    }
    let tiny = Value.object(
      "sklearn.preprocessing._data", "MaxAbsScaler",
      ["scale_": .array(try NDArray([Double](repeating: 1e-308, count: 4)))])
    let error = try #require(throws: SklearnError.self) {
      try SklearnWeights(Objects(pipeline(tiny))).foldingInputTransform()
    }
    #expect("\(error)".hasPrefix("array 'weights_0' holds inf"), "\(error)")
  }

  // MARK: Without an estimator

  @Test func `arrays in lists and dictionaries are a network too`() throws {
    let layers: [Value] = [.numbers([4, 3]), .numbers([3, 2])]
    let biases: [Value] = [.numbers([3]), .numbers([2])]
    for (root, naming) in [
      (Value.list([.list(layers), .list(biases)]), "coefs[N]"),
      (.list(layers + biases), "arr_N"),
      (.dictionary(["coefs_": .list(layers), "intercepts_": .list(biases)]), "coefs[N]"),
      (.dictionary(["coefs_0": layers[0], "intercepts_0": biases[0]]), "coefs_N"),
      (
        .dictionary(["net": .dictionary(["W1": layers[0], "b1": biases[0]])]), "net/WN"
      ),
    ] {
      let weights = try SklearnWeights(Objects(root))
      #expect(weights.naming == naming)
      #expect(weights.layerSizes.prefix(2) == [4, 3])
    }
    let told = try SklearnWeights(
      Objects(
        .dictionary([
          "coefs_0": layers[0], "intercepts_0": biases[0], "activation": .text("relu"),
          "n_layers_": .integer(2), "classes": .strings(["a", "b", "c"]),
        ])))
    #expect(told.activation == .init(.relu, .stored))
    #expect(told.classes?.labels.count == 3)
    for nothing in [Value.list([]), .dictionary([:]), .list([.none, .boolean(true)])] {
      let error = try #require(throws: SklearnError.self) { try SklearnWeights(Objects(nothing)) }
      #expect("\(error)".hasSuffix("and no MLPClassifier or MLPRegressor"), "\(error)")
    }
  }

  @Test func `lists in lists without end are refused`() throws {
    let circle = Objects(values: [.list([0, 0])])
    let error = try #require(throws: SklearnError.self) { try SklearnWeights(circle) }
    #expect("\(error)".contains("is nested too deep"), "\(error)")
  }

  @Test func `as many arrays as a network has are taken, and no more`() throws {
    for (count, isTaken) in [(20_100, true), (20_102, false)] {
      let lists = Objects(
        .list(Array(repeating: .list([.integer(1)]), count: count - 1) + [.text("a")]))
      if isTaken {
        #expect(try lists.arrays().count == count)
      } else {
        let error = try #require(throws: SklearnError.self) { try lists.arrays() }
        #expect("\(error)".contains("in too many parts"), "\(error)")
      }
    }
    // What is no array is passed over.
    let nothing = Objects(.list(Array(repeating: .none, count: 50_000) + [.integer(1)]))
    #expect(try nothing.arrays().map(\.name) == ["arr_50000"])
  }

  @Test func `lists of numbers are arrays`() throws {
    let integers = Objects(.list([.integer(3), .integer(5)]))
    #expect(try integers.arrays() == [NamedArray("arr_0", NDArray([Int64(3), 5]))])
    let rows = Objects(
      .dictionary([
        "W": .list([.list([.number(1.5), .integer(2)]), .list([.integer(3), .number(4)])])
      ]))
    #expect(try rows.arrays() == [NamedArray("W", NDArray([1.5, 2, 3, 4], shape: [2, 2]))])
    // The biases of two layers, and rows that are not of one length.
    for (name, last) in [("b", 2), ("W", 1)] {
      let lists = Objects(
        .dictionary([
          name: .list([
            .list([.number(1), .number(2)]), .list(Array(repeating: .number(3), count: last)),
          ])
        ]))
      #expect(try lists.arrays().map(\.name) == ["\(name)[0]", "\(name)[1]"])
    }
  }

  @Test func `weights may be lists of more numbers than a file has parts`() throws {
    func list(_ rows: Int, _ columns: Int) -> Value {
      .list(Array(repeating: .list(Array(repeating: .number(0.5), count: columns)), count: rows))
    }
    let layers = Objects(
      .list([
        .list([list(300, 400), .list(Array(repeating: .number(1), count: 400))]),
        .list([list(400, 2), .list([.number(1), .number(2)])]),
      ]))
    #expect(try SklearnWeights(layers).layerSizes == [300, 400, 2])
  }

  @Test func `lists of texts are arrays, if none is much longer than the others`() throws {
    let texts = Objects(.dictionary(["names": .list([.text("a"), .text("bc")])]))
    #expect(
      try texts.arrays() == [NamedArray("names", NDArray(strings: ["a", "bc"]))])
    let long = String(repeating: "x", count: 100_000)
    let uneven = Objects(.list([.text(long)] + Array(repeating: .text("a"), count: 99)))
    #expect(try uneven.arrays().count == 100)
  }

  @Test func `the name of a list counts in every place of it`() throws {
    // Ten million letters, for a file of a few thousand.
    let key = String(repeating: "k", count: 900)
    let objects = Objects(.dictionary([key: .list(Array(repeating: .none, count: 12_000))]))
    let error = try #require(throws: SklearnError.self) { try objects.arrays() }
    #expect("\(error)".contains("too long a name"), "\(error)")
    let short = Objects(
      .dictionary(["k": .list(Array(repeating: .text("a"), count: 11_999) + [.integer(1)])]))
    #expect(try short.arrays().count == 12_000)
  }
}

// MARK: - Estimators made by hand

/// One infinite number, and numbers one of which is 0.
private let infinite = (try? NDArray([Double.infinity, 0])) ?? NDArray(string: "")
private let zero = (try? NDArray([1.0, 0, 1, 1])) ?? NDArray(string: "")

private let three = (try? NDArray([Int64(3)])) ?? NDArray(string: "")

/// A Python object.
indirect enum Value: Sendable {
  case none
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([Value])
  case dictionary([String: Value])
  case array(NDArray)
  case strings([String])
  /// 0, 1, 2, … in this shape.
  case numbers([Int])
  case object(String, String, [String: Value])
}

/// A tree of them.
struct Objects: StoredObjects {
  var values: [StoredObject<Int>]
  var root = 0
  var byteCount = 1_000_000

  init(values: [StoredObject<Int>]) { self.values = values }

  init(_ value: Value) {
    values = []
    root = add(value)
  }

  var names: [StoredName] { [] }

  func refusal(of name: StoredName) -> any CategorizedError {
    PickleError.unknownName(offset: name.offset, name.name)
  }

  func value(of node: Int) -> StoredObject<Int> { values[node] }

  func detail(of node: Int) -> StoredDetail<Int> { .nothing }

  private mutating func add(_ value: Value) -> Int {
    let object: StoredObject<Int>
    switch value {
    case .none: object = .none
    case .boolean(let value): object = .boolean(value)
    case .integer(let value): object = .integer(value)
    case .number(let value): object = .number(value)
    case .text(let value): object = .text(value)
    case .list(let items): object = .list(items.map { add($0) })
    case .dictionary(let entries): object = .dictionary(entries.mapValues { add($0) })
    case .array(let array): object = .array(array)
    case .strings(let texts):
      object = (try? NDArray(strings: texts)).map { .array($0) } ?? .unreadable("no strings")
    case .numbers(let shape):
      object = (try? ramp(shape)).map { .array($0) } ?? .unreadable("no numbers")
    case .object(let module, let name, let attributes):
      object = .object(PickleGlobal(module, name), attributes: attributes.mapValues { add($0) })
    }
    values.append(object)
    return values.count - 1
  }
}

/// 0, 1, 2, … in an array of this shape.
private func ramp(_ shape: [Int]) throws -> NDArray {
  try NDArray((0..<shape.reduce(1, *)).map(Double.init), shape: shape)
}

/// A label binarizer of two labels that exclude nothing.
private func binarizer(_ changes: [String: Value] = [:]) -> Value {
  .object(
    "sklearn.preprocessing._label", "LabelBinarizer",
    [
      "classes_": .strings(["no", "yes"]), "y_type_": .text("multilabel-indicator"),
      "neg_label": .integer(0), "pos_label": .integer(1),
    ].merging(changes) { $1 })
}

/// A classifier 4-3-2.
private func classifier(_ changes: [String: Value] = [:]) -> Value {
  .object(
    "sklearn.neural_network._multilayer_perceptron", "MLPClassifier",
    [
      "activation": .text("tanh"), "loss": .text("log_loss"), "n_layers_": .integer(3),
      "n_outputs_": .integer(2), "n_features_in_": .integer(4),
      "out_activation_": .text("logistic"), "classes_": .strings(["no", "yes"]),
      "_label_binarizer": binarizer(),
      "coefs_": .list([.numbers([4, 3]), .numbers([3, 2])]),
      "intercepts_": .list([.numbers([3]), .numbers([2])]),
    ].merging(changes) { $1 })
}

/// A regressor 4-1.
private func regressor(_ changes: [String: Value] = [:]) -> Value {
  .object(
    "sklearn.neural_network.multilayer_perceptron", "MLPRegressor",
    [
      "activation": .text("relu"), "coefs_": .list([.numbers([4, 1])]),
      "intercepts_": .list([.numbers([1])]),
    ].merging(changes) { $1 })
}

/// A scaler (x − [0, 1, 2, 3]) / [1, 2, 3, 4].
private func scaler(_ changes: [String: Value] = [:]) -> Value {
  .object(
    "sklearn.preprocessing._data", "StandardScaler",
    [
      "mean_": .numbers([4]),
      "scale_": (try? NDArray([1.0, 2, 3, 4])).map { .array($0) } ?? .none,
    ].merging(changes) { $1 })
}

/// A scaler and a network.
private func pipeline(_ scaler: Value, _ network: Value? = nil) -> Value {
  .object(
    "sklearn.pipeline", "Pipeline",
    [
      "steps": .list([
        .list([.text("scaler"), scaler]), .list([.text("net"), network ?? classifier()]),
      ])
    ])
}
