import MLP
import NPY
import ONNX

/// A node that is being read, and the version of its set of operators.
struct GraphCall {
  let node: ONNXNode
  let version: Int

  /// An integer of the node.
  func integer(_ name: String, default value: Int64) throws(ONNXError) -> Int64 {
    switch node.attributes[name] {
    case .integer(let value): return value
    case nil: return value
    default: throw node.error("has a \(name) that is no integer")
    }
  }

  /// A number of the node.
  func float(_ name: String, default value: Float) throws(ONNXError) -> Float {
    switch node.attributes[name] {
    case .float(let value) where value.isFinite: return value
    case nil: return value
    default: throw node.error("has a \(name) that is no finite number")
    }
  }

  /// Numbers of the node; `nil` where it has none of that name.
  func floats(_ name: String) throws(ONNXError) -> [Double]? {
    switch node.attributes[name] {
    case .floats(let values) where values.allSatisfy(\.isFinite): return values.map(Double.init)
    case nil: return nil
    default: throw node.error("has a \(name) that is no list of finite numbers")
    }
  }
}

/// One operator: the settings that it may have, and what it makes of what is known of its inputs.
struct GraphOperator: Sendable {
  let attributes: Set<String>
  let read: @Sendable (inout GraphReading, GraphCall) throws(ONNXError) -> GraphValue

  init(
    _ attributes: Set<String> = [],
    read: @escaping @Sendable (inout GraphReading, GraphCall) throws(ONNXError) -> GraphValue
  ) {
    self.attributes = attributes
    self.read = read
  }
}

extension GraphReading {
  /// The operators of networks, what is before them and after them.
  static let operators: [String: GraphOperator] = [
    "Add": arithmetic(.add, reversed: .add),
    "ArgMax": GraphOperator(["axis", "keepdims", "select_last_index"], read: argMax),
    "BatchNormalization": GraphOperator(
      ["epsilon", "momentum", "training_mode", "spatial", "is_test"], read: normalization),
    "Cast": GraphOperator(["to", "saturate", "round_mode"], read: cast),
    "Clip": GraphOperator(["min", "max"], read: clip),
    "Concat": GraphOperator(["axis"], read: concat),
    "Constant": GraphOperator(
      [
        "value", "value_float", "value_floats", "value_int", "value_ints", "value_string",
        "value_strings",
      ], read: constant),
    "Div": arithmetic(.divide, reversed: nil),
    "Dropout": GraphOperator(["ratio", "seed", "is_test"], read: dropout),
    "Exp": activation(.exp),
    "Flatten": GraphOperator(["axis"], read: flatten),
    "Gather": GraphOperator(["axis"], read: gather),
    "Gemm": GraphOperator(["alpha", "beta", "transA", "transB"], read: gemm),
    "Greater": GraphOperator(read: greater),
    "Identity": GraphOperator { reading, call throws(ONNXError) in try reading.value(0, of: call) },
    "MatMul": GraphOperator(read: matMul),
    "Max": GraphOperator { reading, call throws(ONNXError) in
      try bound(&reading, call) { $0...Double.infinity }
    },
    "Min": GraphOperator { reading, call throws(ONNXError) in
      try bound(&reading, call) { -.infinity...$0 }
    },
    "Mul": arithmetic(.multiply, reversed: .multiply),
    "Relu": activation(.relu),
    "Reshape": GraphOperator(["allowzero"], read: reshape),
    "Shape": GraphOperator(["start", "end"], read: lengths),
    "Sigmoid": activation(.logistic),
    "Slice": GraphOperator(["starts", "ends", "axes"], read: slice),
    "Softmax": GraphOperator(["axis"], read: softmax),
    "Squeeze": GraphOperator(["axes"], read: squeeze),
    "Sub": arithmetic(.subtract, reversed: .subtractFrom),
    "Tanh": activation(.tanh),
    "Transpose": GraphOperator(["perm"], read: transpose),
    "Unsqueeze": GraphOperator(["axes"], read: squeeze),
    "ai.onnx.ml.ArrayFeatureExtractor": GraphOperator(read: gather),
    "ai.onnx.ml.Binarizer": GraphOperator(["threshold"], read: binarizer),
    "ai.onnx.ml.LabelEncoder": GraphOperator(
      [
        "keys_int64s", "keys_strings", "keys_floats", "keys_tensor", "values_int64s",
        "values_strings", "values_floats", "values_tensor", "default_int64", "default_string",
        "default_float", "default_tensor", "classes_strings",
      ], read: labelEncoder),
    "ai.onnx.ml.Scaler": GraphOperator(["offset", "scale"], read: scaler),
    "ai.onnx.ml.ZipMap": GraphOperator(
      ["classlabels_int64s", "classlabels_strings"], read: zipMap),
  ]

