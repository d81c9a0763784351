import Coefs
import MLP
import Sklearn

/// The parts of a page about the network itself.
struct NetworkSections {
  let model: Model
  /// The inputs as an image; `nil` where they are not one.
  let image: ImageShape?

  /// The layers as a table.
  var layers: HTML {
    if let ensemble = model.ensemble { return networks(of: ensemble) }
    let weights = model.weights
    let network = weights.mlp(as: Double.self)
    let origins =
      "hidden activation \(weights.activation.origin.rawValue), "
      + "output activation \(weights.outActivation.origin.rawValue)"
    let rows = network.layers.enumerated().map { index, layer -> [Cell] in
      let isLast = index == network.layers.count - 1
      let values = Histogram(layer.weights)
      let name = "layer \(index + 1)\(isLast ? " (output)" : "")"
      return [
        Cell(name), Cell("\(layer.inputs) → \(layer.outputs)"),
        Cell(layer.activation.rawValue, style: "text"),
        Cell("\(layer.weights.count + layer.biases.count)"),
        Cell(html: values.html("weights of layer \(index + 1)")), Cell(compact(values.minimum)),
        Cell(compact(values.mean)), Cell(compact(values.maximum)),
      ]
    }
    let shown = rows.count > 60 ? Array(rows.prefix(59)) + [rows[rows.count - 1]] : rows
    let left = rows.count - shown.count
    return """
      <p>\(ModelSummary(weights).title), \(weights.dtypeName), named \(weights.naming); \(origins).</p>
      \(HTML.table("Layers of the network", head: ["Layer", "Shape", "Activation", "Parameters", "Weights", "Minimum", "Mean", "Maximum"], rows: shown))\(left > 0 ? HTML.sentence("\(left) layers before the last are left out.") : "")
      """
  }

  private func networks(of ensemble: Ensemble) -> HTML {
    let rows = ensemble.networks.prefix(100).enumerated().map { index, weights -> [Cell] in
      [
        Cell("network \(index + 1)"),
        Cell(weights.layerSizes.map(String.init).joined(separator: " → ")),
        Cell(weights.activation.activation.rawValue, style: "text"),
        Cell(weights.outActivation.activation.rawValue, style: "text"),
        Cell("\(weights.parameterCount)"),
      ]
    }
    let left = ensemble.networkCount - rows.count
    return """
      <p>\(ModelSummary(model.weights).title).</p>
      \(HTML.table("Networks of the ensemble", head: ["Network", "Layers", "Activation", "Output activation", "Parameters"], rows: rows))\(left > 0 ? HTML.sentence("\(left) more networks are left out.") : "")
      """
  }

  // MARK: Preprocessing

  private var transform: InputTransform? {
    model.ensemble != nil ? model.ensemble?.transform : model.weights.inputTransform
  }

  /// The transformers, and how far each feature of the data is from what they were fitted on.
  func preprocessing(_ data: Dataset?) -> HTML {
    guard let transform else {
      return HTML.sentence(
        model.ensemble == nil
          ? "The network takes its inputs without preprocessing."
          : "The networks have no preprocessing in common.")
    }
    var html: HTML = "<ol class=\"notes\">\n"
    for step in transform.steps {
      let operations = step.operationNames.joined(separator: ", ")
      html += "<li>\(step.name)\(operations.isEmpty ? "" : ": \(operations)")</li>\n"
    }
    html += "</ol>\n"
    guard let data else { return html }
    let drifts = FeatureDrift.of(transform, data)
    guard !drifts.isEmpty else {
      html += .sentence("No feature has a mean and a scale of its own.")
      return html
    }
    let most = 60
    let shown =
      drifts.count <= most
      ? drifts
      : drifts.sorted { $0.size > $1.size }.prefix(most).sorted { $0.column < $1.column }
    let names = model.weights.outline.featureNames
    html += .table(
      "Drift of each feature against its scaler",
      head: ["Feature", "Centre", "Scale", "Data mean", "Data deviation", "Drift", "Spread"],
      rows: shown.map { drift in
        let isFar = abs(drift.shift) > 0.5
        // A feature that never varies has the scale 1.
        let isConstant = drift.deviation == 0 && drift.shift == 0
        let isWide = drift.spread > 2 || drift.spread < 0.5 && !isConstant
        return [
          Cell(names?[drift.column] ?? "input \(drift.column)"), Cell(compact(drift.centre)),
          Cell(compact(drift.scale)), Cell(compact(drift.mean)), Cell(compact(drift.deviation)),
          Cell(
            signed(drift.shift) + (drift.isStandard && isFar ? " far" : ""),
            style: drift.isStandard && isFar ? "bad" : ""),
          Cell(
            compact(drift.spread) + (drift.isStandard && isWide ? " far" : ""),
            style: drift.isStandard && isWide ? "bad" : ""),
        ]
      })
    if shown.count < drifts.count {
      html += .sentence("\(drifts.count - shown.count) features with less drift are left out.")
    }
    let isStandard = drifts.allSatisfy(\.isStandard)
    html += .sentence(
      "Drift is (data mean − centre) / scale, and spread is data deviation / scale. "
        + (isStandard
          ? "Data like that of the training has a drift near 0 and a spread near 1; beyond 0.5, or a factor of 2, it is marked as far."
          : "The scaler makes (x − centre) / scale of x: of a MinMaxScaler these are the minimum and the range of the "
            + "training data."))
    return html
  }

