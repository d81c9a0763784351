import MLP
import NPY
import Sklearn
import ArgumentParser
import Coefs

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", _superCommandName: "coefs",
    abstract: "Write a network in another layout or dtype, bit for bit.",
    discussion: """
      Weights are written as outputs × inputs (weights_0, biases_0, …) or, with --to sklearn, as \
      inputs × outputs (coefs_0, intercepts_0, …), whatever the layout they came in. The output is \
      read back and compared before the command says that it is done. The shortest way out of a pickle \
      is coefs convert model.joblib weights.npz.
      """)

  @OptionGroup var model: ModelOptions

  @Argument(
    help: """
      The file to write; its ending selects the format: \(FileFormat.writableEndings). - is stdout.
      """,
    completion: .file())
  var output: String

  @Option(help: "The layout to write.")
  var to = WeightLayout.mlp

  @Option(help: "The format to write, where no ending selects it.")
  var format: FileFormat?

  @Option(
    help: """
      The names of the arrays: own, or torch (0.weight, 0.bias, 2.weight, …, as those of a \
      torch.nn.Sequential).
      """)
  var names = SklearnWeights.Naming.own

  @Flag(help: "Deflate the arrays.")
  var compress = false

  @Option(help: "Round every number to this type. (default: keep every bit)")
  var dtype: SklearnWeights.Precision?

  @Flag(
    name: [.customLong("fold"), .customLong("fold-scaler")],
    help: """
      Fold affine preprocessing, such as scalers and PCA, into the first layer; the outputs change in the last \
      digits. Without it a network with scalers is only written to a .skops file.
      """)
  var fold = false

  @Option(
    parsing: .singleValue,
    help: """
      A part to leave out, which is said: preprocessing (or scaler), activation, classes, feature-names, precision; \
      may be repeated. What changes predictions and the format cannot hold is an error without it.
      """)
  var drop: [Omission.Part] = []

  @Flag(help: "The same as --drop preprocessing: write the bare network.")
  var dropPreprocessing = false

  @Option(
    defaultAsFlag: SelfCheckArgument.count(4),
    help: """
      Store a self-check: a few rows and the outputs to the bit, which coefs verify --self-check replays. A number \
      of rows to make, or a file of rows; the first 100 are stored. (default without a value: 4)
      """,
    completion: .file())
  var selfCheck: SelfCheckArgument?

  @Option(
    help: """
      Weights of 8 bits in C or Swift: int8, with --calibrate. What is lost on the samples is said, and stands in \
      the file.
      """)
  var quantize: Quantize?

  @Option(
    help: """
      Samples that show the range of each layer's inputs, with labels where these are known: a file of rows, or \
      digits.
      """,
    completion: .file())
  var calibrate: String?

  @Flag(help: "Replace an existing output.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard !fold || !dropped.contains(.preprocessing) else {
      throw ValidationError("--fold and --drop-preprocessing do not go together.")
    }
    if output == "-" {
      guard format != nil else { throw ValidationError("--format is needed to write to stdout.") }
      guard !answer.json else { throw ValidationError.standardOutputTwice }
    }
    guard (quantize == nil) == (calibrate == nil) else {
      throw ValidationError("--quantize int8 and --calibrate go together.")
    }
    if calibrate != nil, calibrate != DataOptions.digits, model.readsStandardInput {
      throw ValidationError("--calibrate with a file needs a model that is read twice, not stdin.")
    }
    if case .file = selfCheck, model.readsStandardInput {
      throw ValidationError("--self-check with a file needs a model that is read twice, not stdin.")
    }
  }

  func run() throws {
    let options = Model.WriteOptions(
      format: format, layout: to, naming: names, precision: dtype, isCompressed: compress,
      foldsInputTransform: fold, dropped: dropped, selfCheck: try selfCheckRows(),
      quantization: try quantization(), replacing: force)
    let conversion = try Model.convert(
      model.file, intercepts: model.interceptsFile, reading: model.options(), limits: model.limits,
      to: FileReference(argument: output), options: options
    ) { tell($0) }
    if output == "-" {
      printMessage(conversion.text)
    } else {
      try answer.print(conversion, text: conversion.text)
    }
  }
}

extension Convert {
  /// Says what the output cannot hold, or is without.
  private func tell(_ omissions: [Omission]) {
    // What is refused is not without anything.
    let refused = omissions.filter { $0.part.changesPredictions && !$0.isAsked }
    let told = refused.isEmpty ? omissions : refused
    // Of an ensemble nothing can be left out.
    let isEnsemble = told.contains { $0.part == .ensemble }
    for omission in told.prefix(Self.mostLines) {
      printError("\(output): \(omission.text(hasWayOut: !isEnsemble))")
    }
    if told.count > Self.mostLines {
      printError("\(output): … and \(told.count - Self.mostLines) more of these")
    }
  }

