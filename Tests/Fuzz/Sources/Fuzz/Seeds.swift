import Coefs
import Files
import Foundation
import NPZ
import Safetensors
import Skops
import Zip

/// Writes the first inputs of every target, a folder each: the fixtures that are small enough, and
/// small networks under every convention for names.
func writeSeeds(fixtures: String, to folder: String) throws {
  let fixtures = URL(filePath: fixtures)
  let folder = URL(filePath: folder)
  for target in Target.all {
    try FileManager.default.createDirectory(
      at: folder.appending(path: target.name), withIntermediateDirectories: true)
  }
  // A file of the fixtures is a seed of the format that it is of, and one of rows a seed of tables.
  for path in FileManager.default.enumerator(atPath: fixtures.path())?.allObjects ?? [] {
    guard let path = path as? String, case let file = fixtures.appending(path: path),
      let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= maxSeed
    else { continue }
    let name = "seed-" + path.replacing("/", with: "-")
    let found = (try? Inspection(contentsOf: file.path())).map { "file-\($0.format)" }
    let rows = (try? Dataset(contentsOf: file.path())).map { _ in Target.Part.table.rawValue }
    for target in [found, rows].compactMap(\.self) {
      try Data(contentsOf: file).write(to: folder.appending(path: "\(target)/\(name)"))
    }
  }
  func write(_ bytes: some Sequence<UInt8>, _ name: String, for targets: Target.Part...) throws {
    for target in targets {
      try Data(bytes).write(to: folder.appending(path: "\(target.rawValue)/seed-\(name)"))
    }
  }

  let headers = try JSONDecoder().decode(
    [HeaderCase].self, from: Data(contentsOf: fixtures.appending(path: "npy/headers.json")))
  for (index, item) in headers.enumerated() where item.file.count <= 2 * maxSeed {
    try write(item.bytes, "header-\(index)", for: .header)
  }
  for file in try files(in: fixtures.appending(path: "npy"), suffix: ".npy") {
    let bytes = try Data(contentsOf: file)
    try write(bytes, file.lastPathComponent, for: .header, .array)
    // No options, then one member, whose name and length come first.
    try write(
      [0, 0, 0, 0, 0, 9] + "coefs.npy".utf8 + length(bytes.count) + bytes, file.lastPathComponent,
      for: .model)
  }
  for file in try files(in: fixtures.appending(path: "npz"), suffix: ".npz") {
    try write(Data(contentsOf: file), file.lastPathComponent, for: .archive)
  }

  let pickles = fixtures.appending(path: "pickle")
  for name in ["plain", "arrays", "objects", "changed"] {
    let rows = try JSONDecoder().decode(
      [PickleCase].self, from: Data(contentsOf: pickles.appending(path: "\(name).json")))
    for (index, bytes) in rows.flatMap(\.files).enumerated() where bytes.count <= maxSeed {
      try write(bytes, "\(name)-\(index)", for: .pickle)
    }
  }
  for ending in [".pkl", ".joblib"] {
    for file in try files(in: pickles, suffix: ending) {
      try write(Data(contentsOf: file), file.lastPathComponent, for: .pickle)
    }
  }

  for file in try files(in: fixtures.appending(path: "torch"), suffix: ".pt") {
    // Some are damaged and some have no checksums: their pickles are no seeds.
    guard let archive = try? ZipReader(path: file.path(), maxMembers: 64, maxTotalBytes: 1 << 20),
      let member = archive.members.first(where: { $0.name.hasSuffix("/data.pkl") }),
      let pickle = try? archive.read(member)
    else { continue }
    try write(pickle, file.lastPathComponent, for: .torch)
  }

  let texts = try JSONDecoder().decode(
    [JSONCase].self, from: Data(contentsOf: fixtures.appending(path: "json/cases.json")))
  for (index, item) in texts.enumerated() { try write(item.bytes, "text-\(index)", for: .json) }
  let odd = try JSONDecoder().decode(
    [HeaderCase].self,
    from: Data(contentsOf: fixtures.appending(path: "safetensors/hostile.json")))
  for (index, item) in odd.enumerated() where item.bytes.count <= maxSeed {
    try write(item.bytes, "odd-\(index)", for: .safetensors)
  }
  for file in try files(in: fixtures.appending(path: "safetensors"), suffix: ".safetensors") {
    try write(Data(contentsOf: file), file.lastPathComponent, for: .safetensors)
  }
  for (name, members) in try skopsMembers() {
    let schema = members.last?.bytes ?? []
    try write(schema, name, for: .json)
    var list: [UInt8] = []
    for member in members {
      list.append(UInt8(member.name.utf8.count))
      list += member.name.utf8
      list += length(member.bytes.count)
      list += member.bytes
    }
    try write(list, name, for: .skops)
  }

  for (index, pair) in stride(from: 0, to: 29, by: 2).enumerated() {
    let names = InputReader.names[pair...pair + 1].map { $0 }
    try write(network(names: names), "network-\(index)", for: .model)
    try write(table(first: UInt8(pair)), "network-\(index)", for: .weights)
    try write(archive(names: names), "network-\(index)", for: .archive)
    try write(
      SafetensorsFile(network(names).unique).fileBytes, "network-\(index)", for: .safetensors)
  }
}