  /// Why operators are refused that people would expect to be read.
  static let refusals: [String: String] = {
    let reasons: [(String, [String])] = [
      ("is control flow, which a multilayer perceptron does not have", ["If", "Loop", "Scan"]),
      (
        "is an activation that scikit-learn's networks do not have",
        [
          "LeakyRelu", "PRelu", "ThresholdedRelu", "Elu", "Celu", "Selu", "Gelu", "Mish", "Swish",
          "HardSigmoid", "HardSwish", "Softplus", "Softsign", "Erf", "Sign", "Hardmax",
        ]
      ),
      (
        "makes logarithms of probabilities; scikit-learn's networks end in the probabilities",
        ["LogSoftmax"]
      ),
      (
        "is quantized; weights are read as floating-point numbers",
        [
          "QLinearMatMul", "QGemm", "MatMulInteger", "QuantizeLinear", "DequantizeLinear",
          "DynamicQuantizeLinear", "QLinearAdd",
        ]
      ),
      (
        "is a convolution or pooling, and no layer that takes all inputs",
        [
          "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "MaxPool", "AveragePool",
          "GlobalAveragePool", "GlobalMaxPool",
        ]
      ),
      ("is recurrent", ["LSTM", "GRU", "RNN"]),
      (
        "normalizes each row by values of that row, which no layer does",
        ["LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization"]
      ),
      (
        "is another kind of model",
        [
          "TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "LinearClassifier",
          "LinearRegressor", "SVMClassifier", "SVMRegressor",
        ]
      ),
    ]
    return Dictionary(
      uniqueKeysWithValues: reasons.flatMap { reason, ops in ops.map { ($0, reason) } })
  }()

  // MARK: Inputs

  /// The value of an input that must be there.
  func value(_ index: Int, of call: GraphCall) throws(ONNXError) -> GraphValue {
    guard let value = try input(index, of: call.node) else {
      throw call.node.error("lacks its input \(index)")
    }
    return value
  }

  /// The rows that an input must be.
  private func rows(_ index: Int, of call: GraphCall) throws(ONNXError) -> GraphRows {
    guard case .rows(let rows) = try value(index, of: call) else {
      throw call.node.error("takes '\(call.node.inputs[index])', which are not the rows of a layer")
    }
    return rows
  }

  /// The constant that an input must be.
  private func constant(_ index: Int, of call: GraphCall) throws(ONNXError) -> GraphConstant {
    guard case .constant(let constant) = try value(index, of: call) else {
      throw call.node.error(
        "takes '\(call.node.inputs[index])', which is computed and not a value of the file")
    }
    return constant
  }

  /// The constant of an optional input.
  private func optionalConstant(_ index: Int, of call: GraphCall) throws(ONNXError)
    -> GraphConstant?
  {
    try input(index, of: call.node) == nil ? nil : try constant(index, of: call)
  }

  /// Demands that a constant holds floating-point numbers.
  private func demandReal(_ constant: GraphConstant, _ call: GraphCall) throws(ONNXError) {
    switch constant.values {
    case .tensor(let tensor) where constant.cast != nil || tensor.type?.isReal ?? false: return
    case .array(let array) where array.dtype.kind == .float: return
    case .tensor(let tensor):
      throw call.node.error(
        "takes '\(constant.name)', whose elements are \(tensor.typeName) and not floating-point numbers"
      )
    default:
      throw call.node.error("takes '\(constant.name)', which holds no floating-point numbers")
    }
  }

  // MARK: Layers

  private static func matMul(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    switch (try reading.value(0, of: call), try reading.value(1, of: call)) {
    case (.rows(let rows), .constant(let weights)):
      return try reading.product(rows, weights, isTransposed: false, call)
    case (.constant, .rows):
      throw call.node.error("multiplies with weights from the left; layers have them on the right")
    case (.rows, .rows):
      throw call.node.error(
        "multiplies two computed values; the weights of a layer are in the file")
    default: throw call.node.error("multiplies values that are not the rows of a layer")
    }
  }

  private static func gemm(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    guard try call.integer("transA", default: 0) == 0 else {
      throw call.node.error("swaps the axes of its rows (transA)")
    }
    guard case .rows(let rows) = try reading.value(0, of: call) else {
      throw call.node.error("takes '\(call.node.inputs[0])', which are not the rows of a layer")
    }
    let weights = try reading.constant(1, of: call)
    let bias = try reading.optionalConstant(2, of: call)
    if let shape = rows.shape, shape.count != 2 {
      throw call.node.error("takes rows of 2 axes, and gets \(shape.count)")
    }
    return try reading.product(
      rows, weights, isTransposed: call.integer("transB", default: 0) != 0,
      alpha: call.float("alpha", default: 1), bias: bias, beta: call.float("beta", default: 1),
      call)
  }

