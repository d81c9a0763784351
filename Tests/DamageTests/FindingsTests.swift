import Files
import NPZ
import Zip
import Coefs
import Foundation
import TestSupport
import Testing

/// What fuzzing, the matrix of damages and hostile files have found, each as a test.
@Suite struct FindingsTests {
  @Test func `a damaged byte does not make an array without .npy vanish`() throws {
    let array = try NDArray([1.0, 2.0])
    var file = try archive([("a", array.fileBytes)])
    let start = try #require(file.firstIndex(of: 0x93))
    #expect(try NPZReader(bytes: file).entries.count == 1)
    file[start] ^= 1
    #expect(throws: NPZError.self) { _ = try NPZReader(bytes: file) }
  }

  @Test func `a damaged type does not make another array`() throws {
    let array = try NDArray([1.0, 2.0])
    var file = try archive([("a.npy", array.fileBytes)])
    let letter = try #require(file.firstIndex(of: UInt8(ascii: "<"))) + 1
    file[letter] = UInt8(ascii: "O")
    #expect(throws: NPZError.self) { try NPZReader(bytes: file).array(named: "a") }
  }

  @Test(.workLimit(minutes: 60))
  func `names of thousands of separators are read in linear time`() throws {
    let prefix = String(repeating: "a/", count: 2_000)
    for count in [1, 200] {
      let others = try (1..<count).map { ("\(prefix)x\($0).npy", try NDArray([0.5]).fileBytes) }
      let file = try archive(
        [
          ("\(prefix)coefs_0.npy", try NDArray([0.5, 0.25], shape: [2, 1]).fileBytes),
          ("\(prefix)intercepts_0.npy", try NDArray([0.5]).fileBytes),
        ] + others)
      let model = try? Model(file, name: "many separators")
      #expect((model?.weights.naming == prefix + "coefs_N") == (count == 1))
    }
  }

  @Test(.workLimit(minutes: 60))
  func `stacks beyond number are not cut into layers`() throws {
    let stack = try NDArray(Array(repeating: UInt8(1), count: 1_000), shape: [1_000, 1, 1])
    let arrays = (0..<200).map { NamedArray("m/\($0)/coefs", stack) }
    #expect(throws: SklearnError.severalModels(prefixes: ["m/0/", "m/1/"])) {
      try SklearnWeights(arrays)
    }
    // Those behind the bound are no layers, and are said to be none.
    var options = SklearnWeights.Options()
    options.prefix = "m/199/"
    #expect(throws: SklearnError.self) { try SklearnWeights(arrays, options: options) }
  }

  @Test func `an array of many blocks has the statistics of all of them`() throws {
    var values = [Float](repeating: 1, count: 200_000)
    values[3] = -5
    values[70_000] = .nan
    values[199_999] = 9
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "values.npy")
    try Data(NDArray(values, shape: [2, 100_000]).fileBytes).write(to: file)

    let entry = try #require(
      Inspection(contentsOf: file.path(percentEncoded: false)).arrays.first)
    #expect(entry.min == -5)
    #expect(entry.max == 9)
    #expect(entry.nonFinite == 1)
    #expect(entry.mean == 200_001.0 / 199_999.0)
  }

  @Test func `empty arrays are read in many tasks`() async throws {
    let empty = try NDArray([Double](), shape: [0, 3])
    let file = try archive([("a.npy", empty.fileBytes), ("b", [])])
    let answers = try await withThrowingTaskGroup { group in
      for _ in 0..<16 {
        group.addTask { try NPZReader(bytes: file).array(named: "a") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: empty, count: 16))
  }
}

private func archive(
  _ members: [(name: String, bytes: ContiguousArray<UInt8>)]
) throws -> ContiguousArray<UInt8> {
  var writer = ZipWriter(to: MemorySink())
  for member in members {
    try writer.add(member.name, parts: [member.bytes], compressed: false)
  }
  return try writer.finish().bytes
}
