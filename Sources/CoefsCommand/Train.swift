import MLP
import Sklearn
import Training
import ArgumentParser
import Coefs
import Files

import Platform

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", _superCommandName: "coefs",
    abstract: "Train a network as scikit-learn's MLPClassifier does, to the digit.",
    discussion: """
      The same data, parameters and random state give the losses and weights that scikit-learn \
      gives. Ctrl-C ends the training and keeps what it has reached. The labels are the last column \
      of a CSV, unless --label names another.

      lbfgs runs SciPy's algorithm; its last digits are those of the machine, as scikit-learn's are.
      """)

  @Argument(
    help:
      "The file to write; its ending selects the format: \(FileFormat.writableEndings).",
    completion: .file())
  var output: String

  @OptionGroup var data: DataOptions
  @OptionGroup var limit: LimitOptions

  @OptionGroup(title: "Parameters of scikit-learn")
  var parameters: ParameterOptions

  @Option(help: "The layout to write.")
  var to = WeightLayout.mlp

  @Option(help: "The type to train in.")
  var dtype = SklearnWeights.Precision.float64

  @Flag(help: "Replace an existing output.")
  var force = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard FileFormat(fileName: output)?.isWritable == true else {
      throw ValidationError(
        "the name has no ending of a writable format; end it in \(FileFormat.writableEndings).")
    }
  }

  func run() throws {
    // Before the work, so that it is not done in vain.
    try Model.checkOutput(output, replacing: force)
    let dataset = try data.read(for: nil, .training, digitRows: .train, limit)

    let ignored = parameters.ignored
    if !ignored.isEmpty {
      printMessage("lbfgs ignores \(ignored.joined(separator: ", ")), as scikit-learn does")
    }
    // Held back, so that Ctrl-C ends the training and not the process, until the file is written.
    let signals = BlockedSignals()
    let values = parameters.values
    var progress = ProgressLine()
    let trained = try Model.train(
      on: dataset, values, for: parameters.regressor ? .regression : .classification,
      precision: dtype
    ) { event in
      if parameters.verbose {
        for line in event.lines { print(line, toResult: !answer.json) }
      } else {
        progress.show(event, of: values.maxIter)
      }
      return signals.pending() == nil
    }
    progress.clear()
    switch trained.end {
    case .maxIter where trained.search != nil, .maxFun, .abnormal:
      printMessage(trained.warning(maxIter: values.maxIter))
    case .maxIter:
      printMessage(
        "the maximum of \(values.maxIter) epochs is reached; the training has not converged")
    case .interrupted:
      let unit = trained.search == nil ? "epoch" : "iteration"
      printMessage("interrupted after \(unit) \(trained.losses.count); its weights are kept")
    case .converged: break
    }

    try trained.model.write(
      to: output, options: Model.WriteOptions(layout: to, replacing: force))
    let result = TrainingAnswer(trained, detected: dataset.detected)
    try answer.print(result, text: result.text(output))
  }

  /// Prints a line at once, so that it can be followed.
  private func print(_ line: String, toResult: Bool) {
    if toResult { try? printResult(line) } else { printMessage(line) }
  }
}

/// scikit-learn's parameters, under their own names.
struct ParameterOptions: ParsableArguments {
  @Option(help: "The size of each hidden layer: 16, or 50,30.")
  var hiddenLayerSizes = HiddenLayerSizes(sizes: [100])

  @Option(help: "The activation of the hidden layers.")
  var activation = HiddenActivation.relu

  @Option(help: "The optimizer: adam, sgd or lbfgs.", transform: solver)
  var solver = Parameters.Solver.adam

  @Option(help: "The strength of the L2 penalty.")
  var alpha = Parameters().alpha

  @Option(help: "The rows of one batch, or auto: min(200, rows).")
  var batchSize = BatchSize(rows: nil)

  @Option(help: "The schedule of sgd's learning rate.")
  var learningRate = Parameters.LearningRate.constant

  @Option(help: "The initial learning rate.")
  var learningRateInit = Parameters().learningRateInit

  @Option(help: "The exponent of invscaling.")
  var powerT = Parameters().powerT

  @Option(help: "The maximum number of epochs, or of iterations of lbfgs.")
  var maxIter = Parameters().maxIter

