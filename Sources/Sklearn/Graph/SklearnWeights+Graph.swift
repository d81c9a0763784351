package import Files
import MLP
import NPY
package import ONNX

extension SklearnWeights {
  /// The network that a graph is.
  ///
  /// The graph says all of it: the layers, each with its activation, the scalers before them, and the classes where
  /// it looks them up. A graph that ends in weighted sums has values for outputs, unless it chooses the maximum: then
  /// any output activation gives the same class, and which one is assumed.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: Activations override those of the graph, and ignored names are those of outputs.
  ///   - others: The files next to the model, if values may be read from them.
  ///   - limits: Bounds on the values.
  /// - Throws: ``SklearnError``.
  package init(
    _ model: ONNXModel, options: Options = Options(), beside others: ExternalFiles? = nil,
    limits: ReadLimits = ReadLimits()
  ) throws(SklearnError) {
    var reading = GraphReading(model, beside: others, limits: limits)
    let layers: GraphLayers
    let ends: GraphEnds
    let arrays: [(weights: NamedArray, biases: NamedArray)]
    let preprocessing: Preprocessing?
    if let name = options.ignored.first(where: { !model.graph.outputs.contains($0) }) {
      throw .nothingToIgnore(name, found: model.graph.outputs)
    }
    do throws(ONNXError) {
      ends = try GraphEnds(reading.outputs(ignoring: options.ignored), reading)
      layers = try GraphLayers(reading, through: ends.stage)
      try ends.check(layers)
      if let last = layers.outActivation, options.outActivation == nil,
        !Self.outActivations.contains(last)
      {
        throw .noNetwork("it ends in \(last.rawValue), which no network of scikit-learn's ends in")
      }
      arrays = try layers.layers(&reading, layout: layers.layout)
      preprocessing = try layers.preprocessing(
        &reading, named: model.ownMetadata("preprocessing")?.split(separator: ", ").map(String.init)
      )
    } catch {
      throw .graph(error)
    }
    var found: [Layer] = []
    for (weights, biases) in arrays {
      found.append(try Layer(weights: weights, biases: biases, layout: layers.layout))
    }
    var classes: (labels: ClassLabels, name: String)?
    if let labels = ends.labels {
      let name = "classes of the graph"
      // One long text and many short ones would take room for the longest in every place.
      let texts = labels.compactMap { if case .text(let text) = $0 { text } else { nil } }
      guard texts.isEmpty || NDArray(texts: texts) != nil,
        let array = try? ClassLabels.array(of: labels)
      else { throw .badAttribute(name, problem: "holds texts that are too long") }
      classes = (try ClassLabels(array, name: name), name)
    }
    if classes == nil, layers.outActivation == .logistic, let text = model.ownMetadata("classes") {
      // Those of several labels are looked up nowhere.
      let array = try ClassLabels.array(json: text, name: "coefs.classes")
      classes = (try ClassLabels(array, name: "coefs.classes"), "coefs.classes")
    }
    var outline = try SklearnOutline(
      headers: found.map { ($0.weights.header, $0.biases.header) }, layout: layers.layout,
      naming: "onnx", options: options, activation: layers.hiddenActivations.first,
      hiddenActivations: layers.hiddenActivations,
      outActivation: layers.outActivation ?? (ends.choosesMaximum ? nil : .identity),
      classes: classes, sizes: [])
    if let preprocessing { try outline.put(preprocessing) }
    if let text = model.ownMetadata(Attribute.featureNames.rawValue) {
      outline.featureNames = try Self.array(of: text, under: Attribute.featureNames.rawValue)
        .flatMap { FeatureNames.names(in: $0, inputs: outline.rowLength) }
    }
    if let text = model.ownMetadata(SelfCheck.name) {
      outline.selfCheck = try SelfCheck(json: text, name: "coefs.\(SelfCheck.name)")
    }
    if let scaler = options.scaler { try outline.put(scaler) }
    outline.notes = reading.notes + ends.notes
    if layers.outActivation == nil, options.outActivation == nil {
      outline.notes.append(
        ends.choosesMaximum
          ? "the graph chooses the maximum of its sums; their output activation is not in it"
          : "the graph ends without an activation: its outputs are values, or sums of a classifier whose output "
            + "activation was left out")
    }
    self.init(outline, layers: found)
  }
}

