import Files

// What Core ML needs to compute what is meant. Apple's own validator lets pass labels that are too few or there twice,
// keys of another type, a missing layer of probabilities, and shapes that are wrong.

extension CoreMLModel {
  /// Checks that the parts fit each other.
  ///
  /// - Throws: ``CoreMLError/mismatch(_:found:expected:)``.
  package func check() throws(CoreMLError) {
    try checkPart()
    let keys = metadata.map(\.key)
    try demandEqual("the keys of the metadata", keys, Set(keys).sorted())
    guard case .pipeline(let models, let task) = content else {
      if case .scaler = content {
        throw .mismatch("the model", found: "a scaler", expected: "a network")
      }
      return
    }
    try checkPipeline(models, task)
  }

  private func checkPipeline(_ models: [CoreMLModel], _ task: Task) throws(CoreMLError) {
    guard let last = models.last, models.count > 1 else {
      throw .mismatch(
        "the pipeline", found: "of \(models.count) models", expected: "scalers and a network")
    }
    var inputs = inputs
    for (index, model) in models.enumerated() {
      let part = "model \(index) of the pipeline"
      try model.checkPart()
      try demandEqual("the input of \(part)", model.inputs, inputs)
      try demandEqual("the texts of \(part)", [model.shortDescription], [""])
      try demandEqual("the metadata of \(part)", model.metadata, [])
      inputs = model.outputs
      switch model.content {
      case .scaler where index < models.count - 1: break
      case .network(_, task) where index == models.count - 1: break
      default:
        throw .mismatch(part, found: "of another kind", expected: "scalers and a network")
      }
    }
    let names = models.flatMap { $0.inputs + $0.outputs.prefix(1) }.map(\.name)
    // Each between two models is an output and an input.
    try demandEqual("the number of names", Set(names).count, models.count + 1)
    try demandEqual("the outputs", outputs, last.outputs)
    try demandEqual("the predicted feature", predictedFeature, last.predictedFeature)
    try demandEqual(
      "the predicted probabilities", predictedProbabilities, last.predictedProbabilities)
  }

  /// Checks all but texts and the models of a pipeline.
  private func checkPart() throws(CoreMLError) {
    try demandEqual("the version", version, Self.version)
    guard inputs.count == 1, case .array(let shape, _) = inputs[0].kind, shape.count == 1,
      let width = Int(exactly: shape[0]), width > 0, !inputs[0].name.isEmpty
    else {
      throw .mismatch("the input", found: "\(inputs)", expected: "a vector with a name")
    }
    let input = inputs[0].name
    try demandEqual("the input", inputs, [.vector(input, width)])
    switch content {
    case .scaler(let shift, let scale):
      try demandEqual("the number of shifts", shift.count, width)
      try demandEqual("the number of scales", scale.count, width)
      guard (shift + scale).allSatisfy(\.isFinite) else {
        throw .mismatch("a number of a scaler", found: "not finite", expected: "finite")
      }
      guard let output = outputs.first?.name, !output.isEmpty, output != input else {
        throw .mismatch("the output of a scaler", found: "\(outputs)", expected: "another name")
      }
      try demandEqual("the output of a scaler", outputs, [.vector(output, width)])
      try checkNames("", "")
    case .network(let network, let task):
      let (last, outputs) = try network.check(input, width)
      try check(network, task, last, outputs)
    case .pipeline: break
    }
  }