  @Flag(inversion: .prefixedNo, help: "Whether rows are shuffled in each epoch.")
  var shuffle = true

  @Option(help: "The seed of all random values. (default: another each time)")
  var randomState: UInt32?

  @Option(help: "The smallest change of loss or score that counts as an improvement.")
  var tol = Parameters().tol

  @Flag(help: "Print scikit-learn's own line for each epoch.")
  var verbose = false

  @Option(help: "sgd's momentum.")
  var momentum = Parameters().momentum

  @Flag(inversion: .prefixedNo, help: "Whether sgd's momentum is Nesterov's.")
  var nesterovsMomentum = true

  @Flag(help: "Keep some rows for validation, and stop by the score on them.")
  var earlyStopping = false

  @Option(help: "The share of the rows to keep for validation.")
  var validationFraction = Parameters().validationFraction

  @Option(name: .customLong("beta-1"), help: "Adam's decay of the first moment.")
  var beta1 = Parameters().beta1

  @Option(name: .customLong("beta-2"), help: "Adam's decay of the second moment.")
  var beta2 = Parameters().beta2

  @Option(help: "The small value that keeps adam from dividing by zero.")
  var epsilon = Parameters().epsilon

  @Option(help: "The maximum number of epochs in a row without improvement.")
  var nIterNoChange = Parameters().nIterNoChange

  @Option(help: "The maximum number of evaluations of lbfgs.")
  var maxFun = Parameters().maxFun

  @Flag(help: "Predict values, as MLPRegressor, instead of classes.")
  var regressor = false

  @Option(help: "A regressor's loss: squared_error or poisson.")
  var loss = Parameters.Loss.squaredError

  var values: Parameters {
    var values = Parameters()
    values.hiddenLayerSizes = hiddenLayerSizes.sizes
    values.activation = activation.activation ?? values.activation
    values.solver = solver
    values.alpha = alpha
    values.batchSize = batchSize.rows
    values.learningRate = learningRate
    values.learningRateInit = learningRateInit
    values.powerT = powerT
    values.maxIter = maxIter
    values.shuffle = shuffle
    values.randomState = randomState
    values.tol = tol
    values.momentum = momentum
    values.nesterovsMomentum = nesterovsMomentum
    values.earlyStopping = earlyStopping
    values.validationFraction = validationFraction
    values.beta1 = beta1
    values.beta2 = beta2
    values.epsilon = epsilon
    values.nIterNoChange = nIterNoChange
    values.maxFun = maxFun
    values.loss = loss
    return values
  }

  /// The parameters that are given, and that `lbfgs` does not look at.
  fileprivate var ignored: [String] {
    guard solver == .lbfgs else { return [] }
    let (values, defaults) = (values, Parameters())
    func isChanged<Value: Equatable>(_ path: KeyPath<Parameters, Value>) -> Bool {
      values[keyPath: path] != defaults[keyPath: path]
    }
    let all: [(String, Bool)] = [
      ("batch_size", isChanged(\.batchSize)), ("learning_rate", isChanged(\.learningRate)),
      ("learning_rate_init", isChanged(\.learningRateInit)), ("power_t", isChanged(\.powerT)),
      ("shuffle", isChanged(\.shuffle)), ("momentum", isChanged(\.momentum)),
      ("nesterovs_momentum", isChanged(\.nesterovsMomentum)),
      ("early_stopping", isChanged(\.earlyStopping)),
      ("validation_fraction", isChanged(\.validationFraction)), ("beta_1", isChanged(\.beta1)),
      ("beta_2", isChanged(\.beta2)), ("epsilon", isChanged(\.epsilon)),
      ("n_iter_no_change", isChanged(\.nIterNoChange)),
    ]
    return all.filter(\.1).map(\.0)
  }

  func validate() throws {
    do { try values.validate() } catch { throw ValidationError("\(error).") }
  }

  private static func solver(_ name: String) throws -> Parameters.Solver {
    guard let solver = Parameters.Solver(rawValue: name) else {
      throw ValidationError("the solver '\(name)' is unknown; use adam, sgd or lbfgs.")
    }
    return solver
  }
}

