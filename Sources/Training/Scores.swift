import Platform
import MLP

/// The log, as the platform's C library computes it.
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The share of correct predictions, all outputs of a row together (`accuracy_score`).
func accuracy<Scalar: TrainingScalar>(
  _ output: ContiguousArray<Scalar>, _ targets: ContiguousArray<Scalar>, outputs: Int,
  isSoftmax: Bool, weights: [Double]?
) -> Double {
  var right = 0.0
  var all = 0.0
  for (row, start) in stride(from: 0, to: output.count, by: outputs).enumerated() {
    let weight = weights?[row] ?? 1
    let found = output[start..<start + outputs]
    let wanted = targets[start..<start + outputs]
    all += weight
    let isRight =
      isSoftmax
      ? indexOfGreatest(found) == indexOfGreatest(wanted)
      : zip(found, wanted).allSatisfy { ($0 > 0.5) == ($1 > 0.5) }
    right += isRight ? weight : 0
  }
  return right / all
}

/// The argmax: the index of the maximum, the first of equal ones.
private func indexOfGreatest<Scalar: TrainingScalar>(_ row: ArraySlice<Scalar>) -> Int {
  var greatest = row.startIndex
  for index in row.indices where row[index] > row[greatest] { greatest = index }
  return greatest - row.startIndex
}

/// R², the mean over the outputs of 1 − Σ(y − p)² / Σ(y − ȳ)² (`r2_score`); NaN for outputs that are
/// not finite.
func determination<Scalar: TrainingScalar>(
  _ output: ContiguousArray<Scalar>, _ targets: ContiguousArray<Scalar>, outputs: Int,
  weights: [Double]?
) -> Double {
  guard output.allSatisfy(\.isFinite) else { return .nan }
  let rows = output.count / outputs
  let weight = { (row: Int) in weights?[row] ?? 1 }
  let total = (0..<rows).reduce(0) { $0 + weight($1) }
  var sum = 0.0
  for column in 0..<outputs {
    let y = (0..<rows).map { Double(targets[$0 * outputs + column]) }
    let mean = (0..<rows).reduce(0) { $0 + weight($1) * y[$1] } / total
    var residual = 0.0
    var variance = 0.0
    for row in 0..<rows {
      let difference = y[row] - Double(output[row * outputs + column])
      residual += weight(row) * difference * difference
      variance += weight(row) * (y[row] - mean) * (y[row] - mean)
    }
    sum += variance != 0 ? 1 - residual / variance : residual == 0 ? 1 : 0
  }
  return sum / Double(outputs)
}
