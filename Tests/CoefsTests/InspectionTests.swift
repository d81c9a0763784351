import Coefs
import Foundation
import TestSupport
import Testing

@Suite struct InspectionTests {
  static let entryKeys: Set<String> = [
    "name", "dtype", "shape", "fortranOrder", "byteCount", "min", "max", "mean", "nonFinite",
    "first",
  ]

  /// What a lone array's entry is in JSON.
  private func entry(_ array: NDArray) throws -> [String: Any] {
    try withTemporaryFolder { folder throws in
      let file = try write(array.fileBytes, to: folder + "/array.npy")
      let object = try jsonObject(Inspection(contentsOf: file))
      let entries = try #require(object["arrays"] as? [[String: Any]])
      #expect(entries.count == 1)
      #expect(entries[0]["name"] is NSNull)
      #expect(Set(entries[0].keys) == Self.entryKeys)
      #expect(object["format"] as? String == "npy")
      #expect(object["model"] is NSNull)
      return entries[0]
    }
  }

  private func expectNoRange(_ entry: [String: Any]) {
    for key in ["min", "max", "mean"] { #expect(entry[key] is NSNull, "\(key)") }
  }

  @Test func `JSON has the promised keys`() throws {
    let path = fixturePath("chapter-coefs.npz")
    let object = try jsonObject(Inspection(contentsOf: path))
    #expect(Set(object.keys) == ["file", "format", "arrays", "model", "notes"])
    #expect(object["file"] as? String == path)
    #expect(object["format"] as? String == "npz")
    #expect(object["notes"] as? [String] == [])
    let arrays = try #require(object["arrays"] as? [[String: Any]])
    #expect(arrays.allSatisfy { Set($0.keys) == Self.entryKeys })
    #expect(
      arrays.map { $0["name"] as? String } == [
        "coefs_0", "intercepts_0", "coefs_1", "intercepts_1", "activation", "out_activation",
        "classes",
      ])
    #expect(arrays[0]["dtype"] as? String == "<f8")
    #expect(arrays[0]["shape"] as? [Int] == [64, 16])
    #expect(arrays[0]["byteCount"] as? Int == 8_192)
    #expect(arrays[0]["fortranOrder"] as? Bool == false)
    #expect((arrays[0]["first"] as? [Double])?.count == 6)
    #expect(arrays[4]["first"] as? [String] == ["logistic"])
    #expect(arrays[4]["shape"] as? [Int] == [])

    let model = try #require(object["model"] as? [String: Any])
    #expect(
      Set(model.keys) == [
        "layers", "parameters", "dtype", "task", "activation", "outActivation", "classes",
        "activations", "layout", "naming",
      ])
    #expect(model["activations"] as? [String] == ["logistic", "softmax"])
    #expect(model["layers"] as? [Int] == [64, 16, 10])
    #expect(model["parameters"] as? Int == 1_210)
    #expect(model["dtype"] as? String == "float64")
    #expect(model["task"] as? String == "classifier")
    #expect(model["activation"] as? [String: String] == ["name": "logistic", "from": "stored"])
    #expect(model["outActivation"] as? [String: String] == ["name": "softmax", "from": "stored"])
    #expect(model["classes"] as? [Int] == Array(0..<10))
    #expect(model["layout"] as? String == "sklearn")
    #expect(model["naming"] as? String == "coefs_N")
  }

  @Test func `what is assumed or an option is said to be so`() throws {
    let path = fixturePath("chapter-arr.npz")
    let assumed = try #require(try Inspection(contentsOf: path).model)
    #expect(assumed.activation.from == .assumed)
    #expect(assumed.outActivation.name == "softmax")
    #expect(assumed.classes == nil)
    #expect(try jsonObject(assumed)["classes"] is NSNull)
    let options = SklearnWeights.Options(activation: .tanh, outActivation: .logistic)
    let told = try #require(try Inspection(contentsOf: path, options: options).model)
    #expect(told.activation.name == "tanh")
    #expect(told.activation.from == .option)
    #expect(told.outActivation.from == .option)
  }

  @Test func `the range is that of the finite values, and the others are counted`() throws {
    let entry = try entry(NDArray([1, .nan, -3, .infinity, -.infinity, 0.5, 9]))
    #expect(entry["min"] as? Double == -3)
    #expect(entry["max"] as? Double == 9)
    #expect(entry["mean"] as? Double == 7.5 / 4)
    #expect(entry["nonFinite"] as? Int == 3)
    let first = try #require(entry["first"] as? [Any])
    #expect(first.count == 6)
    #expect(first[0] as? Double == 1)
    #expect(first[1] as? String == "nan")
    #expect(first[3] as? String == "inf")
    #expect(first[4] as? String == "-inf")
  }

  @Test func `the mean of great numbers is finite`() throws {
    let entry = try entry(NDArray([1e308, 1e308, .infinity]))
    #expect(entry["mean"] as? Double == 1e308)
  }

  @Test func `without finite values there is no range`() throws {
    let nothing = try entry(NDArray([Double](), shape: [0, 3]))
    expectNoRange(nothing)
    #expect(nothing["nonFinite"] as? Int == 0)
    #expect((nothing["first"] as? [Any])?.isEmpty == true)
    let nan = try entry(NDArray([Double.nan]))
    expectNoRange(nan)
    #expect(nan["nonFinite"] as? Int == 1)
  }

  @Test func `float32 is printed as short as it is`() throws {
    let array = try NDArray([0.1, 0.2, 1e-10] as [Float])
    try withTemporaryFolder { folder throws in
      let file = try write(array.fileBytes, to: folder + "/array.npy")
      let json = try JSONEncoder().encode(Inspection(contentsOf: file))
      #expect(String(decoding: json, as: UTF8.self).contains(#""first":[0.1,0.2,1e-10]"#))
    }
  }

  @Test func `other types have a plain value too, and no range where they are no numbers`() throws {
    func fixture(_ name: String) throws -> [String: Any] {
      try entry(NDArray(parsing: TestSupport.fixture("npy/\(name).npy")))
    }
    let complex = try fixture("c16-c")
    let pairs = try #require(complex["first"] as? [[Any]])
    #expect(pairs.count == 6)
    #expect(pairs.allSatisfy { $0.count == 2 })
    #expect(pairs[2] as? [Double] == [1.5, -2])
    #expect(pairs[3] as? [String] == ["inf", "-inf"])
    expectNoRange(complex)

    let bool = try fixture("b1-c")
    #expect((bool["first"] as? [Bool])?.count == 6)
    expectNoRange(bool)
    #expect(bool["nonFinite"] is NSNull)

    let text = try fixture("U3-c")
    #expect((text["first"] as? [String])?.isEmpty == false)
    expectNoRange(text)
    #expect((try fixture("S5-c")["first"] as? [String])?.isEmpty == false)

    let large = try fixture("u8-c")
    #expect((large["first"] as? [NSNumber])?.contains { $0.uint64Value == .max } == true)
    #expect(try fixture("f8-fortran")["fortranOrder"] as? Bool == true)
    #expect(
      try fixture("f8-fortran")["first"] as? NSArray == fixture("f8-c")["first"] as? NSArray,
      "C order, whatever the order in the file")
  }

  @Test func `arrays that are no network are shown, and the note says why`() throws {
    let inspection = try Inspection(contentsOf: fixturePath("npz/savez-mixed.npz"))
    #expect(inspection.model == nil)
    #expect(inspection.arrays.map(\.name) == ["w", "b", "arr_0", "arr_1"])
    #expect(
      inspection.notes == [
        "no model: array 'b' has dtype |b1; weights are integers or floating-point numbers"
      ])
    let perceptron = try Inspection(contentsOf: fixturePath("perceptron-coefs.npy"))
    #expect(perceptron.notes.count == 1)
    #expect(perceptron.notes.first?.hasPrefix("no model: one array alone") == true)
    let members = try Inspection(contentsOf: fixturePath("npz/zipfile-readme.npz"))
    #expect(members.notes.first?.contains("is no array") == true)
  }

  @Test func `biases in another file complete the network`() throws {
    let path = fixturePath("perceptron-coefs.npy")
    let inspection = try Inspection(
      contentsOf: path, intercepts: fixturePath("perceptron-intercepts.npy"))
    #expect(inspection.model?.layers == [64, 10])
    #expect(
      coefsError { _ = try Inspection(contentsOf: path, intercepts: "/nowhere") }?.category
        == .cannotOpen)
    // A text where biases should be is named.
    let readme = fixturePath("README.md")
    let noted = try Inspection(contentsOf: path, intercepts: readme)
    #expect(noted.model == nil)
    #expect(noted.notes.first?.hasPrefix("no model: \(readme): ") == true)
  }

  @Test(arguments: ["objects", "objects-in-record"])
  func `Python objects are listed by dtype and shape, with the reason why no more`(
    name: String
  ) throws {
    let inspection = try Inspection(contentsOf: fixturePath("npy/\(name).npy"))
    #expect(inspection.arrays.count == 1)
    #expect(inspection.arrays[0].dtype == (name == "objects" ? "|O" : "[('a', '|O')]"))
    #expect(inspection.arrays[0].shape == (name == "objects" ? [3] : [1]))
    #expect(inspection.notes.first?.contains("cannot be read: ") == true)
    let object = try jsonObject(inspection)
    let entry = try #require((object["arrays"] as? [[String: Any]])?.first)
    #expect(Set(entry.keys) == Self.entryKeys)
    #expect(entry["byteCount"] is NSNull)
    #expect(entry["first"] is NSNull)
  }

  @Test(arguments: [
    ("raw-structured", "[('a', '<i4'), ('b', '>f8', (2, 3)), ('c', '|S5')]", 114),
    ("raw-datetime", "<M8[s]", 16), ("raw-timedelta", "<m8[ms]", 16), ("raw-void", "|V4", 8),
  ])
  func `an array without plain values is listed without them`(
    name: String, dtype: String, byteCount: Int
  ) throws {
    let inspection = try Inspection(contentsOf: fixturePath("npy/\(name).npy"))
    #expect(inspection.arrays.count == 1)
    let array = inspection.arrays[0]
    #expect(array.dtype == dtype)
    #expect(array.shape == [2])
    #expect(array.byteCount == byteCount)
    #expect(array.first == nil && array.min == nil && array.nonFinite == nil)
    #expect(inspection.model == nil)
  }

  @Test func `a file that is none is refused`() throws {
    for name in ["README.md", "field/rows-iris.csv"] {
      let error = coefsError { _ = try Inspection(contentsOf: fixturePath(name)) }
      #expect(error?.category == .badContent)
    }
    #expect(
      coefsError { _ = try Inspection(contentsOf: fixturePath("npz")) }?.category == .cannotOpen)
  }
}
