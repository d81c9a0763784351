/// The field numbers of ONNX's messages, from `onnx.proto` (github.com/onnx/onnx): those that files of networks use.
///
/// A case is named as its field there. What is not here is passed over in reading, and never written.
package enum ONNXSchema {
  /// The file.
  package enum Model: Int {
    case irVersion = 1, producerName, producerVersion, domain, modelVersion, docString, graph
    case opsetImport = 8
    case metadataProps = 14
    case trainingInfo = 20
    case functions = 25
    case configuration
  }

  /// A set of operators and its version.
  package enum OperatorSet: Int {
    case domain = 1, version
  }

  /// A pair of texts.
  package enum StringPair: Int {
    case key = 1, value
  }

  /// The nodes, with what goes in and comes out.
  package enum Graph: Int {
    case node = 1, name
    case initializer = 5
    case docString = 10, input, output, valueInfo, quantizationAnnotation, sparseInitializer
    case metadataProps
  }

  /// One operator at work.
  package enum Node: Int {
    case input = 1, output, name, opType, attribute, docString, domain, overload, metadataProps
    case deviceConfigurations
  }

  /// A setting of a node.
  package enum Attribute: Int {
    case name = 1, f, i, s, t, g, floats, ints, strings, tensors, graphs
    case docString = 13, tp, typeProtos
    case type = 20, refAttrName, sparseTensor, sparseTensors
  }

  /// What ``Attribute/type`` says.
  package enum AttributeType: Int {
    case undefined, float, int, string, tensor, graph, floats, ints, strings, tensors, graphs
    case sparseTensor, sparseTensors, typeProto, typeProtos
  }

  /// The name and type of a value.
  package enum ValueInfo: Int {
    case name = 1, type, docString, metadataProps
  }

  /// A type.
  package enum ValueType: Int {
    case tensorType = 1
    case sequenceType = 4, mapType, denotation, opaqueType, sparseTensorType, optionalType
  }

  /// The type of a tensor.
  package enum TensorType: Int {
    case elemType = 1, shape
  }

  /// The axes of a tensor.
  package enum Shape: Int {
    case dim = 1
  }

  /// The length of an axis: a number, a name, or unknown.
  package enum Dimension: Int {
    case dimValue = 1, dimParam, denotation
  }

  /// Numbers with a shape.
  package enum Tensor: Int {
    case dims = 1, dataType, segment, floatData, int32Data, stringData, int64Data, name, rawData
    case doubleData, uint64Data, docString, externalData, dataLocation
    case metadataProps = 16
  }

  /// What ``Tensor/dataLocation`` says.
  package enum DataLocation: Int {
    case inFile, external
  }
}

/// The type of a tensor's elements, with ONNX's number of it.
package enum ONNXElementType: Int, Hashable, Sendable {
  case float = 1, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double
  case uint32, uint64, complex64, complex128, bfloat16
  case float8E4M3FN, float8E4M3FNUZ, float8E5M2, float8E5M2FNUZ, uint4, int4, float4E2M1
  case float8E8M0, uint2, int2, float6E2M3, float6E3M2
}
