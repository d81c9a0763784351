import Digits
import Sklearn
import ArgumentParser
import Coefs

struct DigitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits", abstract: "Look at the handwritten digits that are built in.",
    subcommands: [Show.self, Average.self, Baseline.self, Export.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show an image.")

    @Argument(help: "The number of the image, 0 to 1796.")
    var index: Int

    @OptionGroup var picture: PictureOptions

    func validate() throws {
      guard (0..<Digits.count).contains(index) else {
        throw ValidationError("There are images 0 to \(Digits.count - 1).")
      }
    }

    func run() throws {
      try picture.show(
        DigitPicture(
          index: index, digit: Int(Digits.labels[index]),
          pixels: Array(Digits.vector(at: index, dividedBy: 1.0))))
    }
  }

  struct Average: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "average",
      abstract: "Show the average of all images of a digit among the images 1000 to 1796.")

    @Argument(help: "The digit, 0 to 9.")
    var digit: Int

    @OptionGroup var picture: PictureOptions

    func validate() throws {
      guard (0...9).contains(digit) else { throw ValidationError("There are digits 0 to 9.") }
    }

    func run() throws {
      // All ten digits are among the images.
      let pixels = Baselines.average(digit) ?? []
      try picture.show(DigitPicture(index: nil, digit: digit, pixels: pixels))
    }
  }

  struct Baseline: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "baseline",
      abstract: "Measure two simple classifiers on images 0 to 999.",
      discussion: """
        A classifier that predicts at random, and one that compares an image with the average \
        image of each digit among the images 1000 to 1796.
        """)

    @OptionGroup var answer: AnswerOptions

    func run() throws {
      let baseline = try BaselineScores()
      try answer.print(baseline, text: baseline.text)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write all images (X, 0 to 16) and labels (y) to an NPZ.")

    @Argument(help: "The file to write.", completion: .file())
    var output: String

    @Flag(help: "Replace an existing output.")
    var force = false

    @OptionGroup var answer: AnswerOptions

    /// What was written.
    private struct Written: Encodable {
      let output: String
      let byteCount: Int

      var text: String {
        "wrote \(output.escapedForTerminal), \(byteCount) bytes: X (1797, 64), y (1797,)"
      }
    }

    func validate() throws {
      guard output != "-" || !answer.json else { throw ValidationError.standardOutputTwice }
    }

    func run() throws {
      let byteCount = try Digits.export(to: FileReference(argument: output), replacing: force)
      let written = Written(output: output, byteCount: byteCount)
      if output == "-" {
        printMessage(written.text)
      } else {
        try answer.print(written, text: written.text)
      }
    }
  }
}

/// The options for the output of a picture.
struct PictureOptions: ParsableArguments {
  @Option(help: "Write the picture to an SVG file.", completion: .file())
  var output: String?

  @Flag(help: "Replace an existing output.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard output != "-" || !answer.json else { throw ValidationError.standardOutputTwice }
  }

  func show(_ picture: DigitPicture) throws {
    if let output {
      try writeText(picture.svg, to: FileReference(argument: output), replacing: force)
    }
    if answer.json {
      try printResult(jsonText(picture))
    } else if output == nil {
      try printResult(answer.drawsPictures ? picture.blocks : picture.numbers)
    }
  }
}

extension BaselineScores {
  fileprivate var text: String {
    "average image \(averageImage)\nrandom \(random)"
  }
}
