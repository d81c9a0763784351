/// What a network is measured by, under the names that thresholds and results use.
///
/// Each is scikit-learn's function with the same name, at its defaults.
@nonexhaustive
public enum Metric: String, CaseIterable, Codable, Hashable, Sendable {
  /// The share of correct predictions (`accuracy_score`); of several labels, of rows whose labels are all correct.
  case accuracy
  /// `precision_score`: of a class; of two classes, of the second.
  case precision
  /// `recall_score`: of a class; of two classes, of the second.
  case recall
  /// `f1_score`: of a class; of two classes, of the second.
  case f1
  /// The number of rows of a class.
  case support
  /// The mean precision of the classes.
  case precisionMacro = "precision_macro"
  /// The mean recall of the classes.
  case recallMacro = "recall_macro"
  /// The mean F1 of the classes.
  case f1Macro = "f1_macro"
  /// The mean precision, weighted by the rows of each class.
  case precisionWeighted = "precision_weighted"
  /// The mean recall, weighted by the rows of each class.
  case recallWeighted = "recall_weighted"
  /// The mean F1, weighted by the rows of each class.
  case f1Weighted = "f1_weighted"
  /// The share of wrong labels, of a network of several labels (`hamming_loss`).
  case hammingLoss = "hamming_loss"
  /// The mean of −log of the probability of the true class (`log_loss`).
  case logLoss = "log_loss"
  /// The area under the ROC curve (`roc_auc_score`): of a class against all others; of two classes, of the second; of
  /// more, the mean.
  case rocAUC = "roc_auc"
  /// The mean area under the ROC curves, weighted by the rows of each class.
  case rocAUCWeighted = "roc_auc_weighted"
  /// `average_precision_score`: of a class against all others; of two classes, of the second; of more, the mean.
  case averagePrecision = "average_precision"
  /// The mean average precision, weighted by the rows of each class.
  case averagePrecisionWeighted = "average_precision_weighted"
  /// The mean squared error of the probabilities (`brier_score_loss`), of two classes the half of it.
  case brierScore = "brier_score"
  /// R² (`r2_score`).
  case r2
  /// The mean absolute error (`mean_absolute_error`).
  case mae
  /// The root of the mean squared error (`root_mean_squared_error`).
  case rmse
  /// The maximum absolute error (`max_error`), of several outputs over all of them.
  case maxError = "max_error"
  /// The mean over the rows of the sum over the outputs of (output − target)².
  case cost

  /// Whether less is better.
  public var isLoss: Bool {
    switch self {
    case .hammingLoss, .logLoss, .brierScore, .mae, .rmse, .maxError, .cost: true
    default: false
    }
  }

  /// Those that each class has: `recall[3]`.
  static let ofClasses: [Metric] = [.precision, .recall, .f1, .support, .rocAUC, .averagePrecision]
}