  private mutating func product(
    _ rows: GraphRows, _ weights: GraphConstant, isTransposed: Bool, alpha: Float = 1,
    bias: GraphConstant? = nil, beta: Float = 1, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    try demandReal(weights, call)
    guard weights.shape.count == 2, weights.count > 0 else {
      throw call.node.error(
        "multiplies with '\(weights.name)' of shape \(pythonTuple(weights.shape)), which is no matrix"
      )
    }
    let (inputs, outputs) =
      isTransposed
      ? (weights.shape[1], weights.shape[0]) : (weights.shape[0], weights.shape[1])
    if let width = rows.width, width != inputs {
      throw call.node.error("takes rows of \(inputs) values, and gets \(width)")
    }
    if let bias {
      try demandReal(bias, call)
      guard bias.rowLength == outputs || bias.rowLength == 1, bias.shape.count <= 2 else {
        throw call.node.error(
          "adds '\(bias.name)' of shape \(pythonTuple(bias.shape)) to \(outputs) outputs")
      }
    }
    return append(
      .product(weights, isTransposed: isTransposed, alpha: alpha, bias: bias, beta: beta),
      to: rows, at: call.node, width: outputs)
  }

  private static func normalization(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    guard try call.integer("training_mode", default: 0) == 0,
      !call.node.outputs.dropFirst().contains(where: { !$0.isEmpty })
    else { throw call.node.error("is in training mode; export the network for inference") }
    if let shape = rows.shape, shape.count > 2 {
      throw call.node.error("normalizes the second of \(shape.count) axes, which is not the last")
    }
    let constants = try (1...4).map { index throws(ONNXError) in
      let constant = try reading.constant(index, of: call)
      try reading.demandReal(constant, call)
      try reading.demandRow(constant, for: rows, call, broadcasts: false)
      return constant
    }
    return reading.append(
      .normalization(
        GraphNormalization(
          scale: constants[0], shift: constants[1], mean: constants[2], variance: constants[3],
          epsilon: try call.float("epsilon", default: 1e-5))), to: rows, at: call.node)
  }

  private static func scaler(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    let offset = try call.floats("offset") ?? [0]
    let scale = try call.floats("scale") ?? [1]
    for values in [offset, scale] {
      guard !values.isEmpty, values.count == 1 || rows.width.map({ $0 == values.count }) ?? true
      else {
        throw call.node.error(
          "has numbers for \(values.count) columns, and gets \(rows.width ?? 0)")
      }
    }
    return reading.append(.scaler(offset: offset, scale: scale), to: rows, at: call.node)
  }

  /// Add and its kin, with the constant on either side.
  private static func arithmetic(
    _ forward: GraphStage.Arithmetic, reversed: GraphStage.Arithmetic?
  ) -> GraphOperator {
    GraphOperator { reading, call throws(ONNXError) in
      let kind: GraphStage.Arithmetic?
      let (rows, constant): (GraphRows, GraphConstant)
      switch (try reading.value(0, of: call), try reading.value(1, of: call)) {
      case (.rows(let left), .constant(let right)): (kind, rows, constant) = (forward, left, right)
      case (.constant(let left), .rows(let right)): (kind, rows, constant) = (reversed, right, left)
      case (.rows, .rows):
        throw call.node.error("joins two paths; a multilayer perceptron has one")
      default: throw call.node.error("takes values that are not the rows of a layer")
      }
      guard let kind else { throw call.node.error("divides by rows, which no scaler does") }
      try reading.demandReal(constant, call)
      try reading.demandRow(constant, for: rows, call)
      return reading.append(.arithmetic(kind, constant), to: rows, at: call.node)
    }
  }

  /// Demands that a constant has a value for each column of rows, or one for all.
  private func demandRow(
    _ constant: GraphConstant, for rows: GraphRows, _ call: GraphCall, broadcasts: Bool = true
  ) throws(ONNXError) {
    let length = constant.rowLength
    guard let length, length > 0, constant.shape.count <= max(2, rows.shape?.count ?? 2),
      length == 1 && broadcasts || rows.width.map({ $0 == length }) ?? true
    else {
      throw call.node.error(
        "takes '\(constant.name)' of shape \(pythonTuple(constant.shape)), which is no value for each of "
          + (rows.width.map { "\($0) columns" } ?? "the columns"))
    }
  }

