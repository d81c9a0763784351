import MLP
import NPY
import Pickle

/// scikit-learn's scalers, which a pipeline may have before a network (`sklearn/preprocessing/
/// _data.py`).
enum Scaler: String {
  case standard = "StandardScaler"
  case minMax = "MinMaxScaler"
  case maxAbs = "MaxAbsScaler"
  case robust = "RobustScaler"

  /// What a fitted scaler does, in the order in which scikit-learn does it.
  func step(of scaler: StoredInstance<some StoredObjects>) throws(SklearnError)
    -> InputTransform
    .Step
  {
    var operations: [InputTransform.Operation] = []
    switch self {
    case .standard:
      if try scaler.boolean("with_mean", default: true) {
        operations.append(.subtract(try scaler.numbers("mean_")))
      }
      if try scaler.boolean("with_std", default: true) {
        operations.append(.divide(try scaler.numbers("scale_")))
      }
      // Not fitted, and nothing that it does would tell.
      if operations.isEmpty, try scaler.integer("n_features_in_") == nil,
        scaler.node("n_samples_seen_") == nil
      {
        throw .notFitted(scaler.path, missing: "n_samples_seen_")
      }
    case .minMax:
      operations = [
        .multiply(try scaler.numbers("scale_")), .add(try scaler.numbers("min_")),
      ]
      if try scaler.boolean("clip", default: false) { operations.append(.clip(try scaler.range())) }
    case .maxAbs:
      operations = [.divide(try scaler.numbers("scale_"))]
      if try scaler.boolean("clip", default: false) { operations.append(.clip(-1...1)) }
    case .robust:
      if try scaler.boolean("with_centering", default: true) {
        operations.append(.subtract(try scaler.numbers("center_")))
      }
      if try scaler.boolean("with_scaling", default: true) {
        operations.append(.divide(try scaler.numbers("scale_")))
      }
    }
    return .init(rawValue, operations)
  }
}

extension StoredInstance {
  /// A vector of numbers, one for each input.
  fileprivate func numbers(_ name: String) throws(SklearnError) -> [Double] {
    guard let array = try array(name) else { throw .notFitted(path, missing: name) }
    guard array.shape.count == 1, array.dtype.isReal else {
      throw wrong(name, .array(array), "a vector of numbers")
    }
    do { return Array(try array.reals(as: Double.self)) } catch {
      throw .unreadable("\(path).\(name)", error)
    }
  }

  /// `feature_range`: a pair of numbers.
  fileprivate func range() throws(SklearnError) -> ClosedRange<Double> {
    guard let items = try items("feature_range") else { return 0...1 }
    var ends: [Double] = []
    for item in items { if let number = number(item) { ends.append(number) } }
    guard items.count == 2, ends.count == 2, ends[0] <= ends[1] else {
      throw .badObject("\(path).feature_range", problem: "is no pair of numbers, the smaller first")
    }
    return ends[0]...ends[1]
  }
}

/// The classes that a network is made of, and what may stand around it; scikit-learn has moved them.
enum Kind: Equatable {
  case classifier
  case regressor
  case labels
  case pipeline
  case search
  case scaler(Scaler)

  /// The class that a name means; `nil` for any other.
  init?(_ name: PickleGlobal) {
    let networks = "sklearn.neural_network."
    let preprocessing = "sklearn.preprocessing."
    let scaler = Scaler(rawValue: name.name)
    switch (name.module, name.name) {
    case (networks + "_multilayer_perceptron", "MLPClassifier"),
      (networks + "multilayer_perceptron", "MLPClassifier"):
      self = .classifier
    case (networks + "_multilayer_perceptron", "MLPRegressor"),
      (networks + "multilayer_perceptron", "MLPRegressor"):
      self = .regressor
    case (preprocessing + "_label", "LabelBinarizer"), (preprocessing + "label", "LabelBinarizer"):
      self = .labels
    case ("sklearn.pipeline", "Pipeline"):
      self = .pipeline
    case ("sklearn.model_selection._search", "GridSearchCV"),
      ("sklearn.model_selection._search", "RandomizedSearchCV"),
      ("sklearn.grid_search", "GridSearchCV"), ("sklearn.grid_search", "RandomizedSearchCV"):
      self = .search
    case (preprocessing + "_data", _) where scaler != nil,
      (preprocessing + "data", _) where scaler != nil:
      guard let scaler else { return nil }
      self = .scaler(scaler)
    default: return nil
    }
  }
}