/// Sizes with commas between them; none for a network without hidden layers.
struct HiddenLayerSizes: ExpressibleByArgument {
  let sizes: [Int]

  init(sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",").map { Int($0) }
    guard sizes.allSatisfy({ $0 != nil }) else { return nil }
    self.sizes = sizes.compactMap(\.self)
  }

  var defaultValueDescription: String { sizes.map(String.init).joined(separator: ",") }
}

/// A number of rows, or `auto`.
struct BatchSize: ExpressibleByArgument {
  let rows: Int?

  init(rows: Int?) { self.rows = rows }

  init?(argument: String) {
    let rows = Int(argument)
    guard rows != nil || argument == "auto" else { return nil }
    self.rows = rows
  }

  var defaultValueDescription: String { rows.map(String.init) ?? "auto" }
}

/// The result of `train`.
private struct TrainingAnswer: Encodable {
  let iterations: Int
  let losses: [Double]
  let validationScores: [Double]
  let stopped: TrainingEnd
  let loss: Double
  let search: TrainingSearch?
  let model: ModelSummary
  let detected: String?

  init(_ trained: Model.Trained, detected: String?) {
    self.detected = detected
    iterations = trained.losses.count
    losses = trained.losses
    validationScores = trained.validationScores
    stopped = trained.end
    loss = trained.loss
    search = trained.search
    model = ModelSummary(trained.model.weights)
  }

  func text(_ output: String) -> String {
    let work =
      search.map {
        "\(iterations) iteration\(iterations == 1 ? "" : "s") and \($0.evaluations) evaluations"
      } ?? "\(iterations) epochs"
    return """
      \(stopped.rawValue) after \(work), loss \(fixed(loss, digits: 8))
      wrote \(output.escapedForTerminal): \(model.text)
      """
  }
}

extension Model.Trained {
  /// scikit-learn's warning of `lbfgs`.
  fileprivate func warning(maxIter: Int) -> String {
    guard let search else { return "" }
    let iterations = "\(losses.count) iteration\(losses.count == 1 ? "" : "s")"
    let advice =
      losses.count == maxIter
      ? "increase the number of iterations (--max-iter), or scale the data" : "scale the data"
    return "lbfgs failed to converge after \(iterations) (status=\(search.status)): "
      + "\(search.message.split(separator: " ").joined(separator: " ")); \(advice)"
  }
}

extension TrainingEvent {
  /// scikit-learn's own lines.
  fileprivate var lines: [String] {
    switch self {
    case .epoch(let iteration, let loss, let score):
      let line = "Iteration \(iteration), loss = \(fixed(loss, digits: 8))"
      return [line] + (score.map { ["Validation score: \(fixed($0, digits: 6))"] } ?? [])
    case .noImprovement(let ofScore, let tol, let epochs, let consequence):
      let what = ofScore ? "Validation score" : "Training loss"
      var line = "\(what) did not improve more than tol=\(fixed(tol, digits: 6)) "
      line += "for \(epochs) consecutive epochs."
      switch consequence {
      case .stops: line += " Stopping."
      case .learningRateTooSmall: line += " Learning rate too small. Stopping."
      case .learningRate(let rate): line += " Setting learning rate to \(fixed(rate, digits: 6))"
      }
      return [line]
    }
  }
}

/// A number with so many decimal places, as C's `%f` prints it.
private func fixed(_ value: Double, digits: Int) -> String {
  // A Double has at most 309 digits before the point.
  var buffer = [CChar](repeating: 0, count: 512)
  // vsnprintf writes no more than the buffer holds.
  let length = unsafe withVaList([Int32(digits), value]) { arguments in
    unsafe vsnprintf(&buffer, buffer.count, "%.*f", arguments)
  }
  return String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension ProgressLine {
  /// Shows how far the training is, at the end of an epoch.
  fileprivate mutating func show(_ event: TrainingEvent, of epochs: Int) {
    guard case .epoch(let iteration, let loss, _) = event else { return }
    show(iteration, "epochs", fraction: Double(iteration) / Double(epochs)) {
      let filled = 30 * iteration / epochs
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled)
      return "epoch \(iteration) of at most \(epochs) [\(bar)] loss \(fixed(loss, digits: 6))"
    }
  }
}