  // MARK: Functions

  private static func activation(_ function: Activation) -> GraphOperator {
    GraphOperator { reading, call throws(ONNXError) in
      reading.append(.activation(function), to: try reading.rows(0, of: call), at: call.node)
    }
  }

  private static func softmax(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    let axis = try call.integer("axis", default: call.version < 13 ? 1 : -1)
    guard rows.isLast(axis) else {
      throw call.node.error("is over axis \(axis), and not over the columns")
    }
    return reading.append(.activation(.softmax), to: rows, at: call.node)
  }

  private static func clip(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    guard call.version < 11 || call.node.attributes.isEmpty else {
      throw call.node.error(
        "has its range as attributes, which version \(call.version) does not have")
    }
    var bounds = [-Double.infinity, .infinity]
    for (index, name) in [(1, "min"), (2, "max")] {
      if call.version < 11 {
        if call.node.attributes[name] != nil {
          bounds[index - 1] = Double(try call.float(name, default: 0))
        }
      } else if let bound = try reading.optionalConstant(index, of: call) {
        guard bound.count == 1, let value = try reading.number(bound) else {
          throw call.node.error("has a \(name) that is no number")
        }
        bounds[index - 1] = value
      }
    }
    guard bounds[0] <= bounds[1] else {
      throw call.node.error("clips to \(bounds[0]) to \(bounds[1]), which is no range")
    }
    return reading.append(.clip(bounds[0]...bounds[1]), to: rows, at: call.node)
  }

  /// Max or Min with a number: one end of a range.
  private static func bound(
    _ reading: inout GraphReading, _ call: GraphCall,
    _ range: (Double) -> ClosedRange<Double>
  ) throws(ONNXError) -> GraphValue {
    guard call.node.inputs.count == 2 else {
      throw call.node.error("takes \(call.node.inputs.count) values; as a bound it takes two")
    }
    let (rows, constant): (GraphRows, GraphConstant)
    switch (try reading.value(0, of: call), try reading.value(1, of: call)) {
    case (.rows(let left), .constant(let right)): (rows, constant) = (left, right)
    case (.constant(let left), .rows(let right)): (rows, constant) = (right, left)
    default: throw call.node.error("takes something else than rows and a number")
    }
    try reading.demandRow(constant, for: rows, call)
    guard let value = try reading.number(constant), !value.isNaN else {
      throw call.node.error("has other bounds for each column; scikit-learn clips all to one range")
    }
    return reading.append(.clip(range(value)), to: rows, at: call.node)
  }

  private static func dropout(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let value = try reading.value(0, of: call)
    if let mode = try reading.optionalConstant(2, of: call) {
      guard try reading.number(mode) == 0 else {
        throw call.node.error("is in training mode; export the network for inference")
      }
    }
    return value
  }

  // MARK: Types and shapes

  private static func constant(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let name = call.node.outputs.first ?? ""
    guard call.node.attributes.count == 1, let (_, value) = call.node.attributes.first else {
      throw call.node.error("has not one value")
    }
    func array(_ make: () throws(NPYError) -> NDArray) throws(ONNXError) -> GraphValue {
      do {
        let array = try make()
        return .constant(GraphConstant(name: name, values: .array(array), shape: array.shape))
      } catch {
        throw .badArray(name, error)
      }
    }
    switch value {
    case .tensor(let tensor):
      return .constant(GraphConstant(name: name, values: .tensor(tensor), shape: tensor.shape))
    case .float(let value):
      return try array { () throws(NPYError) in try NDArray([value], shape: []) }
    case .floats(let values): return try array { () throws(NPYError) in try NDArray(values) }
    case .integer(let value):
      return try array { () throws(NPYError) in try NDArray([value], shape: []) }
    case .integers(let values): return try array { () throws(NPYError) in try NDArray(values) }
    case .text(let text):
      return .constant(GraphConstant(name: name, values: .texts([text]), shape: []))
    case .texts(let texts):
      return .constant(GraphConstant(name: name, values: .texts(texts), shape: [texts.count]))
    case .other(let what): throw call.node.error("holds \(what)")
    }
  }

