/// Classifiers that know nothing or little, to compare a network with.
public enum Baselines {
  /// A classifier that answers at random: ten numbers uniform in 0..<1, whatever the image.
  ///
  /// - Parameter seed: Where the random numbers begin; the same seed gives the same answers.
  /// - Returns: A classifier for ``Dataset/score(_:)``.
  public static func random(seed: UInt64 = 0) -> ([Double]) -> [Double] {
    var generator = SplitMix64(state: seed)
    return { _ in (0..<10).map { _ in Double.random(in: 0..<1, using: &generator) } }
  }

  /// A classifier that compares an image with the average image of each digit: the dot products
  /// with the ten averages.
  ///
  /// - Parameter data: Images of all ten digits, and which they are.
  /// - Returns: A classifier for ``Dataset/score(_:)``.
  /// - Throws: ``CoefsError``, where the answers are not known or a digit is missing.
  public static func averageImage(of data: Dataset) throws(CoefsError) -> ([Double]) -> [Double] {
    let averages = try (0..<10).map { digit throws(CoefsError) in try average(digit, in: data) }
    return { image in
      averages.map { average in zip(image, average).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  /// The average of all images of a digit, pixel by pixel.
  ///
  /// - Parameters:
  ///   - digit: 0 to 9.
  ///   - data: Images, and which digit each shows.
  /// - Returns: As many numbers as an image has pixels.
  /// - Throws: ``CoefsError``, where the answers are not known or the digit is missing.
  public static func average(_ digit: Int, in data: Dataset) throws(CoefsError) -> [Double] {
    guard case .labels(let labels) = data.targets else {
      throw CoefsError(data.name, DataError.noTargets)
    }
    var sum = [Double](repeating: 0, count: data.inputs.columns)
    var count = 0.0
    for (row, label) in labels.enumerated() where label.canonical == .integer(Int64(digit)) {
      for (column, pixel) in data.inputs.row(row).enumerated() { sum[column] += pixel }
      count += 1
    }
    guard count > 0 else { throw CoefsError(data.name, DataError.noTargets) }
    return sum.map { $0 / count }
  }
}

/// A small generator of random numbers, so that a baseline is the same on every run.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
