public import Files
public import NPY
public import ONNX

/// Why arrays or objects are not a network.
///
/// Names are those of the arrays in the file; where two facts disagree, the error has both.
@nonexhaustive
public enum SklearnError: Error, Equatable, Sendable {
  /// No array has a name that means weights; `found` are the names of the arrays.
  case noWeights(found: [String])
  /// An array is no part of the network that the others make.
  case surplusArray(String)
  /// The name of an array to be left out that is in no file.
  case nothingToIgnore(String, found: [String])
  /// A layer lacks an array.
  case missingArray(String, besides: String)
  /// A lone array of weights, without its biases.
  case loneArray
  /// Sizes of layers were given, but not one array to cut into them.
  case noVector(found: [String])
  /// An array is not the vector of all values of layers of these sizes.
  case wrongVector(String, shape: [Int], sizes: [Int], expected: Int?)
  /// The arrays of several networks; the prefixes of two.
  case severalModels(prefixes: [String])
  /// More arrays than any network has.
  case tooManyArrays(Int, most: Int)
  /// No network is where the caller says; where there are some.
  case noModel(prefix: String, known: [String])
  /// Several scalers may belong to a network; where they are.
  case severalScalers(paths: [String])
  /// A file that should hold a scaler holds something else.
  case noScaler(found: String)
  /// A scaler is given for a network that has its own preprocessing; its names.
  case scaledAlready(String)
  /// Values that the types that scikit-learn computes in do not hold exactly.
  case notExact(String, dtype: String)
  /// An assumed activation, where it would be written as a fact; its attribute.
  case assumedActivation(String)
  /// What predictions depend on, and what neither the file nor the caller says.
  case unstated([SklearnWeights.Assumption])
  /// Two arrays claim to be the same thing.
  case doubledArray(String, String)
  /// Arrays without names of their own that follow no known order.
  case unknownOrder(found: [String])
  /// Weights whose sizes form no chain of layers.
  case noChain(names: [String], shapes: [[Int]])
  /// Arrays that are layers in more than one way; the weights of two, first to last.
  case severalChains([[String]])
  /// A matrix of rows with a target for each, and not a layer.
  case dataSet(rows: String, shape: [Int], targets: String)
  /// An array that has to be a matrix or a vector is not.
  case wrongAxes(String, shape: [Int], expected: String)
  /// A layer of no inputs or no outputs.
  case emptyLayer(String, shape: [Int])
  /// Weights that are not real numbers.
  case notReal(String, dtype: String)
  /// An array that cannot be read at all.
  case unreadable(String, NPYError)
  /// Weights that are not finite.
  case notFinite(String, value: String, index: [Int])
  /// Weights and biases of a layer disagree.
  case biasesDoNotFit(
    weights: String, shape: [Int], outputs: Int, biases: String, found: Int, layout: WeightLayout)
  /// A layer does not take what the one before it gives.
  case layersDoNotChain(
    first: String, firstShape: [Int], outputs: Int,
    second: String, secondShape: [Int], inputs: Int, layout: WeightLayout)
  /// Every layer fits both layouts, and the names do not say which is meant.
  case ambiguousLayout(shapes: [[Int]])
  /// An activation that is unknown, or that is not allowed there.
  case unknownActivation(String, value: String, known: [String])
  /// A stored value has the wrong kind.
  case badAttribute(String, problem: String)
  /// A stored value contradicts the weights or another one.
  case contradiction(String, value: String, with: String)
  /// Another object in the place of a network, alone or in a pipeline or a search.
  case noEstimator(path: String, found: String)
  /// A part of a pipeline, or all of the file, is of an unsupported class.
  case unknownStep(String, kind: String, problem: String?)
  /// An estimator lacks an attribute that `fit` sets.
  case notFitted(String, missing: String)
  /// An attribute of an estimator has a wrong value.
  case badObject(String, problem: String)
  /// Inputs are scaled first, which a file of weights cannot store.
  case transformNotFolded(String)
  /// A scaler clips values, which no layer can do.
  case transformNotAffine(String, [String])
  /// The hidden layers have different activations, where one is stored for all; those of the layers.
  case severalActivations([String])
  /// A graph is no network.
  case graph(ONNXError)
}