extension SklearnWeights {
  /// The network in the bytes of an ONNX file.
  ///
  /// - Throws: ``SklearnError/graph(_:)``.
  package init(onnx file: InputFile, limits: ReadLimits) throws(SklearnError) {
    let model: ONNXModel?
    do { model = try ONNXModel.read(file, limits: limits) } catch { throw .graph(error) }
    guard let model else { throw .graph(.noNetwork("the file has no graph")) }
    try self.init(model, limits: limits)
  }
}

extension ONNXModel {
  /// A text that this package writes next to a graph, such as the names of the inputs.
  fileprivate func ownMetadata(_ key: String) -> String? {
    metadata.first { $0.key == "coefs.\(key)" }?.text
  }
}

/// What the outputs of a graph say: where the network ends, and its classes.
struct GraphEnds {
  /// The last stage of the network.
  let stage: Int?
  /// The labels in the order of the outputs, where the graph has them.
  private(set) var labels: [ClassLabels.Label]?
  /// Whether a class is chosen as the maximum of several outputs.
  private(set) var choosesMaximum = false
  private(set) var notes: [String] = []

  /// Looks at outputs.
  ///
  /// - Throws: ``ONNXError/severalOutputs(_:)``, where they are not outputs of one network.
  init(
    _ outputs: [(name: String, value: GraphValue)], _ reading: GraphReading
  ) throws(ONNXError) {
    var scores: [(name: String, stage: Int?)] = []
    var others: [(name: String, stage: Int?)] = []
    var columns: [String] = []
    for (name, value) in outputs {
      let found: [ClassLabels.Label]?
      switch value {
      case .rows(let rows):
        scores.append((name, rows.stage))
        found = nil
      case .pair(let rows):
        scores.append((name, rows.stage))
        found = nil
      case .scores(let tail, labels: let labels):
        scores.append((name, tail.rows.stage))
        found = labels
      case .column(let tail):
        others.append((name, tail.rows.stage))
        columns.append(name)
        found = nil
      case .choice(let tail, labels: let labels):
        others.append((name, tail.rows.stage))
        choosesMaximum = choosesMaximum || !tail.isPair && (tail.rows.width ?? 2) > 1
        // A network that has seen a single class predicts that one, whatever its output.
        let isOne = tail.isPair && labels?.count == 2 && labels?.first == labels?.last
        found = isOne ? labels.map { Array($0.prefix(1)) } : labels
      case .decisions(let rows):
        others.append((name, rows.stage))
        found = nil
      case .constant, .lengths:
        notes.append("the output '\(name)' does not depend on the rows")
        found = nil
      }
      guard let found else { continue }
      if let labels, labels != found {
        throw .badModel("the graph", problem: "has two lists of classes")
      }
      labels = found
    }
    guard let end = scores.first ?? others.first else {
      throw .noNetwork("its outputs do not depend on the rows")
    }
    guard scores.count + others.count > columns.count else {
      throw .noNetwork(
        "its output '\(columns[0])' is some of the columns that its last layer makes")
    }
    // A class may be chosen before the softmax, which changes no maximum.
    let known: Set<Int?> = [end.stage, Self.sums(of: end.stage, reading)]
    guard scores.allSatisfy({ $0.stage == end.stage }),
      others.allSatisfy({ known.contains($0.stage) })
    else { throw .severalOutputs(outputs.map(\.name)) }
    stage = end.stage
  }

  /// The stage before a softmax.
  private static func sums(of stage: Int?, _ reading: GraphReading) -> Int? {
    guard let stage, case .activation(.softmax) = reading.stages[stage].kind else { return stage }
    return reading.stages[stage].previous
  }

  /// Checks that a network of this package decides as the graph does.
  ///
  /// - Throws: ``ONNXError/noNetwork(_:)``.
  func check(_ layers: GraphLayers) throws(ONNXError) {
    if choosesMaximum, let activation = layers.outActivation, activation != .softmax {
      throw .noNetwork(
        "it chooses the maximum of several \(activation.rawValue) outputs, where scikit-learn decides about each"
      )
    }
  }
}
