import Files
import NPZ
import Coefs
import Foundation
import TestSupport

/// The bytes of an NPZ of these arrays.
func npz(_ arrays: [NamedArray]) throws -> ContiguousArray<UInt8> {
  var writer = NPZWriter(to: MemorySink())
  for item in arrays { try writer.add(item.name, item.array) }
  return try writer.finish().bytes
}

/// All arrays of a fixture.
func arrays(of fixture: String) throws -> [NamedArray] {
  let reader = try NPZReader(path: fixturePath(fixture))
  return try reader.entries.map { NamedArray($0.name, try reader.array($0)) }
}

/// The one array of a fixture that has this name.
func array(_ name: String, of fixture: String) throws -> NDArray {
  guard let array = try NPZReader(path: fixturePath(fixture)).array(named: name) else {
    throw MissingArray(name: name, fixture: fixture)
  }
  return array
}

struct MissingArray: Error {
  let name: String
  let fixture: String
}

/// A fixture as a model.
func model(
  _ fixture: String, _ options: SklearnWeights.Options = SklearnWeights.Options()
) throws -> Model {
  try Model(contentsOf: fixturePath(fixture), options: options)
}

/// Rows that a truth file is about: its own, or some of the digits.
func truthRows(_ fixture: String) throws -> Dataset {
  let path = fixturePath(fixture)
  let reader = try NPZReader(path: path)
  guard let rows = try reader.array(named: "rows")?.integers(),
    let scale = try reader.array(named: "scale")?.reals(as: Double.self)[0]
  else { return try Dataset(contentsOf: path) }
  return try .digits(.range(Int(rows[0])..<Int(rows[1])), scale: scale)
}

/// The JSON object that a value is encoded as.
func jsonObject(_ value: some Encodable) throws -> [String: Any] {
  let encoder = JSONEncoder()
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  let object = try JSONSerialization.jsonObject(with: encoder.encode(value))
  return object as? [String: Any] ?? [:]
}

/// Whether an error is this one.
func == (one: (any CategorizedError)?, other: some CategorizedError) -> Bool {
  one.map { other.isEqual(to: $0) } ?? false
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
