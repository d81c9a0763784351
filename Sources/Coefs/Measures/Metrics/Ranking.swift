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
    var rows = ContiguousArray<(score: Double, isPositive: Bool)>()
    rows.reserveCapacity(scores.count)
    for (score, isPositive) in zip(scores, isPositive) { rows.append((score, isPositive)) }
    rows.sort { $0.score > $1.score }
    let positives = isPositive.count { $0 }
    let negatives = rows.count - positives
    // Twice the area in rows × rows: a whole number.
    var area = 0.0
    var precision = CompensatedSum()
    var (truePositives, falsePositives) = (0, 0)
    var place = 0
    while place < rows.count {
      // Equal scores are one step: no threshold is between them.
      let score = rows[place].score
      let before = (truePositives, falsePositives)
      while place < rows.count, rows[place].score == score {
        if rows[place].isPositive { truePositives += 1 } else { falsePositives += 1 }
        place += 1
      }
      area += Double(falsePositives - before.1) * Double(truePositives + before.0)
      precision +=
        Double(truePositives - before.0)
        * (Double(truePositives) / Double(truePositives + falsePositives))
    }
    rocAUC =
      positives > 0 && negatives > 0 ? area / (2 * Double(positives) * Double(negatives)) : nil
    averagePrecision = positives > 0 ? precision.value / Double(positives) : 0
  }
}
