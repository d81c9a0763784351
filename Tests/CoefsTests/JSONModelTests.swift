import Coefs
import Files
import Foundation
import TestSupport
import Testing

/// Networks as JSON texts: in the shapes that people write, and in the one that is written.
@Suite struct JSONModelTests {
  struct All: Decodable {
    let cases: [Case]
    let networks: [String: Network]
  }

  struct Case: Decodable {
    struct Options: Decodable {
      let activation: String?
      let outActivation: String?
      let layout: String?
      let prefix: String?
    }

    let file: String
    let network: String?
    let options: Options
    let refused: String?
    let notes: [String]?
    let exact: Bool
  }

  struct Network: Decodable {
    let coefs: [[[Double]]]
    let intercepts: [[Double]]
    let rows: [[Double]]
    let outputs: [[Double]]
    let kind: String
  }

  let all: All

  init() throws { all = try jsonFixture("json-models/cases.json", as: All.self) }

  private func model(_ item: Case) throws -> Model {
    let options = SklearnWeights.Options(
      layout: item.options.layout.flatMap(WeightLayout.init),
      activation: item.options.activation.flatMap(Activation.init),
      outActivation: item.options.outActivation.flatMap(Activation.init),
      prefix: item.options.prefix)
    return try Model(contentsOf: fixturePath("json-models/" + item.file), options: options)
  }

