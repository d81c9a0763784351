import Files
import Safetensors
import Zip
import Coefs
import TestSupport
import Testing

/// The law of ``DamageTests`` for the formats with JSON in them.
@Suite struct FormatDamageTests {
  typealias Bytes = ContiguousArray<UInt8>

  @Test(
    .workLimit(minutes: 60),
    arguments: fixtureNames(in: "safetensors", suffix: ".safetensors"))
  func `a damaged safetensors file is refused or has the bytes that are there`(
    file: String
  ) throws {
    let sound = try fixture("safetensors/" + file)
    let truth = try SafetensorsHeader(parsing: sound)
    let dataOffset = truth.tensors.first?.bytes.lowerBound ?? sound.count
    let sizes = truth.tensors.flatMap { [$0.bytes.count, $0.bytes.lowerBound - dataOffset] }
    let numbers = Set(([sound.count, dataOffset - 8] + sizes).filter { $0 > 4 }.map(UInt64.init))
    try Damage.demandLaw("safetensors/" + file, numbers: numbers) { damaged, damage in
      // No damage may make more than an error of reading it as a model.
      let network = try? Model(damaged, name: "damaged")
      let found = try? SafetensorsHeader(parsing: damaged)
      if case .cut = damage, found != nil { return "it is read although it is cut" }
      if damage.range.lowerBound >= dataOffset, damage.range.upperBound < .max {
        // No checksum covers the data, so the change comes through, and nothing else does.
        guard found == truth else { return "a change of the data is more than that" }
      }
      guard let found else { return network == nil ? nil : "it is a model and no file" }
      var position = damaged.count - found.tensors.reduce(0) { $0 + $1.bytes.count }
      for tensor in found.tensors {
        guard tensor.bytes.lowerBound == position else { return "a byte belongs to none or two" }
        position = tensor.bytes.upperBound
        guard let array = try? tensor.array(Bytes(damaged[tensor.bytes])) else { continue }
        let bytes = tensor.type == .bf16 ? 2 * tensor.bytes.count : tensor.bytes.count
        guard array.bytes.count == bytes else { return "'\(tensor.name)' has other bytes" }
      }
      return nil
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: [
      "hand-gemm", "hand-half-list", "hand-version-3", "sklearn-words-zipmap",
      "torch-script-batchnorm",
      "torch-dynamo-flatten", "sklearn-minmaxscaler-clip-f8",
    ])
  func `a damaged ONNX graph is refused or is a network that computes`(name: String) throws {
    let sound = try fixture("onnx/\(name).onnx")
    try Damage.demandLaw("onnx/\(name).onnx", numbers: [UInt64(sound.count)], every: 2) {
      damaged, damage in
      guard let model = try? Model(damaged, name: "damaged") else { return nil }
      // The versions of the operators come last in all files of exporters.
      if case .cut = damage { return "it is read although it is cut" }
      let network = model.weights.mlp()
      guard network.inputs < 1_000 else { return nil }
      let row = Array(repeating: 0.5, count: network.inputs)
      return (try? network.evaluate(row).count) == model.outputs ? nil : "it does not compute"
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: ["binary", "multiclass", "pipeline-minmax-clip", "objects", "grid-pipeline"])
  func `a damaged skops archive is refused or is the same network`(name: String) throws {
    let sound = try fixture("skops/\(name).skops")
    let truth = try network(in: sound)
    let archive = try ZipReader(bytes: sound, maxMembers: 1_000, maxTotalBytes: 1 << 30)
    var numbers: Set<Int> = [sound.count, sound.count - 22]
    for member in archive.members {
      numbers.formUnion([member.size, member.compressedSize, member.headerOffset])
    }
    try Damage.demandLaw(
      "skops/\(name).skops", numbers: Set(numbers.filter { $0 > 4 }.map(UInt64.init)), every: 4
    ) { damaged, _ in
      guard let found = try? network(in: damaged) else { return nil }
      return found == truth ? nil : "it is another network"
    }
  }

  @Test(.workLimit(minutes: 60), arguments: ["binary", "pipeline-standard"])
  func `a schema that is damaged behind the back of the archive is refused or sound`(
    name: String
  ) throws {
    let sound = try fixture("skops/\(name).skops")
    let archive = try ZipReader(bytes: sound, maxMembers: 1_000, maxTotalBytes: 1 << 30)
    let members = try archive.members.map { ($0.name, try archive.read($0)) }
    var generator = SeededGenerator(seed: 3)
    let schema = members.last?.1 ?? []
    #expect(schema.count > 1_000)
    for _ in 0..<(Damage.isExhaustive ? 20_000 : 250) {
      var text = schema
      let place = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: text.removeLast(text.count - place)
      case 1: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: text.removeSubrange(place..<min(place + 40, text.count))
      default: text.insert(contentsOf: text[place..<min(place + 40, text.count)], at: place)
      }
      var writer = ZipWriter(to: MemorySink())
      for (name, bytes) in members {
        try writer.add(
          name, parts: [name == "schema.json" ? text : bytes], compressed: false)
      }
      // Whatever it says now is read as data or refused; it must not trap.
      guard let model = try? Model(writer.finish().bytes, name: "damaged") else { continue }
      #expect(model.weights.layerSizes.count > 1)
      _ = try model.weights.mlp().evaluate(
        Array(repeating: 0.5, count: model.weights.layerSizes[0]))
    }
  }

  /// What a network is made of.
  private struct Network: Equatable {
    let arrays: [NDArray]
    let activations: [SklearnWeights.Choice]
    let labels: [ClassLabels.Label]
    let transform: InputTransform?
  }

  private func network(in bytes: Bytes) throws -> Network {
    let model = try Model(bytes, name: "damaged")
    let weights = model.weights
    return Network(
      arrays: weights.layers.flatMap { [$0.weights, $0.biases] },
      activations: [weights.activation, weights.outActivation], labels: model.labels,
      transform: weights.inputTransform)
  }
}