  private static func cast(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let number = try call.integer("to", default: 0)
    let type = ONNXElementType(rawValue: Int(truncatingIfNeeded: number))
    let integers: Set<ONNXElementType?> = [.int64, .int32, .uint32, .uint64]
    switch try reading.value(0, of: call) {
    case .rows(var rows):
      guard let type, type.isReal else {
        throw call.node.error(
          "rounds rows to \(type.map { "\($0)" } ?? "type \(number)"), and not to floating-point numbers"
        )
      }
      if let old = rows.type, old.isReal, old.precision > type.precision {
        reading.note(
          "node '\(call.node.shownName)' rounds \(old) to \(type), which is not carried out here")
      }
      rows.type = type
      return .rows(rows)
    case .constant(var constant):
      switch constant.values {
      case .tensor(let tensor) where tensor.type?.isReal ?? false: break
      case .array(let array) where array.dtype.kind == .float: break
      case .tensor(let tensor) where tensor.type == type: return .constant(constant)
      default:
        guard case .texts = constant.values else {
          // A shape.
          if integers.contains(type) { return .constant(constant) }
          throw call.node.error(
            "rounds '\(constant.name)' to \(type.map { "\($0)" } ?? "type \(number)")")
        }
        throw call.node.error("takes '\(constant.name)', which is texts")
      }
      guard type == .float || type == .double else {
        throw call.node.error(
          "rounds '\(constant.name)' to \(type.map { "\($0)" } ?? "type \(number)")")
      }
      constant.cast = type
      return .constant(constant)
    case .choice(let tail, labels: let labels):
      return .choice(
        tail,
        labels: try labels.map { labels throws(ONNXError) in try cast(labels, to: type, call) })
    case .decisions(let rows): return .decisions(rows)
    case .scores(let tail, labels: let labels): return .scores(tail, labels: labels)
    case .pair(let rows): return .pair(rows)
    case .column(let tail): return .column(tail)
    case .lengths(let lengths) where integers.contains(type): return .lengths(lengths)
    case .lengths: throw call.node.error("rounds the lengths of axes")
    }
  }

  /// Labels of another type.
  private static func cast(
    _ labels: [ClassLabels.Label], to type: ONNXElementType?, _ call: GraphCall
  ) throws(ONNXError) -> [ClassLabels.Label] {
    try labels.map { label throws(ONNXError) in
      switch (type, label.canonical) {
      case (.string, _): return .text(label.description)
      case (.int64, .integer), (.int32, .integer(-0x8000_0000...0x7FFF_FFFF)):
        return label.canonical
      case (.bool, .integer(0...1)): return .boolean(label.canonical == .integer(1))
      case (.float, .integer(let value)), (.double, .integer(let value)):
        return .number(Double(value))
      case (.float, .number), (.double, .number): return label
      default:
        throw call.node.error(
          "rounds the label '\(label.description.prefix(40))' to \(type.map { "\($0)" } ?? "an unknown type")"
        )
      }
    }
  }

  private static func transpose(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    var constant = try reading.constant(0, of: call)
    let order: [Int64]
    switch call.node.attributes["perm"] {
    case nil: order = (0..<Int64(constant.shape.count)).reversed()
    case .integers(let values)?: order = values
    default: throw call.node.error("has a perm that is no list of integers")
    }
    if order == (0..<Int64(constant.shape.count)).map(\.self) { return .constant(constant) }
    guard order == [1, 0], constant.shape.count == 2 else {
      throw call.node.error(
        "orders the axes of '\(constant.name)' as \(order.prefix(8)); a matrix has two")
    }
    constant.isTransposed.toggle()
    constant.shape.reverse()
    return .constant(constant)
  }

  private static func flatten(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    guard case .rows(var rows) = try reading.value(0, of: call) else {
      return try reading.value(0, of: call)
    }
    let axis = try call.integer("axis", default: 1)
    if let shape = rows.shape {
      if axis == 1 || axis == Int64(1 - shape.count) {
        rows.shape = [shape.first ?? nil, Self.product(shape.dropFirst())]
      } else if rows.isLast(axis) {
        rows.shape = [nil, rows.width]
      } else {
        throw call.node.error(
          "joins the axes from \(axis) of \(shape.count), so that rows are lost")
      }
    } else {
      guard axis == 1 || axis == -1 else {
        throw call.node.error("joins the axes from \(axis), so that rows are lost")
      }
      rows.shape = [nil, nil]
    }
    return .rows(rows)
  }

  /// The product of lengths; `nil` where one is unknown or all are too many.
  private static func product(_ lengths: some Sequence<Int?>) -> Int? {
    var result = 1
    for length in lengths {
      guard let length else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      result = product
    }
    return result
  }

