import Files
import MLP
import NPY
import ONNX

/// Follows the nodes of a graph from its input to its outputs: what each value is, without computing any.
///
/// Only what an output needs is looked at. A value may be used in several places, and each use of values from the file
/// counts, because each takes memory.
struct GraphReading {
  let model: ONNXModel
  let others: ExternalFiles?
  let limits: ReadLimits

  /// Everything that is done to rows, each after the one that it names.
  private(set) var stages: [GraphStage] = []
  /// What is read in another way than it is computed in the graph.
  private(set) var notes: [String] = []

  /// The values that are known so far.
  private var values: [String: GraphValue] = [:]
  /// The bytes of values that may still be used.
  private var left: Int

  /// The versions of the operators that are known (onnx 1.23).
  static let knownVersions = ["": 7...28, "ai.onnx.ml": 1...5]

  /// Follows a graph.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - others: The files next to it, if values may be read from them.
  ///   - limits: `maxTotalBytes` limits the values of all uses together.
  ///   - ignored: Outputs that are left out.
  /// - Throws: ``ONNXError``.
  init(
    _ model: ONNXModel, beside others: ExternalFiles?, limits: ReadLimits
  ) {
    self.model = model
    self.others = others
    self.limits = limits
    left = limits.maxTotalBytes
  }

  /// The values of the outputs, without those to be left out.
  mutating func outputs(
    ignoring ignored: [String]
  ) throws(ONNXError) -> [(name: String, value: GraphValue)] {
    let graph = model.graph
    let names = graph.outputs.filter { !ignored.contains($0) }
    guard !names.isEmpty else { throw .noNetwork("it has no outputs") }
    let producers = try self.producers()
    let needed = needed(for: names, producers)
    for tensor in graph.initializers where needed.names.contains(tensor.name) {
      values[tensor.name] = .constant(
        GraphConstant(name: tensor.name, values: .tensor(tensor), shape: tensor.shape))
    }
    let inputs = graph.inputs.filter { values[$0.name] == nil && needed.names.contains($0.name) }
    guard inputs.count <= 1 else {
      throw .noNetwork(
        "it has \(inputs.count) inputs, "
          + inputs.prefix(6).map { "'\($0.name)'" }.joined(separator: ", "))
    }
    if let input = inputs.first {
      guard input.type != .string else { throw .noNetwork("its input '\(input.name)' is texts") }
      if let shape = input.shape, shape.count > 2 {
        notes.append(
          "the input '\(input.name)' has \(shape.count) axes; a row is what its nodes make of them")
      }
      values[input.name] = .rows(GraphRows(shape: input.shape, type: input.type))
    }
    for index in needed.nodes.sorted() {
      let node = graph.nodes[index]
      guard let first = node.outputs.first, !first.isEmpty else { continue }
      values[first] = try value(of: node)
    }
    return try names.map { name throws(ONNXError) in
      guard let value = values[name] else { throw .noNetwork("nothing makes its output '\(name)'") }
      return (name, value)
    }
  }

