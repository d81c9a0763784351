import Digits
import MLP
import Sklearn
package import Coefs

extension Verification {
  /// The result as an HTML page without external files: figures, confusion matrix, and the rows with
  /// wrong predictions, as pictures where they are 8 × 8 pixels.
  ///
  /// - Parameters:
  ///   - answers: The network's predictions for the same rows.
  ///   - data: The rows.
  /// - Returns: The page.
  package func html(answers: Predictions, data: Dataset) -> String {
    var page = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>coefs verify</title><style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto }
      table { border-collapse: collapse } td, th { border: 1px solid #bbb; padding: .2em .6em }
      td { text-align: right } .right { background: #dfd } .wrong { background: #fdd }
      figure { display: inline-block; margin: .5em } svg { width: 80px; height: 80px }
      </style></head><body>
      <h1>\(passed.map { $0 ? "Passed" : "Missed" } ?? "Measured")</h1>
      <p>\(model.layers.map(String.init).joined(separator: "-")) \(model.task.rawValue), \
      hidden activation \(model.activation.name) (\(model.activation.from.rawValue)), \
      output activation \(model.outActivation.name) (\(model.outActivation.from.rawValue)).
      Rows \(self.data.rows[0]):\(self.data.rows[1]) of \(self.data.name.escapedForHTML), \
      divided by \(self.data.scale).</p>
      <table>

      """
    if let accuracy, let correct {
      page += "<tr><th>accuracy</th><td>\(accuracy) (\(correct) of \(count))</td></tr>\n"
    }
    if let regression {
      for (name, value) in regression.named {
        page += "<tr><th>\(name)</th><td>\(value)</td></tr>\n"
      }
    }
    var costs = [cost.activation.rawValue: cost.own]
    if let logistic = cost.logistic { costs["logistic"] = logistic }
    for (name, value) in costs.sorted(by: { $0.key < $1.key }) {
      page += "<tr><th>cost, \(name) output</th><td>\(value)</td></tr>\n"
    }
    page += "</table>\n"
    if let detected = self.data.detected { page += "<p>\(detected.escapedForHTML)</p>\n" }
    for note in notes { page += "<p>\(note.escapedForHTML)</p>\n" }
    if let confusion { page += confusionTable(confusion, labels: answers.classes ?? []) }
    page += wrongAnswers(answers, data)
    return page + "</body></html>\n"
  }

  private func confusionTable(_ confusion: [[Int]], labels: [ClassLabels.Label]) -> String {
    let names = confusion.indices.map { index in
      index < labels.count ? labels[index].description.escapedForHTML : ""
    }
    var table = "<h2>Label (row), prediction (column)</h2>\n<table><tr><th></th>"
    table += names.map { "<th>\($0)</th>" }.joined() + "</tr>\n"
    for (row, counts) in confusion.enumerated() {
      table += "<tr><th>\(names[row])</th>"
      for (column, count) in counts.enumerated() {
        let mark = row == column ? " class=\"right\"" : count > 0 ? " class=\"wrong\"" : ""
        table += "<td\(mark)>\(count)</td>"
      }
      table += "</tr>\n"
    }
    return table + "</table>\n"
  }

  private func wrongAnswers(_ answers: Predictions, _ data: Dataset) -> String {
    guard case .labels(let labels) = data.targets, model.task == .classifier else { return "" }
    var figures = ""
    for (row, answer) in answers.predictions.enumerated() {
      guard case .label(let label) = answer, label.canonical != labels[row].canonical else {
        continue
      }
      let index = data.rows.lowerBound + row
      figures += "<figure>"
      if data.inputs.columns == Digits.pixelCount {
        figures +=
          DigitPicture(
            index: index, digit: Int(labels[row].description) ?? 0,
            pixels: data.inputs.row(row).map { $0 * data.scale }
          ).svg
      }
      figures += "<figcaption>row \(index): \(labels[row].description.escapedForHTML) taken for "
      figures += "\(label.description.escapedForHTML)</figcaption></figure>\n"
    }
    return figures.isEmpty ? "" : "<h2>Wrong predictions</h2>\n" + figures
  }
}

extension RegressionScores {
  /// The scores as they are called in a text.
  var named: [(name: String, value: Double)] { [("R²", r2), ("MAE", mae), ("RMSE", rmse)] }
}

extension String {
  fileprivate var escapedForHTML: String {
    var result = ""
    // Scalars, because "<" and an accent behind it make one character that is not "<".
    for scalar in escapedForTerminal.unicodeScalars {
      if let escaped = scalar.escapedInMarkup {
        result += escaped
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// What HTML and XML write for a character that they take for markup; `nil` for any other.
  var escapedInMarkup: String? {
    switch self {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    default: nil
    }
  }
}
