extension InputTransform {
  /// One operation on the columns of rows.
  @nonexhaustive
  public enum Operation: Hashable, Sendable {
    // One for each value, with a number of its own for each column.

    /// x − value.
    case subtract([Double])
    /// x / value.
    case divide([Double])
    /// x · value.
    case multiply([Double])
    /// x + value.
    case add([Double])
    /// The nearest number in a range, the same for all columns.
    case clip(ClosedRange<Double>)

    // One for each value, or with other columns.

    /// A function of each value.
    case function(Function)
    /// 1 above a threshold, else 0.
    case binarize(above: Double)
    /// scikit-learn's `PowerTransformer` before it scales: a power of each value, with a λ for each column.
    case power(PowerKind, [Double])
    /// The share of the quantiles of its column that are below a value, between 0 and 1 (`QuantileTransformer`).
    case quantiles(Quantiles)
    /// The number of edges that are not above a value, for each column a rising list of them.
    case bins([[Double]])
    /// A value for each column, where it is missing.
    case fill([Double], missing: [Double])
    /// 1 where a value is missing, else 0; `missing` has the value of each column that says so, or NaN.
    case isMissing([Double])
    /// Nothing but an error where a value of one of these columns is missing.
    case demandValues([Int])
    /// The code of each value in its column.
    case ordinal([Encoding])
    /// For each column as many columns of 0 and 1 as its encoding is wide, with a 1 at the code of the value.
    case oneHot([Encoding])
    /// Each row divided by its norm, unless that is 0.
    case normalize(Norm)
    /// Some of the columns, in this order.
    case select([Int])
    /// W x, for a matrix W of outputs × inputs, row after row.
    case matrix([Double], inputs: Int)
    /// A column for each list of columns: their product, from the last to the first; 1 for no column.
    case products([[Int]])
    /// The columns that each list of operations makes of all columns, next to each other.
    case concatenate([[Operation]])
  }

  /// A function of one value, under NumPy's name.
  @nonexhaustive
  public enum Function: String, Hashable, Sendable, CaseIterable {
    case absolute, arccos, arccosh, arcsin, arcsinh, arctan, arctanh, cbrt, ceil, cos, cosh, deg2rad
    case exp, exp2, expm1, fabs, floor, log, log10, log1p, log2, negative, positive, rad2deg
    case reciprocal, rint, sign, sin, sinh, sqrt, square, tan, tanh, trunc
    /// 0 for a missing value, and the maximum finite number for infinity.
    case nanToNum = "nan_to_num"
    /// The quantile of the normal distribution, as SciPy's `ndtri`.
    case normalQuantile
    /// The share of the normal distribution below a value, as SciPy's `ndtr`.
    case normalShare

    /// The value of the function.
    package func value(of x: Double) -> Double { implementation(x) }

    /// Whether NumPy has it under this name.
    package var isNumPy: Bool { self != .normalQuantile && self != .normalShare }
  }

  /// The powers of `PowerTransformer`.
  public enum PowerKind: String, Hashable, Sendable {
    /// (x^λ − 1) / λ, for positive values.
    case boxCox = "box-cox"
    /// The same of x + 1, and mirrored below 0.
    case yeoJohnson = "yeo-johnson"
    /// The inverse of Box–Cox.
    case inverseBoxCox
    /// The inverse of Yeo–Johnson.
    case inverseYeoJohnson
  }

  /// The norm of a row.
  public enum Norm: String, Hashable, Sendable {
    /// The sum of the absolute values.
    case l1
    /// The square root of the sum of squares.
    case l2
    /// The maximum absolute value.
    case max
    /// The sum of the values, as probabilities are divided by; a sum of 0 is not left alone.
    case sum
  }

  /// The quantiles of columns.
  public struct Quantiles: Hashable, Sendable {
    /// The quantiles of each column, rising.
    public let columns: [[Double]]
    /// The share of the values below each of them, from 0 to 1.
    public let shares: [Double]
    /// How near to the first or last quantile a value counts as being beyond it.
    public let margin: Double
    /// Whether shares become quantiles instead.
    public let isInverse: Bool

    /// Creates quantiles, as many for each column as there are shares.
    public init(
      columns: [[Double]], shares: [Double], margin: Double = 0, isInverse: Bool = false
    ) {
      self.columns = columns
      self.shares = shares
      self.margin = margin
      self.isInverse = isInverse
    }
  }
}

extension InputTransform.Operation {
  /// The operation in one word.
  package var name: String {
    switch self {
    case .subtract: "subtract"
    case .divide: "divide"
    case .multiply: "multiply"
    case .add: "add"
    case .clip: "clip"
    case .function(let function): function.rawValue
    case .binarize: "binarize"
    case .power(let kind, _): kind.rawValue
    case .quantiles: "quantiles"
    case .bins: "bins"
    case .fill: "fill"
    case .isMissing: "isMissing"
    case .demandValues: "demandValues"
    case .ordinal: "ordinal"
    case .oneHot: "oneHot"
    case .normalize: "normalize"
    case .select: "select"
    case .matrix: "matrix"
    case .products: "products"
    case .concatenate: "concatenate"
    }
  }

  /// The names of the operations that it consists of: its own, or those of the lists that it concatenates.
  package var names: [String] {
    guard case .concatenate(let branches) = self else { return [name] }
    return branches.joined().flatMap(\.names)
  }

  /// The value for each column of an operation that scalers do; `nil` for all others.
  package var values: [Double]? {
    switch self {
    case .subtract(let values), .divide(let values), .multiply(let values), .add(let values): values
    default: nil
    }
  }

  /// The number of columns that it is for; `nil` where it takes any number.
  package var columns: Int? {
    switch self {
    case .subtract(let values), .divide(let values), .multiply(let values), .add(let values),
      .power(_, let values), .fill(let values, _), .isMissing(let values):
      values.count
    case .quantiles(let quantiles): quantiles.columns.count
    case .bins(let edges): edges.count
    case .ordinal(let encodings), .oneHot(let encodings): encodings.count
    case .matrix(_, let inputs): inputs
    default: nil
    }
  }

  /// Whether this is one of the operations of scalers.
  package var isElementwise: Bool {
    if case .clip = self { true } else { values != nil }
  }
}
