import CSV
import Coefs
import Deflate
import Files
import NPY
import NPZ
import ONNX
import Pickle
import Safetensors
import Sklearn
import Zip

extension CoefsError {
  /// What the command adds to an error: the options that help. The library states facts and knows of no command
  /// line.
  var hint: String? {
    switch cause {
    case FileError.outputExists: ": add --force"
    case ModelError.unknownName: "; --allow-unknown-names reads it, and runs nothing either"
    case let error as DataError where file != "digits": error.hint
    case FileError.tooLarge, DeflateError.limit,
      NPYError.limitExceeded(name: "maxTotalBytes", allowed: _, found: _),
      SafetensorsError.limitExceeded(name: "maxTotalBytes", allowed: _, found: _),
      PickleError.limitExceeded(offset: _, name: "maxTotalBytes", allowed: _),
      ZipError.limit(.totalBytes, allowed: _, found: _), CSVError.bytes(.limit),
      NPZError.zip(.limit(.totalBytes, allowed: _, found: _)):
      "; allow more with --max-bytes"
    case let error as SklearnError: error.hint
    case SafetensorsError.unwritableType: "; round it with --dtype"
    default: nil
    }
  }
}

extension DataError {
  fileprivate var hint: String? {
    switch self {
    case .ambiguousHeader: "; say which with --header yes or --header no"
    case .ambiguousDecimal: "; say which with --decimal point or --decimal comma"
    case .extraColumn: " Say with --index, --label or --drop"
    case .countingColumn: "; say which with --index or --no-index"
    case .otherNames: "; choose the columns, in the order of the network, with --columns"
    case .noTargets: "; name them with --label"
    case .severalInputs: "; choose with --array, and the labels with --label"
    case .noInputs: "; choose with --array"
    case .wrongWidth(let expected, let found) where found > expected:
      "; choose the columns with --columns, --drop or --label"
    default: nil
    }
  }
}

extension String {
  /// The text as a shell takes it for one word.
  fileprivate var quotedForShell: String {
    let isPlain = utf8.allSatisfy { byte in
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "_-./:".utf8.contains(byte)
    }
    return isPlain && !isEmpty
      ? self
      : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
  }
}

extension SklearnError {
  fileprivate var hint: String? {
    switch self {
    case .loneArray:
      "; name the file of its biases with --intercepts, or the sizes with --layer-sizes"
    case .surplusArray(let name): "; leave it out with --ignore \(name.quotedForShell)"
    case .doubledArray(_, let name): "; leave one out with --ignore \(name.quotedForShell)"
    case .dataSet: "; data goes to --data; if it is a layer, say so with --out-activation"
    case .noVector: "; leave --layer-sizes out"
    case .severalModels: "; say which with --prefix"
    case .severalScalers: "; save the right one in a file of its own and give it with --scaler"
    case .scaledAlready: "; leave --scaler out"
    case .graph(.externalData): "; --external-data reads it"
    case .graph(.severalOutputs(let names)):
      names.last.map { "; leave one out with --ignore \($0.quotedForShell)" }
    case .graph(.badArray(_, .limitExceeded(name: "maxTotalBytes", allowed: _, found: _))):
      "; allow more with --max-bytes"
    case .notExact: "; round it with --dtype"
    case .assumedActivation(let attribute):
      "; give it with \(attribute == "activation" ? "--activation" : "--out-activation")"
    case .unstated(let assumptions):
      "; give "
        + assumptions.map { assumption in
          switch assumption {
          case .activation: "--activation logistic, tanh, relu or identity"
          case .outActivation: "--out-activation logistic (a class) or identity (a value)"
          }
        }.joined(separator: " and ")
    case .ambiguousLayout: "; give it with --layout sklearn or --layout mlp"
    case .biasesDoNotFit(_, _, _, _, _, let layout),
      .layersDoNotChain(_, _, _, _, _, _, let layout):
      "; --layout \(layout == .sklearn ? "mlp" : "sklearn") reads it the other way"
    case .transformNotFolded:
      "; fold it into the first layer with --fold, leave it out with --drop-preprocessing, or write a .skops file"
    case .transformNotAffine: "; leave it out with --drop-preprocessing"
    default: nil
    }
  }
}
