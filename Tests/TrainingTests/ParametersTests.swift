import MLP
import Testing
import Training

struct ParametersTests {
  private typealias Change = @Sendable (inout Parameters) -> Void

  @Test func `the defaults are scikit-learn's`() throws {
    let parameters = Parameters()
    #expect(parameters.hiddenLayerSizes == [100])
    #expect(parameters.activation == .relu)
    #expect(parameters.solver == .adam)
    #expect(parameters.alpha == 0.0001)
    #expect(parameters.batchSize == nil)
    #expect(parameters.learningRate == .constant)
    #expect(parameters.learningRateInit == 0.001)
    #expect(parameters.powerT == 0.5)
    #expect(parameters.maxIter == 200)
    #expect(parameters.shuffle)
    #expect(parameters.randomState == nil)
    #expect(parameters.tol == 1e-4)
    #expect(parameters.momentum == 0.9)
    #expect(parameters.nesterovsMomentum)
    #expect(!parameters.earlyStopping)
    #expect(parameters.validationFraction == 0.1)
    #expect(parameters.beta1 == 0.9)
    #expect(parameters.beta2 == 0.999)
    #expect(parameters.epsilon == 1e-8)
    #expect(parameters.nIterNoChange == 10)
    #expect(parameters.loss == .squaredError)
    try parameters.validate()
  }

  /// For each parameter values outside of its range.
  private static let bad: [(name: String, value: String, Change)] = [
    ("hidden_layer_sizes", "[3, 0]", { $0.hiddenLayerSizes = [3, 0] }),
    ("hidden_layer_sizes", "[-1]", { $0.hiddenLayerSizes = [-1] }),
    ("activation", "softmax", { $0.activation = .softmax }),
    ("activation", "exp", { $0.activation = .exp }),
    ("alpha", "-0.1", { $0.alpha = -0.1 }),
    ("alpha", "nan", { $0.alpha = .nan }),
    ("batch_size", "0", { $0.batchSize = 0 }),
    ("learning_rate_init", "0.0", { $0.learningRateInit = 0 }),
    ("learning_rate_init", "inf", { $0.learningRateInit = .infinity }),
    ("power_t", "-1.0", { $0.powerT = -1 }),
    ("max_iter", "0", { $0.maxIter = 0 }),
    ("tol", "-1e-09", { $0.tol = -1e-9 }),
    ("tol", "nan", { $0.tol = .nan }),
    ("momentum", "1.1", { $0.momentum = 1.1 }),
    ("momentum", "-0.1", { $0.momentum = -0.1 }),
    ("validation_fraction", "1.0", { $0.validationFraction = 1 }),
    ("validation_fraction", "-0.1", { $0.validationFraction = -0.1 }),
    ("beta_1", "1.0", { $0.beta1 = 1 }),
    ("beta_1", "-0.5", { $0.beta1 = -0.5 }),
    ("beta_2", "1.0", { $0.beta2 = 1 }),
    ("beta_2", "nan", { $0.beta2 = .nan }),
    ("epsilon", "0.0", { $0.epsilon = 0 }),
    ("n_iter_no_change", "0", { $0.nIterNoChange = 0 }),
  ]

  @Test(arguments: bad.indices)
  func `a value outside of its range is refused by name`(_ index: Int) throws {
    let (name, value, change) = Self.bad[index]
    var parameters = Parameters()
    change(&parameters)
    let error = try #require(throws: TrainingError.self) { try parameters.validate() }
    guard case .badParameter(let foundName, let foundValue, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(foundName == name)
    #expect(foundValue == value)
    #expect(error.description.hasPrefix("\(name) is \(value); it must be "))
  }

  @Test func `the ends of the ranges are allowed`() throws {
    var parameters = Parameters()
    parameters.hiddenLayerSizes = []
    parameters.alpha = 0
    parameters.batchSize = 1
    parameters.powerT = 0
    parameters.maxIter = 1
    parameters.tol = 0
    parameters.validationFraction = 0
    parameters.beta1 = 0
    parameters.beta2 = 0
    parameters.nIterNoChange = 1
    for momentum in [0.0, 1.0] {
      parameters.momentum = momentum
      try parameters.validate()
    }
  }

  @Test func `values have scikit-learn's names`() {
    #expect(Parameters.Solver.allCases.map(\.rawValue) == ["adam", "sgd", "lbfgs"])
    #expect(
      Parameters.LearningRate.allCases.map(\.rawValue) == ["constant", "invscaling", "adaptive"])
    #expect(Parameters.Loss.allCases.map(\.rawValue) == ["squared_error", "poisson"])
  }

  @Test func `training checks its parameters first`() throws {
    var parameters = quickParameters()
    parameters.maxIter = 0
    let rows = try matrix([[Double]]())
    #expect(throws: TrainingError.badParameter("max_iter", value: "0", allowed: "above 0")) {
      try MLP.trained(on: rows, .classes([], count: 2), parameters)
    }
  }
}
