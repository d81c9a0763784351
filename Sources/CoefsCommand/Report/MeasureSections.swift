import Coefs
import MLP
import Sklearn

/// The parts of a page about the scores of a network.
struct MeasureSections {
  let verification: Verification
  let outcomes: Outcomes

  private var metrics: Metrics { verification.metrics }

  /// Whether a row has any number of labels.
  var areLabels: Bool { if case .labels = outcomes { true } else { false } }

  // MARK: Scores

  /// The metrics over all rows.
  var scores: HTML {
    let highlights: [Metric] =
      switch outcomes {
      case .classes: [.accuracy, .f1Macro, .logLoss, .rocAUC]
      case .labels: [.accuracy, .f1Macro, .hammingLoss, .rocAUC]
      case .values: [.r2, .mae, .rmse, .maxError]
      }
    let tiles = highlights.compactMap { metric -> HTML? in
      guard let value = metrics.values[metric] else { return nil }
      let detail =
        metric == .accuracy
        ? verification.correct.map { "\($0) of \(verification.count) right" } : nil
      let text = metric.title + (detail.map { ": \($0)" } ?? "")
      return "<li><strong>\(compact(value.value))</strong><span>\(text)</span></li>\n"
    }
    let hasNotes = metrics.ordered.contains { $0.value.note != nil }
    let rows = metrics.ordered.map { metric, value -> [Cell] in
      [
        Cell(html: "\(metric.title) <code>\(metric.rawValue)</code>"), Cell(compact(value.value)),
        Cell(value.interval.map { "\(compact($0.lowerBound)) to \(compact($0.upperBound))" } ?? ""),
      ] + (hasNotes ? [Cell(value.note ?? "", style: "text")] : [])
    }
    var html: HTML = """
      <ul class="tiles">
      \(tiles)</ul>
      \(HTML.table("All metrics over \(verification.count) rows, as scikit-learn computes them", head: ["Metric", "Value", "95 % interval"] + (hasNotes ? ["Note"] : []), rows: rows))
      """
    if let missing = metrics.missing {
      html += .sentence("Metrics of probabilities are missing: \(missing).")
    }
    if let logistic = verification.cost.logistic, verification.cost.activation != .logistic {
      html += .sentence(
        "The cost is \(compact(verification.cost.own)) with the network's own output activation, "
          + "\(verification.cost.activation.rawValue), and \(compact(logistic)) with logistic, as the plain sigmoid MLP."
      )
    }
    return html
  }

  // MARK: Classes

  /// The confusion of classes; `nil` where rows have no single class.
  var confusion: HTML? {
    guard let counts = verification.confusion, let rates = metrics.confusionRates,
      case .classes(let outcomes) = outcomes
    else { return nil }
    let names = outcomes.labels.map(\.description)
    return names.count <= 40
      ? matrix(names, counts, rates) : frequent(names, counts, rates)
  }

  private func matrix(_ names: [String], _ counts: [[Int]], _ rates: [[Double]]) -> HTML {
    let columnSums = counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
    var rows = counts.enumerated().map { row, cells -> [Cell] in
      let found = cells.enumerated().map { column, count -> Cell in
        guard count > 0 else { return Cell("0", style: "zero") }
        // The root makes rare mistakes visible next to frequent ones.
        let heat = min(9, max(1, Int((rates[row][column].squareRoot() * 9).rounded())))
        return Cell("\(count)", style: "\(row == column ? "hit" : "miss") h\(heat)")
      }
      return [Cell(names[row])] + found
        + [
          Cell("\(cells.reduce(0, +))", style: "sum"), Cell(compact(rates[row][row]), style: "sum"),
        ]
    }
    rows.append(
      [Cell("Predicted", style: "sum")] + columnSums.map { Cell("\($0)", style: "sum") }
        + [Cell("\(columnSums.reduce(0, +))", style: "sum"), Cell("", style: "sum")])
    return """
      \(HTML.table("Rows of each label (down) with each prediction (across)", head: ["Label ↓ Prediction →"] + names + ["Rows", "Recall"], rows: rows, style: "rate"))\
      <p>Green is right and orange is wrong; the shade grows with the share of the label's rows.</p>

      """
  }

  private func frequent(_ names: [String], _ counts: [[Int]], _ rates: [[Double]]) -> HTML {
    var mistakes: [(row: Int, column: Int)] = []
    for (row, cells) in counts.enumerated() {
      for (column, count) in cells.enumerated() where count > 0 && row != column {
        mistakes.append((row, column))
      }
    }
    mistakes.sort { counts[$0.row][$0.column] > counts[$1.row][$1.column] }
    guard !mistakes.isEmpty else { return HTML.sentence("No class is taken for another.") }
    return .table(
      "Most frequent mistakes among \(names.count) classes",
      head: ["Label", "Prediction", "Rows", "Share of the label's rows"],
      rows: mistakes.prefix(100).map { place in
        [
          Cell(names[place.row]), Cell(names[place.column], style: "text"),
          Cell("\(counts[place.row][place.column])"), Cell(compact(rates[place.row][place.column])),
        ]
      })
  }

