import CNetwork
import TestSupport

/// A type that there are kernels for, and one to compare results in: wide enough for its own rounding not to
/// count.
protocol Number: BinaryFloatingPoint, Sendable where RawSignificand: FixedWidthInteger {
  associatedtype Wide: BinaryFloatingPoint
  static var kernelType: Int32 { get }
  /// The error of the wider type's functions, in units of this type.
  static var wideError: Double { get }
  /// The bounds beyond which e^x is 0 or infinite.
  static var exponents: ClosedRange<Double> { get }
}

extension Float: Number {
  typealias Wide = Double
  static let kernelType = Int32(CNETWORK_F32)
  static let wideError = 0.0
  static let exponents = -105.0...90.0
}

extension Double: Number {
  #if arch(x86_64)
    typealias Wide = Float80
    static let wideError = 0.0
  #else
    // No wider type: the C library's own error counts, which is below a unit in the last place.
    typealias Wide = Double
    static let wideError = 1.0
  #endif
  static let kernelType = Int32(CNETWORK_F64)
  static let exponents = -746.0...711.0
}

/// Every instruction set that this processor has.
let sets = Array(0...cnetwork_instruction_set())

/// All activations, as the kernels number them.
let activations = [
  CNETWORK_IDENTITY, CNETWORK_LOGISTIC, CNETWORK_TANH, CNETWORK_RELU, CNETWORK_EXP,
  CNETWORK_SOFTMAX,
].map { Int32($0) }

/// Returns the activations of rows.
func activate<Scalar: Number>(
  _ activation: Int, _ values: [Scalar], rows: Int = 1, set: Int32
) -> [Scalar] {
  // One number more, which must stay.
  var result = values + [77]
  unsafe result.withUnsafeMutableBytes {
    unsafe cnetwork_activate(
      set, Scalar.kernelType, Int32(activation), rows, rows == 0 ? 0 : values.count / rows,
      $0.baseAddress)
  }
  precondition(result.removeLast() == 77, "written beyond the end")
  return result
}

/// Returns sign, exponent and significand of each value: equal for the same bits only.
func bits<Scalar: Number>(_ values: some Sequence<Scalar>) -> [[UInt64]] {
  values.map {
    [$0.sign == .minus ? 1 : 0, UInt64($0.exponentBitPattern), UInt64($0.significandBitPattern)]
  }
}

/// Returns `count` numbers in −range...range.
func randomValues<Scalar: Number>(
  _ count: Int, within range: Scalar, using generator: inout SeededGenerator
) -> [Scalar] {
  (0..<count).map { _ in
    Scalar(Double.random(in: -Double(range)...Double(range), using: &generator))
  }
}
