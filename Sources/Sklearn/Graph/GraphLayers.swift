import MLP
import NPY
import ONNX

/// The stages from the input of a graph to its outputs, cut into scalers and layers.
struct GraphLayers {
  /// A layer: the stages that make it.
  fileprivate struct Draft {
    let node: ONNXNode
    let weights: GraphConstant
    /// Whether the weights are outputs × inputs.
    let isTransposed: Bool
    let alpha: Float
    let bias: GraphConstant?
    let beta: Float
    /// What is done to the inputs, after the activation of the layer before.
    var before: [GraphStage] = []
    /// What is done to the sums, before the activation.
    var after: [GraphStage] = []
    var activation: Activation?

    var inputs: Int { weights.shape[isTransposed ? 1 : 0] }
    var outputs: Int { weights.shape[isTransposed ? 0 : 1] }
  }

  private var scalers: [GraphStage] = []
  private var drafts: [Draft] = []

  /// Cuts the stages up to one.
  ///
  /// - Throws: ``ONNXError``, where they are in no order that a network has.
  init(_ reading: GraphReading, through last: Int?) throws(ONNXError) {
    var chain: [GraphStage] = []
    var next = last
    while let index = next {
      chain.append(reading.stages[index])
      next = reading.stages[index].previous
    }
    var between: [GraphStage] = []
    for stage in chain.reversed() {
      let end = drafts.count - 1
      switch stage.kind {
      case .product(let weights, let isTransposed, let alpha, let bias, let beta):
        var draft = Draft(
          node: stage.node, weights: weights, isTransposed: isTransposed, alpha: alpha, bias: bias,
          beta: beta, before: between)
        between = []
        if end >= 0 {
          let activation = drafts[end].activation ?? .identity
          guard SklearnWeights.hiddenActivations.contains(activation) else {
            throw stage.node.error(
              "comes after \(activation.rawValue), which only the last layer may have")
          }
          drafts[end].activation = activation
          guard drafts[end].outputs == draft.inputs else {
            throw stage.node.error(
              "takes rows of \(draft.inputs) values, and gets \(drafts[end].outputs)")
          }
        } else {
          swap(&scalers, &draft.before)
        }
        drafts.append(draft)
      case .activation(let activation):
        guard end >= 0 else { throw stage.node.error("comes before the first layer") }
        guard drafts[end].activation == nil else {
          throw stage.node.error("is a second activation of one layer")
        }
        drafts[end].activation = activation
      case .clip where end >= 0:
        throw stage.node.error("clips values after a layer, which no layer does")
      default:
        if end >= 0, drafts[end].activation == nil {
          drafts[end].after.append(stage)
        } else {
          between.append(stage)
        }
      }
    }
    guard !drafts.isEmpty else { throw .noNetwork("no node multiplies rows with weights") }
    if let stage = between.first {
      throw stage.node.error("changes the outputs after their activation")
    }
  }

  /// The activation of each layer but the last.
  var hiddenActivations: [Activation] { drafts.dropLast().map { $0.activation ?? .identity } }

  /// The activation of the last layer; `nil` where its sums are the outputs.
  var outActivation: Activation? { drafts.last?.activation }

  /// The last node of the network, for errors.
  var lastNode: ONNXNode { drafts[drafts.count - 1].node }

  /// How most weights are stored: as they need no transposing.
  var layout: WeightLayout {
    drafts.allSatisfy { $0.isTransposed != $0.weights.isTransposed } ? .mlp : .sklearn
  }
}

// MARK: Scalers