/// Larger files only slow the fuzzer down.
private let maxSeed = 3072

/// The arrays of a network 2-3-1: shapes inputs × outputs, values 0.
private func network(_ names: [String]) throws -> [NamedArray] {
  try [[2, 3], [3], [3, 1], [1]].enumerated().map { index, shape in
    let name = names[index % 2].replacing("#", with: "\(index / 2)")
    let values = Array(repeating: 0.5, count: shape.reduce(1, *))
    return NamedArray(name, try NDArray(values, shape: shape))
  }
}

private func archive(names: [String]) throws -> ContiguousArray<UInt8> {
  var writer = NPZWriter(to: MemorySink())
  // dense/kernel has no number, so that both layers would have one name.
  var seen: Set<String> = []
  for item in try network(names) where seen.insert(item.name).inserted {
    try writer.add(item.name, item.array)
  }
  return try writer.finish().bytes
}

extension [NamedArray] {
  /// Those whose names have not been there before.
  fileprivate var unique: [NamedArray] {
    var seen: Set<String> = []
    return filter { seen.insert($0.name).inserted }
  }
}

/// The members of small skops archives: values of every kind, and a network, the schema last.
private func skopsMembers() throws -> [(
  name: String, members: [(name: String, bytes: ContiguousArray<UInt8>)]
)] {
  let array = SkopsValue.array(try NDArray([0.5, 1.5]))
  let values = SkopsValue.object(
    SkopsName("sklearn.pipeline", "Pipeline"),
    [
      ("a", .none), ("b", .boolean(true)), ("c", .integer(1)), ("d", .number(.nan)),
      ("e", .text("é")), ("f", .list([.integer(1)])), ("g", .tuple([])), ("h", array),
    ])
  let matrix = SkopsValue.array(try NDArray([0.5, 1.5], shape: [2, 1]))
  let bias = SkopsValue.array(try NDArray([0.5]))
  let binarizer = SkopsValue.object(
    SkopsName("sklearn.preprocessing._label", "LabelBinarizer"),
    [("y_type_", .text("binary")), ("classes_", array)])
  let network = SkopsValue.object(
    SkopsName("sklearn.neural_network._multilayer_perceptron", "MLPClassifier"),
    [
      ("activation", .text("relu")), ("_label_binarizer", binarizer), ("classes_", array),
      ("n_layers_", .integer(2)), ("out_activation_", .text("logistic")),
      ("coefs_", .list([matrix])), ("intercepts_", .list([bias])),
    ])
  let scaler = SkopsValue.object(
    SkopsName("sklearn.preprocessing._data", "StandardScaler"),
    [("mean_", array), ("scale_", array)])
  let pipeline = SkopsValue.object(
    SkopsName("sklearn.pipeline", "Pipeline"),
    [
      (
        "steps",
        .list([.tuple([.text("s"), scaler]), .tuple([.text("n"), network])])
      )
    ])
  return [("values", values), ("network", network), ("pipeline", pipeline)].map { name, value in
    let file = SkopsFile(value)
    let arrays = file.arrays.map { (name: $0.name + ".npy", bytes: $0.array.fileBytes) }
    return (name, arrays + [("schema.json", ContiguousArray(file.schema.utf8))])
  }
}

/// One text of fixtures/json/cases.json, in hexadecimal digits.
private struct JSONCase: Decodable {
  let text: String

  var bytes: [UInt8] { HeaderCase(file: text).bytes }
}

/// The same as a list of members, which `InputReader.archive` packs.
private func network(names: [String]) throws -> [UInt8] {
  var bytes: [UInt8] = [0, 0, 0, 0, 0]
  for item in try network(names) {
    let name = item.name + ".npy"
    bytes.append(UInt8(name.utf8.count))
    bytes += name.utf8
    bytes += length(item.array.fileBytes.count)
    bytes += item.array.fileBytes
  }
  return bytes
}

/// The same as `InputReader.arrays` reads it: names by their places in the list.
private func table(first: UInt8) -> [UInt8] {
  [0, 0, 0, 0, 0]
    + [0, first, 0, 0, 0, 2, 2, 3, 0] + [0, first + 1, 0, 0, 0, 1, 3, 0]
    + [0, first, 1, 0, 0, 2, 3, 1, 0] + [0, first + 1, 1, 0, 0, 1, 1, 0]
}

private func length(_ count: Int) -> [UInt8] { [UInt8(count & 0xFF), UInt8(count >> 8)] }

private func files(in folder: URL, suffix: String) throws -> [URL] {
  try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    .filter { $0.lastPathComponent.hasSuffix(suffix) }
    .filter { try Data(contentsOf: $0).count <= maxSeed }
}

/// One row of a file of fixtures/pickle.
private struct PickleCase: Decodable {
  let pickle: Data?
  let pickles: [Data]?
  let joblib: [Data]?

  var files: [Data] { (pickle.map { [$0] } ?? []) + (pickles ?? []) + (joblib ?? []) }
}

/// One file of fixtures/npy/headers.json, in hexadecimal digits.
private struct HeaderCase: Decodable {
  let file: String

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var rest = file[...]
    while rest.count >= 2 {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
