import MLP
import NPY
import NPZ
import Sklearn
import TestSupport
import Testing

/// What a fixture holds (fixtures/README.md).
struct Expected: CustomTestStringConvertible {
  let file: String
  let naming: String
  let layout: WeightLayout
  let sizes: [Int]
  let dtype: String
  let hidden: SklearnWeights.Choice
  let output: SklearnWeights.Choice
  let labels: [ClassLabels.Label]?

  var testDescription: String { file }

  private init(
    _ file: String, _ naming: String, _ sizes: [Int], _ hidden: SklearnWeights.Choice,
    _ output: SklearnWeights.Choice, _ labels: [ClassLabels.Label]?,
    layout: WeightLayout = .sklearn,
    dtype: String = "float64"
  ) {
    self.file = file
    self.naming = naming
    self.layout = layout
    self.sizes = sizes
    self.dtype = dtype
    self.hidden = hidden
    self.output = output
    self.labels = labels
  }

  /// The chapter's network: its attributes stored, or nothing but weights.
  private static func chapter(
    _ name: String, _ naming: String, stored: Bool = false, layout: WeightLayout = .sklearn,
    dtype: String = "float64"
  ) -> Expected {
    let origin: SklearnWeights.Origin = stored ? .stored : .assumed
    return Expected(
      "chapter-\(name).npz", naming, [64, 16, 10], .init(.logistic, origin),
      .init(.softmax, origin), stored ? ClassLabels.counted(10) : nil, layout: layout,
      dtype: dtype)
  }

  private static func stored(
    _ name: String, _ sizes: [Int], _ hidden: Activation, _ output: Activation,
    _ labels: [ClassLabels.Label]?
  ) -> Expected {
    Expected(
      "\(name).npz", "coefs_N", sizes, .init(hidden, .stored), .init(output, .stored), labels)
  }

  static let all = [
    chapter("arr", "arr_N"), chapter("interleaved", "arr_N"), chapter("coefs-slash", "coefs_/N"),
    chapter("coef0", "coefN"), chapter("weights", "weights_N", layout: .mlp),
    chapter("W0", "WN"), chapter("W1", "WN"),
    chapter("coefs", "coefs_N", stored: true), chapter("coefs-deflated", "coefs_N", stored: true),
    chapter("coefs-trailing", "coefs_N_", stored: true),
    chapter("big-endian", "coefs_N", stored: true), chapter("fortran", "coefs_N", stored: true),
    chapter("longdouble", "coefs_N", stored: true, dtype: "float128"),
    chapter("float16", "coefs_N", stored: true, dtype: "float16"),
    chapter("float32", "coefs_N", stored: true, dtype: "float32"),
    stored("binary", [64, 4, 1], .logistic, .logistic, [.integer(3), .integer(8)]),
    stored("deep", [64, 32, 16, 12, 10], .relu, .softmax, ClassLabels.counted(10)),
    stored("multilabel", [64, 12, 3], .relu, .logistic, ClassLabels.counted(3)),
    stored("multilabel-two", [64, 12, 2], .relu, .logistic, ClassLabels.counted(2)),
    stored("perceptron", [64, 10], .relu, .softmax, ClassLabels.counted(10)),
    stored("regressor", [64, 12, 1], .relu, .identity, nil),
    stored("regressor-multi", [64, 12, 3], .relu, .identity, nil),
    stored("square-coefs", [10, 10, 10], .logistic, .softmax, ClassLabels.counted(10)),
    stored(
      "strings", [64, 12, 10], .tanh, .softmax,
      [
        "cinq", "deux", "huit", "neuf", "quatre", "sept", "six", "trois", "un", "zéro",
      ].map { .text($0) }),
    stored("tanh", [64, 16, 10], .tanh, .softmax, ClassLabels.counted(10)),
  ]
}

struct SklearnWeightsTests {
  // MARK: What a file says

  @Test func `every network among the fixtures is expected`() {
    #expect(Expected.all.map(\.file).sorted() == models)
  }

