import Foundation
import NPY
import NPZ
import Sklearn
import Testing

struct ClassLabelsTests {
  private typealias Label = ClassLabels.Label

  /// The labels of a network that stores this array for its two outputs.
  private func classes(_ array: NDArray) throws -> ClassLabels {
    try #require(try SklearnWeights(network(["classes": array])).classes)
  }

  @Test func `labels of every kind are kept`() throws {
    #expect(
      try classes(NDArray([Int64.min, .max])).labels == [.integer(.min), .integer(.max)])
    #expect(try classes(array("|i1", [2], [0xFF, 3])).labels == [.integer(-1), .integer(3)])
    #expect(try classes(array(">u2", [2], [1, 0, 0, 2])).labels == [.integer(256), .integer(2)])
    #expect(
      try classes(array("<u8", [2], [UInt8](repeating: 255, count: 8) + [7, 0, 0, 0, 0, 0, 0, 0]))
        .labels == [.unsigned(.max), .integer(7)])
    #expect(try classes(NDArray([false, true])).labels == [.boolean(false), .boolean(true)])
    #expect(try classes(NDArray([-0.5, 2])).labels == [.number(-0.5), .number(2)])
    #expect(try classes(NDArray(strings: ["é", "z"])).labels == [.text("é"), .text("z")])
    #expect(try classes(array("|S2", [2], "abc\0".utf8)).labels == [.text("ab"), .text("c")])
  }

  @Test func `the array is kept as it was stored`() throws {
    let stored = try array(">u2", [2], [1, 0, 0, 2])
    #expect(try classes(stored).array == stored)
  }

  @Test(arguments: [[], [1, 2], [2, 1]])
  func `labels are one axis`(_ shape: [Int]) throws {
    let stored = try NDArray((0..<shape.reduce(1, *)).map(Int64.init), shape: shape)
    #expect(
      throws: SklearnError.wrongAxes("classes", shape: shape, expected: "a vector of labels")
    ) { try classes(stored) }
  }

  @Test func `no labels are none`() throws {
    #expect(
      throws: SklearnError.wrongAxes("classes", shape: [0], expected: "a vector of labels")
    ) { try classes(NDArray([Int64]())) }
  }

  @Test func `complex numbers are no labels`() throws {
    let error = SklearnError.unreadable("classes", .notConvertible(dtype: "<c8", to: "labels"))
    #expect(throws: error) { try classes(array("<c8", [2], repeatElement(0, count: 16))) }
    #expect(error.description == "array 'classes': values of dtype <c8 cannot be read as labels")
  }

  @Test(arguments: [
    (try? NDArray([Int64(5), 5]), "5"), (try? NDArray([true, true]), "True"),
    (try? NDArray([0.0, -0.0]), "-0.0"), (try? NDArray(strings: ["a", "a"]), "a"),
  ])
  func `a label twice is refused`(_ stored: NDArray?, _ label: String) throws {
    let error = SklearnError.badAttribute("classes", problem: "holds the class \(label) twice")
    #expect(throws: error) { try classes(#require(stored)) }
    #expect(error.description == "array 'classes' holds the class \(label) twice")
  }

  @Test func `labels that Python's equality takes for the same are the same`() {
    #expect(Label.boolean(true).canonical == Label.integer(1).canonical)
    #expect(Label.boolean(false).canonical == Label.number(-0.0).canonical)
    #expect(Label.number(3).canonical == Label.integer(3).canonical)
    #expect(Label.unsigned(3).canonical == Label.integer(3).canonical)
    #expect(Label.number(0x1p63).canonical == Label.unsigned(1 << 63).canonical)
    #expect(Label.number(3.5).canonical == .number(3.5))
    #expect(Label.number(0x1p64).canonical == .number(0x1p64))
    #expect(Label.text("3").canonical != Label.integer(3).canonical)
    #expect(Label.boolean(true).canonical != Label.integer(2).canonical)
  }

  @Test func `labels are counted where none are stored`() {
    #expect(ClassLabels.counted(3) == [.integer(0), .integer(1), .integer(2)])
    #expect(ClassLabels.counted(0) == [])
  }

  @Test func `labels are printed and encoded as Python's values`() throws {
    let labels: [Label] = [
      .integer(-3), .unsigned(.max), .number(0.5), .boolean(true), .boolean(false), .text("zéro"),
    ]
    #expect(
      labels.map(\.description) == ["-3", "18446744073709551615", "0.5", "True", "False", "zéro"])
    #expect(
      String(decoding: try JSONEncoder().encode(labels), as: UTF8.self)
        == "[-3,18446744073709551615,0.5,true,false,\"zéro\"]")
  }
}
