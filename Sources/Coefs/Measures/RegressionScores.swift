/// What scikit-learn measures a regressor by.
///
/// Of several outputs each has the same weight, as in scikit-learn's `uniform_average`.
public struct RegressionScores: Hashable, Sendable {
  /// R², the share of the targets' variance that the predictions explain: `r2_score`, and what
  /// `MLPRegressor.score` gives; at most 1. NaN for fewer than two rows.
  public let r2: Double
  /// The mean of |prediction − target|: `mean_absolute_error`.
  public let mae: Double
  /// The root of the mean of (prediction − target)²: `root_mean_squared_error`.
  public let rmse: Double

  init(r2: Double, mae: Double, rmse: Double) {
    self.r2 = r2
    self.mae = mae
    self.rmse = rmse
  }

  /// The scores of predictions.
  ///
  /// - Parameters:
  ///   - predictions: Rows of values, one after another.
  ///   - targets: As many.
  ///   - width: The number of values of a row.
  init(
    _ predictions: ContiguousArray<Double>, _ targets: ContiguousArray<Double>, width: Int
  ) {
    let rows = predictions.count / max(1, width)
    let count = Double(rows)
    var (r2, mae, rmse) = (0.0, 0.0, 0.0)
    for column in 0..<width {
      let mean =
        stride(from: column, to: targets.count, by: width).reduce(0) { $0 + targets[$1] } / count
      var (absolute, squared, variance) = (0.0, 0.0, 0.0)
      for index in stride(from: column, to: targets.count, by: width) {
        let error = predictions[index] - targets[index]
        absolute += abs(error)
        squared += error * error
        variance += (targets[index] - mean) * (targets[index] - mean)
      }
      mae += absolute / count
      rmse += (squared / count).squareRoot()
      // Targets that are all the same have no variance to explain; scikit-learn says 1 or 0.
      r2 += variance > 0 ? 1 - squared / variance : squared == 0 ? 1 : 0
    }
    self.init(
      r2: rows < 2 ? .nan : r2 / Double(width), mae: mae / Double(width),
      rmse: rmse / Double(width))
  }
}
