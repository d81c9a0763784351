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
    parsing: .singleValue,
    help: "An array, or what holds arrays, that is not part of the network; may be repeated.")
  var ignore: [String] = []

  @Option(help: "Where the biases are, if each matrix holds those of its layer too.")
  var biasIn: SklearnWeights.BiasPlace?

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

  @Flag(
    help: """
      Read the values of an ONNX graph that are in other files, which must lie in the folder of MODEL.
      """)
  var externalData = false

  @OptionGroup var limit: LimitOptions

  /// What the options say about a file.
  func options() throws(CoefsError) -> SklearnWeights.Options {
    let preprocessing = try scaler.map { scaler throws(CoefsError) in
      try Preprocessing(
        FileReference(argument: scaler), allowsUnknownNames: allowUnknownNames, limits: limits)
    }
    return SklearnWeights.Options(
      layout: layout.layout, activation: activation?.activation,
      outActivation: outActivation?.activation, prefix: prefix, ignored: ignore, biasPlace: biasIn,
      layerSizes: layerSizes?.sizes, scaler: preprocessing, allowsUnknownNames: allowUnknownNames,
      readsExternalData: externalData)
  }

  var limits: ReadLimits { limit.limits }

  func validate() throws {
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

/// How much a file may ask for.
struct LimitOptions: ParsableArguments {
  @Option(
    help: """
      The maximum size of a decompressed file, in bytes. (default: \
      \(ReadLimits().maxTotalBytes); no limit for a CSV that is predicted)
      """)
  var maxBytes: Int?

  var limits: ReadLimits {
    var limits = ReadLimits()
    if let maxBytes { limits.maxTotalBytes = maxBytes }
    return limits
  }

  func validate() throws {
    if let maxBytes, maxBytes <= 0 { throw ValidationError("--max-bytes must be above 0.") }
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

extension SklearnWeights.BiasPlace: ExpressibleByArgument {}

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

extension Omission.Part: ExpressibleByArgument {
  /// The part with a name, if it can be left out.
  public init?(argument: String) {
    guard let part = argument == "scaler" ? .preprocessing : Self(rawValue: argument),
      Self.droppable.contains(part)
    else { return nil }
    self = part
  }

  /// The names that an option takes.
  public static var allValueStrings: [String] { droppable.map(\.rawValue) }
}

extension TableOptions.Header: ExpressibleByArgument {}

extension TableOptions.Decimal: ExpressibleByArgument {}

extension Parameters.LearningRate: ExpressibleByArgument {}

extension Parameters.Loss: ExpressibleByArgument {}
