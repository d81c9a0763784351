import NPY
import NPZ
import Sklearn
import TestSupport
import Testing

/// The network of a fixture.
func weights(
  _ file: String, _ options: SklearnWeights.Options = .init()
) throws -> SklearnWeights {
  try SklearnWeights(arrays(file), options: options)
}

/// All arrays of a fixture.
func arrays(_ file: String) throws -> [NamedArray] {
  let reader = try NPZReader(path: fixturePath(file))
  var arrays: [NamedArray] = []
  for entry in reader.entries { arrays.append(NamedArray(entry.name, try reader.array(entry))) }
  return arrays
}

/// An array of zeros (or another number).
func zeros(_ shape: Int..., value: Double = 0) throws -> NDArray {
  try NDArray(Array(repeating: value, count: shape.reduce(1, *)), shape: shape)
}

/// A network 4-3-2 under scikit-learn's names, with other arrays in place of some or beside.
func network(_ changes: [String: NDArray?] = [:]) throws -> [NamedArray] {
  var arrays: [String: NDArray] = [
    "coefs_0": try zeros(4, 3), "intercepts_0": try zeros(3), "coefs_1": try zeros(3, 2),
    "intercepts_1": try zeros(2),
  ]
  for (name, array) in changes { arrays[name] = array }
  return arrays.sorted { $0.key < $1.key }.map { NamedArray($0.key, $0.value) }
}
