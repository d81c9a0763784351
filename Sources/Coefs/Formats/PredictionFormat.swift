/// The kinds of files that predictions are written to.
package enum PredictionFormat: String, CaseIterable, Sendable {
  /// A prediction on each line, as on a terminal.
  case text = "txt"
  /// A table with names, separated by commas.
  case csv
  /// A table with names, separated by tabs.
  case tsv
  /// An array of the predictions.
  case npy
  /// The arrays `predictions`, `classes` and `probabilities`.
  case npz
  /// The object that a program reads: rows, classes, predictions, probabilities.
  case json

  /// The format that a file's name asks for: text where it has no ending.
  ///
  /// - Throws: ``ModelError/unfitOption(_:)`` for any other ending: a file would not be what its name says.
  package init(fileName: String) throws(CoefsError) {
    let name = fileName.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last, !(parts.count == 2 && parts[0].isEmpty) else {
      self = .text
      return
    }
    guard let format = PredictionFormat(rawValue: ending.lowercased()) else {
      throw CoefsError(
        fileName,
        ModelError.unfitOption(
          "predictions are not written as .\(ending); end the name in \(Self.endings)"))
    }
    self = format
  }

  /// The endings, for a sentence.
  package static let endings = ".csv, .tsv, .npy, .npz, .json or .txt"
}
