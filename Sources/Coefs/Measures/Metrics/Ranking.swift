/// What the order of scores says about a class against all others.
struct Ranking {
  /// The area under the ROC curve: the chance that a positive row has a higher score than a negative one, ties counted
  /// as one half; `nil` without positive or without negative rows.
  let rocAUC: Double?
  /// Σ of the steps of recall × precision, from the highest score to the lowest; 0 without positive rows.
  let averagePrecision: Double

  /// Ranks rows.
  ///
  /// - Parameters:
  ///   - scores: A finite score for each row.
  ///   - isPositive: Whether each row is of the class.
  /// - Complexity: O(n log n).
  init(_ scores: ContiguousArray<Double>, isPositive: ContiguousArray<Bool>) {
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    // Twice the area in rows × rows: a whole number.
    var area = 0.0
    var precision = CompensatedSum()
    Self.forEachStep(scores, isPositive: isPositive) { before, after in
      area +=
        Double(after.falsePositives - before.falsePositives)
        * Double(after.truePositives + before.truePositives)
      precision += Double(after.truePositives - before.truePositives) * after.precision
    }
    rocAUC =
      positives > 0 && negatives > 0 ? area / (2 * Double(positives) * Double(negatives)) : nil
    averagePrecision = positives > 0 ? precision.value / Double(positives) : 0
  }

  /// The rows whose score is at least a threshold.
  struct Counts {
    /// Those of the class.
    var truePositives = 0
    /// Those of other classes.
    var falsePositives = 0

    /// The share of the class among them.
    var precision: Double { Double(truePositives) / Double(truePositives + falsePositives) }
  }

  /// Goes through the thresholds that tell rows apart, from the highest score to the lowest.
  ///
  /// - Parameters:
  ///   - scores: A finite score for each row.
  ///   - isPositive: Whether each row is of the class.
  ///   - body: Takes the rows above a threshold, and those at and above it.
  /// - Complexity: O(n log n).
  static func forEachStep(
    _ scores: ContiguousArray<Double>, isPositive: ContiguousArray<Bool>,
    _ body: (_ before: Counts, _ after: Counts) -> Void
  ) {
    var rows = ContiguousArray<(score: Double, isPositive: Bool)>()
    rows.reserveCapacity(scores.count)
    for (score, isPositive) in zip(scores, isPositive) { rows.append((score, isPositive)) }
    rows.sort { $0.score > $1.score }
    var counts = Counts()
    var place = 0
    while place < rows.count {
      // Equal scores are one step: no threshold is between them.
      let score = rows[place].score
      let before = counts
      while place < rows.count, rows[place].score == score {
        if rows[place].isPositive { counts.truePositives += 1 } else { counts.falsePositives += 1 }
        place += 1
      }
      body(before, counts)
    }
  }
}
