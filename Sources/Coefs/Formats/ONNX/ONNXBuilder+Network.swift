import MLP
import NPY
import ONNX
import Sklearn

// Networks, ensembles of them, and the outputs of the graph.

extension ONNXBuilder {
  /// What a network or an ensemble gives for rows, as `EnsembleNetwork` has it.
  struct Scores {
    /// A score for each class, the probabilities where there are some; or the values of a regressor.
    let columns: Columns
    /// The place of each row's label among the classes, where it is not that of the maximum.
    var place: String?
  }

  /// A network and its arrays, which are of single or double precision.
  struct Network {
    let weights: SklearnWeights
    let arrays: [NamedArray]
    /// What the names of its arrays begin with.
    let prefix: String
  }

  /// Adds the rows as inputs: `X`; or an input for each column that is used, where some are texts, and where columns
  /// have names and not all are used.
  mutating func rows(
    _ demands: RowDemands, names: [String]?
  ) throws(ModelError) -> Columns {
    let isPlain = demands.texts.isEmpty && (names == nil || demands.used.count == demands.inputs)
    guard !isPlain else { return input("X", type, width: demands.inputs) }
    var parts: [Columns?] = []
    for column in 0..<demands.inputs {
      guard demands.used.contains(column) else {
        parts.append(nil)
        continue
      }
      let name = names.map { $0[column] }.flatMap { $0.isEmpty ? nil : $0 } ?? "x\(column)"
      if let texts = demands.texts[column] {
        parts.append(
          try textInput(name, texts, allowsGaps: !demands.needsValues.contains(column)))
      } else {
        parts.append(input(name, type, width: 1))
      }
    }
    // Nothing looks at a column that is not used: any other can be in its place.
    guard let any = parts.lazy.compactMap(\.self).first else {
      return input("X", type, width: demands.inputs)
    }
    return joined(parts.map { $0 ?? any })
  }

  /// Adds the layers of a network after its preprocessing.
  ///
  /// - Parameter output: The output activation, if not the network's own.
  mutating func layers(
    _ network: Network, _ rows: Columns, output: Activation? = nil
  ) throws(ModelError) -> Columns {
    let weights = network.weights
    var x = rows
    if let transform = weights.inputTransform { x = try apply(transform, to: x) }
    let last = weights.layers.count - 1
    for index in weights.layers.indices {
      let names = SklearnWeights.Naming.own.names(layer: index, in: .sklearn)
      let (matrix, biases): (String, String)
      do throws(NPYError) {
        matrix = try layerArray(network.arrays[2 * index], named: network.prefix + names.weights)
        biases = try layerArray(network.arrays[2 * index + 1], named: network.prefix + names.biases)
      } catch {
        preconditionFailure("an array of floating-point numbers: \(error)")
      }
      var name = node("Add", [node("MatMul", [x.name, matrix]), biases])
      let activation =
        index == last
        ? output ?? weights.outActivation.activation : weights.hiddenActivations[index]
      if let (op, settings) = activation.operatorOfONNX { name = node(op, [name], settings) }
      x = Columns(name: name, width: weights.layers[index].outputs)
    }
    return x
  }

  /// The probabilities of two classes, from that of the second.
  mutating func twoColumns(_ share: Columns) throws(ModelError) -> Columns {
    let other = node("Sub", [try number(1), share.name])
    return joined([Columns(name: other, width: 1), share])
  }

  /// The place of each row's label.
  mutating func place(of scores: Scores) -> String { scores.place ?? place(scores.columns.name) }

  // MARK: Outputs

  /// Ends the graph of a network.
  mutating func finish(_ network: Network, _ rows: Columns) throws(ModelError) {
    let weights = network.weights
    let values = try layers(network, rows)
    guard weights.task == .classifier else {
      return output(values.name, as: outputName("variable"), type, [values.width])
    }
    if weights.outActivation.activation == .logistic, values.width > 1 {
      return try finishLabels(of: values)
    }
    let scores = values.width == 1 ? try twoColumns(values) : values
    var labels = weights.classes?.labels ?? ClassLabels.counted(scores.width)
    // A network that has seen a single class predicts that one.
    if labels.count == 1 { labels.append(labels[0]) }
    try finish(Scores(columns: scores), [labels], hasProbabilities: true)
  }

  /// Ends the graph of an ensemble.
  mutating func finish(
    _ ensemble: Ensemble, _ networks: [Network], _ rows: Columns
  ) throws(ModelError) {
    var rest = networks[...]
    let scores = try apply(ensemble, &rest, rows)
    if ensemble.task == .regressor {
      output(scores.columns.name, as: outputName("variable"), type, [scores.columns.width])
    } else if ensemble.isMultilabel {
      try finishLabels(of: scores.columns)
    } else {
      try finish(scores, ensemble.classes, hasProbabilities: ensemble.hasProbabilities)
    }
  }

  /// The outputs of a classifier: a label for each row, or for each of several outputs.
  private mutating func finish(
    _ scores: Scores, _ classes: [[ClassLabels.Label]], hasProbabilities: Bool
  ) throws(ModelError) {
    if let error = Self.refusal(ofLabels: classes) { throw error }
    var (labels, types): ([String], [ONNXElementType]) = ([], [])
    var start = 0
    for list in classes {
      let part =
        classes.count == 1
        ? scores : Scores(columns: columns(Array(start..<start + list.count), of: scores.columns))
      start += list.count
      let place = place(of: part)
      let table = try self.labels(list)
      let label = node("Gather", [table.name, place], [.init("axis", .integer(0))])
      labels.append(classes.count == 1 ? label : node("Unsqueeze", [label, integers([1], [1])]))
      types.append(table.type)
    }
    if classes.count == 1 {
      output(labels[0], as: outputName("label"), types[0], [])
    } else {
      let joined = node("Concat", labels, [.init("axis", .integer(1))])
      output(joined, as: outputName("label"), types[0], [classes.count])
    }
    if hasProbabilities {
      output(
        scores.columns.name, as: outputName("probabilities"), type, [scores.columns.width])
    }
  }

  /// The outputs of a classifier of several labels: whether each applies.
  private mutating func finishLabels(of shares: Columns) throws(ModelError) {
    let integer = ONNXFile.Setting("to", .integer(Int64(ONNXElementType.int64.rawValue)))
    let labels = node(
      "Cast", [node("Greater", [shares.name, try number(0.5)])], [integer])
    output(labels, as: outputName("label"), .int64, [shares.width])
    output(shares.name, as: outputName("probabilities"), type, [shares.width])
  }

  /// The name of an output, which must not be that of an input.
  private func outputName(_ name: String) -> String {
    file.inputs.contains { $0.name == name } ? "output_\(name)" : name
  }
}
