import ArgumentParser
import Coefs

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", _superCommandName: "coefs",
    abstract: "Predict rows of data as scikit-learn's predict does.",
    discussion: """
      One line a row: the class label; 0 and 1 for each output of a network of several labels; \
      the values of a regressor. With --proba the outputs follow.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Flag(help: "Print the outputs too, as predict_proba does.")
  var proba = false

  @Option(help: "Write the predictions to a file instead of stdout.", completion: .file())
  var output: String?

  @Flag(help: "Replace an existing output.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws { try data.check(beside: model) }

  func run() throws {
    let predictions = try model.read().predict(
      data.read(digitRows: .heldOut), probabilities: proba)
    let text = try answer.json ? json(predictions) : predictions.text
    if let output {
      try writeText(text + "\n", to: FileReference(argument: output), replacing: force)
    } else {
      try printResult(text)
    }
  }
}

extension Predictions {
  fileprivate var text: String {
    predictions.enumerated().map { index, answer in
      let outputs = probabilities.map { $0[index].map { " \($0)" }.joined() } ?? ""
      return answer.description.escapedForTerminal + outputs
    }.joined(separator: "\n")
  }
}
