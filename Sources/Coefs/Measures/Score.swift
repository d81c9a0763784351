import MLP
import Sklearn

/// How well a classifier does on rows whose answers are known.
public struct Score: Hashable, Sendable {
  /// The rows that were answered rightly.
  public internal(set) var correct = 0

  /// The rows.
  public internal(set) var count = 0

  /// The sum over the rows of the squared error: Σ over the outputs of (output − target)², where the
  /// target is 1 for the right class and 0 for every other.
  var squaredError = 0.0

  /// How often each class (row) was answered with each class (column).
  public internal(set) var confusion: [[Int]]

  /// The share of rows that were answered rightly.
  public var accuracy: Double { Double(correct) / Double(count) }

  /// The mean over the rows of the squared error.
  public var cost: Double { squaredError / Double(count) }

  init(classes: Int) {
    confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// Counts one row.
  ///
  /// - Parameters:
  ///   - output: What the classifier gave.
  ///   - target: The index of the right class.
  mutating func add(_ output: some Collection<Double>, target: Int) {
    let predicted = argmax(output)
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
  /// Measures any classifier on rows of ten classes or whatever number it tells apart.
  ///
  ///     let digits = try Dataset.digits(.train)
  ///     let score = try digits.score { image in
  ///       (0..<10).map { _ in Double.random(in: 0..<1) }
  ///     }
  ///
  /// - Parameter classify: Gives a number for each class, of which the greatest is its answer.
  /// - Returns: Accuracy, cost and confusion.
  /// - Throws: What `classify` throws; ``CoefsError`` where the answers are not known or are not
  ///   the numbers from 0 up to the count of what `classify` gives.
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
