import MLP
import NPY
import ONNX

/// What is known of a value of a graph without rows to compute it for.
enum GraphValue {
  /// A value that is in the file.
  case constant(GraphConstant)
  /// What some stages make of the rows.
  case rows(GraphRows)
  /// The probabilities of two classes that a logistic output p stands for: 1 − p and p.
  case pair(GraphRows)
  /// A probability for each class, by its label.
  case scores(GraphTail, labels: [ClassLabels.Label]?)
  /// One column of the probabilities.
  case column(GraphTail)
  /// The class of each row: its place, or its label where a table gave it one.
  case choice(GraphTail, labels: [ClassLabels.Label]?)
  /// Whether each output is above one half.
  case decisions(GraphRows)
  /// The lengths of the axes of rows, or some of them.
  case lengths([GraphLength])
}

/// Rows after some stages.
struct GraphRows {
  /// The last of the stages, by its place among all; `nil` before the first.
  var stage: Int?
  /// The length of each axis, `nil` for one that is not fixed; `nil` where not even their number is known.
  var shape: [Int?]?
  /// The type of the values; `nil` for an unknown one.
  var type: ONNXElementType?

  /// The number of columns, where it is known.
  var width: Int? { shape?.last ?? nil }

  /// Whether an axis is that of the columns. Rows of an unknown number of axes have two.
  func isLast(_ axis: Int64) -> Bool { axis == -1 || axis == Int64((shape?.count ?? 2) - 1) }
}

/// The outputs that a class is chosen from.
struct GraphTail {
  let rows: GraphRows
  /// Whether they are 1 − p and p.
  let isPair: Bool

  /// The number of classes, where it is known.
  var classes: Int? { isPair || rows.width == 1 ? 2 : rows.width }
}

/// The length of an axis, as a graph computes with it.
enum GraphLength: Equatable {
  /// That of an axis of rows.
  case axis(Int)
  /// A number.
  case number(Int64)
}

/// What is done to rows, one after another.
struct GraphStage {
  /// The stage before; `nil` for the first.
  let previous: Int?
  /// The node, for errors.
  let node: ONNXNode
  let kind: Kind

  enum Kind {
    /// alpha · x W + beta · b.
    case product(GraphConstant, isTransposed: Bool, alpha: Float, bias: GraphConstant?, beta: Float)
    /// x + c, and so on.
    case arithmetic(Arithmetic, GraphConstant)
    /// (x − mean) / √(variance + epsilon) · scale + shift.
    case normalization(GraphNormalization)
    /// (x − offset) · scale.
    case scaler(offset: [Double], scale: [Double])
    /// The nearest value in a range.
    case clip(ClosedRange<Double>)
    /// A function of the network's.
    case activation(Activation)
  }

  enum Arithmetic {
    case add, subtract, multiply, divide
    /// c − x.
    case subtractFrom
  }
}

/// The constants of batch normalization.
struct GraphNormalization {
  let scale: GraphConstant
  let shift: GraphConstant
  let mean: GraphConstant
  let variance: GraphConstant
  let epsilon: Float
}

/// A value that is in the file, and what is done to it before it is used.
struct GraphConstant {
  /// The name, for errors.
  let name: String
  var values: Values
  /// The length of each axis, after all that is done to it.
  var shape: [Int]
  /// Whether it is a matrix whose axes are swapped.
  var isTransposed = false
  /// The type that it is rounded to.
  var cast: ONNXElementType?

  enum Values {
    case tensor(ONNXTensor)
    case array(NDArray)
    case texts([String])
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// The number of values in a row of it, where it is a single row: every axis but the last has length 1.
  var rowLength: Int? { shape.dropLast().allSatisfy { $0 == 1 } ? shape.last ?? 1 : nil }
}

extension ONNXNode {
  /// The name for errors: its own, else that of what comes out of it.
  var shownName: String { name.isEmpty ? outputs.first ?? "" : name }

  /// The error of this node.
  func error(_ problem: String) -> ONNXError {
    .badNode(shownName, op: domain.isEmpty ? op : "\(domain).\(op)", problem: problem)
  }
}
