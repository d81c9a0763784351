import Coefs
import Files
import Foundation
import NPZ
import TestSupport

/// A fixture as a model.
func model(_ fixture: String) throws -> Model { try Model(contentsOf: fixturePath(fixture)) }

/// The bytes of an NPZ of these arrays.
func npz(_ arrays: [NamedArray]) throws -> ContiguousArray<UInt8> {
  var writer = NPZWriter(to: MemorySink())
  for item in arrays { try writer.add(item.name, item.array) }
  return try writer.finish().bytes
}

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
