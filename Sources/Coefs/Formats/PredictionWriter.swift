import NPY
import Sklearn

/// Writes predictions, some rows at a time, in the format that a file's name asks for.
///
/// Text and tables take the memory of some rows; arrays and JSON are written when all rows are there.
package struct PredictionWriter: ~Copyable {
  private let format: PredictionFormat
  private let reference: FileReference
  private let replacing: Bool
  private let model: Model
  private let encode: (Predictions) throws -> String
  private var sink: OutputSink?
  private var all: Predictions?
  private var isBegun = false
  /// The text of each label, for one of many rows.
  private let labelTexts: [ClassLabels.Label: ContiguousArray<UInt8>]

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - reference: The file, or standard output.
  ///   - format: The format.
  ///   - replacing: Whether an existing file may be replaced.
  ///   - model: The network that predicts.
  ///   - encode: Makes the JSON text of predictions.
  /// - Throws: ``CoefsError``.
  package init(
    _ reference: FileReference, as format: PredictionFormat, replacing: Bool, of model: Model,
    encode: @escaping (Predictions) throws -> String
  ) throws(CoefsError) {
    self.reference = reference
    self.format = format
    self.replacing = replacing
    self.model = model
    self.encode = encode
    labelTexts = Dictionary(
      model.labels.map { ($0, ContiguousArray($0.description.escapedForTerminal.utf8)) }
    ) { first, _ in first }
    switch format {
    case .text, .csv, .tsv: sink = try OutputSink(reference, replacing: replacing)
    case .npy, .npz, .json:
      sink = nil
      // Before the work, so that it is not done in vain.
      if case .path(let path) = reference {
        try Model.checkOutput(path, replacing: replacing)
      }
    }
  }

  /// Adds the predictions of the next rows.
  ///
  /// - Throws: ``CoefsError``.
  package mutating func write(_ predictions: Predictions) throws(CoefsError) {
    switch format {
    case .text:
      let text = lines(of: predictions)
      try sink?.write(text)
    case .csv: try writeTable(predictions, separator: UInt8(ascii: ","))
    case .tsv: try writeTable(predictions, separator: UInt8(ascii: "\t"))
    case .npy, .npz, .json:
      if all == nil { all = predictions } else { all?.append(predictions) }
    }
  }

  /// Writes the rest.
  ///
  /// - Throws: ``CoefsError``, or the error of `encode`.
  package consuming func finish() throws {
    if let sink = sink.take() {
      try sink.finish()
      return
    }
    guard let all else { return }
    switch format {
    case .json: try writeText(encode(all) + "\n", to: reference, replacing: replacing)
    case .npz:
      _ = try writeArrays(all.arrays(in: reference.name), to: reference, replacing: replacing)
    default:
      try writeArray(all.arrays(in: reference.name)[0].array, to: reference, replacing: replacing)
    }
  }

  // MARK: Text

  /// A line for each row: the prediction, and the probabilities after blanks.
  private func lines(of predictions: Predictions) -> ContiguousArray<UInt8> {
    var bytes = ContiguousArray<UInt8>()
    for (index, answer) in predictions.predictions.enumerated() {
      if case .label(let label) = answer, let text = labelTexts[label] {
        bytes.append(contentsOf: text)
      } else {
        bytes.append(contentsOf: answer.description.escapedForTerminal.utf8)
      }
      for value in predictions.probabilities?[index] ?? [] {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value.description.utf8)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  // MARK: Tables

  private mutating func writeTable(
    _ predictions: Predictions, separator: UInt8
  ) throws(CoefsError) {
    var bytes = ContiguousArray<UInt8>()
    func add(_ cells: [String]) {
      for (index, cell) in cells.enumerated() {
        if index > 0 { bytes.append(separator) }
        bytes.append(contentsOf: Self.quoted(cell, separator: separator).utf8)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    if !isBegun {
      add(names(hasProbabilities: predictions.probabilities != nil))
      isBegun = true
    }
    for (index, answer) in predictions.predictions.enumerated() {
      add(answer.cells + (predictions.probabilities?[index] ?? []).map(\.description))
    }
    try sink?.write(bytes)
  }

  /// The names of the columns.
  private func names(hasProbabilities: Bool) -> [String] {
    let labels = model.labels.map(\.description)
    let predictions: [String]
    if let outputs = model.ensemble?.classes, outputs.count > 1 {
      // Outputs may share labels, such as 0 and 1.
      predictions = outputs.indices.map { "prediction_\($0)" }
      let probabilities = outputs.enumerated().flatMap { output, labels in
        labels.map { "probability_\(output)_\($0)" }
      }
      return predictions + (hasProbabilities ? probabilities : [])
    }
    if model.task == .classifier {
      predictions = model.isMultilabel ? labels.map { "prediction_\($0)" } : ["prediction"]
    } else {
      predictions =
        model.outputs == 1 ? ["prediction"] : (0..<model.outputs).map { "prediction_\($0)" }
    }
    return predictions + (hasProbabilities ? labels.map { "probability_\($0)" } : [])
  }

  /// A cell as RFC 4180 has it: in quotes where it holds a separator, a quote or a line break, or blanks at an end.
  private static func quoted(_ cell: String, separator: UInt8) -> String {
    let special = cell.utf8.contains { byte in
      byte == separator || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    let hasBlanks = cell.first?.isWhitespace == true || cell.last?.isWhitespace == true
    guard special || hasBlanks else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}

extension Predictions.Answer {
  /// The cells of a table's row.
  fileprivate var cells: [String] {
    switch self {
    case .label(let label): [label.description]
    case .labels(let labels): labels.map(String.init)
    case .outputs(let labels): labels.map(\.description)
    case .number(let number): [number.description]
    case .numbers(let numbers): numbers.map(\.description)
    }
  }
}

extension Predictions {
  /// The arrays of an archive: `predictions` of the type that scikit-learn's `predict` gives, `probabilities` where
  /// they are there, `classes` where there are classes.
  fileprivate func arrays(in file: String) throws(CoefsError) -> [NamedArray] {
    var arrays = [NamedArray("predictions", try predictionArray(in: file))]
    do throws(NPYError) {
      if let probabilities {
        let width = probabilities.first?.count ?? 0
        arrays.append(
          NamedArray(
            "probabilities",
            try NDArray(probabilities.flatMap(\.self), shape: [probabilities.count, width])))
      }
    } catch {
      throw CoefsError(file, error)
    }
    if let classes {
      arrays.append(NamedArray("classes", try ClassLabels.array(of: classes, in: file)))
    }
    return arrays
  }

  private func predictionArray(in file: String) throws(CoefsError) -> NDArray {
    var labels: [ClassLabels.Label] = []
    var several: Int?
    var (decisions, numbers): ([Int64], [Double]) = ([], [])
    var width: Int?
    for answer in predictions {
      switch answer {
      case .label(let label): labels.append(label)
      case .labels(let some):
        decisions += some.map(Int64.init)
        width = some.count
      case .outputs(let some):
        labels += some
        several = some.count
      case .number(let number): numbers.append(number)
      case .numbers(let some):
        numbers += some
        width = some.count
      }
    }
    do throws(NPYError) {
      let shape = width.map { [predictions.count, $0] }
      if !decisions.isEmpty { return try NDArray(decisions, shape: shape) }
      if !numbers.isEmpty { return try NDArray(numbers, shape: shape) }
    } catch {
      throw CoefsError(file, error)
    }
    let array = try ClassLabels.array(of: labels, in: file)
    return several.map { array.reshapedVector([predictions.count, $0]) } ?? array
  }
}