  @Test func `every shape has the weights of scikit-learn, and its predictions`() throws {
    var read = 0
    for item in all.cases where item.refused == nil {
      let truth = try #require(all.networks[item.network ?? ""], "\(item.file)")
      let model = try model(item)
      if item.exact {
        for (index, layer) in model.weights.layers.enumerated() {
          let matrix = model.weights.layout == .sklearn ? layer.weights : layer.weights.transposed()
          let coefs = try matrix.reals(as: Double.self)
          #expect(
            Array(coefs) == truth.coefs[index].flatMap(\.self), "\(item.file), layer \(index)")
          #expect(
            try Array(layer.biases.reals(as: Double.self)) == truth.intercepts[index],
            "\(item.file), layer \(index)")
        }
      }
      let predictor = try model.predictor()
      for (row, outputs) in zip(truth.rows, truth.outputs) {
        let prediction = try predictor.predict(row)
        let found = truth.kind == "classifier" ? prediction.probabilities : prediction.values
        for (one, other) in zip(found, outputs) {
          #expect(abs(one - other) < (item.exact ? 1e-12 : 1e-3), "\(item.file)")
        }
        #expect(found.count == outputs.count, "\(item.file)")
      }
      for note in item.notes ?? [] {
        #expect(model.notes.contains { $0.contains(note) }, "\(item.file): \(model.notes)")
      }
      read += 1
    }
    #expect(read >= 30)
  }

  @Test func `what is not sound, or means something else, is refused by its name`() throws {
    var refused = 0
    for item in all.cases {
      guard let reason = item.refused else { continue }
      let error = try #require(coefsError { _ = try self.model(item) }, "\(item.file)")
      #expect(error.category == .badContent, "\(item.file)")
      #expect(error.description.contains(reason), "\(item.file): \(error)")
      refused += 1
    }
    #expect(refused >= 15)
  }

  @Test func `numbers are the nearest, however they are written`() throws {
    for text in [
      "0.1", "1e-320", "4.9e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "-0.0",
      "123456789012345678901234567890", "9007199254740993", "1E5", "0.30000000000000004441", "3",
    ] {
      let weights = try read("{\"coefs\": [[[\(text)]]], \"intercepts\": [[0]]}").weights
      let value = try weights.layers[0].weights.reals(as: Double.self)[0]
      #expect(value.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
    // Rounded to double first, the last two would be ties.
    for text in [
      "0.1", "16777217", "1.00000005960464477539062500000000000001",
      "1.00000017881393432617187499999999999999", "7e-46", "7.0064923216240854e-46",
    ] {
      let weights = try read(
        "{\"dtype\": \"float32\", \"coefs\": [[[\(text)]]], \"intercepts\": [[0]]}"
      ).weights
      #expect(weights.dtypeName == "float32")
      let value = try weights.layers[0].weights.reals(as: Float.self)[0]
      #expect(value.bitPattern == Float(text)?.bitPattern, "\(text)")
    }
  }

  private func read(_ text: String) throws -> Model {
    try Model(
      ContiguousArray(text.utf8), name: "text",
      options: .init(activation: .relu, outActivation: .identity))
  }

  @Test func `what is written comes back bit for bit`() throws {
    var generator = SeededGenerator(seed: 11)
    for round in 0..<60 {
      let sizes = (0...Int.random(in: 1...3, using: &generator)).map { _ in
        Int.random(in: 1...6, using: &generator)
      }
      try check(Double.self, sizes, round, &generator)
      try check(Float.self, sizes, round, &generator)
    }
  }

  private func check<Scalar: MLPScalar & NPYScalar & BinaryFloatingPoint>(
    _ type: Scalar.Type, _ sizes: [Int], _ round: Int, _ generator: inout SeededGenerator
  ) throws {
    func values(_ count: Int) throws -> NDArray {
      try NDArray(
        (0..<count).map { _ -> Scalar in
          switch Int.random(in: 0..<8, using: &generator) {
          case 0: -0.0
          case 1: Scalar.leastNonzeroMagnitude
          case 2: Scalar.greatestFiniteMagnitude
          default: Scalar(Double.random(in: -3...3, using: &generator))
          }
        })
    }
    var layers: [(weights: NDArray, biases: NDArray)] = []
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      let flat = try values(inputs * outputs)
      let matrix = try NDArray(
        header: NPYHeader(dtype: flat.dtype, shape: [outputs, inputs]), bytes: flat.bytes)
      layers.append((matrix, try values(outputs)))
    }
    let outputs = sizes[sizes.count - 1]
    let hidden: Activation? = [.relu, .tanh, .logistic, .identity, nil][round % 5]
    let last: Activation? =
      [outputs > 1 ? Activation.softmax : .logistic, .identity, .exp, nil][round % 4]
    let labels =
      [
        try NDArray((0..<Int64(max(2, outputs))).map { $0 * 3 - 2 }),
        try NDArray(strings: (0..<max(2, outputs)).map { "\"\($0)\\é" }),
        try NDArray((0..<max(2, outputs)).map { Double($0) + 0.5 }),
      ][round % 3]
    let scaler = InputTransform.Step(
      "StandardScaler",
      [
        .subtract((0..<sizes[0]).map { Double($0) / 7 }),
        .divide((0..<sizes[0]).map { Double($0) / 3 + 0.1 }),
      ])
    let weights = try SklearnWeights(
      layers: layers, layout: .mlp, activation: hidden, outActivation: last,
      classes: last == .identity || last == .exp ? nil : labels,
      inputTransform: round.isMultiple(of: 2)
        ? InputTransform(steps: [scaler], inputs: sizes[0]) : nil)
    let text = try Model(weights: weights).bytes(as: .json)
    let copy = try Model(text, name: "copy.json").weights
    #expect(copy.layerArrays(in: .mlp) == weights.layerArrays(in: .mlp))
    #expect(copy.classes?.labels == weights.classes?.labels)
    #expect(copy.inputTransform == weights.inputTransform)
    #expect(copy.outActivation == weights.outActivation)
    if sizes.count > 2 { #expect(copy.activation == weights.activation) }
    // The same bytes each time.
    #expect(try Model(weights: copy).bytes(as: .json) == text)
  }

  @Test func `what JSON cannot hold is refused by name`() throws {
    let folder = "estimators/1.9.1/"
    let clipped = try Model(contentsOf: fixturePath(folder + "digits-minmax-clip.joblib"))
    let error = try #require(coefsError { _ = try clipped.bytes(as: .json) })
    #expect(error.description.contains("MinMaxScaler"), "\(error)")
    let long = try Model(contentsOf: fixturePath("chapter-longdouble.npz"))
    let other = try #require(coefsError { _ = try long.bytes(as: .json) })
    #expect(other.description.contains("has dtype <f16"), "\(other)")
    #expect(try !long.bytes(as: .json, options: .init(precision: .float64)).isEmpty)
  }

  @Test func `the reader of the documentation computes the same, in another language`() throws {
    let article = fixturesFolder.deletingLastPathComponent()
      .appending(path: "Sources/Coefs/Coefs.docc/Formats.md")
    let page = try String(contentsOf: article, encoding: .utf8)
    let start = try #require(page.range(of: "```js\n"))
    let end = try #require(page.range(of: "\n```", range: start.upperBound..<page.endIndex))
    let script = page[start.upperBound..<end.lowerBound]
    #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count <= 25)
    guard try shell("command -v node").exitCode == 0 else {
      // Not every machine has it; the weekly build does.
      print("node is not here: the JavaScript of the documentation was not run")
      return
    }
    try withTemporaryFolder { folder in
      for name in ["digits", "digits-standard"] {
        let model = try Model(contentsOf: fixturePath("estimators/1.9.1/\(name).joblib"))
        try model.write(to: "\(folder)/\(name).json")
        let rows = (0..<200).map { Array(Digits.vector(at: $0, dividedBy: 15.0)) }
        try JSONEncoder().encode(rows).write(to: URL(filePath: "\(folder)/rows.json"))
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/predict.mjs"))
        let run = try shell(
          "node '\(folder)/predict.mjs' '\(folder)/\(name).json' '\(folder)/rows.json'")
        #expect(run.exitCode == 0, "\(run.stderr)")
        let found = try run.output.split(separator: "\n").map {
          try JSONDecoder().decode([Double].self, from: Data($0.utf8))
        }
        #expect(found.count == rows.count)
        let predictor = try model.predictor()
        for (row, outputs) in zip(rows, found) {
          let prediction = try predictor.predict(row)
          #expect(outputs.count == 10)
          #expect(
            zip(outputs, prediction.probabilities).allSatisfy { abs($0 - $1) < 1e-12 }, "\(name)")
          let best = outputs.indices.max { outputs[$0] < outputs[$1] } ?? -1
          #expect(prediction.label == .integer(Int64(best)))
        }
      }
    }
  }
}
