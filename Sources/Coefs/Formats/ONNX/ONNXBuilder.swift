import MLP
import NPY
import ONNX
import Sklearn

/// Makes the graph of a network, node by node.
///
/// Only operators that onnxruntime runs from 1.10 on in both precisions are used. `Where`, `IsNaN`, `Floor` and `Ceil`
/// have no version in double precision there; ``select(_:_:_:)``, ``fill(_:where:with:)`` and ``isMissing(_:)`` do
/// without.
struct ONNXBuilder {
  /// Rows in the graph: a tensor of N × ``width`` values.
  struct Columns {
    /// The name of the tensor.
    let name: String
    /// The number of columns.
    let width: Int
  }

  /// The type in which the graph computes.
  let precision: SklearnWeights.Precision
  /// The file so far.
  private(set) var file: ONNXFile
  /// The arrays of the layers, in their order.
  private(set) var layerArrays: [NamedArray] = []

  /// The names of the layers' arrays, which differ from those that were asked for where an input has that name.
  private var layerNames: [String: String] = [:]
  /// How many tensors have a name that begins so.
  private var counts: [String: Int] = [:]
  /// The names of small constants, which are there once.
  private var known: [ONNXFile.Constant: String] = [:]

  /// A graph without nodes.
  init(_ name: String, _ precision: SklearnWeights.Precision) {
    self.precision = precision
    file = ONNXFile(name: name)
  }

  /// The type of the elements of rows.
  var type: ONNXElementType { precision == .float64 ? .double : .float }

  // MARK: Inputs, nodes and constants

  /// Adds an input of the graph.
  mutating func input(_ name: String, _ type: ONNXElementType, width: Int) -> Columns {
    counts[name] = 1
    file.inputs.append(.init(name, type, [width]))
    return Columns(name: name, width: width)
  }

  /// Adds a node with one output.
  ///
  /// - Returns: The name of the output.
  mutating func node(
    _ op: String, _ inputs: [String], _ settings: [ONNXFile.Setting] = []
  ) -> String {
    let name = unusedName(op)
    file.nodes.append(.init(op, inputs, [name], settings))
    return name
  }

  private mutating func unusedName(_ beginning: String) -> String {
    while true {
      let count = counts[beginning, default: 0]
      counts[beginning] = count + 1
      let name = "\(beginning)_\(count)"
      if counts.updateValue(1, forKey: name) == nil { return name }
    }
  }

  /// Adds numbers as a tensor of the type of rows, unless the same is there.
  ///
  /// - Throws: `outOfRange`, where a number becomes infinite or 0 in single precision.
  mutating func numbers(_ values: [Double], _ shape: [Int]) throws(ModelError) -> String {
    var bytes = ContiguousArray<UInt8>()
    for value in values {
      switch precision {
      case .float64: bytes.append(littleEndian: value.bitPattern)
      case .float32:
        let rounded = Float(value)
        guard rounded.isFinite == value.isFinite, (rounded == 0) == (value == 0) else {
          throw .outOfRange("\(value) of the preprocessing", .float32)
        }
        bytes.append(littleEndian: rounded.bitPattern)
      }
    }
    return constant(type, shape, .raw(bytes))
  }

  /// A single number, which fits each column of each row.
  mutating func number(_ value: Double) throws(ModelError) -> String { try numbers([value], [1]) }

  /// Adds integers as a tensor of int64, unless the same is there.
  mutating func integers(_ values: [Int], _ shape: [Int]) -> String {
    var bytes = ContiguousArray<UInt8>()
    for value in values { bytes.append(littleEndian: UInt64(bitPattern: Int64(value))) }
    return constant(.int64, shape, .raw(bytes))
  }

  private mutating func constant(
    _ type: ONNXElementType, _ shape: [Int], _ content: ONNXFile.Constant.Content
  ) -> String {
    let key = ONNXFile.Constant("", type, shape: shape, content)
    if let name = known[key] { return name }
    let name = unusedName("constant")
    known[key] = name
    file.constants.append(.init(name, type, shape: shape, content))
    return name
  }

  /// Adds labels as a tensor of their own type.
  ///
  /// - Throws: `notInFormat` for labels of several kinds.
  mutating func labels(
    _ labels: [ClassLabels.Label]
  ) throws(ModelError) -> (name: String, type: ONNXElementType) {
    var (bytes, texts): (ContiguousArray<UInt8>, [String]) = ([], [])
    var types: Set<ONNXElementType> = []
    let areUnsigned = labels.contains { if case .unsigned = $0 { true } else { false } }
    for label in labels {
      switch label {
      case .integer(let value) where areUnsigned && value >= 0:
        bytes.append(littleEndian: UInt64(value))
        types.insert(.uint64)
      case .integer(let value):
        bytes.append(littleEndian: UInt64(bitPattern: value))
        types.insert(.int64)
      case .unsigned(let value):
        bytes.append(littleEndian: value)
        types.insert(.uint64)
      case .number(let value):
        bytes.append(littleEndian: value.bitPattern)
        types.insert(.double)
      case .boolean(let value):
        bytes.append(value ? 1 : 0)
        types.insert(.bool)
      case .text(let text):
        texts.append(text)
        types.insert(.string)
      }
    }
    guard types.count == 1, let type = types.first else {
      throw .notInFormat("a list of labels of several kinds", format: "ONNX", problem: nil)
    }
    let name = unusedName("classes")
    file.constants.append(
      .init(
        name, type, shape: [labels.count], type == .string ? .texts(texts) : .raw(bytes)))
    return (name, type)
  }

