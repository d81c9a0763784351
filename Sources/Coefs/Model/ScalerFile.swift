import Files
import MLP
import NPY
import Sklearn

extension Preprocessing {
  /// Reads a transformer, or a pipeline of transformers, from a file of its own.
  ///
  ///     let scaler = try Preprocessing(contentsOf: "scaler.pkl")
  ///     let model = try Model(contentsOf: "model.pkl", options: .init(scaler: scaler))
  ///
  /// - Parameters:
  ///   - path: A pickle, joblib file or skops archive of the scaler, alone or in a dictionary, list or tuple; or an
  ///     NPZ of a mean and a scale for each input (`mean_` and `scale_`, `mean` and `std`).
  ///   - allowsUnknownNames: Whether a file of objects may hold names that no network needs.
  ///   - limits: Limits on the file.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf path: String, allowsUnknownNames: Bool = false, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(.path(path), allowsUnknownNames: allowsUnknownNames, limits: limits)
  }

  package init(
    _ file: FileReference, allowsUnknownNames: Bool, limits: ReadLimits
  ) throws(CoefsError) {
    let source = try ModelSource(file, limits: limits, allowsUnknownNames: allowsUnknownNames)
    switch source.content {
    case .objects(let objects):
      if !allowsUnknownNames, let name = objects.names.first(where: { !$0.isKnown }) {
        throw CoefsError(source.file, objects.refusal(of: name))
      }
      do {
        self = try Preprocessing(in: objects, allowsUnknownNames: allowsUnknownNames)
      } catch {
        throw CoefsError(source.file, error)
      }
    case .arrays(let arrays):
      let mean = try arrays.vector("mean_", ["mean", "mean_"])
      let scale = try arrays.vector("scale_", ["scale", "scale_", "std", "std_"])
      self.init(steps: [.init("StandardScaler", [.subtract(mean), .divide(scale)])])
    }
  }
}

extension ArrayList {
  /// The values of the only array of one of these names.
  fileprivate func vector(_ usual: String, _ names: [String]) throws(CoefsError) -> [Double] {
    let found = entries.filter { names.contains($0.name ?? "") }
    guard found.count == 1 else {
      throw CoefsError(
        file,
        SklearnError.noScaler(found: "\(found.isEmpty ? "no" : "more than one") array '\(usual)'"))
    }
    let array = try found[0].read()
    do { return Array(try array.reals(as: Double.self)) } catch {
      throw CoefsError(file, SklearnError.unreadable(usual, error))
    }
  }
}
