/// The field numbers of Core ML's messages, from `Model.proto`, `FeatureTypes.proto`, `NeuralNetwork.proto` and
/// `Scaler.proto` (github.com/apple/coremltools): those that files of networks use.
///
/// A case is named as its field there. What is not here is never written.
enum CoreMLSchema {
  /// A model: the file, or a part of a pipeline.
  enum Model: Int, CaseIterable {
    case specificationVersion = 1, description
    case pipelineClassifier = 200, pipelineRegressor, pipeline
    case neuralNetworkRegressor = 303
    case neuralNetworkClassifier = 403
    case neuralNetwork = 500
    case scaler = 604
  }

  /// The inputs and outputs of a model.
  enum Description: Int, CaseIterable {
    case input = 1
    case output = 10, predictedFeatureName, predictedProbabilitiesName
    case metadata = 100
  }

  /// Texts about a model.
  enum Metadata: Int, CaseIterable {
    case shortDescription = 1
    case userDefined = 100
  }

  /// An entry of a map of texts.
  enum Entry: Int, CaseIterable {
    case key = 1, value
  }

  /// An input or output.
  enum Feature: Int, CaseIterable {
    case name = 1
    case type = 3
  }

  /// The type of an input or output.
  enum FeatureType: Int, CaseIterable {
    case int64Type = 1, doubleType, stringType
    case multiArrayType = 5, dictionaryType
  }

  /// An array of any number of axes.
  enum ArrayType: Int, CaseIterable {
    case shape = 1, dataType
  }

  /// The keys of a dictionary.
  enum DictionaryType: Int, CaseIterable {
    case int64KeyType = 1, stringKeyType
  }

  /// Models one after another.
  enum Pipeline: Int, CaseIterable {
    case models = 1
  }

  /// A pipeline that classifies, or predicts values.
  enum PipelineTask: Int, CaseIterable {
    case pipeline = 1
  }

  /// y = (x + shift) · scale.
  enum Scaler: Int, CaseIterable {
    case shiftValue = 1, scaleValue
  }

  /// The layers of a network, and the labels of a classifier.
  enum Network: Int, CaseIterable {
    case layers = 1
    case stringClassLabels = 100, int64ClassLabels
    case labelProbabilityLayerName = 200
  }

  /// A list of labels.
  enum Labels: Int, CaseIterable {
    case vector = 1
  }

  /// A layer.
  enum Layer: Int, CaseIterable {
    case name = 1, input, output
    case activation = 130
    case innerProduct = 140
    case softmax = 175
    case unary = 220
  }

  /// y = W x + b.
  enum InnerProduct: Int, CaseIterable {
    case inputChannels = 1, outputChannels
    case hasBias = 10
    case weights = 20, bias
  }

  /// Values of a layer.
  enum Weights: Int, CaseIterable {
    case floatValue = 1
  }

  /// A function of each value.
  enum Activation: Int, CaseIterable {
    case reLU = 10
    case tanh = 30
    case sigmoid = 40
  }

  /// Another function of each value.
  enum Unary: Int, CaseIterable {
    case type = 1
    case scale = 5
  }
}
