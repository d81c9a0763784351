import Coefs
import Files
import Safetensors
import Sklearn

extension CoefsError {
  /// What the command adds to an error: the options that help. The library states facts and knows of no command
  /// line.
  var hint: String? {
    switch cause {
    case FileError.outputExists: ": add --force"
    case ModelError.unknownName: "; --allow-unknown-names reads it, and runs nothing either"
    case let error as SklearnError: error.hint
    case SafetensorsError.unwritableType: "; round it with --dtype"
    default: nil
    }
  }
}

extension SklearnError {
  fileprivate var hint: String? {
    switch self {
    case .loneArray:
      "; name the file of its biases with --intercepts, or the sizes with --layer-sizes"
    case .noVector: "; leave --layer-sizes out"
    case .severalModels: "; say which with --prefix"
    case .severalScalers: "; save the right one in a file of its own and give it with --scaler"
    case .scaledAlready: "; leave --scaler out"
    case .notExact: "; round it with --dtype"
    case .assumedActivation(let attribute):
      "; give it with \(attribute == "activation" ? "--activation" : "--out-activation")"
    case .ambiguousLayout: "; give it with --layout sklearn or --layout mlp"
    case .biasesDoNotFit(_, _, _, _, _, let layout),
      .layersDoNotChain(_, _, _, _, _, _, let layout):
      "; --layout \(layout == .sklearn ? "mlp" : "sklearn") reads it the other way"
    case .transformNotFolded:
      "; fold it into the first layer with --fold-scaler, or write a .skops file"
    default: nil
    }
  }
}
