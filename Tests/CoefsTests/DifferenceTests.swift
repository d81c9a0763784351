import Coefs
import TestSupport
import Testing

struct DifferenceTests {
  @Test(arguments: [
    "chapter-fortran.npz", "chapter-big-endian.npz", "estimators/1.9.1/digits.joblib",
  ])
  func `layout, byte order and format make no difference`(file: String) throws {
    let chapter = try model("chapter-coefs.npz")
    let difference = try model(file).difference(from: chapter)
    #expect(difference.identical)
    #expect(difference.passed)
    #expect(difference.predictionsDiffer == 0)
    #expect(difference.layers == [.init(), .init()])
  }

  @Test func `what only one file stores is a note`() throws {
    let chapter = try model("chapter-coefs.npz")
    let difference = try model("chapter-arr.npz").difference(from: chapter)
    #expect(difference.passed)
    #expect(!difference.identical)
    #expect(difference.predictionsDiffer == 0)
    #expect(
      difference.notes == [
        "hidden activation: not stored and logistic; taken for both",
        "output activation: not stored and softmax; taken for both",
        "classes: not stored and 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; taken for both",
      ])
  }

  @Test func `an activation that one file stores is taken for both`() throws {
    let bare = "field/P10-mac-finder-zip.npz"
    let labels: [ClassLabels.Label] = (0..<10).map { .text("label \($0)") }
    let stored = try Model(
      model(bare, .init(activation: .relu, outActivation: .softmax)).weights.mlp(),
      classes: labels)
    for difference in [
      try stored.difference(from: model(bare)), try model(bare).difference(from: stored),
    ] {
      #expect(difference.passed)
      #expect(!difference.identical)
      #expect(difference.predictionsDiffer == 0)
      #expect(difference.notes.count == 3)
      #expect(difference.notes.allSatisfy { $0.hasSuffix("; taken for both") })
    }
    // Where neither file stores one, they predict the same under any.
    let same = try model(bare).difference(from: model(bare))
    #expect(same.identical)
    #expect(same.predictionsDiffer == 0)
    #expect(same.notes == [])
  }

  @Test func `the same values for columns of other names are not identical`() throws {
    func named(_ names: [String]?) throws -> Model {
      var parts = try arrays(of: "perceptron.npz").filter { $0.name.hasSuffix("_0") }
      if let names {
        parts.append(NamedArray("feature_names_in_", try NDArray(strings: names)))
      }
      return try Model(npz(parts), name: "named")
    }
    let names = (0..<64).map { "pixel \($0)" }
    let (one, other) = (try named(names), try named(names.reversed()))
    let difference = try one.difference(from: other)
    #expect(!difference.identical && !difference.passed)
    #expect(difference.notes.first?.hasPrefix("columns: pixel 0, pixel 1, ") == true)
    // A table has its columns in the order of the names, or in its own.
    let half = try one.difference(from: named(nil))
    #expect(!half.identical && half.passed)
    #expect(half.notes.contains { $0.hasPrefix("columns: ") && $0.hasSuffix("; taken for both") })
    #expect(try one.difference(from: named(names)).identical)
  }

  @Test func `networks whose predictions differ are never identical`() throws {
    let chapter = try model("chapter-coefs.npz")
    let network = chapter.weights.mlp()
    let others = [
      try model("tanh.npz"), try model("chapter-coefs.npz", .init(activation: .tanh)),
      try model("chapter-coefs.npz", .init(outActivation: .logistic)),
      try Model(network, classes: (0..<10).map { .integer(9 - $0) }),
      try Model(network, classes: (0..<10).map { .text("\($0)") }),
    ]
    let rows = try Dataset.digits(.all)
    let predictions = try chapter.predict(rows).predictions
    for other in others {
      #expect(try other.predict(rows).predictions != predictions)
      for difference in [
        try chapter.difference(from: other), try other.difference(from: chapter),
      ] {
        #expect(!difference.identical && !difference.passed)
        #expect(difference.notes != [] || difference.layers.contains { $0.weights.maxAbs > 0 })
      }
    }
  }

  @Test func `one number by one place is one ulp, and missed without a tolerance`() throws {
    var changed = try arrays(of: "chapter-coefs.npz")
    let index = try #require(changed.firstIndex { $0.name == "intercepts_1" })
    var biases = try changed[index].array.reals(as: Double.self)
    let step = biases[3].ulp
    biases[3] = biases[3].nextUp
    changed[index] = NamedArray("intercepts_1", try NDArray(biases))
    let other = try Model(npz(changed), name: "changed.npz")
    let difference = try model("chapter-coefs.npz").difference(from: other)
    #expect(!difference.identical)
    #expect(!difference.passed)
    #expect(difference.layers[0] == .init())
    #expect(difference.layers[1].weights == .init())
    #expect(difference.layers[1].biases == .init(maxAbs: step, maxUlp: 1))
    #expect(try model("chapter-coefs.npz").difference(from: other, tolerance: step).passed)
    #expect(try !model("chapter-coefs.npz").difference(from: other, tolerance: step / 2).passed)
  }

  @Test func `float32 is compared in its own places`() throws {
    func network(_ weight: Float) throws -> Model {
      try Model(
        npz([
          NamedArray("coefs_0", try NDArray([weight, 1], shape: [2, 1])),
          NamedArray("intercepts_0", try NDArray([Float(0)])),
        ]), name: "x.npz")
    }
    let next = Float(0.1).nextUp.nextUp
    let difference = try network(0.1).difference(from: network(next))
    #expect(difference.layers[0].weights.maxUlp == 2)
    #expect(difference.layers[0].weights.maxAbs == Double(next) - Double(Float(0.1)))
    #expect(difference.predictionsDiffer == nil)
    // From the least negative number to the least positive one there are two steps.
    let across = try network(-.leastNonzeroMagnitude)
      .difference(from: network(.leastNonzeroMagnitude))
    #expect(across.layers[0].weights.maxUlp == 2)
    let zeros = try network(0).difference(from: network(-0.0))
    #expect(!zeros.identical)
    #expect(zeros.layers[0].weights == .init(maxAbs: 0, maxUlp: 0))
    #expect(zeros.notes.last?.hasPrefix("zeros of other signs") == true)
  }

  @Test func `other activations, classes and scalers are differences whatever the tolerance`()
    throws
  {
    let tanh = SklearnWeights.Options(activation: .tanh)
    let difference = try model("chapter-coefs.npz", tanh)
      .difference(from: model("chapter-coefs.npz"), tolerance: 1)
    #expect(!difference.passed)
    #expect(difference.notes == ["hidden activation: tanh and logistic"])
    let folder = "estimators/1.9.1/"
    // One that cannot be folded.
    let scaled = try model(folder + "pipeline-minmax-clip.joblib")
    let unscaled = try model(folder + "multiclass.joblib").difference(from: scaled, tolerance: 100)
    #expect(!unscaled.passed)
    #expect(unscaled.notes == ["scalers: none and MinMaxScaler"])
    let others = try model(folder + "pipeline-robust.joblib")
      .difference(from: model(folder + "pipeline-standard.joblib"), tolerance: 100)
    #expect(!others.passed)
    #expect(others.notes == ["scalers: RobustScaler and StandardScaler"])
    let labels = try model(folder + "strings.joblib")
      .difference(from: model(folder + "multiclass.joblib"), tolerance: 100)
    #expect(labels.notes == ["classes: setosa, versicolor, virginica and 0, 1, 2"])
  }

  @Test func `a scaler of one network is folded to compare values`() throws {
    let scaled = try model("estimators/1.9.1/pipeline-standard.joblib")
    let folded = try Model(weights: scaled.weights.foldingInputTransform(), name: "folded")
    for difference in [
      try scaled.difference(from: folded), try folded.difference(from: scaled),
    ] {
      #expect(difference.passed && !difference.identical)
      #expect(
        difference.notes.contains { $0.hasSuffix("only; folded into its first layer to compare") })
    }
    let bare = Model(weights: scaled.weights.droppingInputTransform(), name: "bare")
    #expect(!(try scaled.difference(from: bare).passed))
  }

  @Test func `networks of other sizes cannot be compared`() throws {
    let error = #expect(throws: CoefsError.self) {
      try model("chapter-coefs.npz").difference(from: model("deep.npz"))
    }
    #expect(
      error?.cause
        == DataError.otherLayers(found: [64, 32, 16, 12, 10], expected: [64, 16, 10]))
    #expect(error?.category == .badContent)
  }
}
