import Digits
import MLP
import Sklearn

extension Model {
  /// The rows of a self-check.
  public enum SelfCheckRows: Hashable, Sendable {
    /// So many rows that are made: of digits, divided by 15, for a network of 64 inputs without names; else the same
    /// random rows every time, which scalers turn into values between −3 and 3.
    case count(Int)
    /// Rows as long as the network takes them, before any preprocessing.
    case rows([[Double]])
  }

  /// How a self-check was met.
  public struct SelfCheckResult: Codable, Hashable, Sendable {
    /// The type in which the network was computed.
    public let precision: String
    /// The number of rows.
    public let rows: Int
    /// The number of outputs.
    public let outputs: Int
    /// The number of outputs with the very bits of the stored ones.
    public let bitEqual: Int
    /// The maximum absolute difference between two outputs.
    public let largestDifference: Double
    /// The maximum difference that passes, as a part of an output, or of 1 where it is smaller.
    public let tolerance: Double
    /// Whether all outputs are within the tolerance.
    public let passed: Bool
  }

  /// Computes the self-check that the file carries again.
  ///
  /// - Returns: How the outputs differ from the stored ones.
  /// - Throws: ``CoefsError``, where the file carries none, or one of a network of other inputs or outputs.
  public func replaySelfCheck() throws(CoefsError) -> SelfCheckResult {
    guard let check = weights.selfCheck else {
      throw CoefsError(file, ModelError.noSelfCheck("the file carries none"))
    }
    let outputs = try checkedOutputs(check.inputs, check.precision)
    guard outputs.columns == check.outputs.columns else {
      throw CoefsError(
        file,
        ModelError.noSelfCheck(
          "it has \(check.outputs.columns) outputs, and the network \(outputs.columns)"))
    }
    var (equal, largest, isWithin) = (0, 0.0, true)
    for (found, stored) in zip(outputs.values, check.outputs.values) {
      guard found.bitPattern != stored.bitPattern else {
        equal += 1
        continue
      }
      let difference = abs(found - stored)
      // Written so that NaN is no small difference.
      if !(difference <= largest) { largest = difference }
      if !(difference <= check.tolerance * max(1, abs(stored))) { isWithin = false }
    }
    return SelfCheckResult(
      precision: check.precision.rawValue, rows: outputs.rows, outputs: outputs.values.count,
      bitEqual: equal, largestDifference: largest, tolerance: check.tolerance, passed: isWithin)
  }

  /// The self-check of a file of this network.
  ///
  /// - Parameters:
  ///   - rows: Its rows.
  ///   - precision: The type in which the file computes.
  func selfCheck(
    _ rows: SelfCheckRows, _ precision: SklearnWeights.Precision
  ) throws(CoefsError) -> SelfCheck {
    guard weights.outline.demands.texts.isEmpty else {
      throw CoefsError(file, ModelError.noSelfCheck("it holds numbers, and a column takes texts"))
    }
    guard ensemble?.hasProbabilities ?? true || task == .regressor else {
      throw CoefsError(
        file, ModelError.noSelfCheck("\(ensemble?.name ?? "") gives labels without probabilities"))
    }
    var inputs = try matrix(of: rows)
    if precision == .float32 {
      inputs = Dataset.matrix(
        rows: inputs.rows, columns: inputs.columns,
        ContiguousArray(inputs.values.map { Double(Float($0)) }))
    }
    return SelfCheck(
      precision: precision, inputs: inputs, outputs: try checkedOutputs(inputs, precision))
  }

  /// The rows of a self-check as a matrix.
  func matrix(of rows: SelfCheckRows) throws(CoefsError) -> Matrix<Double> {
    switch rows {
    case .count(let count): return try madeRows(count)
    case .rows(let rows):
      guard let first = rows.first, rows.allSatisfy({ $0.count == first.count }) else {
        throw CoefsError(file, ModelError.noSelfCheck("it takes rows of one length"))
      }
      return Dataset.matrix(
        rows: rows.count, columns: first.count, ContiguousArray(rows.joined()))
    }
  }

  private func madeRows(_ count: Int) throws(CoefsError) -> Matrix<Double> {
    if inputs == Digits.pixelCount, weights.outline.featureNames == nil {
      return try Dataset.digits(.range(0..<min(count, Digits.count))).inputs
    }
    return Self.randomRows(
      count, columns: inputs, before: ensemble?.transform ?? weights.inputTransform)
  }

  /// The outputs that a self-check has: probabilities, or the values of a regressor.
  func checkedOutputs(
    _ rows: Matrix<Double>, _ precision: SklearnWeights.Precision
  ) throws(CoefsError) -> Matrix<Double> {
    switch precision {
    case .float64: try checkedOutputs(rows, as: Double.self)
    case .float32: try checkedOutputs(rows, as: Float.self)
    }
  }

  private func checkedOutputs<Scalar: MLPScalar>(
    _ rows: Matrix<Double>, as scalar: Scalar.Type
  ) throws(CoefsError) -> Matrix<Double> {
    let predictor = try predictor(as: scalar)
    var values = ContiguousArray<Double>()
    do throws(MLPError) {
      let inputs = try Matrix(
        rows: rows.rows, columns: rows.columns,
        values: ContiguousArray(rows.values.lazy.map { Scalar($0) }))
      for prediction in try predictor.predict(rows: inputs) {
        let outputs = task == .regressor ? prediction.values : prediction.probabilities
        values += outputs.lazy.map { Double($0) }
      }
    } catch {
      throw CoefsError(file, error)
    }
    return Dataset.matrix(rows: rows.rows, columns: values.count / rows.rows, values)
  }
}
