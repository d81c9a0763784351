import CNetwork
public import MLP

/// A type that a network can be trained in: `Float` or `Double`.
public protocol TrainingScalar: MLPScalar, BitwiseCopyable {
  /// The loops in C that work on this type.
  static var kernels: TrainingKernels<Self> { get }
}

extension Double: TrainingScalar {
  /// The loops in C that work on `double`.
  public static var kernels: TrainingKernels<Double> {
    unsafe TrainingKernels(
      gemm: cnetwork_gemm_f64, exp: cnetwork_exp_f64, logistic: cnetwork_logistic_f64,
      relu: cnetwork_relu_f64, addRow: cnetwork_add_row_f64, sumRows: cnetwork_sum_rows_f64,
      timesLogisticSlope: cnetwork_times_logistic_slope_f64,
      timesTanhSlope: cnetwork_times_tanh_slope_f64,
      timesReluSlope: cnetwork_times_relu_slope_f64, adam: cnetwork_adam_f64,
      sgd: cnetwork_sgd_f64)
  }
}

extension Float: TrainingScalar {
  /// The loops in C that work on `float`.
  public static var kernels: TrainingKernels<Float> {
    unsafe TrainingKernels(
      gemm: cnetwork_gemm_f32, exp: cnetwork_exp_f32, logistic: cnetwork_logistic_f32,
      relu: cnetwork_relu_f32, addRow: cnetwork_add_row_f32, sumRows: cnetwork_sum_rows_f32,
      timesLogisticSlope: cnetwork_times_logistic_slope_f32,
      timesTanhSlope: cnetwork_times_tanh_slope_f32,
      timesReluSlope: cnetwork_times_relu_slope_f32, adam: cnetwork_adam_f32,
      sgd: cnetwork_sgd_f32)
  }
}

/// The loops in C that training spends its time in, for one type; see CNetwork.h.
///
/// Their callers check every count: what is here trusts them.
@unsafe
public struct TrainingKernels<Scalar> {
  typealias Numbers = UnsafePointer<Scalar>
  typealias Results = UnsafeMutablePointer<Scalar>

  let gemm:
    (
      _ m: Int, _ n: Int, _ k: Int, _ a: Numbers, _ aRow: Int, _ aColumn: Int, _ b: Numbers,
      _ bRow: Int, _ bColumn: Int, _ c: Results, _ cRow: Int, _ accumulate: Int32,
      _ scratch: Results
    ) -> Void
  let exp: (Int, Results) -> Void
  let logistic: (Int, Results) -> Void
  let relu: (Int, Results) -> Void
  let addRow: (_ rows: Int, _ columns: Int, _ row: Numbers, _ matrix: Results) -> Void
  let sumRows: (_ rows: Int, _ columns: Int, _ matrix: Numbers, _ sums: Results) -> Void
  let timesLogisticSlope: (Int, Results, Numbers) -> Void
  let timesTanhSlope: (Int, Results, Numbers) -> Void
  let timesReluSlope: (Int, Results, Numbers) -> Void
  let adam:
    (
      Int, _ w: Results, _ sums: Numbers, _ moreSums: Numbers, _ m: Results, _ v: Results,
      UnsafePointer<cnetwork_step>
    ) -> Double
  let sgd:
    (
      Int, _ w: Results, _ sums: Numbers, _ moreSums: Numbers, _ velocity: Results,
      UnsafePointer<cnetwork_step>
    ) -> Double
}
