import Coefs
import Files
import Foundation
import TestSupport
import Testing

/// Files of the real torch.save: the bits of the weights, and what torch computes with them.
@Suite struct TorchTests {
  struct Case: Decodable {
    let file: String
    let weights: [[String]]?
    let shapes: [[Int]]?
    let dtype: String?
    let activation: String?
    let outActivation: String?
    /// The activation that the file does not say.
    let given: String?
    let classes: [String]?
    let prefix: String?
    let rows: [[Double]]?
    let outputs: [[Double]]?
    let refused: String?
    let notes: [String]?
    let bigEndian: Bool?
    let weightsOnly: Bool?
  }

  let cases: [Case]

  init() throws { cases = try jsonFixture("torch/cases.json", as: [Case].self) }

  private func model(_ item: Case) throws -> Model {
    try Model(
      contentsOf: fixturePath("torch/" + item.file),
      options: SklearnWeights.Options(prefix: item.prefix))
  }

  @Test func `the weights are those of torch, bit for bit`() throws {
    var read = 0
    for item in cases where item.refused == nil {
      let weights = try model(item).weights
      let layers = try #require(item.weights, "\(item.file)")
      #expect(weights.layers.count == layers.count, "\(item.file)")
      for (index, (layer, expected)) in zip(weights.layers, layers).enumerated() {
        // Widened, turned or in the other byte order: the numbers as torch has them.
        let matrix = weights.layout == .mlp ? layer.weights : layer.weights.transposed()
        let (values, biases) = (
          matrix.inCOrder().inLittleEndian(), layer.biases.inCOrder().inLittleEndian()
        )
        #expect(values.dtype.name == item.dtype, "\(item.file)")
        #expect(values.shape == item.shapes?[index], "\(item.file)")
        #expect(values.bytes == ContiguousArray(hex: expected[0]), "\(item.file), layer \(index)")
        #expect(biases.bytes == ContiguousArray(hex: expected[1]), "\(item.file), layer \(index)")
      }
      read += 1
    }
    #expect(read > 60)
  }

  @Test func `the outputs are those of torch`() throws {
    var compared = 0
    for item in cases where item.refused == nil {
      guard let rows = item.rows, let outputs = item.outputs else { continue }
      var options = SklearnWeights.Options(prefix: item.prefix)
      if let given = item.given { options.activation = Activation(rawValue: given) }
      if item.outActivation == nil { options.outActivation = .identity }
      if item.classes != nil { options.outActivation = .softmax }
      let network = try Model(
        contentsOf: fixturePath("torch/" + item.file), options: options
      ).weights.mlp(as: Float.self)
      guard item.classes == nil else { continue }
      for (row, expected) in zip(rows, outputs) {
        let found = try network.evaluate(row.map { Float($0) })
        #expect(found.count == expected.count, "\(item.file)")
        for (one, other) in zip(found, expected) {
          #expect(abs(Double(one) - other) < 3e-6, "\(item.file): \(one) and \(other)")
        }
      }
      compared += 1
    }
    #expect(compared > 50)
  }

  @Test func `activations are stored where modules name them, and assumed elsewhere`() throws {
    for item in cases where item.refused == nil {
      let model = try model(item)
      let weights = model.weights
      if let activation = item.activation {
        #expect(weights.activation.activation.rawValue == activation, "\(item.file)")
        #expect(weights.activation.origin == .stored, "\(item.file)")
      } else {
        #expect(weights.activation.origin == .assumed, "\(item.file)")
      }
      #expect(
        (weights.outActivation.origin == .stored) == (item.outActivation != nil), "\(item.file)")
      if let activation = item.outActivation {
        #expect(weights.outActivation.activation.rawValue == activation, "\(item.file)")
      }
      if let classes = item.classes {
        #expect(weights.classes?.labels == classes.map { .text($0) }, "\(item.file)")
      }
      for note in item.notes ?? [] {
        #expect(model.notes.contains { $0.contains(note) }, "\(item.file): \(model.notes)")
      }
      #expect(model.isProgram)
    }
  }

  @Test func `what is no network is refused by its name`() throws {
    var refused = 0
    for item in cases {
      guard let reason = item.refused else { continue }
      let error = try #require(coefsError { _ = try self.model(item) }, "\(item.file)")
      #expect(error.category == .badContent)
      #expect(error.description.contains(reason), "\(item.file): \(error)")
      refused += 1
    }
    #expect(refused > 15)
  }

  @Test func `objects that torch refuses with weights_only are let pass, and listed`() throws {
    let refusedByTorch = cases.filter { $0.weightsOnly == false }
    #expect(refusedByTorch.count >= 6)
    for item in refusedByTorch { #expect(item.refused == nil, "\(item.file)") }
    let inspection = try Inspection(contentsOf: fixturePath("torch/with-own-class.pt"))
    #expect(inspection.globals?.contains { $0.name == "__main__.Settings" && !$0.known } == true)
    #expect(inspection.model != nil)
    // A function that is called is refused, unless somebody trusts the file.
    var options = SklearnWeights.Options()
    options.allowsUnknownNames = true
    let path = fixturePath("torch/with-partial.pt")
    #expect(try Model(contentsOf: path, options: options).weights.layerSizes == [4, 3, 2])
  }

  @Test func `a network of torch comes back bit for bit from every format that is written`() throws
  {
    let model = try Model(contentsOf: fixturePath("torch/sequential-tanh-zip.pt"))
    for format in FileFormat.writable where format.isReadable {
      let copy = try Model(model.bytes(as: format), name: "copy").weights
      #expect(copy.layerArrays(in: .mlp) == model.weights.layerArrays(in: .mlp), "\(format)")
    }
  }

  @Test func `the state of an optimizer and random states are no layers`() throws {
    let inspection = try Inspection(contentsOf: fixturePath("torch/checkpoint-model.pt"))
    #expect(inspection.format == "torch")
    #expect(
      inspection.arrays.map(\.name) == [
        "model/0.weight", "model/0.bias", "model/2.weight", "model/2.bias",
      ])
  }
}

/// Files that try to run something when torch loads them, or to be what they are not.
@Suite struct HostileTorchTests {
  struct Case: Decodable {
    let file: String
    let what: String
    let refused: String?
    let name: String?
    let runs: Bool
  }

  @Test func `none runs anything, and each is refused for its reason or is a sound network`() throws
  {
    let cases = try jsonFixture("hostile-torch/cases.json", as: [Case].self)
    for item in cases {
      let path = fixturePath("hostile-torch/" + item.file)
      let error = coefsError { _ = try Model(contentsOf: path) }
      guard let reason = item.refused else {
        #expect(error == nil, "\(item.file): \(item.what)")
        continue
      }
      #expect(error?.category == .badContent, "\(item.file): \(item.what)")
      #expect(
        error?.description.contains(reason) == true, "\(item.file): \(error?.description ?? "")")
      // Who only looks sees the names.
      if let name = item.name, let inspection = try? Inspection(contentsOf: path) {
        #expect(inspection.model == nil, "\(item.file)")
        #expect(
          inspection.globals?.contains { $0.name == name && !$0.known } == true, "\(item.file)")
      }
    }
    #expect(cases.count > 60)
    #expect(cases.count(where: \.runs) >= 15)
    #expect(!FileManager.default.fileExists(atPath: "WAS-EXECUTED"))
  }
}
