import Digits
import MLP
import NPY
import Sklearn

/// The differences between two networks of the same shape, in their values and their predictions.
public struct Difference: Sendable {
  /// The maximum differences between the values of two arrays.
  public struct Extent: Codable, Hashable, Sendable {
    /// The maximum absolute difference.
    public internal(set) var maxAbs = 0.0
    /// The maximum difference in units of the last place: the number of steps between two values in the wider
    /// of the two element types, 0 for equal values. Zeros of either sign are equal.
    public internal(set) var maxUlp: UInt64 = 0

    /// Creates an extent; without arguments: no difference.
    public init(maxAbs: Double = 0, maxUlp: UInt64 = 0) {
      self.maxAbs = maxAbs
      self.maxUlp = maxUlp
    }
  }

  /// The differences of one layer.
  public struct Layer: Codable, Hashable, Sendable {
    /// The differences of the weights.
    public let weights: Extent
    /// The differences of the biases.
    public let biases: Extent

    /// Creates the differences of a layer; without arguments: no difference.
    public init(weights: Extent = Extent(), biases: Extent = Extent()) {
      self.weights = weights
      self.biases = biases
    }
  }

  /// The differences of each layer, first to last.
  public let layers: [Layer]
  /// The number of the 1,797 digits, pixels divided by 15, with different predictions; `nil` where the
  /// networks do not take 64 inputs, or are regressors.
  public let predictionsDiffer: Int?
  /// Whether all values have the same bits, in whichever layout and byte order, and both files predict the same:
  /// nothing that both store differs, and neither stores an activation that the other leaves open.
  public let identical: Bool
  /// The maximum absolute difference to pass; with 0 all values must have the same bits.
  public let tolerance: Double
  /// Whether no value differs by more than the tolerance, and nothing else that both files store differs.
  public let passed: Bool
  /// Other differences: activations, classes, scalers; and what only one of the files stores, which is then taken
  /// for both.
  public let notes: [String]
}

extension Difference: Codable {
  private enum CodingKeys: CodingKey {
    case layers, predictionsDiffer, identical, tolerance, passed, notes
  }

  /// Encodes all of it; `null` where predictions were not compared.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers, forKey: .layers)
    try container.encode(predictionsDiffer, forKey: .predictionsDiffer)
    try container.encode(identical, forKey: .identical)
    try container.encode(tolerance, forKey: .tolerance)
    try container.encode(passed, forKey: .passed)
    try container.encode(notes, forKey: .notes)
  }
}

