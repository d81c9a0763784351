import MLP
import Testing
import Training

struct TrainTests {
  private let rows: Matrix<Double>
  private let classes = (0..<40).map { $0 * $0 % 3 }

  init() throws { rows = try examples() }

  // MARK: The report

  @Test func `events come in order, and say what the result says`() throws {
    var parameters = quickParameters()
    parameters.earlyStopping = true
    parameters.nIterNoChange = 2
    parameters.maxIter = 50
    parameters.tol = 0.5
    var events: [TrainingEvent] = []
    let result = try MLP.trained(on: rows, .classes(classes, count: 3), parameters) { event in
      events.append(event)
      return true
    }
    var expected = zip(result.losses, result.validationScores).enumerated().map {
      TrainingEvent.epoch($0 + 1, loss: $1.0, validationScore: $1.1)
    }
    expected.append(.noImprovement(ofScore: true, tol: 0.5, epochs: 2, .stops))
    #expect(events == expected)
    #expect(result.end == .converged)
    #expect(result.iterations == result.validationScores.count)
    #expect(result.iterations < 50)
  }

  @Test func `without early stopping there are no scores`() throws {
    var scores: [Double?] = []
    let result = try MLP.trained(on: rows, .classes(classes, count: 3), quickParameters()) {
      event in
      if case .epoch(_, _, let score) = event { scores.append(score) }
      return true
    }
    #expect(scores == Array(repeating: nil, count: 5))
    #expect(result.validationScores.isEmpty)
    #expect(result.end == .maxIter)
    #expect(result.iterations == 5)
  }

  @Test(arguments: 1...4)
  func `who returns false keeps the weights so far`(_ last: Int) throws {
    let parameters = quickParameters()
    let interrupted = try MLP.trained(on: rows, .classes(classes, count: 3), parameters) { event in
      if case .epoch(last, _, _) = event { false } else { true }
    }
    var shorter = parameters
    shorter.maxIter = last
    let whole = try MLP.trained(on: rows, .classes(classes, count: 3), shorter)
    #expect(interrupted.end == .interrupted)
    #expect(interrupted.iterations == last)
    #expect(interrupted.losses == whole.losses)
    #expect(interrupted.network == whole.network)
  }

  @Test func `who returns false with early stopping keeps the best weights`() throws {
    var parameters = quickParameters()
    parameters.earlyStopping = true
    parameters.learningRateInit = 0.3
    parameters.maxIter = 12
    let interrupted = try MLP.trained(on: rows, .classes(classes, count: 3), parameters) { event in
      if case .epoch(9, _, _) = event { false } else { true }
    }
    let scores = interrupted.validationScores
    let best = try #require(scores.firstIndex(of: scores.max() ?? 0))
    parameters.maxIter = best + 1
    let whole = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    #expect(interrupted.end == .interrupted)
    #expect(interrupted.network == whole.network)
  }

  @Test func `who returns false to a lower learning rate ends training`() throws {
    var parameters = quickParameters()
    parameters.solver = .sgd
    parameters.learningRate = .adaptive
    parameters.learningRateInit = 0.5
    parameters.nIterNoChange = 1
    parameters.tol = 100
    parameters.maxIter = 50
    var last: TrainingEvent?
    let result = try MLP.trained(on: rows, .classes(classes, count: 3), parameters) { event in
      last = event
      if case .noImprovement = event { return false }
      return true
    }
    #expect(result.end == .interrupted)
    #expect(result.iterations == 3)
    #expect(last == .noImprovement(ofScore: false, tol: 100, epochs: 1, .learningRate(0.1)))
  }

  // MARK: Determinism

  @Test func `two runs with a seed are equal, those with another are not`() throws {
    var parameters = quickParameters()
    let one = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    let other = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    #expect(one.losses == other.losses)
    #expect(one.network == other.network)
    for seed: UInt32? in [2, nil] {
      parameters.randomState = seed
      let third = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
      #expect(one.network != third.network)
    }
  }

  @Test func `a start that is given is where training begins`() throws {
    var parameters = quickParameters()
    parameters.maxIter = 1
    parameters.shuffle = false
    parameters.solver = .sgd
    parameters.momentum = 0
    let first = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    let second = try MLP.trained(
      on: rows, .classes(classes, count: 3), parameters, from: first.network)
    parameters.maxIter = 2
    let both = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    #expect(second.network == both.network)
    #expect(first.losses + second.losses == both.losses)
  }

