/// The attributes that a file may store next to the weights of a network, under scikit-learn's names.
enum Attribute: String, CaseIterable {
  // What the network needs.
  case activation
  case outActivation = "out_activation"
  case classes

  // What the network can be checked with.
  case selfCheck = "self_check"

  // What can contradict the weights.
  case layerCount = "n_layers_"
  case outputCount = "n_outputs_"
  case featureCount = "n_features_in_"
  case hiddenLayerSizes = "hidden_layer_sizes"

  // What says nothing about the network.
  case iterations = "n_iter_"
  case samples = "t_"
  case loss = "loss_"
  case bestLoss = "best_loss_"
  case lossCurve = "loss_curve_"
  case validationScores = "validation_scores_"
  case bestValidationScore = "best_validation_score_"
  case featureNames = "feature_names_in_"

  /// The attribute that a name means; scikit-learn's trailing underscore may be there or not.
  init?(name: String) {
    let other = name.hasSuffix("_") ? String(name.dropLast()) : name + "_"
    guard let attribute = Attribute(rawValue: name) ?? Attribute(rawValue: other) else {
      return nil
    }
    self = attribute
  }

  /// Whether a reader of the network looks into the array at all.
  var isRead: Bool {
    switch self {
    case .activation, .outActivation, .classes, .selfCheck: true
    case .layerCount, .outputCount, .featureCount, .hiddenLayerSizes: true
    default: false
    }
  }
}
