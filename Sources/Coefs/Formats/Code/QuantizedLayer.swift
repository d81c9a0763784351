import MLP
import Sklearn

/// A layer whose weights and inputs are integers of 8 bits: a value is scale · (code − zero point), and an output is
/// a sum of products of codes in 32 bits, times a scale, plus its bias.
struct QuantizedLayer: Sendable {
  /// The most inputs whose sum fits 32 bits: codes are 127 and 128 at most, and the zero point adds as much again.
  static let maxInputs = Int(Int32.max) / (127 * 256)

  /// The number of inputs.
  let inputs: Int
  /// The codes of the weights, outputs × inputs; their zero point is 0.
  let weights: [Int8]
  /// What an input is multiplied by before it is rounded: 1 / its scale.
  let inverseScale: Float
  /// The code of an input that is 0.
  let zeroPoint: Int32
  /// What the zero point takes from the sum of each output: − zero point · Σ codes of its weights.
  let offsets: [Int32]
  /// For each output, the scale of its weights times that of the inputs.
  let scales: [Float]
  /// For each output.
  let biases: [Float]

  /// The codes of weights and biases.
  ///
  /// - Parameters:
  ///   - weights: Outputs × inputs, finite.
  ///   - biases: One for each output.
  ///   - inputs: The number of inputs, at most ``maxInputs``.
  ///   - range: The minimum and the maximum of the inputs.
  init(_ weights: [Double], biases: [Double], inputs: Int, range: ClosedRange<Float>) {
    // 0 has a code of its own.
    let (low, high) = (min(0, Double(range.lowerBound)), max(0, Double(range.upperBound)))
    let width = Float((high - low) / 255)
    // Inputs that are always 0, or next to it, say nothing of a scale.
    let scale = width.isNormal && (1 / width).isFinite ? width : 1
    let zero = Int32((-128 - low / Double(scale)).rounded(.toNearestOrEven))
    var codes: [Int8] = []
    codes.reserveCapacity(weights.count)
    var (offsets, scales): ([Int32], [Float]) = ([], [])
    for start in stride(from: 0, to: weights.count, by: inputs) {
      let row = weights[start..<start + inputs]
      let step = (row.lazy.map { abs($0) }.max() ?? 0) / 127
      let first = codes.count
      for weight in row {
        codes.append(step == 0 ? 0 : Int8((weight / step).rounded(.toNearestOrEven)))
      }
      offsets.append(-zero * codes[first...].reduce(0) { $0 + Int32($1) })
      scales.append(Float(step * Double(scale)))
    }
    self.inputs = inputs
    self.weights = codes
    self.inverseScale = 1 / scale
    self.zeroPoint = zero
    self.offsets = offsets
    self.scales = scales
    self.biases = biases.map { Float($0) }
  }

  /// The code of an input: the nearest, and beyond the range the first or last.
  func code(of x: Float) -> Int8 {
    let (low, high) = (Float(-128 - zeroPoint), Float(127 - zeroPoint))
    var t = x * inverseScale
    t = t > low ? t : low
    t = t < high ? t : high
    return Int8(Int32(t.rounded(.toNearestOrEven)) + zeroPoint)
  }

  /// The outputs of a row.
  func outputs(_ row: [Float]) -> [Float] {
    let codes = row.map { Int32(code(of: $0)) }
    return offsets.indices.map { output in
      var sum = offsets[output]
      for input in 0..<inputs { sum += Int32(weights[output * inputs + input]) * codes[input] }
      return Float(sum) * scales[output] + biases[output]
    }
  }
}

extension CodeProgram {
  /// The same network with layers of 8 bits. Preprocessing and activations stay in single precision.
  ///
  /// - Parameter quantization: The samples that show the range of each layer's inputs.
  /// - Returns: The network, and what it has lost on these samples.
  /// - Throws: ``ModelError``, where a layer has too many inputs, a value is too large for single precision, or the
  ///   network does not take a sample.
  func quantized(
    _ quantization: Model.Quantization
  ) throws(ModelError) -> (program: CodeProgram, loss: Model.QuantizationLoss) {
    let rows = try rows(of: quantization)
    var program = self
    (program.stages, _) = try Self.quantized(stages, rows)
    let loss = Model.QuantizationLoss(quantization, rows, before: self, after: program)
    program.remarks += loss.lines
    return (program, loss)
  }

  private func rows(of quantization: Model.Quantization) throws(ModelError) -> [[Float]] {
    let samples = quantization.inputs
    guard samples.columns == inputs, samples.rows > 0 else {
      throw .notInFormat(
        "calibration", format: "8 bits",
        problem: samples.rows == 0
          ? "there are no samples"
          : "a sample has \(samples.columns) values, and the network takes \(inputs)")
    }
    var rows: [[Float]] = []
    for index in 0..<samples.rows {
      let row = samples.slice(index).map { Float($0) }
      guard let results = results(row), results.allSatisfy(\.isFinite) else {
        throw .notInFormat(
          "calibration", format: "8 bits", problem: "the network does not take sample \(index)")
      }
      rows.append(row)
    }
    return rows
  }

  /// Stages with layers of 8 bits, and what the stages before make of some rows.
  private static func quantized(
    _ stages: [Stage], _ rows: [[Float]]
  ) throws(ModelError) -> (stages: [Stage], rows: [[Float]]) {
    var (result, rows) = ([Stage](), rows)
    for stage in stages {
      switch stage {
      case .dense(let weights, let biases?, let inputs):
        guard inputs <= QuantizedLayer.maxInputs else {
          throw .notInFormat(
            "a layer of \(inputs) inputs", format: "8 bits",
            problem: "sums of 32 bits hold at most \(QuantizedLayer.maxInputs)")
        }
        let range = rows.lazy.joined().reduce(0...0) { (range: ClosedRange<Float>, value) in
          min(range.lowerBound, value)...max(range.upperBound, value)
        }
        let layer = QuantizedLayer(weights, biases: biases, inputs: inputs, range: range)
        guard layer.scales.allSatisfy(\.isFinite) else {
          throw .notInFormat(
            "a layer of values up to \(range.upperBound)", format: "8 bits",
            problem: "its scale is beyond single precision")
        }
        result.append(.quantized(layer))
      case .branches(let branches):
        var parts: [[Stage]] = []
        for branch in branches { parts.append(try quantized(branch, rows).stages) }
        result.append(.branches(parts))
      default: result.append(stage)
      }
      // As the network computes them in single precision: what is lost before does not widen a range.
      rows = rows.compactMap { run(stage, $0) }
    }
    return (result, rows)
  }
}
