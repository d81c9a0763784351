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
  /// The maximum of |prediction − target|, over all outputs: `max_error`.
  public let maxError: Double

  init(r2: Double, mae: Double, rmse: Double, maxError: Double) {
    self.r2 = r2
    self.mae = mae
    self.rmse = rmse
    self.maxError = maxError
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
    var (r2, mae, rmse, maxError) = (0.0, 0.0, 0.0, 0.0)
    for column in 0..<width {
      let places = stride(from: column, to: targets.count, by: width)
      var sum = CompensatedSum()
      for index in places { sum += targets[index] }
      let mean = sum.value / count
      var (absolute, squared, variance) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
      for index in places {
        let error = predictions[index] - targets[index]
        absolute += abs(error)
        squared += error * error
        variance += (targets[index] - mean) * (targets[index] - mean)
        // Written so that NaN is no small error.
        if !(abs(error) <= maxError) { maxError = abs(error) }
      }
      mae += absolute.value / count
      rmse += (squared.value / count).squareRoot()
      // Targets that are all the same have no variance to explain; scikit-learn says 1 or 0.
      r2 +=
        variance.value > 0
        ? 1 - squared.value / variance.value : squared.value == 0 ? 1 : 0
    }
    self.init(
      r2: rows < 2 ? .nan : r2 / Double(width), mae: mae / Double(width),
      rmse: rmse / Double(width), maxError: maxError)
  }
}