  private static func reshape(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let value = try reading.value(0, of: call)
    let lengths: [GraphLength]
    switch try reading.value(1, of: call) {
    case .lengths(let known): lengths = known
    default:
      let shape = try reading.constant(1, of: call)
      guard shape.count <= NPYHeader.maxAxes else {
        throw call.node.error("makes \(shape.count) axes")
      }
      let keeps = try call.integer("allowzero", default: 0) == 0
      lengths = try reading.integers(shape).enumerated().map {
        $1 == 0 && keeps ? .axis($0) : .number($1)
      }
    }
    switch value {
    case .rows(var rows):
      rows.shape = try shape(of: rows, as: lengths, call)
      return .rows(rows)
    case .constant(var constant):
      let wanted = try shape(of: constant, as: lengths, call)
      guard !constant.isTransposed || constant.rowLength != nil || constant.shape.last == 1 else {
        throw call.node.error("gives '\(constant.name)' another shape after its axes are swapped")
      }
      if constant.isTransposed, constant.shape.count == 2 { constant.isTransposed = false }
      constant.shape = wanted
      return .constant(constant)
    default: return value
    }
  }

  /// The shape of rows that are given other axes; the rows remain the same.
  private static func shape(
    of rows: GraphRows, as lengths: [GraphLength], _ call: GraphCall
  ) throws(ONNXError) -> [Int?] {
    func shown(_ width: Int) -> String { "rows of \(width) value\(width == 1 ? "" : "s")" }
    // All that belongs to one row, where that is the first axis.
    let whole = rows.shape.flatMap { product($0.dropFirst()) }
    guard let last = lengths.last, lengths.count > 1 else {
      // One value a row.
      guard rows.width == 1 else { throw call.node.error("makes one axis of rows and columns") }
      return [nil, 1]
    }
    let lead = lengths.dropLast()
    let width: Int?
    switch last {
    case .number(-1):
      // All the rest.
      let keepsRows =
        lead.count == 1
        && (lead[0] == .axis(0)
          || rows.shape.map { shape in
            shape.first.map { $0.map { lead[0] == .number(Int64($0)) } ?? false } ?? false
          } ?? true)
      guard keepsRows else {
        throw call.node.error("gives rows another shape, so that they are lost")
      }
      width = whole
    case .number(let length):
      guard length > 0, length <= Int64(Int32.max) else {
        throw call.node.error("makes rows of \(length) values")
      }
      width = Int(length)
      let known = [whole, rows.width].compactMap(\.self)
      guard known.isEmpty || known.contains(Int(length)) else {
        throw call.node.error("makes \(shown(Int(length))) of \(shown(known[0]))")
      }
    case .axis(let axis):
      guard let shape = rows.shape, shape.indices.contains(axis), axis == shape.count - 1 else {
        throw call.node.error("gives rows another shape, so that they are lost")
      }
      width = rows.width
    }
    return Array(repeating: nil, count: lengths.count - 1) + [width]
  }

  /// The shape of a constant with other axes.
  private static func shape(
    of constant: GraphConstant, as lengths: [GraphLength], _ call: GraphCall
  ) throws(ONNXError) -> [Int] {
    var shape: [Int] = []
    var free: Int?
    for (index, length) in lengths.enumerated() {
      switch length {
      case .number(-1) where free == nil:
        free = index
        shape.append(1)
      case .number(let length) where length >= 0 && length <= Int64(Int32.max):
        shape.append(Int(length))
      case .axis(let axis) where constant.shape.indices.contains(axis):
        shape.append(constant.shape[axis])
      default: throw call.node.error("gives '\(constant.name)' a shape that does not exist")
      }
    }
    let known = product(shape) ?? 0
    if let free, known > 0 { shape[free] = constant.count / known }
    guard product(shape) == constant.count else {
      throw call.node.error(
        "gives '\(constant.name)' of shape \(pythonTuple(constant.shape)) a shape of other size")
    }
    return shape
  }

  private static func squeeze(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    switch try reading.value(0, of: call) {
    case .rows:
      throw call.node.error("adds or removes an axis of rows; a row of a layer is one axis")
    case .constant(var constant):
      // Of axes of length 1 no more is known than that values do not move.
      guard constant.count == max(constant.shape.max() ?? 1, 1) else {
        throw call.node.error("changes the axes of '\(constant.name)', which has several")
      }
      constant.isTransposed = false
      constant.shape = constant.count == 1 && call.node.op == "Squeeze" ? [] : [constant.count]
      return .constant(constant)
    case let other: return other
    }
  }

  // MARK: Shapes that a graph computes

  private static func lengths(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    guard call.node.attributes.isEmpty else { throw call.node.error("takes some of the axes") }
    let axes = rows.shape ?? [nil, nil]
    // The first axis counts rows, whatever the file says of it.
    return .lengths(
      axes.enumerated().map { index, length in
        index > 0 ? length.map { .number(Int64($0)) } ?? .axis(index) : .axis(0)
      })
  }

  // MARK: Classes

