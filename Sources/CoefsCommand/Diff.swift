import Digits
import Sklearn
import ArgumentParser
import Coefs

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", _superCommandName: "coefs",
    abstract: "Compare two networks, layer by layer, and fail if they differ.",
    discussion: """
      The layouts of the files make no difference. Without --tolerance every number must be the same \
      to the bit; activations, classes and scalers must be the same where both files store them. What \
      only one file stores is taken for both, and said. A scaler that only one of them has is folded into its \
      first layer, and said.
      """)

  @OptionGroup var model: ModelOptions

  @Argument(help: "The model to compare it with; - for stdin.", completion: .file())
  var other: String

  @Option(help: "The maximum absolute difference of a value to pass.")
  var tolerance = 0.0

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard tolerance >= 0 else { throw ValidationError("--tolerance cannot be negative.") }
    guard other != "-" || !model.readsStandardInput else {
      throw ValidationError.standardInputTwice
    }
    guard model.intercepts == nil else {
      throw ValidationError("--intercepts goes with one model; convert it to an NPZ first.")
    }
  }

  func run() throws {
    let difference = try model.read(model.file).difference(
      from: model.read(FileReference(argument: other)), tolerance: tolerance)
    try answer.print(difference, text: difference.text)
    guard difference.passed else { throw ExitCode(1) }
  }
}

extension Difference {
  fileprivate var text: String {
    var lines = layers.enumerated().map { index, layer in
      "layer \(index): weights \(layer.weights.text), biases \(layer.biases.text)"
    }
    if let predictionsDiffer {
      lines.append("\(predictionsDiffer) of \(Digits.count) digits have different predictions")
    }
    lines += notes.map { "note: \($0.escapedForTerminal)" }
    lines.append(
      identical
        ? "identical: every number is the same to the bit"
        : passed && tolerance == 0
          ? "passed: every number is the same to the bit; the notes name what only one file stores"
          : passed
            ? "passed: no number differs by more than \(tolerance)"
            : tolerance > 0
              ? "missed: a number differs by more than \(tolerance), or a note names what else does"
              : "missed: they differ")
    return lines.joined(separator: "\n")
  }
}

extension Difference.Extent {
  fileprivate var text: String {
    maxAbs == 0 ? "equal" : "differ by up to \(maxAbs) (\(maxUlp) ulp)"
  }
}
