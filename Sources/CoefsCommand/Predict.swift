import ArgumentParser
import Coefs

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", _superCommandName: "coefs",
    abstract: "Predict rows of data as scikit-learn's predict does.",
    discussion: """
      One line a row: the class label; 0 and 1 for each output of a network of several labels; \
      the values of a regressor. With --proba the outputs follow. A CSV, NPY or NPZ of any length is read \
      in the memory of some rows.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Flag(help: "Print the outputs too, as predict_proba does.")
  var proba = false

  @Option(
    help: """
      Write the predictions to a file instead of stdout, as its name ends: \
      \(PredictionFormat.endings).
      """,
    completion: .file())
  var output: String?

  @Flag(help: "Replace an existing output.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    try data.check(beside: model)
    guard let format = try? outputFormat else { return }
    guard !answer.json || output == nil || format == .json || format == .text else {
      throw ValidationError("--json and an output of another kind do not go together.")
    }
    guard !proba || format != .npy else {
      throw ValidationError(
        "an .npy holds one array; write predictions and outputs to an .npz, or leave --proba out.")
    }
  }

  func run() throws {
    let format = try outputFormat
    let model = try self.model.read()
    try model.demandStated()
    let reader = try data.open(for: model, .prediction, digitRows: .heldOut, self.model.limit)
    if proba, let ensemble = model.ensemble, !ensemble.hasProbabilities {
      throw CoefsError(model.file, ModelError.noProbabilities(ensemble.name))
    }
    let network = model.computed()
    var writer = try PredictionWriter(
      output.map { FileReference(argument: $0) } ?? .standardStream,
      as: answer.json ? .json : format, replacing: force, of: model, encode: jsonText)
    var progress = ProgressLine(isBesideResult: output == nil)
    let most = max(1, min(8_192, (1 << 18) / max(1, model.inputs)))
    let detected = reader.detected
    let ahead = RowsAhead(reader, most: most)
    var isFirst = true
    while let (rows, fraction) = try ahead.next().map({ ($0.rows, $0.fraction) }) {
      // With the first rows, so that an error comes alone.
      if isFirst {
        for text in model.notes + model.assumptionTexts { printError("\(model.file): \(text)") }
        data.tell(detected)
        isFirst = false
      }
      try writer.write(model.predict(rows, with: network, probabilities: proba))
      progress.show(rows.rows.upperBound, "rows", fraction: fraction) {
        "row \(rows.rows.upperBound)" + (fraction.map { ", \(Int($0 * 100)) %" } ?? "")
      }
    }
    progress.clear()
    try writer.finish()
  }

  /// The format of the output: text where the name has no ending.
  private var outputFormat: PredictionFormat {
    get throws(CoefsError) {
      guard let output, output != "-" else { return .text }
      return try PredictionFormat(fileName: output)
    }
  }
}
