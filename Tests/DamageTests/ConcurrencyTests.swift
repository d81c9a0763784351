import Files
import NPZ
import Coefs
import TestSupport
import Testing
import Zip

/// One value used from many tasks at once; the thread sanitizer looks on
/// (`tools/fuzz --sanitizers`).
@Suite struct ConcurrencyTests {
  @Test func `a model answers the same from many tasks`() async throws {
    let model = try Model(contentsOf: fixturePath("chapter-coefs.npz"))
    let images = (1_000..<1_032).map { Array(Digits.vector(at: $0, dividedBy: 15.0)) }
    let network = model.weights.mlp()
    let truth = try images.map { model.label(of: try network.evaluate($0)) }

    let answers = try await withThrowingTaskGroup { group in
      for task in 0..<16 {
        group.addTask {
          // Every other task makes a network of its own from the weights that all share.
          let network = task.isMultiple(of: 2) ? network : model.weights.mlp()
          return try images.map { model.label(of: try network.evaluate($0)) }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 16)
    #expect(answers.allSatisfy { $0 == truth })
  }

  @Test func `the arrays of one archive convert and transpose in many tasks`() async throws {
    let archive = try NPZReader(path: fixturePath("chapter-fortran.npz"))
    var arrays: [NDArray] = []
    for entry in archive.entries { arrays.append(try archive.array(entry)) }
    let matrices = arrays.filter { $0.shape.count == 2 }
    #expect(!matrices.isEmpty)
    let truth = try matrices.map { try $0.transposed().reals(as: Float.self) }

    let answers = try await withThrowingTaskGroup { group in
      for _ in 0..<16 {
        group.addTask { try matrices.map { try $0.transposed().reals(as: Float.self) } }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 16)
    #expect(answers.allSatisfy { $0 == truth })
  }

  @Test(arguments: ["chapter-coefs-deflated.npz", "deep.npz"])
  func `readers of one open file read it in many tasks`(file: String) async throws {
    let bytes = try InputFile(path: fixturePath(file))
    let truth = try arrays(of: bytes)
    #expect(truth.count > 2)

    let answers = try await withThrowingTaskGroup { group in
      for _ in 0..<16 { group.addTask { try arrays(of: bytes) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 16)
    #expect(answers.allSatisfy { $0 == truth })
  }
}

private func arrays(of bytes: InputFile) throws -> [NDArray] {
  let archive = try NPZReader(bytes)
  var arrays: [NDArray] = []
  for entry in archive.entries { arrays.append(try archive.array(entry)) }
  return arrays
}
