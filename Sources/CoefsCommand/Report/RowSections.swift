import Coefs
import MLP
import Sklearn

/// The parts of a page about single rows.
struct RowSections {
  let model: Model
  let data: Dataset
  /// The inputs as an image; `nil` where they are not one.
  let image: ImageShape?

  /// The most rows that are shown.
  private static let most = 100
  /// The most features of a row that are shown.
  private static let mostFeatures = 12

  /// A row, and what to say about it.
  private struct Row {
    let place: Int
    /// The cells after the number of the row.
    let cells: [String]
    /// What the cells say, in a few words.
    let text: String
  }

  // MARK: Errors

  /// The rows that are most wrong, the worst first.
  func errors(_ outcomes: Outcomes) -> HTML {
    switch outcomes {
    case .classes(let outcomes): errors(outcomes)
    case .labels(let outcomes): errors(outcomes)
    case .values(let outcomes): errors(outcomes)
    }
  }

  private func errors(_ outcomes: ClassOutcomes) -> HTML {
    let wrong = outcomes.targets.indices.filter { outcomes.targets[$0] != outcomes.predicted[$0] }
    let confidence = wrong.map { outcomes.probabilities?[$0, outcomes.predicted[$0]] ?? 0 }
    let rows = worst(wrong, confidence).map { row, confidence -> Row in
      let label = outcomes.labels[outcomes.targets[row]].description
      let prediction = outcomes.labels[outcomes.predicted[row]].description
      let hasConfidence = outcomes.probabilities != nil
      return Row(
        place: row, cells: [label, prediction, hasConfidence ? compact(confidence) : ""],
        text: "\(label) taken for \(prediction)\(hasConfidence ? ", \(percent(confidence))" : "")")
    }
    guard !rows.isEmpty else { return HTML.sentence("Every prediction is right.") }
    let order =
      outcomes.probabilities == nil
      ? "The network gives no probabilities; the rows are in their order."
      : "The most confident wrong predictions come first."
    return """
      <p>\(wrong.count) of \(outcomes.targets.count) predictions are wrong. \(order)\(left(wrong.count - rows.count))</p>
      \(shown(rows, "Wrong predictions", ["Label", "Prediction", "Probability"]))
      """
  }

  private func errors(_ outcomes: LabelOutcomes) -> HTML {
    let width = outcomes.labels.count
    func names(_ flags: ContiguousArray<Bool>, _ row: Int) -> String {
      let names = outcomes.labels.indices.filter { flags[row * width + $0] }
        .map { outcomes.labels[$0].description }
      return names.isEmpty ? "no label" : names.joined(separator: ", ")
    }
    let rowCount = outcomes.targets.count / max(1, width)
    let wrong = (0..<rowCount).filter { row in
      let range = row * width..<(row + 1) * width
      return outcomes.targets[range] != outcomes.predicted[range]
    }
    let sizes = wrong.map { row -> Double in
      outcomes.labels.indices.reduce(0) { largest, label in
        let place = row * width + label
        guard outcomes.targets[place] != outcomes.predicted[place],
          let probability = outcomes.probabilities?.values[place]
        else { return largest }
        return max(largest, outcomes.targets[place] ? 1 - probability : probability)
      }
    }
    let rows = worst(wrong, sizes).map { row, size -> Row in
      let (labels, predictions) = (names(outcomes.targets, row), names(outcomes.predicted, row))
      return Row(
        place: row, cells: [labels, predictions, compact(size)],
        text: "\(labels) taken for \(predictions)")
    }
    guard !rows.isEmpty else { return HTML.sentence("Every prediction is right.") }
    return """
      <p>The labels of \(wrong.count) of \(rowCount) rows are not all right. The most confident errors come first.\(left(wrong.count - rows.count))</p>
      \(shown(rows, "Rows with wrong labels", ["Labels", "Predictions", "Largest error"]))
      """
  }