extension Model {
  /// Compares this network with another, layer by layer; the layouts of the files make no difference.
  ///
  /// Where one has preprocessing and the other has not, the preprocessing is folded into the first layer for the
  /// comparison of values, if it is affine; the predictions are those of the networks themselves.
  ///
  /// - Parameters:
  ///   - other: A network of the same layer sizes.
  ///   - tolerance: The maximum absolute difference of a value to pass; 0 for equal bits.
  /// - Returns: The differences.
  /// - Throws: ``CoefsError``, where the networks have different layer sizes.
  public func difference(
    from other: Model, tolerance: Double = 0
  ) throws(CoefsError) -> Difference {
    for model in [self, other] { try model.demandNetwork() }
    let (one, another) = (folded(like: other), other.folded(like: self))
    guard one.weights.layerSizes == another.weights.layerSizes else {
      throw CoefsError(
        other.file,
        DataError.otherLayers(
          found: another.weights.layerSizes, expected: one.weights.layerSizes))
    }
    let isFolded = weights.inputTransform != one.weights.inputTransform
    let otherIsFolded = other.weights.inputTransform != another.weights.inputTransform
    var layers: [Difference.Layer] = []
    var sameBits = true
    // What one file leaves open is what the other one says.
    let (mine, others) = (self.filled(from: other), other.filled(from: self))
    for (mine, others) in zip(one.numbers(), another.numbers()) {
      layers.append(
        .init(
          weights: .init(mine.weights, others.weights), biases: .init(mine.biases, others.biases)))
      sameBits =
        sameBits && mine.weights.hasBits(of: others.weights)
        && mine.biases.hasBits(of: others.biases)
    }
    var (contradictions, silences) = one.differencesBesideNumbers(from: another)
    for model in [isFolded ? self : nil, otherIsFolded ? other : nil].compactMap(\.self) {
      silences.append(
        "scalers: \(model.weights.inputTransform?.names ?? "") of \(model.file) only; folded into its first layer "
          + "to compare")
    }
    if !sameBits, layers.allSatisfy({ $0.weights.maxAbs == 0 && $0.biases.maxAbs == 0 }) {
      silences.append("zeros of other signs, or digits that a double does not hold")
    }
    let isSame = sameBits && !isFolded && !otherIsFolded && contradictions.isEmpty
    let predictionsDiffer = try mine.predictionsThatDiffer(from: others, isSame: isSame)
    if predictionsDiffer != nil, !isSame {
      silences += mine.assumptionTexts.map { "\($0) for both" }
    }
    // With names for the columns of one only, a table is read in other orders.
    let isIdentical =
      isSame && weights.assumptions == other.weights.assumptions
      && labels == other.labels && predictionsDiffer ?? 0 == 0
      && weights.outline.featureNames == other.weights.outline.featureNames
    let isClose = layers.allSatisfy {
      $0.weights.maxAbs <= tolerance && $0.biases.maxAbs <= tolerance
    }
    return Difference(
      layers: layers,
      predictionsDiffer: predictionsDiffer, identical: isIdentical, tolerance: tolerance,
      passed: contradictions.isEmpty && (sameBits || tolerance > 0 && isClose),
      notes: contradictions + silences)
  }

  /// This network with its preprocessing in the first layer, where the other one has no preprocessing.
  ///
  /// - Returns: The same network, where that is not so, or where the preprocessing cannot be folded.
  private func folded(like other: Model) -> Model {
    guard weights.inputTransform != nil, other.weights.inputTransform == nil,
      let folded = try? weights.foldingInputTransform()
    else { return self }
    return Model(name: file, weights: folded)
  }

  /// The values of each layer, outputs × inputs.
  private func numbers() -> [(weights: Difference.Numbers, biases: Difference.Numbers)] {
    zip(weights.mlp().layers, weights.layers).map { layer, stored in
      let matrix = weights.layout == .mlp ? stored.weights : stored.weights.transposed()
      return (
        .init(values: layer.weights, array: matrix),
        .init(values: layer.biases, array: stored.biases)
      )
    }
  }

