package import Files
import Protobuf

// What was written is read again, field by field; what is never written is refused.

extension CoreMLModel {
  /// Reads a model that this package has written, and checks it.
  ///
  /// - Parameter file: The bytes.
  /// - Throws: ``CoreMLError`` for other fields than those that are written, and for parts that do not fit each other.
  package init(checking file: InputFile) throws(CoreMLError) {
    try self.init(CoreMLMessage(ProtobufReader(file), "the model", CoreMLSchema.Model.self))
    try check()
  }

  private init(_ model: CoreMLMessage<CoreMLSchema.Model>) throws(CoreMLError) {
    typealias Field = CoreMLSchema.Description
    let description = try model.needed(.description, "the description", Field.self)
    self.init(
      inputs: try Self.features(.input, of: description),
      outputs: try Self.features(.output, of: description),
      predictedFeature: try description.text(.predictedFeatureName),
      predictedProbabilities: try description.text(.predictedProbabilitiesName),
      content: try Self.content(of: model))
    version = try model.integer(.specificationVersion)
    guard
      let texts = try description.message(
        .metadata, "the metadata", CoreMLSchema.Metadata.self)
    else { return }
    shortDescription = try texts.text(.shortDescription)
    for entry in try texts.messages(.userDefined, "a text", CoreMLSchema.Entry.self) {
      metadata.append(Text(try entry.text(.key), try entry.text(.value)))
    }
  }

  private static func features(
    _ field: CoreMLSchema.Description, of description: CoreMLMessage<CoreMLSchema.Description>
  ) throws(CoreMLError) -> [Feature] {
    var features: [Feature] = []
    for message in try description.messages(field, "a feature", CoreMLSchema.Feature.self) {
      features.append(try Feature(message))
    }
    return features
  }

  private static func content(
    of model: CoreMLMessage<CoreMLSchema.Model>
  ) throws(CoreMLError) -> Content {
    typealias Field = CoreMLSchema.Model
    let field = try model.choice(
      Field.allCases.filter { $0 != .specificationVersion && $0 != .description })
    if field == .scaler {
      let scaler = try model.needed(field, "the scaler", CoreMLSchema.Scaler.self)
      return .scaler(
        shift: try scaler.doubles(.shiftValue), scale: try scaler.doubles(.scaleValue))
    }
    if let task = Task.allCases.first(where: { $0.networkField == field }) {
      return .network(
        try Network(model.needed(field, "the network", CoreMLSchema.Network.self)), task)
    }
    let task = Task.allCases.first { $0.pipelineField == field } ?? .plain
    let pipeline =
      task == .plain
      ? try model.needed(field, "the pipeline", CoreMLSchema.Pipeline.self)
      : try model.needed(field, "the pipeline", CoreMLSchema.PipelineTask.self)
        .needed(.pipeline, "the pipeline", CoreMLSchema.Pipeline.self)
    var models: [CoreMLModel] = []
    for message in try pipeline.messages(.models, "a model of the pipeline", Field.self) {
      models.append(try CoreMLModel(message))
    }
    return .pipeline(models, task)
  }
}

extension CoreMLMessage<CoreMLSchema.Scaler> {
  fileprivate func doubles(_ field: CoreMLSchema.Scaler) throws(CoreMLError) -> [Double] {
    let bytes = try fixed(field, width: 8)
    return stride(from: 0, to: bytes.count, by: 8).map {
      Double(bitPattern: bytes.number(at: $0, bytes: 8))
    }
  }
}

