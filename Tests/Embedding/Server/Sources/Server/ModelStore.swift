import Coefs
import Foundation

/// The model that requests use. A new file replaces it without a restart.
actor ModelStore {
  /// The predictor of the last file that was read.
  private(set) var predictor: Predictor<Float>

  init(contentsOf url: URL) throws {
    predictor = try Model(contentsOf: url).predictor(as: Float.self)
  }

  /// Reads a new file. The old model stays if the file is refused.
  func reload(from url: URL) throws {
    predictor = try Model(contentsOf: url).predictor(as: Float.self)
  }
}
