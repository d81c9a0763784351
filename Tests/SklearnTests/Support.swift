import MLP
import NPY
import NPZ
import Sklearn
import TestSupport
import Testing

/// Every network among the fixtures that needs no option.
let models = fixtureNames(in: "", suffix: ".npz").filter {
  !$0.hasSuffix(".truth.npz") && $0 != "digits.npz" && $0 != "square.npz"
}

/// The network of a fixture.
func weights(
  _ file: String, _ options: SklearnWeights.Options = .init()
) throws -> SklearnWeights {
  try SklearnWeights(arrays(file), options: options)
}

/// The network among arrays that are read when they are asked for.
func weights(
  headers: [(name: String, header: Result<NPYHeader, NPYError>)], read: (Int) throws -> NDArray
) throws -> SklearnWeights {
  let plan = try WeightsPlan(headers, options: .init())
  let outline = try SklearnOutline(
    plan, options: .init(), attributes: plan.attributeEntries.map(read))
  let all = 0..<plan.layerCount
  let places = plan.entries(of: all)
  let layers = try plan.layers(
    all, from: Dictionary(uniqueKeysWithValues: zip(places, places.map(read))))
  return SklearnWeights(outline, layers: layers)
}

/// All arrays of a fixture.
func arrays(_ file: String) throws -> [NamedArray] {
  let reader = try NPZReader(path: fixturePath(file))
  return try reader.entries.map { NamedArray($0.name, try reader.array($0)) }
}

/// An array of zeros.
func zeros(_ shape: Int...) throws -> NDArray {
  try NDArray(Array(repeating: 0.0, count: shape.reduce(1, *)), shape: shape)
}

/// 0, 1, 2, … in an array of this shape.
func ramp(_ shape: Int...) throws -> NDArray {
  try NDArray((0..<shape.reduce(1, *)).map(Double.init), shape: shape)
}

/// An array of any dtype with these bytes.
func array(
  _ dtype: String, _ shape: [Int], fortran: Bool = false, _ bytes: some Sequence<UInt8>
) throws -> NDArray {
  try NDArray(
    header: NPYHeader(dtype: DType(dtype), isFortranOrder: fortran, shape: shape),
    bytes: ContiguousArray(bytes))
}

/// A network 4-3-2 under scikit-learn's names, with other arrays in place of some or beside.
func network(_ changes: KeyValuePairs<String, NDArray?> = [:]) throws -> [NamedArray] {
  var arrays: [(name: String, array: NDArray?)] = [
    ("coefs_0", try ramp(4, 3)), ("intercepts_0", try ramp(3)), ("coefs_1", try ramp(3, 2)),
    ("intercepts_1", try ramp(2)),
  ]
  for (name, array) in changes {
    if let index = arrays.firstIndex(where: { $0.name == name }) {
      arrays[index].array = array
    } else {
      arrays.append((name, array))
    }
  }
  return arrays.compactMap { item in item.array.map { NamedArray(item.name, $0) } }
}

/// Arrays by name, in order.
func named(_ arrays: KeyValuePairs<String, NDArray>) -> [NamedArray] {
  arrays.map { NamedArray($0.key, $0.value) }
}

/// What scikit-learn answered (fixtures/README.md, "Truth").
struct Truth {
  /// A row for each question.
  let inputs: Matrix<Double>
  /// `predict_proba`, or a regressor's `predict`: a row for each answer.
  let answers: Matrix<Double>
  /// A classifier's `predict`.
  let labels: [ClassLabels.Label]?

  init(_ name: String) throws {
    let arrays = try arrays("\(name).truth.npz")
    func array(_ name: String) -> NDArray? { arrays.first { $0.name == name }?.array }
    if let rows = array("X") {
      inputs = try Self.matrix(rows)
    } else {
      let range = try #require(array("rows")).integers().map(Int.init)
      let scale = try #require(array("scale")).reals(as: Double.self)[0]
      let digits = try NPZReader(path: fixturePath("digits.npz"))
      let images = try #require(try digits.array(named: "images"))
      let pixels = try images.reals(as: Double.self)[range[0] * 64..<range[1] * 64]
      inputs = try Matrix(rows: range[1] - range[0], columns: 64, values: pixels.map { $0 / scale })
    }
    answers = try Self.matrix(#require(array("proba") ?? array("prediction")))
    labels = try array("labels").map { try ClassLabels.Label.labels(in: $0) }
  }

  private static func matrix(_ array: NDArray) throws -> Matrix<Double> {
    try Matrix(
      rows: array.shape[0], columns: array.shape.count == 1 ? 1 : array.shape[1],
      values: array.reals(as: Double.self))
  }
}
