import Files
package import Protobuf

/// A Core ML model of specification 1: a network, a scaler, or scalers and a network one after another.
///
/// The parts are those of the messages, so that a model that is wrong can be made; ``check()`` says what is wrong. The
/// same model makes the same bytes: fields in the order of their numbers, as Protocol Buffers write them.
package struct CoreMLModel: Hashable, Sendable {
  /// The version of the specification, which runs from iOS 11 and macOS 10.13 on.
  package static let version: Int64 = 1

  /// The version of the specification.
  package var version = Self.version
  /// What goes in.
  package var inputs: [Feature]
  /// What comes out.
  package var outputs: [Feature]
  /// The output that is the prediction; empty for none.
  package var predictedFeature = ""
  /// The output that has the probabilities; empty for none.
  package var predictedProbabilities = ""
  /// A sentence about the model, and texts by their keys; only of a whole file.
  package var shortDescription = ""
  /// Texts about the model, in the order of their keys.
  package var metadata: [Text] = []
  /// What computes.
  package var content: Content

  /// A model without texts.
  package init(
    inputs: [Feature], outputs: [Feature], predictedFeature: String = "",
    predictedProbabilities: String = "", content: Content
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.predictedFeature = predictedFeature
    self.predictedProbabilities = predictedProbabilities
    self.content = content
  }

  /// What computes.
  package indirect enum Content: Hashable, Sendable {
    case scaler(shift: [Double], scale: [Double])
    case network(Network, Task)
    case pipeline([CoreMLModel], Task)
  }

  /// The kinds of networks and pipelines.
  package enum Task: Hashable, Sendable, CaseIterable {
    case classifier, regressor, plain
  }

  /// An input or output.
  package struct Feature: Hashable, Sendable {
    /// The types of inputs and outputs.
    package enum Kind: Hashable, Sendable {
      case integer, double, text
      /// An array: the length of each axis, and the number of the type of its elements.
      case array(shape: [Int64], type: Int64)
      case dictionary(textKeys: Bool)
    }
    /// The name.
    package var name: String
    /// The type.
    package var kind: Kind

    /// An input or output.
    package init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }

    /// The number of the type `DOUBLE` of an array's elements.
    package static let doubles: Int64 = 65600

    /// A vector of doubles.
    package static func vector(_ name: String, _ count: Int) -> Feature {
      Feature(name, .array(shape: [Int64(count)], type: doubles))
    }
  }

  /// A text about the model.
  package struct Text: Hashable, Sendable {
    /// The key.
    package var key: String
    /// The text.
    package var text: String

    /// A text.
    package init(_ key: String, _ text: String) {
      self.key = key
      self.text = text
    }
  }

  /// The labels of a classifier.
  package enum Labels: Hashable, Sendable {
    case integers([Int64])
    case texts([String])
  }

  /// Layers, each after the one that it takes something from.
  package struct Network: Hashable, Sendable {
    /// The layers.
    package var layers: [Layer]
    /// The labels, of a classifier.
    package var labels: Labels?
    /// What the layer of the probabilities gives, of a classifier; else empty.
    package var probabilities: String

    /// A network.
    package init(layers: [Layer], labels: Labels? = nil, probabilities: String = "") {
      self.layers = layers
      self.labels = labels
      self.probabilities = probabilities
    }
  }

  /// A layer.
  package struct Layer: Hashable, Sendable {
    /// The kinds of layers.
    package enum Kind: Hashable, Sendable {
      case product(Product)
      case relu, tanh, sigmoid, softmax
      /// A function by its number, of each value times a scale.
      case unary(type: Int64, scale: Float)

      /// The exponential function.
      package static let exp = Kind.unary(type: 4, scale: 1)
    }
    /// The name.
    package var name: String
    /// The names of what goes in.
    package var inputs: [String]
    /// The names of what comes out.
    package var outputs: [String]
    /// What it does.
    package var kind: Kind

    /// A layer of one input and one output.
    package init(_ name: String, _ input: String, _ output: String, _ kind: Kind) {
      self.name = name
      inputs = [input]
      outputs = [output]
      self.kind = kind
    }
  }

  /// W x + b: single precision, little-endian.
  package struct Product: Hashable, Sendable {
    /// The number of inputs.
    package var inputs: Int64
    /// The number of outputs.
    package var outputs: Int64
    /// Whether biases are added.
    package var hasBias = true
    /// The bytes of the weights, outputs × inputs, row after row.
    package var weights: ContiguousArray<UInt8>
    /// The bytes of the biases.
    package var biases: ContiguousArray<UInt8>

    /// A product.
    package init(
      inputs: Int, outputs: Int, weights: ContiguousArray<UInt8>, biases: ContiguousArray<UInt8>
    ) {
      self.inputs = Int64(inputs)
      self.outputs = Int64(outputs)
      self.weights = weights
      self.biases = biases
    }
  }
}

