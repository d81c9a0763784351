public import MLP
import Pickle

/// The preprocessing before a network, as a file has it.
public struct Preprocessing: Hashable, Sendable {
  /// The transformers, in the order in which they are applied.
  public let steps: [InputTransform.Step]
  /// The length of a row; `nil` where nothing says it.
  public let inputs: Int?
  /// For each column of texts the texts that it knows.
  public let texts: [Int: [String]]
  /// The names of the columns that it was fitted with, where they are known.
  public let featureNames: [String]?
  /// Where each step was in the file; empty where nothing says it.
  package private(set) var paths: [String] = []

  /// Preprocessing of rows.
  public init(
    steps: [InputTransform.Step], inputs: Int? = nil, texts: [Int: [String]] = [:],
    featureNames: [String]? = nil
  ) {
    self.steps = steps
    self.inputs = inputs
    self.texts = texts
    self.featureNames = featureNames
  }
}

extension Preprocessing {
  /// The same with the place of each step.
  func located(at paths: [String]) -> Preprocessing {
    var located = self
    located.paths = paths
    return located
  }

  /// The transform of rows before a network.
  ///
  /// - Parameter inputs: The length of the rows that the network takes.
  /// - Throws: ``SklearnError/badObject(_:problem:)`` where the steps do not fit each other.
  func transform(before inputs: Int) throws(SklearnError) -> InputTransform {
    do throws(MLPError) {
      return try InputTransform(steps: steps, inputs: self.inputs ?? inputs, texts: texts)
    } catch {
      guard case .badTransform(let step, let problem) = error else {
        throw .badObject(steps.names, problem: "leaves no columns")
      }
      throw .badObject(step, problem: problem)
    }
  }
}

extension [InputTransform.Step] {
  /// The transformers by name, first to last.
  var names: String { map(\.name).joined(separator: ", ") }
}

/// What is known while the steps of a pipeline are read: the present columns, and the texts in them.
struct StepReading {
  /// The transformers that were read.
  private(set) var steps: [InputTransform.Step] = []
  /// Where each of them is.
  private var paths: [String] = []
  /// The length of a row; `nil` until a step says it.
  private(set) var inputs: Int?
  /// The columns after the last step; `nil` until a step says their number.
  private var trace: ColumnTrace?

  /// Whether the present columns are those of a row, so that texts are texts.
  private var isFirst = true

  /// The texts of each column, and the position of each.
  // By bytes, as Python compares texts: two normal forms of one word are two texts.
  private var positions: [Int: [ContiguousArray<UInt8>: Int]] = [:]
  private var texts: [Int: [String]] = [:]

  /// The numbers that a file still has room for.
  private var remaining: Int
  private var stepCount = 0
  private var depth = 0

  // More than anyone has. A file can name one object a million times, and each time it is looked at.
  private static let maxSteps = 1_000
  private static let maxDepth = 10
  /// The most columns that a row may have at any time, so that a row is no more than some megabytes.
  static let maxColumns = 1 << 18

  /// Reading of a file.
  ///
  /// - Parameter byteCount: The decompressed size of the file.
  init(byteCount: Int) {
    // One stored number may be used as a value, a code, a column.
    remaining = 4 * byteCount + 4_096
  }

  /// What was read.
  ///
  /// - Parameter names: The names of the columns that it was fitted with.
  func preprocessing(names: [String]?) -> Preprocessing {
    Preprocessing(
      steps: steps, inputs: inputs, texts: isFirst ? texts : [:],
      featureNames: names?.count == inputs ? names : nil
    ).located(at: paths)
  }

  // MARK: Columns

  /// Says how many columns a step takes, if that is not known yet.
  mutating func expect(_ columns: Int?, at path: String) throws(SklearnError) {
    guard let columns else { return }
    if let trace {
      guard trace.width == columns else {
        throw .badObject(
          path, problem: "has numbers for \(columns) inputs instead of \(trace.width)")
      }
      return
    }
    guard columns > 0, columns <= Self.maxColumns else {
      throw .badObject(path, problem: "takes \(columns) columns; 1 to \(Self.maxColumns) are read")
    }
    inputs = columns
    trace = ColumnTrace(columns: columns)
  }

  /// The number of columns before a step.
  ///
  /// - Throws: ``SklearnError/notFitted(_:missing:)`` where nothing has said it.
  func width(for step: any FittedStep) throws(SklearnError) -> Int {
    guard let trace else { throw .notFitted(step.path, missing: "n_features_in_") }
    return trace.width
  }

  /// The column of the row whose values a present column still holds.
  func source(of column: Int) -> Int? { trace.flatMap { $0.raw[column] } }

  /// The number that stands for a text in a column, which knows it from now on.
  ///
  /// - Throws: ``SklearnError/badObject(_:problem:)`` where the column holds numbers that an earlier step has made.
  mutating func learn(
    _ text: String, in column: Int, at path: String
  ) throws(SklearnError) -> Double {
    guard let source = source(of: column) else {
      throw .badObject(path, problem: "has texts for a column of numbers")
    }
    // Each time: a file can name one long text a million times.
    try take(text.utf8.count / 8 + 1, for: path)
    let bytes = ContiguousArray(text.utf8)
    if let known = positions[source]?[bytes] { return Double(known) }
    let position = texts[source, default: []].count
    positions[source, default: [:]][bytes] = position
    texts[source, default: []].append(text)
    return Double(position)
  }

