/// The 1,797 handwritten digits that scikit-learn ships, inside the binary.
///
/// Each is a picture of 8 × 8 pixels, from 0 (paper) to 16 (ink), with the digit it shows.
/// They are what `sklearn.datasets.load_digits()` returns, in its order: the test set of
///
/// > E. Alpaydin, C. Kaynak (1998). *Optical Recognition of Handwritten Digits*.
/// > UCI Machine Learning Repository. <https://doi.org/10.24432/C50P49>
///
/// which its authors license under
/// [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/legalcode).
public enum Digits {
  /// The number of images: 1,797.
  public static let count = 1_797

  /// The pixels in a row of an image, and the rows: 8.
  public static let side = 8

  /// The pixels of an image: 64.
  public static let pixelCount = side * side

  /// All pixels, from 0 to 16: image after image, row after row, 64 an image.
  public static let images: ContiguousArray<UInt8> = decoded.images

  /// The digit that each image shows, from 0 to 9.
  public static let labels: ContiguousArray<UInt8> = decoded.labels

  /// One image as a vector of 64 values, each pixel divided by `divisor`.
  ///
  /// Divided by 15, as in "Math for Programmers", the darkest pixels become 16/15: a
  /// network trained on such vectors expects them so.
  ///
  /// - Parameters:
  ///   - index: which image; it must be in `0..<Digits.count`.
  ///   - divisor: what to divide each pixel by.
  /// - Returns: the pixels, row after row.
  @inlinable
  public static func vector<Scalar: BinaryFloatingPoint>(
    at index: Int, dividedBy divisor: Scalar
  ) -> ContiguousArray<Scalar> {
    matrix(of: index..<index + 1, dividedBy: divisor)
  }

  /// A run of images as a matrix of a row for each, row-major, each pixel divided by `divisor`.
  ///
  /// - Parameters:
  ///   - rows: which images; they must be within `0..<Digits.count`.
  ///   - divisor: what to divide each pixel by.
  /// - Returns: `rows.count` × 64 numbers.
  @inlinable
  public static func matrix<Scalar: BinaryFloatingPoint>(
    of rows: Range<Int>, dividedBy divisor: Scalar
  ) -> ContiguousArray<Scalar> {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "there are 1,797 digits")
    let pixels = images[rows.lowerBound * pixelCount..<rows.upperBound * pixelCount]
    return ContiguousArray(pixels.lazy.map { Scalar($0) / divisor })
  }

  private static let decoded: (images: ContiguousArray<UInt8>, labels: ContiguousArray<UInt8>) = {
    // Copied as they lie and then decoded in one run, which the compiler makes fast: the command's
    // whole run takes a few milliseconds.
    let text = ContiguousArray(DigitsData.lines.utf8)
    var images = ContiguousArray<UInt8>()
    var labels = ContiguousArray<UInt8>()
    images.reserveCapacity(count * pixelCount)
    labels.reserveCapacity(count)
    // Pixels, label, end of line.
    for start in stride(from: 0, to: text.count, by: pixelCount + 2) {
      images += text[start..<start + pixelCount]
      labels.append(text[start + pixelCount])
    }
    for index in images.indices { images[index] = value(ofDigit: images[index]) }
    for index in labels.indices { labels[index] = value(ofDigit: labels[index]) }
    return (images, labels)
  }()

  /// What a base-17 digit stands for, `0`…`9` and `a`…`g`.
  private static func value(ofDigit digit: UInt8) -> UInt8 {
    // No check for overflow, which would keep the compiler from decoding many at once.
    digit <= UInt8(ascii: "9") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
  }
}