  // MARK: The network

  @Test func `outputs follow from the targets`() throws {
    var parameters = quickParameters()
    parameters.maxIter = 1
    parameters.activation = .tanh
    let many = try MLP.trained(on: rows, .classes(classes, count: 3), parameters).network
    #expect(many.layerSizes == [3, 4, 3])
    #expect(many.layers.map(\.activation) == [.tanh, .softmax])
    let two = try MLP.trained(on: rows, .classes(classes.map { min($0, 1) }, count: 2), parameters)
      .network
    #expect(two.layerSizes == [3, 4, 1])
    #expect(two.layers.map(\.activation) == [.tanh, .logistic])
    let values = try MLP.trained(on: rows, .values(rows), parameters).network
    #expect(values.layerSizes == [3, 4, 3])
    #expect(values.layers.map(\.activation) == [.tanh, .identity])
    parameters.loss = .poisson
    let rates = try Matrix(rows: 40, columns: 2, values: Array(repeating: 2.0, count: 80))
    let counts = try MLP.trained(on: rows, .values(rates), parameters).network
    #expect(counts.layers.map(\.activation) == [.tanh, .exp])
  }

  @Test func `one class is one logistic output that says so`() throws {
    var parameters = quickParameters()
    parameters.maxIter = 60
    parameters.learningRateInit = 0.05
    let result = try MLP.trained(
      on: rows, .classes(Array(repeating: 0, count: 40), count: 1), parameters)
    #expect(result.network.layers.map(\.activation) == [.relu, .logistic])
    #expect(result.network.outputs == 1)
    let answers = try result.network.evaluate(rows)
    #expect(answers.values.allSatisfy { $0 < 0.5 })
  }

  @Test func `fewer rows than a batch are one batch`() throws {
    var parameters = quickParameters()
    parameters.batchSize = 40
    let whole = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    parameters.batchSize = 1_000
    let greater = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    #expect(whole.network == greater.network)
    let one = try matrix([[0.5, -1.0]])
    _ = try MLP.trained(on: one, .values(matrix([[1.0]])), parameters)
  }

  @Test func `one question is a question of two classes`() throws {
    var parameters = quickParameters()
    parameters.earlyStopping = true
    let yes = classes.map { $0 == 1 ? 1 : 0 }
    let labels = try Matrix(rows: 40, columns: 1, values: yes.map { Double($0) })
    let one = try MLP.trained(on: rows, .labels(labels), parameters)
    let other = try MLP.trained(on: rows, .classes(yes, count: 2), parameters)
    #expect(one.network == other.network)
    #expect(one.validationScores == other.validationScores)
  }

  @Test func `equal weights of rows change nothing, those of 0 leave rows out`() throws {
    var parameters = quickParameters()
    parameters.shuffle = false
    parameters.alpha = 0
    let plain = try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    let weighted = try MLP.trained(
      on:
        rows, .classes(classes, count: 3), parameters, sampleWeights: Array(repeating: 1, count: 40)
    )
    #expect(plain.network == weighted.network)
    let half = try Matrix(rows: 20, columns: 3, values: rows.values[..<60])
    let less = try MLP.trained(on: half, .classes(Array(classes[..<20]), count: 3), parameters)
    let masked = try MLP.trained(
      on:
        rows, .classes(classes, count: 3), parameters,
      sampleWeights: (0..<40).map { $0 < 20 ? 1 : 0 })
    for (one, other) in zip(less.network.layers, masked.network.layers) {
      for (x, y) in zip(one.weights, other.weights) { #expect(abs(x - y) <= 1e-12) }
    }
  }

  @Test func `Float learns what Double learns`() throws {
    let double = try MLP.trained(on: rows, .classes(classes, count: 3), quickParameters())
    let float = try MLP.trained(
      on:
        examples(as: Float.self), .classes(classes, count: 3), quickParameters())
    for (one, other) in zip(double.losses, float.losses) { #expect(abs(one - other) <= 1e-5) }
  }
}
