import Digits
import MLP
import NPY
package import Coefs

/// The accuracies of two simple classifiers on the digits.
package struct BaselineScores: Encodable, Sendable {
  /// The first row that was measured, and the one after the last.
  package let rows: [Int]
  /// The accuracy of the dot products with the ten average images.
  package let averageImage: Double
  /// The accuracy of random predictions.
  package let random: Double

  /// Measures both on images 0..<1000; the averages are over images 1000..<1797.
  package init() throws {
    let data = try Dataset.digits(.train)
    rows = [data.rows.lowerBound, data.rows.upperBound]
    averageImage = try data.score(Baselines.averageImage()).accuracy
    random = try data.score(Baselines.random()).accuracy
  }
}

extension Digits {
  /// Writes all images, as `X` (uint8, 1797 × 64, from 0 to 16), and labels, as `y`, to an NPZ.
  ///
  /// - Parameters:
  ///   - file: The file, or standard output.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Returns: The number of bytes written.
  @discardableResult
  package static func export(to file: FileReference, replacing: Bool = false) throws -> Int {
    let arrays = [
      NamedArray("X", try NDArray(images, shape: [count, pixelCount])),
      NamedArray("y", try NDArray(labels.lazy.map { Int64($0) })),
    ]
    return try writeArrays(arrays, to: file, replacing: replacing)
  }
}
