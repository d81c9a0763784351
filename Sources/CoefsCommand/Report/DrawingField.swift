import Coefs
import Files
import MLP
import Sklearn

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A field to draw an image in, and the network in the page that predicts.
struct DrawingField {
  /// What the script computes with.
  private let network: PageNetwork
  private let image: ImageShape

  /// The largest network that goes into a page, in bytes of its weights.
  private static let maxBytes = 1_000_000

  /// A field for a network.
  ///
  /// - Parameters:
  ///   - image: The inputs as an image.
  ///   - first: An image to begin with, as the network takes it.
  /// - Throws: ``Reason``, where the page cannot compute the model.
  init(_ model: Model, _ image: ImageShape, first: [Double]) throws(Reason) {
    guard model.ensemble == nil else { throw Reason(text: "it combines several networks") }
    let transform = model.weights.inputTransform
    guard transform?.isElementwise ?? true else {
      let names = transform?.steps.map(\.name).joined(separator: ", ") ?? ""
      throw Reason(text: "its preprocessing (\(names)) is more than scalers")
    }
    let count = model.weights.parameterCount
    guard count * 8 <= Self.maxBytes else {
      throw Reason(text: "its \(count) parameters would make the page too large")
    }
    self.image = image
    network = PageNetwork(model, image, first: first)
  }

  /// Why the page has no field.
  struct Reason: Error {
    /// The end of a sentence.
    let text: String
  }

  /// The field, the network and the script.
  func html() throws -> HTML {
    let side = image.side
    return """
      <div class="draw">
      <div><div class="paper"><canvas id="paper" width="\(side)" height="\(side)" tabindex="0" role="application" \
      aria-label="Drawing field of \(side) by \(side) pixels: arrow keys move, space draws or erases" \
      aria-describedby="draw-help"></canvas><span id="pen" aria-hidden="true"></span></div>
      <p><button type="button" id="clear">Clear</button> <button type="button" id="reset">First image</button></p>
      <p class="hidden" id="place" role="status"></p></div>
      <div><p id="result" role="status" class="result"></p>
      <table class="results"><caption>Outputs for the drawing</caption>
      <thead><tr><th scope="col" class="name">\(network.head)</th><th scope="col">\(network.value)</th></tr></thead>
      <tbody id="outputs"></tbody></table></div>
      </div>
      <p id="draw-help">Draw with a pointer, or with the keyboard: the arrow keys move the pen, space draws or erases a pixel. \
      Paper is \(brief(image.range.lowerBound)) and ink is \(brief(image.range.upperBound)): the minimum and the \
      maximum of the measured rows\(image.scale == 1 ? "" : ", which were divided by \(brief(image.scale))").</p>
      <noscript><p>The field needs JavaScript.</p></noscript>
      <script type="application/json" id="network">\(HTML.script(json: try jsonText(network)))</script>
      <script>\(HTML.constant(PageScript.source))</script>

      """
  }

  /// The source list of the page's script, for its Content-Security-Policy.
  static let scriptHash = contentHash(PageScript.source)
}

/// What a policy says of an inline script or style: `'sha256-…'`.
func contentHash(_ text: StaticString) -> String {
  var hash = SHA256()
  let bytes = ContiguousArray(text.description.utf8)
  hash.append(bytes.span)
  let digits = Array(hash.finish().utf8)
  func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
  let digest = stride(from: 0, to: digits.count, by: 2).map {
    value(digits[$0]) << 4 | value(digits[$0 + 1])
  }
  return "'sha256-\(Data(digest).base64EncodedString())'"
}

/// A network as the script of the page takes it.
private struct PageNetwork: Encodable {
  struct Layer: Encodable {
    let inputs: Int
    let outputs: Int
    let activation: String
    /// Outputs × inputs, as little-endian numbers in base64.
    let weights: String
    let biases: String
  }

  struct Step: Encodable {
    let operation: String
    /// A value for each input; of `clip` the two bounds.
    let values: [Double]
  }

  let side: Int
  let paper: Double
  let ink: Double
  let steps: [Step]
  let layers: [Layer]
  /// The bytes of a number in the layers.
  let bytes: Int
  /// `class`, `label` or `value`: what an output is.
  let kind: String
  let labels: [String]
  let first: [Double]

