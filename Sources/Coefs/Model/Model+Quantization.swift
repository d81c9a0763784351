public import MLP
import Sklearn

extension Model {
  /// Weights of 8 bits in source code, and the samples that show the range of each layer's inputs.
  public struct Quantization: Hashable, Sendable {
    /// The name of the samples.
    public let name: String
    /// One row for each sample, as the network takes it, before any preprocessing.
    public let inputs: Matrix<Double>
    /// What is known of the targets, to say how much accuracy is lost.
    public let targets: Dataset.Targets

    /// Weights of 8 bits, calibrated on samples such as the network will see. Later inputs beyond their range count
    /// as its ends.
    public init(calibratedOn samples: Dataset) {
      name = samples.name
      inputs = samples.inputs
      targets = samples.targets
    }
  }

  /// What a network with weights of 8 bits has lost, on the samples that calibrated it.
  public struct QuantizationLoss: Codable, Hashable, Sendable {
    /// A figure of the network in single precision, and in 8 bits.
    public struct Change: Codable, Hashable, Sendable {
      /// In single precision.
      public let float32: Double
      /// In 8 bits.
      public let int8: Double
    }

    /// The name of the samples.
    public let samples: String
    /// Their number.
    public let rows: Int
    /// The share of labels that are right; `nil` for a regressor, and where labels are not known.
    public let accuracy: Change?
    /// R² of a regressor; `nil` for a classifier, and where targets are not known.
    public let r2: Change?
    /// The number of samples with another label than before; `nil` for a regressor.
    public let labelsDiffer: Int?
    /// The maximum absolute difference between two probabilities, or two values of a regressor.
    public let largestDifference: Double
    /// The bytes of weights, biases and scales.
    public let bytes: Change
  }
}

extension Model.QuantizationLoss {
  init(
    _ quantization: Model.Quantization, _ rows: [[Float]], before: CodeProgram, after: CodeProgram
  ) {
    let old = rows.map { before.results($0) ?? [] }
    let new = rows.map { after.results($0) ?? [] }
    // Generated code does not say where somebody keeps files.
    samples = quantization.name.split(separator: "/").last.map(String.init) ?? quantization.name
    self.rows = rows.count
    var largest: Float = 0
    for (one, other) in zip(old.joined(), new.joined()) { largest = max(largest, abs(one - other)) }
    largestDifference = Double(largest)
    bytes = Change(float32: Double(before.layerBytes), int8: Double(after.layerBytes))
    if case .values = before.task {
      labelsDiffer = nil
      accuracy = nil
      guard case .values(let targets) = quantization.targets,
        targets.columns == before.outputs, rows.count > 1
      else {
        r2 = nil
        return
      }
      func score(_ results: [[Float]]) -> Double {
        RegressionScores(
          ContiguousArray(results.joined().map { Double($0) }), targets.values,
          width: targets.columns
        ).r2
      }
      r2 = Change(float32: score(old), int8: score(new))
      return
    }
    r2 = nil
    let (first, second) = (rows.map { before.label(of: $0) }, rows.map { after.label(of: $0) })
    labelsDiffer = zip(first, second).count { $0 != $1 }
    guard case .labels(let labels) = quantization.targets, let classes = before.classLabels else {
      accuracy = nil
      return
    }
    func share(_ predicted: [[Int]]) -> Double {
      Double(zip(predicted, labels).count { classes[$0[0]].canonical == $1.canonical })
        / Double(labels.count)
    }
    accuracy = Change(float32: share(first), int8: share(second))
  }

  /// The result in lines.
  package var lines: [String] {
    var loss = ["no output differs by more than \(Float(largestDifference))"]
    if let labelsDiffer {
      loss.insert(
        "\(labelsDiffer) label\(labelsDiffer == 1 ? "" : "s") differ\(labelsDiffer == 1 ? "s" : "")",
        at: 0)
    }
    for (name, change) in [("accuracy", accuracy), ("R²", r2)] {
      if let change {
        loss.insert("\(name) \(change.float32) in float32, \(change.int8) in 8 bits", at: 0)
      }
    }
    return [
      "weights and inputs of each layer in 8 bits, calibrated on \(rows) samples of \(samples):",
      "\(Int(bytes.float32)) bytes in float32, \(Int(bytes.int8)) in 8 bits; "
        + loss.joined(separator: "; "),
    ]
  }
}

extension CodeProgram {
  /// The bytes of the layers' numbers.
  fileprivate var layerBytes: Int { Self.bytes(stages) }

  private static func bytes(_ stages: [Stage]) -> Int {
    stages.reduce(0) { sum, stage in
      switch stage {
      case .dense(let weights, let biases?, _): sum + 4 * (weights.count + biases.count)
      case .quantized(let layer): sum + layer.weights.count + 12 * layer.biases.count + 8
      case .branches(let branches): sum + branches.reduce(0) { $0 + bytes($1) }
      default: sum
      }
    }
  }

  /// The place of a row's label; of several labels 1 for each that applies.
  fileprivate func label(of row: [Float]) -> [Int] {
    guard let y = outputs(row) else { return [] }
    if case .multilabel = task { return y.map { $0 > 0.5 ? 1 : 0 } }
    if hasPlace { return [Int(y[outputs])] }
    // Of two classes the second, where its probability is above one half.
    if outputs == 1 { return [y[0] > 0.5 ? 1 : 0] }
    return [y.indices.reduce(0) { y[$1] > y[$0] ? $1 : $0 }]
  }

  /// The labels of a classifier with one label for each row.
  fileprivate var classLabels: [ClassLabels.Label]? {
    guard case .classes(let labels) = task else { return nil }
    return switch labels {
    case .integers(let values): values.map { .integer($0) }
    case .booleans(let values): values.map { .boolean($0) }
    case .numbers(let values): values.map { .number($0) }
    case .texts(let values): values.map { .text($0) }
    }
  }
}