  /// Adds an array of a layer, of the type of rows.
  mutating func layerArray(_ item: NamedArray, named name: String) throws(NPYError) -> String {
    // A network whose outputs are used in two ways is there once.
    if let known = layerNames[name] { return known }
    let array: NDArray
    switch (item.array.dtype.itemSize, precision) {
    case (4, .float32), (8, .float64): array = item.array
    case (_, .float32): array = try item.array.converted(to: Float.self).inLittleEndian()
    case (_, .float64): array = try item.array.converted(to: Double.self).inLittleEndian()
    }
    let own = counts[name] == nil ? name : unusedName(name)
    counts[own] = 1
    file.constants.append(.init(own, type, shape: array.shape, .raw(array.bytes)))
    layerArrays.append(NamedArray(own, array))
    layerNames[name] = own
    return own
  }

  /// Adds a text about the file.
  mutating func metadata(_ key: String, _ text: String) {
    file.metadata.append(.init("coefs.\(key)", text))
  }

  /// Makes a tensor an output of the graph.
  mutating func output(
    _ tensor: String, as name: String, _ type: ONNXElementType, _ lengths: [Int]
  ) {
    // A node that makes it takes its name, unless the tensor is an input or an output already.
    let maker = file.nodes.lastIndex { $0.outputs == [tensor] }
    if let maker, !file.outputs.contains(where: { $0.name == tensor }) {
      for index in maker..<file.nodes.count {
        file.nodes[index] = file.nodes[index].renaming(tensor, to: name)
      }
    } else {
      file.nodes.append(.init("Identity", [tensor], [name]))
    }
    file.outputs.append(.init(name, type, lengths))
  }

  // MARK: What other operators are made of

  /// 1 where a condition holds, else 0.
  mutating func mask(_ condition: String) -> String {
    node("Cast", [condition], [.init("to", .integer(Int64(type.rawValue)))])
  }

  /// One of two finite numbers for each value: a · mask + b · (1 − mask), which is exact.
  mutating func select(_ mask: String, _ a: String, _ b: String) throws(ModelError) -> String {
    let rest = node("Sub", [try number(1), mask])
    return node("Add", [node("Mul", [a, mask]), node("Mul", [b, rest])])
  }

  /// Whether each value is NaN.
  mutating func isMissing(_ x: String) -> String {
    // NaN stays NaN in single precision, and nothing else becomes it.
    let single = node("Cast", [x], [.init("to", .integer(Int64(ONNXElementType.float.rawValue)))])
    return node("IsNaN", [single])
  }

  /// Rows with the numbers of their columns where a condition holds.
  mutating func fill(
    _ x: Columns, where condition: String, with values: [Double]
  ) throws(ModelError) -> Columns {
    let places = node("NonZero", [condition])
    let columns = node("Gather", [places, integers([1], [])], [.init("axis", .integer(0))])
    let updates = node("Gather", [try numbers(values, [values.count]), columns])
    let indices = node("Transpose", [places], [.init("perm", .integers([1, 0]))])
    return Columns(name: node("ScatterND", [x.name, indices, updates]), width: x.width)
  }

  /// Some of the columns, in this order.
  mutating func columns(_ selected: [Int], of x: Columns) -> Columns {
    guard selected != Array(0..<x.width) else { return x }
    let name = node(
      "Gather", [x.name, integers(selected, [selected.count])], [.init("axis", .integer(1))])
    return Columns(name: name, width: selected.count)
  }

  /// Columns next to each other.
  mutating func joined(_ parts: [Columns]) -> Columns {
    let parts = parts.filter { $0.width > 0 }
    guard parts.count != 1 else { return parts[0] }
    return Columns(
      name: node("Concat", parts.map(\.name), [.init("axis", .integer(1))]),
      width: parts.reduce(0) { $0 + $1.width })
  }

  /// A sum, a maximum or a minimum of each row.
  mutating func reduce(_ op: String, _ x: String) -> String {
    // Sums take their axes as an input in this version, and all others as a setting.
    op == "ReduceSum"
      ? node(op, [x, integers([1], [1])])
      : node(op, [x], [.init("axes", .integers([1]))])
  }

  /// The place of the maximum of each row, the first of equal ones: a tensor of N integers.
  mutating func place(_ x: String) -> String {
    node("ArgMax", [x], [.init("axis", .integer(1)), .init("keepdims", .integer(0))])
  }

  /// The place of the first hit of each row, or the number of columns for a row without one.
  ///
  /// - Parameter hits: Columns of 0 and 1.
  mutating func firstHit(_ hits: String) throws(ModelError) -> String {
    let padded = node(
      "Pad", [hits, integers([0, 0, 0, 1], [4]), try numbers([0.5], [])])
    return place(padded)
  }

  /// For each place a number of a list, as a column; a place after the last is an error of the program that runs the
  /// graph.
  mutating func numbers(_ list: [Double], at places: String) throws(ModelError) -> Columns {
    Columns(name: node("Gather", [try numbers(list, [list.count, 1]), places]), width: 1)
  }

  /// Columns of 0 with a 1 in that of each code; none for −1.
  mutating func oneHot(_ codes: Columns, width: Int) throws(ModelError) -> Columns {
    let places = try numbers((0..<width).map(Double.init), [1, width])
    return Columns(name: mask(node("Equal", [codes.name, places])), width: width)
  }
}

extension ONNXFile.Node {
  /// The same node, with another name for a tensor.
  fileprivate func renaming(_ old: String, to new: String) -> Self {
    .init(
      op, inputs.map { $0 == old ? new : $0 }, outputs.map { $0 == old ? new : $0 }, settings)
  }
}