extension SklearnError: CategorizedError {
  /// The category of this error.
  public var category: ErrorCategory {
    if case .graph(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence that names both facts.
  public var description: String {
    switch self {
    case .noWeights(let found):
      "no weights: none of the arrays (\(Self.list(found))) has a name like coefs_0, weights_0, W0 "
        + "or arr_0"
    case .surplusArray(let name):
      "array '\(name)' belongs to no layer"
    case .nothingToIgnore(let name, let found):
      "there is no array '\(name)' to be left out (\(Self.list(found)))"
    case .missingArray(let name, let other):
      "array '\(name)' is missing next to '\(other)'"
    case .loneArray:
      "one array alone is no network: the biases are missing, or the sizes of the layers in it"
    case .noVector(let found):
      "sizes of layers cut one vector into layers, but there are \(found.count) arrays "
        + "(\(Self.list(found)))"
    case .wrongVector(let name, let shape, let sizes, let expected):
      "array '\(name)' has shape \(pythonTuple(shape)); layers of sizes "
        + "\(sizes.map(String.init).joined(separator: ", ")) take "
        + (expected.map { "a vector of \($0) values" } ?? "more values than can be counted")
    case .severalModels(let prefixes):
      "several networks, under "
        + prefixes.prefix(20).map { $0.isEmpty ? "no prefix" : "'\($0)'" }.joined(
          separator: " and ")
    case .tooManyArrays(let count, let most):
      "\(count) arrays are no network; of one at most \(most) are read"
    case .noModel(let prefix, let known):
      "no network under '\(prefix)'; there is one under "
        + known.prefix(20).map { $0.isEmpty ? "no prefix" : "'\($0)'" }.joined(separator: " and ")
    case .severalScalers(let paths):
      "\(paths.count) scalers may belong to the network: \(Self.list(paths))"
    case .noScaler(let found): "\(found), and no scaler"
    case .scaledAlready(let names): "the network has its own preprocessing: \(names)"
    case .notExact(let name, let dtype):
      "array '\(name)' has dtype \(dtype), and scikit-learn computes in float32 or float64"
    case .assumedActivation(let attribute):
      "an estimator has its activations in it, and its \(attribute) would be a guess"
    case .unstated(let assumptions):
      assumptions.map { assumption in
        switch assumption {
        case .activation:
          "the activation of the hidden layers is not stored, and predictions depend on it"
        case .outActivation:
          "the output activation is not stored, and one output is a class or a value"
        }
      }.joined(separator: "; ")
    case .doubledArray(let first, let second):
      "arrays '\(first)' and '\(second)' claim the same place"
    case .unknownOrder(let found):
      "the arrays \(Self.list(found)) are neither np.savez(file, *coefs, *intercepts) nor weights "
        + "and biases in turn"
    case .noChain(let names, let shapes):
      "the weights "
        + zip(names, shapes).prefix(6).map { "'\($0)' \(pythonTuple($1))" }.joined(separator: ", ")
        + "\(names.count > 6 ? ", …" : "") form no chain of layers with their biases"
    case .severalChains(let readings):
      "the arrays are layers in more ways than one: "
        + readings.map { names in
          names.prefix(6).joined(separator: " → ") + (names.count > 6 ? " → …" : "")
        }.joined(separator: ", or ")
    case .dataSet(let rows, let shape, let targets):
      "'\(rows)' \(pythonTuple(shape)) and '\(targets)' look like a data set, \(shape[0]) rows with a "
        + "target each, and not like a network"
    case .wrongAxes(let name, let shape, let expected):
      "array '\(name)' has shape \(pythonTuple(shape)), not \(expected)"
    case .emptyLayer(let name, let shape):
      "array '\(name)' has shape \(pythonTuple(shape)): a layer needs inputs and outputs"
    case .notReal(let name, let dtype):
      "array '\(name)' has dtype \(dtype); weights are integers or floating-point numbers"
        + Self.hint(dtype: dtype)
    case .unreadable(let name, let error):
      "array '\(name)': \(error)"
    case .notFinite(let name, let value, let index):
      "array '\(name)' holds \(value) at \(pythonTuple(index)); the training has diverged or the "
        + "file is damaged"
    case .biasesDoNotFit(let weights, let shape, let outputs, let biases, let found, let layout):
      "'\(weights)' \(pythonTuple(shape)) has \(outputs) outputs, but '\(biases)' holds \(found) "
        + "biases\(Self.hint(layout))"
    case .layersDoNotChain(
      let first, let firstShape, let outputs, let second, let secondShape, let inputs, let layout):
      "'\(first)' \(pythonTuple(firstShape)) has \(outputs) outputs, but '\(second)' "
        + "\(pythonTuple(secondShape)) takes \(inputs) inputs\(Self.hint(layout))"
    case .ambiguousLayout(let shapes):
      "the weights \(shapes.prefix(6).map(pythonTuple).joined(separator: ", "))"
        + "\(shapes.count > 6 ? ", …" : "") fit both layouts, "
        + "inputs × outputs and outputs × inputs"
    case .unknownActivation(let name, let value, let known):
      "'\(name)' is '\(value)', which is not one of \(known.joined(separator: ", "))"
    case .badAttribute(let name, let problem):
      "array '\(name)' \(problem)"
    case .contradiction(let name, let value, let other):
      "'\(name)' is \(value), but \(other)"
    case .noEstimator(let path, let found):
      path.isEmpty
        ? "\(found), and no MLPClassifier or MLPRegressor"
        : "'\(path)' is \(found), and no estimator"
    case .unknownStep(let path, let kind, let problem):
      "'\(path)' is of the class \(kind): "
        + (problem
          ?? "networks, linear models and what combines them are supported, after "
          + "\(PreprocessingStep.all.count) kinds of preprocessing")
    case .notFitted(let path, let missing):
      "'\(path)' is not fitted: it has no \(missing)"
    case .badObject(let path, let problem):
      "'\(path)' \(problem)"
    case .transformNotFolded(let scalers):
      "the network expects inputs preprocessed by \(scalers), which a file of weights cannot store"
    case .transformNotAffine(let step, let operations):
      "\(step) (\(operations.joined(separator: ", "))) is not affine, so that it cannot be folded into a layer"
        + (operations.contains("clip") ? "; fit it with clip=False" : "")
    case .severalActivations(let names):
      "the hidden layers have different activations (\(Self.list(names))), and scikit-learn's networks have one"
    case .graph(let error): error.description
    }
  }

  private static func hint(_ layout: WeightLayout) -> String {
    " (read as \(layout == .sklearn ? "inputs × outputs" : "outputs × inputs"))"
  }

  /// NumPy writes the types of ml_dtypes as raw bytes.
  private static func hint(dtype: String) -> String {
    let types = ["|V1": "float8", "|V2": "bfloat16"]
    guard let type = types[dtype] else { return "" }
    return "; perhaps a \(type) of ml_dtypes, saved without its name: save it as float32"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).joined(separator: ", ")
    return names.isEmpty ? "none found" : names.count > 6 ? shown + ", …" : shown
  }
}
