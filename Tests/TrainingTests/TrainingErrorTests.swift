import MLP
import Testing
import Training

struct TrainingErrorTests {
  private let rows: Matrix<Double>
  private let parameters = quickParameters()

  init() throws { rows = try examples() }

  /// Forty answers of two classes, twenty of each.
  private var classes: [Int] { (0..<40).map { $0 % 2 } }

  // MARK: Data

  @Test func `no rows are refused`() throws {
    #expect(throws: TrainingError.noRows) {
      try MLP.trained(on: matrix([[Double]]()), .classes([], count: 2), parameters)
    }
    #expect(throws: TrainingError.noRows) {
      try MLP.trained(
        on:
          Matrix<Double>(rows: 2, columns: 0, values: []), .classes([0, 1], count: 2), parameters)
    }
  }

  @Test(arguments: [0, 39, 41])
  func `as many targets as rows are wanted`(_ count: Int) throws {
    let error = TrainingError.countMismatch("targets", rows: 40, found: count)
    #expect(throws: error) {
      try MLP.trained(on: rows, .classes(Array(repeating: 0, count: count), count: 2), parameters)
    }
    let column = try Matrix(rows: count, columns: 1, values: Array(repeating: 1.0, count: count))
    #expect(throws: error) { try MLP.trained(on: rows, .values(column), parameters) }
    #expect(throws: error) { try MLP.trained(on: rows, .labels(column), parameters) }
    #expect(error.description == "\(count) targets for 40 rows")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `numbers that are not finite are refused with their place`(_ bad: Double) throws {
    var values = rows.values
    values[3 * 3 + 2] = bad
    let broken = try Matrix(rows: 40, columns: 3, values: values)
    #expect(throws: TrainingError.notFinite("the input", row: 3, column: 2)) {
      try MLP.trained(on: broken, .classes(classes, count: 2), parameters)
    }
    #expect(throws: TrainingError.notFinite("the target", row: 3, column: 2)) {
      try MLP.trained(on: rows, .values(broken), parameters)
    }
  }

  @Test(arguments: [-1, 3])
  func `a class out of range is refused`(_ bad: Int) {
    var classes = classes
    classes[7] = bad
    #expect(throws: TrainingError.badClass(row: 7, found: bad, classes: 3)) {
      try MLP.trained(on: rows, .classes(classes, count: 3), parameters)
    }
    #expect(throws: TrainingError.badClass(row: 0, found: 0, classes: -1)) {
      try MLP.trained(on: rows, .classes(classes, count: -1), parameters)
    }
  }

  @Test(arguments: [0.5, 2, -1, .nan])
  func `a label is 0 or 1`(_ bad: Double) throws {
    var values = ContiguousArray<Double>(repeating: 1, count: 80)
    values[5] = bad
    let labels = try Matrix(rows: 40, columns: 2, values: values)
    #expect(throws: TrainingError.badLabel(row: 2, column: 1)) {
      try MLP.trained(on: rows, .labels(labels), parameters)
    }
  }

  @Test func `Poisson loss takes no negative target, squared error does`() throws {
    var values = ContiguousArray<Double>(repeating: 1, count: 80)
    values[5] = -0.25
    let targets = try Matrix(rows: 40, columns: 2, values: values)
    var parameters = parameters
    _ = try MLP.trained(on: rows, .values(targets), parameters)
    parameters.loss = .poisson
    #expect(throws: TrainingError.negativeTarget(row: 2, column: 1)) {
      try MLP.trained(on: rows, .values(targets), parameters)
    }
  }

  // MARK: Weights of rows

  @Test func `as many weights as rows are wanted`() {
    #expect(throws: TrainingError.countMismatch("weights", rows: 40, found: 2)) {
      try MLP.trained(on: rows, .classes(classes, count: 2), parameters, sampleWeights: [1, 1])
    }
  }

  @Test(arguments: [-1, Double.nan, .infinity])
  func `weights are finite and not negative`(_ bad: Double) {
    var weights = [Double](repeating: 1, count: 40)
    weights[9] = bad
    #expect(throws: TrainingError.badSampleWeights) {
      try MLP.trained(on: rows, .classes(classes, count: 2), parameters, sampleWeights: weights)
    }
  }

  @Test func `weights that add up to nothing in a batch are refused`() {
    var parameters = parameters
    parameters.shuffle = false
    parameters.batchSize = 10
    var weights = [Double](repeating: 1, count: 40)
    for row in 10..<20 { weights[row] = 0 }
    #expect(throws: TrainingError.badSampleWeights) {
      try MLP.trained(on: rows, .classes(classes, count: 2), parameters, sampleWeights: weights)
    }
    #expect(throws: TrainingError.badSampleWeights) {
      try MLP.trained(
        on:
          rows, .classes(classes, count: 2), parameters,
        sampleWeights: Array(repeating: 0, count: 40))
    }
  }

  // MARK: Validation and start

  @Test func `early stopping wants rows to keep`() throws {
    var parameters = parameters
    parameters.earlyStopping = true
    parameters.validationFraction = 0.02
    #expect(throws: TrainingError.validationTooSmall(found: 1)) {
      try MLP.trained(on: rows, .classes(classes.map { $0 + 1 }, count: 3), parameters)
    }
    parameters.validationFraction = 0
    #expect(throws: TrainingError.validationTooSmall(found: 0)) {
      try MLP.trained(on: rows, .values(rows), parameters)
    }
    parameters.validationFraction = 0.1
    let lonely = [1] + Array(repeating: 0, count: 39)
    #expect(throws: TrainingError.classTooSmall(index: 1, found: 1)) {
      try MLP.trained(on: rows, .classes(lonely, count: 2), parameters)
    }
  }

  @Test func `a start of other sizes is refused`() throws {
    let start = try MLP<Double>(layerSizes: [3, 5, 1])
    #expect(throws: TrainingError.wrongStart(expected: [3, 4, 1], found: [3, 5, 1])) {
      try MLP.trained(on: rows, .classes(classes, count: 2), parameters, from: start)
    }
  }

  // MARK: Running away

  @Test func `weights that run away are reported with the epoch`() throws {
    var parameters = parameters
    parameters.solver = .sgd
    parameters.activation = .identity
    parameters.learningRateInit = 1e6
    parameters.maxIter = 200
    let error = try #require(throws: TrainingError.self) {
      try MLP.trained(on: rows, .values(rows), parameters)
    }
    guard case .diverged(let iteration) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(1...200 ~= iteration)
  }

  @Test(
    arguments: [
      (TrainingError.noRows, "there are no rows to train on"),
      (
        .notFinite("the input", row: 1, column: 2),
        "the input holds a value that is not finite, in row 1, column 2"
      ),
      (.badClass(row: 1, found: 4, classes: 3), "row 1 has class 4, which is not in 0..<3"),
      (
        .badLabel(row: 1, column: 2),
        "labels are 0 or 1; that in row 1, column 2 is neither"
      ),
      (
        .negativeTarget(row: 1, column: 0),
        "Poisson loss takes targets of 0 or more; row 1, column 0 is negative"
      ),
      (
        .badSampleWeights,
        "the weights of the rows must be finite, not negative, and not all 0"
      ),
      (
        .validationTooSmall(found: 1),
        "early stopping would keep 1 rows, and needs 2; raise validation_fraction or add rows"
      ),
      (
        .classTooSmall(index: 2, found: 1),
        "class 2 has 1 row, too few for early stopping to keep some of each class"
      ),
      (
        .wrongStart(expected: [1, 2], found: [1, 3]),
        "the network to start from has layers of sizes [1, 3]; rows, targets and parameters ask "
          + "for [1, 2]"
      ),
      (
        .diverged(iteration: 3),
        "the weights were no longer finite after iteration 3; lower learning_rate_init or divide "
          + "the inputs by their largest value"
      ),
    ])
  func `an error says what is wrong`(_ error: TrainingError, _ text: String) {
    #expect(error.description == text)
  }
}