  var head: String { kind == "value" ? "Output" : kind == "label" ? "Label" : "Class" }
  var value: String { kind == "value" ? "Value" : "Probability" }

  init(_ model: Model, _ image: ImageShape, first: [Double]) {
    side = image.side
    paper = image.range.lowerBound
    ink = image.range.upperBound
    self.first = first
    steps = (model.weights.inputTransform?.operations ?? []).map { operation in
      if case .clip(let range) = operation {
        return Step(operation: operation.name, values: [range.lowerBound, range.upperBound])
      }
      return Step(operation: operation.name, values: operation.values ?? [])
    }
    let network = model.weights.mlp(as: Double.self)
    // Half as long where no value needs more.
    let isSingle = network.layers.allSatisfy { layer in
      layer.weights.allSatisfy { Double(Float($0)) == $0 }
        && layer.biases.allSatisfy { Double(Float($0)) == $0 }
    }
    bytes = isSingle ? 4 : 8
    layers = network.layers.map { layer in
      Layer(
        inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation.rawValue,
        weights: Self.base64(layer.weights, isSingle), biases: Self.base64(layer.biases, isSingle))
    }
    kind = model.task == .regressor ? "value" : model.isMultilabel ? "label" : "class"
    labels =
      model.task == .regressor
      ? (0..<model.outputs).map { "output \($0)" } : model.labels.map(\.description)
  }

  private static func base64(_ values: ContiguousArray<Double>, _ isSingle: Bool) -> String {
    var bytes = Data(capacity: values.count * 8)
    for value in values {
      let bits = isSingle ? UInt64(Float(value).bitPattern) : value.bitPattern
      for byte in 0..<(isSingle ? 4 : 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * byte)))
      }
    }
    return bytes.base64EncodedString()
  }
}

/// Inputs that are the pixels of a square image.
struct ImageShape {
  /// The number of pixels in a row.
  let side: Int
  /// The values of paper and of ink: the minimum and the maximum of the data, as the network takes it.
  let range: ClosedRange<Double>
  /// What the data was divided by.
  let scale: Double

  /// The shape of the rows; `nil` where they do not look like images.
  ///
  /// Names of inputs decide where there are some. Without names, a square of 16 values or more is an image where no value
  /// is below 0 and values that are neighbours are more alike than values far apart.
  init?(_ model: Model, _ data: Dataset) {
    let columns = data.inputs.columns
    let side = Int(Double(columns).squareRoot().rounded())
    guard side >= 4, side * side == columns, data.inputs.rows > 0,
      model.weights.outline.demands.areNumbers
    else { return nil }
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in data.inputs.values {
      guard value.isFinite else { return nil }
      low = min(low, value)
      high = max(high, value)
    }
    guard low >= 0, high > low, high.isFinite else { return nil }
    if let names = model.weights.outline.featureNames {
      guard names.allSatisfy({ $0.lowercased().contains("pix") || $0.lowercased().contains("px") })
      else { return nil }
    } else if !Self.isSmooth(data.inputs, side) {
      return nil
    }
    self.side = side
    range = low...high
    scale = data.scale
  }

  /// Whether neighbours differ by less than pixels that are half the image apart.
  private static func isSmooth(_ rows: Matrix<Double>, _ side: Int) -> Bool {
    var (near, far) = (0.0, 0.0)
    let step = max(1, rows.rows / 200)
    for row in stride(from: 0, to: rows.rows, by: step) {
      let pixels = rows.slice(row)
      func pixel(_ x: Int, _ y: Int) -> Double {
        pixels[pixels.startIndex + y % side * side + x % side]
      }
      for y in 0..<side - 1 {
        for x in 0..<side - 1 {
          near += abs(pixel(x, y) - pixel(x, y + 1)) + abs(pixel(x, y) - pixel(x + 1, y))
          far +=
            abs(pixel(x, y) - pixel(x, y + side / 2)) + abs(pixel(x, y) - pixel(x + side / 2, y))
        }
      }
    }
    return near < 0.85 * far
  }
}