  /// The attributes in which both files differ, and those that only one of them stores.
  private func differencesBesideNumbers(
    from other: Model
  ) -> (contradictions: [String], silences: [String]) {
    var contradictions: [String] = []
    var silences: [String] = []
    func compare<T: Equatable>(_ what: String, _ mine: T?, _ others: T?, _ shown: (T) -> String) {
      switch (mine, others) {
      case (nil, nil): break
      case (let mine?, nil):
        silences.append("\(what): \(shown(mine)) and not stored; taken for both")
      case (nil, let others?):
        silences.append("\(what): not stored and \(shown(others)); taken for both")
      case (let mine?, let others?) where mine != others:
        contradictions.append("\(what): \(shown(mine)) and \(shown(others))")
      default: break
      }
    }
    func known(_ choice: SklearnWeights.Choice) -> Activation? {
      choice.origin == .assumed ? nil : choice.activation
    }
    let (a, b) = (weights, other.weights)
    if a.layers.count > 1 {
      func hidden(_ weights: SklearnWeights) -> [Activation]? {
        weights.activation.origin == .assumed ? nil : weights.hiddenActivations
      }
      compare("hidden activation", hidden(a), hidden(b)) { names in
        (Set(names).count == 1 ? [names[0]] : names).map(\.rawValue).joined(separator: ", ")
      }
    }
    compare("output activation", known(a.outActivation), known(b.outActivation), \.rawValue)
    compare("classes", a.classes?.labels.map(\.canonical), b.classes?.labels.map(\.canonical)) {
      $0.prefix(12).map(\.description).joined(separator: ", ")
    }
    compare("columns", a.outline.featureNames, b.outline.featureNames) { names in
      names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
    // No scaler is a scaler that does nothing: another network.
    if a.inputTransform != b.inputTransform {
      let names = [a, b].map { $0.inputTransform?.names ?? "none" }
      contradictions.append(
        names[0] == names[1]
          ? "scalers: \(names[0]) with other numbers" : "scalers: \(names[0]) and \(names[1])")
    }
    return (contradictions, silences)
  }

  /// This network, with what another one's file says where its own does not.
  private func filled(from other: Model) -> Model {
    Model(name: file, weights: weights.filled(from: other.weights))
  }

  /// The number of digits with different predictions.
  ///
  /// - Parameter isSame: Whether both are the same network.
  private func predictionsThatDiffer(
    from other: Model, isSame: Bool
  ) throws(CoefsError) -> Int? {
    guard inputs == Digits.pixelCount, other.inputs == inputs, weights.task == .classifier,
      other.weights.task == .classifier,
      !weights.outline.unsupportedAssumptions.contains(.outActivation)
    else { return nil }
    // The same network and the same labels: nothing to ask.
    if isSame, labels == other.labels { return 0 }
    let digits = try Dataset.digits(.all)
    let answers = try predict(digits, with: .network(weights.mlp())).predictions
    let others = try other.predict(digits, with: .network(other.weights.mlp())).predictions
    return zip(answers, others).count { $0 != $1 }
  }
}

extension Difference {
  /// Values, outputs × inputs, and the array that they come from.
  fileprivate struct Numbers {
    let values: ContiguousArray<Double>
    let array: NDArray

    var isSingle: Bool { array.dtype.kind == .float && array.dtype.itemSize == 4 }

    /// Whether all values have the same bits, whatever the type.
    func hasBits(of other: Numbers) -> Bool {
      // A Double holds neither all long doubles nor all integers of eight bytes. The former may have bytes
      // that belong to no number.
      let dtypes = [array.dtype, other.array.dtype]
      if dtypes.allSatisfy({ $0.kind == .float }), dtypes.contains(where: { $0.itemSize > 8 }) {
        let (mine, others) = (try? array.binary128(), try? other.array.binary128())
        return mine != nil && mine == others
      }
      if array.dtype.kind != .float, array.dtype == other.array.dtype {
        return array.inCOrder().bytes == other.array.inCOrder().bytes
      }
      return zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
  }
}

extension Difference.Extent {
  fileprivate init(_ one: Difference.Numbers, _ other: Difference.Numbers) {
    // Numbers of four bytes on both sides have their neighbours there.
    let isSingle = one.isSingle && other.isSingle
    for (a, b) in zip(one.values, other.values) where a != b {
      maxAbs = max(maxAbs, abs(a - b))
      let steps =
        isSingle ? UInt64(Self.steps(Float(a), Float(b))) : Self.steps(a, b)
      maxUlp = max(maxUlp, steps)
    }
  }

  /// The number of steps from one value to the other.
  private static func steps(_ a: Double, _ b: Double) -> UInt64 {
    let (x, y) = (Int64(bitPattern: a.bitPattern).ordered, Int64(bitPattern: b.bitPattern).ordered)
    return x > y ? UInt64(bitPattern: x &- y) : UInt64(bitPattern: y &- x)
  }

  private static func steps(_ a: Float, _ b: Float) -> UInt32 {
    let (x, y) = (Int32(bitPattern: a.bitPattern).ordered, Int32(bitPattern: b.bitPattern).ordered)
    return x > y ? UInt32(bitPattern: x &- y) : UInt32(bitPattern: y &- x)
  }
}

extension FixedWidthInteger where Self: SignedInteger {
  /// The bits of a floating-point number as an integer that orders as the number does, both zeros at 0.
  fileprivate var ordered: Self { self < 0 ? Self.min &- self : self }
}