  /// The scores of each class or label; `nil` for a regressor.
  var classes: HTML? {
    guard !metrics.classes.isEmpty else { return nil }
    let most = 100
    let all = metrics.classes
    let shown =
      all.count <= most
      ? Array(all.indices)
      : all.indices.sorted { all[$0].f1 < all[$1].f1 }.prefix(most).sorted()
    func interval(_ value: Double, _ range: ClosedRange<Double>?) -> Cell {
      guard let range else { return Cell(compact(value)) }
      return Cell(
        html:
          "<span title=\"95 % interval \(compact(range.lowerBound)) to \(compact(range.upperBound))\">\(compact(value))</span>"
      )
    }
    var rows = shown.map { place -> [Cell] in
      let scores = all[place]
      return [
        Cell(scores.label.description), interval(scores.precision, scores.precisionInterval),
        interval(scores.recall, scores.recallInterval), Cell(compact(scores.f1)),
        Cell("\(scores.support)"), Cell("\(scores.predicted)"),
        Cell(scores.rocAUC.map { compact($0) } ?? ""),
        Cell(scores.averagePrecision.map { compact($0) } ?? ""),
      ]
    }
    let support = all.reduce(0) { $0 + $1.support }
    let averages: [(String, [Metric])] = [
      ("macro average", [.precisionMacro, .recallMacro, .f1Macro]),
      ("weighted average", [.precisionWeighted, .recallWeighted, .f1Weighted]),
    ]
    for (name, values) in averages {
      rows.append(
        [Cell(name, style: "sum")] + values.map { Cell(compact(metrics[$0]), style: "sum") }
          + [Cell("\(support)", style: "sum")]
          + Array(repeating: Cell("", style: "sum"), count: 3))
    }
    let head = [
      areLabels ? "Label" : "Class", "Precision", "Recall", "F1", "Support", "Predicted", "ROC AUC",
      "Average precision",
    ]
    let caption = areLabels ? "Scores of each label" : "Scores of each class"
    return """
      \(HTML.table(caption, head: head, rows: rows))\(all.count > most ? HTML.sentence("\(all.count - most) classes with a higher F1 are left out.") : "")
      """
  }

  // MARK: Curves

  private static let mostCurves = 10

  /// The curves of probabilities; `nil` without them.
  var curves: HTML? {
    let curves = outcomes.curves(metrics, most: Self.mostCurves)
    guard !curves.isEmpty else {
      return metrics.classes.isEmpty || metrics.missing != nil
        ? nil : HTML.sentence("No class has both rows that are of it and rows that are not.")
    }
    let unit = 0.0...1.0
    func names(_ value: (Metrics.ClassScores) -> Double?) -> [String] {
      curves.map { "\($0.scores.label.description) (\(compact(value($0.scores))))" }
    }
    func sentence(_ what: String, _ names: [String]) -> String {
      "\(what): " + names.joined(separator: ", ")
    }
    let areas = names(\.rocAUC)
    let precisions = names(\.averagePrecision)
    func caption(_ what: String, _ names: [String]) -> HTML {
      curves.count == 1
        ? "\(what): \(names[0])."
        : "\(what) of each \(areLabels ? "label" : "class"), one against the rest."
    }
    let roc = Chart(
      title: sentence("ROC curves, area under each", areas),
      axes: ("False positive rate", "True positive rate"),
      series: zip(areas, curves).map { .init(name: $0, points: $1.roc) },
      guide: [(0, 0), (1, 1)], ranges: (unit, unit),
      caption: caption("Area under the ROC curve", areas))
    let precisionRecall = Chart(
      title: sentence("Precision-recall curves, average precision of each", precisions),
      axes: ("Recall", "Precision"),
      series: zip(precisions, curves).map { .init(name: $0, points: $1.precisionRecall) },
      ranges: (unit, unit), caption: caption("Average precision", precisions))
    let classes = metrics.calibration.map { (name: $0.label.description, bins: $0.bins) }
    let isPooled = classes.count > 3
    let bins = isPooled ? [(name: "", bins: pooled)] : classes
    let calibration = Chart(
      title: "Calibration: the share of rows that are of the class, for each predicted probability",
      axes: ("Mean predicted probability", "Share of rows"),
      series: bins.map { calibration in
        .init(
          name: calibration.name,
          points: calibration.bins.map { ($0.predicted, $0.observed) }, isMarked: true)
      }, guide: [(0, 0), (1, 1)], ranges: (unit, unit),
      caption:
        "Calibration in ten bins of probability\(isPooled ? ", all \(areLabels ? "labels" : "classes") together" : ""): above the diagonal the network is too careful, below it too confident."
    )
    let left = metrics.classes.count - curves.count
    return """
      <div class="charts">
      \(roc.html)\(precisionRecall.html)\(calibration.html)</div>
      \(curves.count == Self.mostCurves && left > 0 ? HTML.sentence("Shown are the \(curves.count) with the smallest areas under the ROC curve; \(left) are left out.") : "")
      """
  }

