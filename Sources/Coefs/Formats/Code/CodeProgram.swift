import MLP
import Sklearn

/// A network as a list of loops over one row: what is written out as source code, and what computes the very bits
/// that this code computes.
///
/// Every value is of one type, and every sum runs from the first to the last, so that all machines agree to the bit.
struct CodeProgram: Sendable {
  /// One loop: values become others.
  indirect enum Stage: Sendable {
    /// x − value, x / value, x · value, x + value; one for each column.
    case arithmetic(Arithmetic, [Double])
    /// The nearest number in a range.
    case clip(ClosedRange<Double>)
    /// A function of each value.
    case function(Function)
    /// 1 above a threshold, else 0; a missing value stays one.
    case binarize(above: Double)
    /// A power of each value, with a λ for each column: Box–Cox, or Yeo–Johnson.
    case power(isBoxCox: Bool, [Double])
    /// The number of edges that are not above a value; a missing value stays one.
    case bins([[Double]])
    /// A value for each column, where it is missing.
    case fill([Double], missing: [Double])
    /// 1 where a value is missing, else 0.
    case isMissing([Double])
    /// A row with a missing value in one of these columns is refused.
    case demandValues([Int])
    /// The code of each value, or a column for each code.
    case encode([InputTransform.Encoding], isOneHot: Bool)
    /// Each row divided by its norm.
    case normalize(InputTransform.Norm)
    /// Some of the columns.
    case select([Int])
    /// A product of columns for each list, from the last to the first.
    case products([[Int]])
    /// W x, and + b where there are biases; weights are outputs × inputs.
    case dense([Double], biases: [Double]?, inputs: Int)
    /// A layer in integers of 8 bits.
    case quantized(QuantizedLayer)
    /// The exponentials of a row, divided by their sum.
    case softmax
    /// What each list of stages makes of the same row, next to each other.
    case branches([[Stage]])
    /// The sum of rows of so many columns, which stand next to each other, with a weight for each row.
    case weightedSum([Double], width: Int)
    /// Each row divided by its sum; equal shares where that is 0.
    case share
    /// A curve through points, level before the first and after the last, at the one value of a row.
    case interpolate(x: [Double], y: [Double])
    /// The place of a label, as the one value of a row.
    case place(Place)
    /// A row with a value that is not finite is refused.
    case demandFinite
  }

  /// How the place of a label is found.
  enum Place: Sendable {
    /// That of the maximum, the first or the last of equal ones.
    case first, last
    /// 1 where the one value of a row is above, at least, or below a threshold, else 0.
    case above(Double)
    case atLeast(Double)
    case below(Double)
  }

  enum Arithmetic: String, Sendable {
    case subtract = "-"
    case divide = "/"
    case multiply = "*"
    case add = "+"
  }

  /// A function that the code has its own loop for; its name there is the raw value.
  enum Function: String, CaseIterable, Sendable {
    case absolute, negative, square, reciprocal, sign, floor, ceil, rint, trunc, sqrt
    case exp, expm1, log, log1p, log2, log10
    case logistic, tanh, relu
    case nanToNum = "nan_to_num"
  }

  /// The labels of a classifier.
  enum Labels: Sendable {
    case integers([Int64])
    case booleans([Bool])
    case numbers([Double])
    case texts([String])
  }

  enum Task: Sendable {
    /// One label; the probabilities of two come from one output.
    case classes(Labels)
    /// Several labels, each of them or not.
    case multilabel(Labels)
    case values
  }

  /// The name that all identifiers begin with.
  let name: String
  let isSingle: Bool
  let inputs: Int
  /// The columns where no value may be missing.
  let required: [Int]
  var stages: [Stage]
  /// The length of a row of outputs.
  let outputs: Int
  /// Whether the place of the label follows the outputs, because it is not that of the maximum.
  let hasPlace: Bool
  /// Whether there are probabilities next to a label.
  let hasProbabilities: Bool
  let task: Task
  /// What a reader should know: the network, where it comes from, its inputs.
  var remarks: [String]

  /// The number of probabilities of a row.
  var probabilities: Int {
    if case .classes = task, outputs == 1 { 2 } else { outputs }
  }

