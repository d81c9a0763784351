import MLP
import Testing

/// The operations on columns, each by numbers that NumPy, SciPy or scikit-learn 1.9.1 give for the same.
struct OperationTests {
  private typealias Operation = InputTransform.Operation
  private typealias Encoding = InputTransform.Encoding

  /// What operations make of rows.
  private func result(
    _ operations: [InputTransform.Operation], inputs: Int, _ rows: [Double],
    texts: [Int: [String]] = [:]
  ) throws -> [Double] {
    let transform = try InputTransform(
      steps: [.init("step", operations)], inputs: inputs, texts: texts)
    var values = ContiguousArray(rows)
    try transform.apply(to: &values)
    #expect(values.count == rows.count / inputs * transform.outputs)
    return Array(values)
  }

  private func isClose(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-14 * max(1, abs($1)) }
  }

  @Test func `columns are selected, multiplied by a matrix and put next to each other`() throws {
    #expect(try result([.select([1, 1, 0])], inputs: 2, [3, 4, 5, 6]) == [4, 4, 3, 6, 6, 5])
    #expect(
      try result([.matrix([1, 2, 0, 1, 1, 1], inputs: 2)], inputs: 2, [3, 4]) == [11, 4, 7])
    #expect(
      try result(
        [.concatenate([[.select([0])], [.select([1]), .multiply([10])], []])], inputs: 2,
        [1, 2, 3, 4]) == [1, 20, 1, 2, 3, 40, 3, 4])
    // PolynomialFeatures(2).
    #expect(
      try result(
        [.products([[], [0], [1], [0, 0], [0, 1], [1, 1]])], inputs: 2, [2, 3])
        == [1, 2, 3, 4, 6, 9])
  }

  @Test func `categories become columns or codes, and others what was asked for`() throws {
    let ignoring = Encoding(categories: [10, 20, .nan], codes: [0, 1, 2], unknown: -1, width: 3)
    #expect(
      try result([.oneHot([ignoring])], inputs: 1, [20, 10, .nan, 15])
        == [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0])
    let ordinal = Encoding(categories: [7, 3], codes: [0, 1], unknown: 99)
    #expect(try result([.ordinal([ordinal])], inputs: 1, [3, 7, 8]) == [1, 0, 99])
    let strict = Encoding(categories: [7, 3], codes: [0, 1], unknown: nil, width: 2, column: 0)
    #expect(throws: MLPError.unknownCategory(row: 1, column: 0, value: 8)) {
      try result([.oneHot([strict])], inputs: 1, [3, 8])
    }
    // A text is its place among the texts of its column.
    let texts = Encoding(categories: [0, 1], codes: [0, 1], unknown: -1, width: 2, column: 0)
    #expect(
      try result([.oneHot([texts])], inputs: 1, [1, -1], texts: [0: ["a", "b"]]) == [0, 1, 0, 0])
    #expect(throws: MLPError.self) {
      try InputTransform(
        steps: [.init("StandardScaler", [.subtract([0])])], inputs: 1, texts: [0: ["a"]])
    }
  }

  @Test func `gaps are filled, counted, or an error`() throws {
    #expect(
      try result(
        [.concatenate([[.fill([5, 6], missing: [.nan, -1])], [.isMissing([.nan, -1])]])],
        inputs: 2, [.nan, -1, 2, 3]) == [5, 6, 1, 1, 2, 3, 0, 0])
    #expect(throws: MLPError.missingValue(row: 1, column: 0)) {
      try result([.binarize(above: 0)], inputs: 1, [1, .nan])
    }
    #expect(throws: MLPError.missingValue(row: 0, column: 1)) {
      try result([.demandValues([1]), .select([0])], inputs: 2, [1, .nan])
    }
    // A gap passes through a scaler to what fills it.
    #expect(
      try result(
        [.subtract([1]), .fill([9], missing: [.nan]), .normalize(.max)], inputs: 1, [.nan, 3])
        == [1, 1])
  }

  @Test func `rows are divided by their norms`() throws {
    #expect(try result([.normalize(.l1)], inputs: 2, [1, -3, 0, 0]) == [0.25, -0.75, 0, 0])
    #expect(try result([.normalize(.l2)], inputs: 2, [3, 4]) == [0.6, 0.8])
    #expect(try result([.normalize(.max)], inputs: 2, [3, -4]) == [0.75, -1])
  }

  @Test func `powers, quantiles and bins`() throws {
    // scipy.special.boxcox and scipy.stats.yeojohnson.
    #expect(
      isClose(
        try result([.power(.boxCox, [0.5, 0])], inputs: 2, [2, 2]),
        [0.8284271247461901, 0.6931471805599453]))
    #expect(
      isClose(
        try result([.power(.yeoJohnson, [0.5, 2])], inputs: 2, [2, -2]),
        [1.4641016151377544, -1.0986122886681098]))
    let quantiles = InputTransform.Quantiles(
      columns: [[0, 1, 1, 4]], shares: [0, 0.25, 0.75, 1])
    #expect(
      try result([.quantiles(quantiles)], inputs: 1, [-1, 0.5, 1, 2.5, 9])
        == [0, 0.125, 0.5, 0.875, 1])
    #expect(try result([.bins([[1, 2]])], inputs: 1, [0, 1, 1.5, 2, 3]) == [0, 1, 1, 2, 2])
    // scipy.special.ndtri.
    #expect(
      isClose(
        try result([.function(.normalQuantile)], inputs: 1, [0.5, 0.025, 1e-10, 0.975]),
        [0, -1.9599639845400545, -6.361340902404056, 1.9599639845400543]))
  }

  @Test func `an inverse restores the values`() throws {
    let quantiles = InputTransform.Quantiles(columns: [[0, 1, 4]], shares: [0, 0.5, 1])
    for operation: InputTransform.Operation in [
      .subtract([3]), .divide([3]), .multiply([3]), .add([3]), .power(.boxCox, [0.3]),
      .power(.yeoJohnson, [1.7]), .quantiles(quantiles),
    ] {
      let inverse = try #require(operation.inverse)
      let values = [0.25, 1, 2.5, 3.75]
      let there = try result([operation], inputs: 1, values)
      #expect(isClose(try result([inverse], inputs: 1, there), values), "\(operation)")
    }
  }

  @Test func `affine operations are folded into a layer`() throws {
    let transform = try InputTransform(
      steps: [
        .init("columns", [.select([2, 0])]), .init("PCA", [.matrix([1, 2, 3, 4], inputs: 2)]),
        .init("scaler", [.subtract([1, 2]), .divide([2, 4])]),
      ], inputs: 3)
    var weights: ContiguousArray<Double> = [5, 6]
    var biases: ContiguousArray<Double> = [7]
    #expect(transform.fold(into: &weights, &biases) == nil)
    let row = [0.5, 100, -0.25]
    var values = ContiguousArray(row)
    try transform.apply(to: &values)
    let expected = 5 * values[0] + 6 * values[1] + 7
    let folded = zip(row, weights).reduce(biases[0]) { $0 + $1.0 * $1.1 }
    #expect(abs(folded - expected) < 1e-13)
    let clipping = try InputTransform(
      steps: [.init("MaxAbsScaler", [.clip(0...1)])], inputs: 2)
    #expect(clipping.fold(into: &weights, &biases)?.name == "MaxAbsScaler")
  }

  @Test func `a network takes rows as its preprocessing does`() throws {
    let transform = try InputTransform(
      steps: [.init("PolynomialFeatures", [.products([[], [0], [0, 0]])])], inputs: 1)
    let network = try MLP(
      layers: [
        DenseLayer(
          inputs: 3, outputs: 1, weights: [1, 10, 100], biases: [0.5], activation: .identity)
      ], inputTransform: transform)
    #expect(network.inputs == 1)
    #expect(network.layerSizes == [3, 1])
    #expect(try network.evaluate([2]) == [421.5])
    #expect(
      try network.evaluate(Matrix(rows: 2, columns: 1, values: [2, 0])).values == [421.5, 1.5])
    #expect(throws: MLPError.inputWidth(expected: 1, found: 3)) { try network.evaluate([1, 2, 3]) }
    // The logarithm of 0 is no input of a network.
    let logarithm = try InputTransform(
      steps: [.init("FunctionTransformer", [.function(.log)])], inputs: 1)
    var values: ContiguousArray<Float> = [1, 0]
    #expect(throws: MLPError.notFinite(row: 1, step: "FunctionTransformer (log)")) {
      try logarithm.apply(to: &values)
    }
  }
}