extension GraphLayers {
  /// The scalers before the first layer, as scikit-learn has them: each operation, in its order and rounded as in the
  /// graph.
  ///
  /// - Parameter names: The names of the scalers, where the file has them.
  func preprocessing(
    _ reading: inout GraphReading, named names: [String]?
  ) throws(ONNXError) -> Preprocessing? {
    guard !scalers.isEmpty else { return nil }
    let width = drafts[0].inputs
    var operations: [InputTransform.Operation] = []
    for stage in scalers {
      func vector(_ values: [Double]) throws(ONNXError) -> [Double] {
        guard values.count == 1 || values.count == width else {
          throw stage.node.error("has numbers for \(values.count) columns, and gets \(width)")
        }
        return values.count == width ? values : Array(repeating: values[0], count: width)
      }
      func divisors(_ values: [Double]) throws(ONNXError) -> [Double] {
        guard !values.contains(0) else { throw stage.node.error("divides by 0") }
        return try vector(values)
      }
      switch stage.kind {
      case .arithmetic(let kind, let constant):
        let values = try vector(reading.reals(constant))
        switch kind {
        case .add: operations.append(.add(values))
        case .subtract: operations.append(.subtract(values))
        case .multiply: operations.append(.multiply(values))
        case .divide: operations.append(.divide(try divisors(values)))
        case .subtractFrom:
          operations += [.multiply(Array(repeating: -1, count: width)), .add(values)]
        }
      case .scaler(let offset, let scale):
        operations += [.subtract(try vector(offset)), .multiply(try vector(scale))]
      case .normalization(let constants):
        let roots = try reading.roots(of: constants)
        operations += [
          .subtract(try vector(reading.reals(constants.mean))), .divide(try divisors(roots)),
          .multiply(try vector(reading.reals(constants.scale))),
          .add(try vector(reading.reals(constants.shift))),
        ]
      case .clip(let range):
        if case .clip(let known)? = operations.last, let both = known.intersection(range) {
          operations[operations.count - 1] = .clip(both)
        } else {
          operations.append(.clip(range))
        }
      case .product, .activation: preconditionFailure("no scaler")
      }
    }
    let named = names.flatMap { Self.steps(operations[...], named: $0) }
    return Preprocessing(steps: named ?? Self.steps(operations[...], width: width))
  }

  /// Operations as scalers of these names; `nil` where they do others.
  private static func steps(
    _ operations: ArraySlice<InputTransform.Operation>, named names: [String]
  ) -> [InputTransform.Step]? {
    let patterns = [
      "StandardScaler": ["subtract", "divide"], "RobustScaler": ["subtract", "divide"],
      "MaxAbsScaler": ["divide", "clip"], "MinMaxScaler": ["multiply", "add", "clip"],
    ]
    var rest = operations
    var steps: [InputTransform.Step] = []
    for name in names {
      guard let pattern = patterns[name] else { return nil }
      var parts: [InputTransform.Operation] = []
      for part in pattern where rest.first?.name == part {
        parts += rest.popFirst().map { [$0] } ?? []
      }
      steps.append(.init(name, parts))
    }
    return rest.isEmpty ? steps : nil
  }

  /// Operations as scikit-learn's scalers that do them, each to the last digit.
  private static func steps(
    _ operations: ArraySlice<InputTransform.Operation>, width: Int
  ) -> [InputTransform.Step] {
    var steps: [InputTransform.Step] = []
    var rest = operations
    let zeros = Array(repeating: 0.0, count: width)
    while let first = rest.popFirst() {
      switch first {
      case .subtract:
        if case .divide? = rest.first, let second = rest.popFirst() {
          steps.append(.init("StandardScaler", [first, second]))
        } else {
          steps.append(.init("StandardScaler", [first]))
        }
      case .add(let values):
        // x + c is x − (−c).
        rest = [.subtract(values.map { -$0 })] + rest
      case .divide:
        if case .clip(-1...1)? = rest.first, let second = rest.popFirst() {
          steps.append(.init("MaxAbsScaler", [first, second]))
        } else {
          steps.append(.init("StandardScaler", [first]))
        }
      case .multiply:
        var parts = [first]
        if case .add? = rest.first, let second = rest.popFirst() {
          parts.append(second)
        } else {
          parts.append(.add(zeros))
        }
        if case .clip(let range)? = rest.first, range.isBounded, let third = rest.popFirst() {
          parts.append(third)
        }
        steps.append(.init("MinMaxScaler", parts))
      case .clip(let range) where range.isBounded:
        steps.append(
          .init("MinMaxScaler", [.multiply(zeros.map { $0 + 1 }), .add(zeros), first]))
      default: steps.append(.init("Clip", [first]))
      }
    }
    return steps
  }
}