  /// The network of a file.
  ///
  /// - Parameters:
  ///   - weights: The network, with its preprocessing.
  ///   - name: The name that all identifiers begin with.
  ///   - isSingle: Whether all is computed in single precision.
  ///   - source: The file's name, for the remarks.
  /// - Throws: ``ModelError`` for what the code cannot express.
  init(
    _ weights: SklearnWeights, name: String, isSingle: Bool, source: String
  ) throws(ModelError) {
    self.name = name
    self.isSingle = isSingle
    if let ensemble = weights.outline.ensemble {
      inputs = ensemble.inputs
      required = ensemble.demands.needsValues.sorted()
      (stages, outputs, hasPlace) = try Self.stages(of: ensemble)
      hasProbabilities = ensemble.hasProbabilities
      if ensemble.task == .regressor {
        task = .values
      } else {
        let labels = try Labels(ensemble.classes[0])
        task = ensemble.isMultilabel ? .multilabel(labels) : .classes(labels)
      }
      remarks = Self.remarks(weights, source: source)
      return
    }
    inputs = weights.outline.rowLength
    hasPlace = false
    hasProbabilities = true
    required = weights.inputTransform?.demands.needsValues.sorted() ?? Array(0..<inputs)
    stages = try Self.stages(of: weights)
    outputs = weights.layerSizes[weights.layerSizes.count - 1]
    if weights.task == .regressor {
      task = .values
    } else {
      let isMultilabel = outputs > 1 && weights.outActivation.activation == .logistic
      var labels = weights.classes?.labels ?? ClassLabels.counted(max(2, outputs))
      // A network that has seen a single class predicts that one.
      if labels.count == 1 { labels.append(labels[0]) }
      let known = try Labels(labels)
      task = isMultilabel ? .multilabel(known) : .classes(known)
    }
    remarks = Self.remarks(weights, source: source)
  }

  /// The number of values that stages make of a row.
  static func width(of stages: [Stage], inputs: Int) -> Int {
    stages.reduce(inputs) { width, stage in
      switch stage {
      case .arithmetic, .clip, .function, .binarize, .power, .bins, .fill, .isMissing,
        .demandValues, .normalize, .softmax, .share, .demandFinite:
        width
      case .encode(let encodings, let isOneHot):
        isOneHot ? encodings.reduce(0) { $0 + $1.width } : encodings.count
      case .select(let columns): columns.count
      case .products(let products): products.count
      case .dense(let weights, _, let inputs): weights.count / inputs
      case .quantized(let layer): layer.biases.count
      case .branches(let branches):
        branches.reduce(0) { $0 + Self.width(of: $1, inputs: width) }
      case .weightedSum(_, let width): width
      case .interpolate, .place: 1
      }
    }
  }

  /// The steps of a preprocessing that the code cannot express.
  static func refusals(of transform: InputTransform) -> [(index: Int, error: ModelError)] {
    transform.steps.enumerated().compactMap { index, step in
      do throws(ModelError) {
        _ = try stages(step.operations, of: step.name)
        return nil
      } catch {
        return (index, error)
      }
    }
  }

  static func stages(_ transform: InputTransform) throws(ModelError) -> [Stage] {
    var stages: [Stage] = []
    for step in transform.steps { stages += try Self.stages(step.operations, of: step.name) }
    return stages
  }

  static func stages(
    _ operations: [InputTransform.Operation], of step: String
  ) throws(ModelError) -> [Stage] {
    var stages: [Stage] = []
    for operation in operations { stages += try Self.stages(operation, of: step) }
    return stages
  }

