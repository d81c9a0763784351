import NPZ
import Zip
import Coefs
import TestSupport
import Testing

/// What happens to files on their way must end in an error or in the right answer: never in a crash,
/// never in an array that is another.
///
/// That nothing is read beyond the bytes that are there is seen by the address sanitizer
/// (`tools/fuzz --sanitizers`).
@Suite struct DamageTests {
  typealias Bytes = ContiguousArray<UInt8>

  @Test(
    .workLimit(minutes: 60),
    arguments: fixtureNames(in: "npz", suffix: ".npz").map { "npz/" + $0 }
      + fixtureNames(in: "", suffix: ".npz"))
  func `a damaged archive is refused or has the same arrays`(file: String) throws {
    let sound = try fixture(file)
    let truth = contents(of: sound)
    try Damage.demandLaw(file, numbers: archiveNumbers(sound)) { damaged, damage in
      let found = contents(of: damaged)
      if case .cut = damage, found != nil { return "it is read although it is cut" }
      guard let found else { return nil }
      guard let truth else { return "it is read, and the sound file is not" }
      guard found.others == truth.others, found.arrays.count == truth.arrays.count else {
        return "it has other members"
      }
      for (one, other) in zip(found.arrays, truth.arrays) {
        guard one.name == other.name else { return "'\(other.name)' is named '\(one.name)'" }
        // An array that cannot be read is refused when it is asked for.
        if let array = one.array, array != other.array { return "'\(one.name)' differs" }
      }
      return nil
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: fixtureNames(in: "npy", suffix: ".npy").map { "npy/" + $0 }
      + fixtureNames(in: "", suffix: ".npy"))
  func `a damaged array is refused or has the bytes that are there`(file: String) throws {
    let sound = try fixture(file)
    let truth = try? NDArray(parsing: sound)
    let dataOffset = sound.count - (truth?.bytes.count ?? 0)
    try Damage.demandLaw(file, numbers: arrayNumbers(sound)) { damaged, damage in
      let found = try? NDArray(parsing: damaged)
      if damage.range.lowerBound >= dataOffset, case .cut = damage, found != nil {
        return "it is read although it is cut"
      }
      if truth != nil, damage.range.lowerBound >= dataOffset, damage.range.upperBound < .max {
        // No checksum covers the data, so the change comes through, and nothing else does.
        guard found?.header == truth?.header else { return "a change of the data is refused" }
      }
      guard let found else { return nil }
      guard found.bytes[...] == damaged.suffix(found.bytes.count),
        found.bytes.count == found.header.byteCount,
        found.shape.reduce(1, { $0 &* $1 }) == found.count
      else { return "the bytes are not those of the file" }
      return nil
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: fixtureNames(in: "", suffix: ".npz").filter { !$0.hasSuffix(".truth.npz") })
  func `a damaged model is refused or is the same`(file: String) throws {
    let sound = try fixture(file)
    let truth = network(in: sound)
    try Damage.demandLaw(file, numbers: archiveNumbers(sound), every: 4) { damaged, _ in
      guard let found = network(in: damaged) else { return nil }
      return found == truth ? nil : "it is another network"
    }
  }
}

// MARK: What is in a file

/// The arrays of an archive, `nil` for each that cannot be read.
private struct Contents {
  var arrays: [(name: String, array: NDArray?)] = []
  var others: [String] = []
}

private func contents(of bytes: ContiguousArray<UInt8>) -> Contents? {
  do {
    let archive = try NPZReader(bytes: bytes)
    var contents = Contents(others: archive.otherMembers)
    for entry in archive.entries {
      contents.arrays.append((entry.name, try? archive.array(entry)))
    }
    return contents
  } catch {
    return nil
  }
}

/// What a network is made of: its arrays in both senses, and what they mean.
private struct Network: Equatable {
  let arrays: [NDArray]
  let layout: WeightLayout
  let activations: [SklearnWeights.Choice]
  let labels: [ClassLabels.Label]
}

private func network(in bytes: ContiguousArray<UInt8>) -> Network? {
  guard let model = try? Model(bytes, name: "damaged") else { return nil }
  let weights = model.weights
  return Network(
    arrays: weights.layers.flatMap { [$0.weights, $0.biases] }, layout: weights.layout,
    activations: [weights.activation, weights.outActivation], labels: model.labels)
}

// MARK: Numbers that a file may lie about

/// The sizes and offsets in an archive, without those so small that they stand everywhere.
private func archiveNumbers(_ file: ContiguousArray<UInt8>) -> Set<UInt64> {
  var numbers: Set<Int> = [file.count, file.count - 22]
  if let archive = try? ZipReader(bytes: file, maxMembers: 1_000, maxTotalBytes: 1 << 30) {
    for member in archive.members {
      numbers.formUnion([member.size, member.compressedSize, member.headerOffset])
      numbers.formUnion([member.name.utf8.count, 20])
    }
    // The first central record follows the last member's data.
    let directory = file.indices.first { file[$0...].starts(with: [0x50, 0x4B, 1, 2]) }
    if let directory { numbers.formUnion([directory, file.count - 22 - directory]) }
  }
  // The text of an NPY header fills a multiple of 64.
  numbers.formUnion([118, 182])
  return Set(numbers.filter { $0 > 4 }.map(UInt64.init))
}

/// The lengths in an NPY file.
private func arrayNumbers(_ file: ContiguousArray<UInt8>) -> Set<UInt64> {
  Set([file.count, file.count - 128, 118, 116].filter { $0 > 4 }.map(UInt64.init))
}
