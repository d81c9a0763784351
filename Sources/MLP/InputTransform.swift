/// The preprocessing of a row of inputs before the first layer: scikit-learn's scalers.
///
///     StandardScaler   (x − mean) / scale
///     MinMaxScaler     x · scale + min, and then perhaps clipped
///     MaxAbsScaler     x / scale, and then perhaps clipped
///     RobustScaler     (x − center) / scale
///
/// The operations are carried out one after another, each rounded, as scikit-learn does: the results
/// agree to the last digit, which a single multiplication would miss.
public struct InputTransform: Hashable, Sendable {
  /// One operation on each value of a row, with a number of its own for each input.
  @nonexhaustive
  public enum Operation: Hashable, Sendable {
    /// x − value.
    case subtract([Double])
    /// x / value.
    case divide([Double])
    /// x · value.
    case multiply([Double])
    /// x + value.
    case add([Double])
    /// The nearest number in a range, the same for all inputs.
    case clip(ClosedRange<Double>)
  }

  /// One scaler.
  public struct Step: Hashable, Sendable {
    /// scikit-learn's name of it: `StandardScaler`.
    public let name: String
    /// Its operations, in this order; empty if it neither centres nor scales.
    public let operations: [Operation]

    /// Creates a scaler with a name and its operations.
    public init(_ name: String, _ operations: [Operation]) {
      self.name = name
      self.operations = operations
    }
  }

  /// The scalers, in the order in which they are applied; at least one.
  public let steps: [Step]

  /// The length of a row.
  public let inputs: Int

  /// A transform of rows.
  ///
  /// - Parameters:
  ///   - steps: The scalers, in the order in which they are applied.
  ///   - inputs: The length of a row.
  /// - Throws: ``MLPError/emptyLayer(inputs:outputs:)`` for no inputs, and
  ///   ``MLPError/badTransform(step:problem:)`` where numbers are not one for each input, are
  ///   not finite, or would divide by zero.
  public init(steps: [Step], inputs: Int) throws(MLPError) {
    guard inputs > 0 else { throw .emptyLayer(inputs: inputs, outputs: inputs) }
    for step in steps {
      for operation in step.operations {
        guard let values = operation.values else { continue }
        guard values.count == inputs else {
          throw .badTransform(
            step: step.name, problem: "has numbers for \(values.count) inputs instead of \(inputs)")
        }
        guard values.allSatisfy(\.isFinite) else {
          throw .badTransform(step: step.name, problem: "holds a number that is not finite")
        }
        if case .divide = operation, values.contains(0) {
          throw .badTransform(step: step.name, problem: "divides by 0")
        }
      }
    }
    self.steps = steps
    self.inputs = inputs
  }

  /// All operations, scaler after scaler.
  public var operations: [Operation] { steps.flatMap(\.operations) }

  /// Whether values may be clipped, which no layer can do.
  public var clips: Bool {
    operations.contains { operation in
      if case .clip = operation { true } else { false }
    }
  }

  /// Applies the transform to rows, each value rounded to `Scalar` after each operation.
  ///
  /// - Parameter rows: Rows of ``inputs`` values, one after another; traps where the last is short.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func apply<Scalar: MLPScalar>(to rows: inout ContiguousArray<Scalar>) {
    precondition(rows.count.isMultiple(of: inputs), "rows of \(inputs) numbers")
    for operation in operations { operation.apply(to: &rows) }
  }
}
