/// How well the classifiers that know nothing or little do on the digits.
public struct BaselineScores: Encodable, Sendable {
  /// The first row that was measured, and the one behind the last.
  public let rows: [Int]
  /// The accuracy of the dot products with the ten average images.
  public let averageImage: Double
  /// The accuracy of random answers.
  public let random: Double

  /// Measures both on images 0..<1000; the averages are over images 1000..<1797.
  ///
  /// - Throws: Nothing, in truth: the digits are built in.
  public init() throws {
    let data = try Dataset.digits(.train)
    rows = [data.rows.lowerBound, data.rows.upperBound]
    averageImage = try data.score(
      Baselines.averageImage(of: .digits(.averaged, scale: 1))
    ).accuracy
    random = try data.score(Baselines.random()).accuracy
  }
}

extension Dataset.Rows {
  /// The images that the textbook averages: all that it does not train on.
  public static let averaged = Dataset.Rows.range(1_000..<Digits.count)
}

extension Digits {
  /// Writes all images, as `X` (uint8, 1797 × 64, from 0 to 16), and labels, as `y`, to an NPZ.
  ///
  /// - Parameters:
  ///   - file: The path; `-` is standard output.
  ///   - replacing: Whether a file that is there already may be replaced.
  /// - Returns: The number of bytes written.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public static func export(to file: String, replacing: Bool = false) throws(CoefsError) -> Int {
    let arrays: [NamedArray]
    do {
      arrays = [
        NamedArray("X", try NDArray(images, shape: [count, pixelCount])),
        NamedArray("y", try NDArray(labels.lazy.map { Int64($0) })),
      ]
    } catch { throw CoefsError(file, error) }
    var output = NPZOutput(arrays)
    return try output.write(to: file, replacing: replacing)
  }
}
