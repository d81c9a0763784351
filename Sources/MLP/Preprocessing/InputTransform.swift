/// The preprocessing of a row before the first layer: scikit-learn's scalers, encoders, imputers and other transformers.
///
///     StandardScaler   (x − mean) / scale
///     MinMaxScaler     x · scale + min, and then perhaps clipped
///     OneHotEncoder    a column of 0 and 1 for each category
///     PCA              W x, and then shifted
///
/// The operations are carried out one after another, each rounded, as scikit-learn does: the results of scalers
/// agree to the last digit, which a single multiplication would miss.
///
/// A row is numbers. A column of texts holds the position of each text in ``texts``, and −1 for any other text. A
/// missing value is NaN.
public struct InputTransform: Hashable, Sendable {
  /// One transformer.
  public struct Step: Hashable, Sendable {
    /// scikit-learn's name of it: `StandardScaler`.
    public let name: String
    /// Its operations, in this order; empty if it changes nothing.
    public let operations: [Operation]

    /// Creates a transformer with a name and its operations.
    public init(_ name: String, _ operations: [Operation]) {
      self.name = name
      self.operations = operations
    }

    /// The names of all its operations, each once, in the order in which they first occur.
    package var operationNames: [String] {
      var seen: Set<String> = []
      return operations.flatMap(\.names).filter { seen.insert($0).inserted }
    }
  }

  /// The transformers, in the order in which they are applied.
  public let steps: [Step]

  /// The length of a row before the first of them.
  public let inputs: Int

  /// The length of a row after the last of them.
  public let outputs: Int

  /// The texts that each column of texts knows, by the index of the column.
  public let texts: [Int: [String]]

  /// What the operations demand of each column.
  let trace: ColumnTrace
  private let columnsWithoutGaps: [Int]

  /// A transform of rows.
  ///
  /// - Parameters:
  ///   - steps: The transformers, in the order in which they are applied.
  ///   - inputs: The length of a row.
  ///   - texts: For each column of texts the texts that it knows.
  /// - Throws: ``MLPError/emptyLayer(inputs:outputs:)`` for no inputs, and
  ///   ``MLPError/badTransform(step:problem:)`` where numbers are not one for each column, are
  ///   not finite, or would divide by zero, and where texts would be taken for numbers.
  public init(
    steps: [Step], inputs: Int, texts: [Int: [String]] = [:]
  ) throws(MLPError) {
    guard inputs > 0 else { throw .emptyLayer(inputs: inputs, outputs: inputs) }
    var trace = ColumnTrace(columns: inputs)
    for step in steps {
      for operation in step.operations {
        do throws(ColumnTrace.Problem) { try trace.pass(operation) } catch {
          throw .badTransform(step: step.name, problem: error.text)
        }
      }
    }
    outputs = trace.width
    trace.finish()
    guard outputs > 0 else { throw .emptyLayer(inputs: 0, outputs: outputs) }
    if let column = texts.keys.sorted().first(where: trace.asNumbers.contains) {
      throw .badTransform(
        step: steps.map(\.name).joined(separator: ", "),
        problem: "takes column \(column) for numbers, and it holds texts")
    }
    self.steps = steps
    // Found once, and not for each row.
    operations = steps.flatMap(\.operations)
    isElementwise = operations.allSatisfy(\.isElementwise)
    self.inputs = inputs
    self.texts = texts
    self.trace = trace
    columnsWithoutGaps = trace.needsValues.sorted()
  }

  /// All operations, transformer after transformer.
  public let operations: [Operation]

  /// Whether no more than scalers: each operation is one for each value, without a column more or less.
  public let isElementwise: Bool

  /// Changes a layer so that it does all this too, before all that it does.
  ///
  /// - Parameters:
  ///   - weights: Outputs × ``outputs``, row after row; then outputs × ``inputs``.
  ///   - biases: One for each output.
  /// - Returns: The step that no layer can do; `nil` where all were folded.
  package func fold(
    into weights: inout ContiguousArray<Double>, _ biases: inout ContiguousArray<Double>
  ) -> Step? {
    // The number of columns before each operation.
    var trace = ColumnTrace(columns: inputs)
    var widths: [[Int]] = []
    for step in steps {
      widths.append([])
      for operation in step.operations {
        widths[widths.count - 1].append(trace.width)
        guard (try? trace.pass(operation)) != nil else { return step }
      }
    }
    for (step, widths) in zip(steps, widths).reversed() {
      for (operation, width) in zip(step.operations, widths).reversed() {
        guard operation.fold(into: &weights, &biases, columns: width) else { return step }
      }
    }
    return nil
  }

  /// What the operations demand of each column of a row.
  package var demands: RowDemands {
    RowDemands(
      inputs: inputs, texts: texts, used: trace.used, needsValues: trace.needsValues,
      refusesUnknown: trace.refusesUnknown, asNumbers: trace.asNumbers)
  }

  /// Applies the transform to rows; ``outputs`` values are left of each.
  ///
  /// Where each operation is one for each value, each value is rounded to `Scalar` after each operation; all others are
  /// computed in `Double`, and rounded once.
  ///
  /// - Parameter rows: Rows of ``inputs`` values, one after another; traps where the last is short.
  /// - Throws: ``MLPError/unknownCategory(row:column:value:)``, and ``MLPError/missingValue(row:column:)`` or
  ///   ``MLPError/notFinite(row:step:)`` where a network would get a value that is not finite. Scalers alone throw nothing.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func apply<Scalar: MLPScalar>(
    to rows: inout ContiguousArray<Scalar>
  ) throws(MLPError) {
    precondition(rows.count.isMultiple(of: inputs), "rows of \(inputs) numbers")
    guard !isElementwise else {
      for operation in operations { operation.apply(to: &rows) }
      return
    }
    if let doubles = rows as? ContiguousArray<Double> {
      let results = try transformed(doubles)
      if let same = results as? ContiguousArray<Scalar> { rows = same }
      return
    }
    let results = try transformed(ContiguousArray(rows.lazy.map { Double($0) }))
    rows = ContiguousArray(results.lazy.map { Scalar($0) })
  }

  /// The rows that the operations make of some, all finite.
  private func transformed(
    _ rows: ContiguousArray<Double>
  ) throws(MLPError) -> ContiguousArray<Double> {
    for column in columnsWithoutGaps {
      for row in 0..<rows.count / inputs where rows[row * inputs + column].isNaN {
        throw .missingValue(row: row, column: column)
      }
    }
    var block = ColumnBlock(rows, width: inputs)
    block.apply(operations)
    if let unknown = block.unknown { throw unknown }
    guard let bad = block.values.firstIndex(where: { !$0.isFinite }) else { return block.values }
    let row = bad / outputs
    throw .notFinite(
      row: row, step: failingStep(ContiguousArray(rows[row * inputs..<(row + 1) * inputs])))
  }

  /// The step that makes the first value of a row that is not finite, with what it takes.
  private func failingStep(_ row: ContiguousArray<Double>) -> String {
    var block = ColumnBlock(row, width: inputs)
    for step in steps {
      let gaps = block.values.count { $0.isNaN }
      for operation in step.operations {
        block.apply([operation])
        guard
          block.values.contains(where: \.isInfinite) || block.values.count(where: \.isNaN) > gaps
        else { continue }
        if case .power(.boxCox, _) = operation {
          return "\(step.name) (box-cox), which takes positive values,"
        }
        return "\(step.name) (\(operation.name))"
      }
    }
    return "the preprocessing"
  }
}
