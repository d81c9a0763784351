import MLP
import NPY
import NPZ
import Sklearn
import TestSupport
import Testing

struct SklearnWeightsTests {
  /// Every network among the fixtures that needs no option.
  static let models = fixtureNames(in: "", suffix: ".npz").filter {
    !$0.hasSuffix(".truth.npz") && $0 != "digits.npz" && $0 != "square.npz"
  }

  @Test func `there are networks to test with`() { #expect(Self.models.count >= 24) }

  @Test(arguments: [
    ("chapter-arr.npz", "arr_N", Layout.sklearn), ("chapter-interleaved.npz", "arr_N", .sklearn),
    ("chapter-coefs.npz", "coefs_N", .sklearn), ("chapter-coefs-deflated.npz", "coefs_N", .sklearn),
    ("chapter-coefs-trailing.npz", "coefs_N_", .sklearn),
    ("chapter-coefs-slash.npz", "coefs_/N", .sklearn), ("chapter-coef0.npz", "coefN", .sklearn),
    ("chapter-weights.npz", "weights_N", .mlp), ("chapter-W0.npz", "WN", .sklearn),
    ("chapter-W1.npz", "WN", .sklearn),
  ])
  func `the same network under every naming`(
    _ file: String, _ naming: String, _ layout: Layout
  ) throws {
    let found = try weights(file)
    #expect(found.naming == naming)
    #expect(found.layout == layout)
    #expect(found.layerSizes == [64, 16, 10])
    #expect(found.parameterCount == 1_210)
    #expect(found.dtypeName == "float64")
    let expected = try weights("chapter-coefs.npz")
    // Attributes aside, which only some of the files store.
    #expect(found.arrays(in: .mlp).prefix(4) == expected.arrays(in: .mlp).prefix(4))
    #expect(found.mlp() == expected.mlp() as MLP<Double>)
  }

  @Test(arguments: models)
  func `to the MLP layout and back is the identity on bytes`(_ file: String) throws {
    let original = try weights(file)
    let mlp = try SklearnWeights(original.arrays(in: .mlp))
    #expect(mlp.arrays(in: .sklearn) == original.arrays(in: .sklearn))
    // Attributes are written as they were known, so compare the arrays as stored too.
    for (layer, before) in zip(mlp.layers, original.layers) {
      let back = original.layout == .sklearn ? layer.weights.transposed() : layer.weights
      #expect(back == before.weights)
      #expect(layer.biases == before.biases)
    }
  }

  @Test func `what is stored wins over what is assumed, and an option over both`() throws {
    let assumed = try weights("chapter-arr.npz")
    #expect(assumed.activation == .init(.logistic, .assumed))
    #expect(assumed.outActivation == .init(.softmax, .assumed))
    #expect(assumed.classes == nil)
    let stored = try weights("chapter-coefs-trailing.npz")
    #expect(stored.activation == .init(.logistic, .stored))
    #expect(stored.outActivation == .init(.softmax, .stored))
    #expect(stored.classes?.labels == (0..<10).map { .integer($0) })
    let given = try weights(
      "chapter-coefs.npz", .init(activation: .tanh, outActivation: .logistic))
    #expect(given.activation == .init(.tanh, .option))
    #expect(given.outActivation == .init(.logistic, .option))
    #expect(given.mlp(as: Double.self).layers.map(\.activation) == [.tanh, .logistic])
    #expect(
      given.arrays(in: .mlp).suffix(3).map(\.name) == ["activation", "out_activation", "classes"])
    #expect(assumed.arrays(in: .mlp).count == 4)
  }

  @Test func `one output is assumed to be logistic`() throws {
    let binary = try SklearnWeights([
      NamedArray("coefs_0", zeros(3, 1)), NamedArray("intercepts_0", zeros(1)),
    ])
    #expect(binary.outActivation == .init(.logistic, .assumed))
  }

