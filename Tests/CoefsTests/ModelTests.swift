import Coefs
import TestSupport
import Testing

@Suite struct ModelTests {
  @Test func `a lone array of weights and one of biases make a perceptron`() throws {
    let model = try Model(
      contentsOf: fixturePath("perceptron-coefs.npy"),
      intercepts: fixturePath("perceptron-intercepts.npy"))
    #expect(model.weights.layerSizes == [64, 10])
    let digits = try Dataset.digits()
    #expect(
      try model.predict(digits).predictions
        == CoefsTests.model("perceptron.npz").predict(digits).predictions)
  }

  @Test func `a lone array of weights asks for its biases`() throws {
    let path = fixturePath("perceptron-coefs.npy")
    let error = coefsError { _ = try Model(contentsOf: path) }
    #expect(error == CoefsError(path, SklearnError.loneArray))
    #expect(error?.description.contains("the biases are missing") == true)
    #expect(error?.category == .badContent)
  }

  @Test func `weights and biases may be archives of numbered arrays`() throws {
    try withTemporaryFolder { folder throws in
      let all = try arrays(of: "chapter-arr.npz")
      let weights = try write(
        npz([
          all[0], all[1], NamedArray("activation", NDArray(string: "tanh")),
        ]), to: folder + "/weights.npz")
      let biases = try write(
        npz([NamedArray("arr_0", all[2].array), NamedArray("arr_1", all[3].array)]),
        to: folder + "/biases.npz")
      let model = try Model(contentsOf: weights, intercepts: biases)
      #expect(model.weights.layerSizes == [64, 16, 10])
      #expect(model.weights.activation == .init(.tanh, .stored))
    }
  }

  @Test func `weights and biases may be archives of named arrays`() throws {
    try withTemporaryFolder { folder throws in
      let all = try arrays(of: "chapter-W1.npz")
      let weights = try write(npz([all[0], all[2]]), to: folder + "/weights.npz")
      let biases = try write(npz([all[1], all[3]]), to: folder + "/biases.npz")
      let model = try Model(contentsOf: weights, intercepts: biases)
      #expect(model.weights.layerSizes == [64, 16, 10])
      #expect(model.weights.naming == "WN")
    }
  }

  @Test func `a folder of arrays is a file too, one without arrays is a folder`() throws {
    try withTemporaryFolder { folder throws in
      let error = coefsError { _ = try Model(contentsOf: folder) }
      #expect(error == CoefsError(folder, FileError.notAFile(.folder)))
      for item in try arrays(of: "chapter-coefs.npz") {
        try write(item.array.fileBytes, to: "\(folder)/\(item.name).npy")
      }
      let model = try Model(contentsOf: folder)
      #expect(model.weights.activation == .init(.logistic, .stored))
      #expect(try model.verify(on: .digits()).correct == 481)
    }
  }

  @Test func `names of many parts are told by the last two`() throws {
    let weights = try NDArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let biases = try NDArray([1.0, 2, 3])
    for (prefix, naming) in [
      ("a/b.c/d/", "a/b.c/d/layerN/kernel"), (String(repeating: "x/", count: 1_000), nil),
    ] {
      let found = try SklearnWeights([
        NamedArray(prefix + "layer0/kernel", weights), NamedArray(prefix + "layer0/bias", biases),
      ])
      #expect(found.layerSizes == [2, 3])
      #expect(naming == nil || found.naming == naming)
    }
  }

  @Test func `bytes in memory are a file too`() throws {
    let model = try Model(fixture("chapter-coefs.npz"), name: "memory")
    #expect(model.file == "memory")
    #expect(model.weights.layerSizes == [64, 16, 10])
    let cut = try ContiguousArray(fixture("chapter-coefs.npz").dropLast(30))
    let error = coefsError { _ = try Model(cut, name: "memory") }
    #expect(error?.file == "memory")
    #expect(error?.category == .badContent)
  }

  @Test func `an array of a refused type says so, and not that biases are missing`() throws {
    let path = fixturePath("npy/objects.npy")
    let error = coefsError { _ = try Model(contentsOf: path) }
    guard case .unsupportedDType("'|O'", _)? = error?.cause as? NPYError else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["raw-datetime", "raw-timedelta", "raw-void", "raw-bfloat16", "raw-structured"])
  func `what is no number is no weight`(name: String) throws {
    let biases = try NDArray(parsing: fixture("npy/\(name).npy"))
    let weights = try NDArray([0.5, 1, 1.5, 2], shape: [2, 2])
    let error = #expect(throws: SklearnError.self) {
      try SklearnWeights([.init("coefs_0", weights), .init("intercepts_0", biases)])
    }
    #expect(error == .notReal("intercepts_0", dtype: biases.dtype.description))
    #expect(error?.description.contains("bfloat16") == (name == "raw-bfloat16"))
    let labels = #expect(throws: SklearnError.self) {
      try SklearnWeights([
        .init("coefs_0", weights), .init("intercepts_0", NDArray([0.0, 1])),
        .init("classes", biases),
      ])
    }
    #expect(
      labels
        == .unreadable(
          "classes", .notConvertible(dtype: biases.dtype.description, to: "labels")))
  }

  @Test func `the label of an output is that of its greatest number`() throws {
    let strings = try model("strings.npz")
    var output = [Double](repeating: 0, count: 10)
    output[7] = 0.5
    #expect(strings.label(of: output) == .text("trois"))
    output[2] = 0.5
    #expect(strings.label(of: output) == .text("huit"), "the first of equal ones")
    #expect(strings.label(of: output.map(Float.init)) == .text("huit"))

    let binary = try model("binary.npz")
    #expect(binary.label(of: [0.5]) == .integer(3))
    #expect(binary.label(of: [(0.5).nextUp]) == .integer(8))
    #expect(try model("regressor.npz").label(of: [0.5]) == nil)
    #expect(try model("chapter-arr.npz").label(of: output) == .integer(2))
  }

  @Test func `labels are stored or counted`() throws {
    #expect(try model("chapter-arr.npz").labels == (0..<10).map { .integer($0) })
    #expect(try model("binary.npz").labels == [.integer(3), .integer(8)])
    #expect(try model("regressor.npz").labels == [])
    #expect(try model("multilabel.npz").isMultilabel)
    #expect(try !model("binary.npz").isMultilabel)
    #expect(try !model("chapter-coefs.npz").isMultilabel)
  }

  @Test func `many tasks may use one model at once`() async throws {
    let model = try model("chapter-coefs.npz")
    let digits = try Dataset.digits(.range(1_000..<1_020))
    let expected = try model.predict(digits, probabilities: true)
    let answers = try await withThrowingTaskGroup(of: Predictions.self) { group in
      for _ in 0..<16 {
        group.addTask { try model.predict(digits, probabilities: true) }
      }
      var answers: [Predictions] = []
      for try await answer in group { answers.append(answer) }
      return answers
    }
    #expect(answers.count == 16)
    for answer in answers {
      #expect(answer.predictions == expected.predictions)
      #expect(answer.probabilities == expected.probabilities)
    }
  }
}
