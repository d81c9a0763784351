public import Pickle
package import Skops

/// Classes and functions that the file of a network may name, with the modules that they have been in since
/// scikit-learn 0.18, and what they are to a reader.
///
/// Both lists of allowed names, that of pickles and that of skops archives, are made of this table and of the
/// table of preprocessing steps.
struct KnownClass: Sendable {
  /// What a class is to a reader of networks.
  enum Role: Sendable {
    /// `MLPClassifier`.
    case classifier
    /// `MLPRegressor`.
    case regressor
    /// What turns outputs into labels.
    case labels
    /// A list of steps that ends with a network.
    case pipeline
    /// A search for parameters, which keeps the best estimator.
    case search
    /// A step before the network.
    case step(PreprocessingStep)
    /// It is never looked into.
    case passedOver
  }

  private let names: [String]
  private let modules: [String]
  private let role: Role

  private init(_ names: [String], in modules: [String], _ role: Role) {
    self.names = names
    self.modules = modules
    self.role = role
  }

  /// What a name is; `nil` where no network needs it.
  static func role(of name: PickleGlobal) -> Role? { roles[name] }

  private static let roles: [PickleGlobal: Role] = {
    var roles: [PickleGlobal: Role] = [:]
    for row in all + PreprocessingStep.all.map(Self.init) {
      for module in row.modules {
        for name in row.names { roles[PickleGlobal(module, name)] = row.role }
      }
    }
    return roles
  }()

  private init(_ step: PreprocessingStep) {
    self.init([step.name], in: step.modules, .step(step))
  }

  // MARK: The table

  private static let all: [KnownClass] = [
    // The networks, and what they are made of.
    KnownClass(["MLPClassifier"], in: networks, .classifier),
    KnownClass(["MLPRegressor"], in: networks, .regressor),
    KnownClass(
      ["AdamOptimizer", "SGDOptimizer"],
      in: [
        "sklearn.neural_network._stochastic_optimizers",
        "sklearn.neural_network.stochastic_optimizers", "sklearn.neural_network._base",
      ], .passedOver),
    KnownClass(
      ["LabelBinarizer"], in: ["sklearn.preprocessing._label", "sklearn.preprocessing.label"],
      .labels),

    // What may stand around a network.
    KnownClass(["Pipeline"], in: ["sklearn.pipeline"], .pipeline),
    KnownClass(
      ["GridSearchCV", "RandomizedSearchCV"],
      in: ["sklearn.model_selection._search", "sklearn.grid_search"], .search),
    KnownClass(
      ["KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit"],
      in: ["sklearn.model_selection._split"], .passedOver),
    KnownClass(
      ["_PassthroughScorer", "_passthrough_scorer"],
      in: ["sklearn.metrics._scorer", "sklearn.metrics.scorer"], .passedOver),
    KnownClass(["DeprecationDict"], in: ["sklearn.utils.deprecation"], .passedOver),

    // SciPy: what a random search draws its parameters from.
    KnownClass(
      ["rv_frozen", "rv_continuous_frozen", "rv_discrete_frozen"],
      in: ["scipy.stats._distn_infrastructure"], .passedOver),
    KnownClass(
      ["uniform_gen", "loguniform_gen", "reciprocal_gen", "norm_gen", "lognorm_gen", "expon_gen"],
      in: ["scipy.stats._continuous_distns"], .passedOver),
    KnownClass(["randint_gen"], in: ["scipy.stats._discrete_distns"], .passedOver),
  ]

  private static let networks = [
    "sklearn.neural_network._multilayer_perceptron", "sklearn.neural_network.multilayer_perceptron",
  ]
}

extension PickleNames {
  /// The names that the pickle of a network may hold; others are an error.
  public static let networks = PickleNames.arrays.adding(KnownClass.names, others: .refused)

  /// Any name; those that the pickle of a network may hold are known.
  package static let anyBesideNetworks = PickleNames.arrays.adding(
    KnownClass.names, others: .accepted)

  /// Any name of a sound pickle; one that is not sound is refused for the first name that no network has.
  package static let anyIfSound = PickleNames.arrays.adding(
    KnownClass.names, others: .acceptedIfSound)
}

extension SkopsName {
  /// The names that the skops archive of a network may hold.
  package static let networks = values.union(
    KnownClass.names.map { SkopsName($0.module, $0.name) })
}

extension KnownClass {
  fileprivate static var names: [PickleGlobal] { Array(roles.keys) }
}