  @Test func `square layers follow the option, or the name`() throws {
    #expect(throws: SklearnError.ambiguousLayout(shapes: [[10, 10], [10, 10]])) {
      _ = try weights("square.npz")
    }
    let sklearn = try weights("square.npz", .init(layout: .sklearn))
    let mlp = try weights("square.npz", .init(layout: .mlp))
    #expect(sklearn.layers[0].weights == mlp.layers[0].weights)
    #expect(
      sklearn.arrays(in: .mlp)[0].array == mlp.arrays(in: .sklearn)[0].array)
    let named = try weights("square-coefs.npz")
    #expect(named.arrays(in: .mlp).prefix(4) == sklearn.arrays(in: .mlp).prefix(4))
  }

  @Test(arguments: [
    ("binary.npz", [SklearnWeights.Task.classifier], "logistic", 2),
    ("multilabel.npz", [.classifier], "logistic", 0), ("strings.npz", [.classifier], "softmax", 0),
    ("regressor.npz", [.regressor], "identity", 0),
    ("regressor-multi.npz", [.regressor], "identity", 0),
  ])
  func `other tasks`(
    _ file: String, _ task: [SklearnWeights.Task], _ output: String, _ classes: Int
  ) throws {
    let found = try weights(file)
    #expect([found.task] == task)
    #expect(found.outActivation.activation.rawValue == output)
    if classes > 0 { #expect(found.classes?.labels.count == classes) }
    #expect((found.classes == nil) == (found.task == .regressor))
  }

  @Test func `biases as a row or a column are a vector`() throws {
    for shape in [[1, 3], [3, 1]] {
      let found = try SklearnWeights(
        network(["intercepts_0": NDArray([1.0, 2, 3], shape: shape)]))
      #expect(found.layers[0].biases.shape == [3])
      #expect(try found.layers[0].biases.reals(as: Double.self) == [1, 2, 3])
    }
  }

  @Test func `integers of any width are weights`() throws {
    let found = try SklearnWeights(network(["intercepts_1": NDArray([Int64(-5), 7])]))
    #expect(found.mlp(as: Float.self).layers[1].biases == [-5, 7])
    #expect(found.dtypeName == "float64, int64")
    #expect(found.arrays(in: .mlp)[3].array.dtype == Int64.dtype)
    #expect(found.arrays(in: .mlp, precision: .float32)[3].array.dtype == Float.dtype)
  }

  @Test func `other frameworks' names`() throws {
    let (w0, b0, w1, b1) = (try zeros(4, 3), try zeros(3), try zeros(3, 2), try zeros(2))
    let (t0, t1) = (w0.transposed(), w1.transposed())
    let namings: [(String, [NamedArray], Layout)] = [
      (
        "layerN/kernel",
        [
          NamedArray("layer1/kernel", w0), NamedArray("layer1/bias", b0),
          NamedArray("layer2/kernel", w1), NamedArray("layer2/bias", b1),
        ], .sklearn
      ),
      (
        "dense_N/kernel:0",
        [
          NamedArray("dense/kernel:0", w0), NamedArray("dense/bias:0", b0),
          NamedArray("dense_1/kernel:0", w1), NamedArray("dense_1/bias:0", b1),
        ], .sklearn
      ),
      (
        "fcN.weight",
        [
          NamedArray("fc1.weight", t0), NamedArray("fc1.bias", b0), NamedArray("fc2.weight", t1),
          NamedArray("fc2.bias", b1),
        ], .mlp
      ),
      (
        "net.N.weight",
        [
          NamedArray("net.0.weight", t0), NamedArray("net.0.bias", b0),
          NamedArray("net.2.weight", t1), NamedArray("net.2.bias", b1),
        ], .mlp
      ),
    ]
    for (naming, arrays, layout) in namings {
      let found = try SklearnWeights(arrays.shuffled())
      #expect(found.naming == naming)
      #expect(found.layout == layout)
      #expect(found.layerSizes == [4, 3, 2])
    }
  }

  @Test func `stacks and vectors are cut into layers`() throws {
    let numbers = (0..<24).map(Double.init)
    let stack = try SklearnWeights([
      NamedArray("coefs", NDArray(numbers[..<18], shape: [2, 3, 3])),
      NamedArray("intercepts", NDArray(numbers[18...], shape: [2, 3])),
    ])
    let vector = try SklearnWeights(
      [NamedArray("params", NDArray(numbers))], options: .init(layerSizes: [3, 3, 3]))
    #expect(stack.arrays(in: .sklearn) == vector.arrays(in: .sklearn))
    #expect(try stack.layers[1].weights.reals(as: Double.self) == ContiguousArray(numbers[9..<18]))
    #expect(try stack.layers[1].biases.reals(as: Double.self) == [21, 22, 23])
  }

  @Test func `layers may be counted from 1, without zeros in front`() throws {
    let counted = try SklearnWeights([
      NamedArray("coefs_1", zeros(2, 1)), NamedArray("intercepts_1", zeros(1)),
    ])
    #expect(counted.layerSizes == [2, 1])
    #expect(throws: SklearnError.noWeights(found: ["coefs_01", "intercepts_01"])) {
      _ = try SklearnWeights([
        NamedArray("coefs_01", zeros(2, 1)), NamedArray("intercepts_01", zeros(1)),
      ])
    }
  }

  /// The file of truth, the fixture, and how close Double and Float have to come.
  @Test(arguments: [
    ("chapter", "chapter-coefs", 2e-15, 2e-6), ("deep", "deep", 1e-14, 2e-5),
    ("tanh", "tanh", 1e-14, 2e-5), ("binary", "binary", 1e-14, 2e-5),
  ])
  func `the network computes what scikit-learn does`(
    _ truthName: String, _ file: String, _ double: Double, _ float: Double
  ) throws {
    let truth = try arrays("\(truthName).truth.npz")
    func array(_ name: String) -> NDArray? { truth.first { $0.name == name }?.array }
    let inputs: ContiguousArray<Double>
    if let x = array("X") {
      inputs = try x.reals(as: Double.self)
    } else {
      let rows = try #require(array("rows")).integers().map { Int($0) }
      let scale = try #require(array("scale")).reals(as: Double.self)[0]
      let pixels = try #require(arrays("digits.npz").first { $0.name == "images" }).array
        .reals(as: Double.self)
      inputs = ContiguousArray(pixels[rows[0] * 64..<rows[1] * 64].map { $0 / scale })
    }
    let proba = try #require(array("proba"))
    let expected = try proba.reals(as: Double.self)
    let network = try weights("\(file).npz")
    let (exact, rough) = (network.mlp(as: Double.self), network.mlp(as: Float.self))
    var worst = (double: 0.0, float: 0.0)
    for row in 0..<inputs.count / 64 where row.isMultiple(of: 7) {
      let image = Array(inputs[row * 64..<(row + 1) * 64])
      let found = try exact.evaluate(image)
      let single = try rough.evaluate(image.map { Float($0) })
      for output in found.indices {
        // With one output scikit-learn gives the probability of both classes.
        let column = found.count == 1 ? 1 : output
        let truth = expected[row * proba.shape[1] + column]
        worst.double = max(worst.double, abs(found[output] - truth))
        worst.float = max(worst.float, abs(Double(single[output]) - truth))
      }
    }
    #expect(worst.double <= double)
    #expect(worst.float <= float)
  }
}
