import MLModelFile
import Files
import MLP
import NPY
import Protobuf
import Sklearn

extension FileFormat {
  /// A neural network for Apple's Core ML, of specification 1, which runs from iOS 11 and macOS 10.13 on.
  ///
  /// It is only written. All values are rounded to single precision.
  public static let coreML = FileFormat(
    "coreml", endings: ["mlmodel"], "a Core ML model", [.scalers, .metadata],
    content: FormatContent(
      steps: .shiftsAndScales, activations: .each, labels: .coreML, values: .computed,
      holdsLongNames: true, precision: .float32),
    begins: { _ in false },
    reader: nil,
    output: { network, options, path throws(CoefsError) in
      try CoreMLOutput(network, options, path)
    })
}

/// A Core ML model that is to be written.
struct CoreMLOutput: CheckedOutput {
  private let model: CoreMLModel
  let written: [(name: String, header: NPYHeader)]

  var layout: WeightLayout { .mlp }

  /// Makes the model of a network.
  ///
  /// - Throws: ``CoefsError`` for what Core ML cannot express, for values beyond single precision, and for activations
  ///   that neither the file nor the caller says.
  init(
    _ network: NetworkFile, _ options: Model.WriteOptions, _ path: String
  ) throws(CoefsError) {
    let weights = try network.weights(fitting: options)
    let outline = network.outline
    do throws(SklearnError) { try weights.demandActivations() } catch {
      throw CoefsError(network.file, error)
    }
    if let error = CoreMLBuilder.refusal(of: weights) { throw CoefsError(path, error) }
    let values = weights.layerArrays(in: .mlp, precision: options.precision).map {
      NamedArray($0.name, $0.array.inCOrder().inLittleEndian())
    }
    var builder: CoreMLBuilder
    do throws(ModelError) { builder = try CoreMLBuilder(weights, values) } catch {
      throw CoefsError(path, error)
    }
    let name = weights.task == .classifier ? "MLPClassifier" : "MLPRegressor"
    var texts: [(key: String, text: String)]
    do throws(SklearnError) { texts = try outline.metadata() } catch {
      throw CoefsError(path, error)
    }
    texts.append(("estimator", name))
    let steps = outline.inputTransform?.steps.map(\.name) ?? []
    if !steps.isEmpty { texts.append(("preprocessing", steps.joined(separator: ", "))) }
    texts.append(("source", network.file.split(separator: "/").last.map(String.init) ?? ""))
    let sizes = outline.layerSizes.map(String.init).joined(separator: "-")
    builder.describe("\(sizes) \(name) in single precision", texts)
    model = builder.model
    written = builder.arrays
    let byteCount = model.message.count
    guard byteCount <= Int(Int32.max) else {
      throw CoefsError(
        path,
        ModelError.notInFormat(
          "a model of \(byteCount) bytes", format: "Core ML",
          problem: "a file has at most \(Int32.max)"))
    }
  }

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file path: String
  ) throws -> Sink {
    try model.message.write(to: &sink)
    return sink
  }

  func compare(with bytes: InputFile, file path: String) throws(CoefsError) {
    let found: CoreMLModel
    do throws(CoreMLError) { found = try CoreMLModel(checking: bytes) } catch {
      throw CoefsError(path, error)
    }
    guard found == model else {
      throw CoefsError(path, ModelError.notAsWritten("the model is read as another one"))
    }
  }
}