  private func tail(_ value: GraphValue, _ call: GraphCall) throws(ONNXError) -> GraphTail {
    switch value {
    case .rows(let rows): return GraphTail(rows: rows, isPair: false)
    case .pair(let rows): return GraphTail(rows: rows, isPair: true)
    default: throw call.node.error("takes something else than the outputs of a network")
    }
  }

  private static func argMax(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let tail = try reading.tail(try reading.value(0, of: call), call)
    guard tail.rows.isLast(try call.integer("axis", default: 0)) else {
      throw call.node.error("is not over the columns")
    }
    guard try call.integer("select_last_index", default: 0) == 0 else {
      throw call.node.error("chooses the last of equal outputs; scikit-learn chooses the first")
    }
    guard tail.isPair || tail.rows.width != 1 else {
      throw call.node.error("chooses the maximum of one output")
    }
    return .choice(tail, labels: nil)
  }

  private static func concat(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    if case .lengths = try reading.value(0, of: call) { return try joined(&reading, call) }
    if case .constant = try reading.value(0, of: call) { return try joined(&reading, call) }
    let problem = call.node.error(
      "joins columns that are not 1 − p and p of one logistic output p")
    guard call.node.inputs.count == 2, case .rows(let first) = try reading.value(0, of: call),
      case .rows(let second) = try reading.value(1, of: call),
      let last = first.stage.map({ reading.stages[$0] }), last.previous == second.stage,
      case .arithmetic(.subtractFrom, let one) = last.kind, try reading.number(one) == 1,
      let output = second.stage.map({ reading.stages[$0] }),
      case .activation(.logistic) = output.kind,
      second.isLast(try call.integer("axis", default: call.version < 4 ? 1 : 0))
    else { throw problem }
    guard second.width == 1 else {
      throw call.node.error(
        "joins 1 − p and p of \(second.width ?? 0) outputs, which are \(2 * (second.width ?? 0)) columns"
      )
    }
    return .pair(second)
  }

  /// The lengths of axes next to each other.
  private static func joined(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    var lengths: [GraphLength] = []
    for index in call.node.inputs.indices {
      switch try reading.value(index, of: call) {
      case .lengths(let part): lengths += part
      case .constant(let constant) where constant.count <= NPYHeader.maxAxes:
        lengths += try reading.integers(constant).map { .number($0) }
      default: throw call.node.error("joins something else than the lengths of axes")
      }
      guard lengths.count <= NPYHeader.maxAxes else {
        throw call.node.error("joins too many lengths")
      }
    }
    return .lengths(lengths)
  }

  /// Gather and ArrayFeatureExtractor: of a table of labels those of the chosen classes.
  private static func gather(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let isGather = call.node.op == "Gather"
    let axis = isGather ? try call.integer("axis", default: 0) : -1
    switch (try reading.value(0, of: call), try reading.value(1, of: call)) {
    case (.constant(let table), let index):
      let tail: GraphTail
      switch index {
      case .choice(let found, labels: nil): tail = found
      case .decisions(let rows) where rows.width == 1: tail = GraphTail(rows: rows, isPair: false)
      default: throw call.node.error("looks up something else than a chosen class")
      }
      guard let length = table.rowLength, length == table.count,
        !isGather || axis == Int64(table.shape.count - 1) || axis == -1
      else { throw call.node.error("looks up classes in '\(table.name)', which is no list") }
      return .choice(tail, labels: try reading.labels(table))
    case (.lengths(let lengths), .constant(let index)) where isGather && axis == 0:
      guard index.count == 1, let place = try reading.integers(index).first else {
        throw call.node.error("takes several lengths of axes")
      }
      let position = Int(place < 0 ? place + Int64(lengths.count) : place)
      guard lengths.indices.contains(position) else { throw call.node.error("takes no axis") }
      return .lengths([lengths[position]])
    case (let scores, .constant) where !isGather:
      return .column(try reading.tail(scores, call))
    default: throw call.node.error("takes columns out of rows, which no layer does")
    }
  }

  /// Some lengths of axes, or some columns of the outputs.
  private static func slice(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    guard case .lengths(let lengths) = try reading.value(0, of: call) else {
      return .column(try reading.tail(try reading.value(0, of: call), call))
    }
    var ends: [Int] = []
    for (index, name) in [(1, "starts"), (2, "ends")] {
      var values: [Int64] = []
      if case .integers(let list)? = call.node.attributes[name] {
        values = list
      } else if let constant = try reading.optionalConstant(index, of: call) {
        values = try reading.integers(constant)
      }
      guard values.count == 1 else { throw call.node.error("takes several lengths of axes") }
      let place = values[0] < 0 ? values[0] + Int64(lengths.count) : values[0]
      ends.append(Int(min(max(place, 0), Int64(lengths.count))))
    }
    if let steps = try reading.optionalConstant(4, of: call) {
      guard try reading.integers(steps) == [1] else { throw call.node.error("leaves out axes") }
    }
    guard ends[0] <= ends[1] else { throw call.node.error("takes no axis") }
    return .lengths(Array(lengths[ends[0]..<ends[1]]))
  }

