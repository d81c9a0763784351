import MLP
import Sklearn

/// The score of a classifier on rows with known labels.
public struct Score: Hashable, Sendable {
  /// The number of correct predictions.
  public internal(set) var correct = 0

  /// The number of rows.
  public internal(set) var count = 0

  /// The sum over the rows of the squared error: Σ over the outputs of (output − target)², where the
  /// target is 1 for the true class and 0 for every other.
  var squaredError = 0.0

  /// The number of rows of each class (row) with each prediction (column).
  public internal(set) var confusion: [[Int]]

  /// The share of correct predictions.
  public var accuracy: Double { Double(correct) / Double(count) }

  /// The mean over the rows of the squared error.
  public var cost: Double { squaredError / Double(count) }

  init(classes: Int) {
    confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// Counts one row.
  ///
  /// - Parameters:
  ///   - output: The classifier's output.
  ///   - target: The index of the true class.
  ///   - predicted: The index of the predicted class; `nil` for that of the output.
  mutating func add(_ output: some Collection<Double>, target: Int, predicted: Int? = nil) {
    let predicted = predicted ?? argmax(output)
    confusion[target][predicted] += 1
    correct += predicted == target ? 1 : 0
    count += 1
    // A single output stands for the second of two classes.
    squaredError += squaredDistance(output, target: output.count == 1 ? target - 1 : target)
  }
}

/// Σ (output − target)², where the target is 1 at the index `target` and 0 elsewhere.
func squaredDistance(_ output: some Collection<Double>, target: Int) -> Double {
  var sum = 0.0
  for (index, value) in output.enumerated() {
    let difference = value - (index == target ? 1 : 0)
    sum += difference * difference
  }
  return sum
}

extension Dataset {
  /// Measures any classifier, with any number of classes.
  ///
  ///     let digits = try Dataset.digits(.train)
  ///     let score = try digits.score { image in
  ///       (0..<10).map { _ in Double.random(in: 0..<1) }
  ///     }
  ///
  /// - Parameter classify: Returns a value for each class; the argmax is the prediction.
  /// - Returns: Accuracy, cost and confusion.
  /// - Throws: The errors of `classify`; ``CoefsError`` where the labels are missing, or are not integers
  ///   in `0..<n`, where `classify` returns n values.
  public func score(_ classify: ([Double]) throws -> [Double]) throws -> Score {
    var score: Score?
    for row in 0..<inputs.rows {
      let output = try classify(inputs.row(row))
      // The first answer says how many classes there are.
      if score == nil { score = Score(classes: max(2, output.count)) }
      let target = try targetIndex(row, among: score?.confusion.count ?? 0)
      score?.add(output, target: target)
    }
    guard let score else { throw CoefsError(name, DataError.noTargets) }
    return score
  }

  private func targetIndex(_ row: Int, among classes: Int) throws(CoefsError) -> Int {
    guard case .labels(let labels) = targets else { throw CoefsError(name, DataError.noTargets) }
    guard case .integer(let label) = labels[row].canonical, 0 <= label, label < classes else {
      throw CoefsError(
        name, DataError.unknownLabel(labels[row], known: (0..<classes).map { .integer(Int64($0)) }))
    }
    return Int(label)
  }
}
