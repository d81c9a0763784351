package import MLP
import NPY
import Skops

/// A class of scikit-learn's that may come before a network: all that this package knows of it.
struct PreprocessingStep: Sendable {
  /// The name of the class: `StandardScaler`.
  let name: String
  /// The modules that it has been in, the present one first.
  let modules: [String]
  /// The operations that a fitted instance does, in scikit-learn's order.
  let read: Reader
  /// The attributes that `transform` needs, from the operations; `nil` where they cannot be written.
  let write: (@Sendable (OperationParts) -> [(String, SkopsValue)])?

  /// Reads the operations of a fitted instance, for the columns that are known so far.
  typealias Reader =
    @Sendable (any FittedStep, inout StepReading) throws(SklearnError) -> [InputTransform.Operation]

  /// The step of a class of this name; `nil` where none is known.
  static func named(_ name: String) -> PreprocessingStep? { all.first { $0.name == name } }

  /// All of them, one row each.
  static let all = scalers + functions + encoders + imputers + selectors + projections + unions

  /// The scalers (`sklearn/preprocessing/_data.py`).
  private static let scalers: [PreprocessingStep] = [
    PreprocessingStep(name: "StandardScaler", modules: data) { scaler, _ throws(SklearnError) in
      var operations: [InputTransform.Operation] = []
      if try scaler.boolean("with_mean", default: true) {
        operations.append(.subtract(try scaler.vector("mean_")))
      }
      if try scaler.boolean("with_std", default: true) {
        operations.append(.divide(try scaler.vector("scale_")))
      }
      // Not fitted, and nothing that it does would tell.
      if operations.isEmpty, !scaler.has("n_features_in_"), !scaler.has("n_samples_seen_") {
        throw .notFitted(scaler.path, missing: "n_samples_seen_")
      }
      return operations
    } write: { parts in
      [
        ("with_mean", .boolean(parts.subtracted != nil)),
        ("with_std", .boolean(parts.divided != nil)), ("copy", .boolean(true)),
        ("mean_", .vector(parts.subtracted)), ("scale_", .vector(parts.divided)),
      ]
    },

    PreprocessingStep(name: "MinMaxScaler", modules: data) { scaler, _ throws(SklearnError) in
      var operations: [InputTransform.Operation] = [
        .multiply(try scaler.vector("scale_")), .add(try scaler.vector("min_")),
      ]
      if try scaler.boolean("clip", default: false) {
        operations.append(.clip(try scaler.range("feature_range")))
      }
      return operations
    } write: { parts in
      // Without clipping the range shows only in scale_ and min_.
      let ends = parts.range ?? 0...1
      return [
        ("feature_range", .tuple([.number(ends.lowerBound), .number(ends.upperBound)])),
        ("copy", .boolean(true)), ("clip", .boolean(parts.range != nil)),
        ("scale_", .vector(parts.multiplied)), ("min_", .vector(parts.added)),
      ]
    },

    PreprocessingStep(name: "MaxAbsScaler", modules: data) { scaler, _ throws(SklearnError) in
      var operations: [InputTransform.Operation] = [.divide(try scaler.vector("scale_"))]
      if try scaler.boolean("clip", default: false) { operations.append(.clip(-1...1)) }
      return operations
    } write: { parts in
      [
        ("copy", .boolean(true)), ("clip", .boolean(parts.range != nil)),
        ("scale_", .vector(parts.divided)),
      ]
    },

    PreprocessingStep(name: "RobustScaler", modules: data) { scaler, _ throws(SklearnError) in
      var operations: [InputTransform.Operation] = []
      if try scaler.boolean("with_centering", default: true) {
        operations.append(.subtract(try scaler.vector("center_")))
      }
      if try scaler.boolean("with_scaling", default: true) {
        operations.append(.divide(try scaler.vector("scale_")))
      }
      return operations
    } write: { parts in
      [
        ("with_centering", .boolean(parts.subtracted != nil)),
        ("with_scaling", .boolean(parts.divided != nil)),
        ("quantile_range", .tuple([.number(25), .number(75)])), ("unit_variance", .boolean(false)),
        ("copy", .boolean(true)), ("center_", .vector(parts.subtracted)),
        ("scale_", .vector(parts.divided)),
      ]
    },
  ]

  static let data = ["sklearn.preprocessing._data", "sklearn.preprocessing.data"]

  init(
    name: String, modules: [String], read: @escaping Reader,
    write: (@Sendable (OperationParts) -> [(String, SkopsValue)])? = nil
  ) {
    self.name = name
    self.modules = modules
    self.read = read
    self.write = write
  }
}

extension InputTransform.Step {
  /// Whether the step can be written as an estimator of scikit-learn.
  package var isWritable: Bool { PreprocessingStep.named(name)?.write != nil }
}

/// The values of a step's operations; each operation occurs at most once.
struct OperationParts {
  private(set) var subtracted: [Double]?
  private(set) var divided: [Double]?
  private(set) var multiplied: [Double]?
  private(set) var added: [Double]?
  private(set) var range: ClosedRange<Double>?

  init(_ operations: [InputTransform.Operation]) {
    for operation in operations {
      switch operation {
      case .subtract(let values): subtracted = values
      case .divide(let values): divided = values
      case .multiply(let values): multiplied = values
      case .add(let values): added = values
      case .clip(let bounds): range = bounds
      default: break
      }
    }
  }
}

extension SkopsValue {
  /// An array of values, one for each input; `None` for no values.
  fileprivate static func vector(_ values: [Double]?) -> SkopsValue {
    guard let values else { return .none }
    do { return .array(try NDArray(values)) } catch {
      preconditionFailure("as many numbers as there are: \(error)")
    }
  }
}
