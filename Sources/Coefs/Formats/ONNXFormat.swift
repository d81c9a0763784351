import Files
import MLP
import NPY
import ONNX
import Protobuf
import Sklearn

extension FileFormat {
  /// A graph of operators, which onnxruntime and others run without Python, and which other frameworks write.
  public static let onnx = FileFormat(
    "onnx", endings: ["onnx"], "an ONNX graph", [.scalers, .ensembles, .metadata],
    content: FormatContent(
      steps: .operators, activations: .each, labels: .oneKind, values: .computed),
    begins: { input in ONNXModel.mayBegin(input.start) },
    reader: .network { input throws(CoefsError) in try StoredNetwork(onnx: input) },
    output: { network, options, path throws(CoefsError) in
      try ONNXOutput(network, options, path)
    })
}

/// An ONNX file that is to be written.
struct ONNXOutput: CheckedOutput {
  private let file: ONNXFile
  /// The network as it must be read; `nil` where the graph has more than a network and its scalers.
  private let meant: SklearnWeights?
  private let arrays: [NDArray]
  let written: [(name: String, header: NPYHeader)]

  var layout: WeightLayout { .sklearn }

  /// Makes the graph of a network or an ensemble.
  ///
  /// - Throws: ``CoefsError`` for what the graph cannot express, and for what neither the file nor the caller says.
  init(
    _ network: NetworkFile, _ options: Model.WriteOptions, _ path: String
  ) throws(CoefsError) {
    let weights = try network.weights(fitting: options)
    let outline = network.outline
    let precision = outline.computedPrecision(options.precision)
    let members = outline.ensemble?.networks ?? [weights]
    var networks: [ONNXBuilder.Network] = []
    for (index, member) in members.enumerated() {
      do throws(SklearnError) {
        try member.demandActivations()
        networks.append(
          .init(
            weights: member, arrays: try member.computableArrays(precision: options.precision),
            prefix: members.count == 1 ? "" : "network_\(index)."))
      } catch {
        throw CoefsError(network.file, error)
      }
      for (index, layer) in member.layers.enumerated() {
        try options.checkRange(of: layer, at: index, in: network.file)
      }
    }
    let name = outline.ensemble?.name ?? weights.estimatorName
    var builder = ONNXBuilder(name, precision)
    do throws(ModelError) {
      let rows = try builder.rows(outline.demands, names: outline.featureNames)
      if let ensemble = outline.ensemble {
        try builder.finish(ensemble, networks, rows)
      } else {
        try builder.finish(networks[0], rows)
      }
    } catch {
      throw CoefsError(path, error)
    }
    do throws(SklearnError) {
      for entry in try outline.metadata() { builder.metadata(entry.key, entry.text) }
    } catch {
      throw CoefsError(path, error)
    }
    builder.metadata("estimator", name)
    let steps = (outline.ensemble?.transform ?? outline.inputTransform)?.steps.map(\.name) ?? []
    if !steps.isEmpty { builder.metadata("preprocessing", steps.joined(separator: ", ")) }
    builder.metadata("source", network.file.split(separator: "/").last.map(String.init) ?? "")
    file = builder.file
    let byteCount = file.message.count
    guard byteCount <= Int(Int32.max) else {
      throw CoefsError(
        path,
        ModelError.notInFormat(
          "a graph of \(byteCount) bytes", format: "ONNX",
          problem: "a file has at most \(Int32.max)"))
    }
    let isPlain = outline.ensemble == nil && outline.inputTransform?.isElementwise ?? true
    meant = isPlain ? weights : nil
    arrays = builder.layerArrays.map(\.array)
    written = builder.layerArrays.map { ($0.name, $0.array.header) }
  }

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file path: String
  ) throws -> Sink {
    try file.message.write(to: &sink)
    return sink
  }

  func compare(with bytes: InputFile, file path: String) throws(CoefsError) {
    let difference: String?
    do throws(ProtobufError) { difference = try file.difference(from: bytes) } catch {
      throw CoefsError(path, error)
    }
    if let difference { throw CoefsError(path, ModelError.notAsWritten(difference)) }
    guard let meant else { return }
    let found: SklearnWeights
    do throws(SklearnError) {
      found = try SklearnWeights(onnx: bytes, limits: .ownFiles)
    } catch {
      throw CoefsError(path, error)
    }
    for (array, meant) in zip(found.layerArrays(in: .sklearn), arrays)
    where array.array.bytes != meant.bytes {
      throw CoefsError(path, ModelError.notAsWritten("array '\(array.name)' differs"))
    }
    // Numbers of scalers are those of the file's precision.
    let operations = { (weights: SklearnWeights) in
      (weights.inputTransform?.operations ?? []).map(\.name)
    }
    guard found.layers.count == meant.layers.count,
      found.hiddenActivations == meant.hiddenActivations,
      found.outActivation.activation == meant.outActivation.activation,
      meant.classes == nil || found.classes?.labels == meant.classes?.labels,
      operations(found) == operations(meant)
    else {
      throw CoefsError(path, ModelError.notAsWritten("the graph is read as another network"))
    }
  }
}

extension SklearnOutline {
  /// The type in which a file computes that holds the values of a network.
  ///
  /// - Parameter asked: The type to round every value to.
  /// - Returns: That type, else single precision where all there is are weights of single precision: preprocessing
  ///   and ensembles have numbers of double precision.
  func computedPrecision(_ asked: SklearnWeights.Precision?) -> SklearnWeights.Precision {
    if let asked { return asked }
    return ensemble == nil && inputTransform == nil && dtypeName == "float32" ? .float32 : .float64
  }
}

extension SklearnWeights {
  /// scikit-learn's class of the network.
  fileprivate var estimatorName: String { task == .classifier ? "MLPClassifier" : "MLPRegressor" }
}