  /// The node that makes each value; every name is made once.
  private func producers() throws(ONNXError) -> [String: Int] {
    var tensors: Set<String> = []
    for tensor in model.graph.initializers {
      guard tensors.insert(tensor.name).inserted else {
        throw .badTensor(tensor.name, problem: "occurs twice")
      }
    }
    // Before version 4 of the format initializers are inputs too: a default, which nobody here replaces.
    let inputs = Set(model.graph.inputs.map(\.name))
    guard inputs.count == model.graph.inputs.count else {
      throw .badModel("the graph", problem: "has two inputs of one name")
    }
    var producers: [String: Int] = [:]
    for (index, node) in model.graph.nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard producers.updateValue(index, forKey: name) == nil, !tensors.contains(name),
          !inputs.contains(name)
        else { throw node.error("makes '\(name)', which something else makes too") }
      }
    }
    return producers
  }

  /// The nodes that some values need, and the names of all that these take.
  private func needed(
    for outputs: [String], _ producers: [String: Int]
  ) -> (nodes: Set<Int>, names: Set<String>) {
    var nodes: Set<Int> = []
    var names = Set(outputs)
    var pending = outputs
    while let name = pending.popLast() {
      guard let index = producers[name], nodes.insert(index).inserted else { continue }
      for input in model.graph.nodes[index].inputs where names.insert(input).inserted {
        pending.append(input)
      }
    }
    return (nodes, names)
  }

  private mutating func value(of node: ONNXNode) throws(ONNXError) -> GraphValue {
    let version = try version(of: node)
    guard let row = Self.operators["\(node.domain.isEmpty ? "" : "\(node.domain).")\(node.op)"]
    else { throw node.error(Self.refusals[node.op] ?? "has no place in a multilayer perceptron") }
    if let (name, value) = node.attributes.first(where: { !row.attributes.contains($0.key) }) {
      throw node.error("has the attribute '\(name)', which is not known: \(value.shown)")
    }
    return try row.read(&self, GraphCall(node: node, version: version))
  }

  private func version(of node: ONNXNode) throws(ONNXError) -> Int {
    guard let known = Self.knownVersions[node.domain] else {
      throw node.error("is an operator of '\(node.domain)', which is not known")
    }
    guard let version = model.operatorSets[node.domain] else {
      throw node.error("is of a set of operators whose version the model does not say")
    }
    guard known.contains(version) else {
      throw node.error(
        "is of version \(version) of its set of operators; \(known.lowerBound) to \(known.upperBound) are read"
      )
    }
    return version
  }

  // MARK: For the operators

  /// The value of an input; `nil` for one that is left out.
  func input(_ index: Int, of node: ONNXNode) throws(ONNXError) -> GraphValue? {
    guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
    let name = node.inputs[index]
    guard let value = values[name] else {
      throw node.error("takes '\(name)', which nothing makes before it")
    }
    return value
  }

  /// The rows after one stage more.
  mutating func append(
    _ kind: GraphStage.Kind, to rows: GraphRows, at node: ONNXNode, width: Int? = nil
  ) -> GraphValue {
    var result = rows
    stages.append(GraphStage(previous: rows.stage, node: node, kind: kind))
    result.stage = stages.count - 1
    if let width {
      result.shape = (rows.shape ?? [nil, nil]).dropLast() + [width]
    }
    return .rows(result)
  }

  mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  // MARK: Values from the file

  /// The array of a constant, in C order and little-endian; it counts each time.
  mutating func array(_ constant: GraphConstant) throws(ONNXError) -> NDArray {
    var array: NDArray
    switch constant.values {
    case .array(let known): array = known
    case .texts: throw .badTensor(constant.name, problem: "has texts where numbers belong")
    case .tensor(let tensor):
      try charge(tensor.header.byteCount, for: constant.name)
      array = try model.array(of: tensor, beside: others, limits: limits)
    }
    if constant.isTransposed {
      try charge(array.bytes.count, for: constant.name)
      array = array.transposed()
    }
    do throws(NPYError) {
      switch constant.cast {
      case .float? where array.dtype.itemSize != 4 || array.dtype.kind != .float:
        array = try array.converted(to: Float.self)
      case .double? where array.dtype.itemSize != 8 || array.dtype.kind != .float:
        array = try array.converted(to: Double.self)
      default: break
      }
      if array.shape != constant.shape {
        array = try NDArray(
          header: NPYHeader(dtype: array.dtype, shape: constant.shape), bytes: array.bytes)
      }
    } catch {
      throw .badArray(constant.name, error)
    }
    return array
  }

  /// The values of a constant of a real type.
  mutating func reals(_ constant: GraphConstant) throws(ONNXError) -> [Double] {
    let array = try array(constant)
    try charge(8 * array.count, for: constant.name)
    guard array.dtype.isReal, let values = try? array.reals(as: Double.self),
      values.allSatisfy(\.isFinite)
    else { throw .badTensor(constant.name, problem: "does not hold finite numbers") }
    return Array(values)
  }

  /// The value that all elements of a constant have; `nil` where they differ.
  mutating func number(_ constant: GraphConstant) throws(ONNXError) -> Double? {
    let array = try array(constant)
    try charge(8 * array.count, for: constant.name)
    guard let values = try? array.reals(as: Double.self), let first = values.first,
      values.allSatisfy({ $0 == first })
    else { return nil }
    return first
  }

  /// The values of a constant of integers, such as a shape.
  mutating func integers(_ constant: GraphConstant) throws(ONNXError) -> [Int64] {
    let array = try array(constant)
    try charge(8 * array.count, for: constant.name)
    guard array.dtype.kind != .float, let values = try? array.integers() else {
      throw .badTensor(constant.name, problem: "does not hold integers")
    }
    return Array(values)
  }

  /// The labels in a constant.
  mutating func labels(_ constant: GraphConstant) throws(ONNXError) -> [ClassLabels.Label] {
    switch constant.values {
    case .texts(let texts): return texts.map { .text($0) }
    case .tensor(let tensor) where tensor.type == .string:
      return try model.texts(of: tensor).map { .text($0) }
    default:
      let array = try array(constant)
      try charge(32 * array.count, for: constant.name)
      do { return try ClassLabels.Label.labels(in: array) } catch {
        throw .badArray(constant.name, error)
      }
    }
  }

  /// Counts values that are used.
  mutating func charge(_ byteCount: Int, for name: String) throws(ONNXError) {
    guard byteCount <= left else {
      throw .badArray(
        name,
        .limitExceeded(
          name: "maxTotalBytes", allowed: limits.maxTotalBytes,
          found: limits.maxTotalBytes - left + min(byteCount, limits.maxTotalBytes)))
    }
    left -= byteCount
  }
}

extension ONNXAttribute {
  /// The value in a few words.
  fileprivate var shown: String {
    switch self {
    case .float(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let text): "'\(text.prefix(40))'"
    case .tensor: "a tensor"
    case .floats(let values): "\(values.count) numbers"
    case .integers(let values): "\(values.count) integers"
    case .texts(let texts): "\(texts.count) texts"
    case .other(let what): what
    }
  }
}