  /// The bins of all classes together.
  private var pooled: [Metrics.Calibration.Bin] {
    let bins = Dictionary(grouping: metrics.calibration.flatMap(\.bins)) { bin in
      // What is equal to an edge is in the bin below.
      max(0, Int((bin.predicted * 10).rounded(.up)) - 1)
    }
    return bins.sorted { $0.key < $1.key }.map { _, bins in
      let count = bins.reduce(0) { $0 + $1.count }
      func mean(_ value: (Metrics.Calibration.Bin) -> Double) -> Double {
        bins.reduce(0) { $0 + Double($1.count) * value($1) } / Double(count)
      }
      return .init(count: count, predicted: mean(\.predicted), observed: mean(\.observed))
    }
  }

  // MARK: Values

  /// Predictions against targets, and residuals; `nil` for a classifier.
  var residuals: HTML? {
    guard case .values(let outcomes) = outcomes else { return nil }
    let width = outcomes.predictions.columns
    let shown = min(width, 6)
    var html: HTML = ""
    for output in 0..<shown {
      var points: [Chart.Point] = []
      var residuals: [Chart.Point] = []
      for row in 0..<outcomes.predictions.rows {
        let (target, prediction) = (
          outcomes.targets[row * width + output], outcomes.predictions[row, output]
        )
        points.append((target, prediction))
        residuals.append((prediction, prediction - target))
      }
      let values = points.flatMap { [$0.x, $0.y] }.filter(\.isFinite)
      guard let low = values.min(), let high = values.max() else { continue }
      let name = width == 1 ? "" : " of output \(output)"
      let both = Chart(
        title: "Predictions against targets\(name), from \(compact(low)) to \(compact(high))",
        axes: ("Target", "Prediction"),
        series: [.init(name: "rows", points: points, isLine: false)],
        guide: [(low, low), (high, high)],
        caption: "Predictions against targets\(name): on the diagonal a prediction is exact.")
      let sizes = residuals.map(\.y).filter(\.isFinite)
      let rest = Chart(
        title:
          "Residuals\(name), from \(compact(sizes.min())) to \(compact(sizes.max())), against predictions",
        axes: ("Prediction", "Residual"),
        series: [.init(name: "rows", points: residuals, isLine: false)],
        guide: [
          (residuals.map(\.x).filter(\.isFinite).min() ?? 0, 0),
          (residuals.map(\.x).filter(\.isFinite).max() ?? 0, 0),
        ],
        caption: "Residuals\(name), prediction − target, against predictions.")
      html += "<div class=\"charts\">\n\(both.html)\(rest.html)</div>\n"
      if !sizes.isEmpty {
        let histogram = Histogram(sizes)
        html += """
          <p>Distribution of the residuals\(name): from \(compact(histogram.minimum)) to \(compact(histogram.maximum)), mean \(compact(histogram.mean)).</p>
          \(histogram.html("residuals\(name)"))

          """
      }
    }
    if shown < width { html += .sentence("\(width - shown) more outputs are left out.") }
    return html
  }
}

extension Metric {
  /// The metric in words.
  var title: String {
    switch self {
    case .accuracy: "Accuracy"
    case .precision: "Precision"
    case .recall: "Recall"
    case .f1: "F1"
    case .support: "Support"
    case .precisionMacro: "Precision, macro"
    case .recallMacro: "Recall, macro"
    case .f1Macro: "F1, macro"
    case .precisionWeighted: "Precision, weighted"
    case .recallWeighted: "Recall, weighted"
    case .f1Weighted: "F1, weighted"
    case .hammingLoss: "Hamming loss"
    case .logLoss: "Log loss"
    case .rocAUC: "ROC AUC"
    case .rocAUCWeighted: "ROC AUC, weighted"
    case .averagePrecision: "Average precision"
    case .averagePrecisionWeighted: "Average precision, weighted"
    case .brierScore: "Brier score"
    case .r2: "R²"
    case .mae: "Mean absolute error"
    case .rmse: "Root mean squared error"
    case .maxError: "Maximum error"
    case .cost: "Cost"
    }
  }
}
