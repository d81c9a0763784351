import Coefs
import Platform
import Sklearn

/// A value for the eye: four decimals, or four digits where it is small or large.
func compact(_ value: Double?) -> String {
  guard let value else { return "undefined" }
  guard value.isFinite else { return "\(value)" }
  let size = abs(value)
  guard value != 0, size < 0.001 || size >= 1e6 else { return fixed(value) }
  let exponent = floor(log10(size))
  let scale = pow(10, 3 - exponent)
  guard scale.isFinite, scale > 0 else { return "\(value)" }
  return "\((value * scale).rounded() / scale)"
}

/// A value with four significant digits.
package func fourDigits(_ value: Double) -> String {
  guard value != 0 else { return "0" }
  guard value.isFinite else { return "\(value)" }
  let exponent = Int(floor(log10(abs(value))))
  // Each of the two factors is finite, down to the smallest number.
  let (scale, rest) = (
    pow(10, Double(min(3 - exponent, 300))), pow(10, Double(max(0, -297 - exponent)))
  )
  let rounded = (value * scale * rest).rounded() / scale / rest
  guard let whole = Int(exactly: rounded), abs(whole) < 1_000_000 else { return "\(rounded)" }
  return "\(whole)"
}

/// A value for the eye, without decimals where it is whole.
func brief(_ value: Double) -> String {
  abs(value) < 1e6 ? Int(exactly: value).map(String.init) ?? compact(value) : compact(value)
}

/// A value below a million with four decimals.
private func fixed(_ value: Double) -> String {
  let parts = Int((abs(value) * 10_000).rounded())
  let decimals = String(10_000 + parts % 10_000).dropFirst()
  return "\(value < 0 ? "-" : "")\(parts / 10_000).\(decimals)"
}

/// The lines of a table: the first column to the left, all others to the right.
///
/// - Parameter isCut: Whether long texts of the first column are cut.
func textTable(_ head: [String], _ rows: [[String]], isCut: Bool = true) -> [String] {
  let all = [head] + rows.map { row in [isCut ? row[0].shortened : row[0]] + row.dropFirst() }
  let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { row in
    // No blanks at the end of a line.
    let last = row.lastIndex { !$0.isEmpty } ?? 0
    return row[...last].enumerated().map { column, cell in
      let blanks = String(
        repeating: " ", count: column == 0 && last == 0 ? 0 : widths[column] - cell.count)
      return column == 0 ? cell + blanks : blanks + cell
    }.joined(separator: "  ")
  }
}

/// A table in Markdown; the cells are escaped already.
func markdownTable(_ head: [String], _ rows: [[String]]) -> String {
  let lines = [head, head.indices.map { $0 == 0 ? "---" : "---:" }] + rows
  return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}

extension String {
  /// The text, cut where it is too long for a column.
  fileprivate var shortened: String { count > 32 ? prefix(31) + "…" : self }
}

extension ModelSummary {
  /// The network in a few words.
  var title: String {
    let sizes = layers.map(String.init).joined(separator: "-")
    return ensemble.map { "\($0.name) of \($0.networks) network\($0.networks == 1 ? "" : "s")" }
      ?? "\(sizes) \(task.rawValue), \(parameters) parameters"
  }
}

extension Verification.Data {
  /// The rows in one line.
  var text: String {
    "\(name.escapedForTerminal), rows \(rows[0]):\(rows[1]), divided by \(scale)"
  }
}

extension Metrics {
  /// The rows of a table of the classes: name, precision, recall, F1 and support; and the means.
  private func classRows(_ escaped: (String) -> String) -> [[String]] {
    func cells(_ values: [Double?]) -> [String] { values.map { compact($0) } }
    var rows = classes.map { scores in
      [escaped(scores.label.description)] + cells([scores.precision, scores.recall, scores.f1])
        + ["\(scores.support)"]
    }
    let support = "\(classes.reduce(0) { $0 + $1.support })"
    for (name, metrics) in [
      ("macro", [.precisionMacro, .recallMacro, .f1Macro]),
      ("weighted", [.precisionWeighted, .recallWeighted, .f1Weighted]),
    ] as [(String, [Metric])] {
      rows.append([name] + cells(metrics.map { self[$0] }) + [support])
    }
    return rows
  }

  /// The classes of a table: all of a few; of many those with the lowest F1.
  private func shown(_ rows: [[String]], most: Int) -> (rows: [[String]], left: Int) {
    guard classes.count > most else { return (rows, 0) }
    let worst = classes.indices.sorted { classes[$0].f1 < classes[$1].f1 }.prefix(most).sorted()
    return (worst.map { rows[$0] } + rows.suffix(2), classes.count - most)
  }

  /// What is not in the lines of accuracy and cost: intervals, probabilities, classes.
  var text: [String] {
    var lines: [String] = []
    if let interval = values[.accuracy]?.interval {
      lines.append(
        "accuracy from \(compact(interval.lowerBound)) to \(compact(interval.upperBound)) (95 % interval)"
      )
    }
    let others: [Metric] = [
      .hammingLoss, .logLoss, .rocAUC, .averagePrecision, .brierScore, .maxError,
    ]
    let found = others.compactMap { metric in
      values[metric].map { "\(metric.rawValue) \(compact($0.value))" }
    }
    if !found.isEmpty { lines.append(found.joined(separator: ", ")) }
    for metric in others {
      if let note = values[metric]?.note {
        lines.append("note: \(metric.rawValue): \(note.escapedForTerminal)")
      }
    }
    if let missing {
      lines.append("note: no metrics of probabilities: \(missing.escapedForTerminal)")
    }
    guard !classes.isEmpty else { return lines }
    let (rows, left) = shown(classRows(\.escapedForTerminal), most: 30)
    lines += textTable(["class", "precision", "recall", "f1", "support"], rows)
    if left > 0 { lines.append("and \(left) classes with a higher F1") }
    return lines
  }

  /// The metrics, and the table of the classes, in Markdown.
  var markdown: String {
    var text = markdownTable(
      ["metric", "value", "95 % interval"],
      ordered.map { metric, value in
        [
          metric.rawValue.escapedForMarkdown, compact(value.value),
          value.interval.map { "\(compact($0.lowerBound)) to \(compact($0.upperBound))" } ?? "",
        ]
      })
    guard !classes.isEmpty else { return text }
    let (rows, left) = shown(classRows(\.escapedForMarkdown), most: 100)
    text +=
      "\n" + markdownTable(["class", "precision", "recall", "F1", "support"], rows)
    if left > 0 { text += "\nAnd \(left) classes with a higher F1.\n" }
    return text
  }
}

extension RegressionScores {
  /// The scores as they are called in a text.
  var named: [(name: String, value: Double)] { [("R²", r2), ("MAE", mae), ("RMSE", rmse)] }
}