  /// Counts numbers that an operation holds. An honest file holds each of them once.
  mutating func take(_ numbers: Int, for path: String) throws(SklearnError) {
    remaining -= 8 * numbers
    guard remaining >= 0 else {
      throw .badObject(path, problem: "brings more numbers than the file has room for")
    }
  }

  // MARK: Members of an ensemble

  /// Begins again with the present columns.
  mutating func restart() {
    isFirst = isFirst && steps.isEmpty
    steps = []
    paths = []
    inputs = trace?.width
  }

  /// Takes some of the present columns, as an ensemble gives them to a member.
  mutating func select(_ columns: [Int], at path: String) throws(SklearnError) {
    guard let trace else { throw .notFitted(path, missing: "n_features_in_") }
    // All of them in their order change nothing.
    guard columns != Array(0..<trace.width) else { return }
    try take(columns.count, for: path)
    let operation = InputTransform.Operation.select(columns)
    steps.append(.init("columns", [operation]))
    paths.append(path)
    try pass(operation, at: path)
  }

  /// Knows what a member of an ensemble has learned.
  mutating func learn(from member: StepReading) {
    (positions, texts) = (member.positions, member.texts)
    (remaining, stepCount) = (member.remaining, member.stepCount)
    if trace == nil, let columns = member.inputs {
      inputs = columns
      trace = ColumnTrace(columns: columns)
    }
  }

  // MARK: Steps

  /// Reads a step that is applied after all before.
  mutating func add(_ step: PreprocessingStep, _ fitted: any FittedStep) throws(SklearnError) {
    steps.append(.init(step.name, try operations(of: step, fitted)))
    paths.append(fitted.path)
  }

  /// The operations of a step; they are applied to the columns.
  private mutating func operations(
    of step: PreprocessingStep, _ fitted: any FittedStep
  ) throws(SklearnError) -> [InputTransform.Operation] {
    stepCount += 1
    guard stepCount <= Self.maxSteps else {
      throw .badObject(fitted.path, problem: "is one step too many after \(Self.maxSteps)")
    }
    guard depth < Self.maxDepth else {
      throw .badObject(fitted.path, problem: "is in more than \(Self.maxDepth) others")
    }
    depth += 1
    defer { depth -= 1 }
    try expect(try fitted.count("n_features_in_"), at: fitted.path)
    let operations = try step.read(fitted, &self)
    for operation in operations {
      try expect(operation.columns, at: fitted.path)
      try pass(operation, at: fitted.path)
    }
    return operations
  }

  private mutating func pass(
    _ operation: InputTransform.Operation, at path: String
  ) throws(SklearnError) {
    do throws(ColumnTrace.Problem) { try trace?.pass(operation) } catch {
      throw .badObject(path, problem: error.text)
    }
    guard trace.map({ $0.width <= Self.maxColumns }) ?? true else {
      throw .badObject(
        path, problem: "makes \(trace?.width ?? 0) columns; \(Self.maxColumns) are read")
    }
  }

  /// The operations of a part of a step, such as one of several transformers next to each other.
  ///
  /// - Parameters:
  ///   - node: A step, a pipeline of steps, or `"passthrough"`.
  ///   - columns: The columns that it takes; `nil` for all.
  ///
  /// - Returns: The operations, and the number of columns that they make.
  mutating func branch(
    _ node: StepNode, columns: [Int]?
  ) throws(SklearnError) -> (operations: [InputTransform.Operation], width: Int) {
    let before = trace
    // The part may be what says how many columns there are.
    defer { trace = before ?? inputs.map { ColumnTrace(columns: $0) } }
    var operations: [InputTransform.Operation] = []
    if let columns {
      try take(columns.count, for: node.path)
      operations.append(.select(columns))
      try pass(operations[0], at: node.path)
    }
    operations += try self.operations(of: node)
    return (operations, trace?.width ?? 0)
  }

  /// The operations of a step or a pipeline of steps; they are applied to the columns.
  mutating func operations(
    of node: StepNode
  ) throws(SklearnError) -> [InputTransform.Operation] {
    let fitted: any FittedStep
    switch node.value() {
    case .none, .text("passthrough"): return []
    case .object(let step): fitted = step
    case let other: throw .noEstimator(path: node.path, found: other.kind)
    }
    switch KnownClass.role(of: fitted.kind) {
    case .step(let step)?: return try operations(of: step, fitted)
    case .pipeline?:
      guard depth < Self.maxDepth else {
        throw .badObject(fitted.path, problem: "is in more than \(Self.maxDepth) others")
      }
      depth += 1
      defer { depth -= 1 }
      var operations: [InputTransform.Operation] = []
      for (_, step) in try fitted.namedSteps("steps") {
        operations += try self.operations(of: step)
      }
      return operations
    default:
      throw .unknownStep(fitted.path, kind: fitted.kind.description, problem: nil)
    }
  }
}

extension FittedStep {
  /// The names and estimators of a list of pairs, as pipelines and unions have it.
  func namedSteps(_ name: String) throws(SklearnError) -> [(name: String, step: StepNode)] {
    let items = try parts(name)
    guard items.count <= 1_000 else {
      throw .badObject("\(path).\(name)", problem: "has \(items.count) parts; 1000 are read")
    }
    return try items.map { item throws(SklearnError) in
      guard case .list(let pair) = item.value(), pair.count == 2, let name = pair[0].text else {
        throw .badObject(item.path, problem: "is no pair of a name and an estimator")
      }
      return (name, StepNode(path: "\(path).\(name.prefix(100))", value: pair[1].value))
    }
  }
}