  /// Checks the outputs of a network.
  ///
  /// - Parameters:
  ///   - last: The name of what the last layer gives.
  ///   - width: The number of its values.
  private func check(
    _ network: Network, _ task: Task, _ last: String, _ width: Int
  ) throws(CoreMLError) {
    guard task == .classifier else {
      try demandEqual("the layer of the probabilities", network.probabilities, "")
      guard network.labels == nil else {
        throw .mismatch("the network", found: "one with labels", expected: "one without")
      }
      if task == .regressor {
        try demandEqual("the number of values", width, 1)
        try demandEqual("the output", outputs, [.init(last, .double)])
        try checkNames(last, "")
      } else {
        try demandEqual("the output", outputs, [.vector(last, width)])
        try checkNames("", "")
      }
      return
    }
    let (count, different, isText) =
      switch network.labels {
      case .integers(let labels): (labels.count, Set(labels).count, false)
      // Two texts of the same letters in other bytes would be one key.
      case .texts(let labels): (labels.count, Set(labels).count, true)
      case nil: (0, 0, false)
      }
    try demandEqual("the number of labels", count, width)
    try demandEqual("the number of different labels", different, count)
    try demandEqual("the layer of the probabilities", network.probabilities, last)
    try demandEqual("the last layer", network.layers.last?.kind, .softmax)
    guard !predictedFeature.isEmpty, !predictedProbabilities.isEmpty,
      Set([predictedFeature, predictedProbabilities, inputs[0].name]).count == 3
    else {
      throw .mismatch(
        "the names of label and probabilities",
        found: "'\(predictedFeature)' and '\(predictedProbabilities)'", expected: "two names")
    }
    try demandEqual(
      "the outputs", outputs,
      [
        .init(predictedFeature, isText ? .text : .integer),
        .init(predictedProbabilities, .dictionary(textKeys: isText)),
      ])
  }

  private func checkNames(_ feature: String, _ probabilities: String) throws(CoreMLError) {
    try demandEqual("the predicted feature", predictedFeature, feature)
    try demandEqual("the predicted probabilities", predictedProbabilities, probabilities)
  }
}

extension CoreMLModel.Network {
  /// Checks that each layer takes what the one before it gives.
  ///
  /// - Returns: The name and the width of what the last layer gives.
  fileprivate func check(
    _ input: String, _ width: Int
  ) throws(CoreMLError) -> (name: String, width: Int) {
    var (current, width) = (input, width)
    var (values, names): (Set<String>, Set<String>) = ([input], [])
    for layer in layers {
      let part = "layer '\(layer.name)'"
      try demandEqual("the input of \(part)", layer.inputs, [current])
      guard layer.outputs.count == 1, values.insert(layer.outputs[0]).inserted,
        !layer.outputs[0].isEmpty, !layer.name.isEmpty, names.insert(layer.name).inserted
      else {
        throw .mismatch(
          "the names of \(part) and its outputs", found: "\(layer.outputs)",
          expected: "names that no other layer has")
      }
      current = layer.outputs[0]
      switch layer.kind {
      case .product(let product): width = try product.check(part, width)
      case .unary: try demandEqual("the function of \(part)", layer.kind, .exp)
      case .relu, .tanh, .sigmoid, .softmax: break
      }
    }
    guard !layers.isEmpty else {
      throw .mismatch("the network", found: "one without layers", expected: "layers")
    }
    return (current, width)
  }
}

extension CoreMLModel.Product {
  /// Checks the numbers of values.
  ///
  /// - Returns: The number of outputs.
  fileprivate func check(_ part: String, _ width: Int) throws(CoreMLError) -> Int {
    try demandEqual("the number of inputs of \(part)", inputs, Int64(width))
    guard let rows = Int(exactly: outputs), rows > 0 else {
      throw .mismatch("the number of outputs of \(part)", found: "\(outputs)", expected: "some")
    }
    let (count, overflows) = rows.multipliedReportingOverflow(by: width)
    try demandEqual("whether \(part) has biases", hasBias, true)
    try demandEqual("the number of biases of \(part)", biases.count / 4, rows)
    try demandEqual("the number of weights of \(part)", weights.count / 4, overflows ? -1 : count)
    for bytes in [weights, biases] {
      for offset in stride(from: 0, to: bytes.count, by: 4)
      where !Float(bitPattern: UInt32(bytes.number(at: offset, bytes: 4))).isFinite {
        throw .mismatch("a value of \(part)", found: "not finite", expected: "finite")
      }
    }
    return rows
  }
}

/// Demands that a part is what it must be.
private func demandEqual<Value: Equatable>(
  _ part: String, _ found: Value, _ expected: Value
) throws(CoreMLError) {
  guard found == expected else {
    throw .mismatch(part, found: "\(found)", expected: "\(expected)")
  }
}
