import Pickle
import Sklearn

extension FileFormat {
  /// What `pickle` and joblib write. Nobody keeps their endings apart.
  public static let pickle = FileFormat(
    "pickle", endings: ["pkl", "pickle", "joblib"], "a pickle", [.scalers, .metadata, .program],
    begins: { input in Pickle.begins(input.start) },
    reader: .objects { input throws(CoefsError) in
      let whole = try input.whole()
      do throws(PickleError) {
        return PickleObjects(
          try Pickle(
            parsing: whole, limits: input.limits,
            names: input.allowsUnknownNames ? .anyBesideNetworks : .anyIfSound))
      } catch {
        throw CoefsError(input.file, error)
      }
    })
}