// MARK: Writing

extension CoreMLModel {
  /// The bytes of the file.
  package var message: ProtobufWriter {
    typealias Field = CoreMLSchema.Model
    var model = ProtobufWriter()
    model.addUnlessZero(Field.specificationVersion, version)
    model.add(Field.description, description)
    switch content {
    case .scaler(let shift, let scale):
      var scaler = ProtobufWriter()
      scaler.add(CoreMLSchema.Scaler.shiftValue, doubles: shift)
      scaler.add(CoreMLSchema.Scaler.scaleValue, doubles: scale)
      model.add(Field.scaler, scaler)
    case .network(let network, let task):
      model.add(task.networkField, network.message)
    case .pipeline(let models, let task):
      var pipeline = ProtobufWriter()
      for model in models { pipeline.add(CoreMLSchema.Pipeline.models, model.message) }
      if task != .plain {
        var outer = ProtobufWriter()
        outer.add(CoreMLSchema.PipelineTask.pipeline, pipeline)
        pipeline = outer
      }
      model.add(task.pipelineField, pipeline)
    }
    return model
  }

  private var description: ProtobufWriter {
    typealias Field = CoreMLSchema.Description
    var description = ProtobufWriter()
    for feature in inputs { description.add(Field.input, feature.message) }
    for feature in outputs { description.add(Field.output, feature.message) }
    description.addUnlessEmpty(Field.predictedFeatureName, predictedFeature)
    description.addUnlessEmpty(Field.predictedProbabilitiesName, predictedProbabilities)
    guard !shortDescription.isEmpty || !metadata.isEmpty else { return description }
    var texts = ProtobufWriter()
    texts.addUnlessEmpty(CoreMLSchema.Metadata.shortDescription, shortDescription)
    for entry in metadata {
      var pair = ProtobufWriter()
      // An entry of a map has both fields, even empty ones.
      pair.add(CoreMLSchema.Entry.key, entry.key)
      pair.add(CoreMLSchema.Entry.value, entry.text)
      texts.add(CoreMLSchema.Metadata.userDefined, pair)
    }
    description.add(Field.metadata, texts)
    return description
  }
}

extension CoreMLModel.Task {
  var networkField: CoreMLSchema.Model {
    switch self {
    case .classifier: .neuralNetworkClassifier
    case .regressor: .neuralNetworkRegressor
    case .plain: .neuralNetwork
    }
  }

  var pipelineField: CoreMLSchema.Model {
    switch self {
    case .classifier: .pipelineClassifier
    case .regressor: .pipelineRegressor
    case .plain: .pipeline
    }
  }
}

