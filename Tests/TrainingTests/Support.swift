import MLP
import NPY
import NPZ
import TestSupport
import Testing
import Training

/// One fit of scikit-learn (tools/fixtures/make_training_fixtures.py).
struct Fit: Decodable, CustomTestStringConvertible, Sendable {
  let name: String
  let data: String
  let kind: String
  let dtype: String
  let isWeighted: Bool
  let isWarm: Bool
  let isChaotic: Bool
  let diverges: Bool
  let parameters: Parameters
  let iterations: Int
  let losses: [Double]
  let scores: [Double]
  let lines: [String]

  var testDescription: String { name }

  static let all: [Fit] = (try? jsonFixture("training/fits.json", as: [Fit].self)) ?? []

  /// Those on whose result rounding does not decide.
  static let healthy = all.filter { !$0.isChaotic && !$0.diverges }

  private enum Key: String, CodingKey {
    case name, data, kind, loss, dtype, chaotic, diverges, parameters, lines
    case sampleWeight = "sample_weight"
    case warmStart = "warm_start"
    case iterations = "n_iter_"
    case losses = "loss_curve_"
    case scores = "validation_scores_"
  }

  init(from decoder: any Decoder) throws {
    let fit = try decoder.container(keyedBy: Key.self)
    name = try fit.decode(String.self, forKey: .name)
    data = try fit.decode(String.self, forKey: .data)
    kind = try fit.decode(String.self, forKey: .kind)
    dtype = try fit.decode(String.self, forKey: .dtype)
    isWeighted = try fit.decode(Bool.self, forKey: .sampleWeight)
    isWarm = try fit.decode(Bool.self, forKey: .warmStart)
    isChaotic = try fit.decode(Bool.self, forKey: .chaotic)
    diverges = try fit.decode(Bool.self, forKey: .diverges)
    var parameters = try fit.decode(Changes.self, forKey: .parameters).parameters
    parameters.loss = try fit.decode(Parameters.Loss.self, forKey: .loss)
    self.parameters = parameters
    iterations = try fit.decode(Int.self, forKey: .iterations)
    losses = try fit.decode([String].self, forKey: .losses).map(number)
    scores = try fit.decode([String].self, forKey: .scores).map(number)
    lines = try fit.decode([String].self, forKey: .lines)
  }
}

/// The number that a hexadecimal float stands for.
func number(_ text: String) throws -> Double {
  guard let number = Double(text) else { throw NotANumber(text: text) }
  return number
}

private struct NotANumber: Error {
  let text: String
}

extension Parameters.Loss: Decodable {}
extension Parameters.Solver: Decodable {}
extension Parameters.LearningRate: Decodable {}
extension Activation: Decodable {}

/// The parameters that are not the defaults, under scikit-learn's names.
private struct Changes: Decodable {
  let parameters: Parameters

  private enum Key: String, CodingKey {
    case hiddenLayerSizes = "hidden_layer_sizes"
    case activation, solver, alpha, shuffle, tol, momentum, epsilon
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case learningRateInit = "learning_rate_init"
    case powerT = "power_t"
    case maxIter = "max_iter"
    case randomState = "random_state"
    case nesterovsMomentum = "nesterovs_momentum"
    case earlyStopping = "early_stopping"
    case validationFraction = "validation_fraction"
    case beta1 = "beta_1"
    case beta2 = "beta_2"
    case nIterNoChange = "n_iter_no_change"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    var result = Parameters()
    func take<Value: Decodable>(
      _ key: Key, into path: WritableKeyPath<Parameters, Value>
    ) throws {
      guard let value = try values.decodeIfPresent(Value.self, forKey: key) else { return }
      result[keyPath: path] = value
    }
    try take(.hiddenLayerSizes, into: \.hiddenLayerSizes)
    try take(.activation, into: \.activation)
    try take(.solver, into: \.solver)
    try take(.alpha, into: \.alpha)
    try take(.shuffle, into: \.shuffle)
    try take(.tol, into: \.tol)
    try take(.momentum, into: \.momentum)
    try take(.epsilon, into: \.epsilon)
    // "auto" is no number.
    result.batchSize = try? values.decodeIfPresent(Int.self, forKey: .batchSize)
    try take(.learningRate, into: \.learningRate)
    try take(.learningRateInit, into: \.learningRateInit)
    try take(.powerT, into: \.powerT)
    try take(.maxIter, into: \.maxIter)
    try take(.randomState, into: \.randomState)
    try take(.nesterovsMomentum, into: \.nesterovsMomentum)
    try take(.earlyStopping, into: \.earlyStopping)
    try take(.validationFraction, into: \.validationFraction)
    try take(.beta1, into: \.beta1)
    try take(.beta2, into: \.beta2)
    try take(.nIterNoChange, into: \.nIterNoChange)
    parameters = result
  }
}

/// All arrays of a fixture, by name.
func arrays(_ file: String) throws -> [String: NDArray] {
  let reader = try NPZReader(path: fixturePath(file))
  var arrays: [String: NDArray] = [:]
  for entry in reader.entries { arrays[entry.name] = try reader.array(entry) }
  return arrays
}

/// Rows of numbers as a matrix.
func matrix<Scalar: MLPScalar>(_ rows: [[Scalar]]) throws -> Matrix<Scalar> {
  try Matrix(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
}

/// Forty rows of three numbers, some of each sign, no two alike.
func examples<Scalar: MLPScalar>(as type: Scalar.Type = Double.self) throws -> Matrix<Scalar> {
  var random = RandomState(seed: 11)
  return try Matrix(
    rows: 40, columns: 3, values: (0..<120).map { _ in Scalar(random.uniform(-1, 1)) })
}

/// Small and quick parameters.
func quickParameters() -> Parameters {
  var parameters = Parameters()
  parameters.hiddenLayerSizes = [4]
  parameters.maxIter = 5
  parameters.randomState = 1
  return parameters
}