extension CoreMLModel.Feature {
  fileprivate init(_ message: CoreMLMessage<CoreMLSchema.Feature>) throws(CoreMLError) {
    typealias Field = CoreMLSchema.FeatureType
    typealias Key = CoreMLSchema.DictionaryType
    let type = try message.needed(.type, "the type of a feature", Field.self)
    let kind: Kind
    switch try type.choice(Field.allCases) {
    case .int64Type:
      _ = try type.needed(.int64Type, "the type integer", CoreMLNoField.self)
      kind = .integer
    case .doubleType:
      _ = try type.needed(.doubleType, "the type double", CoreMLNoField.self)
      kind = .double
    case .stringType:
      _ = try type.needed(.stringType, "the type text", CoreMLNoField.self)
      kind = .text
    case .multiArrayType:
      let array = try type.needed(
        .multiArrayType, "the type of an array", CoreMLSchema.ArrayType.self)
      kind = .array(shape: try array.integers(.shape), type: try array.integer(.dataType))
    case .dictionaryType:
      let dictionary = try type.needed(.dictionaryType, "the type of a dictionary", Key.self)
      let key = try dictionary.choice(Key.allCases)
      _ = try dictionary.needed(key, "the type of keys", CoreMLNoField.self)
      kind = .dictionary(textKeys: key == .stringKeyType)
    }
    self.init(try message.text(.name), kind)
  }
}

extension CoreMLModel.Network {
  fileprivate init(_ message: CoreMLMessage<CoreMLSchema.Network>) throws(CoreMLError) {
    var layers: [CoreMLModel.Layer] = []
    for layer in try message.messages(.layers, "a layer", CoreMLSchema.Layer.self) {
      layers.append(try CoreMLModel.Layer(layer))
    }
    typealias List = CoreMLSchema.Labels
    let integers = try message.message(.int64ClassLabels, "the labels", List.self)
    let texts = try message.message(.stringClassLabels, "the labels", List.self)
    var labels: CoreMLModel.Labels?
    switch (integers, texts) {
    case (let list?, nil): labels = .integers(try list.integers(.vector))
    case (nil, let list?): labels = .texts(try list.texts(.vector))
    case (_?, _?): throw .notOne("the labels", of: message.name, found: 2)
    case (nil, nil): break
    }
    self.init(
      layers: layers, labels: labels, probabilities: try message.text(.labelProbabilityLayerName))
  }
}

extension CoreMLModel.Layer {
  fileprivate init(_ message: CoreMLMessage<CoreMLSchema.Layer>) throws(CoreMLError) {
    typealias Field = CoreMLSchema.Layer
    let kind: Kind
    switch try message.choice([.activation, .innerProduct, .softmax, .unary]) {
    case .innerProduct:
      kind = .product(
        try CoreMLModel.Product(
          message.needed(.innerProduct, "a product", CoreMLSchema.InnerProduct.self)))
    case .softmax:
      _ = try message.needed(.softmax, "softmax", CoreMLNoField.self)
      kind = .softmax
    case .unary:
      let unary = try message.needed(.unary, "a function", CoreMLSchema.Unary.self)
      kind = .unary(type: try unary.integer(.type), scale: try unary.float(.scale))
    default:
      typealias Function = CoreMLSchema.Activation
      let activation = try message.needed(.activation, "an activation", Function.self)
      let function = try activation.choice(Function.allCases)
      _ = try activation.needed(function, "a function", CoreMLNoField.self)
      kind =
        switch function {
        case .reLU: .relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        }
    }
    self.init(try message.text(.name), "", "", kind)
    inputs = try message.texts(.input)
    outputs = try message.texts(.output)
  }
}

extension CoreMLModel.Product {
  fileprivate init(_ message: CoreMLMessage<CoreMLSchema.InnerProduct>) throws(CoreMLError) {
    func values(_ field: CoreMLSchema.InnerProduct) throws(CoreMLError) -> ContiguousArray<UInt8> {
      try message.needed(field, "the values of a layer", CoreMLSchema.Weights.self)
        .fixed(.floatValue, width: 4)
    }
    self.init(inputs: 0, outputs: 0, weights: try values(.weights), biases: try values(.bias))
    inputs = try message.integer(.inputChannels)
    outputs = try message.integer(.outputChannels)
    hasBias = try message.integer(.hasBias) == 1
  }
}
