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
  ///     NPZ of a mean and a scale for each input (`mean_` and `scale_`, `X_mean` and `X_std`, `mu` and `sigma`; or a
  ///     variance, whose square root is taken).
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
    case .network:
      throw CoefsError(source.file, SklearnError.noScaler(found: source.format.summary))
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
      let places: (arrays: ScalerArrays, mean: ArrayList.Entry, scale: ArrayList.Entry)
      let known = arrays.entries.compactMap { entry in
        (try? entry.header.get()).map { (entry: entry, header: $0) }
      }
      do throws(SklearnError) {
        let found = try ScalerArrays(known.map { ($0.entry.name ?? "", $0.header) }, inputs: nil)
        places = (found, known[found.mean].entry, known[found.scale].entry)
      } catch {
        throw CoefsError(source.file, error)
      }
      let (mean, scale) = (try places.mean.read(), try places.scale.read())
      do {
        self.init(
          steps: [
            try places.arrays.step(
              mean: NamedArray(places.mean.name ?? "", mean),
              scale: NamedArray(places.scale.name ?? "", scale))
          ])
      } catch {
        throw CoefsError(source.file, error)
      }
    }
  }
}
