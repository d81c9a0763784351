import MLP
import Sklearn

/// What a network demands of its rows, so that their columns can be told from labels and an index.
struct NetworkInputs: Sendable {
  /// The length of a row, before any preprocessing.
  let count: Int
  /// scikit-learn's `feature_names_in_`: the names of the columns that the network was fitted with.
  let names: [String]?
  /// Whether the labels that it knows are texts.
  let hasTextLabels: Bool
  /// What is demanded of each column: its preprocessing may take texts, and gaps.
  let demands: RowDemands

  /// The names of the columns that are used.
  var usedNames: [String]? {
    names.map { names in names.indices.filter(uses).map { names[$0] } }
  }

  /// Whether a column is used, and is not only there.
  func uses(_ column: Int) -> Bool { demands.used.contains(column) }
}

extension Model {
  /// What the network demands of its rows.
  var rowInputs: NetworkInputs {
    NetworkInputs(
      count: weights.outline.rowLength, names: weights.outline.featureNames,
      hasTextLabels: labels.contains { if case .text = $0 { true } else { false } },
      demands: weights.outline.demands)
  }
}

/// What rows are read for.
package enum DataPurpose: Sendable {
  /// To be predicted: labels are left out.
  case prediction
  /// To measure a network: labels are wanted.
  case measurement
  /// To train a network: labels are the last column unless another is named.
  case training
  /// Nobody said: labels are what an array of its own holds, or the column that the caller names.
  case unstated

  /// Whether labels are looked for among the columns of a table.
  var seeksLabels: Bool { self == .measurement || self == .training }
}
