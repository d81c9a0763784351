import Files
import MLP
import Sklearn
import Training
public import ArgumentParser
public import Coefs

/// The options of every command that reads a model.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: """
      The model: a file (\(FileFormat.readableEndings)), a folder of NPY files, or - for stdin. One NPY \
      file needs --intercepts or --layer-sizes.
      """,
    completion: .file())
  var model: String

  @Option(help: "How the file stores a layer: sklearn is (inputs, outputs), mlp (outputs, inputs).")
  var layout = LayoutChoice.auto

  @Option(help: "The hidden activation; overrides what the file stores.")
  var activation: HiddenActivation?

  @Option(help: "The output activation; overrides what the file stores.")
  var outActivation: OutActivation?

  @Option(
    help: "The biases, where MODEL holds the weights alone.", completion: .file())
  var intercepts: String?

  @Option(help: "The prefix of the arrays' names, where MODEL holds several networks.")
  var prefix: String?

  @Option(
    help: "The scaler before the network, in a file of its own: pickle, joblib, skops or NPZ.",
    completion: .file())
  var scaler: String?

  @Option(
    help: """
      Inputs, then each layer's outputs (64,16,10), where MODEL is one vector of all weights and \
      then all biases.
      """)
  var layerSizes: LayerSizes?

  @Flag(
    help: """
      Read a pickle or a skops archive although it names what no network needs (coefs inspect shows \
      it). Nothing is called either way.
      """)
  var allowUnknownNames = false

  @Option(help: "The maximum size of a decompressed file, in bytes.")
  var maxBytes = ReadLimits().maxTotalBytes

  /// What the options say about a file.
  func options() throws(CoefsError) -> SklearnWeights.Options {
    var steps: [InputTransform.Step] = []
    if let scaler {
      steps = try InputTransform.steps(
        FileReference(argument: scaler), allowsUnknownNames: allowUnknownNames, limits: limits)
    }
    return SklearnWeights.Options(
      layout: layout.layout, activation: activation?.activation,
      outActivation: outActivation?.activation, prefix: prefix, layerSizes: layerSizes?.sizes,
      scaler: steps, allowsUnknownNames: allowUnknownNames)
  }

  var limits: ReadLimits {
    var limits = ReadLimits()
    limits.maxTotalBytes = maxBytes
    return limits
  }

  func validate() throws {
    guard maxBytes > 0 else { throw ValidationError("--max-bytes must be above 0.") }
    guard [model, intercepts, scaler].count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError.standardInputTwice
    }
  }

  var file: FileReference { FileReference(argument: model) }

  /// Whether one of the files is standard input.
  var readsStandardInput: Bool { [model, intercepts, scaler].contains("-") }

  var interceptsFile: FileReference? { intercepts.map { FileReference(argument: $0) } }

  func read() throws(CoefsError) -> Model {
    try Model(file, intercepts: interceptsFile, options: options(), limits: limits)
  }
}

/// The options that select data and rows.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      The rows: digits, which are built in, or a file: NPZ ('X', 'y'), NPY or CSV; - is stdin.
      """,
    completion: .file())
  var data = "digits"

  @Option(help: "held-out (1000:1500), train (0:1000), all, or START:STOP.")
  var rows: Dataset.Rows?

  @Option(help: "The number to divide the values by. (default: 15 for digits, else 1)")
  var scale: Double?

  var isDigits: Bool { data == "digits" }

  /// The rows; `digitRows` of the digits, and all of a file, unless others were asked for.
  func read(digitRows: Dataset.Rows) throws(CoefsError) -> Dataset {
    isDigits
      ? try .digits(rows ?? digitRows, scale: scale ?? 15)
      : try Dataset(
        FileReference(argument: data), rows: rows ?? .all, scale: scale ?? 1, labelsLast: false,
        limits: ReadLimits())
  }

  /// Standard input can be read once.
  func check(beside model: ModelOptions) throws {
    guard data != "-" || !model.readsStandardInput else {
      throw ValidationError.standardInputTwice
    }
  }

  func validate() throws {
    guard let scale else { return }
    guard scale.isFinite, scale > 0 else {
      throw ValidationError("--scale must be a number above 0.")
    }
  }
}

extension ValidationError {
  static var standardInputTwice: ValidationError {
    ValidationError("Only one file can come from stdin.")
  }

  static var standardOutputTwice: ValidationError {
    ValidationError("--json and the file cannot both go to stdout.")
  }
}

/// The options for the form of the result.
struct AnswerOptions: ParsableArguments {
  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "No colour, and no pictures in the terminal.")
  var noColor = false
}

/// Sizes with commas between them, at least two.
struct LayerSizes: ExpressibleByArgument {
  let sizes: [Int]

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard sizes.count > 1, sizes.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
    self.sizes = sizes.compactMap(\.self)
  }
}

enum LayoutChoice: String, CaseIterable, ExpressibleByArgument {
  case auto
  case sklearn
  case mlp

  var layout: WeightLayout? { WeightLayout(rawValue: rawValue) }
}

enum HiddenActivation: String, CaseIterable, ExpressibleByArgument {
  case logistic
  case tanh
  case relu
  case identity

  var activation: Activation? { Activation(rawValue: rawValue) }
}

enum OutActivation: String, CaseIterable, ExpressibleByArgument {
  case softmax
  case logistic
  case identity
  case exp

  var activation: Activation? { Activation(rawValue: rawValue) }
}

extension WeightLayout: ExpressibleByArgument {}

extension SklearnWeights.Precision: ExpressibleByArgument {}

extension SklearnWeights.Naming: ExpressibleByArgument {
  /// The naming with a name.
  public init?(argument: String) { self.init(argument) }

  /// The names that an option takes.
  public static var allValueStrings: [String] { all.map(\.name) }

  /// The name.
  public var defaultValueDescription: String { name }
}

extension FileFormat: ExpressibleByArgument {
  /// The format with a name, if it can be written.
  public init?(argument: String) {
    self.init(name: argument)
    guard isWritable else { return nil }
  }

  /// The names that an option takes.
  public static var allValueStrings: [String] { writable.map(\.name) }
}

extension Parameters.LearningRate: ExpressibleByArgument {}

extension Parameters.Loss: ExpressibleByArgument {}

extension Dataset.Rows: ExpressibleByArgument {
  /// The rows that an argument names.
  public init?(argument: String) {
    switch argument {
    case "held-out": self = .heldOut
    case "train": self = .train
    case "all": self = .all
    default:
      let ends = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard ends.count == 2, let start = Int(ends[0]), let stop = Int(ends[1]), 0 <= start,
        start < stop
      else { return nil }
      self = .range(start..<stop)
    }
  }
}