  private func errors(_ outcomes: ValueOutcomes) -> HTML {
    let width = outcomes.predictions.columns
    let sizes = (0..<outcomes.predictions.rows).map { row -> Double in
      (0..<width).reduce(0) { largest, output in
        let error = abs(outcomes.predictions[row, output] - outcomes.targets[row * width + output])
        return error.isNaN ? .infinity : max(largest, error)
      }
    }
    func texts(_ values: some Sequence<Double>) -> String {
      values.prefix(6).map { compact($0) }.joined(separator: ", ") + (width > 6 ? ", …" : "")
    }
    let rows = worst(Array(sizes.indices), sizes).prefix(50).map { row, size -> Row in
      let target = texts(outcomes.targets[row * width..<(row + 1) * width])
      let prediction = texts(outcomes.predictions.row(row))
      return Row(
        place: row, cells: [target, prediction, compact(size)],
        text: "\(target) predicted as \(prediction)")
    }
    return """
      <p>The rows with the largest differences between prediction and target.\(left(sizes.count - rows.count))</p>
      \(shown(rows, "Rows with the largest errors", ["Target", "Prediction", "Error"]))
      """
  }

  // MARK: Changes

  /// The rows whose prediction is another; those that were right come first.
  func changes(_ before: Outcomes, _ after: Outcomes) -> HTML? {
    guard case .classes(let a) = before, case .classes(let b) = after else { return nil }
    let changed = b.predicted.indices.filter {
      a.labels[a.predicted[$0]].canonical != b.labels[b.predicted[$0]].canonical
    }
    guard !changed.isEmpty else {
      return HTML.sentence("Both networks predict the same for every row.")
    }
    func kind(_ row: Int) -> (order: Int, text: String) {
      if a.predicted[row] == a.targets[row] { return (0, "broken") }
      return b.predicted[row] == b.targets[row] ? (1, "fixed") : (2, "wrong in both")
    }
    let ordered = changed.sorted { (kind($0).order, $0) < (kind($1).order, $1) }
    let rows = ordered.prefix(Self.most).map { row -> Row in
      let label = b.labels[b.targets[row]].description
      let (old, new) = (
        a.labels[a.predicted[row]].description, b.labels[b.predicted[row]].description
      )
      let kind = kind(row).text
      return Row(
        place: row, cells: [label, old, new, kind],
        text: "\(label): \(old) in A, \(new) in B: \(kind)")
    }
    return """
      <p>\(changed.count) predictions changed. Those that only A has right come first.\(left(changed.count - rows.count))</p>
      \(shown(rows, "Rows whose prediction changed", ["Label", "A", "B", "Change"]))
      """
  }

  // MARK: Parts

  private func worst(_ rows: [Int], _ sizes: [Double]) -> [(row: Int, size: Double)] {
    let ordered = rows.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    return ordered.prefix(Self.most).map { (rows[$0], sizes[$0]) }
  }

  private func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10)\u{A0}%"
  }

  private func left(_ count: Int) -> String { count > 0 ? " \(count) more are left out." : "" }

  private func shown(_ rows: [Row], _ caption: String, _ head: [String]) -> HTML {
    image.map { pictures(rows, $0) } ?? table(rows, caption, head)
  }

  private func pictures(_ rows: [Row], _ image: ImageShape) -> HTML {
    let items = rows.map { row -> HTML in
      let number = data.rows.lowerBound + row.place
      let picture = PixelPicture.html(
        data.inputs.row(row.place), side: image.side, .ink(image.range),
        "image of row \(number)")
      return "<li>\(picture)<strong>row \(number)</strong><br/>\(row.text)</li>\n"
    }
    return "<ul class=\"gallery\">\n\(items)</ul>\n"
  }

  private func table(_ rows: [Row], _ caption: String, _ head: [String]) -> HTML {
    let demands = model.weights.outline.demands
    let used = (0..<data.inputs.columns).filter(demands.used.contains)
    let columns = used.prefix(Self.mostFeatures)
    let names = model.weights.outline.featureNames
    let cells = rows.map { row -> [Cell] in
      [Cell("row \(data.rows.lowerBound + row.place)")] + row.cells.map { Cell($0, style: "text") }
        + columns.map { Cell(value(of: $0, in: row.place, demands)) }
    }
    return """
      \(HTML.table(caption, head: ["Row"] + head + columns.map { names?[$0] ?? "input \($0)" }, rows: cells))\(used.count > columns.count ? HTML.sentence("The first \(columns.count) of \(used.count) features are shown.") : "")
      """
  }

  /// A value as it was in the data.
  private func value(of column: Int, in row: Int, _ demands: RowDemands) -> String {
    let value = data.inputs[row, column]
    guard !value.isNaN else { return "missing" }
    guard let texts = demands.texts[column] else { return brief(value * data.scale) }
    return texts.indices.contains(Int(value)) ? texts[Int(value)] : "another text"
  }
}