extension ClosedRange<Double> {
  /// Whether both ends are finite.
  fileprivate var isBounded: Bool { lowerBound.isFinite && upperBound.isFinite }

  /// The range of values in both; `nil` where the ranges are apart.
  fileprivate func intersection(_ other: Self) -> Self? {
    overlaps(other) ? clamped(to: other) : nil
  }
}

extension GraphReading {
  /// √(variance + epsilon).
  fileprivate mutating func roots(
    of constants: GraphNormalization
  ) throws(ONNXError) -> [Double] {
    let variances = try reals(constants.variance)
    guard variances.allSatisfy({ $0 + Double(constants.epsilon) > 0 }) else {
      throw .badTensor(constants.variance.name, problem: "holds a negative variance")
    }
    return variances.map { ($0 + Double(constants.epsilon)).squareRoot() }
  }

  /// What a stage makes of x, as x · scale + shift.
  fileprivate mutating func line(
    _ stage: GraphStage, width: Int
  ) throws(ONNXError) -> (scale: [Double], shift: [Double]) {
    func vector(_ values: [Double]) throws(ONNXError) -> [Double] {
      guard values.count == 1 || values.count == width else {
        throw stage.node.error("has numbers for \(values.count) columns, and gets \(width)")
      }
      return values.count == width ? values : Array(repeating: values[0], count: width)
    }
    let (zeros, ones) = (
      Array(repeating: 0.0, count: width), Array(repeating: 1.0, count: width)
    )
    switch stage.kind {
    case .arithmetic(let kind, let constant):
      let values = try vector(reals(constant))
      switch kind {
      case .add: return (ones, values)
      case .subtract: return (ones, values.map { -$0 })
      case .multiply: return (values, zeros)
      case .divide:
        guard !values.contains(0) else { throw stage.node.error("divides by 0") }
        return (values.map { 1 / $0 }, zeros)
      case .subtractFrom: return (ones.map { -$0 }, values)
      }
    case .scaler(let offset, let scale):
      let scale = try vector(scale)
      return (scale, zip(try vector(offset), scale).map { -$0 * $1 })
    case .normalization(let constants):
      let scale = zip(try vector(reals(constants.scale)), try vector(roots(of: constants))).map(/)
      let (mean, shift) = (
        try vector(reals(constants.mean)), try vector(reals(constants.shift))
      )
      return (scale, zip(zip(shift, mean), scale).map { $0.0 - $0.1 * $1 })
    case .product, .clip, .activation: preconditionFailure("no line")
    }
  }
}

// MARK: Layers

extension GraphLayers {
  /// The layers: weights and biases unchanged, wherever nothing is folded into them.
  func layers(
    _ reading: inout GraphReading, layout: WeightLayout
  ) throws(ONNXError) -> [(weights: NamedArray, biases: NamedArray)] {
    var layers: [(weights: NamedArray, biases: NamedArray)] = []
    for draft in drafts {
      var after = draft.after[...]
      var bias = draft.bias
      // A sum that follows a product is its bias.
      if bias == nil, case .arithmetic(.add, let constant)? = after.first?.kind {
        bias = constant
        after.removeFirst()
      }
      var weights = try reading.array(draft.weights)
      var biases = try reading.biases(bias, of: draft.outputs, like: weights)
      var isTransposed = draft.isTransposed
      let factors = [draft.alpha, draft.bias == nil ? 1 : draft.beta]
      if factors != [1, 1] || !after.isEmpty || !draft.before.isEmpty {
        if isTransposed { weights = weights.transposed() }
        isTransposed = false
        try draft.fold(after, into: &weights, &biases, &reading)
      }
      if isTransposed != (layout == .mlp) {
        try reading.charge(weights.bytes.count, for: draft.weights.name)
        weights = weights.transposed()
      }
      layers.append(
        (
          NamedArray(draft.weights.name, weights),
          NamedArray(bias?.name ?? draft.weights.name, biases)
        ))
    }
    return layers
  }
}

