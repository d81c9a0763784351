package import MLP
package import NPY

/// The arrays that are a scaler, a mean and a scale of each input, as their names tell: the one table of what people
/// call them.
package struct ScalerArrays: Sendable {
  /// The place of the mean.
  package let mean: Int
  /// The place of the scale, or of the variance.
  package let scale: Int
  /// Whether a variance is there in place of a scale.
  package let isVariance: Bool

  private static let means: Set = ["mean", "means", "mu", "avg", "average", "center", "centers"]
  private static let scales: Set = [
    "scale", "scales", "std", "stds", "sigma", "stdev", "stddev", "sd",
  ]
  private static let variances: Set = ["var", "variance", "variances"]
  /// Words that may stand next to these.
  private static let inputs: Set = [
    "scaler", "standard", "x", "input", "inputs", "feature", "features", "data", "train",
    "training", "norm", "normalization", "normalizer", "preprocessing", "pixel", "sc", "ss", "vec",
    "vector", "values",
  ]

  /// Finds a scaler among arrays.
  ///
  /// - Parameters:
  ///   - arrays: Their names and headers.
  ///   - inputs: The number of inputs; `nil` where any will do.
  /// - Throws: ``SklearnError/noScaler(found:)``, where the mean or the scale is missing, or is there more than once.
  package init(
    _ arrays: [(name: String, header: NPYHeader)], inputs: Int?
  ) throws(SklearnError) {
    let vectors = arrays.indices.filter { place in
      let (dtype, shape) = (arrays[place].header.dtype, arrays[place].header.shape)
      return dtype.isReal && (1...2).contains(shape.count)
        && shape.last == arrays[place].header.count
        && (inputs.map { $0 == shape.last } ?? true)
    }
    func places(_ words: Set<String>) -> [Int] {
      vectors.filter { Self.word(of: ArrayName(arrays[$0].name), in: words) }
    }
    func only(_ found: [Int], _ usual: String) throws(SklearnError) -> Int {
      guard found.count == 1 else {
        throw .noScaler(found: "\(found.isEmpty ? "no" : "more than one") array '\(usual)'")
      }
      return found[0]
    }
    mean = try only(places(Self.means), "mean_")
    let scales = places(Self.scales)
    let variances = places(Self.variances)
    isVariance = scales.isEmpty && !variances.isEmpty
    scale = try only(isVariance ? variances : scales, "scale_")
    guard arrays[mean].header.count == arrays[scale].header.count else {
      throw .noScaler(
        found: "'\(arrays[mean].name)' has \(arrays[mean].header.count) values, "
          + "'\(arrays[scale].name)' has \(arrays[scale].header.count)")
    }
  }

  /// What the arrays do to the inputs. Where a variance is 0 nothing is divided, as in scikit-learn.
  ///
  /// - Throws: ``SklearnError/unreadable(_:_:)``.
  package func step(mean: NamedArray, scale: NamedArray) throws(SklearnError) -> InputTransform.Step
  {
    func values(_ item: NamedArray) throws(SklearnError) -> [Double] {
      do { return Array(try item.array.reals(as: Double.self)) } catch {
        throw .unreadable(item.name, error)
      }
    }
    var divisors = try values(scale)
    if isVariance { divisors = divisors.map { $0 == 0 ? 1 : $0.squareRoot() } }
    return InputTransform.Step("StandardScaler", [.subtract(try values(mean)), .divide(divisors)])
  }

  /// The arrays in a sentence: `'mean' and 'scale'`.
  func text(mean: String, scale: String) -> String {
    "'\(mean)' and \(isVariance ? "the square root of " : "")'\(scale)'"
  }

  /// Whether an array is no part of a scaler, but a variance next to it.
  static func isVariance(_ name: ArrayName) -> Bool { word(of: name, in: variances) }

  /// Whether a name is that of a mean or a scale of inputs.
  static func isPart(_ name: ArrayName) -> Bool { word(of: name, in: means.union(scales)) }

  /// Whether a name is that of a mean or a scale of what the outputs were trained for: `target_mean`, `yStd`.
  static func isOfTargets(_ name: ArrayName) -> Bool {
    let words = Set(name.otherWords)
    return !words.isDisjoint(with: targets)
      && !words.isDisjoint(with: means.union(scales).union(variances).union(["min", "max"]))
  }

  private static let targets: Set = ["target", "targets", "y", "output", "outputs"]

  /// Whether a name has one of some words, and else only such as may stand next to it.
  private static func word(of name: ArrayName, in words: Set<String>) -> Bool {
    let mine = name.otherWords.filter(words.contains)
    return mine.count == 1
      && name.otherWords.allSatisfy { words.contains($0) || inputs.contains($0) }
  }
}