  // MARK: Pictures and training

  /// The weights of each unit of the first layer as a picture; `nil` where the inputs are no image.
  var firstLayer: HTML? {
    guard let image, model.ensemble == nil, model.weights.inputTransform?.isElementwise ?? true
    else { return nil }
    let layer = model.weights.mlp(as: Double.self).layers[0]
    let most = 64
    let largest = layer.weights.reduce(0) { max($0, abs($1)) }
    let pictures = (0..<min(most, layer.outputs)).map { unit -> HTML in
      let weights = Array(layer.weights[unit * layer.inputs..<(unit + 1) * layer.inputs])
      let picture = PixelPicture.html(
        weights, side: image.side, .signed(largest), "weights of unit \(unit)")
      return "<li>\(picture)unit \(unit)</li>\n"
    }
    return """
      <p>Each picture has the weights from all pixels to one unit: blue above 0, red below 0, white at 0; the strongest colour is \
      \(compact(largest)).\(layer.outputs > most ? " The first \(most) of \(layer.outputs) units are shown." : "")</p>
      <ul class="gallery">
      \(pictures)</ul>

      """
  }

  /// The loss of each epoch; `nil` where the file does not have it.
  var lossCurve: HTML? {
    let losses = model.ensemble == nil ? model.weights.outline.lossCurve : []
    guard let first = losses.first, let last = losses.last, losses.count > 1 else { return nil }
    // No more points than can be told apart, and always the first and the last.
    let step = max(1, losses.count / 400)
    let places = losses.indices.filter { $0 % step == 0 || $0 == losses.count - 1 }
    let chart = Chart(
      title: "Loss of \(losses.count) epochs, from \(compact(first)) to \(compact(last))",
      axes: ("Epoch", "Loss"),
      series: [.init(name: "loss", points: places.map { (Double($0 + 1), losses[$0]) })],
      ranges: (1...Double(losses.count), nil),
      caption:
        "Loss of each epoch: \(losses.count) epochs, from \(compact(first)) to \(compact(last)).")
    return "<div class=\"charts\">\(chart.html)</div>\n"
  }
}

extension HTML {
  /// A paragraph.
  static func sentence(_ text: String) -> HTML { "<p>\(text)</p>\n" }
}

/// How far the data of a feature is from what its scaler was fitted on.
struct FeatureDrift {
  /// The column of the rows.
  let column: Int
  /// The scaler takes x to (x − centre) / scale.
  let centre: Double
  let scale: Double
  /// Whether centre and scale are the mean and the standard deviation of the training data.
  let isStandard: Bool
  /// The mean and the standard deviation of the data, without missing values.
  let mean: Double
  let deviation: Double

  /// The distance of the mean from the centre, in scales.
  var shift: Double { (mean - centre) / scale }
  /// The deviation in scales.
  var spread: Double { deviation / scale }
  /// What decides which features are shown.
  var size: Double { max(abs(shift), isStandard ? abs(spread - 1) : 0) }

