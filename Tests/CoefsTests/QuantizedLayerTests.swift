import Foundation
import TestSupport
import Testing

@testable import Coefs

/// Layers of 8 bits, and networks of them.
struct QuantizedLayerTests {
  @Test func `codes are nearest, and beyond the range the first or last`() {
    let layer = QuantizedLayer([1, -2], biases: [0], inputs: 2, range: 0...1)
    #expect(layer.weights == [64, -127])
    // 0 has a code of its own, which stands for exactly 0.
    #expect(layer.outputs([0, 0]) == [0])
    #expect(layer.code(of: 0) == -128)
    #expect(layer.code(of: 1) == 127)
    for beyond in [-1e30, -.infinity] as [Float] { #expect(layer.code(of: beyond) == -128) }
    for beyond in [1e30, .infinity] as [Float] { #expect(layer.code(of: beyond) == 127) }
  }

  @Test func `a code is within half a step of its value`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let ends = (0..<2).map { _ in Float.random(in: -50...50, using: &generator) }.sorted()
      let range = ends[0]...ends[1]
      let layer = QuantizedLayer([1], biases: [0], inputs: 1, range: range)
      let step = 1 / layer.inverseScale
      for _ in 0..<20 {
        let x = Float.random(in: range, using: &generator)
        let found = Float(Int32(layer.code(of: x)) - layer.zeroPoint) * step
        #expect(abs(found - x) <= 0.51 * step)
      }
    }
  }

  @Test func `weights and inputs that are all 0 give the bias`() {
    let layer = QuantizedLayer([0, 0, 3, 0], biases: [0.5, -1], inputs: 2, range: 0...0)
    #expect(layer.outputs([0, 0]) == [0.5, -1])
    #expect(QuantizedLayer([0, 0], biases: [7], inputs: 2, range: -3...9).outputs([1, 2]) == [7])
  }

  @Test func `the largest layer cannot overflow`() {
    let count = QuantizedLayer.maxInputs
    for (weight, x) in [(1.0, -1.0), (-1, -1), (1, 0), (-1, 0)] as [(Double, Float)] {
      let layer = QuantizedLayer(
        Array(repeating: weight, count: count), biases: [0], inputs: count, range: -1...0)
      // A trap would end the test.
      let output = layer.outputs(Array(repeating: x, count: count))[0]
      let exact = Float(weight) * x * Float(count)
      #expect(abs(output - exact) <= Float(count) / 100)
    }
  }

  private func loss(_ name: String, _ data: Dataset) throws -> Model.QuantizationLoss {
    let model = try model(name)
    return try withTemporaryFolder { folder in
      let conversion = try model.write(
        to: folder + "/net.c", options: .init(quantization: .init(calibratedOn: data)))
      return try #require(conversion.quantization)
    }
  }

  @Test func `the chapter's network keeps its accuracy on images it was not calibrated on`() throws
  {
    let weights = try model("chapter-coefs.npz").weights
    let single = try CodeProgram(weights, name: "net", isSingle: true, source: "net")
    let (program, loss) = try single.quantized(.init(calibratedOn: .digits(.train)))
    #expect(loss.rows == 1000)
    #expect(loss.accuracy == .init(float32: 1, int8: 1))
    #expect(loss.bytes == .init(float32: 4840, int8: 1512))
    let held = try Dataset.digits(.heldOut)
    guard case .labels(let labels) = held.targets else {
      Issue.record("there are no labels")
      return
    }
    var right = 0
    for (row, label) in labels.enumerated() {
      let image = held.inputs.slice(row).map { Float($0) }
      let p = try #require(program.results(image))
      let place = p.indices.reduce(0) { p[$1] > p[$0] ? $1 : $0 }
      right += label == .integer(Int64(place)) ? 1 : 0
    }
    // 481 in double precision.
    #expect(abs(right - 481) <= 5)
  }

  @Test func `the loss of a regressor is said by R², of an ensemble by labels`() throws {
    let inputs = try model("regressor-multi.npz").inputs
    var generator = SeededGenerator(seed: 2)
    let rows = (0..<50).map { _ in
      (0..<inputs).map { _ in Double.random(in: -2...2, using: &generator) }
    }
    let predictor = try model("regressor-multi.npz").predictor(as: Double.self)
    let targets = try rows.map { try predictor.predict($0).values }
    let found = try loss("regressor-multi.npz", Dataset(inputs: rows, targets: targets))
    #expect(found.labelsDiffer == nil)
    #expect(try #require(found.r2).float32 > 0.999_999)
    #expect(try #require(found.r2).int8 > 0.99)
    let hard = try model("whole/voting-hard.joblib")
    let samples = (0..<50).map { _ in
      (0..<hard.inputs).map { _ in Double.random(in: -2...2, using: &generator) }
    }
    let votes = try loss("whole/voting-hard.joblib", Dataset(inputs: samples))
    #expect(votes.accuracy == nil)
    #expect(try #require(votes.labelsDiffer) <= 5)
  }

  @Test func `samples that the network does not take are refused`() throws {
    let weights = try model("chapter-coefs.npz").weights
    let program = try CodeProgram(weights, name: "net", isSingle: true, source: "net")
    func problem(_ data: Dataset) -> String? {
      do throws(ModelError) {
        _ = try program.quantized(.init(calibratedOn: data))
        return nil
      } catch {
        guard case .notInFormat(_, _, let problem) = error else { return "\(error)" }
        return problem
      }
    }
    #expect(
      try problem(Dataset(inputs: [[1, 2]])) == "a sample has 2 values, and the network takes 64")
    #expect(try problem(Dataset(inputs: [])) == "there are no samples")
    let huge = [[Double]](repeating: Array(repeating: 1e300, count: 64), count: 2)
    #expect(try problem(Dataset(inputs: huge)) == "the network does not take sample 0")
  }

  @Test func `only source code has 8 bits`() throws {
    let options = Model.WriteOptions(quantization: .init(calibratedOn: try .digits(.train)))
    let model = try model("chapter-coefs.npz")
    for format in FileFormat.writable where !format.capabilities.contains(.quantization) {
      let error = coefsError { _ = try model.bytes(as: format, options: options) }
      #expect(error?.category == .usage, "\(format.name)")
    }
    var double = options
    double.precision = .float64
    #expect(coefsError { _ = try model.bytes(as: .c, options: double) }?.category == .usage)
  }
}
