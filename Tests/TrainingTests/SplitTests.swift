import TestSupport
import Testing
import Training

/// Rows that scikit-learn's train_test_split draws (tools/fixtures/make_training_fixtures.py).
struct DrawnSplit: Decodable, CustomTestStringConvertible, Sendable {
  let seed: UInt32
  let classes: [Int]
  let fraction: Double
  let stratified: Bool
  let training: [Int]
  let validation: [Int]
  let next: UInt32

  var testDescription: String {
    "\(classes.count) rows, \(fraction), seed \(seed)\(stratified ? ", stratified" : "")"
  }

  static let all: [DrawnSplit] =
    (try? jsonFixture("training/splits.json", as: [DrawnSplit].self)) ?? []
}

struct SplitTests {
  @Test(arguments: DrawnSplit.all)
  func `rows are split as scikit-learn splits them`(_ drawn: DrawnSplit) throws {
    var random = RandomState(seed: drawn.seed)
    let split =
      try drawn.stratified
      ? Split(
        classes: drawn.classes, count: (drawn.classes.max() ?? 0) + 1, fraction: drawn.fraction,
        random: &random)
      : Split(rows: drawn.classes.count, fraction: drawn.fraction, random: &random)
    #expect(split.training == drawn.training)
    #expect(split.validation == drawn.validation)
    #expect(random.next32() == drawn.next)
  }

  @Test func `there are splits of both kinds`() {
    let stratified = DrawnSplit.all.filter(\.stratified).count
    #expect(stratified >= 50)
    #expect(DrawnSplit.all.count - stratified >= 50)
  }

  @Test func `a class that no row has is left out`() throws {
    var one = RandomState(seed: 3)
    var other = RandomState(seed: 3)
    let classes = [0, 1, 1, 0, 1, 0, 0, 1]
    let dense = try Split(classes: classes, count: 2, fraction: 0.25, random: &one)
    let sparse = try Split(
      classes: classes.map { 2 * $0 }, count: 3, fraction: 0.25, random: &other)
    #expect(dense.training == sparse.training)
    #expect(dense.validation == sparse.validation)
  }

  @Test(arguments: [(10, 0.1, 1), (10, 0.0, 0), (2, 0.9, 2), (1, 0.5, 1)])
  func `too few rows to keep are refused`(_ rows: Int, _ fraction: Double, _ found: Int) {
    var random = RandomState(seed: 1)
    #expect(throws: TrainingError.validationTooSmall(found: found)) {
      try Split(rows: rows, fraction: fraction, random: &random)
    }
  }

  @Test func `a class of one row cannot be kept in proportion`() {
    var random = RandomState(seed: 1)
    #expect(throws: TrainingError.classTooSmall(index: 1, found: 1)) {
      try Split(classes: [0, 0, 1, 0, 0], count: 2, fraction: 0.4, random: &random)
    }
    #expect(throws: TrainingError.validationTooSmall(found: 2)) {
      try Split(classes: [0, 0, 1, 1, 2, 2], count: 3, fraction: 0.3, random: &random)
    }
    #expect(throws: TrainingError.validationTooSmall(found: 4)) {
      try Split(classes: [0, 0, 1, 1, 1], count: 2, fraction: 0.8, random: &random)
    }
  }
}