  /// More than any estimator that is not an ensemble of many has.
  private static let mostLines = 100

  /// The parts to leave out.
  private var dropped: Set<Omission.Part> {
    Set(drop).union(dropPreprocessing ? [.preprocessing] : [])
  }

  /// The rows of the self-check.
  fileprivate func selfCheckRows() throws(CoefsError) -> Model.SelfCheckRows? {
    switch selfCheck {
    case nil: return nil
    case .count(let count): return .count(count)
    case .file(let path):
      // The network says what the columns are.
      let data = try Dataset(
        RowReader(
          .path(path), TableOptions(), for: model.read(), purpose: .prediction, rows: .all,
          scale: 1, limits: model.limits, maxTextBytes: .max))
      if let detected = data.detected { printError("\(path): \(detected)") }
      return .rows((0..<min(data.inputs.rows, 100)).map { data.inputs.row($0) })
    }
  }
}

extension Convert {
  /// The types of weights besides those of the network.
  enum Quantize: String, ExpressibleByArgument, CaseIterable {
    case int8
  }

  /// The samples that calibrate weights of 8 bits.
  fileprivate func quantization() throws(CoefsError) -> Model.Quantization? {
    guard let calibrate else { return nil }
    if calibrate == DataOptions.digits { return .init(calibratedOn: try .digits(.train)) }
    let samples = try Dataset(
      RowReader(
        .path(calibrate), TableOptions(), for: model.read(), purpose: .measurement, rows: .all,
        scale: 1, limits: model.limits, maxTextBytes: .max))
    if let detected = samples.detected { printError("\(calibrate): \(detected)") }
    return .init(calibratedOn: samples)
  }
}

/// The rows of a self-check, as the command line says them.
enum SelfCheckArgument: ExpressibleByArgument {
  /// So many rows, which are made.
  case count(Int)
  /// The rows of a file.
  case file(String)

  init?(argument: String) {
    guard let count = Int(argument) else {
      self = .file(argument)
      return
    }
    guard 1...10_000 ~= count else { return nil }
    self = .count(count)
  }

  var defaultValueDescription: String {
    switch self {
    case .count(let count): "\(count)"
    case .file(let path): path
    }
  }
}

extension Omission {
  /// The part as a line of its own says it, with the option that leaves it out where that has a way out.
  fileprivate func text(hasWayOut: Bool) -> String {
    if isAsked { return "is without \(detail), as asked" }
    guard part.changesPredictions else {
      return "is without \(detail), on which no prediction depends"
    }
    let wayOut =
      switch part {
      case .precision: "; --drop precision rounds them"
      case _ where hasWayOut && Part.droppable.contains(part):
        "; --drop \(part.rawValue) leaves it out"
      default: ""
      }
    return "cannot hold \(detail)\(wayOut)"
  }
}

extension Model.Rounding {
  /// The result as a line of its own.
  fileprivate var text: String {
    guard let rows, let largestDifference else {
      return "rounded every value to \(precision): there were no rows to measure the difference on"
    }
    let labels = labelsDiffer.map { ", and \($0) labels differ" } ?? ""
    return
      "rounded every value to \(precision): on \(count) \(rows) no output differs by more than "
      + "\(largestDifference)\(labels)"
  }
}

extension Conversion {
  fileprivate var text: String {
    var lines = ["read \(input.escapedForTerminal): \(model.text)"]
    let place = arrays.isEmpty ? "" : ", \(layout.rawValue) layout:"
    lines.append("wrote \(output.escapedForTerminal), \(byteCount) bytes\(place)")
    if let companion { lines.append("wrote \(companion.escapedForTerminal) with it") }
    for array in arrays {
      lines.append("  \(array.name)  \(array.dtype)  \(pythonTuple(array.shape))")
    }
    if let folding {
      lines.append(
        "folded \(folding.scalers.joined(separator: ", ")) into the first layer: on \(folding.count) "
          + "\(folding.rows) no output differs by more than \(folding.largestDifference)")
    }
    if let rounding { lines.append(rounding.text) }
    lines += quantization?.lines ?? []
    if let dropped {
      lines.append(
        "left out: \(dropped.joined(separator: ", ")); the network takes what they make of a row")
    }
    if let inputByteCount, inputByteCount > byteCount {
      let share = 100 * (inputByteCount - byteCount) / inputByteCount
      lines.append(
        "\(inputByteCount - byteCount) bytes (\(share) %) fewer than the estimator had, and nothing "
          + "that Python could run")
    }
    lines += (notes ?? []).map { "note: \($0.escapedForTerminal)" }
    lines.append(
      "read back: every \(arrays.isEmpty ? "byte" : "array") is bit for bit what was meant")
    return lines.joined(separator: "\n")
  }
}
