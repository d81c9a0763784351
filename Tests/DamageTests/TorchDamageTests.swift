import Coefs
import Files
import TestSupport
import Testing
import Zip

/// The law of ``DamageTests`` for the files of torch.
@Suite struct TorchDamageTests {
  @Test(
    .workLimit(minutes: 60),
    arguments: [
      "state-dict-zip.pt", "shared-zip.pt", "strided-zip.pt", "sequential-tanh-zip.pt",
      "checkpoint-model.pt",
    ])
  func `a damaged archive is refused or is the same network`(file: String) throws {
    let sound = try fixture("torch/" + file)
    let truth = try network(in: sound)
    let archive = try ZipReader(bytes: sound, maxMembers: 1_000, maxTotalBytes: 1 << 30)
    var numbers: Set<Int> = [sound.count, sound.count - 22]
    for member in archive.members {
      numbers.formUnion([member.size, member.compressedSize, member.headerOffset])
    }
    try Damage.demandLaw(
      "torch/" + file, numbers: Set(numbers.filter { $0 > 4 }.map(UInt64.init)), every: 2
    ) { damaged, _ in
      guard let found = try? network(in: damaged) else { return nil }
      return found == truth ? nil : "it is another network"
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: [
      "state-dict-legacy.pt", "strided-legacy.pt", "module-legacy.pt", "no-checksums.pt",
    ])
  func `a damaged file without checksums is refused or is a network that computes`(
    file: String
  ) throws {
    let sound = try fixture("torch/" + file)
    #expect(try network(in: sound).arrays.count == 4)
    try Damage.demandLaw("torch/" + file, numbers: [12, 6, 3, 2, 48, 24], every: 2) {
      damaged, damage in
      guard let weights = try? Model(damaged, name: "damaged").weights else { return nil }
      if case .cut = damage { return "it is read although it is cut" }
      let network = weights.mlp()
      guard
        let output = try? network.evaluate(Array(repeating: 0.5, count: network.inputs)),
        output.count == weights.layerSizes.last
      else { return "it does not compute" }
      return nil
    }
  }

  @Test(.workLimit(minutes: 60), arguments: ["state-dict-zip.pt", "sequential-tanh-zip.pt"])
  func `a pickle that is damaged behind the back of the archive is refused or sound`(
    file: String
  ) throws {
    let archive = try ZipReader(
      bytes: fixture("torch/" + file), maxMembers: 1_000, maxTotalBytes: 1 << 30)
    let members = try archive.members.map { ($0.name, try archive.read($0)) }
    var generator = SeededGenerator(seed: 5)
    let pickle = try #require(members.first { $0.0.hasSuffix("/data.pkl") }?.1)
    for _ in 0..<(Damage.isExhaustive ? 20_000 : 400) {
      var bytes = pickle
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes.removeLast(bytes.count - place)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.removeSubrange(place..<min(place + 12, bytes.count))
      default: bytes.insert(contentsOf: bytes[place..<min(place + 12, bytes.count)], at: place)
      }
      var writer = ZipWriter(to: MemorySink())
      for (name, content) in members {
        try writer.add(
          name, parts: [name.hasSuffix("/data.pkl") ? bytes : content], compressed: false)
      }
      // Whatever it says now is read as data or refused; it must not trap.
      guard let model = try? Model(writer.finish().bytes, name: "damaged") else { continue }
      let inputs = model.weights.layerSizes[0]
      _ = try model.weights.mlp().evaluate(Array(repeating: 0.5, count: inputs))
    }
  }

  private struct Network: Equatable {
    let arrays: [NDArray]
    let activations: [SklearnWeights.Choice]
  }

  private func network(in bytes: ContiguousArray<UInt8>) throws -> Network {
    let weights = try Model(bytes, name: "damaged").weights
    return Network(
      arrays: weights.layers.flatMap { [$0.weights, $0.biases] },
      activations: [weights.activation, weights.outActivation])
  }
}