  private static func zipMap(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let tail = try reading.tail(try reading.value(0, of: call), call)
    switch (call.node.attributes["classlabels_int64s"], call.node.attributes["classlabels_strings"])
    {
    case (.integers(let values)?, nil): return .scores(tail, labels: values.map { .integer($0) })
    case (nil, .texts(let texts)?): return .scores(tail, labels: texts.map { .text($0) })
    default: throw call.node.error("does not have one list of classes")
    }
  }

  private static func labelEncoder(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let (tail, known): (GraphTail, [ClassLabels.Label]?)
    switch try reading.value(0, of: call) {
    case .constant(let table):
      // A list of classes that is an output of its own.
      let labels = try reading.renamed(try reading.labels(table), call)
      guard let array = try? ClassLabels.array(of: labels) else {
        throw call.node.error("makes labels that are too long")
      }
      return .constant(
        GraphConstant(name: call.node.shownName, values: .array(array), shape: table.shape))
    case .choice(let found, let labels): (tail, known) = (found, labels)
    case .decisions(let rows) where rows.width == 1:
      (tail, known) = (GraphTail(rows: rows, isPair: false), nil)
    default: throw call.node.error("renames something else than the class of a row")
    }
    guard let count = known?.count ?? tail.classes, count <= 1 << 20 else {
      throw call.node.error("renames an unknown number of classes")
    }
    let classes = known ?? ClassLabels.counted(count)
    if case .texts(let texts)? = call.node.attributes["classes_strings"] {
      guard known == nil, texts.count == count else {
        throw call.node.error("has \(texts.count) classes for \(count)")
      }
      return .choice(tail, labels: texts.map { .text($0) })
    }
    return .choice(tail, labels: try reading.renamed(classes, call))
  }

  /// The labels that a node's table has for some.
  private mutating func renamed(
    _ classes: [ClassLabels.Label], _ call: GraphCall
  ) throws(ONNXError) -> [ClassLabels.Label] {
    let keys = try labels(of: call, "keys")
    let values = try labels(of: call, "values")
    guard keys.count == values.count else {
      throw call.node.error("has \(keys.count) keys and \(values.count) values")
    }
    let table = Dictionary(zip(keys.map(\.canonical), values)) { first, _ in first }
    return try classes.map { label throws(ONNXError) in
      guard let value = table[label.canonical] else {
        throw call.node.error("has no label for the class \(label.description.prefix(40))")
      }
      return value
    }
  }

  /// The keys or values of a table of labels.
  private mutating func labels(
    of call: GraphCall, _ name: String
  ) throws(ONNXError) -> [ClassLabels.Label] {
    let found = ["int64s", "strings", "floats", "tensor"].compactMap {
      call.node.attributes["\(name)_\($0)"]
    }
    guard found.count == 1 else { throw call.node.error("does not have one list of \(name)") }
    switch found[0] {
    case .integers(let values): return values.map { .integer($0) }
    case .texts(let texts): return texts.map { .text($0) }
    case .floats(let values): return values.map { .number(Double($0)) }
    case .tensor(let tensor):
      return try labels(
        GraphConstant(name: call.node.shownName, values: .tensor(tensor), shape: tensor.shape))
    default: throw call.node.error("has \(name) that are no list of labels")
    }
  }

  private static func greater(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    let constant = try reading.constant(1, of: call)
    try reading.demandRow(constant, for: rows, call)
    return try reading.decisions(rows, above: reading.number(constant), call)
  }

  private static func binarizer(
    _ reading: inout GraphReading, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    let rows = try reading.rows(0, of: call)
    return try reading.decisions(rows, above: Double(call.float("threshold", default: 0)), call)
  }

  private func decisions(
    _ rows: GraphRows, above threshold: Double?, _ call: GraphCall
  ) throws(ONNXError) -> GraphValue {
    guard threshold == 0.5 else {
      throw call.node.error(
        "decides at \(threshold.map { "\($0)" } ?? "several thresholds"); scikit-learn decides at 0.5"
      )
    }
    guard let stage = rows.stage, case .activation(.logistic) = stages[stage].kind else {
      throw call.node.error("decides about values that are no logistic outputs")
    }
    return .decisions(rows)
  }
}