  /// A column of the rows on its way through the operations: still a · x + b.
  fileprivate struct Column {
    let source: Int
    var a = 1.0
    var b = 0.0
    var isScaled = false
    /// Whether a mean was subtracted first.
    var isCentred = false
  }

  /// The drift of each feature that is scaled by values of its own before anything else happens to it.
  static func of(_ transform: InputTransform, _ data: Dataset) -> [FeatureDrift] {
    var found: [Int: Column] = [:]
    let columns = (0..<transform.inputs).map { Column(source: $0) }
    follow(transform.steps.prefix(100).map(\.operations), columns, &found)
    let isStandard = transform.steps.contains { step in
      step.name.contains("StandardScaler") || step.operations.contains(where: \.isBranching)
    }
    let scaled = found.values.filter { $0.a != 0 && $0.a.isFinite }
      .sorted { $0.source < $1.source }
    let moments = moments(data.inputs, scaled.map(\.source))
    return zip(scaled, moments).map { column, moments in
      FeatureDrift(
        column: column.source, centre: -column.b / column.a, scale: 1 / column.a,
        isStandard: isStandard && column.isCentred, mean: moments.mean,
        deviation: moments.deviation)
    }
  }

  /// The mean and the standard deviation of columns, without missing values.
  private static func moments(
    _ rows: Matrix<Double>, _ columns: [Int]
  ) -> [(mean: Double, deviation: Double)] {
    let values = rows.values
    let starts = stride(from: 0, to: values.count, by: max(1, rows.columns))
    var counts = Array(repeating: 0.0, count: columns.count)
    var sums = counts
    // Row by row, as they are in memory.
    for start in starts {
      for (index, column) in columns.enumerated() where !values[start + column].isNaN {
        sums[index] += values[start + column]
        counts[index] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / $1 }
    var squares = Array(repeating: 0.0, count: columns.count)
    for start in starts {
      for (index, column) in columns.enumerated() where !values[start + column].isNaN {
        let difference = values[start + column] - means[index]
        squares[index] += difference * difference
      }
    }
    return columns.indices.map { (means[$0], (squares[$0] / counts[$0]).squareRoot()) }
  }

  /// Follows columns until something happens to them that is not a · x + b; the first scaler is the one that counts.
  private static func follow(
    _ steps: [[InputTransform.Operation]], _ start: [Column], _ found: inout [Int: Column]
  ) {
    var columns = start
    func keep() {
      for column in columns where column.isScaled && found[column.source] == nil {
        found[column.source] = column
      }
    }
    for operations in steps {
      for operation in operations {
        switch operation {
        case .subtract(let values) where values.count == columns.count:
          for index in columns.indices {
            columns[index].isCentred = !columns[index].isScaled
            columns[index].b -= values[index]
            columns[index].isScaled = true
          }
        case .add(let values) where values.count == columns.count:
          for index in columns.indices {
            columns[index].b += values[index]
            columns[index].isScaled = true
          }
        case .multiply(let values) where values.count == columns.count:
          for index in columns.indices { columns[index].scale(by: values[index]) }
        case .divide(let values) where values.count == columns.count:
          for index in columns.indices { columns[index].scale(by: 1 / values[index]) }
        case .select(let selected) where selected.allSatisfy(columns.indices.contains):
          columns = selected.map { columns[$0] }
        // A gap is filled; all other values stay.
        case .fill, .demandValues, .clip: continue
        case .concatenate(let branches):
          for branch in branches { follow([branch], columns, &found) }
          return
        default:
          keep()
          return
        }
      }
      // A second scaler is fitted on scaled values.
      if columns.contains(where: \.isScaled) { break }
    }
    keep()
  }
}

extension FeatureDrift.Column {
  fileprivate mutating func scale(by factor: Double) {
    a *= factor
    b *= factor
    isScaled = true
  }
}

extension InputTransform.Operation {
  /// Whether some columns go another way than others.
  fileprivate var isBranching: Bool {
    if case .concatenate = self { true } else { false }
  }
}
