import Coefs
import Foundation
import TestSupport

/// A fixture as a model.
func model(_ fixture: String) throws -> Model { try Model(contentsOf: fixturePath(fixture)) }

/// The JSON object that a value is encoded as.
func jsonObject(_ value: some Encodable) throws -> [String: Any] {
  let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
  return object as? [String: Any] ?? [:]
}

/// What a throwing call throws, if it is a ``CoefsError``.
func coefsError(_ body: () throws -> Void) -> CoefsError? {
  do {
    try body()
    return nil
  } catch {
    return error as? CoefsError
  }
}
