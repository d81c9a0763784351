import MLP
import NPY
import Skops

/// A class of scikit-learn's that may stand before a network: all that this package knows of it.
struct PreprocessingStep: Sendable {
  /// The name of the class: `StandardScaler`.
  let name: String
  /// The modules that it has been in, the present one first.
  let modules: [String]
  /// The operations that a fitted instance does, in scikit-learn's order.
  let read: @Sendable (any FittedStep) throws(SklearnError) -> [InputTransform.Operation]
  /// The attributes that `transform` needs, from the operations.
  let write: @Sendable (OperationParts) -> [(String, SkopsValue)]

  /// The step of a class of this name; `nil` where none is known.
  static func named(_ name: String) -> PreprocessingStep? { all.first { $0.name == name } }

  /// The names of all, for a sentence.
  static var names: String {
    let names = all.map(\.name)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// One row each (`sklearn/preprocessing/_data.py`).
  static let all: [PreprocessingStep] = [
    PreprocessingStep(name: "StandardScaler", modules: data) { scaler throws(SklearnError) in
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

    PreprocessingStep(name: "MinMaxScaler", modules: data) { scaler throws(SklearnError) in
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

    PreprocessingStep(name: "MaxAbsScaler", modules: data) { scaler throws(SklearnError) in
      var operations: [InputTransform.Operation] = [.divide(try scaler.vector("scale_"))]
      if try scaler.boolean("clip", default: false) { operations.append(.clip(-1...1)) }
      return operations
    } write: { parts in
      [
        ("copy", .boolean(true)), ("clip", .boolean(parts.range != nil)),
        ("scale_", .vector(parts.divided)),
      ]
    },

    PreprocessingStep(name: "RobustScaler", modules: data) { scaler throws(SklearnError) in
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

  private static let data = ["sklearn.preprocessing._data", "sklearn.preprocessing.data"]

  private init(
    name: String, modules: [String],
    read: @escaping @Sendable (any FittedStep) throws(SklearnError) -> [InputTransform.Operation],
    write: @escaping @Sendable (OperationParts) -> [(String, SkopsValue)]
  ) {
    self.name = name
    self.modules = modules
    self.read = read
    self.write = write
  }
}

/// The attributes of a fitted step, whatever file they come from.
protocol FittedStep {
  /// Where it is, for errors.
  var path: String { get }
  /// Whether an attribute is there, and not `None`.
  func has(_ name: String) -> Bool
  /// A flag, or its default where it is not stored.
  func boolean(_ name: String, default value: Bool) throws(SklearnError) -> Bool
  /// A numeric vector, one value for each input.
  func vector(_ name: String) throws(SklearnError) -> [Double]
  /// A pair of numbers, the smaller first; 0 and 1 where it is not stored.
  func range(_ name: String) throws(SklearnError) -> ClosedRange<Double>
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