extension CoreMLModel.Feature {
  fileprivate var message: ProtobufWriter {
    typealias Field = CoreMLSchema.FeatureType
    var type = ProtobufWriter()
    switch kind {
    case .integer: type.add(Field.int64Type, ProtobufWriter())
    case .double: type.add(Field.doubleType, ProtobufWriter())
    case .text: type.add(Field.stringType, ProtobufWriter())
    case .array(let shape, let element):
      var array = ProtobufWriter()
      array.add(CoreMLSchema.ArrayType.shape, packed: shape)
      array.addUnlessZero(CoreMLSchema.ArrayType.dataType, element)
      type.add(Field.multiArrayType, array)
    case .dictionary(let textKeys):
      var dictionary = ProtobufWriter()
      dictionary.add(
        textKeys ? CoreMLSchema.DictionaryType.stringKeyType : .int64KeyType, ProtobufWriter())
      type.add(Field.dictionaryType, dictionary)
    }
    var feature = ProtobufWriter()
    feature.addUnlessEmpty(CoreMLSchema.Feature.name, name)
    feature.add(CoreMLSchema.Feature.type, type)
    return feature
  }
}

extension CoreMLModel.Network {
  fileprivate var message: ProtobufWriter {
    typealias Field = CoreMLSchema.Network
    var network = ProtobufWriter()
    for layer in layers { network.add(Field.layers, layer.message) }
    var list = ProtobufWriter()
    switch labels {
    case .integers(let labels):
      list.add(CoreMLSchema.Labels.vector, packed: labels)
      network.add(Field.int64ClassLabels, list)
    case .texts(let labels):
      for label in labels { list.add(CoreMLSchema.Labels.vector, label) }
      network.add(Field.stringClassLabels, list)
    case nil: break
    }
    network.addUnlessEmpty(Field.labelProbabilityLayerName, probabilities)
    return network
  }
}

extension CoreMLModel.Layer {
  fileprivate var message: ProtobufWriter {
    typealias Field = CoreMLSchema.Layer
    var layer = ProtobufWriter()
    layer.addUnlessEmpty(Field.name, name)
    for name in inputs { layer.add(Field.input, name) }
    for name in outputs { layer.add(Field.output, name) }
    switch kind {
    case .product(let product): layer.add(Field.innerProduct, product.message)
    case .softmax: layer.add(Field.softmax, ProtobufWriter())
    case .relu: layer.add(Field.activation, Self.activation(.reLU))
    case .tanh: layer.add(Field.activation, Self.activation(.tanh))
    case .sigmoid: layer.add(Field.activation, Self.activation(.sigmoid))
    case .unary(let type, let scale):
      var unary = ProtobufWriter()
      unary.addUnlessZero(CoreMLSchema.Unary.type, type)
      if scale != 0 { unary.add(CoreMLSchema.Unary.scale, float: scale) }
      layer.add(Field.unary, unary)
    }
    return layer
  }

  private static func activation(_ field: CoreMLSchema.Activation) -> ProtobufWriter {
    var activation = ProtobufWriter()
    activation.add(field, ProtobufWriter())
    return activation
  }
}

extension CoreMLModel.Product {
  fileprivate var message: ProtobufWriter {
    typealias Field = CoreMLSchema.InnerProduct
    var product = ProtobufWriter()
    product.addUnlessZero(Field.inputChannels, inputs)
    product.addUnlessZero(Field.outputChannels, outputs)
    product.addUnlessZero(Field.hasBias, hasBias ? 1 : 0)
    for (field, bytes) in [(Field.weights, weights), (.bias, biases)] {
      var values = ProtobufWriter()
      values.add(CoreMLSchema.Weights.floatValue, bytes)
      product.add(field, values)
    }
    return product
  }
}

// Zeros and empty texts are left out, as version 3 of the language has it.
extension ProtobufWriter {
  fileprivate mutating func addUnlessZero(_ field: some RawRepresentable<Int>, _ value: Int64) {
    if value != 0 { add(field, value) }
  }

  fileprivate mutating func addUnlessEmpty(_ field: some RawRepresentable<Int>, _ text: String) {
    if !text.isEmpty { add(field, text) }
  }

  fileprivate mutating func add(_ field: some RawRepresentable<Int>, doubles values: [Double]) {
    var bytes = ContiguousArray<UInt8>()
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    add(field, bytes)
  }
}
