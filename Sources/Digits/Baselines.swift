/// Classifiers of the digits that know nothing or little, to compare a network with.
public enum Baselines {
  /// The images that the textbook averages: all that it does not train on.
  public static let averaged = 1_000..<Digits.count

  /// A classifier that predicts at random: ten values uniform in 0..<1, whatever the image.
  ///
  /// - Parameter seed: The seed of the random values; the same seed gives the same predictions.
  /// - Returns: A classifier of images: ten scores, whose argmax is the prediction.
  public static func random(seed: UInt64 = 0) -> ([Double]) -> [Double] {
    var generator = SplitMix64(state: seed)
    return { _ in (0..<10).map { _ in Double.random(in: 0..<1, using: &generator) } }
  }

  /// A classifier that compares an image with the average image of each digit: the dot products
  /// with the ten averages.
  ///
  /// - Parameter images: The images to average.
  /// - Returns: A classifier of images.
  /// - Precondition: Every digit is among the images.
  public static func averageImage(of images: Range<Int> = averaged) -> ([Double]) -> [Double] {
    let averages = (0..<10).compactMap { average($0, of: images) }
    precondition(averages.count == 10, "a digit is missing")
    return { image in
      averages.map { average in zip(image, average).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  /// The average of all images of a digit, pixel by pixel, from 0 to 16.
  ///
  /// - Parameters:
  ///   - digit: 0 to 9.
  ///   - images: The images to average.
  /// - Returns: 64 values; `nil` where the digit is missing.
  public static func average(_ digit: Int, of images: Range<Int> = averaged) -> [Double]? {
    var sum = [Double](repeating: 0, count: Digits.pixelCount)
    var count = 0.0
    for index in images where Int(Digits.labels[index]) == digit {
      for (pixel, value) in Digits.vector(at: index, dividedBy: 1.0).enumerated() {
        sum[pixel] += value
      }
      count += 1
    }
    return count > 0 ? sum.map { $0 / count } : nil
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