extension GraphLayers.Draft {
  /// Does to weights and biases what a graph does to the inputs and to the sums.
  ///
  /// It is computed in float64, and each value rounded once to the type of the weights; to float32 from a narrower one.
  ///
  /// - Parameters:
  ///   - after: What is done to the sums.
  ///   - weights: Inputs × outputs.
  ///   - biases: One for each output.
  fileprivate func fold(
    _ after: ArraySlice<GraphStage>, into weights: inout NDArray, _ biases: inout NDArray,
    _ reading: inout GraphReading
  ) throws(ONNXError) {
    try reading.charge(16 * (weights.count + biases.count), for: self.weights.name)
    let isDouble = weights.dtype.itemSize == 8
    var matrix: ContiguousArray<Double>
    var vector: ContiguousArray<Double>
    do throws(NPYError) {
      (matrix, vector) = (try weights.reals(as: Double.self), try biases.reals(as: Double.self))
    } catch {
      throw .badArray(self.weights.name, error)
    }
    if alpha != 1 { for index in matrix.indices { matrix[index] *= Double(alpha) } }
    if bias != nil, beta != 1 { for index in vector.indices { vector[index] *= Double(beta) } }
    for stage in before.reversed() {
      let (scale, shift) = try reading.line(stage, width: inputs)
      for input in 0..<inputs {
        for output in 0..<outputs {
          vector[output] += matrix[input * outputs + output] * shift[input]
          matrix[input * outputs + output] *= scale[input]
        }
      }
    }
    for stage in after {
      let (scale, shift) = try reading.line(stage, width: outputs)
      for output in 0..<outputs {
        vector[output] = vector[output] * scale[output] + shift[output]
        for input in 0..<inputs { matrix[input * outputs + output] *= scale[output] }
      }
    }
    do throws(NPYError) {
      weights = try NDArray(matrix, shape: [inputs, outputs])
      biases = try NDArray(vector)
      if !isDouble {
        weights = try weights.converted(to: Float.self)
        biases = try biases.converted(to: Float.self)
      }
    } catch {
      throw .badArray(self.weights.name, error)
    }
    for stage in before + after {
      reading.note(
        "node '\(stage.node.shownName)' (\(stage.node.op)) is folded into the weights '\(self.weights.name)'"
      )
    }
  }
}

extension GraphReading {
  /// The biases of a layer: one for each output, one for all outputs, or zeros where there are no biases.
  fileprivate mutating func biases(
    _ constant: GraphConstant?, of outputs: Int, like weights: NDArray
  ) throws(ONNXError) -> NDArray {
    let dtype: DType
    var bytes: ContiguousArray<UInt8>
    if let constant {
      let array = try array(constant)
      guard array.count != outputs else { return array.reshapedVector([outputs]) }
      try charge(outputs * array.dtype.itemSize, for: constant.name)
      (dtype, bytes) = (array.dtype, [])
      for _ in 0..<outputs { bytes += array.bytes }
    } else {
      dtype = weights.dtype
      bytes = ContiguousArray(repeating: 0, count: outputs * dtype.itemSize)
    }
    do { return try NDArray(header: NPYHeader(dtype: dtype, shape: [outputs]), bytes: bytes) } catch
    {
      throw .badArray(constant?.name ?? "", error)
    }
  }
}
