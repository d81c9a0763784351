import MLP
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
    /// A step of imbalanced-learn's that changes the rows that a network is fitted on, and does nothing else.
    case sampler
    /// A linear model: a network without a hidden layer.
    case linear(LinearKind)
    /// An estimator that combines others.
    case ensemble(EnsembleKind)
    /// An estimator that passes on what another one predicts (`FrozenEstimator`).
    case frozen
    /// `LabelEncoder`, which people keep next to a network that was fitted on its numbers.
    case encoder
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
    for row in all + PreprocessingStep.all.map(Self.init) + [numpyFunctions] {
      for module in row.modules {
        for name in row.names { roles[PickleGlobal(module, name)] = row.role }
      }
    }
    return roles
  }()

  private init(_ step: PreprocessingStep) {
    self.init([step.name], in: step.modules, .step(step))
  }

  /// NumPy's functions that a `FunctionTransformer` may apply, by the names that NumPy gives them.
  static let functions: [String: InputTransform.Function] = {
    var functions: [String: InputTransform.Function] = [:]
    for function in InputTransform.Function.allCases where function.isNumPy {
      functions[function.rawValue] = function
    }
    functions["abs"] = .absolute
    return functions
  }()

  /// The modules that NumPy's functions have been in.
  static let functionModules = [
    "numpy", "numpy.lib._type_check_impl", "numpy.lib.type_check", "numpy.core.umath",
    "numpy._core.umath", "numpy.core._multiarray_umath",
    "numpy._core._multiarray_umath",
  ]

  private static let numpyFunctions = KnownClass(
    functions.keys.sorted(), in: functionModules, .passedOver)

  // MARK: The table

  private static let all: [KnownClass] = [
    // The networks, and what they are made of.
    KnownClass(["MLPClassifier"], in: networks, .classifier),
    KnownClass(["MLPRegressor"], in: networks, .regressor),
    KnownClass(["LogisticRegression", "LogisticRegressionCV"], in: logistic, .linear(.logistic)),
    KnownClass(["SGDClassifier", "SGDRegressor"], in: gradient, .linear(.gradient)),
    KnownClass(["Perceptron"], in: linear("perceptron"), .linear(.perceptron)),
    KnownClass(["LinearRegression"], in: linear("base"), .linear(.regression)),
    KnownClass(["Ridge", "RidgeCV"], in: linear("ridge"), .linear(.regression)),
    KnownClass(
      ["Lasso", "LassoCV", "ElasticNet", "ElasticNetCV"], in: linear("coordinate_descent"),
      .linear(.regression)),
    KnownClass(
      ["RidgeClassifier", "RidgeClassifierCV"], in: linear("ridge"), .linear(.perceptron)),
    KnownClass(
      ["VotingClassifier"], in: ["sklearn.ensemble._voting", "sklearn.ensemble.voting_classifier"],
      .ensemble(.voting)),
    KnownClass(["VotingRegressor"], in: ["sklearn.ensemble._voting"], .ensemble(.mean)),
    KnownClass(["BaggingClassifier"], in: bagging, .ensemble(.bagging)),
    KnownClass(["BaggingRegressor"], in: bagging, .ensemble(.baggingRegressor)),
    KnownClass(["_ConstantPredictor"], in: ["sklearn.multiclass"], .linear(.constant)),
    KnownClass(["OneVsRestClassifier"], in: ["sklearn.multiclass"], .ensemble(.oneVsRest)),
    KnownClass(
      ["MultiOutputClassifier", "MultiOutputRegressor"], in: ["sklearn.multioutput"],
      .ensemble(.separate)),
    KnownClass(["CalibratedClassifierCV"], in: ["sklearn.calibration"], .ensemble(.calibrated)),
    KnownClass(
      [
        "_CalibratedClassifier", "_SigmoidCalibration", "_TemperatureScaling",
      ], in: ["sklearn.calibration"], .passedOver),
    KnownClass(["IsotonicRegression"], in: ["sklearn.isotonic"], .passedOver),
    KnownClass(
      ["FixedThresholdClassifier", "TunedThresholdClassifierCV"],
      in: ["sklearn.model_selection._classification_threshold"], .ensemble(.threshold)),
    KnownClass(
      ["TransformedTargetRegressor"], in: ["sklearn.compose._target"], .ensemble(.transformedTarget)
    ),
    KnownClass(["FrozenEstimator"], in: ["sklearn.frozen._frozen"], .frozen),
    KnownClass(
      ["MetadataRequest", "MethodMetadataRequest", "MethodMapping", "MetadataRouter"],
      in: ["sklearn.utils._metadata_requests"], .passedOver),
    KnownClass(["Bunch"], in: ["sklearn.utils._bunch", "sklearn.utils"], .passedOver),
    // How linear models were fitted.
    KnownClass(
      [
        "Hinge", "SquaredHinge", "Log", "ModifiedHuber", "SquaredLoss", "Huber",
        "EpsilonInsensitive",
        "SquaredEpsilonInsensitive", "CyHalfSquaredError", "CyHalfBinomialLoss",
        "__pyx_unpickle_CyHalfSquaredError", "__pyx_unpickle_CyHalfBinomialLoss",
      ],
      in: [
        "sklearn.linear_model._sgd_fast", "sklearn.linear_model.sgd_fast", "sklearn._loss._loss",
        "_loss",
      ], .passedOver),
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
    KnownClass(["Pipeline"], in: ["sklearn.pipeline", "imblearn.pipeline"], .pipeline),
    KnownClass(
      ["GridSearchCV", "RandomizedSearchCV"],
      in: ["sklearn.model_selection._search", "sklearn.grid_search"], .search),
    KnownClass(
      ["HalvingGridSearchCV", "HalvingRandomSearchCV"],
      in: ["sklearn.model_selection._search_successive_halving"], .search),
    KnownClass(["BayesSearchCV"], in: ["skopt.searchcv"], .search),
    KnownClass(
      ["LabelEncoder"], in: ["sklearn.preprocessing._label", "sklearn.preprocessing.label"],
      .encoder),
    KnownClass(["DeprecationDict"], in: ["sklearn.utils.deprecation"], .passedOver),

    // What selects columns, and what steps keep of how they were fitted.
    KnownClass(
      ["chi2", "f_classif", "f_oneway", "f_regression", "r_regression"],
      in: [
        "sklearn.feature_selection._univariate_selection",
        "sklearn.feature_selection.univariate_selection",
      ], .passedOver),
    KnownClass(
      ["mutual_info_classif", "mutual_info_regression"],
      in: [
        "sklearn.feature_selection._mutual_info", "sklearn.feature_selection.mutual_info_",
      ], .passedOver),
    KnownClass(
      ["make_column_selector", "_RemainderColsList"],
      in: ["sklearn.compose._column_transformer"], .passedOver),
    KnownClass(["NA"], in: ["pandas._libs.missing"], .passedOver),

    // How a search splits and scores.
    KnownClass(
      [
        "KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold", "RepeatedKFold",
        "RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit",
        "LeaveOneOut", "LeavePOut", "LeaveOneGroupOut", "LeavePGroupsOut", "PredefinedSplit",
        "TimeSeriesSplit", "_CVIterableWrapper",
      ],
      in: ["sklearn.model_selection._split", "sklearn.cross_validation"], .passedOver),
    KnownClass(
      [
        "_PassthroughScorer", "_passthrough_scorer", "_Scorer", "_PredictScorer", "_ProbaScorer",
        "_ThresholdScorer", "_CurveScorer", "_MultimetricScorer",
      ],
      in: [
        "sklearn.metrics._scorer", "sklearn.metrics.scorer",
        "sklearn.model_selection._classification_threshold",
      ], .passedOver),
    KnownClass(
      [
        "accuracy_score", "balanced_accuracy_score", "brier_score_loss", "class_likelihood_ratios",
        "classification_report", "cohen_kappa_score", "confusion_matrix", "d2_brier_score",
        "d2_log_loss_score", "f1_score", "fbeta_score", "hamming_loss", "hinge_loss",
        "jaccard_score", "jaccard_similarity_score", "log_loss", "matthews_corrcoef",
        "multilabel_confusion_matrix", "precision_recall_fscore_support", "precision_score",
        "recall_score", "zero_one_loss",
      ],
      in: ["sklearn.metrics._classification", "sklearn.metrics.classification"], .passedOver),
    KnownClass(
      [
        "auc", "average_precision_score", "coverage_error", "dcg_score", "det_curve",
        "label_ranking_average_precision_score", "label_ranking_loss", "ndcg_score",
        "precision_recall_curve", "roc_auc_score", "roc_curve", "top_k_accuracy_score",
      ],
      in: ["sklearn.metrics._ranking", "sklearn.metrics.ranking"], .passedOver),
    KnownClass(
      [
        "d2_absolute_error_score", "d2_pinball_score", "d2_tweedie_score",
        "explained_variance_score", "max_error", "mean_absolute_error",
        "mean_absolute_percentage_error", "mean_gamma_deviance", "mean_pinball_loss",
        "mean_poisson_deviance", "mean_squared_error", "mean_squared_log_error",
        "mean_tweedie_deviance", "median_absolute_error", "r2_score", "root_mean_squared_error",
        "root_mean_squared_log_error",
      ],
      in: ["sklearn.metrics._regression", "sklearn.metrics.regression"], .passedOver),

    // imbalanced-learn: what changes the rows before a network is fitted, and what it keeps for that.
    KnownClass(
      ["SMOTE", "SMOTEN", "SMOTENC"],
      in: [
        "imblearn.over_sampling._smote.base", "imblearn.over_sampling._smote",
        "imblearn.over_sampling.smote",
      ], .sampler),
    KnownClass(
      ["BorderlineSMOTE", "SVMSMOTE", "KMeansSMOTE"],
      in: [
        "imblearn.over_sampling._smote.filter", "imblearn.over_sampling._smote.cluster",
        "imblearn.over_sampling._smote", "imblearn.over_sampling.smote",
      ], .sampler),
    KnownClass(
      ["ADASYN"], in: ["imblearn.over_sampling._adasyn", "imblearn.over_sampling.adasyn"], .sampler),
    KnownClass(
      ["RandomOverSampler"],
      in: [
        "imblearn.over_sampling._random_over_sampler", "imblearn.over_sampling.random_over_sampler",
      ], .sampler),
    KnownClass(
      ["SMOTEENN", "SMOTETomek"],
      in: [
        "imblearn.combine._smote_enn", "imblearn.combine._smote_tomek",
        "imblearn.combine.smote_enn",
        "imblearn.combine.smote_tomek",
      ], .sampler),
    KnownClass(
      ["ClusterCentroids"],
      in: ["imblearn.under_sampling._prototype_generation._cluster_centroids"], .sampler),
    KnownClass(
      [
        "CondensedNearestNeighbour", "EditedNearestNeighbours", "RepeatedEditedNearestNeighbours",
        "AllKNN", "InstanceHardnessThreshold", "NearMiss", "NeighbourhoodCleaningRule",
        "OneSidedSelection", "RandomUnderSampler", "TomekLinks",
      ],
      in: [
        "condensed_nearest_neighbour", "edited_nearest_neighbours", "instance_hardness_threshold",
        "nearmiss", "neighbourhood_cleaning_rule", "one_sided_selection", "random_under_sampler",
        "tomek_links",
      ].flatMap {
        [
          "imblearn.under_sampling._prototype_selection._\($0)",
          "imblearn.under_sampling.prototype_selection.\($0)",
        ]
      }, .sampler),
    KnownClass(["FunctionSampler"], in: ["imblearn.base"], .sampler),
    KnownClass(
      ["NearestNeighbors"],
      in: ["sklearn.neighbors._unsupervised", "sklearn.neighbors.unsupervised"],
      .passedOver),
    KnownClass(
      ["KDTree", "KDTree64", "BallTree", "BallTree64", "newObj"],
      in: [
        "sklearn.neighbors._kd_tree", "sklearn.neighbors.kd_tree", "sklearn.neighbors._ball_tree",
        "sklearn.neighbors.ball_tree",
      ], .passedOver),
    KnownClass(
      ["EuclideanDistance", "EuclideanDistance64", "newObj"],
      in: [
        "sklearn.metrics._dist_metrics", "sklearn.neighbors._dist_metrics",
        "sklearn.neighbors.dist_metrics",
      ], .passedOver),

    // scikit-optimize: the space of a BayesSearchCV and its own model of the score.
    KnownClass(
      ["Real", "Integer", "Categorical", "Space"], in: ["skopt.space.space"], .passedOver),
    KnownClass(
      [
        "CategoricalEncoder", "Identity", "LogN", "Normalize", "Pipeline", "StringEncoder",
        "LabelEncoder", "ToInteger",
      ],
      in: ["skopt.space.transformers"], .passedOver),
    KnownClass(["Optimizer"], in: ["skopt.optimizer.optimizer"], .passedOver),
    KnownClass(
      ["GaussianProcessRegressor"], in: ["skopt.learning.gaussian_process.gpr"], .passedOver),
    KnownClass(
      ["ConstantKernel", "Matern", "Product", "Sum", "WhiteKernel", "RBF", "HammingKernel"],
      in: ["skopt.learning.gaussian_process.kernels", "sklearn.gaussian_process.kernels"],
      .passedOver),
    KnownClass(
      ["OptimizeResult"], in: ["scipy.optimize._optimize", "scipy.optimize.optimize"], .passedOver),

    // pandas: what searches that were fitted on tables keep of them.
    KnownClass(
      [
        "Categorical", "CategoricalDtype", "DataFrame", "Series", "Index", "RangeIndex",
        "MultiIndex", "StringDtype",
      ], in: ["pandas"], .passedOver),
    KnownClass(["StringArray"], in: ["pandas.arrays", "pandas.core.arrays.string_"], .passedOver),
    KnownClass(["StringDtype"], in: ["pandas.core.arrays.string_"], .passedOver),
    KnownClass(["DataFrame"], in: ["pandas.core.frame"], .passedOver),
    KnownClass(["Series"], in: ["pandas.core.series"], .passedOver),
    KnownClass(["Categorical"], in: ["pandas.core.arrays.categorical"], .passedOver),
    KnownClass(["CategoricalDtype"], in: ["pandas.core.dtypes.dtypes"], .passedOver),
    KnownClass(
      ["Index", "_new_Index", "RangeIndex", "Int64Index", "UInt64Index", "Float64Index"],
      in: [
        "pandas.core.indexes.base", "pandas.core.indexes.range", "pandas.core.indexes.numeric",
        "pandas.indexes.base", "pandas.indexes.range", "pandas.indexes.numeric",
        "pandas.core.index",
      ], .passedOver),
    KnownClass(
      ["BlockManager", "SingleBlockManager"],
      in: ["pandas.core.internals.managers", "pandas.core.internals"], .passedOver),
    KnownClass(["new_block"], in: ["pandas.core.internals.blocks"], .passedOver),
    KnownClass(["_unpickle_block"], in: ["pandas._libs.internals"], .passedOver),
    KnownClass(["__pyx_unpickle_NDArrayBacked"], in: ["pandas._libs.arrays"], .passedOver),

    // SciPy: what a random search draws its parameters from.
    KnownClass(
      ["rv_frozen", "rv_continuous_frozen", "rv_discrete_frozen", "rv_sample"],
      in: ["scipy.stats._distn_infrastructure"], .passedOver),
    KnownClass(
      ["uniform_gen", "loguniform_gen", "reciprocal_gen", "norm_gen", "lognorm_gen", "expon_gen"],
      in: ["scipy.stats._continuous_distns"], .passedOver),
    KnownClass(["randint_gen"], in: ["scipy.stats._discrete_distns"], .passedOver),
  ]

  private static let logistic = linear("logistic")
  private static let gradient = linear("stochastic_gradient")
  private static let bagging = ["sklearn.ensemble._bagging", "sklearn.ensemble.bagging"]
  private static func linear(_ module: String) -> [String] {
    ["sklearn.linear_model._\(module)", "sklearn.linear_model.\(module)"]
  }

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