  @Test(arguments: Expected.all)
  func `a network is found as it was saved`(_ expected: Expected) throws {
    let found = try weights(expected.file)
    #expect(found.naming == expected.naming)
    #expect(found.layout == expected.layout)
    #expect(found.layerSizes == expected.sizes)
    #expect(found.layers.count == expected.sizes.count - 1)
    #expect(found.dtypeName == expected.dtype)
    #expect(found.activation == expected.hidden)
    #expect(found.outActivation == expected.output)
    #expect(found.classes?.labels == expected.labels)
    #expect((found.task == .regressor) == expected.file.hasPrefix("regressor"))
    #expect(
      found.parameterCount
        == zip(expected.sizes, expected.sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 })
  }

  @Test(arguments: Expected.all.filter { $0.file.hasPrefix("chapter-") })
  func `the chapter's network is the same under every naming and dtype`(
    _ expected: Expected
  ) throws {
    let found = try weights(expected.file)
    let reference = try weights("chapter-coefs.npz").mlp(as: Double.self)
    switch expected.file {
    case "chapter-float32.npz":
      // A network of its own.
      #expect(found.mlp() != reference)
    case "chapter-float16.npz":
      for (layer, exact) in zip(found.mlp().layers, reference.layers) {
        for (weight, other) in zip(layer.weights + layer.biases, exact.weights + exact.biases) {
          #expect(abs(weight - other) <= max(abs(other) * 0x1p-11, 0x1p-25))
        }
      }
    default:
      #expect(found.mlp() == reference)
    }
  }

  @Test func `layers hold the arrays as they were stored`() throws {
    for file in models where file != "chapter-W1.npz" {
      let found = try weights(file)
      let stored = try arrays(file).map(\.array)
      for layer in found.layers {
        #expect(stored.contains(layer.weights))
        #expect(stored.contains(layer.biases))
      }
    }
  }

  @Test func `one output is assumed to be logistic, several to be a softmax`() throws {
    let one = try SklearnWeights(named(["coefs_0": ramp(3, 1), "intercepts_0": ramp(1)]))
    #expect(one.outActivation == .init(.logistic, .assumed))
    let two = try SklearnWeights(named(["coefs_0": ramp(3, 2), "intercepts_0": ramp(2)]))
    #expect(two.outActivation == .init(.softmax, .assumed))
    #expect(two.activation == .init(.logistic, .assumed))
  }

  @Test func `an option wins over what is stored`() throws {
    let found = try weights(
      "chapter-coefs.npz", .init(activation: .tanh, outActivation: .logistic))
    #expect(found.activation == .init(.tanh, .option))
    #expect(found.outActivation == .init(.logistic, .option))
    #expect(found.mlp(as: Double.self).layers.map(\.activation) == [.tanh, .logistic])
    // Even over what nobody knows.
    let unknown = try SklearnWeights(
      network(["activation": NDArray(string: "swish")]), options: .init(activation: .relu))
    #expect(unknown.activation == .init(.relu, .option))
    // One is stored, the other given.
    let mixed = try weights("deep.npz", .init(outActivation: .logistic))
    #expect(mixed.activation == .init(.relu, .stored))
    #expect(mixed.outActivation == .init(.logistic, .option))
  }

  @Test func `an option that makes no network is refused`() throws {
    #expect(
      throws: SklearnError.unknownActivation(
        "activation", value: "softmax", known: ["identity", "logistic", "tanh", "relu"])
    ) { try SklearnWeights(network(), options: .init(activation: .softmax)) }
    for activation in [Activation.relu, .tanh] {
      #expect(
        throws: SklearnError.unknownActivation(
          "out_activation", value: activation.rawValue,
          known: ["softmax", "logistic", "identity", "exp"])
      ) { try SklearnWeights(network(), options: .init(outActivation: activation)) }
    }
  }

  @Test func `square layers follow the option, or the name`() throws {
    let error = SklearnError.ambiguousLayout(shapes: [[10, 10], [10, 10]])
    #expect(throws: error) { try weights("square.npz") }
    #expect(error.description.contains("inputs × outputs and outputs × inputs"))
    let sklearn = try weights("square.npz", .init(layout: .sklearn))
    let mlp = try weights("square.npz", .init(layout: .mlp))
    #expect(sklearn.layers.map(\.weights) == mlp.layers.map(\.weights))
    #expect(sklearn.arrays(in: .mlp)[0].array == mlp.arrays(in: .mlp)[0].array.transposed())
    #expect(
      try weights("square-coefs.npz").mlp(as: Double.self) == sklearn.mlp(as: Double.self))
  }

  @Test(arguments: ["|i1", ">i2", "<i4", ">i8", "|u1", "<u2", ">u4", "<u8", ">f2", "<f4", ">f16"])
  func `weights of any real dtype are kept as they are`(_ code: String) throws {
    let dtype = try DType(code)
    // 1 in every dtype: an integer's last byte, a float's exponent.
    let one: [UInt8] =
      switch code {
      case ">f2": [0x3C, 0]
      case "<f4": [0, 0, 0x80, 0x3F]
      case ">f16": [0, 0, 0, 0, 0, 0, 0x3F, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]
      default:
        (0..<dtype.itemSize).map {
          $0 == (dtype.byteOrder == .big ? dtype.itemSize - 1 : 0) ? 1 : 0
        }
      }
    let stored = try array(code, [4, 3], repeatElement(one, count: 12).joined())
    let found = try SklearnWeights(network(["coefs_0": stored]))
    #expect(found.layers[0].weights == stored)
    #expect(found.dtypeName == "\(dtype.name), float64")
    #expect(found.mlp(as: Double.self).layers[0].weights.allSatisfy { $0 == 1 })
    #expect(found.mlp(as: Float.self).layers[0].weights.allSatisfy { $0 == 1 })
    #expect(found.arrays(in: .sklearn)[0].array == stored)
  }

  @Test(arguments: [">f2", "<f4", "<f8", "<f16"], [false, true])
  func `a number that is not finite is found in any dtype and order`(
    _ code: String, _ fortran: Bool
  ) throws {
    let infinity: [UInt8] =
      switch code {
      case ">f2": [0x7C, 0]
      case "<f4": [0, 0, 0x80, 0x7F]
      case "<f8": [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]
      default: [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0]
      }
    // (2, 1) is element 2 * 3 + 1 of (4, 3), or 2 + 4 * 1 where the first axis varies fastest.
    var bytes = [UInt8](repeating: 0, count: 12 * infinity.count)
    bytes.replaceSubrange(
      (fortran ? 6 : 7) * infinity.count..<(fortran ? 7 : 8) * infinity.count, with: infinity)
    let stored = try array(code, [4, 3], fortran: fortran, bytes)
    #expect(throws: SklearnError.notFinite("coefs_0", value: "inf", index: [2, 1])) {
      try SklearnWeights(network(["coefs_0": stored]))
    }
  }

  @Test func `the place of a number that is not finite is that in the file`() throws {
    for (shape, index) in [([3], [2]), ([1, 3], [0, 2]), ([3, 1], [2, 0])] {
      #expect(throws: SklearnError.notFinite("intercepts_0", value: "nan", index: index)) {
        try SklearnWeights(network(["intercepts_0": NDArray([0, 0, Double.nan], shape: shape)]))
      }
    }
  }

  // MARK: What is written

  @Test(arguments: models)
  func `to the MLP layout and back is the identity on bytes`(_ file: String) throws {
    let original = try weights(file)
    let there = try SklearnWeights(original.arrays(in: .mlp))
    #expect(there.layout == .mlp)
    #expect(there.naming == "weights_N")
    let back = try SklearnWeights(there.arrays(in: .sklearn))
    #expect(back.layout == .sklearn)
    #expect(back.naming == "coefs_N")
    for (layer, before) in zip(back.layers, original.layers) {
      let stored = original.layout == .sklearn ? before.weights : before.weights.transposed()
      #expect(layer.weights == stored)
      #expect(layer.biases == before.biases)
    }
    #expect(back.arrays(in: .sklearn) == original.arrays(in: .sklearn))
    #expect(back.arrays(in: .mlp) == original.arrays(in: .mlp))
    #expect(back.classes == original.classes)
    #expect(there.mlp() == original.mlp(as: Double.self))
  }

  @Test(arguments: models)
  func `scikit-learn's own arrays come back as they were in the file`(_ file: String) throws {
    let stored = try arrays(file)
    let written = try SklearnWeights(weights(file).arrays(in: .mlp)).arrays(in: .sklearn)
    let names = Set(written.map(\.name))
    // The fixtures that are named as we write: whole arrays under the same names, attributes too.
    if Set(stored.map(\.name)) == names {
      #expect(written == stored)
    } else {
      #expect(!stored.contains { $0.name == "coefs_0" })
    }
  }

  @Test func `arrays are named and ordered by layer, then attributes`() throws {
    let found = try weights("chapter-coefs-trailing.npz")
    let attributes = ["activation", "out_activation", "classes"]
    #expect(
      found.arrays(in: .sklearn).map(\.name)
        == ["coefs_0", "intercepts_0", "coefs_1", "intercepts_1"] + attributes)
    #expect(
      found.arrays(in: .mlp).map(\.name)
        == ["weights_0", "biases_0", "weights_1", "biases_1"] + attributes)
    #expect(found.arrays(in: .mlp)[0].array.shape == [16, 64])
    #expect(found.arrays(in: .mlp)[4].array == NDArray(string: "logistic"))
    #expect(found.arrays(in: .mlp)[5].array == NDArray(string: "softmax"))
  }

  @Test func `attributes are written where stored or given, not where assumed`() throws {
    func names(_ file: String, _ options: SklearnWeights.Options = .init()) throws -> [String] {
      try weights(file, options).arrays(in: .mlp).dropFirst(4).map(\.name)
    }
    #expect(try names("chapter-arr.npz") == [])
    #expect(try names("chapter-arr.npz", .init(activation: .tanh)) == ["activation"])
    #expect(try names("chapter-arr.npz", .init(outActivation: .softmax)) == ["out_activation"])
    #expect(try names("regressor.npz") == ["activation", "out_activation"])
    #expect(try names("binary.npz") == ["activation", "out_activation", "classes"])
    let given = try weights("chapter-coefs.npz", .init(activation: .tanh))
    #expect(given.arrays(in: .mlp)[4].array == NDArray(string: "tanh"))
  }

  @Test func `bits that no number needs are kept`() throws {
    // Negative zero, a subnormal, and a long double whose padding is not zero.
    let stored = try NDArray([-0.0, .leastNonzeroMagnitude, 1], shape: [3, 1])
    let padded = try array("<f16", [1], [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x3F, 1, 2, 3, 4, 5, 6])
    let found = try SklearnWeights(named(["coefs_0": stored, "intercepts_0": padded]))
    let back = try SklearnWeights(found.arrays(in: .mlp)).arrays(in: .sklearn)
    #expect(back[0].array.bytes == stored.bytes)
    #expect(back[1].array.bytes == padded.bytes)
  }

  @Test(arguments: models)
  func `every number can be rounded to another precision`(_ file: String) throws {
    let original = try weights(file)
    let count = 2 * original.layers.count
    for layout in WeightLayout.allCases {
      let exact = original.arrays(in: layout)
      let narrow = original.arrays(in: layout, precision: .float32)
      let wide = original.arrays(in: layout, precision: .float64)
      #expect(narrow.map(\.name) == exact.map(\.name))
      #expect(narrow.dropFirst(count) == exact.dropFirst(count))
      for index in 0..<count {
        #expect(narrow[index].array.dtype == Float.dtype)
        #expect(wide[index].array.dtype == Double.dtype)
        #expect(!wide[index].array.header.isFortranOrder)
        #expect(narrow[index].array.shape == exact[index].array.shape)
        #expect(
          try narrow[index].array.reals(as: Float.self) == exact[index].array.reals(as: Float.self))
        #expect(
          try wide[index].array.reals(as: Double.self) == exact[index].array.reals(as: Double.self))
      }
      if original.dtypeName == "float64", file != "chapter-big-endian.npz",
        file != "chapter-fortran.npz", layout == original.layout
      {
        #expect(wide == exact)
      }
    }
  }

  // MARK: What it computes

  @Test func `the network has outputs times inputs, rounded once`() throws {
    let network = try SklearnWeights(network()).mlp(as: Double.self)
    #expect(network.layerSizes == [4, 3, 2])
    #expect(network.layers[0].weights == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    #expect(network.layers[1].biases == [0, 1])
    #expect(network.layers.map(\.activation) == [.logistic, .softmax])
    let third = try SklearnWeights(
      named(["coefs_0": NDArray([1.0 / 3], shape: [1, 1]), "intercepts_0": ramp(1)]))
    #expect(third.mlp(as: Float.self).layers[0].weights == [Float(1.0 / 3)])
  }

  /// The truth, a network that it is the truth of, and how far Double and Float may be off.
  ///
  /// `float32` is scikit-learn's arithmetic in single precision.
  @Test(arguments: [
    ("chapter", "chapter-coefs", 2e-15, 2e-6), ("chapter", "chapter-longdouble", 2e-15, 2e-6),
    ("chapter-float16", "chapter-float16", 1e-14, 2e-6),
    ("chapter-float32", "chapter-float32", 2e-6, 2e-6), ("binary", "binary", 1e-14, 2e-6),
    ("deep", "deep", 1e-14, 1e-5), ("multilabel", "multilabel", 1e-14, 1e-5),
    ("multilabel-two", "multilabel-two", 1e-14, 1e-5),
    ("perceptron", "perceptron", 1e-14, 1e-5), ("regressor", "regressor", 1e-14, 1e-5),
    ("regressor-multi", "regressor-multi", 1e-14, 1e-5), ("square", "square-coefs", 1e-14, 2e-6),
    ("strings", "strings", 1e-14, 1e-5), ("tanh", "tanh", 1e-14, 1e-5),
  ])
  func `a network answers as scikit-learn did`(
    _ truthName: String, _ file: String, _ double: Double, _ float: Double
  ) throws {
    let truth = try Truth(truthName)
    let found = try weights("\(file).npz")
    let exact = try found.mlp(as: Double.self).evaluate(truth.inputs)
    let narrow = try Matrix(
      rows: truth.inputs.rows, columns: truth.inputs.columns,
      values: truth.inputs.values.map { Float($0) })
    let rough = try found.mlp(as: Float.self).evaluate(narrow)
    #expect(exact.rows == truth.answers.rows)
    // With one output scikit-learn gives the probabilities of both classes, the second being ours.
    let shift = exact.columns == 1 ? truth.answers.columns - 1 : 0
    #expect(exact.columns == truth.answers.columns - shift)
    var worst = (double: 0.0, float: 0.0)
    for row in 0..<exact.rows {
      for column in 0..<exact.columns {
        let answer = truth.answers[row, column + shift]
        worst.double = max(worst.double, abs(exact[row, column] - answer))
        worst.float = max(worst.float, abs(Double(rough[row, column]) - answer))
      }
    }
    #expect(worst.double <= double)
    #expect(worst.float <= float)
    guard let labels = truth.labels else { return }
    #expect(try self.labels(exact, of: found) == labels)
  }

  /// The label of each row's greatest answer; of several yes-or-no answers all, as 0 or 1.
  private func labels(
    _ answers: Matrix<Double>, of weights: SklearnWeights
  ) throws -> [ClassLabels.Label] {
    if weights.outActivation.activation == .logistic {
      let choices = answers.values.map { $0 > 0.5 ? 1 : 0 }
      guard answers.columns == 1 else { return choices.map { .integer(Int64($0)) } }
      let labels = try #require(weights.classes?.labels)
      return choices.map { labels[$0] }
    }
    let labels = try #require(weights.classes?.labels)
    return try (0..<answers.rows).map { row in
      let answer = answers.row(row)
      return labels[try #require(answer.firstIndex(of: answer.max() ?? 0))]
    }
  }
}
