import NPY
import NPZ
import Sklearn
import Testing

struct ClassLabelsTests {
  private func labels(_ array: NDArray) throws -> [ClassLabels.Label] {
    try #require(try SklearnWeights(network(["classes": array])).classes).labels
  }

  @Test func `labels of every kind are kept`() throws {
    #expect(try labels(NDArray([Int64(-3), .max])) == [.integer(-3), .integer(.max)])
    #expect(try labels(NDArray([false, true])) == [.boolean(false), .boolean(true)])
    #expect(try labels(NDArray([0.5, 2])) == [.number(0.5), .number(2)])
    #expect(try labels(NDArray(strings: ["é", "z"])) == [.text("é"), .text("z")])
    let header = try NPYHeader(dtype: DType("<u8"), shape: [2])
    let bytes = ContiguousArray<UInt8>(repeating: 255, count: 8) + [7, 0, 0, 0, 0, 0, 0, 0]
    #expect(try labels(NDArray(header: header, bytes: bytes)) == [.unsigned(.max), .integer(7)])
  }

  @Test func `labels that Python's equality takes for the same are the same`() {
    #expect(ClassLabels.Label.boolean(true).canonical == ClassLabels.Label.integer(1))
    #expect(ClassLabels.Label.number(3).canonical == ClassLabels.Label.integer(3))
    #expect(ClassLabels.Label.number(3.5).canonical == .number(3.5))
    #expect(ClassLabels.Label.text("3").canonical == .text("3"))
  }

  @Test func `labels are one axis`() throws {
    #expect(
      throws: SklearnError.wrongAxes("classes", shape: [1, 2], expected: "a vector of labels")
    ) {
      _ = try labels(NDArray([Int64(0), 1], shape: [1, 2]))
    }
  }
}