  private static func stages(
    _ operation: InputTransform.Operation, of step: String
  ) throws(ModelError) -> [Stage] {
    switch operation {
    case .subtract(let values): return [.arithmetic(.subtract, values)]
    case .divide(let values): return [.arithmetic(.divide, values)]
    case .multiply(let values): return [.arithmetic(.multiply, values)]
    case .add(let values): return [.arithmetic(.add, values)]
    case .clip(let range): return [.clip(range)]
    case .binarize(let threshold): return [.binarize(above: threshold)]
    case .bins(let edges): return [.bins(edges)]
    case .fill(let values, let missing): return [.fill(values, missing: missing)]
    case .isMissing(let missing): return [.isMissing(missing)]
    case .demandValues(let columns): return [.demandValues(columns)]
    case .ordinal(let encodings): return [.encode(encodings, isOneHot: false)]
    case .oneHot(let encodings): return [.encode(encodings, isOneHot: true)]
    case .normalize(let norm): return [.normalize(norm)]
    case .select(let columns): return [.select(columns)]
    case .products(let products): return [.products(products)]
    case .matrix(let weights, let inputs): return [.dense(weights, biases: nil, inputs: inputs)]
    case .concatenate(let branches):
      var parts: [[Stage]] = []
      for branch in branches { parts.append(try stages(branch, of: step)) }
      return [.branches(parts)]
    case .function(.positive): return []
    case .power(.boxCox, let lambdas): return [.power(isBoxCox: true, lambdas)]
    case .power(.yeoJohnson, let lambdas): return [.power(isBoxCox: false, lambdas)]
    case .function, .power, .quantiles:
      if case .function(let function) = operation, let known = function.inCode {
        return [.function(known)]
      }
      throw .notInFormat(
        step, format: "source code", problem: "its operation \(operation.name) needs a library")
    }
  }

  // MARK: For the reader

  private static func remarks(_ weights: SklearnWeights, source: String) -> [String] {
    let outline = weights.outline
    let summary = ModelSummary(weights)
    let sizes = summary.layers.map(String.init).joined(separator: "-")
    let networks = weights.outline.ensemble.map {
      ["\($0.name) of \($0.networkCount) network\($0.networkCount == 1 ? "" : "s"), from \(source)"]
    }
    var remarks =
      networks ?? [
        "\(sizes) \(summary.task.rawValue), \(summary.parameters) parameters, from \(source)",
        "hidden activation \(summary.activation.name) (\(summary.activation.from.rawValue)), "
          + "output activation \(summary.outActivation.name) (\(summary.outActivation.from.rawValue))",
      ]
    if let steps = summary.inputTransform, !steps.isEmpty {
      remarks.append("inputs go through " + steps.map(\.name).joined(separator: ", "))
    }
    let texts = outline.demands.texts
    if outline.featureNames != nil || !texts.isEmpty {
      remarks.append("inputs:")
      for column in 0..<outline.rowLength {
        var remark = "  \(column): \(outline.featureNames?[column] ?? "")"
        if let known = texts[column] {
          remark += " (" + known.enumerated().map { "\($0) = \($1)" }.joined(separator: ", ") + ")"
        }
        remarks.append(remark)
      }
    }
    return remarks
  }
}

extension CodeProgram.Labels {
  /// Labels that are all of one kind.
  ///
  /// - Throws: ``ModelError`` for labels of several kinds.
  fileprivate init(_ labels: [ClassLabels.Label]) throws(ModelError) {
    var (integers, booleans, numbers, texts): ([Int64], [Bool], [Double], [String]) = (
      [], [], [], []
    )
    for label in labels {
      switch label {
      case .integer(let value): integers.append(value)
      case .boolean(let value): booleans.append(value)
      case .number(let value): numbers.append(value)
      case .text(let value): texts.append(value)
      case .unsigned(let value):
        throw .notInFormat(
          "the class \(value)", format: "source code", problem: "it is beyond a signed integer")
      }
    }
    if integers.count == labels.count {
      self = .integers(integers)
    } else if booleans.count == labels.count {
      self = .booleans(booleans)
    } else if numbers.count == labels.count {
      self = .numbers(numbers)
    } else if texts.count == labels.count {
      self = .texts(texts)
    } else {
      throw .notInFormat("classes of several kinds", format: "source code", problem: nil)
    }
  }
}

extension InputTransform.Function {
  /// The function in code; `nil` for one that it has not.
  fileprivate var inCode: CodeProgram.Function? {
    switch self {
    case .absolute, .fabs: .absolute
    case .negative: .negative
    case .square: .square
    case .reciprocal: .reciprocal
    case .sign: .sign
    case .floor: .floor
    case .ceil: .ceil
    case .rint: .rint
    case .trunc: .trunc
    case .sqrt: .sqrt
    case .exp: .exp
    case .expm1: .expm1
    case .log: .log
    case .log1p: .log1p
    case .log2: .log2
    case .log10: .log10
    case .tanh: .tanh
    case .nanToNum: .nanToNum
    default: nil
    }
  }
}
